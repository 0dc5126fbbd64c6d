"""A live call whose phone has been filming by itself."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from core.actors import Actor
from core.roles import CALL_HANDLER
from streaming import gateway as gateways
from streaming.models import PhonePiece
from tests.factories.core import make_actor
from tests.factories.films import announced, as_sent, webm
from tests.factories.links import work
from tests.factories.sessions import Call, make_call
from tests.fakes.gateway import FakeGateway

FILM = webm()


@dataclass
class Phone:
    """The browser that holds the call's link."""

    call: Call
    client: Client

    @property
    def address(self) -> str:
        return f"/phone/{self.call.id}/"

    def announce(self, *pieces: Any) -> Any:
        body = {"pieces": [as_sent(piece) for piece in pieces]}
        return self.client.post(self.address, json.dumps(body), content_type="application/json")

    def piece(self, film: bytes = FILM, **changes: Any) -> Any:
        """Announced some seconds ago, and still on the phone."""
        at = changes.pop("at_ms", round(time.time() * 1000) - 6000)
        said = announced(self.call.session.pk, film, at_ms=at, **changes)
        answer = self.announce(said)
        assert answer.status_code == 200, answer.content
        return answer.json()["pieces"][0]["id"]

    def send(self, piece: str, data: bytes, offset: int = 0, **headers: str) -> Any:
        return self.client.patch(
            f"{self.address}{piece}/", data, content_type="application/offset+octet-stream",
            headers={"Upload-Offset": str(offset), **headers},
        )  # fmt: skip

    def send_all(self, piece: str, film: bytes = FILM) -> Any:
        half = len(film) // 2
        assert self.send(piece, film[:half]).status_code == 200
        return self.send(piece, film[half:], half)

    def row(self, piece: str | UUID) -> PhonePiece:
        return PhonePiece.objects.get(pk=piece)

    def register(self) -> None:
        work("backfill.register")


@pytest.fixture
def okafor(db: None) -> Actor:
    return make_actor(roles=(CALL_HANDLER,))


@pytest.fixture(autouse=True)
def engine(db: None) -> Iterator[FakeGateway]:
    fake = FakeGateway()
    before = gateways.set_gateway(fake)
    yield fake
    gateways.set_gateway(before)


def phone_of(call: Call) -> Phone:
    client = Client()
    client.cookies["sl_caller"] = call.secret
    return Phone(call, client)


@pytest.fixture
def phone(okafor: Actor) -> Phone:
    call = make_call(okafor)
    call.go_live()
    return phone_of(call)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
