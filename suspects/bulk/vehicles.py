"""Vehicles of the synthetic force: each mark is valid and comes once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from uuid import UUID

from suspects.bulk.places import BLOCK, made_id

_FIRST = "ABCDEFGHJKLMNOPRSTUVWXY"  # neither I, Q nor Z begin a current mark
_LAST = "ABCDEFGHJKLMNOPRSTUVWXYZ"  # neither I nor Q end one
_AGES = (*range(2, 27), *range(51, 77))
_YEARS = "ABCDEFGHJKLMNPRSTVWXY"  # of prefix marks
_CURRENT = len(_FIRST) ** 2 * len(_AGES) * len(_LAST) ** 3
_PREFIX = len(_YEARS) * 999 * len(_LAST) ** 3
_STEP = 100_000_007  # a prime: walks through all marks without meeting one twice

_MODELS = (
    ("FORD", "FIESTA", 10), ("FORD", "FOCUS", 9), ("FORD", "TRANSIT", 7), ("VAUXHALL", "CORSA", 9),
    ("VAUXHALL", "ASTRA", 8), ("VOLKSWAGEN", "GOLF", 8), ("VOLKSWAGEN", "POLO", 5), ("BMW", "3 SERIES", 6),
    ("BMW", "1 SERIES", 4), ("AUDI", "A3", 5), ("AUDI", "A4", 4), ("MERCEDES-BENZ", "C-CLASS", 4),
    ("NISSAN", "QASHQAI", 5), ("NISSAN", "MICRA", 3), ("TOYOTA", "YARIS", 4), ("TOYOTA", "AURIS", 2),
    ("PEUGEOT", "208", 3), ("RENAULT", "CLIO", 4), ("HONDA", "CIVIC", 4), ("KIA", "SPORTAGE", 3),
    ("HYUNDAI", "I10", 2), ("SKODA", "OCTAVIA", 3), ("SEAT", "LEON", 3), ("MINI", "COOPER", 3), ("FIAT", "500", 2),
)  # fmt: skip
_MODEL_SHARES = tuple(accumulate(share for _, _, share in _MODELS))
_COLOURS = ("BLACK", "WHITE", "GREY", "BLUE", "SILVER", "RED", "GREEN", "ORANGE", "YELLOW", "BROWN")
_COLOUR_SHARES = tuple(accumulate((20, 19, 18, 16, 12, 9, 2, 2, 1, 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeVehicle:
    """`vrm` is normalised. `keeper` and `driver` are fractions 0..1 of all people; None: nobody is known."""

    id: UUID
    vrm: str
    make: str
    model: str
    colour: str
    keeper: float | None
    driver: float | None


def vehicles(count: int, seed: int, *, first: int = 0) -> Iterator[MadeVehicle]:
    """`count` vehicles from index `first` on, a multiple of a thousand. ValueError otherwise."""
    if first % BLOCK:
        raise ValueError(f"a slice begins at a multiple of {BLOCK}")
    for start in range(first, first + count, BLOCK):
        random = Random(f"{seed}:vehicles:{start}")  # noqa: S311  # made up, not secret
        for index in range(start, min(start + BLOCK, first + count)):
            make, model, _ = random.choices(_MODELS, cum_weights=_MODEL_SHARES)[0]
            yield MadeVehicle(
                id=made_id(seed, "vehicle", index),
                vrm=mark(index, seed),
                make=make,
                model=model,
                colour=random.choices(_COLOURS, cum_weights=_COLOUR_SHARES)[0],
                keeper=random.random() if random.random() < 0.85 else None,
                driver=random.random() if random.random() < 0.15 else None,
            )


def mark(index: int, seed: int) -> str:
    """The registration mark of one vehicle: one in nine is an older prefix mark, the others are of today's style."""
    if index % 9 == 8:
        rest = (index * _STEP + seed * 7919) % _PREFIX
        rest, letters = divmod(rest, len(_LAST) ** 3)
        year, number = divmod(rest, 999)
        return f"{_YEARS[year]}{number + 1}{_letters(letters)}"
    rest = (index * _STEP + seed * 7919) % _CURRENT
    rest, letters = divmod(rest, len(_LAST) ** 3)
    rest, age = divmod(rest, len(_AGES))
    return f"{_FIRST[rest // len(_FIRST)]}{_FIRST[rest % len(_FIRST)]}{_AGES[age]:02d}{_letters(letters)}"


def _letters(number: int) -> str:
    base = len(_LAST)
    return _LAST[number // base // base] + _LAST[number // base % base] + _LAST[number % base]
