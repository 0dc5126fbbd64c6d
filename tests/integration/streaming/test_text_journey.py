"""From the click to "delivered" over real HTTP: providers, fallback, callbacks."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from streaming.models import SmsMessage
from streaming.states import SessionState, SmsStatus
from tests.factories import links as make
from tests.fakes import notify_server, twilio_server

PUBLIC = "https://northmere.police.example"
NOTIFY, TWILIO = "streaming.sms.notify.NotifyProvider", "streaming.sms.twilio.TwilioProvider"


@pytest.fixture(autouse=True)
def public_address(settings):
    settings.PUBLIC_URL = PUBLIC
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]


def statuses(session):
    rows = SmsMessage.objects.filter(link__session=session).order_by("attempt")
    return list(rows.values_list("provider", "status"))


def state_of(session):
    session.refresh_from_db()
    return session.state


def reached(live_server, address):
    """The public address as it arrives here, behind the proxy."""
    return live_server.url + urlsplit(address).path


@pytest.mark.django_db(transaction=True)
def test_twilio_delivers_and_its_duplicate_callback_is_no_news(okafor, twilio, settings, live_server):
    settings.SMS_PROVIDERS = [TWILIO]
    session = make.send(okafor)
    make.work("sms.send")
    assert state_of(session) == SessionState.SENT
    sent = twilio_server.form_of(twilio.requests[0])
    assert make.token_of(session) in sent["Body"]
    address, sid = sent["StatusCallback"], SmsMessage.objects.get().provider_ref
    assert address.startswith(f"{PUBLIC}/callbacks/twilio/")
    steps = ["sent", "delivered", "delivered", "sent"]
    answers = [
        twilio_server.call_back(
            reached(live_server, address), address, {"MessageSid": sid, "MessageStatus": step, "To": "+447700900123"}
        )
        for step in steps
    ]
    assert answers == [204, 204, 204, 204]
    assert state_of(session) == SessionState.DELIVERED
    forged = twilio_server.call_back(
        reached(live_server, address), address, {"MessageSid": sid, "MessageStatus": "failed"}, token="guessed"
    )
    assert forged == 403


@pytest.mark.django_db(transaction=True)
def test_notify_delivers_and_its_duplicate_callback_is_no_news(okafor, notify, settings, live_server):
    settings.SMS_PROVIDERS = [NOTIFY]
    session = make.send(okafor)
    make.work("sms.send")
    message = SmsMessage.objects.get()
    url = live_server.url + reverse("streaming_callbacks:notify")
    report = {"id": message.provider_ref, "reference": str(message.pk), "status": "delivered", "to": "07700900123"}
    assert notify_server.call_back(url, report, token="wrong") == 403
    assert state_of(session) == SessionState.SENT
    assert [notify_server.call_back(url, report) for _ in range(2)] == [204, 204]
    assert state_of(session) == SessionState.DELIVERED


@pytest.mark.parametrize("step", ["refuse", "broken", "hang"])
def test_when_the_first_provider_fails_the_second_has_the_text_within_the_limit(
    okafor, twilio, notify, settings, short_patience, step
):
    settings.SMS_PROVIDERS = [NOTIFY, TWILIO]
    notify.script[:] = [step]
    session = make.send(okafor)
    queued_at = SmsMessage.objects.get().queued_at
    make.work("sms.send")
    make.work("sms.send")
    assert statuses(session) == [("notify", SmsStatus.FAILED), ("twilio", SmsStatus.SENT)]
    assert state_of(session) == SessionState.SENT
    assert make.token_of(session) in twilio_server.form_of(twilio.requests[0])["Body"]
    second = SmsMessage.objects.get(provider="twilio")
    assert second.sent_at - queued_at < timedelta(seconds=settings.SMS_FALLBACK_SECONDS)


def test_a_busy_provider_gets_the_text_at_the_second_try(okafor, notify, twilio, settings):
    settings.SMS_PROVIDERS = [NOTIFY, TWILIO]
    notify.script[:] = ["busy"]
    session = make.send(okafor)
    assert make.work("sms.send").state == "waiting"
    assert make.work("sms.send").state == "done"
    assert statuses(session) == [("notify", SmsStatus.SENT)]
    assert twilio.requests == []


def test_both_fail_and_the_console_says_why(okafor, notify, twilio, settings):
    settings.SMS_PROVIDERS = [NOTIFY, TWILIO]
    notify.script[:], twilio.script[:] = ["broken"], ["refuse"]
    session = make.send(okafor)
    make.work("sms.send")
    make.work("sms.send")
    session.refresh_from_db()
    assert session.state_words == "Failed: The network says this number does not exist. Check it with the caller."


def test_a_silent_network_falls_back_by_its_delayed_row(okafor, notify, twilio, settings):
    settings.SMS_PROVIDERS = [NOTIFY, TWILIO]
    session = make.send(okafor)
    make.work("sms.send")
    make.work("sms.fallback")
    make.work("sms.send")
    assert statuses(session) == [("notify", SmsStatus.SENT), ("twilio", SmsStatus.SENT)]
