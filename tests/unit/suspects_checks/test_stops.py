"""The reason for checks: asked once per stop, in words that mean something (STANDARDS 5.12)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from core.errors import Invalid, NotAllowed
from core.models import AuditEvent
from core.roles import ADMIN, PROFESSIONAL_STANDARDS
from suspects.models import CheckStop, SuspectRules
from suspects.selectors.checks import open_stop
from suspects.services.stops import Place, end_stop, start_stop
from tests.factories import suspects as make
from tests.factories.core import make_actor
from tests.factories.incidents import make_incident, make_stranger, make_supervisor
from tests.unit.suspects_checks.conftest import WHY


def test_a_reason_is_kept_for_one_stop_with_its_audit_entry(reid):
    SuspectRules.objects.update(stop_minutes=20)
    stop = start_stop(
        actor=reid, reason_code="1", justification=f"  {WHY} ", place=Place(text="Weir Street", lat=53.7361, lon=0.4471)
    )
    assert (stop.justification, stop.place_text, stop.on_behalf_of, stop.on_mobile) == (WHY, "Weir Street", "", True)
    assert (stop.expires_at - stop.started_at).total_seconds() == 20 * 60
    assert open_stop(reid) == stop
    entry = AuditEvent.objects.get(object=f"suspects.checkstop:{stop.pk}")
    assert (entry.reason_code, entry.justification, entry.actor_id) == ("1", WHY, str(reid.user_id))


def test_a_second_stop_ends_the_first_and_end_ends_the_second(reid, at_a_stop):
    second = start_stop(actor=reid, reason_code="4", justification="Collision at Fen Road roundabout")
    at_a_stop.refresh_from_db()
    assert at_a_stop.ended_at is not None
    assert open_stop(reid) == second
    end_stop(actor=reid)
    end_stop(actor=reid)
    assert open_stop(reid) is None


def test_the_database_keeps_one_open_stop_per_person(reid, at_a_stop):
    at_a_stop.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        at_a_stop.save(force_insert=True)


@pytest.mark.parametrize(
    "words",
    ["", "check", "Check check check check", "n/a n/a n/a n/a", "person check please", "aaaaaaaaaaaaaa", "a b c d e f"],
)
def test_words_that_explain_nothing_are_refused(reid, words):
    with pytest.raises(Invalid) as refused:
        start_stop(actor=reid, reason_code="1", justification=words)
    assert "justification" in refused.value.fields
    assert not CheckStop.objects.exists()


def test_everything_that_is_wrong_is_said_at_once(reid):
    with pytest.raises(Invalid) as refused:
        start_stop(
            actor=reid,
            reason_code="5",
            justification="no",
            on_behalf_of="x",
            place=Place(text="x" * 200, lat=91, lon=0),
        )
    assert set(refused.value.fields) == {"justification", "on_behalf_of", "reference", "place_text"}


@pytest.mark.parametrize("code", ["6", "9"])
def test_administration_and_update_are_for_a_desk(reid, code):
    with pytest.raises(Invalid) as refused:
        start_stop(actor=reid, reason_code=code, justification="Confirming an entry after release")
    assert "reason_code" in refused.value.fields
    supervisor = make_supervisor()
    assert start_stop(actor=supervisor, reason_code=code, justification="Confirming an entry after release").pk
    on_a_phone = make_supervisor(last_name="Hale-Roy")
    on_a_phone = type(on_a_phone)(**{**on_a_phone.__dict__, "device": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1)"})
    with pytest.raises(Invalid):
        start_stop(actor=on_a_phone, reason_code=code, justification="Confirming an entry after release")


@pytest.mark.parametrize("code", ["", "x", "10", "A"])
def test_no_other_reason_is_taken(reid, code):
    with pytest.raises(Invalid, match="Choose a reason"):
        start_stop(actor=reid, reason_code=code, justification=WHY)


def test_an_investigation_needs_an_incident_or_a_crime_number(reid):
    incident = make_incident()
    words = "Named by the victim as the driver"
    stop = start_stop(actor=reid, reason_code="5", justification=words, reference=str(incident.serial))
    assert stop.incident_id == incident.pk
    crime = start_stop(actor=reid, reason_code="5", justification=words, reference="nm/1187/26")
    assert (crime.incident_id, crime.crime_ref) == (None, "NM/1187/26")
    for wrong in ("99999", "the burglary", "!!"):
        with pytest.raises(Invalid) as refused:
            start_stop(actor=reid, reason_code="5", justification=words, reference=wrong)
        assert "reference" in refused.value.fields


def test_another_forces_incident_is_no_incident(reid):
    theirs = make_incident(make_stranger())
    with pytest.raises(Invalid):
        start_stop(actor=reid, reason_code="5", justification="Named as driver", reference=str(theirs.serial + 7000))


def test_on_behalf_of_another_agency_says_which(reid):
    with pytest.raises(Invalid) as refused:
        start_stop(actor=reid, reason_code="8", justification="Border Force asks for an address")
    assert "on_behalf_of" in refused.value.fields


@pytest.mark.parametrize("role", [ADMIN, PROFESSIONAL_STANDARDS])
def test_who_may_not_check_gives_no_reason(reid, role):
    with pytest.raises(NotAllowed):
        start_stop(actor=make_actor(roles=(role,)), reason_code="1", justification=WHY)


def test_ones_own_stop_is_nobody_elses(reid, at_a_stop):
    assert open_stop(make.make_officer(last_name="Ansah")) is None
