"""Each adapter against a real HTTP server that speaks its provider's API; all four keep one contract."""

from __future__ import annotations

import json
import logging
import uuid

import pytest

from streaming.models import SmsMessage
from streaming.sms import OutgoingSms, SmsRefused, SmsRetry, SmsUnclear
from streaming.sms.notify import NotifyProvider
from streaming.sms.onscreen import OnScreenProvider
from streaming.sms.twilio import TwilioProvider
from streaming.states import SmsStatus
from tests.factories import links as make
from tests.fakes.notify_server import TEMPLATE
from tests.fakes.sms import RecordingProvider
from tests.fakes.twilio_server import form_of

BODY = "Northmere Police: the link for your 999 call. https://northmere.police.example/v/7KQ2"
ADAPTERS = {"twilio": TwilioProvider, "notify": NotifyProvider}


def outgoing(message_id=None, sender="NORTHMERE", force_id=1):
    message_id = message_id or uuid.uuid4()
    return OutgoingSms(
        message_id=message_id,
        force_id=force_id,
        to="+447700900123",
        body=BODY,
        sender=sender,
        callback_url=f"https://northmere.police.example/callbacks/twilio/{message_id}/",
    )


@pytest.fixture(params=["twilio", "notify"])
def provider(request, twilio, notify):
    """An adapter that speaks HTTP, and the state of its server."""
    return ADAPTERS[request.param](), {"twilio": twilio, "notify": notify}[request.param]


@pytest.mark.parametrize("kind", [TwilioProvider, NotifyProvider, OnScreenProvider, RecordingProvider])
def test_the_contract_of_every_provider(okafor, recording, twilio, notify, kind):
    """A name, an acceptance with a reference that fits the column, and the same reference for the same message."""
    make.send(okafor)
    message = SmsMessage.objects.get()
    first = kind().send(outgoing(message.pk, force_id=okafor.force_id))
    again = kind().send(outgoing(message.pk, force_id=okafor.force_id))
    assert kind.name.islower()
    assert first.accepted
    assert 0 < len(first.provider_ref) <= 64
    assert first.status in (SmsStatus.SENT, SmsStatus.DELIVERED)
    assert again.provider_ref == first.provider_ref


def test_twilio_gets_the_text_and_where_to_report(twilio):
    message = outgoing()
    TwilioProvider().send(message)
    form = form_of(twilio.requests[0])
    assert form == {
        "To": "+447700900123",
        "From": "NORTHMERE",
        "Body": BODY,
        "StatusCallback": message.callback_url,
    }


def test_twilio_sends_from_our_number_when_the_force_has_no_sender(twilio):
    TwilioProvider().send(outgoing(sender=""))
    assert form_of(twilio.requests[0])["From"] == "+447700900999"


def test_notify_gets_the_text_in_its_template_and_our_reference(notify):
    message = outgoing()
    NotifyProvider().send(message)
    assert json.loads(notify.requests[0].body) == {
        "phone_number": "+447700900123",
        "template_id": TEMPLATE,
        "personalisation": {"message": BODY},
        "reference": str(message.message_id),
    }


def test_a_400_is_a_refusal_in_plain_words(provider):
    adapter, server = provider
    server.script[:] = ["refuse"]
    with pytest.raises(SmsRefused) as refused:
        adapter.send(outgoing())
    assert refused.value.permanent
    assert refused.value.code in {"number_invalid", "not_a_mobile"}
    assert "number" in refused.value.words
    assert len(server.requests) == 1


@pytest.mark.parametrize(("step", "code"), [("refuse-sender", "sender_unknown")])
def test_twilios_reasons(twilio, step, code):
    twilio.script[:] = [step]
    with pytest.raises(SmsRefused) as refused:
        TwilioProvider().send(outgoing())
    assert refused.value.code == code


def test_notifys_trial_mode(notify):
    notify.script[:] = ["refuse-trial"]
    with pytest.raises(SmsRefused) as refused:
        NotifyProvider().send(outgoing())
    assert refused.value.code == "trial"


def test_a_429_says_when_to_try_again_and_then_it_works(provider):
    adapter, server = provider
    server.script[:] = ["busy"]
    with pytest.raises(SmsRetry) as busy:
        adapter.send(outgoing())
    assert 0 < busy.value.after <= 10
    assert adapter.send(outgoing()).accepted


def test_a_broken_provider_may_work_later(provider):
    adapter, server = provider
    server.script[:] = ["broken"]
    with pytest.raises(SmsRefused) as refused:
        adapter.send(outgoing())
    assert (refused.value.code, refused.value.permanent) == ("provider_down", False)


def test_silence_is_unclear(provider, short_patience, request):
    _, server = provider
    server.script[:] = ["hang"]
    fresh = ADAPTERS[request.node.callspec.params["provider"]]()
    with pytest.raises(SmsUnclear):
        fresh.send(outgoing())


@pytest.mark.parametrize("kind", ["twilio", "notify"])
def test_nobody_listening_is_a_provider_that_is_down(provider, settings, kind):
    settings.TWILIO_BASE_URL = settings.NOTIFY_BASE_URL = "http://127.0.0.1:9"
    with pytest.raises(SmsRefused) as refused:
        ADAPTERS[kind]().send(outgoing())
    assert refused.value.code == "provider_down"


def test_wrong_credentials_are_told_as_such(provider, settings, request):
    settings.TWILIO_AUTH_TOKEN = "wrong"
    settings.NOTIFY_API_KEY = "northmere-11111111-2222-4333-8444-555555555555-00000000-7777-4888-8999-aaaaaaaaaaaa"
    fresh = ADAPTERS[request.node.callspec.params["provider"]]()
    with pytest.raises(SmsRefused) as refused:
        fresh.send(outgoing())
    assert refused.value.code == "sign_in"


@pytest.mark.parametrize("key", ["", "short", "x" * 80])
def test_a_notify_key_that_is_none_is_a_refusal(notify, settings, key):
    settings.NOTIFY_API_KEY = key
    with pytest.raises(SmsRefused) as refused:
        NotifyProvider().send(outgoing())
    assert refused.value.code == "sign_in"


def test_no_adapter_logs_the_number_or_the_link(provider, caplog):
    adapter, server = provider
    server.script[:] = ["ok", "refuse", "busy", "broken"]
    with caplog.at_level(logging.DEBUG):
        adapter.send(outgoing())
        for _ in range(3):
            with pytest.raises((SmsRefused, SmsRetry)):
                adapter.send(outgoing())
    assert "7700900123" not in caplog.text
    assert "/v/7KQ2" not in caplog.text
