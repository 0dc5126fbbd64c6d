"""The knowledge receipt: what one officer was shown, frozen and hashed; and what changed since."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

import pytest
from django.db import DatabaseError, transaction

from core import audit
from core.clock import now
from core.errors import NotAllowed, NotFound
from core.models import AuditEvent
from core.roles import ADMIN
from suspects.models import KnowledgeReceipt
from suspects.selectors.cards import vehicle_card
from suspects.selectors.profile import person_profile
from suspects.selectors.receipts import get_receipt
from suspects.services.receipts import Acknowledged, keep_receipt
from tests.factories import suspects as make
from tests.factories.core import make_actor
from tests.factories.incidents import make_stranger, make_supervisor
from tests.helpers.flush import triggers_off


@pytest.fixture
def pyke(reid):
    person = make.make_person()
    make.make_marker(person, "WE")
    return person


def shown(actor, person, **more):
    profile = person_profile(actor, person.pk, "profile")
    return keep_receipt(
        actor=actor, subject="PERSON", record_id=person.pk, title=profile.title, facts=profile.as_facts(),
        purpose="profile", **more,
    )  # fmt: skip


def test_a_receipt_is_canonical_json_with_its_hash_and_a_number_of_its_own(reid, at_a_stop, pyke):
    marker = pyke.markers.get()
    ticked = Acknowledged(marker_id=marker.pk, at=now())
    first, second = shown(reid, pyke), shown(reid, pyke, acknowledged=[ticked])
    collar = reid.user.collar_number
    assert [first.reference, second.reference] == [f"KR-{collar}-0001", f"KR-{collar}-0002"]
    assert hashlib.sha256(second.content.encode()).hexdigest() == second.sha256
    content = json.loads(second.content)
    assert json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False) == second.content
    assert (content["reason_code"], content["shown_to"], content["force"]) == ("1", reid.label, "99")
    [warning] = [fact for fact in content["facts"] if fact["section"] == "warning"]
    assert (warning["text"], warning["source"], bool(warning["dated"])) == (marker.text, "PNC", True)
    assert warning["acknowledged_at"] == ticked.at.isoformat()


def test_the_same_shown_again_is_the_same_receipt_until_something_changes(reid, pyke):
    first = shown(reid, pyke)
    assert shown(reid, pyke) == first
    assert shown(make.make_officer(last_name="Ansah"), pyke) != first
    make.make_marker(pyke, "VI", "Fights when told he is under arrest.")
    assert shown(reid, pyke) != first


def test_what_changed_since_then_is_told_and_the_copy_stays(reid, pyke):
    gone = make.make_marker(pyke, "DR", "May have needles.")
    receipt = shown(reid, pyke)
    assert get_receipt(reid, receipt.pk).changes == ()
    gone.removed_at, gone.removed_reason = now(), "Entered about another person"
    gone.save()
    changed = pyke.markers.get(kind__code="WE")
    changed.text = "Carries two knives."
    changed.save()
    make.make_marker(pyke, "VI", "Fights when told he is under arrest.")
    page = get_receipt(reid, receipt.pk)
    assert [(change.what, change.text) for change in page.changes] == [
        ("added", "Fights when told he is under arrest."),
        ("changed", "Carries two knives."),
        ("gone", "May have needles."),
    ]
    assert page.sealed
    assert "Carries a lock knife" in receipt.content


def test_nothing_but_time_is_no_change(reid, pyke, monkeypatch):
    receipt = shown(reid, pyke)
    later = now() + dt.timedelta(days=400)
    monkeypatch.setattr("suspects.selectors.profile.reading.now", lambda: later)
    assert [change for change in get_receipt(reid, receipt.pk).changes if change.text] == []


def test_the_database_refuses_to_rewrite_a_receipt_and_a_forged_one_is_seen(reid, pyke):
    receipt = shown(reid, pyke)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        KnowledgeReceipt.objects.update(content="{}")
    from django.db import connection

    with triggers_off(connection):
        KnowledgeReceipt.objects.update(content=receipt.content.replace("lock knife", "pocket comb"))
    assert not get_receipt(reid, receipt.pk).sealed


def test_a_receipt_is_for_its_officer_and_who_supervises_checks_with_an_entry_each(reid, pyke):
    receipt = shown(reid, pyke)
    before = AuditEvent.objects.count()
    assert get_receipt(make_supervisor(), receipt.pk).receipt == receipt
    assert get_receipt(reid, receipt.pk).receipt == receipt
    assert AuditEvent.objects.count() == before + 2
    for actor in (make.make_officer(last_name="Ansah"), make_stranger(roles=("supervisor",), last_name="Else")):
        with pytest.raises(NotFound):
            get_receipt(actor, receipt.pk)
    with pytest.raises(NotAllowed):
        get_receipt(make_actor(roles=(ADMIN,)), receipt.pk)


def test_one_look_at_a_card_with_its_receipt_is_one_entry_with_its_reason(reid, at_a_stop):
    vehicle = make.make_vehicle()
    make.make_link(make.make_person(), vehicle, kind="KEEPER")
    before = set(AuditEvent.objects.values_list("pk", flat=True))
    with audit.one_reading(reid, f"suspects.vehicle:{vehicle.pk}", purpose="vehicle card"):
        card = vehicle_card(reid, vehicle.pk)
        receipt = keep_receipt(
            actor=reid, subject="VEHICLE", record_id=vehicle.pk, title=card.title, facts=card.as_facts(), purpose="card"
        )
    [entry] = AuditEvent.objects.exclude(pk__in=before)
    assert (entry.action, entry.reason_code, entry.justification) == ("CONSULT", "1", at_a_stop.justification)
    assert any(receipt.reference in field for field in entry.fields)
    assert get_receipt(reid, receipt.pk).changes == ()
