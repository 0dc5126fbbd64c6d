"""Every model of this app: another force sees no row."""

from __future__ import annotations

import pytest
from django.apps import apps

from core.actors import Actor
from core.clock import now
from core.errors import NotFound
from core.models.base import ForceOwned
from incidents import models, selectors
from incidents.services import (
    Caller,
    amend_facts,
    ask_grade,
    assign,
    attach_contact,
    book_on,
    restrict_entry,
    save_methane,
    set_resource_status,
    show_suggestion,
    sit_down,
    take_event,
    telephony,
)
from incidents.services.radio import take_message
from tests.factories.calls import aml, told
from tests.factories.incidents import assess_again, make_entry, make_incident, make_location, make_resource
from tests.factories.partners import Machine

MODELS = sorted(apps.get_app_config("incidents").get_models(), key=lambda model: model.__name__)


def test_every_model_belongs_to_a_force():
    assert all(issubclass(model, ForceOwned) for model in MODELS)


@pytest.fixture
def busy(hale):
    """At least one row of every model."""
    incident = make_incident(hale, criteria=["VIOLENCE"], flags=["HATE"])
    make_location(incident)
    _risk(hale, incident)
    _call(hale, incident)
    unit = make_resource(call_sign="NB21")
    shown = show_suggestion(actor=hale, incident_id=incident.pk)
    assign(actor=hale, incident_id=incident.pk, resource_id=unit.pk, shown_id=shown.shown_id)
    for state in ("0", "14"):
        set_resource_status(actor=hale, resource_id=unit.pk, status_code=state)
    connection = models.RadioConnection.objects.create(force_id=hale.force_id, name="Airwave", token_hash="a" * 64)
    take_message(connection=connection, message_id="m-1", unit="NB21", state="5", at=now())
    book_on(actor=hale)
    sit_down(Actor.for_user(hale.user, terminal="CH 12"))
    here = {"force_id": hale.force_id, "user_id": hale.user_id, "made_at": now()}
    browser = models.PushSubscription.objects.create(**here, endpoint="https://push.example/1", p256dh="k", auth="a")
    models.Push.objects.create(**here, subscription=browser, incident=incident, word="ASSIGNED", subject=incident.pk)
    ambulance = Machine.of()
    ambulance.send(ambulance.message())
    return incident


def _risk(hale, incident):
    assess_again(hale, incident)
    entry = make_entry(incident, hale)
    restrict_entry(actor=hale, incident_id=incident.pk, seq=entry.seq, restricted=True, reason="Names a source.")
    ask_grade(actor=hale, incident_id=incident.pk, grade_code="P", reason="Calm.")
    save_methane(actor=hale, incident_id=incident.pk, given={"exact_location": "Gate 2"}, seen_version=0)
    amend_facts(actor=hale, incident_id=incident.pk, given={"caller_name": "Lea Marsden"}, seen=0)
    here = {"force_id": hale.force_id, "incident": incident}
    models.CloseRequest.objects.create(**here, reason="x", asked_at=now(), asked_by_label="x")
    models.CrimeNumber.objects.create(**here, number="42/1/26", at=now(), by_label="x")
    models.IncidentQualifier.objects.create(**here, word=models.Qualifier.objects.first(), at=now(), by_label="x")
    models.RiskSettings.objects.create(force_id=hale.force_id)
    models.AttendanceArea.objects.create(force_id=hale.force_id, name="Wolds", outline="53,0 53,1 52,1")


def _call(hale, incident):
    telephony.make_connection(actor=Actor.system(hale.force_id), force_id=hale.force_id, name="ICCS")
    take_event(actor=Actor.provider(hale.force_id, "ICCS"), told=told("AML", call_id="C-1", aml=aml()))
    attach_contact(actor=hale, incident_id=incident.pk, caller=Caller(contact_id=models.Contact.objects.get().pk))
    models.UnspokenDefault.objects.create(
        force_id=hale.force_id, kind="SILENT", category=incident.opening_category, grade=incident.current_grade
    )


@pytest.mark.parametrize("model", MODELS)
def test_another_force_sees_no_row(busy, hale, stranger, model):
    ours = model.objects.visible_to(hale)
    assert ours.exists()
    assert not model.objects.visible_to(stranger).filter(pk__in=list(ours.values_list("pk", flat=True))).exists()
    assert not model.objects.visible_to(stranger).exclude(force_id=stranger.force_id).exists()


@pytest.mark.parametrize("model", MODELS)
def test_nobody_sees_no_row(busy, model):
    assert not model.objects.visible_to(Actor.nobody()).exists()


def test_no_selector_shows_a_stranger_anything(busy, stranger):
    assert selectors.board(stranger).rows == ()
    assert selectors.incidents_page(stranger).incidents == []
    assert selectors.find_incidents(stranger, "1").incidents == []
    assert selectors.resources_on_map(stranger) == []
    assert selectors.units_of(stranger, busy) == []
    assert selectors.partner_desk(stranger) == selectors.PartnerDesk(offers=[], not_taken=[])
    assert selectors.share_lines(stranger, busy) == selectors.partners(stranger) == []
    for table in (selectors.grades, selectors.categories, selectors.resource_statuses):
        assert {row.force_id for row in table(stranger)} == {stranger.force_id}
    for read in (selectors.get_incident, selectors.incident_key, selectors.log_entries, selectors.verify_log):
        with pytest.raises(NotFound):
            read(stranger, busy.pk)
