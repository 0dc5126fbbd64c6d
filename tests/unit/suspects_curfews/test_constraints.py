"""Each rule the database itself keeps about bail, curfews, checks and breaches, shown by the row it refuses."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from suspects.models import CurfewCheck, CurfewSlot
from tests.factories.curfews import log
from tests.helpers.refused_rows import insert, refused


def test_bail_and_conditions(bail, curfew):
    refused("bail_ends_after_it_begins", insert(bail, ends_at=bail.starts_at))
    refused("condition_says_what", insert(curfew, text=""))
    slot = CurfewSlot.objects.filter(condition=curfew).first()
    refused("curfew_slot_once", insert(slot))
    free = {"start": dt.time(9)}
    for wrong in ({"weekday": 7}, {"minutes": 0}, {"minutes": 1441}):
        refused("curfew_slot_within_a_day", insert(slot, **free, **wrong))


def test_checks(clock, reid, curfew):
    row = log(reid, curfew).check
    refused("curfew_check_sent_once", insert(row, attempt=2))
    refused("curfew_attempt_once_per_night", insert(row, client_key=uuid4()))
    insert(row, attempt=2, client_key=uuid4())()


def test_checks_stay_as_they_were_written(clock, reid, curfew):
    log(reid, curfew)
    for rewrite in (
        lambda: CurfewCheck.objects.update(outcome="PRESENT_SEEN"),
        lambda: CurfewCheck.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rewrite()
    assert CurfewCheck.objects.get().outcome == "NO_REPLY"


def test_breaches(clock, reid, curfew):
    breach = log(reid, curfew, "NOT_PRESENT_CONFIRMED").breach
    later = {"night": dt.date(2026, 11, 22)}
    refused("one_breach_per_night", insert(breach, reference="CB-99999"))
    refused("breach_reference_once_per_force", insert(breach, **later))
    refused("drafted_breach_names_it", insert(breach, **later, reference="CB-99999", wanted_id=None))
