"""Refusals in plain words, request ids, headers, and logs without personal data."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from config import logs
from core.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany


def _raising(error):
    def view(request):
        raise error

    return login_not_required(view)


urlpatterns = [
    path("ok", login_not_required(lambda request: HttpResponse("ok"))),
    path("closed", lambda request: HttpResponse("ok")),
    path("not-found", _raising(NotFound())),
    path("not-allowed", _raising(NotAllowed())),
    path("conflict", _raising(Conflict("Somebody else has it.", code="taken"))),
    path("invalid", _raising(Invalid(fields={"number": "Type a UK mobile number."}))),
    path("too-many", _raising(TooMany("Wait a minute.", retry_after=60))),
    path("sign-in/", lambda request: HttpResponse("sign in"), name="sign_in"),
]


@pytest.fixture
def client(settings):
    settings.ROOT_URLCONF = __name__
    settings.LOGIN_URL = "/sign-in/"
    return Client()


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        ("/not-found", 404, "not_found"),
        ("/not-allowed", 403, "not_allowed"),
        ("/conflict", 409, "taken"),
        ("/invalid", 422, "invalid"),
        ("/too-many", 429, "too_many"),
    ],
)
def test_scripts_get_the_same_words_as_json(client, url, status, code):
    answer = client.get(url, headers={"Accept": "application/json"})
    body = json.loads(answer.content)
    assert (answer.status_code, body["code"]) == (status, code)
    assert body["message"]


def test_fields_and_waiting_times_are_told(client):
    body = client.get("/invalid", headers={"Accept": "application/json"}).json()
    assert body["fields"] == {"number": "Type a UK mobile number."}
    assert client.get("/too-many", headers={"Accept": "application/json"}).headers["Retry-After"] == "60"


@pytest.mark.django_db
def test_pages_are_closed_unless_said_otherwise(client):
    assert client.get("/closed").status_code == 302


def test_every_answer_has_a_request_id_and_strict_headers(client):
    answer = client.get("/ok")
    assert len(answer.headers["X-Request-ID"]) == 16
    assert client.get("/ok", headers={"X-Request-ID": "abcdef-12345678"}).headers["X-Request-ID"] == "abcdef-12345678"
    assert client.get("/ok", headers={"X-Request-ID": "<script>"}).headers["X-Request-ID"] != "<script>"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "camera=(self)" in answer.headers["Permissions-Policy"]


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("GET /v/7KQ2xyzABCDEFGHIJKLMN failed", "GET /v/… failed"),
        ("text to +447700900417 refused", "text to (number) refused"),
        ("text to 07700 900 417 refused", "text to (number) refused"),
        ("mail leah@example.org bounced", "mail (address) bounced"),
        ("session 3f2c0d1e-1111-4222-8333-444455556666 ended", "session 3f2c0d1e-1111-4222-8333-444455556666 ended"),
    ],
)
def test_logs_lose_links_numbers_and_addresses(text, clean):
    assert logs.scrub(text) == clean
