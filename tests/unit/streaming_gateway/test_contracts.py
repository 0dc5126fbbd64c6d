"""Every message survives the wire; whatever else comes over it is refused."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming import contracts
from streaming.contracts import ContractError, Fact, Message, NoteEvent, Refused, StreamHealth, dumps, loads
from streaming.contracts.wire import _KINDS

SAMPLES: dict[Any, Any] = {
    str: "text é \u2028",
    int: 7,
    float: 1.5,
    bool: True,
    contracts.EndReason: "handler",
    contracts.PeerRole: "viewer",
    contracts.RecordingState: "late",
    contracts.Rate: "thumbnail",
    list[str]: ["a", "b"],
    list[float]: [1.0, 2.5],
    dict[str, Any]: {"lat": 51.5, "nested": {"a": [1, None]}},
    float | None: None,
    int | None: None,
}


def example(kind: type[Message]) -> Message:
    """A message of `kind` with every field set."""
    hints = get_type_hints(kind)
    return kind(**{field.name: SAMPLES[hints[field.name]] for field in fields(kind)})


@pytest.mark.parametrize("kind", _KINDS.values(), ids=_KINDS.keys())
def test_every_message_survives_the_wire(kind: type[Message]) -> None:
    message = example(kind)
    line = dumps(message)
    assert "\n" not in line
    assert loads(line) == message
    assert loads(line.encode()) == message


def test_every_class_of_the_contract_has_its_own_kind() -> None:
    exported = {getattr(contracts, name) for name in contracts.__all__}
    bases = (contracts.Command, contracts.Reply, Fact)
    leaves = {
        item
        for item in exported
        if get_origin(item) is None and isinstance(item, type) and issubclass(item, bases) and item not in bases
    }
    assert leaves | {StreamHealth} == set(_KINDS.values())
    assert all(kind == cls.kind for kind, cls in _KINDS.items())


@pytest.mark.parametrize("kind", _KINDS.values(), ids=_KINDS.keys())
def test_an_unknown_field_is_refused(kind: type[Message]) -> None:
    data = json.loads(dumps(example(kind))) | {"surprise": 1}
    with pytest.raises(ContractError, match="unknown fields"):
        loads(json.dumps(data))


@pytest.mark.parametrize("kind", [kind for kind in _KINDS.values() if fields(kind)])
def test_a_value_of_another_type_is_refused(kind: type[Message]) -> None:
    for field in fields(kind):
        data = json.loads(dumps(example(kind))) | {field.name: [{"not": "this"}]}
        with pytest.raises(ContractError, match="another type"):
            loads(json.dumps(data))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"v":1}',
        '{"v":1,"kind":"end_session"}',
        '{"v":1,"kind":"nothing"}',
        '{"v":1,"kind":["end_session"]}',
        '{"v":2,"kind":"engine_status"}',
        '{"kind":"engine_status"}',
        '{"v":1,"kind":"end_session","session_id":"a","reason":"boredom"}',
        '{"v":1,"kind":"frames_resumed","session_id":"a","at":true,"gap_seconds":1}',
        '{"v":1,"kind":"frames_resumed","session_id":"a","at":NaN,"gap_seconds":1}',
        '{"v":1,"kind":"frames_resumed","session_id":"a","at":Infinity,"gap_seconds":1}',
        "[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_what_is_not_a_message_is_refused(text: str | bytes) -> None:
    with pytest.raises(ContractError):
        loads(text)


@given(st.text())
def test_no_text_does_anything_but_refuse(text: str) -> None:
    with pytest.raises(ContractError):
        loads(text)


def test_a_missing_optional_field_has_its_default() -> None:
    assert loads('{"v":1,"kind":"refused","code":"full"}') == Refused(code="full")
    assert loads('{"v":1,"kind":"note_event","session_id":"a","name":"n","at":1}') == NoteEvent(
        session_id="a", name="n", at=1
    )


def test_facts_have_ids_of_their_own() -> None:
    first, second = (contracts.FramesStopped(session_id="a", at=0.0) for _ in range(2))
    assert first.message_id != second.message_id


@pytest.mark.parametrize("text", ["", "..", "../x", "a/b", "a b", "a\n", "-a", "é", "a" * 65, None, 5])
def test_ids_that_could_leave_their_directory_are_not_safe(text: object) -> None:
    assert not contracts.is_safe_id(text)


def test_uuids_are_safe_ids() -> None:
    assert contracts.is_safe_id("0b9b4bd2-7a0a-4d1c-8f9c-0d6a1f6a9d3b")
