"""Telephony connections in the administration: own force, the token shown once, revoked at once."""

from __future__ import annotations

import re

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from core.actors import Actor
from core.bearer import digest
from core.models import AuditEvent
from core.roles import ADMIN
from incidents.models import TelephonyConnection
from tests.factories.calls import make_connection
from tests.factories.core import make_actor, make_force

URL = "/admin/incidents/telephonyconnection/"


@pytest.fixture
def admin(db) -> Actor:
    return make_actor(roles=(ADMIN,), last_name="Nair", is_staff=True)


@pytest.fixture
def browser(admin: Actor) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(admin.user)
    return client


def token_said(answer) -> str:
    said = " ".join(str(message) for message in get_messages(answer.wsgi_request))
    found = re.search(r"this once: (\S{43})", said)
    assert found
    return found[1]


def test_a_token_is_shown_once_and_kept_as_its_hash(browser, admin):
    answer = browser.post(f"{URL}add/", {"force": admin.force_id, "name": "ICCS", "enabled": "on"})
    made = TelephonyConnection.objects.get()
    token = token_said(answer)
    assert made.token_hash == digest(token)
    browser.get(f"{URL}{made.pk}/change/")  # shows the message, for the only time
    page = browser.get(f"{URL}{made.pk}/change/").content.decode()
    assert token not in page
    assert made.token_hash not in page
    assert AuditEvent.objects.filter(action="CONFIG", object=f"incidents.telephonyconnection:{made.pk}").count() == 1


def test_another_token_and_revoking(browser, admin):
    connection, old = make_connection(make_force())
    answer = browser.post(URL, {"action": "make_new_token", "_selected_action": [str(connection.pk)]})
    connection.refresh_from_db()
    assert connection.token_hash == digest(token_said(answer)) != digest(old)
    browser.post(f"{URL}{connection.pk}/change/", {"force": admin.force_id, "name": "ICCS"})
    connection.refresh_from_db()
    assert not connection.enabled


def test_another_forces_connections_are_not_there(browser):
    connection, _ = make_connection(make_force("98", "Southmere Police"))
    assert browser.get(f"{URL}{connection.pk}/change/").status_code == 302
    assert "ICCS" not in browser.get(URL).content.decode()
