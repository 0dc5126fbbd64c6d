"""A person on file against what was asked: a score to order the list by, and words for what is the same and what
differs. The words are what an officer reads; the score is never a verdict and never merges anybody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from suspects.matching.closeness import APART, DateHow, How, Nearness, of_dates, of_words
from suspects.matching.folding import given_words, letters, plain, surname_words
from suspects.matching.reasons import in_words
from suspects.matching.results import PersonQuery

#: What a full match of each part is worth, and what a plain contradiction costs. A surname tells more than a forename,
#: a date of birth more than either; proportions as in record linkage (Fellegi and Sunter, 1969), rounded.
SURNAME, GIVEN, BORN = 10.0, 6.5, 12.0
OTHER_SURNAME, OTHER_GIVEN, OTHER_DATE = -5.0, -3.0, -4.0
MIDDLE = 1.0
TURNED_NAMES = 0.94
NOTHING_ALIKE = 40  # rapidfuzz ratio of whole names, 0..100
CLEAR = 0.85  # both names as near as this: the other order needs no look
UNSAID_ORDER = 0.995  # "halloran conor", without a comma: most people begin with the forename


class NameHeld(NamedTuple):
    """A name on file as written: `given` "Conor Patrick", `surname` "O'Halloran", `type` "LEGAL"."""

    given: str
    surname: str
    type: str = ""

    @property
    def filename(self) -> str:
        """Police order: SURNAME, Forename Middle."""
        if not self.surname:
            return self.given
        return f"{self.surname.upper()}, {self.given}" if self.given else self.surname.upper()


class Fit(NamedTuple):
    """How one name of a person fits. `same` and `differs` are made on demand: most candidates are never shown."""

    points: float
    name: NameHeld
    surname: Nearness
    given: Nearness
    turned: bool
    date_how: DateHow


class Scored(NamedTuple):
    """`score` 0..100; `finer` orders equals."""

    score: int
    finer: float
    fit: Fit
    query: PersonQuery
    born: date | None

    def reasons(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What is the same and what differs, in words."""
        return in_words(self.query, self.fit.name.given, self.fit.name.surname, self.fit.surname, self.fit.given,
                        self.fit.turned, self.fit.date_how, self.born)  # fmt: skip


def unlike(query: PersonQuery, names: Iterable[NameHeld]) -> bool:
    """Whether no name shares as much as some letters with what was typed. A date of birth alone brings many such, and
    comparing them word by word costs more than finding them."""
    typed = plain(" ".join((*query.given, query.surname)))
    held = [plain(f"{name.given} {name.surname}") for name in names]
    return bool(typed.strip()) and all(
        fuzz.ratio(typed, one) < NOTHING_ALIKE and fuzz.token_sort_ratio(typed, one) < NOTHING_ALIKE for one in held
    )


def score(query: PersonQuery, names: Iterable[NameHeld], born: date | None) -> Scored | None:
    """The best fitting of a person's names. None when nothing fits at all.

    `born` is the date of birth on file, None when unknown.
    """
    date_value, date_how = of_dates(query.born, born)
    most = _most(query)
    fits = [_fit(query, name, date_how) for name in names]
    if not fits or not most:
        return None
    best = max(fits, key=lambda fit: fit.points)
    by_date = BORN * date_value if date_value else (OTHER_DATE if date_how is DateHow.NOT else 0.0)
    points = best.points + by_date
    if points <= 0:
        return None
    full = min(100, round(100 * points / most))
    return Scored(score=max(1, full), finer=points, fit=best, query=query, born=born)


def _most(query: PersonQuery) -> float:
    return (SURNAME if query.surname else 0.0) + (GIVEN if query.given else 0.0) + (BORN if query.born else 0.0)


def _fit(query: PersonQuery, name: NameHeld, date_how: DateHow) -> Fit:
    points, surname, given = _names(query.given, query.surname, name.given, name.surname)
    turned = False
    if query.given and query.surname and (surname.value < CLEAR or given.value < CLEAR):
        if _given(given_words(query.surname), given_words(name.given)).value:
            other = _names((query.surname,), " ".join(query.given), name.given, name.surname)
            worth = TURNED_NAMES if query.order_known else UNSAID_ORDER
            if other[1].value and other[2].value and other[0] * worth > points:
                points, surname, given, turned = other[0] * worth, other[1], other[2], True
    elif query.surname and not query.order_known:
        alone = _given(given_words(query.surname), given_words(name.given)[:1])
        if alone.value * SURNAME * TURNED_NAMES > points:
            points, surname, given, turned = alone.value * SURNAME * TURNED_NAMES, APART, alone, True
    return Fit(points, name, surname, given, turned, date_how)


@lru_cache(maxsize=20_000)
def _names(
    given: tuple[str, ...], surname: str, held_given: str, held_surname: str
) -> tuple[float, Nearness, Nearness]:
    last = _surname(surname, held_surname) if surname else APART
    typed, held = tuple(word for name in given for word in given_words(name)), given_words(held_given)
    first = _given(typed, held) if typed else APART
    if surname and not last.value and len(held) > 1:
        inside = _inside(surname, held[1:])
        last = Nearness(0.8, How.PART) if inside else last
    points = (SURNAME * last.value if last.value else OTHER_SURNAME) if surname else 0.0
    points += (GIVEN * first.value if first.value else (OTHER_GIVEN if held else 0.0)) if typed else 0.0
    if len(typed) > 1 and len(held) > 1 and first.value:
        points += MIDDLE if of_words(typed[1], held[1], True).value else -MIDDLE
    return points, last, first


def _inside(surname: str, held: Sequence[str]) -> bool:
    return any(of_words(word, name, False).value >= 0.85 for word in surname_words(surname) for name in held)


def _surname(typed: str, held: str) -> Nearness:
    whole = of_words(letters(typed), letters(held), False)
    if whole.how is How.SAME:
        return whole
    best = APART
    for one in surname_words(typed):
        for other in surname_words(held):
            near = of_words(one, other, False)
            if near.value > best.value:
                best = near
    if best.how is How.SAME:
        best = Nearness(0.92, How.PART)
    elif best.value and best.value < 0.9 and len(surname_words(typed)) != len(surname_words(held)):
        best = Nearness(best.value * 0.95, best.how)
    return max(best, whole, key=lambda near: near.value)


def _given(typed: Sequence[str], held: Sequence[str]) -> Nearness:
    if not typed or not held:
        return APART
    best = of_words(typed[0], held[0], True)
    if best.value >= CLEAR or len(typed) == len(held) == 1:
        return best
    joined = of_words("".join(typed), "".join(held), True)
    if joined.value > best.value:
        best = joined
    for one, other in [(typed[0], name) for name in held[1:]] + [(name, held[0]) for name in typed[1:]]:
        near = of_words(one, other, True)
        value = near.value * 0.9
        if len(one) > 1 and len(other) > 1 and near.value >= 0.8 and value > best.value:
            best = Nearness(value, How.MIDDLE)
    return best
