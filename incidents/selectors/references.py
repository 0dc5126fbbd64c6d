"""Incident references as people type and say them (STANDARDS 2.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from core.errors import Invalid
from incidents.states import SERIAL_LIMIT

_CANONICAL = re.compile(r"(?P<force>\d{2})-(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})-(?P<serial>\d{4,5})")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_FULL = ("UARY", "RUARY", "CH", "IL", "", "E", "Y", "UST", "T(?:EMBER)?", "OBER", "EMBER", "EMBER")
_NAMED = "|".join(f"{short}(?:{rest})?" for short, rest in zip(_MONTHS, _FULL, strict=True))
_SPOKEN = re.compile(
    r"(?:(?:INC|INCIDENT|CAD|LOG)\s*)?(?P<serial>\d{1,5})"
    r"(?:\s+(?P<word>TODAY|YESTERDAY)"
    r"|(?:\s*/\s*|\s+OF\s+|\s+)(?P<d>\d{1,2})"
    r"(?:\s*[/.-]\s*(?P<m>\d{1,2})(?:\s*[/.-]\s*(?P<y>\d{2}|\d{4}))?"
    r"|\s*[/.-]?\s*(?P<name>" + _NAMED + r")(?:\s*[/.-]?\s*(?P<year>\d{2}|\d{4}))?))?"
)
_COMPACT = re.compile(r"(?P<serial>\d{1,5})-(?P<d>\d{2})(?P<m>\d{2})(?P<y>\d{2})")  # 0123-211126
NOT_A_REFERENCE = "Enter a number, or a number and a date: 123, 123 today, 123/21/11, 123 of 21/11/2026."


@dataclass(frozen=True, kw_only=True)
class ReferenceQuery:
    """What was asked for. Without a date any day fits; without a force code the searcher's own."""

    serial: int
    local_date: date | None = None
    force_code: str | None = None

    @property
    def text(self) -> str:
        """For the audit trail."""
        day = self.local_date.strftime("%d/%m/%Y") if self.local_date else "any day"
        return f"{self.serial} of {day}"


def parse_reference(text: str, *, today: date) -> ReferenceQuery:
    """The reference in `text`. `today` is the day in London. A date without a year is the last such day that was.

    Raises Invalid (reference).
    """
    said = " ".join(text.upper().split())
    if len(said) > 40:
        raise Invalid(fields={"reference": NOT_A_REFERENCE})
    for pattern in (_CANONICAL, _COMPACT, _SPOKEN):
        if match := pattern.fullmatch(said):
            found = match.groupdict()
            serial = int(found["serial"])
            if not 1 <= serial <= SERIAL_LIMIT:
                break
            return ReferenceQuery(serial=serial, local_date=_day(found, today), force_code=found.get("force"))
    raise Invalid(fields={"reference": NOT_A_REFERENCE})


def _day(found: dict[str, str | None], today: date) -> date | None:
    word, day, month, year = found.get("word"), found.get("d"), found.get("m"), found.get("y")
    if name := found.get("name"):
        month, year = str(_MONTHS.index(name[:3]) + 1), found.get("year")
    if word:
        return today if word == "TODAY" else today - timedelta(days=1)
    if day is None or month is None:
        return None
    try:
        if year is not None:
            return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
        return _last_such_day(int(day), int(month), today)
    except ValueError as error:
        raise Invalid(fields={"reference": "There is no such day. Check the date."}) from error


def _last_such_day(day: int, month: int, today: date) -> date:
    """29 February goes back to the last leap year."""
    for year in range(today.year, today.year - 9, -1):
        try:
            candidate = date(year, month, day)
        except ValueError:
            continue
        if candidate <= today:
            return candidate
    raise ValueError("no such day")
