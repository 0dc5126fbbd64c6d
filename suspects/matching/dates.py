"""Dates of birth as they are typed: any order, any separator, or only a year or an age."""

from __future__ import annotations

import calendar
import re
from datetime import date

from suspects.matching.results import Born

OLDEST = 120  # years (STANDARDS 1.2)

_MONTHS = {name: number for number, names in enumerate((
    (), ("jan", "january"), ("feb", "february"), ("mar", "march"), ("apr", "april"), ("may",), ("jun", "june"),
    ("jul", "july"), ("aug", "august"), ("sep", "sept", "september"), ("oct", "october"), ("nov", "november"),
    ("dec", "december"),
)) for name in names}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_SEPARATOR = r"\s*[-/.\s,]\s*"

_YEAR_FIRST = re.compile(r"^(\d{4})" + _SEPARATOR + r"(\d{1,2})" + _SEPARATOR + r"(\d{1,2})$")
_THREE = re.compile(r"^(\d{1,2})" + _SEPARATOR + r"(\d{1,2})" + _SEPARATOR + r"(\d{4}|\d{2})$")
_RUN = re.compile(r"^(\d{2})(\d{2})(\d{4}|\d{2})$")
_RUN_YEAR_FIRST = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})$")
_NAMED = re.compile(rf"^(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[-/.\s]*({_MONTH})[-/.,\s]*'?(\d{{4}}|\d{{2}})$")
_NAMED_FIRST = re.compile(rf"^({_MONTH})[-/.\s]*(\d{{1,2}})(?:st|nd|rd|th)?[-/.,\s]+(\d{{4}}|\d{{2}})$")
_MONTH_YEAR = re.compile(rf"^({_MONTH})[-/.,\s]*(\d{{4}})$|^(\d{{1,2}})[-/](\d{{4}})$")
_YEAR = re.compile(r"^(?:born\s+|b\.?\s*)?((?:19|20)\d{2})s?$")
_AGE = re.compile(r"^(?:aged?\s+(\d{1,3})|(\d{1,3})\s*(?:y|yr|yrs|yo|y/o|years?)(?:\s+old)?)$")

NOT_UNDERSTOOD = "This date is not understood. Type it like 14/06/1998, or only the year."


class BadDate(ValueError):
    """No such date, with a sentence that says what is wrong."""


def read_born(text: str, today: date) -> Born:
    """A date of birth from what was typed; an empty text gives an empty `Born`.

    Day before month, as Britain writes it; if that is no date, month before day. Two-digit years are the latest that
    is not in the future, with a hundred years before as another reading when somebody that old may live.
    Raises BadDate with plain words.
    """
    text = " ".join(text.casefold().replace("\u2019", "'").split())
    if not text:
        return Born()
    if match := _AGE.match(text):
        return _of_age(int(match[1] or match[2]), today)
    if match := _YEAR.match(text):
        return _of_year(int(match[1]), None, today)
    if match := _MONTH_YEAR.match(text):
        month = _MONTHS[match[1]] if match[1] else int(match[3])
        if not 1 <= month <= 12:
            raise BadDate(f"There is no month {month}. Type the date like 14/06/1998.")
        return _of_year(int(match[2] or match[4]), month, today)
    return _whole(_orders(text), today)


def looks_like_date(text: str) -> bool:
    """Whether the text has the shape of a date of birth or an age, possible or not."""
    text = " ".join(text.casefold().replace("\u2019", "'").split())
    return any(
        pattern.match(text)
        for pattern in (_YEAR_FIRST, _THREE, _RUN, _RUN_YEAR_FIRST, _NAMED, _NAMED_FIRST, _MONTH_YEAR, _YEAR, _AGE)
    )


def said(born: Born) -> str:
    """In words: "born 14/06/1998", "born in 1998", "born 1998 or 1999", "born in June 1998"; empty when none."""
    if born.exact:
        return f"born {born.exact:%d/%m/%Y}"
    if born.year and born.month:
        return f"born in {calendar.month_name[born.month]} {born.year}"
    if born.year and born.year_to:
        return f"born {born.year} or {born.year_to}"
    return f"born in {born.year}" if born.year else ""


def _orders(text: str) -> list[tuple[str, str, str]]:
    """(year, month, day) as typed, likeliest first. Raises BadDate when the text has no shape of a date."""
    if (match := _NAMED.match(text)) is not None:
        return [(match[3], str(_MONTHS[match[2]]), match[1])]
    if (match := _NAMED_FIRST.match(text)) is not None:
        return [(match[3], str(_MONTHS[match[1]]), match[2])]
    if (match := _YEAR_FIRST.match(text)) is not None and int(match[1]) >= 1850:
        return [(match[1], match[2], match[3]), (match[1], match[3], match[2])]
    if (match := _THREE.match(text) or _RUN.match(text)) is not None:
        orders = [(match[3], match[2], match[1]), (match[3], match[1], match[2])]
        if len(match[3]) == 2:
            orders.append((match[1], match[2], match[3]))
        if run := _RUN_YEAR_FIRST.match(text):
            orders.append((run[1], run[2], run[3]))
        return orders
    raise BadDate(NOT_UNDERSTOOD)


def _whole(orders: list[tuple[str, str, str]], today: date) -> Born:
    found: dict[date, None] = {}
    problem: BadDate | None = None
    for year, month, day in orders:
        for whole_year in _years(year, today):
            try:
                found[_checked(whole_year, int(month), int(day), today)] = None
            except BadDate as error:
                problem = problem or error
    if not found:
        assert problem is not None  # there is always one order
        raise problem
    first, *others = found
    kept = [day for day in others if (day.year, day.month, day.day) != (first.year, first.day, first.month)]
    return Born(exact=first, others=tuple(kept[:2]))


def _years(text: str, today: date) -> list[int]:
    if len(text) == 4:
        return [int(text)]
    century = today.year - today.year % 100
    near = century + int(text)
    return [near - 100, near - 200] if near > today.year else [near, near - 100]


def _checked(year: int, month: int, day: int, today: date) -> date:
    shown = f"{day:02d}/{month:02d}/{year:04d}"
    if not 1 <= month <= 12:
        raise BadDate(f"{shown} is not a date: there is no month {month}. Type it like 14/06/1998.")
    if not 1850 <= year <= 9999:
        raise BadDate(f"{shown}: the year {year} cannot be right. Type it with four digits, like 14/06/1998.")
    days = calendar.monthrange(year, month)[1]
    if not 1 <= day <= days:
        raise BadDate(f"{shown} is not a date: {calendar.month_name[month]} {year} has {days} days.")
    born = date(year, month, day)
    if born >= today:
        raise BadDate(f"{shown} is not in the past. Check the year.")
    if year < today.year - OLDEST:
        raise BadDate(f"{shown} is more than {OLDEST} years ago. Check the year.")
    return born


def _of_year(year: int, month: int | None, today: date) -> Born:
    if not today.year - OLDEST <= year <= today.year:
        raise BadDate(f"The year {year} cannot be a year of birth. Check it.")
    return Born(year=year, month=month)


def _of_age(age: int, today: date) -> Born:
    if age > OLDEST:
        raise BadDate(f"An age of {age} cannot be right. Check it.")
    return Born(year=today.year - age - 1, year_to=today.year - age)
