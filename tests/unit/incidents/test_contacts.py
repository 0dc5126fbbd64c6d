"""Callers: every incident has its contact, several callers are linked and never merged."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEvent, LiveEvent
from core.roles import CALL_HANDLER
from incidents.models import Contact, ContactLink, Incident, LogEntry
from incidents.selectors import call_facts, callers_of, lost_calls, own_calls, similar_incidents, verify_log
from incidents.selectors.similar import Description
from incidents.services import Caller, attach_contact, dismiss_call, open_from_contact, take_event
from tests.factories.calls import FIXED, told
from tests.factories.core import make_actor
from tests.factories.incidents import contact as intake
from tests.factories.incidents import make_incident
from tests.unit.console.conftest import browser_of


def ring(iccs, okafor=None, call_id: str = "C-1") -> Contact:
    take_event(actor=iccs, told=told(call_id=call_id, eisec=FIXED))
    if okafor is not None:
        take_event(actor=iccs, told=told("ANSWERED", call_id=call_id, collar_number=okafor.user.collar_number))
    return Contact.objects.get(external_id=call_id)


def test_an_incident_from_the_form_has_its_contact(okafor):
    caller = Caller(number="07700 900417", name="Leah Marsden", role="WITNESS", language="Polish", interpreter=True)
    incident = open_from_contact(actor=okafor, caller=caller, **intake())
    [link] = callers_of(okafor, incident)
    kept = link.contact
    assert (kept.cli, kept.name, kept.role, kept.interpreter) == ("+447700900417", "Leah Marsden", "WITNESS", True)
    assert kept.answered_by_id == okafor.user_id
    assert kept.waited is None


def test_the_same_form_twice_is_one_incident_with_one_contact(okafor):
    given, caller = intake(), Caller(number="07700 900417")
    first = open_from_contact(actor=okafor, caller=caller, **given)
    second = open_from_contact(actor=okafor, caller=caller, **given)
    assert first == second
    assert (Contact.objects.count(), ContactLink.objects.count()) == (1, 1)


def test_a_call_that_was_answered_keeps_its_lines_facts_beside_what_was_typed(okafor, iccs):
    call = ring(iccs, okafor)
    caller = Caller(contact_id=call.pk, number="07700 900999", name="Hannah Pryce", role="VICTIM")
    incident = open_from_contact(actor=okafor, caller=caller, **intake(caller_number="07700 900999"))
    call.refresh_from_db()
    assert (call.cli, call.callback_number, call.name, call.eisec_name) == (
        "+447700900862", "+447700900999", "Hannah Pryce", "H PRYCE"
    )  # fmt: skip
    assert call.links.get().incident == incident
    assert incident.locations.get().source == "EISEC_FIXED"


def test_what_is_wrong_leaves_neither_incident_nor_contact(okafor):
    with pytest.raises(Invalid) as refusal:
        open_from_contact(actor=okafor, caller=Caller(safe_number="12"), **intake())
    assert set(refusal.value.fields) == {"safe_number"}
    with pytest.raises(Invalid):
        open_from_contact(actor=okafor, caller=Caller(), **intake(grade_code="?"))
    with pytest.raises(NotFound):
        open_from_contact(actor=okafor, caller=Caller(contact_id=uuid4()), **intake())
    assert not Incident.objects.exists()
    assert not Contact.objects.exists()


def test_what_is_wrong_with_caller_and_incident_is_told_in_one_go(okafor):
    """On the telephone there is no time for a second round."""
    with pytest.raises(Invalid) as refusal:
        open_from_contact(
            actor=okafor, caller=Caller(safe_number="12"), **intake(grade_code="Q", description="x" * 4001)
        )
    assert set(refusal.value.fields) == {"safe_number", "grade_code", "description"}
    with pytest.raises(Invalid):
        open_from_contact(actor=okafor, caller=Caller(safe_number="12"), **intake())
    assert not Incident.objects.exists()
    assert not Contact.objects.exists()


def test_a_second_caller_is_linked_and_the_log_says_so(okafor, incident, iccs):
    call = ring(iccs, okafor)
    attach_contact(
        actor=okafor, incident_id=incident.pk, caller=Caller(contact_id=call.pk, name="Hannah Pryce", role="WITNESS"),
        words="He has run towards the harbour.",
    )  # fmt: skip
    said = list(LogEntry.objects.filter(incident=incident).order_by("seq").values_list("type", "text"))[-2:]
    assert said[0] == ("CALL", "Caller 1: Hannah Pryce, witness, 07700 900862. 999 contact, attached here.")
    assert said[1] == ("NARRATIVE", "He has run towards the harbour.")
    assert verify_log(okafor, incident).ok
    topics = LiveEvent.objects.filter(kind="call.changed", data__what="linked").values_list("topic", flat=True)
    assert list(topics) == [f"incident.{incident.pk}"]


def test_attaching_twice_says_it_once(okafor, incident):
    key = uuid4()
    for _ in range(2):
        attach_contact(actor=okafor, incident_id=incident.pk, caller=Caller(name="Jo"), words="Again", client_key=key)
    assert Contact.objects.count() == 1
    assert LogEntry.objects.filter(incident=incident, text="Again").count() == 1


def test_a_form_that_went_to_one_incident_does_not_go_to_another(okafor, incident):
    key = uuid4()
    attach_contact(actor=okafor, incident_id=incident.pk, caller=Caller(), client_key=key)
    with pytest.raises(Conflict):
        attach_contact(actor=okafor, incident_id=make_incident(okafor).pk, caller=Caller(), client_key=key)


def test_one_call_may_be_about_two_incidents(okafor, incident, iccs):
    call, other = ring(iccs, okafor), make_incident(okafor)
    for one in (incident, other):
        attach_contact(actor=okafor, incident_id=one.pk, caller=Caller(contact_id=call.pk))
    assert call.links.count() == 2


def test_who_may(okafor, reid, stranger, incident, iccs):
    call = ring(iccs, okafor)
    with pytest.raises(NotAllowed):
        attach_contact(actor=reid, incident_id=incident.pk, caller=Caller())
    with pytest.raises(NotFound):
        attach_contact(actor=stranger, incident_id=incident.pk, caller=Caller())
    with pytest.raises(NotFound):
        call_facts(stranger, call.pk)
    with pytest.raises(NotAllowed):
        call_facts(reid, call.pk)
    with pytest.raises(NotFound):
        open_from_contact(actor=stranger, caller=Caller(contact_id=call.pk), **intake())


def test_the_top_bar_has_ones_own_call_until_it_ends(okafor, hale, iccs):
    assert own_calls(okafor) == []
    call = ring(iccs, okafor)
    [mine] = own_calls(okafor)
    assert (mine.id, mine.line, mine.channel, mine.taken) == (call.pk, "3", "999", False)
    assert own_calls(hale) == []
    open_from_contact(actor=okafor, caller=Caller(contact_id=call.pk), **intake())
    assert own_calls(okafor)[0].taken
    take_event(actor=iccs, told=told("ENDED"))
    assert own_calls(okafor) == []


def test_a_call_that_rings_off_before_its_form_opens_waits_until_it_is_linked(okafor, hale, iccs):
    call = ring(iccs, okafor)
    take_event(actor=iccs, told=told("ENDED"))
    assert [(one.id, one.rang_off, one.taken) for one in own_calls(okafor)] == [(call.pk, True, False)]
    assert [(one.id, one.answered_by) for one in lost_calls(hale)] == [(call.pk, str(okafor.user))]
    second = ring(iccs, okafor, call_id="C-2")  # the one on the line stands first
    assert [(one.id, one.rang_off) for one in own_calls(okafor)] == [(second.pk, False), (call.pk, True)]
    open_from_contact(actor=okafor, caller=Caller(contact_id=call.pk), **intake())
    assert [one.id for one in own_calls(okafor)] == [second.pk]
    assert lost_calls(hale) == []


def test_a_call_that_rang_off_is_dismissed_with_a_reason(okafor, hale, stranger, reid, iccs):
    call = ring(iccs, okafor)
    with pytest.raises(Conflict, match="still on the line"):
        dismiss_call(actor=okafor, contact_id=call.pk, reason="Wrong number.")
    take_event(actor=iccs, told=told("ENDED"))
    other = make_actor(roles=(CALL_HANDLER,), last_name="Whitlock")
    for actor, error in ((other, NotAllowed), (reid, NotAllowed), (stranger, NotFound)):
        with pytest.raises(error):
            dismiss_call(actor=actor, contact_id=call.pk, reason="Wrong number.")
    with pytest.raises(Invalid):
        dismiss_call(actor=okafor, contact_id=call.pk, reason="  ")
    browser = Client()
    browser.force_login(okafor.user)
    assert "rang off" in browser.get(reverse("incidents:on_the_line")).content.decode()
    url, fetch = reverse("incidents:dismiss_call", args=[call.pk]), {"X-Requested-With": "fetch"}
    assert browser.post(url, {"reason": "Wrong number, she said sorry."}, headers=fetch).status_code == 204
    call.refresh_from_db()
    assert (call.dismissed_by_label, call.dismissed_why) == (okafor.label, "Wrong number, she said sorry.")
    assert (own_calls(okafor), lost_calls(hale)) == ([], [])
    assert AuditEvent.objects.filter(object=f"incidents.contact:{call.pk}", fields=["dismissed"]).count() == 1


def test_a_supervisor_sees_calls_without_an_incident_and_may_dismiss_them(okafor, hale, iccs):
    call = ring(iccs, okafor)
    take_event(actor=iccs, told=told("ENDED"))
    browser = Client()
    browser.force_login(hale.user)
    for address in ("", "?part=clocks"):
        page = browser.get(reverse("incidents:supervise") + address).content.decode()
        assert "Calls without an incident" in page
        assert reverse("incidents:dismiss_call", args=[call.pk]) in page
        assert "PRYCE" not in page
    dismiss_call(actor=hale, contact_id=call.pk, reason="Rang back: a child playing.")
    assert lost_calls(hale) == []
    with pytest.raises(NotAllowed):
        lost_calls(okafor)


def test_a_silent_call_that_was_answered_and_cut_off_opens_a_record(okafor, iccs):
    start = now() - timedelta(seconds=20)
    take_event(actor=iccs, told=told(at=start, silent_55=True))
    collar = okafor.user.collar_number
    take_event(actor=iccs, told=told("ANSWERED", at=start + timedelta(seconds=4), collar_number=collar))
    take_event(actor=iccs, told=told("ENDED", at=start + timedelta(seconds=7)))
    incident = Incident.objects.get()
    assert incident.description == "Silent call, 55 pressed: answered, cut off after 7 s. Ring back."
    assert own_calls(okafor) == []


@pytest.mark.parametrize("answered", [True, False])
def test_a_form_open_while_the_call_drops_makes_no_second_record(okafor, iccs, answered):
    """Sgt Okafor types; the line falls silent; the record is there before the form is sent."""
    start = now() - timedelta(seconds=20)
    take_event(actor=iccs, told=told(at=start, silent_55=answered))
    if answered:
        number = okafor.user.collar_number
        take_event(actor=iccs, told=told("ANSWERED", at=start + timedelta(seconds=4), collar_number=number))
    call = Contact.objects.get()
    take_event(actor=iccs, told=told("ENDED", at=start + timedelta(seconds=9)))
    record = Incident.objects.get()
    typed = intake(description="Whispering, a door slams.")
    with pytest.raises(Conflict) as refusal:
        open_from_contact(actor=okafor, caller=Caller(contact_id=call.pk), **typed)
    assert refusal.value.code == "rang_off"
    assert record.reference in refusal.value.message
    assert Incident.objects.get() == record
    (first, *_) = similar_incidents(okafor, Description(call=call.pk))
    assert (first.incident, first.likeliness, first.reasons[0]) == (record, "Likely", "this very call")
    attach_contact(
        actor=okafor, incident_id=record.pk, caller=Caller(contact_id=call.pk), words=typed["description"],
        client_key=typed["client_key"],
    )  # fmt: skip
    assert LogEntry.objects.filter(incident=record, text="Whispering, a door slams.").exists()


def test_a_form_taken_before_the_call_dropped_is_the_record_and_sent_again_it_is_the_same(okafor, iccs):
    call = ring(iccs, okafor)
    typed = intake()
    first = open_from_contact(actor=okafor, caller=Caller(contact_id=call.pk), **typed)
    take_event(actor=iccs, told=told("ENDED"))
    assert open_from_contact(actor=okafor, caller=Caller(contact_id=call.pk), **typed) == first
    assert Incident.objects.count() == 1


def test_the_page_keeps_what_was_typed_when_the_call_dropped_meanwhile(okafor, iccs):
    start = now() - timedelta(seconds=20)
    take_event(actor=iccs, told=told(at=start, silent_55=True))
    take_event(actor=iccs, told=told("ENDED", at=start + timedelta(seconds=9)))
    record = Incident.objects.get()
    given = {**intake(description="A door slams."), "call": str(Contact.objects.get().pk)}
    desk = browser_of(okafor)
    page = desk.post("/incidents/new/", given)
    assert page.status_code == 422
    assert "A door slams." in page.content.decode()
    assert record.reference in page.content.decode()
    answer = desk.post("/incidents/new/", given, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (409, "rang_off")
    assert Incident.objects.get() == record


def test_looking_at_a_call_and_at_callers_is_one_entry_each(okafor, incident, iccs):
    call = ring(iccs, okafor)
    before = AuditEvent.objects.count()
    call_facts(okafor, call.pk)
    callers_of(okafor, incident)
    assert AuditEvent.objects.count() == before + 2


def test_ten_callers_cost_no_more_queries_than_two(okafor, incident, django_assert_num_queries):
    for number in range(10):
        attach_contact(actor=okafor, incident_id=incident.pk, caller=Caller(name=f"Caller {number}"))
    with django_assert_num_queries(5):
        assert len(callers_of(okafor, incident)) == 10
