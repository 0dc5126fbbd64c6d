"""What is the same and what differs, in the words an officer reads:
"Same: surname, date of birth. Differs: Conor, one n"."""

from __future__ import annotations

import re
from datetime import date

from suspects.matching.closeness import DateHow, How, Nearness
from suspects.matching.folding import letters, plain, words
from suspects.matching.results import Born, PersonQuery

_COUNTS = {1: "one", 2: "two", 3: "three"}


def in_words(
    query: PersonQuery,
    given: str,
    surname: str,
    last: Nearness,
    first: Nearness,
    turned: bool,
    how: DateHow,
    born: date | None,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """`same` and `differs`. `given` and `surname` are the name on file; `turned`: it fits the other way round."""
    typed_given, typed_surname = (" ".join(query.given), query.surname)
    if turned:
        typed_given, typed_surname = typed_surname, typed_given
    same: list[str] = []
    differs: list[str] = []
    if turned and query.order_known:
        differs.append("names the other way round")
    if typed_surname:
        _of_surname(typed_surname, surname, last, same, differs)
    if typed_given:
        _of_given(typed_given, given, first, same, differs)
    _of_date(how, query, born, same, differs)
    return tuple(same), tuple(differs)


def _of_surname(typed: str, held: str, near: Nearness, same: list[str], differs: list[str]) -> None:
    if near.how is How.SAME:
        same.append("surname")
    elif near.how is How.PART and (prefix := _prefix(typed, held)):
        same.append("surname")
        differs.append(prefix)
    elif near.how is How.PART:
        same.append("part of the surname")
        differs.append(f"surname {held}")
    else:
        differs.append(_difference(typed, held, near, "surname"))


def _of_given(typed: str, held: str, near: Nearness, same: list[str], differs: list[str]) -> None:
    first = held.split(" ")[0] if held else ""
    if near.how is How.SAME:
        same.append("first name")
    elif near.how is How.MIDDLE:
        same.append("a forename")
        differs.append(f"forenames {held}")
    elif near.how is How.SHORT:
        differs.append(f"{first}, for {typed.split(' ')[0]}")
    elif not held:
        differs.append("no first name on file")
    else:
        differs.append(_difference(typed.split(" ")[0], first, near, "first name"))


def _prefix(typed: str, held: str) -> str:
    """What stands before one of two surnames that are else the same: "O'", "al-", "Van Der"."""
    for longer, shorter in ((held, typed), (typed, held)):
        bare = letters(shorter)
        if bare and letters(longer).endswith(bare) and len(words(longer)) > len(words(shorter)):
            match = re.match(r"^(.*[\s'’-])", longer)
            before = match[1].strip() if match else ""
            if before and letters(longer) == letters(before) + bare:
                return before
    return ""


def _difference(typed: str, held: str, near: Nearness, what: str) -> str:
    doubled = _doubled(plain(typed), plain(held))
    if doubled:
        return f"{held}, {doubled}"
    if near.how is How.SPELLING:
        return f"{what} spelt {held}"
    if near.how is How.SOUND:
        return f"{what} {held}, sounds alike"
    if near.how is How.START and len(letters(typed)) == 1:
        return f"{what} {held}, only the initial was given"
    return f"{what} {held}"


def _doubled(typed: str, held: str) -> str:
    """ "one n" when the name on file is written with one where two were typed, or the other way about; else empty."""
    runs_typed, runs_held = _runs(typed), _runs(held)
    if [char for char, _ in runs_typed] != [char for char, _ in runs_held]:
        return ""
    other = [(char, count) for (char, count), (_, asked) in zip(runs_held, runs_typed, strict=True) if count != asked]
    if len(other) != 1 or other[0][1] not in _COUNTS or not other[0][0].isalpha():
        return ""
    return f"{_COUNTS[other[0][1]]} {other[0][0]}"


def _runs(text: str) -> list[tuple[str, int]]:
    return [(match[1], len(match[0])) for match in re.finditer(r"(.)\1*", text)]


def _of_date(how: DateHow, query: PersonQuery, born: date | None, same: list[str], differs: list[str]) -> None:
    whole = query.born.exact is not None
    shown = f"{born:%d/%m/%Y}" if born else ""
    if how in {DateHow.SAME, DateHow.OTHER_READING}:
        same.append("date of birth" if whole else _year_words(query.born))
        return
    if how is DateHow.NOT_ASKED:
        return
    parts = {
        DateHow.TURNED: (["year"], "day and month the other way round"),
        DateHow.YEAR_BY_ONE: (["day", "month"] if whole else [], "year by one"),
        DateHow.YEAR: (["day", "month"], "year"),
        DateHow.DAY: (["month", "year"], "day"),
        DateHow.MONTH: (["day", "year"] if whole else ["year"], "month"),
        DateHow.ONLY_YEAR: (["year"], "day and month"),
        DateHow.UNKNOWN: ([], "no date of birth on file"),
        DateHow.NOT: ([], f"born {shown}"),
    }
    if how is DateHow.DIGIT:
        assert query.born.exact is not None  # a digit is only compared with a whole date
        assert born is not None
        how = _which_part(query.born.exact, born)
    fits, off = parts[how]
    same += fits
    differs.append(off)


def _year_words(born: Born) -> str:
    if born.month:
        return "month and year"
    return "age" if born.year_to else "year"


def _which_part(typed: date, held: date) -> DateHow:
    if typed.year != held.year:
        return DateHow.YEAR
    return DateHow.DAY if typed.day != held.day else DateHow.MONTH
