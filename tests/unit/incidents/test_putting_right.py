"""Two who put right what the caller said: both are told, and nobody's words are lost."""

from __future__ import annotations

import re
from html import unescape

import pytest

from core.errors import Conflict
from incidents.models import FactAmendment, LogEntry
from incidents.selectors import verify_log
from incidents.services import amend_facts
from tests.factories.incidents import make_incident
from tests.unit.console.conftest import browser_of

HX = {"HX-Request": "true"}


@pytest.fixture
def incident(okafor):
    return make_incident(okafor, caller_name="Lee Marsden")


@pytest.fixture
def desk(okafor):
    return browser_of(okafor)


@pytest.fixture
def hale_desk(hale):
    return browser_of(hale)


def opened(desk, incident) -> dict[str, str]:
    """The form as this browser got it."""
    return fields(desk.get(f"/incidents/{incident.pk}/facts/", headers=HX).content.decode())


def fields(page: str) -> dict[str, str]:
    found = {}
    for tag in re.findall(r"<input[^>]+>", page):
        name, value = (re.search(rf'{part}="([^"]*)"', tag) for part in ("name", "value"))
        found[name[1]] = unescape(value[1]) if value else ""
    place = re.search(r"<textarea[^>]*name=\"location_text\"[^>]*>(.*?)</textarea>", page, re.DOTALL)
    return found | {"location_text": unescape(place[1]).strip()}


def send(desk, incident, form):
    return desk.post(f"/incidents/{incident.pk}/facts/", form, headers=HX)


def test_the_second_editor_gets_back_their_own_words_and_the_others_value(desk, hale_desk, incident):
    mine, theirs = opened(desk, incident), opened(hale_desk, incident)
    assert send(hale_desk, incident, {**theirs, "caller_name": "Lea Marsden"}).status_code == 200
    refused = send(desk, incident, {**mine, "caller_name": "Leigh Marsden"})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert fields(page)["caller_name"] == "Leigh Marsden"
    assert re.search(r"Hale \d+ changed name to “Lea Marsden” at \d\d:\d\d:\d\d", page)
    incident.refresh_from_db()
    assert incident.caller_name == "Lea Marsden"


def test_saving_again_puts_it_in_place_and_the_log_holds_both(desk, hale_desk, okafor, incident):
    mine, theirs = opened(desk, incident), opened(hale_desk, incident)
    send(hale_desk, incident, {**theirs, "caller_name": "Lea Marsden"})
    refused = send(desk, incident, {**mine, "caller_name": "Leigh Marsden"})
    assert send(desk, incident, fields(refused.content.decode())).status_code == 200
    incident.refresh_from_db()
    assert incident.caller_name == "Leigh Marsden"
    said = LogEntry.objects.filter(incident=incident, type="CORRECTION").order_by("seq").values_list("text", flat=True)
    assert ["was Lee Marsden" in said[0], "Leigh Marsden, was Lea Marsden" in said[1]] == [True, True]
    assert verify_log(okafor, incident).ok


def test_two_who_change_different_fields_both_succeed(desk, hale_desk, incident):
    """Each form also carries the fields its person did not touch, as they were a minute ago."""
    mine, theirs = opened(desk, incident), opened(hale_desk, incident)
    assert send(hale_desk, incident, {**theirs, "location_text": "No. 19"}).status_code == 200
    assert send(desk, incident, {**mine, "caller_name": "Leigh Marsden"}).status_code == 200
    incident.refresh_from_db()
    assert (incident.caller_name, incident.location_text) == ("Leigh Marsden", "No. 19")
    assert FactAmendment.objects.filter(incident=incident).count() == 2


def test_after_a_refusal_an_untouched_field_is_the_others_and_is_not_put_back(desk, hale_desk, incident):
    mine, theirs = opened(desk, incident), opened(hale_desk, incident)
    send(hale_desk, incident, {**theirs, "caller_name": "Lea Marsden", "location_text": "No. 19"})
    again = fields(send(desk, incident, {**mine, "caller_name": "Leigh Marsden"}).content.decode())
    assert (again["caller_name"], again["location_text"]) == ("Leigh Marsden", "No. 19")
    send(desk, incident, again)
    incident.refresh_from_db()
    assert (incident.caller_name, incident.location_text) == ("Leigh Marsden", "No. 19")


def test_a_number_that_is_none_is_refused_with_everything_still_there(desk, incident):
    form = opened(desk, incident) | {"caller_number": "call me", "location_text": "No. 19"}
    refused = send(desk, incident, form)
    assert refused.status_code == 422
    assert fields(refused.content.decode()) | {"csrfmiddlewaretoken": ""} == form | {"csrfmiddlewaretoken": ""}


def test_a_form_without_what_it_saw_is_still_checked_by_its_number(okafor, hale, incident):
    amend_facts(actor=hale, incident_id=incident.pk, given={"caller_name": "Lea Marsden"}, seen=0)
    with pytest.raises(Conflict, match="Lea Marsden"):
        amend_facts(actor=okafor, incident_id=incident.pk, given={"caller_name": "Leigh Marsden"}, seen=0)
