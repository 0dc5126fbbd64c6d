"""How near two words, or two dates, are, and in what way they differ."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from suspects.matching.diminutives import FORMAL, short_form, short_form_with_slip
from suspects.matching.phonetics import soundex, sounds
from suspects.matching.results import Born
from suspects.matching.spellings import FAMILIES, same_name


class How(StrEnum):
    """The way two words are one name, nearest first."""

    SAME = "same"
    SPELLING = "spelling"  # another spelling of the name: Mohd, Muhammad
    SHORT = "short"  # a short form: Bill, William
    SOUND = "sound"  # sounds alike: Smyth, Smith
    SLIP = "slip"  # a letter or two wrong
    START = "start"  # one is the beginning of the other
    PART = "part"  # one word of a double name
    MIDDLE = "middle"  # a forename in another place
    NOT = "not"


class Nearness(NamedTuple):
    """`value` 0..1; 0 goes with NOT."""

    value: float
    how: How


FAR = 0.55  # Jaro-Winkler; words further apart than this share no slip worth counting
APART = Nearness(0.0, How.NOT)


@lru_cache(maxsize=100_000)
def of_words(typed: str, held: str, forename: bool) -> Nearness:
    """Two words in bare letters."""
    if typed == held:
        return Nearness(1.0, How.SAME)
    if not typed or not held:
        return APART
    if len(typed) == 1 or len(held) == 1:
        return Nearness(0.55, How.START) if typed[0] == held[0] else APART
    meant = _by_meaning(typed, held, forename)
    alike = JaroWinkler.similarity(typed, held)
    heard = _by_sound(typed, held, alike)
    seen = _by_letters(typed, held, alike) if alike > FAR else APART
    return max(meant, heard, seen)


def _by_meaning(typed: str, held: str, forename: bool) -> Nearness:
    if (typed in FAMILIES or held in FAMILIES) and same_name(typed, held):
        return Nearness(0.93, How.SPELLING)
    if forename and held in FORMAL:
        if short_form(typed, held):
            return Nearness(0.88, How.SHORT)
        if typed not in FORMAL and short_form_with_slip(typed, held):
            return Nearness(0.78, How.SHORT)
    return APART


def _by_sound(typed: str, held: str, alike: float) -> Nearness:
    ours, theirs = sounds(typed), sounds(held)
    if ours[0] == theirs[0]:
        return Nearness(0.62 + 0.3 * alike, How.SOUND)
    if not set(ours).isdisjoint(theirs):
        return Nearness(0.52 + 0.36 * alike, How.SOUND)
    if alike >= 0.8 and soundex(typed) == soundex(held):
        return Nearness(0.45 + 0.36 * alike, How.SOUND)
    return APART


def _by_letters(typed: str, held: str, alike: float) -> Nearness:
    missing = len(held) - len(typed)
    if missing > 0 and len(typed) >= 3 and held.startswith(typed):  # broken off
        return Nearness(max(0.7, 0.95 - 0.05 * missing), How.START)
    if missing < 0 and len(held) >= 3 and typed.startswith(held):
        return Nearness(max(0.6, 0.92 - 0.1 * -missing), How.START)
    length, slips = max(len(typed), len(held)), OSA.distance(typed, held, score_cutoff=3)
    if slips == 1 and length >= 3:
        return Nearness(0.9 if length >= 6 else 0.84 if length >= 4 else 0.6, How.SLIP)
    if slips == 2 and length >= 5:
        return Nearness(0.78 if length >= 8 else 0.66, How.SLIP)
    if slips == 3 and length >= 9:
        return Nearness(0.6, How.SLIP)
    return Nearness(0.9 * alike - 0.3, How.SLIP) if alike >= 0.84 else APART


class DateHow(StrEnum):
    """How a date on file fits the one typed."""

    SAME = "same"
    OTHER_READING = "other reading"
    TURNED = "turned"  # day and month the other way round
    YEAR_BY_ONE = "year by one"
    YEAR = "year"  # day and month fit
    DAY = "day"  # month and year fit
    MONTH = "month"  # day and year fit
    DIGIT = "digit"  # one digit apart
    ONLY_YEAR = "only year"
    UNKNOWN = "unknown"  # none on file
    NOT = "not"
    NOT_ASKED = "not asked"


#: Share of a full date's weight that each way of fitting is worth.
_DATE_VALUES = {
    DateHow.SAME: 1.0, DateHow.OTHER_READING: 0.95, DateHow.TURNED: 0.86, DateHow.YEAR_BY_ONE: 0.8, DateHow.DIGIT: 0.7,
    DateHow.YEAR: 0.5, DateHow.DAY: 0.55, DateHow.MONTH: 0.55, DateHow.ONLY_YEAR: 0.12,
}  # fmt: skip


def of_dates(typed: Born, held: date | None) -> tuple[float, DateHow]:
    """0..1 and how the date on file fits. Value 0: it does not fit, is unknown or was not asked for."""
    how = _date_how(typed, held)
    return _DATE_VALUES.get(how, 0.0), how


def _date_how(typed: Born, held: date | None) -> DateHow:
    if not typed:
        return DateHow.NOT_ASKED
    if held is None:
        return DateHow.UNKNOWN
    if typed.exact is None:
        return _year_how(typed, held)
    if typed.exact == held:
        return DateHow.SAME
    if held in typed.others:
        return DateHow.OTHER_READING
    return _near_date(typed.exact, held)


def _year_how(typed: Born, held: date) -> DateHow:
    assert typed.year is not None
    if typed.year <= held.year <= (typed.year_to or typed.year):
        return DateHow.SAME if typed.month in {None, held.month} else DateHow.MONTH
    near = min(abs(held.year - typed.year), abs(held.year - (typed.year_to or typed.year)))
    return DateHow.YEAR_BY_ONE if near == 1 else DateHow.NOT


def _near_date(typed: date, held: date) -> DateHow:
    year, month, day = typed.year == held.year, typed.month == held.month, typed.day == held.day
    turned = (typed.month, typed.day) == (held.day, held.month)
    if turned and year:
        return DateHow.TURNED
    if month and day:
        if abs(typed.year - held.year) == 1:
            return DateHow.YEAR_BY_ONE
        return DateHow.DIGIT if _one_digit(typed, held) else DateHow.YEAR
    if year and (month or day):
        return DateHow.DIGIT if _one_digit(typed, held) else (DateHow.DAY if month else DateHow.MONTH)
    return DateHow.ONLY_YEAR if year else DateHow.NOT


def _one_digit(one: date, other: date) -> bool:
    """One digit wrong, or two neighbours changed places."""
    return OSA.distance(f"{one:%d%m%Y}", f"{other:%d%m%Y}", score_cutoff=1) == 1
