"""Dates as police type and read them: day first, 24-hour clock (STANDARDS 1.2, 1.3), and how old a fact is."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

_PARTS = re.compile(r"^(\d{1,2})[\s/.\-]+(\d{1,2})[\s/.\-]+(\d{4}|\d{2})$", re.ASCII)
_RUN = re.compile(r"^(\d{2})(\d{2})(\d{4}|\d{2})$", re.ASCII)
_ISO = re.compile(r"^(\d{4})[\s/.\-](\d{1,2})[\s/.\-](\d{1,2})$", re.ASCII)
_WORDS = re.compile(
    r"^(\d{1,2})(?:st|nd|rd|th)?[\s/.\-]*([a-z]{3,9})[\s/.,\-]*(\d{4}|\d{2})$", re.ASCII | re.IGNORECASE
)
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
OLDEST = 120  # years: nobody recorded is older (STANDARDS 1.2)

NOT_A_DATE = "Enter a date as day, month, year, like 14/06/1998."
NO_SUCH_DAY = "There is no such day. Check day and month."


def parse(raw: str, *, today: date) -> date:
    """A date from "14/06/1998", "14.6.98", "140698", "14 Jun 1998" or "1998-06-14".

    Two digits of a year are the last century's when this one's would be after `today`. Raises ValueError with words
    for a text that is no date and for a day that does not exist; what day may be meant is for the caller to decide.
    """
    text = " ".join(raw.split())
    day, month, year = _read(text)
    try:
        if year >= 100:
            return date(year, month, day)
        recent = _this_or_earlier(day, month, today.year // 100 * 100 + year)
        return recent if recent and recent <= today else date(today.year // 100 * 100 - 100 + year, month, day)
    except ValueError as error:
        raise ValueError(NO_SUCH_DAY) from error


def _this_or_earlier(day: int, month: int, year: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # 29/02 exists in one of the two centuries only
        return None


def _read(text: str) -> tuple[int, int, int]:
    if match := _PARTS.match(text) or _RUN.match(text):
        return int(match[1]), int(match[2]), int(match[3])
    if match := _ISO.match(text):
        return int(match[3]), int(match[2]), int(match[1])
    if match := _WORDS.match(text):
        name = match[2].lower()
        months = [number for number, month in enumerate(_MONTHS, 1) if month.startswith(name)]
        if len(months) == 1:
            return int(match[1]), months[0], int(match[3])
    raise ValueError(NOT_A_DATE)


def swapped(day: date) -> date | None:
    """Day and month the other way round, when that is another day: how 03/04 and 04/03 are confused."""
    if day.day > 12 or day.day == day.month:
        return None
    return date(day.year, day.day, day.month)


def shown(day: date | None) -> str:
    """ "14/06/1998"; empty for none."""
    return f"{day:%d/%m/%Y}" if day else ""


def age_on(born: date, day: date) -> int:
    """Whole years on that day. Someone born on 29 February is a year older on 1 March of a common year."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def age_words(then: date | datetime, now: datetime) -> str:
    """How old a fact is, as cards say it: "just now", "12 min old", "16 h old", "2 days old", "5 months old",
    "nearly 3 years old". `then` and `now` are in the same time zone; a day without a time counts whole days."""
    if isinstance(then, datetime):
        passed = now - then
        if passed < timedelta(minutes=1):
            return "just now"
        if passed < timedelta(hours=1):
            return f"{passed // timedelta(minutes=1)} min old"
        if passed < timedelta(hours=24):
            return f"{passed // timedelta(hours=1)} h old"
        then = then.date()
    days = (now.date() - then).days
    if days < 1:
        return "today"
    if days < 60:
        return "1 day old" if days == 1 else f"{days} days old"
    return _months_words(then, now.date())


def _months_words(then: date, today: date) -> str:
    months = (today.year - then.year) * 12 + today.month - then.month - (today.day < then.day)
    if months < 18:
        return f"{months} months old"
    years, rest = divmod(months, 12)
    if rest >= 9:
        return f"nearly {years + 1} years old"
    return "1 year old" if years == 1 else f"{years} years old"
