"""The radio interface at the door: believed for its token alone, each message once, whatever arrives."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from core import limits
from core.bearer import digest, new_token
from core.clock import now
from core.limits import Limit
from core.models import AuditEvent
from incidents.models import (
    Assignment,
    Emergency,
    RadioConnection,
    RadioMessage,
    Resource,
    ResponseGrade,
    StateChange,
)
from incidents.selectors import open_emergencies
from incidents.services import assign
from incidents.services.radio import MESSAGES, MISSES
from tests.factories.incidents import make_resource, make_stranger

URL = "/api/v1/states/"


@pytest.fixture(autouse=True)
def counters():
    cache.clear()


@pytest.fixture
def token(dispatcher):
    token, hashed = new_token()
    RadioConnection.objects.create(force_id=dispatcher.force_id, name="Airwave gateway", token_hash=hashed)
    return token


@pytest.fixture
def radio(token):
    def send(unit="NB21", state="5", *, bearer=token, client=None, **changes):
        body = {"message_id": str(uuid4()), "unit": unit, "state": state, "at": now().isoformat(), **changes}
        headers = {"Authorization": f"Bearer {bearer}"} if bearer is not None else {}
        return (client or Client()).post(URL, body, content_type="application/json", headers=headers)

    return send


def test_a_state_by_call_sign_or_issi_with_its_position(radio, dispatcher, incident):
    unit = make_resource(call_sign="NB21", issi="4001234")
    assign(actor=dispatcher, incident_id=incident.pk, resource_id=unit.pk)
    assert radio(lat=53.74, lon=0.45).json() == {"taken": True, "late": False, "again": False, "warnings": {}}
    assert radio("4001234", "6").status_code == 200
    unit.refresh_from_db()
    incident.refresh_from_db()
    assert (unit.status_code, unit.lat, Assignment.objects.get().status) == ("6", 53.74, "AT_SCENE")
    assert incident.attended_at is not None
    assert set(StateChange.objects.values_list("source", "by_label")) == {("radio", "Airwave gateway")}
    entry = AuditEvent.objects.filter(object=f"incidents.resource:{unit.pk}").first()
    assert (entry.actor_kind, entry.actor_label) == ("provider", "Airwave gateway")
    assert RadioConnection.objects.get().last_heard_at is not None


def test_the_same_message_counts_once_whatever_it_says_then(radio):
    make_resource(call_sign="NB21")
    assert radio(message_id="m-1").json()["again"] is False
    assert radio(state="8", message_id="m-1").json()["again"] is True
    assert Resource.objects.get().status_code == "5"
    assert (RadioMessage.objects.count(), StateChange.objects.count()) == (1, 1)


def test_out_of_order_messages_do_not_overwrite_newer_ones(radio):
    unit = make_resource(call_sign="NB21")
    radio(state="6")
    older = radio(state="5", at=(now() - timedelta(minutes=1)).isoformat())
    assert older.json()["late"] is True
    unit.refresh_from_db()
    assert unit.status_code == "6"


def test_state_zero_by_radio(radio):
    make_resource(call_sign="NB21")
    for number in range(3):
        assert radio(state="0", message_id=f"press-{number}", lat=53.7, lon=0.4).status_code == 200
    emergency = Emergency.objects.get()
    assert (emergency.presses, emergency.lat, emergency.source) == (3, 53.7, "radio")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seconds": 90}, "at"),
        ({"seconds": -9 * 86_400}, "at"),
        ({"at": "soon"}, "at"),
        ({"lat": 999, "lon": 0}, "position"),
        ({"lat": "NaN", "lon": 0}, "position"),
        ({"lat": "north", "lon": 0}, "position"),
        ({"lat": 53.7}, "position"),
    ],
)
def test_state_zero_is_taken_whatever_its_clock_and_position_are(radio, changes, said):
    make_resource(call_sign="NB21")
    if "seconds" in changes:
        changes = {"at": (now() + timedelta(seconds=changes["seconds"])).isoformat()}
    answer = radio(state="0", **changes)
    assert (answer.status_code, list(answer.json()["warnings"])) == (200, [said])
    emergency = Emergency.objects.get()
    assert emergency.raised_at <= now()
    assert emergency.lat is None


@pytest.mark.parametrize("named", ["4001234", "ZZ99"])
def test_state_zero_of_a_radio_on_no_list_is_an_emergency_like_any_other(radio, dispatcher, named):
    for _ in range(3):
        assert radio(named, "0", lat=53.7, lon=0.4).status_code == 200
    emergency = Emergency.objects.get()
    assert (emergency.presses, emergency.lat, emergency.resource.status.deployable) == (3, 53.7, "no")
    assert emergency.incident.description == f"State 0: Unknown radio {named} calls for emergency assistance."
    assert emergency.incident.current_grade.emergency
    assert open_emergencies(dispatcher) == [emergency]
    assert radio("4009999", "5").json()["code"] == "unknown_unit"  # no unit is made for less


def test_state_zero_that_could_not_be_taken_is_taken_when_it_is_sent_again(radio):
    make_resource(call_sign="NB21")
    ResponseGrade.objects.update(active=False)
    assert radio(state="0", message_id="m-1").status_code == 409
    ResponseGrade.objects.update(active=True)
    assert radio(state="0", message_id="m-1").json()["again"] is False
    assert Emergency.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"unit": "ZZ99"}, "unknown_unit"),
        ({"unit": "99999999"}, "unknown_unit"),
        ({"state": "42"}, "unknown_state"),
        ({"hours": 2}, "bad_time"),
        ({"hours": -72}, "bad_time"),
    ],
)
def test_what_is_refused_is_said_plainly_and_kept(radio, changes, code):
    make_resource(call_sign="NB21")
    if "hours" in changes:
        changes = {"at": (now() + timedelta(hours=changes["hours"])).isoformat()}
    for _ in range(2):  # again: the same answer, and no second row
        answer = radio(**{"message_id": "m-1", **changes})
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    row = RadioMessage.objects.get()
    assert (row.refused, row.unit) == (code, changes.get("unit", "NB21"))
    assert not StateChange.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"message_id": ""}, {"message_id": "x" * 65}, {"unit": ""}, {"unit": "x" * 17}, {"state": ""}, {"at": "soon"},
        {"state": "x" * 5}, {"lat": 91.0, "lon": 0.0}, {"lat": "NaN", "lon": 0.0}, {"lat": 53.7}, {"at": None},
        {"message_id": "\u202e"},
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused(radio, changes):
    make_resource(call_sign="NB21")
    assert radio(**changes).status_code == 422
    assert not RadioMessage.objects.exists()


def test_an_unknown_token_no_token_and_a_sign_in_are_all_nobody(radio, dispatcher):
    make_resource(call_sign="NB21")
    signed_in = Client()
    signed_in.force_login(dispatcher.user)
    for bearer, client in ((new_token()[0], None), (None, None), ("", None), ("short", None), (None, signed_in)):
        answer = radio(bearer=bearer, client=client)
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert not RadioMessage.objects.exists()


def test_guessing_tokens_is_slow(radio, monkeypatch):
    monkeypatch.setattr(limits, "clock", lambda: 1_800_000_000.0)
    make_resource(call_sign="NB21")
    for _ in range(MISSES.most):
        assert radio(bearer=new_token()[0]).status_code == 401
    refused = radio(bearer=new_token()[0])
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert radio(state="0").status_code == 200  # the right token, behind the same address
    assert Emergency.objects.exists()


def test_a_storm_of_one_connection_ends_in_429(radio, monkeypatch):
    make_resource(call_sign="NB21")
    assert MESSAGES.most >= 4000  # a whole force may press at once
    monkeypatch.setattr("incidents.services.radio.MESSAGES", Limit("radio-message", most=3, seconds=60))
    assert [radio().status_code for _ in range(4)] == [200, 200, 200, 429]


def test_switched_off_is_refused_and_the_token_is_kept_as_its_hash(radio, token):
    make_resource(call_sign="NB21")
    assert RadioConnection.objects.get().token_hash == digest(token) != token
    RadioConnection.objects.update(enabled=False)
    assert (radio().status_code, radio().json()["code"]) == (403, "switched_off")


def test_a_connection_speaks_for_its_own_force_only(radio):
    stranger = make_stranger()
    make_resource(force=stranger.user.force, call_sign="XX11")
    assert radio("XX11").json()["code"] == "unknown_unit"
    assert not StateChange.objects.exists()


def test_an_administrator_makes_one_and_sees_its_token_once(dispatcher):
    from tests.factories.core import make_user

    admin = make_user(roles=("admin",), is_staff=True, last_name="Nair")
    browser = Client()
    browser.force_login(admin)
    url = reverse("admin:incidents_radioconnection_add")
    given = {"force": admin.force_id, "name": "ESN gateway", "source": "radio", "enabled": "on"}
    page = browser.post(url, given, follow=True).content.decode()
    connection = RadioConnection.objects.get()
    token = page.partition("Its bearer token is ")[2][:43]
    assert digest(token) == connection.token_hash
    change = reverse("admin:incidents_radioconnection_change", args=[connection.pk])
    assert token not in browser.get(change).content.decode()
    browser.post(change, {**given, "new_token": "on"})
    assert RadioConnection.objects.get().token_hash != connection.token_hash


def test_the_officers_button(reid, dispatcher, incident):
    assign(actor=dispatcher, incident_id=incident.pk, resource_id=make_resource(call_sign="NB21").pk)
    phone = Client()
    phone.force_login(reid.user)
    url = reverse("incidents_api:own_state")
    send = lambda body: phone.post(url, body, content_type="application/json")  # noqa: E731 - said five times below
    assert (send({"state": "5"}).status_code, send({"state": "5"}).json()["code"]) == (409, "off_duty")
    phone.post(reverse("incidents_api:book_on"), {}, content_type="application/json")
    said = {"call_sign": "NB21", "state": "5", "late": False, "again": False, "warnings": {}}
    assert send({"state": "5"}).json() == said
    for odd in ({"at": "soon"}, {"lat": "north", "lon": 0}):
        assert send({"state": "6", **odd}).status_code == 422
    assert send({"state": "0", "at": "soon", "lat": "north", "lon": 0}).status_code == 200
    assert Emergency.objects.get().source == "app"
    assert send({"state": "42"}).status_code == 422
