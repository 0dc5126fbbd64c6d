"""What the database itself refuses about the exposure guard."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from core.clock import now
from streaming.models import CarePolicy, Exposure, ExposureTally, HandOver
from streaming.services import exposure
from tests.factories.core import make_force
from tests.helpers.refused_rows import insert, refused


def test_policies(guard: CarePolicy) -> None:
    other = make_force("98", "Southmere Police").pk
    refused("care_policy_one_per_force", insert(guard))
    refused("care_asks_first", insert(guard, force_id=other, hand_over_minutes=19))
    refused("care_asks_first", insert(guard, force_id=other, ask_minutes=0))
    refused("care_keeps_not_for_ever", insert(guard, force_id=other, keep_days=400))


def test_levels(call, okafor) -> None:
    exposure.set_level(actor=okafor, session_id=call.session.pk, level="softened")
    row = Exposure.objects.get()
    refused("streaming.Exposure.incident", insert(row))
    from tests.factories.links import open_call

    refused("exposure_level_known", insert(row, incident_id=open_call(okafor).pk, level="see"))


def test_minutes(okafor) -> None:
    row = ExposureTally.objects.create(
        force_id=okafor.force_id, user_id=okafor.user_id, label=okafor.label, period="day:2026-11-22", last_at=now()
    )
    refused("tally_one_per_person_and_shift", insert(row))
    refused("tally_not_negative", insert(row, period="day:2026-11-23", seconds=-1))
    refused("tally_has_a_period", insert(row, period=""))


def test_hand_overs(call, okafor, bello, hale) -> None:
    row = exposure.hand_over(actor=hale, session_id=call.session.pk, from_user=okafor.user_id, to_user=bello.user_id)
    refused("handed_to_somebody_else", insert(row, to_user_id=row.from_user_id))
    for act in (lambda: HandOver.objects.filter(pk=row.pk).update(to_label="nobody"), row.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_only_a_covert_page_has_a_quick_exit(call) -> None:
    refused("session_left_was_covert", insert(call.session, left_at=now()))
