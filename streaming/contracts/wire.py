"""One message, one line of JSON: unknown kinds, versions, fields and values of another type are refused."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from types import UnionType
from typing import Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints

from streaming.contracts.base import VERSION
from streaming.contracts.commands import Command
from streaming.contracts.errors import ContractError
from streaming.contracts.facts import Fact, StreamHealth
from streaming.contracts.replies import Reply

Message = Command | Reply | Fact | StreamHealth


def _leaves(base: type[Message]) -> list[type[Message]]:
    found: list[type[Message]] = list(base.__subclasses__())
    return found


_KINDS: dict[str, type[Message]] = {
    cls.kind: cls for cls in (*_leaves(Command), *_leaves(Reply), *_leaves(Fact), StreamHealth)
}


def dumps(message: Message) -> str:
    """One line of JSON: the message's fields, its kind and the contract's version."""
    return json.dumps({"v": VERSION, "kind": message.kind, **asdict(message)}, separators=(",", ":"))


def loads(text: str | bytes) -> Message:
    """The message of one line of JSON. Unknown kinds, versions or fields, or a value of another type: ContractError."""
    try:
        data = json.loads(text)
        version, kind = data.pop("v"), data.pop("kind")
        if version != VERSION:
            raise ContractError(f"version {version}")
        hints = _field_types(kind)
        if unknown := data.keys() - hints.keys():
            raise ContractError(f"unknown fields in {kind}: {sorted(unknown)}")
        if wrong := [name for name, value in data.items() if not _fits(value, hints[name])]:
            raise ContractError(f"values of another type in {kind}: {sorted(wrong)}")
        message: Message = _KINDS[kind](**data)
    except ContractError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ContractError("not a message of the media contract") from error
    return message


@cache
def _field_types(kind: str) -> dict[str, Any]:
    hints = get_type_hints(_KINDS[kind])
    return {name: hint for name, hint in hints.items() if get_origin(hint) is not ClassVar}


def _fits(value: object, hint: Any) -> bool:
    """Whether a JSON value is what the annotation says: as much typing as this contract uses, and no more."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint is Any:
        return True
    if origin is Literal:
        return isinstance(value, str) and value in inner
    if origin in (Union, UnionType):
        return any(_fits(value, option) for option in inner)
    if origin is list:
        return isinstance(value, list) and all(_fits(item, inner[0]) for item in value)
    if isinstance(value, bool) or hint is bool:
        return isinstance(value, bool) and hint is bool
    if hint is float:
        return isinstance(value, int | float) and abs(value) < float("inf")
    return isinstance(value, origin or hint)
