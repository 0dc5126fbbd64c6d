"""`manage.py call` against a running site: what the demo and the films ring with."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from incidents.models import Contact, Incident
from tests.factories.calls import make_connection
from tests.factories.core import make_force, make_user
from tests.factories.incidents import make_tables

pytestmark = pytest.mark.django_db(transaction=True)


def ring(url: str, token: str, *options: str) -> str:
    said = io.StringIO()
    call_command("call", "--url", url, "--token", token, "--pace", "0", *options, stdout=said)
    return said.getvalue()


def test_a_call_from_the_ring_to_its_end(live_server):
    force = make_tables(make_force())
    user = make_user(force=force, collar_number="5127")
    _, token = make_connection(force)
    assert "ended" in ring(live_server.url, token, "--collar", "5127")
    call = Contact.objects.get()
    assert (call.answered_by, call.fixes.count(), call.eisec_kind) == (user, 3, "CELL")
    assert call.ended_at is not None


def test_abandoned_silent_and_a_storm(live_server):
    force = make_tables(make_force())
    _, token = make_connection(force)
    ring(live_server.url, token, "--abandoned")
    assert Incident.objects.get().opening_category.name == "Abandoned call to emergency services"
    ring(live_server.url, token, "--silent")
    assert Contact.objects.filter(silent_55=True).count() == 1
    assert "20 calls, 40 events" in ring(live_server.url, token, "--storm", "20")
    assert Contact.objects.count() == 22


def test_a_wrong_token_says_so(live_server):
    with pytest.raises(CommandError, match="401"):
        ring(live_server.url, "x" * 43)
