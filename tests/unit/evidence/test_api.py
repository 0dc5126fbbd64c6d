"""/api/v1/exhibits/ and /evidence-items/: read only, the same people as on the pages."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from core.models import AuditEvent
from core.roles import ROLES
from evidence import services
from tests.factories.core import make_actor
from tests.factories.evidence import make_copy, make_exhibit, make_file, make_item

EXHIBITS, ITEMS = "/api/v1/exhibits/", "/api/v1/evidence-items/"


def client_of(actor) -> Client:
    client = Client()
    client.force_login(actor.user)
    return client


@pytest.fixture
def item(exhibit, system, tmp_path):
    item = make_item(tmp_path, exhibit)
    services.seal_exhibit(actor=system, exhibit_id=exhibit.pk)
    make_copy(exhibit, make_file(tmp_path))
    return item


def test_an_exhibit_with_items_copies_and_continuity(farrow, exhibit, item):
    client = client_of(farrow)
    one = client.get(f"{EXHIBITS}{exhibit.pk}/").json()
    assert (one["ref"], one["state"], len(one["seal"])) == ("AJO/1", "SEALED", 64)
    assert [part["sha256"] for part in one["items"]] == [item.sha256]
    assert [copy["purpose"] for copy in one["copies"]] == ["view"]
    assert [act["act"] for act in one["continuity"]][:2] == ["OPENED", "RECEIVED"]
    listed = client.get(EXHIBITS, {"incident": str(exhibit.incident_id)}).json()
    assert listed["count"] == 1
    assert "continuity" not in listed["results"][0]
    assert client.get(EXHIBITS, {"incident": str(uuid4())}).status_code == 404


def test_items_say_where_they_stand_but_not_where_they_are(farrow, exhibit, item):
    client = client_of(farrow)
    one = client.get(f"{ITEMS}{item.pk}/").json()
    assert (one["state"], one["sha256"], one["check_ok"]) == ("SEALED", item.sha256, True)
    assert "master_uri" not in one
    assert client.get(ITEMS, {"exhibit": str(exhibit.pk)}).json()["results"] == [one]


def test_pages_are_audited_with_the_ids_shown(farrow, incident, okafor):
    made = [str(make_exhibit(incident, okafor).pk) for _ in range(3)]
    page = client_of(farrow).get(EXHIBITS, {"limit": 2}).json()
    assert [row["id"] for row in page["results"]] == made[:0:-1]
    assert AuditEvent.objects.latest("at").result_ids == made[:0:-1]


def test_each_read_is_one_audit_entry(farrow, exhibit, item):
    client = client_of(farrow)
    for url in (EXHIBITS, f"{EXHIBITS}{exhibit.pk}/", ITEMS, f"{ITEMS}{item.pk}/"):
        before = AuditEvent.objects.count()
        assert client.get(url).status_code == 200
        assert AuditEvent.objects.count() == before + 1


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_route_for_every_role(exhibit, item, role):
    client = client_of(make_actor(roles=(role,)))
    allowed = "evidence.view" in ROLES[role].capabilities
    for url in (EXHIBITS, f"{EXHIBITS}{exhibit.pk}/", ITEMS, f"{ITEMS}{item.pk}/"):
        assert client.get(url).status_code == (200 if allowed else 403)


def test_hidden_is_missing(stranger, exhibit, item):
    client = client_of(stranger)
    for base, key in ((EXHIBITS, exhibit.pk), (ITEMS, item.pk)):
        hidden, missing = client.get(f"{base}{key}/"), client.get(f"{base}{uuid4()}/")
        assert (hidden.status_code, hidden.json()) == (missing.status_code, missing.json())
        assert hidden.status_code == 404
        assert client.get(base).json()["count"] == 0


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_written_through_the_api(farrow, exhibit, item, method):
    client = client_of(farrow)
    for url in (EXHIBITS, f"{EXHIBITS}{exhibit.pk}/", ITEMS, f"{ITEMS}{item.pk}/"):
        assert getattr(client, method)(url).status_code == 405


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "offset=-1", "incident=1", "exhibit=%27"])
def test_hostile_queries_are_refused(farrow, query):
    url = ITEMS if query.startswith("exhibit") else EXHIBITS
    assert client_of(farrow).get(f"{url}?{query}").status_code == 422


def test_nobody_reads_without_signing_in(exhibit):
    assert Client().get(EXHIBITS).status_code in {401, 302}
