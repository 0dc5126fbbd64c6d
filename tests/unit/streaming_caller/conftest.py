"""Call handler Okafor sends a link; a phone opens it."""

from __future__ import annotations

import pytest

from core.actors import Actor
from core.roles import CALL_HANDLER
from tests.factories.core import make_actor
from tests.fakes.sms import RecordingProvider


@pytest.fixture
def okafor(db: None, settings) -> Actor:
    settings.SMS_PROVIDERS = ["tests.fakes.sms.RecordingProvider"]
    RecordingProvider.forget()
    return make_actor(roles=(CALL_HANDLER,))
