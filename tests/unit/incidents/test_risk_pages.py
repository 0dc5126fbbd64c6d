"""The tabs THRIVE, Grade, M/ETHANE and Close, and the call form, in a browser's requests."""

from __future__ import annotations

from uuid import uuid4

import pytest

from core.roles import DISPATCHER
from incidents.models import GradeRequest, GradeTick, Incident, RiskAssessment
from incidents.services import save_methane
from tests.factories.core import make_actor
from tests.factories.incidents import assess_again, contact, make_incident, thrive
from tests.unit.console.conftest import browser_of

HX = {"HX-Request": "true"}
TABS = ("thrive", "grade", "methane", "close", "facts")


@pytest.fixture
def desk(okafor):
    return browser_of(okafor)


@pytest.fixture
def hale_desk(hale):
    return browser_of(hale)


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_opens(desk, incident, tab, django_assert_max_num_queries):
    with django_assert_max_num_queries(27):
        page = desk.get(f"/incidents/{incident.pk}/{tab}/")
    assert page.status_code == 200
    assert b"<form" in page.content


def test_the_call_form_asks_for_thrive_before_a_priority(desk):
    form = {**contact(), "grade_code": "P", "client_key": str(uuid4())}
    refused = desk.post("/incidents/new/", form)
    assert refused.status_code == 422
    assert "Threat: choose Low, Medium or High." in refused.content.decode()
    ticks = {"criteria": ["CONCERN_FOR_SAFETY"], "flags": ["CHILD_PRESENT"]}
    taken = desk.post("/incidents/new/", {**form, **thrive(), **ticks})
    assert taken.status_code == 302
    assert GradeTick.objects.get().code == "CONCERN_FOR_SAFETY"
    head = desk.get(taken["Location"] + "head/").content.decode()
    assert "Child present" in head
    assert "THRIVE v1" in head
    assert "Assign in" in head


def test_two_handlers_assess_at_once(desk, hale, incident):
    first = {**thrive(), "occasion": "REVIEW", "seen": "0"}
    assess_again(hale, incident)
    said = desk.post(f"/incidents/{incident.pk}/thrive/", first, headers=HX).content.decode()
    assert "Saved as version 2. Version 1 came in while you wrote" in said
    assert RiskAssessment.objects.filter(incident=incident).count() == 2


def test_a_handler_asks_for_a_lower_grade_and_a_supervisor_accepts(desk, hale_desk, incident):
    asked = {"grade_code": "P", "reason": "Both have left.", "seen_grade": "I", "act": "ask"}
    assert "Asked." in desk.post(f"/incidents/{incident.pk}/grade/", asked, headers=HX).content.decode()
    waiting = hale_desk.get("/incidents/requests/").content.decode()
    assert "Both have left." in waiting
    one = GradeRequest.objects.get()
    hale_desk.post(f"/incidents/requests/{one.pk}/", {"act": "accept", "reason": "Agreed."})
    assert Incident.objects.get(pk=incident.pk).current_grade.code == "P"


def test_somebody_saved_a_methane_meanwhile(desk, hale, incident):
    save_methane(actor=hale, incident_id=incident.pk, given={"exact_location": "Gate 2"}, seen_version=0)
    mine = {"exact_location": "North gate", "casualties_p1": "3", "seen": "0"}
    beside = desk.post(f"/incidents/{incident.pk}/methane/", mine, headers=HX)
    page = beside.content.decode()
    assert beside.status_code == 422
    assert "North gate" in page  # mine
    assert "<bdi>Gate 2</bdi>" in page  # theirs
    assert 'name="seen" value="1"' in page
    again = desk.post(f"/incidents/{incident.pk}/methane/", {**mine, "seen": "1"}, headers=HX)
    assert "Saved as version 2." in again.content.decode()


def test_closing_by_a_word_and_opening_again(desk, hale, hale_desk, incident):
    form = {"category_code": "nuisance", "text": "Moved on."}
    refused = hale_desk.post(f"/incidents/{incident.pk}/close/", form, headers=HX)
    assert "Nobody attended" in refused.content.decode()
    assess_again(hale, incident)
    refused = hale_desk.post(f"/incidents/{incident.pk}/close/", form, headers=HX).content.decode()
    assert "Choose the type of behaviour." in refused
    whole = {**form, "asb_class": "NUISANCE", "asb_type": "NOISE", "qualifiers": ["ALCOHOL"]}
    assert "Ask" not in hale_desk.post(f"/incidents/{incident.pk}/close/", whole, headers=HX).content.decode()
    assert not Incident.objects.get(pk=incident.pk).is_open
    assert "Alcohol" in desk.get(f"/incidents/{incident.pk}/close/").content.decode()
    hale_desk.post(f"/incidents/{incident.pk}/reopen/", {"reason": "Caller rang again."})
    again = Incident.objects.get(pk=incident.pk)
    assert (again.is_open, again.closing_text, again.asb_type) == (True, "Moved on.", "NOISE")


def test_a_dispatcher_does_not_edit_what_the_caller_said(incident):
    dunn = browser_of(make_actor(roles=(DISPATCHER,)))
    assert dunn.post(f"/incidents/{incident.pk}/facts/", {"caller_name": "x", "seen": "0"}).status_code == 403


def test_names_from_right_to_left_stay_in_their_line(desk, okafor):
    incident = make_incident(okafor, caller_name="ليلى")
    assert 'dir="auto"' in desk.get(f"/incidents/{incident.pk}/facts/").content.decode()
