"""/api/v1/: the same permissions as the pages, the same words."""

from __future__ import annotations

import pytest
from django.test import Client

from core.models import User
from streaming.models import VideoSession
from tests.factories import links as make


def client(actor):
    browser = Client(HTTP_HOST="localhost")
    browser.force_login(User.objects.get(pk=actor.user_id))
    return browser


def send(actor, incident, **given):
    body = {"number": make.MOBILE, "consent": True, **given}
    return client(actor).post(f"/api/v1/incidents/{incident.pk}/links/", body, content_type="application/json")


def test_a_link_is_sent_read_resent_extended_and_revoked(okafor):
    incident = make.open_call(okafor)
    answer = send(okafor, incident)
    assert answer.status_code == 201, answer.content
    session = answer.json()
    assert session["state"] == "queued"
    assert session["link"]["number"] == "+44 ••• 123"
    assert "7700900123" not in answer.content.decode()
    browser, url = client(okafor), f"/api/v1/sessions/{session['id']}/"
    assert browser.get(url).json()["trust_code"] == VideoSession.objects.get().trust_code
    assert browser.get(f"/api/v1/incidents/{incident.pk}/links/").json()[0]["id"] == session["id"]
    assert browser.get("/api/v1/sessions/?live=1").json()[0]["id"] == session["id"]
    assert browser.post(f"{url}resend/", {}, content_type="application/json").status_code == 200
    assert browser.post(f"{url}extend/").status_code == 200
    assert browser.post(f"{url}revoke/").json()["end_reason"] == "revoked"
    assert browser.get("/api/v1/sessions/?live=1").json() == []


def test_the_preview(okafor):
    answer = client(okafor).get("/api/v1/links/preview/?locale=cy").json()
    assert "y ddolen" in answer["text"]
    assert answer["limit"] == 160


def test_a_call_is_ended(okafor):
    session = make.send(okafor)
    answer = client(okafor).post(f"/api/v1/sessions/{session.pk}/end/")
    assert (answer.status_code, answer.json()["state"]) == (200, "ended")


@pytest.mark.parametrize(
    ("given", "field"),
    [({"number": "999"}, "number"), ({"number": None}, "number"), ({"number": "x" * 5000}, "number"),
     ({"consent": False}, "consent"), ({"mode": "x"}, "mode"), ({"locale": "<b>"}, "locale"),
     ({"number": "\x00"}, "number")],
)  # fmt: skip
def test_bad_fields_are_named(okafor, given, field):
    answer = send(okafor, make.open_call(okafor), **given)
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {field}
    assert not VideoSession.objects.exists()


def test_who_may(okafor, reid, admin, stranger):
    incident = make.open_call(okafor)
    assert send(reid, incident).status_code == 403
    assert send(admin, incident).status_code == 403
    assert send(stranger, incident).status_code == 404
    session = make.send(okafor, incident)
    missing = client(stranger).get(f"/api/v1/sessions/{make.stranger_id()}/")
    hidden = client(stranger).get(f"/api/v1/sessions/{session.pk}/")
    assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content) == (404, missing.content)
    json = {"data": {}, "content_type": "application/json"}
    for verb in ("resend", "extend", "revoke", "end"):
        assert client(stranger).post(f"/api/v1/sessions/{session.pk}/{verb}/", **json).status_code == 404
        assert client(reid).post(f"/api/v1/sessions/{session.pk}/{verb}/", **json).status_code == 403
    assert client(reid).get(f"/api/v1/sessions/{session.pk}/").status_code == 200


def test_nobody_without_a_sign_in(db):
    for path in (
        "sessions/",
        "links/preview/",
        f"sessions/{make.stranger_id()}/",
        f"incidents/{make.stranger_id()}/links/",
    ):
        assert Client(HTTP_HOST="localhost").get(f"/api/v1/{path}").status_code == 401


def test_a_second_click_is_a_conflict_in_words(okafor):
    incident = make.open_call(okafor)
    send(okafor, incident)
    answer = send(okafor, incident)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_open")
