"""The cast, and the text providers' local servers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.actors import Actor
from tests.factories.core import make_actor
from tests.fakes import notify_server, twilio_server
from tests.fakes.provider_server import ProviderState
from tests.fakes.sms import RecordingProvider


@pytest.fixture
def recording(settings) -> type[RecordingProvider]:
    settings.SMS_PROVIDERS = ["tests.fakes.sms.RecordingProvider"]
    RecordingProvider.forget()
    return RecordingProvider


@pytest.fixture
def okafor(db: None) -> Actor:
    return make_actor()


@pytest.fixture
def short_patience(monkeypatch) -> None:
    """A silent provider is given up after a moment, as after HTTP_TIMEOUT in service."""
    monkeypatch.setattr("streaming.sms.twilio.HTTP_TIMEOUT", 0.4)
    monkeypatch.setattr("streaming.sms.notify.HTTP_TIMEOUT", 0.4)


@pytest.fixture
def twilio(settings) -> Iterator[ProviderState]:
    with twilio_server.twilio_server() as (url, state):
        settings.TWILIO_BASE_URL = url
        settings.TWILIO_ACCOUNT_SID = twilio_server.SID
        settings.TWILIO_AUTH_TOKEN = twilio_server.TOKEN
        settings.TWILIO_FROM = "+447700900999"
        yield state


@pytest.fixture
def notify(settings) -> Iterator[ProviderState]:
    with notify_server.notify_server() as (url, state):
        settings.NOTIFY_BASE_URL = url
        settings.NOTIFY_API_KEY = notify_server.API_KEY
        settings.NOTIFY_TEMPLATE_ID = notify_server.TEMPLATE
        settings.NOTIFY_CALLBACK_TOKEN = notify_server.CALLBACK_TOKEN
        yield state
