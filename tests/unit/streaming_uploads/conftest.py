"""A caller who was sent an upload link, and the phone it was sent to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from core.actors import Actor
from core.roles import CALL_HANDLER
from streaming import gateway as gateways
from streaming.models import CallerFile
from streaming.services import phone_files
from tests.factories.core import make_actor
from tests.factories.links import work
from tests.factories.sessions import Call, make_call
from tests.factories.uploads import jpeg
from tests.fakes.gateway import FakeGateway

PHOTO = jpeg()


@dataclass
class Phone:
    """The browser that holds the upload link."""

    call: Call
    client: Client

    @property
    def address(self) -> str:
        return f"/phone/{self.call.id}/files/"

    def say(self, *files: object) -> Any:
        return self.client.post(self.address, json.dumps({"files": files}), content_type="application/json")

    def choose(self, data: bytes = PHOTO, name: str = "IMG_2044.jpg", **changes: object) -> str:
        answer = self.say(chosen(data, name) | changes)
        assert answer.status_code == 200, answer.content
        return str(answer.json()["files"][0]["id"])

    def send(self, file: str, data: bytes, offset: int = 0, **headers: str) -> Any:
        return self.client.patch(
            f"{self.address}{file}/", data, content_type="application/offset+octet-stream",
            headers={"Upload-Offset": str(offset), **headers},
        )  # fmt: skip

    def send_all(self, data: bytes = PHOTO, name: str = "IMG_2044.jpg") -> CallerFile:
        """Chosen, sent in two chunks, looked at."""
        file = self.choose(data, name)
        half = len(data) // 2
        assert self.send(file, data[:half]).status_code == 200
        assert self.send(file, data[half:], half).status_code == 200
        work("upload.register")
        return self.row(file)

    def row(self, file: str) -> CallerFile:
        return CallerFile.objects.get(pk=file)

    def path(self, file: str) -> Any:
        return phone_files.path_of(self.call.session.pk, self.row(file).pk)


def chosen(data: bytes, name: str = "IMG_2044.jpg") -> dict[str, object]:
    return {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def phone_of(call: Call) -> Phone:
    client = Client()
    client.cookies["sl_caller"] = call.secret
    return Phone(call, client)


@pytest.fixture
def okafor(db: None) -> Actor:
    return make_actor(roles=(CALL_HANDLER,))


@pytest.fixture(autouse=True)
def engine(db: None) -> Iterator[FakeGateway]:
    fake = FakeGateway()
    before = gateways.set_gateway(fake)
    yield fake
    gateways.set_gateway(before)


@pytest.fixture
def phone(okafor: Actor) -> Phone:
    return phone_of(make_call(okafor, mode="upload"))
