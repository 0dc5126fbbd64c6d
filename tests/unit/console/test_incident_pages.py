"""The console, the queue, the incident and its log, as a browser gets them."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from core.actors import Actor
from incidents.models import Incident, LogEntry
from incidents.selectors import FIRST_ROWS
from incidents.services import close_incident
from tests.factories.incidents import assess_again, make_entry, make_incident, make_supervisor
from tests.helpers.flush import triggers_off

FETCH = {"X-Requested-With": "fetch"}
PAGE_QUERIES = 19  # of an incident page


def words(response) -> str:
    """The page's text as a person reads it, spaces folded."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize("path", ["/", "/incidents/new/", "/incidents/queue/", "/texts/"])
def test_nobody_sees_a_page_without_signing_in(db, path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 302
    assert response.url.startswith("/sign-in/")


def test_the_console_shows_the_open_incidents_of_the_own_force(desk, stranger_desk, incident) -> None:
    assert f'data-incident="{incident.pk}"' in desk.get("/").content.decode()
    assert str(incident.pk) not in stranger_desk.get("/").content.decode()


def test_an_immediate_without_a_unit_is_in_the_reserved_section(desk, incident) -> None:
    page = desk.get("/incidents/queue/").content.decode()
    section = page.split('data-rows="unassigned_immediate"')[1].split("</section>")[0]
    assert str(incident.pk) in section
    assert "No unit" in section


def test_an_empty_queue_keeps_its_heads_and_zeros(desk) -> None:
    text = words(desk.get("/incidents/queue/"))
    assert "Unassigned immediate All incidents 0" in text
    assert "Nothing else is open in the force." in text


def test_one_row_alone(desk, stranger_desk, incident) -> None:
    row = desk.get(f"/incidents/{incident.pk}/row/")
    assert row.content.decode().count("queue-row") == 1
    assert stranger_desk.get(f"/incidents/{incident.pk}/row/").status_code == 404


def test_a_closed_incident_leaves_the_queue(desk, incident) -> None:
    hale = make_supervisor()
    assess_again(hale, incident)
    close_incident(actor=hale, incident_id=incident.pk, category_code="307", text="Area searched, no trace.")
    assert desk.get(f"/incidents/{incident.pk}/row/").status_code == 410


def test_the_incident_page_holds_head_log_and_quick_entry(desk, incident) -> None:
    text = words(desk.get(f"/incidents/{incident.pk}/"))
    for part in (incident.reference, "Immediate", "Outside 14 Harbour Lane", "Two men fighting, one has a knife."):
        assert part in text


def test_hidden_equals_missing(stranger_desk, incident) -> None:
    hidden = stranger_desk.get(f"/incidents/{incident.pk}/")
    missing = stranger_desk.get(f"/incidents/{uuid4()}/")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    changing = rb'nonce="[^"]*"|[0-9a-f]{16}|content="\d+"|name="csrfmiddlewaretoken" value="[^"]*"'
    strip = re.compile(changing)
    assert strip.sub(b"", hidden.content) == strip.sub(b"", missing.content)


@pytest.mark.parametrize("part", ["", "row/", "head/", "log/"])
def test_every_address_of_another_forces_incident_is_not_found(stranger_desk, incident, part: str) -> None:
    assert stranger_desk.get(f"/incidents/{incident.pk}/{part}").status_code == 404


def test_writing_into_another_forces_log_is_not_found(stranger_desk, incident) -> None:
    before = LogEntry.objects.count()
    response = stranger_desk.post(f"/incidents/{incident.pk}/log/", {"type": "NARRATIVE", "text": "Hello"})
    assert response.status_code == 404
    assert LogEntry.objects.count() == before


def test_html_in_every_text_stays_text(desk, okafor) -> None:
    nasty = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    incident = make_incident(okafor, caller_name=nasty, location_text=nasty, description=nasty)
    make_entry(incident, okafor, text=nasty)
    for path in ("/", f"/incidents/{incident.pk}/", f"/incidents/{incident.pk}/log/", f"/incidents/{incident.pk}/row/"):
        page = desk.get(path).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_an_entry_is_numbered_and_its_key_counts_once(desk, incident) -> None:
    url, key = f"/incidents/{incident.pk}/log/", str(uuid4())
    entry = {"client_key": key, "type": "NARRATIVE", "text": "He has left by the back door."}
    first = desk.post(url, entry, headers=FETCH)
    again = desk.post(url, entry, headers=FETCH)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert f'data-key="{key}"' in first.content.decode()
    assert LogEntry.objects.filter(client_key=key).count() == 1


def test_quick_entry_works_without_scripts(desk, incident) -> None:
    response = desk.post(f"/incidents/{incident.pk}/log/", {"type": "NARRATIVE", "text": "Typed without scripts"})
    assert response.status_code == 302
    assert "Typed without scripts" in words(desk.get(response.url))


def test_a_correction_quotes_its_number(desk, incident) -> None:
    given = {"type": "NARRATIVE", "text": "No. 19, not 14", "corrects_seq": "2"}
    page = desk.post(f"/incidents/{incident.pk}/log/", given, headers=FETCH).content.decode()
    assert 'href="#entry-2"' in page
    assert "CORRECTION" in page


def test_entries_after_a_number(desk, incident) -> None:
    make_entry(incident, text="The newest")
    last = LogEntry.objects.filter(incident=incident).count()
    page = desk.get(f"/incidents/{incident.pk}/log/", {"after": last - 1}).content.decode()
    assert re.findall(r'data-seq="(\d+)"', page) == [str(last)]
    for nonsense in ("x", "-1", "9" * 40, "١"):
        assert desk.get(f"/incidents/{incident.pk}/log/", {"after": nonsense}).status_code == 200


@pytest.mark.parametrize(
    "bad",
    [
        {"type": "NARRATIVE", "text": ""},
        {"type": "SYSTEM", "text": "Only the system says so"},
        {"type": "NARRATIVE", "text": "x" * 4001},
        {"type": "NARRATIVE", "text": "Hello", "client_key": "not a key"},
        {"type": "NARRATIVE", "text": "Hello", "corrects_seq": "999"},
    ],
)
def test_a_refused_entry_says_why_in_json(desk, incident, bad: dict[str, str]) -> None:
    headers = {**FETCH, "Accept": "application/json"}
    response = desk.post(f"/incidents/{incident.pk}/log/", bad, headers=headers)
    assert response.status_code == 422
    assert response.json()["message"]


def test_the_head_is_fetched_with_the_units(desk, incident) -> None:
    page = desk.get(f"/incidents/{incident.pk}/head/").content.decode()
    assert 'id="incident-top"' in page
    assert 'id="incident-units"' in page


def test_pages_have_no_inline_script_or_style(desk, incident: Incident, okafor: Actor) -> None:
    for path in ("/", f"/incidents/{incident.pk}/", "/incidents/new/", "/sign-in/"):
        response = desk.get(path)
        page = response.content.decode()
        assert not re.search(r"\sstyle=", page), path
        assert not re.search(r"\son[a-z]+=", page), path
        scripts = re.findall(r"<script([^>]*)>", page)
        assert scripts
        nonce = re.search(r"'nonce-([^']+)'", response.headers["Content-Security-Policy"])
        assert nonce
        assert all(f'nonce="{nonce[1]}"' in attributes for attributes in scripts), path


def test_a_panel_on_its_own_screen_has_nothing_but_itself(desk, incident) -> None:
    video = desk.get(f"/incidents/{incident.pk}/?only=video").content.decode()
    assert "video-panel" in video
    assert "Two men fighting" not in video
    assert "live-list" not in video
    alone = desk.get(f"/incidents/{incident.pk}/?only=incident").content.decode()
    assert "Two men fighting" in alone
    assert "video-panel" not in alone
    queue = desk.get("/?only=queue").content.decode()
    assert str(incident.pk) in queue
    assert "unit-map" not in queue
    assert desk.get(f"/incidents/{incident.pk}/?only=everything").content.count(b"live-list") == 2


def test_a_supervisor_asks_whether_the_log_is_whole_and_is_told_which_entry_is_not(desk, stranger_desk, okafor) -> None:
    incident = make_incident(okafor)
    make_entry(incident, okafor)
    check, api = f"/incidents/{incident.pk}/log/check/", f"/api/v1/incidents/{incident.pk}/log/check/"
    whole = words(desk.get(check))
    count = LogEntry.objects.filter(incident=incident).count()
    assert f"Log whole, {count} entries" in whole
    assert desk.get(api).json() == {"ok": True, "entries": count, "broken_at": None, "problem": ""}
    with triggers_off(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE incidents_logentry SET text = 'Nothing happened.' WHERE seq = 2")
    assert "Entry 2 was changed. Tell a supervisor" in words(desk.get(check))
    told = desk.get(api).json()
    assert (told["ok"], told["entries"], told["broken_at"]) == (False, 1, 2)
    assert stranger_desk.get(check).status_code == stranger_desk.get(api).status_code == 404


def rows_of(page: str) -> list[str]:
    return re.findall(r'class="queue-row"[^>]*data-incident="([^"]+)"', page)


@pytest.fixture
def busy(okafor: Actor) -> list[str]:
    """More open incidents than a page begins with: one that nobody goes to, and 44 of Okafor's own."""
    grades = ["I", *["P", "S"] * 22]
    return [str(make_incident(okafor, grade_code=grade).pk) for grade in grades]


@pytest.mark.parametrize("path", ["/", "/incidents/new/", "/?only=queue"])
def test_a_page_has_the_first_rows_and_the_counts_of_all(desk, busy, path: str) -> None:
    page = desk.get(path).content.decode()
    whole = rows_of(desk.get("/incidents/queue/").content.decode())
    assert len(rows_of(page)) == FIRST_ROWS
    assert rows_of(page) == whole[:FIRST_ROWS]
    assert sorted(whole) == sorted(busy)
    assert re.findall(r'data-section="(\w+)" data-count="(\d+)" data-more="(\d+)"', page) == [
        ("unassigned_immediate", "1", "0"),
        ("mine", "44", "5"),
        ("others", "0", "0"),
    ]
    assert "<span data-open-count>45</span>" in page
    assert "data-first" in page


def test_without_scripts_a_link_leads_to_all_rows(desk, busy) -> None:
    page = desk.get(f"/incidents/{busy[0]}/").content.decode()
    assert '<a href="/?only=queue&amp;rows=all">5 more incidents</a>' in page
    every = desk.get("/?only=queue&rows=all").content.decode()
    assert sorted(rows_of(every)) == sorted(busy)
    assert "data-first" not in every
    assert "data-queue-more" not in every


def test_a_short_queue_is_whole_and_asks_for_nothing(desk, incident) -> None:
    page = desk.get("/").content.decode()
    assert rows_of(page) == [str(incident.pk)]
    assert "data-first" not in page
    assert "data-queue-more" not in page


def test_another_forces_rows_and_counts_are_on_no_page(stranger_desk, busy) -> None:
    for path in ("/", "/?only=queue", "/?only=queue&rows=all", "/incidents/queue/"):
        page = stranger_desk.get(path).content.decode()
        assert rows_of(page) == []
        assert "<span data-open-count>0</span>" in page


def test_the_incident_page_costs_the_same_with_a_long_queue(desk, okafor, django_assert_num_queries) -> None:
    incident = make_incident(okafor)
    url = f"/incidents/{incident.pk}/"
    desk.get(url)
    with django_assert_num_queries(PAGE_QUERIES):
        desk.get(url)
    for _ in range(FIRST_ROWS + 5):
        make_incident(okafor)
    with django_assert_num_queries(PAGE_QUERIES + 1):  # and the counts of all
        page = desk.get(url)
    assert len(rows_of(page.content.decode())) == FIRST_ROWS


@pytest.mark.parametrize("path", ["/", "/map/", "/incidents/new/", "/?only=queue", "/wanted/"])
def test_a_training_system_is_marked_on_every_window(desk, settings, path: str) -> None:
    assert "training-edge" not in desk.get(path).content.decode()
    settings.TRAINING = True
    assert "training-edge" in desk.get(path).content.decode()
