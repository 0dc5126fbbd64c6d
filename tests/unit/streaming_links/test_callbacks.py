"""Providers' reports over HTTP: believed for a signature or a token, and for nothing else."""

from __future__ import annotations

import json
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from streaming.models import SmsMessage
from streaming.states import SmsStatus
from tests.factories import links as make
from tests.fakes import notify_server, twilio_server

PUBLIC = "https://northmere.police.example"


@pytest.fixture
def public(settings):
    settings.PUBLIC_URL = PUBLIC
    settings.TWILIO_AUTH_TOKEN = twilio_server.TOKEN
    settings.NOTIFY_CALLBACK_TOKEN = notify_server.CALLBACK_TOKEN


@pytest.fixture
def text(okafor, public):
    """A text that a provider has taken."""
    make.send(okafor)
    make.work("sms.send")
    return SmsMessage.objects.get()


def twilio(text, *, status="delivered", token=twilio_server.TOKEN, signed_for=None, sid=None, **extra):
    SmsMessage.objects.filter(pk=text.pk).update(provider="twilio")
    path = reverse("streaming_callbacks:twilio", kwargs={"message_id": text.pk})
    form = {"MessageSid": sid or text.provider_ref, "MessageStatus": status, **extra}
    signature = twilio_server.signature(signed_for or PUBLIC + path, form, token)
    return Client().post(path, form, headers={"X-Twilio-Signature": signature}, HTTP_HOST="localhost")


def notify(text, report=None, *, header=f"Bearer {notify_server.CALLBACK_TOKEN}", raw=None):
    SmsMessage.objects.filter(pk=text.pk).update(provider="notify")
    body = raw if raw is not None else json.dumps(report)
    return Client().post(
        reverse("streaming_callbacks:notify"),
        body,
        content_type="application/json",
        headers={"Authorization": header},
        HTTP_HOST="localhost",
    )


def status_of(text):
    text.refresh_from_db()
    return text.status


def test_a_signed_report_counts_once_however_often_it_comes(text):
    assert [twilio(text).status_code for _ in range(3)] == [204, 204, 204]
    assert status_of(text) == SmsStatus.DELIVERED


def test_a_failure_is_told_in_plain_words(text):
    assert twilio(text, status="undelivered", ErrorCode="30005").status_code == 204
    assert status_of(text) == SmsStatus.FAILED
    assert text.reason == "The network does not know this number, or it cannot receive texts."


@pytest.mark.parametrize("code", ["", "abc", "99999999999999999999", "²", "<b>"])
def test_an_unknown_error_code_still_has_words(text, code):
    assert twilio(text, status="failed", ErrorCode=code).status_code == 204
    assert status_of(text) == SmsStatus.FAILED
    assert text.reason


@pytest.mark.parametrize(
    "forged",
    [
        {"token": "not-the-token"},
        {"signed_for": "https://evil.example/callbacks/twilio/"},
        {"signed_for": "http://localhost/"},
    ],
)
def test_a_forged_signature_changes_nothing(text, forged):
    assert twilio(text, **forged).status_code == 403
    assert status_of(text) == SmsStatus.SENT


def test_a_signature_for_other_words_changes_nothing(text):
    path = reverse("streaming_callbacks:twilio", kwargs={"message_id": text.pk})
    form = {"MessageSid": text.provider_ref, "MessageStatus": "sent"}
    headers = {"X-Twilio-Signature": twilio_server.signature(PUBLIC + path, form)}
    answer = Client().post(path, {**form, "MessageStatus": "delivered"}, headers=headers, HTTP_HOST="localhost")
    assert answer.status_code == 403
    assert Client().post(path, form, HTTP_HOST="localhost").status_code == 403
    assert status_of(text) == SmsStatus.SENT


def test_without_a_token_of_ours_nobody_can_sign(text, settings):
    settings.TWILIO_AUTH_TOKEN = ""
    assert twilio(text, token="").status_code == 403


def test_a_signed_report_about_no_text_of_ours_is_not_found(text):
    stranger = SmsMessage(pk=uuid.uuid4(), provider_ref="SM1")
    assert twilio(stranger).status_code == 404
    assert twilio(text, sid="SM-another").status_code == 404
    assert status_of(text) == SmsStatus.SENT


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("delivered", SmsStatus.DELIVERED),
        ("permanent-failure", SmsStatus.FAILED),
        ("temporary-failure", SmsStatus.FAILED),
        ("technical-failure", SmsStatus.FAILED),
        ("sending", SmsStatus.SENT),
        ("something new", SmsStatus.SENT),
    ],
)
def test_notifys_statuses(text, said, status):
    report = {"id": text.provider_ref, "reference": str(text.pk), "status": said, "to": "07700900123"}
    assert [notify(text, report).status_code for _ in range(2)] == [204, 204]
    assert status_of(text) == status


def test_a_report_without_our_reference_is_found_by_notifys_id(text):
    assert notify(text, {"id": text.provider_ref, "reference": None, "status": "delivered"}).status_code == 204
    assert status_of(text) == SmsStatus.DELIVERED


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", f"Basic {notify_server.CALLBACK_TOKEN}", "Bearer é"])
def test_a_wrong_bearer_changes_nothing(text, header):
    report = {"id": text.provider_ref, "reference": str(text.pk), "status": "delivered"}
    assert notify(text, report, header=header).status_code == 403
    assert status_of(text) == SmsStatus.SENT


def test_an_unset_bearer_lets_nobody_in(text, settings):
    settings.NOTIFY_CALLBACK_TOKEN = ""
    assert notify(text, {}, header="Bearer ").status_code == 403


@pytest.mark.parametrize(
    "raw",
    ["", "{", "[]", "[1]", "null", "1", '"x"', '{"reference": "no uuid"}', "[" * 60_000, "\x00", '{"reference": {}}'],
)
def test_what_is_no_report_is_refused(text, raw):
    answer = notify(text, raw=raw)
    assert answer.status_code in (404, 422)
    assert status_of(text) == SmsStatus.SENT


def test_a_report_about_no_text_of_ours(text):
    assert notify(text, {"id": "x", "reference": str(uuid.uuid4()), "status": "delivered"}).status_code == 404
    assert notify(text, {"id": "", "reference": "", "status": "delivered"}).status_code == 404


def test_an_oversized_report_is_not_read(text):
    assert notify(text, raw=" " * 70_000).status_code == 413


def test_nobody_reports_by_get(text):
    assert Client().get(reverse("streaming_callbacks:notify"), HTTP_HOST="localhost").status_code == 405
