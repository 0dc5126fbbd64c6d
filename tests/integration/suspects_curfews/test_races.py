"""Two officers at one door, and one phone that sends twice, at the same moment: one check, one breach.

Needs a database whose writers wait for each other: PostgreSQL, or a SQLite file (`TEST_SQLITE`).
"""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest

from core.clock import local, now
from core.errors import Conflict
from suspects.models import CurfewBreach, CurfewCheck, WantedRecord
from suspects.services.curfews import Recorded
from tests.factories import suspects as make
from tests.factories.curfews import log
from tests.helpers.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def curfew(transactional_db):
    """Jade's night began an hour ago, whatever time it is; an inspector allows a knock in quiet hours."""
    force = make.make_suspect_tables()
    jade = make.make_person(force, surname="Corrie", given_names="Jade")
    door = make.make_address(force, number="8", street="Eel Pie Court", lat=53.7361, lon=0.4471)
    begins = (local(now()) - dt.timedelta(hours=1)).time().replace(second=0, microsecond=0)
    return make.make_condition(
        jade, "JE", address=door, start=begins, minutes=600, quiet_hours_authorised="Insp. Dowd 1021"
    )


def test_two_officers_log_the_same_try_at_once(curfew):
    crew = [make.make_officer(call_sign="NB21"), make.make_officer(last_name="Ansah", call_sign="NB21")]
    outcomes = at_once(6, lambda number: log(crew[number % 2], curfew, attempt=1))
    won = [one for one in outcomes if isinstance(one, Recorded)]
    lost = [one for one in outcomes if isinstance(one, Conflict)]
    assert (len(won), len(lost)) == (1, 5), outcomes
    assert {one.code for one in lost} == {"already_logged"}
    assert CurfewCheck.objects.get() == won[0].check


def test_one_tap_that_arrives_many_times(curfew):
    reid, key = make.make_officer(), uuid4()
    outcomes = at_once(6, lambda _: log(reid, curfew, "NOT_PRESENT_CONFIRMED", key=key))
    assert all(isinstance(one, Recorded) for one in outcomes), outcomes
    assert len({one.check.pk for one in outcomes}) == 1
    assert (CurfewCheck.objects.count(), CurfewBreach.objects.count(), WantedRecord.objects.count()) == (1, 1, 1)


def test_breaches_at_many_doors_at_once_are_numbered_without_a_gap(curfew):
    force, reid = curfew.force, make.make_officer()
    begins = curfew.slots.first().start
    doors = [
        make.make_condition(
            make.make_person(force, surname=f"Moss{letter}"), start=begins, minutes=600, quiet_hours_authorised="x",
            address=curfew.address,
        )
        for letter in "abcdef"
    ]  # fmt: skip
    outcomes = at_once(6, lambda number: log(reid, doors[number], "REFUSED_TO_COME_TO_DOOR"))
    assert all(isinstance(one, Recorded) for one in outcomes), outcomes
    numbers = sorted(CurfewBreach.objects.values_list("reference", flat=True))
    assert numbers == [f"CB-{number:05d}" for number in range(1, 7)]
