"""Wanted records: opened, approved by somebody else, given another priority, cancelled; each step in the history."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest

from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEvent, LiveEvent
from core.roles import CALL_HANDLER
from suspects.models import Reservation, WantedChange, WantedRecord
from suspects.selectors.wanted import GalleryFilters, gallery
from suspects.services import wanted
from suspects.services.reservations import reserve
from suspects.services.wanted import WantedDetails
from tests.factories.core import make_actor
from tests.factories.wanted import make_officer, make_place, make_pyke, make_record

PYKE = {"basis": "RECALL_PRISON", "band": "P1", "offence": "Recall to prison, wounding", "source": "PNC"}


def open_one(actor, person=None, *, draft=False, **given):
    person = person or make_pyke()
    return wanted.open_wanted(actor=actor, person_id=person.pk, details=WantedDetails(**PYKE | given), draft=draft)


def refusal(kind, call, code):
    with pytest.raises(kind) as error:
        call()
    assert error.value.code == code, error.value
    return error.value


def heard(actor):
    rows = LiveEvent.objects.filter(topic=f"wanted.{actor.force_id}", kind="wanted.changed").order_by("id")
    return [(row.data["wanted"], row.data["state"], row.data["band"]) for row in rows]


def test_a_sergeant_circulates_and_the_band_says_how_soon(sergeant):
    address = make_place()
    record = open_one(
        sergeant, address_id=str(address.pk), two_officers=True, crime_ref="NM/1187/26", band_reason="Knife",
        issued_at=now() - dt.timedelta(days=2), grounds_known_at=now() - dt.timedelta(days=3),
    )  # fmt: skip
    record.refresh_from_db()
    assert (record.state, record.address, record.two_officers, record.band.code) == ("ACTIVE", address, True, "P1")
    assert record.due_at - record.circulated_at == dt.timedelta(hours=24)
    assert (record.opened_by_id, record.opened_by_label) == (sergeant.user_id, sergeant.label)
    [change] = WantedChange.objects.all()
    assert (change.from_state, change.to_state, change.by_label) == ("", "ACTIVE", sergeant.label)
    assert heard(sergeant) == [(str(record.pk), "ACTIVE", "P1")]
    assert AuditEvent.objects.filter(action="COLLECT", object=f"suspects.wantedrecord:{record.pk}").count() == 1


def test_what_is_typed_wrong_is_said_together(sergeant):
    with pytest.raises(Invalid) as error:
        open_one(
            sergeant, basis="LYNCH", band="P0", offence=" ", source="", warrant_category="A", address_id=uuid4(),
            issued_at=now() + dt.timedelta(hours=1), grounds_known_at=dt.datetime(2026, 1, 1), urn="x" * 14,
        )  # fmt: skip
    assert set(error.value.fields) == {
        "basis", "band", "offence", "source", "warrant_category", "address_id", "issued_at", "grounds_known_at", "urn",
    }  # fmt: skip
    assert not WantedRecord.objects.exists()
    assert open_one(sergeant, basis="WARRANT_FTA", warrant_category="A").warrant_category == "A"


def test_an_officer_writes_a_draft_and_another_person_approves_it(reid, sergeant):
    record = open_one(reid)
    assert (record.state, record.circulated_at) == ("DRAFT", None)
    assert heard(reid) == []
    assert gallery(reid, GalleryFilters()).cards == ()
    refusal(NotAllowed, lambda: wanted.approve(actor=reid, wanted_id=record.pk), "not_allowed")
    approved = wanted.approve(actor=sergeant, wanted_id=record.pk, expected_version=1)
    assert (approved.state, approved.approved_by_label, approved.version) == ("ACTIVE", sergeant.label, 2)
    assert approved.due_at - approved.circulated_at == dt.timedelta(hours=24)
    assert [change.to_state for change in WantedChange.objects.all()] == ["DRAFT", "ACTIVE"]
    assert heard(reid) == [(str(record.pk), "ACTIVE", "P1")]
    refusal(Conflict, lambda: wanted.approve(actor=sergeant, wanted_id=record.pk), "state")


def test_nobody_approves_their_own_draft(sergeant):
    record = open_one(sergeant, draft=True)
    error = refusal(NotAllowed, lambda: wanted.approve(actor=sergeant, wanted_id=record.pk), "own_draft")
    assert "another sergeant" in error.message
    other = make_officer("NB11", roles=("sergeant",))
    assert wanted.approve(actor=other, wanted_id=record.pk).state == "ACTIVE"


def test_the_system_drafts_after_a_breach(reid):
    record = open_one(Actor.system(reid.force_id), draft=True, basis="BREACH_BAIL", band="P2")
    assert (record.state, record.opened_by_id, record.opened_by_label) == ("DRAFT", None, "System")


def test_wanted_once_for_one_thing(sergeant):
    person = make_pyke()
    first = open_one(sergeant, person)
    refusal(Conflict, lambda: open_one(sergeant, person, offence="RECALL to prison, Wounding"), "already_wanted")
    open_one(sergeant, person, basis="WARRANT_FTA", offence="Theft")
    wanted.cancel(actor=sergeant, wanted_id=first.pk, reason="Recall withdrawn")
    open_one(sergeant, person)


def test_another_priority_with_a_reason(sergeant):
    record = make_record(circulated_at=now() - dt.timedelta(hours=5))
    changed = wanted.change_band(actor=sergeant, wanted_id=record.pk, band="P2", reason="Handed in the knife")
    assert (changed.band.code, changed.band_reason) == ("P2", "Handed in the knife")
    assert changed.due_at - changed.circulated_at == dt.timedelta(hours=72)
    assert WantedChange.objects.get().text == "P1 to P2: Handed in the knife"
    assert heard(sergeant) == [(str(record.pk), "ACTIVE", "P2")]
    error = refusal(
        Invalid, lambda: wanted.change_band(actor=sergeant, wanted_id=record.pk, band="P2", reason=" "), "invalid"
    )
    assert set(error.fields) == {"band", "reason"}
    stale = {"wanted_id": record.pk, "band": "P3", "reason": "x", "expected_version": 1}
    refusal(Conflict, lambda: wanted.change_band(actor=sergeant, **stale), "stale")


def test_cancelling_stands_down_whoever_is_on_the_way(reid, sergeant):
    record = make_record()
    row = reserve(actor=reid, wanted_id=record.pk, acknowledged=[], client_key=uuid4())
    refusal(Invalid, lambda: wanted.cancel(actor=sergeant, wanted_id=record.pk, reason=""), "invalid")
    cancelled = wanted.cancel(actor=sergeant, wanted_id=record.pk, reason="Surrendered at the court")
    row.refresh_from_db()
    assert (cancelled.state, cancelled.closed_reason) == ("CANCELLED", "Surrendered at the court")
    assert (row.state, row.end_reason) == ("STOOD_DOWN", "No longer wanted: Surrendered at the court")
    assert LiveEvent.objects.filter(topic=f"person.{reid.user_id}", kind="wanted.reservation").count() == 1
    assert gallery(reid, GalleryFilters()).cards == ()
    refusal(Conflict, lambda: wanted.cancel(actor=sergeant, wanted_id=record.pk, reason="x"), "state")
    refusal(Conflict, lambda: wanted.change_band(actor=sergeant, wanted_id=record.pk, band="P2", reason="x"), "state")
    assert Reservation.objects.count() == 1


def test_wanted_again_after_an_arrest(reid, sergeant):
    record = make_record(state="IN_CUSTODY", closed_at=now(), closed_reason="Arrested")
    again = wanted.reactivate(actor=sergeant, wanted_id=record.pk, reason="Escaped from hospital")
    assert (again.state, again.closed_at, again.closed_reason) == ("ACTIVE", None, "")
    assert again.due_at - again.circulated_at == dt.timedelta(hours=24)
    refusal(Conflict, lambda: wanted.reactivate(actor=sergeant, wanted_id=record.pk, reason="x"), "state")


def test_roles_and_other_forces(reid, sergeant, stranger):
    record, person = make_record(), make_pyke(surname="Daud")
    handler = make_actor(roles=(CALL_HANDLER,))
    refusal(NotAllowed, lambda: open_one(handler, person), "not_allowed")
    refusal(NotFound, lambda: open_one(stranger, person), "not_found")
    given = {"wanted_id": record.pk, "reason": "x"}
    for actor, kind, code in ((reid, NotAllowed, "not_allowed"), (stranger, NotFound, "not_found")):
        refusal(kind, lambda a=actor: wanted.cancel(actor=a, **given), code)
        refusal(kind, lambda a=actor: wanted.change_band(actor=a, band="P2", **given), code)
        refusal(kind, lambda a=actor: wanted.reactivate(actor=a, **given), code)
        refusal(kind, lambda a=actor: wanted.approve(actor=a, wanted_id=record.pk), code)
