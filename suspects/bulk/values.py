"""One value of an imported row, made safe to keep: plain text, a whole number, a day.

A value that a spreadsheet would run as a formula is refused, not altered: nothing true of a person begins so, a record
must say what its source said, and what was never stored cannot be exported to a colleague's spreadsheet later.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from typing import Any, TypeVar

from core.errors import Invalid
from suspects.codes import dates

T = TypeVar("T")

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_ASCII_FORMULA = frozenset("=+-@")
_NUMBER = re.compile(r"[+-]?[\d\s().]+", re.ASCII)  # a telephone number, a coordinate

FORMULA = "It begins with a character that a spreadsheet runs as a formula. Remove it at the source."
NOT_PLAIN = "It has a character that cannot be shown, such as a NUL or a line break. Remove it."
NOT_TEXT = "This is text or a number, not a list or an object."


class Problems:
    """What is wrong with one row, by column; the first problem of a column counts."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def add(self, column: str, words: str) -> None:
        self.found.setdefault(column[:40], words[:200])

    def take(self, column: str, otherwise: T, parse: Callable[..., T], *arguments: Any) -> T:
        """What `parse(*arguments)` gives; `otherwise` when it raises ValueError or Invalid, whose words are kept."""
        try:
            return parse(*arguments)
        except ValueError as error:
            self.add(column, str(error))
        except Invalid as error:
            self.add(column, next(iter(error.fields.values()), error.message))
        return otherwise


def text(value: Any, limit: int) -> str:
    """`value` as one line of plain text in NFC, at most `limit` characters. Raises ValueError."""
    if type(value) is str and value.isascii() and value.isprintable():  # nearly every value: nothing to put right
        plain = value.strip()
        if plain[:1] not in _ASCII_FORMULA and len(plain) <= limit:
            return plain
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(NOT_TEXT)
    plain = str(value).replace("\u00a0", " ").strip()
    if plain.startswith(_FORMULA) and not _NUMBER.fullmatch(plain):
        raise ValueError(FORMULA)
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", plain)
    if not plain.isprintable():
        raise ValueError(NOT_PLAIN)
    if len(plain) > limit:
        raise ValueError(f"Use at most {limit:,} characters; this is {len(plain):,}.")
    return plain


def whole(value: Any, low: int, high: int) -> int:
    """A whole number from `low` to `high`. Raises ValueError."""
    plain = text(value, 20)
    if not re.fullmatch(r"\d{1,9}", plain, re.ASCII) or not low <= int(plain) <= high:
        raise ValueError(f"This is a whole number from {low} to {high}.")
    return int(plain)


def degrees(value: Any, most: int) -> float:
    """WGS84 degrees between `-most` and `most`. Raises ValueError."""
    plain = text(value, 30)
    if not re.fullmatch(r"[+-]?\d{1,3}(\.\d{1,15})?", plain, re.ASCII) or abs(float(plain)) > most:
        raise ValueError(f"This is a number of degrees between -{most} and {most}, with a point.")
    return float(plain)


def day(value: Any, *, today: dt.date) -> dt.date:
    """A day that is not after today. Raises ValueError."""
    found = dates.parse(text(value, 30), today=today)
    if found > today:
        raise ValueError("This day is still to come. Check day, month and year.")
    return found
