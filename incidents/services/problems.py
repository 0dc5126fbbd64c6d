"""Collecting what is wrong with a form, so that a person hears it once and not field by field."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from core.errors import Invalid

T = TypeVar("T")


class Problems:
    """`take` runs a parser and keeps its complaint; `stop_here` raises them together."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}

    def take(self, parse: Callable[[], T], otherwise: T) -> T:
        try:
            return parse()
        except Invalid as error:
            self.fields.update(error.fields)
            return otherwise

    def add(self, field: str, message: str) -> None:
        self.fields[field] = message

    def stop_here(self) -> None:
        """Raise Invalid when anything was wrong."""
        if self.fields:
            raise Invalid(fields=self.fields)
