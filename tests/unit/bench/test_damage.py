"""The damage that search_quality does: seeded, always a change, always something a person could type."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random
from uuid import uuid4

import pytest

from bench.damage import KINDS, SHORT, SOUNDS, SPELLINGS, Typed, damage
from bench.search_quality import Tally

pytestmark = pytest.mark.unit

PEOPLE = (
    Typed("Conor", "O'Halloran", date(1998, 6, 4)), Typed("William", "Smith-Jones", date(1961, 2, 28)),
    Typed("Mohammed", "Hussain", date(1988, 2, 29)), Typed("Katarzyna", "Nowak", date(2001, 12, 31), year_only=True),
    Typed("Li", "Wu"), Typed("Gurpreet", "Singh", date(1979, 10, 10)),
)  # fmt: skip


def test_every_damage_changes_something_and_leaves_a_name_and_a_date() -> None:
    random, seen = Random(5), Counter[str]()
    for _ in range(400):
        for typed in PEOPLE:
            damaged = damage(typed, random)
            seen.update(damaged.kinds)
            assert len(damaged.kinds) <= 3
            assert (damaged.typed != typed) or len(damaged.kinds) != 1
            assert damaged.typed.given
            assert damaged.typed.surname
            assert (damaged.typed.born is None) == (typed.born is None)
            assert damaged.typed.year_only == typed.year_only
    assert set(seen) == set(KINDS)


def test_the_same_seed_does_the_same() -> None:
    one, other, another = ([damage(typed, Random(seed)) for typed in PEOPLE] for seed in (1, 1, 2))
    assert one == other
    assert one != another


def test_tables_are_of_names_in_small_letters() -> None:
    for table in (SHORT, SPELLINGS):
        assert all(name.isalpha() and name.islower() and forms and name not in forms for name, forms in table.items())
    assert all(old and old != new for old, new in SOUNDS)


def test_a_tally_counts_ten_and_one() -> None:
    tally, people = Tally(), [uuid4() for _ in range(12)]
    for found in (people, people[::-1], [], [people[1], people[0]]):
        tally.take(people[0], found, 2.0)
    assert tally.figures() == {"queries": 4, "recall_at_10": 0.5, "first_rate": 0.25, "p50_ms": 2.0, "p95_ms": 2.0}
