"""100 kB, emoji, reordering characters and times to come, as a browser or a program sends them: plain words come back,
what was typed stays, and nothing half is written."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest

from core.clock import now
from incidents.models import Contact, Incident, LogEntry
from tests.unit.console.test_incident_pages import FETCH

HUGE = "He has a knife. " * 6400  # 100 kB and more
JSON = {**FETCH, "Accept": "application/json"}
NAME = "Zoë 🚓 \u202eMarsden\u2066"
KEPT = "Zoë 🚓 Marsden"


def test_a_log_entry_of_100_kb_is_refused_in_words_and_the_next_one_is_taken(desk, incident) -> None:
    url, before = f"/incidents/{incident.pk}/log/", LogEntry.objects.count()
    for field in ("text", "options"):
        answer = desk.post(url, {"type": "DECISION", "text": "Hold.", field: HUGE}, headers=JSON)
        assert answer.status_code == 422
        assert answer.json()["message"] == "Use at most 4,000 characters; this is 102,399."
    assert LogEntry.objects.count() == before
    assert desk.post(url, {"type": "NARRATIVE", "text": HUGE[:4000]}, headers=JSON).status_code == 201


def test_the_api_refuses_100_kb_and_names_the_field(desk, incident) -> None:
    url = f"/api/v1/incidents/{incident.pk}/log/"
    answer = desk.post(url, {"type": "NARRATIVE", "text": HUGE}, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert "text" in answer.content.decode()


@pytest.mark.parametrize("ahead", [timedelta(minutes=5), timedelta(days=400)])
def test_an_entry_about_the_future_is_kept_with_our_time_and_the_api_refuses_it_in_words(desk, incident, ahead) -> None:
    """A terminal's clock that is wrong loses nobody's words; a machine is told to have its clock set right."""
    when, before = now() + ahead, LogEntry.objects.count()
    url = f"/incidents/{incident.pk}/log/"
    form = {"type": "NARRATIVE", "text": "He will come.", "occurred_at": when.isoformat()}
    assert desk.post(url, form, headers=FETCH).status_code == 201
    kept, said = LogEntry.objects.filter(incident=incident).order_by("seq")[before:]
    assert (kept.text, kept.occurred_at < when) == ("He will come.", True)
    assert said.text.startswith(f"Entry {kept.seq} has the server's time.")
    assert desk.post(f"/api/v1{url}", form, content_type="application/json").status_code == 422
    assert LogEntry.objects.count() == before + 2


def test_emoji_stay_and_reordering_characters_go_in_log_contact_and_place(desk, incident) -> None:
    assert (
        desk.post(f"/incidents/{incident.pk}/log/", {"type": "NARRATIVE", "text": NAME}, headers=FETCH).status_code
        == 201
    )
    assert LogEntry.objects.filter(incident=incident).latest("seq").text == KEPT
    caller = {"client_key": str(uuid4()), "channel": "999", "caller_name": NAME, "description": NAME}
    assert desk.post(f"/incidents/{incident.pk}/contacts/", caller).status_code == 302
    assert Contact.objects.get(links__incident=incident).name == KEPT
    place = {"act": "report", "place": NAME, "seen": ""}
    desk.post(f"/incidents/{incident.pk}/where/", place, headers={"HX-Request": "true"})
    assert Incident.objects.get(pk=incident.pk).locations.latest("received_at").words == KEPT
    assert "\u202e" not in desk.get(f"/incidents/{incident.pk}/").content.decode()


def test_a_contact_of_100_kb_is_refused_and_the_form_still_holds_it(desk, incident) -> None:
    caller = {"client_key": str(uuid4()), "channel": "999", "caller_name": "Zoë Marsden", "description": HUGE}
    answer = desk.post(f"/incidents/{incident.pk}/contacts/", caller)
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Use at most" in page
    assert HUGE in page
    assert not Contact.objects.filter(links__incident=incident).exists()


def test_a_place_of_100_kb_is_refused_and_the_field_still_holds_it(desk, incident) -> None:
    form = {"act": "report", "place": HUGE.strip(), "seen": ""}
    answer = desk.post(f"/incidents/{incident.pk}/where/", form, headers={"HX-Request": "true"})
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Use at most 300 characters" in page
    assert HUGE.strip() in page
