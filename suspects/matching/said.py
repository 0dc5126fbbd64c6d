"""What somebody says of themselves against what is on file: fits, does not fit, or cannot be told; with a reason.

Nothing here is a verdict on a person. People forget house numbers, and liars learn dates of birth.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from suspects.codes import phones, postcodes, vrm
from suspects.codes.streets import street_key
from suspects.matching.closeness import DateHow, of_dates, of_words
from suspects.matching.compare import NameHeld, score
from suspects.matching.dates import read_born
from suspects.matching.folding import given_words, letters, words
from suspects.matching.phonetics import sounds
from suspects.matching.understand import read_name

FITS_NAME, NEAR_NAME = 88, 70  # of 100, `compare.score`
SAME_STREET = 85  # of 100, rapidfuzz ratio
NEAR_WORD = 0.8  # `closeness.of_words`
NOT_TOLD = "not clear enough to compare"

_FILLER = frozenset(
    {"the", "a", "an", "on", "of", "my", "with", "and", "in", "have", "has", "got", "one", "two", "is", "it", "its"}
    | {"i", "no", "not", "left", "right"}
)
_NOTHING = frozenset({"none", "no", "nothing", "never", "nope", "dont"})


@dataclass(frozen=True, kw_only=True)
class Compared:
    """`fits` is None when what was said does not settle it. `reason` says what is the same or not, in words."""

    fits: bool | None
    reason: str


def names(said: str, held: Sequence[NameHeld]) -> Compared:
    """A full name against every name on file."""
    query = read_name(said)
    found = score(query, held, None) if query else None
    if found is None:
        return Compared(fits=False, reason="another name") if letters(said) else Compared(fits=None, reason=NOT_TOLD)
    same, differs = found.reasons()
    reason = "; ".join(part for part in (_list("same", same), _list("differs", differs)) if part)
    if found.score >= FITS_NAME:
        return Compared(fits=True, reason=reason)
    return Compared(fits=None if found.score >= NEAR_NAME else False, reason=reason)


def _list(what: str, parts: tuple[str, ...]) -> str:
    return f"{what}: {', '.join(parts)}" if parts else ""


def middle_name(said: str, held: str) -> Compared:
    """A middle name; several on file: any of them."""
    typed, known = given_words(said), given_words(held)
    if not typed:
        return Compared(fits=None, reason=NOT_TOLD)
    best = max((of_words(one, other, True) for one in typed for other in known), default=None)
    if best is not None and best.value >= NEAR_WORD:
        return Compared(fits=True, reason="the same" if best.how == "same" else "another spelling or a short form")
    return Compared(fits=False, reason="another name")


_DATE_REASONS = {
    DateHow.TURNED: "day and month the other way round",
    DateHow.YEAR_BY_ONE: "year by one",
    DateHow.YEAR: "another year",
    DateHow.DAY: "another day",
    DateHow.MONTH: "another month",
    DateHow.DIGIT: "one digit",
    DateHow.ONLY_YEAR: "only the year",
}


def born(said: str, held: date, today: date) -> Compared:
    """A date of birth. Raises BadDate with words when what was typed is no date."""
    typed = read_born(said, today)
    if not typed:
        return Compared(fits=None, reason=NOT_TOLD)
    _, how = of_dates(typed, held)
    if how in {DateHow.SAME, DateHow.OTHER_READING}:
        if typed.exact:
            return Compared(fits=True, reason="the same day")
        return Compared(fits=None, reason="year fits; ask for the day and month")
    return Compared(fits=False, reason=_DATE_REASONS.get(how, "another date"))


def town(said: str, held: str) -> Compared:
    """A place of birth: spelling and sound forgiven, a county added to it too."""
    typed, known = words(said), words(held)
    if not typed:
        return Compared(fits=None, reason=NOT_TOLD)
    one_word, known_word = "".join(typed), "".join(known)
    alike = sounds(one_word) == sounds(known_word) or fuzz.ratio(one_word, known_word) >= SAME_STREET
    if alike or set(known) <= set(typed):
        return Compared(fits=True, reason="the same place")
    if all(any(of_words(one, other, False).value >= NEAR_WORD for one in typed) for other in known):
        return Compared(fits=True, reason="the same place, spelt otherwise")
    return Compared(fits=False, reason="another place")


@dataclass(frozen=True, kw_only=True)
class PlaceHeld:
    """An address on file."""

    number: str
    street: str
    town: str
    postcode: str


def address(said: str, held: PlaceHeld) -> Compared:
    """Street and number, or the postcode. A town alone does not settle it."""
    text = " ".join(said.replace(",", " ").split())
    if not letters(text):
        return Compared(fits=None, reason=NOT_TOLD)
    postcode = _postcode(text)
    number = re.search(r"\b\d{1,5}[A-Za-z]?\b", text.upper().replace(postcode, "") if postcode else text)
    same_street = _same_street(text, held.street)
    same_number = number is not None and number[0].upper() == held.number.upper()
    if same_street or (postcode and postcode == held.postcode):
        where = "street" if same_street else "postcode"
        if number is None or not held.number:
            return Compared(fits=True, reason=f"same {where}, no number given")
        reason = f"same {where} and number" if same_number else f"same {where}, another number"
        return Compared(fits=same_number, reason=reason)
    if held.town and letters(held.town) in letters(text):
        return Compared(fits=None, reason="same town; ask for the street")
    return Compared(fits=False, reason="another street")


def _postcode(text: str) -> str:
    for match in re.finditer(r"[A-Za-z]{1,2}\d[A-Za-z\d]?\s*\d[A-Za-z]{2}", text):
        if postcodes.is_postcode(match[0]):
            return postcodes.normalise(match[0])
    return ""


def _same_street(said: str, held: str) -> bool:
    known = street_key(held)
    if not known:
        return False
    typed = street_key(re.sub(r"^[\s\d]+[A-Za-z]?\s", "", said))
    if fuzz.partial_ratio(known, typed) >= SAME_STREET:
        return True
    first = known.rsplit(" ", 1)[0]  # people leave out "Road"
    return len(first) >= 5 and fuzz.partial_ratio(first, typed) >= 90


def telephone(said: str, held: Iterable[str]) -> Compared:
    """Any number on file (E.164); the last six digits are enough."""
    digits = re.sub(r"\D", "", said)
    if len(digits) < 6:
        return Compared(fits=None, reason=NOT_TOLD)
    whole = phones.e164(said) if phones.is_phone(said) else ""
    if any(one == whole or (len(digits) < 10 and one.endswith(digits[-6:])) for one in held):
        return Compared(fits=True, reason="a number on file")
    return Compared(fits=False, reason="no such number on file")


def mark(said: str, held: Sequence[tuple[str, str, str]]) -> Compared:
    """Scars and tattoos as (feature, place on the body, text). Where and what must both be told to fit."""
    typed = [word for word in words(said) if word not in _FILLER]
    if not typed or set(typed) <= _NOTHING:
        answered = set(words(said)) & (_NOTHING | {"no"})
        return Compared(fits=False if answered else None, reason="marks are on file" if answered else NOT_TOLD)
    best = max((_shared(typed, place), _shared(typed, f"{feature} {text}")) for feature, place, text in held)
    both = any(_shared(typed, place) and _shared(typed, f"{feature} {text}") for feature, place, text in held)
    if both:
        return Compared(fits=True, reason="what and where fit a mark on file")
    partly = bool(best[0]) or any(_shared(typed, f"{feature} {text}") for feature, _, text in held)
    return Compared(fits=None if partly else False, reason="part of it fits" if partly else "no such mark on file")


def _shared(typed: Sequence[str], held: str) -> int:
    known = [word for word in words(held) if word not in _FILLER]
    return sum(any(of_words(one, other, False).value >= NEAR_WORD for one in typed) for other in known)


def vehicle(said: str, held: Sequence[str]) -> Compared:
    """A registration mark, whole or in part, against normalised marks."""
    text = re.sub(r"[\s-]+", "", said).upper()
    if len(text) < 3 or not text.isascii() or not text.replace("?", "").replace("*", "").isalnum():
        return Compared(fits=None, reason=NOT_TOLD)
    if any(vrm.folded(text) == vrm.folded(one) for one in held):
        return Compared(fits=True, reason="the mark fits")
    pattern = vrm.folded(text).strip("*?")
    if len(pattern) >= 3 and any(pattern in vrm.folded(one) for one in held):
        return Compared(fits=None, reason="part of the mark fits")
    return Compared(fits=False, reason="another mark")
