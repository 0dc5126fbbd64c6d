"""Decisions as the quick entry sends them, and as every console and the API show them."""

from __future__ import annotations

import re
from uuid import uuid4

from incidents.models import LogEntry
from incidents.services import append_log
from tests.unit.console.test_incident_pages import FETCH, words

HOLD = {"type": "DECISION", "text": "Hold the cordon.", "options": "Wait for <b>dogs</b>.", "ethics": "In proportion."}


def test_the_quick_entry_offers_the_fields_and_forces_none(desk, incident) -> None:
    page = desk.get(f"/incidents/{incident.pk}/").content.decode()
    fields = page.split("data-decision>")[1].split("</fieldset>")[0]
    for name in ("information", "threat_risk", "powers_policy", "options", "action_review", "ethics", "cites_seq"):
        assert f'name="{name}"' in fields
    assert "required" not in fields


def test_a_decision_is_shown_in_its_lines_on_every_console(desk, incident) -> None:
    url = f"/incidents/{incident.pk}/log/"
    own = desk.post(url, {**HOLD, "client_key": str(uuid4())}, headers=FETCH)
    assert own.status_code == 201
    others = desk.get(url).content.decode()
    for page in (own.content.decode(), others):
        assert "<b>Options</b> Wait for &lt;b&gt;dogs&lt;/b&gt;.</span>" in page
        assert "<b>Code of Ethics</b> In proportion.</span>" in page
        assert "<b>dogs</b>" not in page


def test_a_decision_sent_twice_is_numbered_once(desk, incident) -> None:
    url, entry = f"/incidents/{incident.pk}/log/", {**HOLD, "client_key": str(uuid4())}
    first, again = (desk.post(url, entry, headers=FETCH) for _ in range(2))
    assert first.content == again.content
    assert LogEntry.objects.filter(type="DECISION").count() == 1


def test_it_works_without_scripts_and_links_to_what_it_cites(desk, okafor, incident) -> None:
    seen = append_log(
        actor=okafor, incident_id=incident.pk, type="MEDIA", channel="system", text="Mark at 00:01:29: knife"
    )
    answer = desk.post(f"/incidents/{incident.pk}/log/", {**HOLD, "cites_seq": seen.seq})
    page = desk.get(answer.url)
    cited = re.search(
        rf'<a class="cited" href="#entry-{seen.seq}">(.*?)</a> Mark at 00:01:29: knife', page.content.decode()
    )
    assert cited
    assert cited[1].endswith(f"Entry {seen.seq}")
    assert "Wait for" in words(page)


def test_a_correction_shows_the_fields_and_what_it_corrects(desk, incident) -> None:
    url = f"/incidents/{incident.pk}/log/"
    desk.post(url, HOLD, headers=FETCH)
    seq = LogEntry.objects.get(type="DECISION").seq
    page = desk.post(url, {**HOLD, "options": "Go in.", "corrects_seq": seq}, headers=FETCH).content.decode()
    assert f'Corrects <a href="#entry-{seq}">' in page
    assert "<b>Options</b> Go in.</span>" in page


def test_a_picture_that_is_not_there_is_refused_in_words(desk, incident) -> None:
    answer = desk.post(
        f"/incidents/{incident.pk}/log/", {**HOLD, "cites_seq": 1}, headers={**FETCH, "Accept": "application/json"}
    )
    assert answer.status_code == 422
    assert "Give the number of an entry about the picture" in answer.content.decode()
    assert not LogEntry.objects.filter(type="DECISION").exists()


def test_the_api_takes_and_gives_the_fields(desk, incident) -> None:
    url = f"/api/v1/incidents/{incident.pk}/log/"
    given = {"type": "DECISION", "text": "Hold.", "decision": {"options": "Wait."}}
    made = desk.post(url, given, content_type="application/json")
    assert made.status_code == 201, made.content
    assert (made.json()["decision"], made.json()["cites_seq"]) == ({"options": "Wait."}, None)
    listed = desk.get(url).json()
    assert [entry["decision"] for entry in listed if entry["type"] == "DECISION"] == [{"options": "Wait."}]
    refused = desk.post(url, {**given, "type": "NARRATIVE"}, content_type="application/json")
    assert refused.status_code == 422
