"""/api/v1/incidents/: the same people may the same as on the pages; what is hidden is missing."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from core.models import AuditEvent
from core.roles import ROLES
from incidents.models import Incident, LogEntry
from tests.factories.core import make_actor
from tests.factories.incidents import contact, make_entry, make_incident

URL = "/api/v1/incidents/"


def client_of(actor) -> Client:
    client = Client()
    client.force_login(actor.user)
    return client


@pytest.fixture
def okafors(okafor):
    return client_of(okafor)


def body(**changes):
    given = contact(**changes)
    return {**given, "client_key": str(given["client_key"]) if given["client_key"] else None}


def test_open_read_list(okafors):
    made = okafors.post(URL, body(), content_type="application/json")
    assert made.status_code == 201
    one = made.json()
    assert one["reference"].startswith("1 of ")
    assert (one["current_grade"], one["opening_category"], one["closing_category"]) == ("I", "401", None)
    assert okafors.get(f"{URL}{one['id']}/").json() == one
    listed = okafors.get(URL).json()
    assert (listed["count"], listed["next"], listed["results"]) == (1, None, [one])


def test_what_another_system_opens_has_its_contact_and_its_place(okafors):
    """As if it had been typed into the form: searched by any caller's number, and on the map."""
    given = body(location_text="TA 12345 67890, by the lock", caller_number="07700 900417")
    for _ in range(2):
        made = okafors.post(URL, given, content_type="application/json")
        assert made.status_code == 201
    incident = Incident.objects.get()
    assert incident.contact_links.get().contact.cli == "+447700900417"
    assert incident.location.has_point
    assert incident.locations.count() == 1


def test_opening_twice_with_one_key_opens_once(okafors):
    given = body()
    first = okafors.post(URL, given, content_type="application/json").json()
    again = okafors.post(URL, given, content_type="application/json").json()
    assert first["id"] == again["id"]


def test_refusals_name_the_fields(okafors):
    answer = okafors.post(URL, body(caller_number="12", grade_code="Q"), content_type="application/json")
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {"caller_number", "grade_code"}
    assert answer.json()["code"] == "invalid"


@pytest.mark.parametrize(
    "payload", ["", "[]", "null", '"x"', "{", '{"channel": {}}', '{"channel": "999", "grade_code": []}', "\x00"]
)
def test_bodies_that_are_no_form_are_refused(okafors, payload):
    answer = okafors.post(URL, payload, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert "message" in answer.json()
    assert Incident.objects.count() == 0


def test_pages_are_cut_by_the_selector_and_audited_so(okafors, okafor):
    made = [str(make_incident(okafor).pk) for _ in range(3)]
    page = okafors.get(URL, {"limit": 2}).json()
    assert [row["id"] for row in page["results"]] == made[:0:-1]
    assert page["count"] == 3
    assert AuditEvent.objects.latest("at").result_ids == made[:0:-1]
    rest = okafors.get(page["next"]).json()
    assert [row["id"] for row in rest["results"]] == made[:1]
    assert rest["previous"] is not None


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "limit=100000", "offset=-1", "status=GONE", "reference=nonsense"]
)
def test_hostile_queries_are_refused(okafors, query):
    assert okafors.get(f"{URL}?{query}").status_code == 422


def test_filters(okafors, okafor):
    first, second = make_incident(okafor), make_incident(okafor)
    assert okafors.get(URL, {"status": "CLOSED"}).json()["count"] == 0
    assert okafors.get(URL, {"status": "OPEN"}).json()["count"] == 2
    found = okafors.get(URL, {"reference": second.canonical}).json()["results"]
    assert [row["id"] for row in found] == [str(second.pk)]
    assert first.pk != second.pk


def test_the_log_is_read_and_added_to(okafors, incident):
    url = f"{URL}{incident.pk}/log/"
    assert [entry["seq"] for entry in okafors.get(url).json()] == [1, 2, 3, 4]
    made = okafors.post(url, {"text": "<b>He left</b>", "type": "NARRATIVE"}, content_type="application/json")
    assert made.status_code == 201
    assert (made.json()["seq"], made.json()["text"]) == (5, "<b>He left</b>")
    fixed = okafors.post(url, {"text": "She left", "corrects_seq": 5}, content_type="application/json").json()
    assert (fixed["type"], fixed["corrects_seq"]) == ("CORRECTION", 5)
    assert [entry["seq"] for entry in okafors.get(url, {"after": 4}).json()] == [5, 6]
    assert [entry["seq"] for entry in okafors.get(url, {"after": 1, "limit": 2}).json()] == [2, 3]


def test_an_entry_sent_twice_is_one(okafors, incident):
    given = {"text": "He left", "client_key": str(uuid4())}
    first, again = (
        okafors.post(f"{URL}{incident.pk}/log/", given, content_type="application/json").json() for _ in range(2)
    )
    assert first["seq"] == again["seq"] == 5


@pytest.mark.parametrize(
    "given", [{}, {"text": ""}, {"text": "x" * 4001}, {"text": "x", "type": "SYSTEM"},
              {"text": "x", "corrects_seq": 77}, {"text": "x", "channel": "system"}, {"text": "x", "client_key": "1"}]
)  # fmt: skip
def test_entries_that_cannot_be_are_refused(okafors, incident, given):
    answer = okafors.post(f"{URL}{incident.pk}/log/", given, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["fields"]
    assert LogEntry.objects.filter(incident=incident).count() == 4


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_nothing_is_changed_or_removed(okafors, incident, method):
    for url in (URL, f"{URL}{incident.pk}/", f"{URL}{incident.pk}/log/"):
        assert getattr(okafors, method)(url).status_code == 405


def test_hidden_is_missing(stranger, incident):
    client = client_of(stranger)
    for path in ("", "log/"):
        hidden = client.get(f"{URL}{incident.pk}/{path}")
        missing = client.get(f"{URL}{uuid4()}/{path}")
        assert (hidden.status_code, hidden.json()) == (missing.status_code, missing.json())
        assert hidden.status_code == 404
    refused = client.post(f"{URL}{incident.pk}/log/", {"text": "x"}, content_type="application/json")
    assert refused.status_code == 404
    assert client.get(URL).json()["count"] == 0


@pytest.mark.parametrize("path", ["1/", "..%2f/", "' OR 1=1/", "00000000-0000-0000-0000-00000000000g/log/"])
def test_what_is_no_id_is_missing(okafors, path):
    assert okafors.get(f"{URL}{path}").status_code == 404


def test_nobody_reads_without_signing_in(incident):
    for path in ("", f"{incident.pk}/", f"{incident.pk}/log/"):
        assert Client().get(f"{URL}{path}").status_code in {401, 302}


def test_writing_needs_the_csrf_token(okafor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(okafor.user)
    assert client.post(URL, body(), content_type="application/json").status_code == 403
    assert Incident.objects.count() == 0


ROUTES = [
    ("get", "", "incident.view"),
    ("post", "", "incident.open"),
    ("get", "{id}/", "incident.view"),
    ("get", "{id}/log/", "incident.view"),
    ("post", "{id}/log/", "incident.log"),
]


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize(("method", "path", "capability"), ROUTES)
def test_every_route_for_every_role(incident, role, method, path, capability):
    client = client_of(make_actor(roles=(role,)))
    given = (body() if path == "" else {"text": "x"}) if method == "post" else None
    answer = getattr(client, method)(URL + path.format(id=incident.pk), given, content_type="application/json")
    allowed = capability in ROLES[role].capabilities
    assert answer.status_code == ((201 if method == "post" else 200) if allowed else 403)


def test_each_read_is_one_audit_entry(okafors, okafor, incident):
    make_entry(incident, okafor)
    for path in ("", f"{incident.pk}/", f"{incident.pk}/log/"):
        before = AuditEvent.objects.count()
        assert okafors.get(f"{URL}{path}").status_code == 200
        assert AuditEvent.objects.count() == before + 1


def test_tables_of_the_own_force(okafors, stranger):
    assert [grade["code"] for grade in okafors.get("/api/v1/grades/").json()] == ["I", "P", "S", "A", "R"]
    assert {"code": "401", "name": "Violence against the person", "group": "CRIME"} in okafors.get(
        "/api/v1/categories/"
    ).json()
