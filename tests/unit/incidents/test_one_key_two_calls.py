"""Two call forms with one key: the second caller's words are never dropped without a word to the handler."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from core.errors import Conflict
from incidents.models import Contact, ContactLink, Incident, LogEntry
from incidents.services import Caller, attach_contact, change_grade, open_from_contact, open_incident, take_event
from incidents.services.intake import KeyUsed
from tests.factories.calls import FIXED, switchboard, told
from tests.factories.incidents import contact, make_tables, thrive
from tests.unit.console.conftest import browser_of

JSON = {"Accept": "application/json"}
LEAH = {"caller_number": "07700 900111", "caller_name": "Leah Marsden", "description": "House fire"}
HANNAH = {"caller_number": "07700 900222", "caller_name": "Hannah Pryce", "description": "Stabbing"}


@pytest.fixture
def desk(okafor):
    return browser_of(okafor)


def sent(key, **changes):
    return {**contact(**changes), "client_key": str(key)}


def test_the_same_contents_again_are_the_same_incident(okafor):
    given = contact(grade_code="P", assessment=thrive(), flags=["CHILD_PRESENT"], criteria=["CONCERN_FOR_SAFETY"])
    first = open_from_contact(actor=okafor, caller=Caller(number="07700 900111"), **given)
    again = open_from_contact(actor=okafor, caller=Caller(number="07700 900111"), **given)
    assert first == again
    assert (Incident.objects.count(), Contact.objects.count(), ContactLink.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("other", [
    {"description": "Stabbing"}, {"caller_number": "07700 900222"}, {"caller_name": "Hannah Pryce"},
    {"location_text": "3 Fish Street"}, {"category_code": "101"}, {"grade_code": "P", "assessment": thrive()},
    {"rural": True}, {"flags": ["CHILD_PRESENT"]}, {"channel": "101"}, {"description": ""},
    {"caller_number_withheld": True}, {"assessment": thrive()},
])  # fmt: skip
def test_other_contents_are_a_conflict_that_names_the_incident(okafor, other):
    key = uuid4()
    first = open_incident(actor=okafor, **contact(client_key=key))
    with pytest.raises(KeyUsed) as refusal:
        open_incident(actor=okafor, **contact(**other, client_key=key))
    assert refusal.value.incident == first
    assert first.reference in refusal.value.message
    assert Incident.objects.count() == 1


def test_a_resend_is_the_same_also_when_the_incident_went_on(okafor, hale):
    given = contact()
    first = open_incident(actor=okafor, **given)
    change_grade(actor=hale, incident_id=first.pk, grade_code="S", reason="Both have left.")
    assert open_incident(actor=okafor, **given) == first


def test_other_facts_of_the_caller_are_a_conflict(okafor):
    given = contact()
    open_from_contact(actor=okafor, caller=Caller(name="Leah Marsden"), **given)
    with pytest.raises(KeyUsed):
        open_from_contact(actor=okafor, caller=Caller(name="Leah Marsden", safe_number="07700 900333"), **given)


def test_both_callers_have_an_incident_in_the_end(desk, okafor):
    key = uuid4()
    assert desk.post("/incidents/new/", sent(key, **LEAH)).status_code == 302
    page = desk.post("/incidents/new/", sent(key, **HANNAH))
    html = page.content.decode()
    assert page.status_code == 422
    assert "with other words" in html
    for words in ("Stabbing", "Hannah Pryce", "07700 900222"):
        assert words in html
    fresh = re.search(r'name="client_key" value="([0-9a-f-]{36})"', html)[1]
    assert fresh != str(key)
    assert desk.post("/incidents/new/", sent(fresh, **HANNAH)).status_code == 302
    assert Incident.objects.count() == 2
    assert LogEntry.objects.filter(text="Stabbing").exists()
    assert Contact.objects.filter(cli="+447700900222").exists()


def test_a_script_gets_the_same_in_json(desk, okafor):
    key = uuid4()
    first = desk.post("/incidents/new/", sent(key, **LEAH), headers=JSON)
    assert (first.status_code, first.json()["next"]) == (201, f"/incidents/{Incident.objects.get().pk}/")
    again = desk.post("/incidents/new/", sent(key, **LEAH), headers=JSON)
    assert again.json() == first.json()
    other = desk.post("/incidents/new/", sent(key, **HANNAH), headers=JSON)
    assert other.status_code == 409
    assert other.json()["code"] == "key_used"
    assert desk.post("/incidents/new/", sent(other.json()["client_key"], **HANNAH), headers=JSON).status_code == 201
    assert Incident.objects.count() == 2


def test_a_script_hears_each_field_that_is_wrong(desk, okafor):
    refused = desk.post("/incidents/new/", sent(uuid4(), grade_code="P"), headers=JSON)
    assert refused.status_code == 422
    assert refused.json()["fields"]["threat_score"] == "Threat: choose Low, Medium or High."
    link = desk.post("/incidents/new/", {**sent(uuid4()), "then": "link", "link_mode": "video"}, headers=JSON)
    assert list(link.json()["fields"]) == ["caller_agrees"]
    assert not Incident.objects.exists()


def test_two_attached_callers_with_one_key_are_both_heard_of(desk, okafor, incident):
    key, address = str(uuid4()), f"/incidents/{incident.pk}/contacts/"
    assert desk.post(address, {"client_key": key, **LEAH}).status_code == 302
    assert desk.post(address, {"client_key": key, **LEAH}).status_code == 302
    page = desk.post(address, {"client_key": key, **HANNAH})
    assert page.status_code == 422
    assert "Stabbing" in page.content.decode()
    assert LogEntry.objects.filter(incident=incident, text="House fire").count() == 1
    answer = desk.post(address, {"client_key": key, **HANNAH}, headers=JSON)
    taken = desk.post(address, {**HANNAH, "client_key": answer.json()["client_key"]}, headers=JSON)
    assert taken.json() == {"next": f"/incidents/{incident.pk}/"}
    assert Contact.objects.filter(cli="+447700900222").exists()


def test_the_same_key_with_other_words_about_the_same_caller(okafor, incident):
    given = {"actor": okafor, "incident_id": incident.pk, "caller": Caller(name="Jo"), "client_key": uuid4()}
    attach_contact(**given, words="He ran")
    with pytest.raises(Conflict):
        attach_contact(**given, words="He is back, with a knife")


def test_new_words_about_a_call_that_is_attached_already_are_added(okafor, incident):
    make_tables(okafor_force(okafor))
    iccs = switchboard(okafor_force(okafor))
    take_event(actor=iccs, told=told(call_id="C-1", eisec=FIXED))
    caller = Caller(contact_id=Contact.objects.get(external_id="C-1").pk)
    for words in ("He ran", "He ran", "He is back, with a knife"):
        attach_contact(actor=okafor, incident_id=incident.pk, caller=caller, words=words)
    said = LogEntry.objects.filter(incident=incident, type="NARRATIVE").order_by("seq").values_list("text", flat=True)
    assert list(said)[-2:] == ["He ran", "He is back, with a knife"]


def okafor_force(okafor):
    return okafor.user.force
