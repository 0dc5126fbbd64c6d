"""Every WebSocket × every role × own, another force's and nothing's, from our pages and from others'."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from channels.routing import URLRouter
from channels.sessions import SessionMiddlewareStack
from channels.testing import WebsocketCommunicator

from config.origins import SameOriginValidator
from config.routing import websocket_urlpatterns
from core.models import AuditEvent
from core.roles import CALL_HANDLER, ROLES
from streaming import gateway as gateways
from streaming.models import Viewing
from streaming.signalling import CLOSE_NOT_ALLOWED, CLOSE_NOT_FOUND, CLOSE_SIGN_IN
from tests.factories import guests
from tests.factories.core import make_actor, make_user
from tests.factories.incidents import make_stranger
from tests.factories.sessions import Call, make_call
from tests.fakes.gateway import FakeGateway
from tests.integration.streaming_sessions.sockets import TIMEOUT, Page, _sign_in, db, headers
from tests.integration.walls.rule import DESK

pytestmark = pytest.mark.django_db(transaction=True)

application = SameOriginValidator(SessionMiddlewareStack(URLRouter(websocket_urlpatterns)))
#: Close codes of who is not let in; 0 stands for a socket that goes on.
WATCH = {role: 0 if role in DESK else CLOSE_NOT_ALLOWED for role in ROLES}
GUEST = "guest/<str:token>/live/<uuid:session_id>/"
PATHS = {"ws/live/", "ws/watch/<uuid:session_id>/", "ws/caller/<uuid:session_id>/", GUEST}


def test_every_socket_is_in_this_file() -> None:
    assert {str(pattern.pattern) for pattern in websocket_urlpatterns} == PATHS


@pytest.fixture(autouse=True)
def gateway() -> Iterator[None]:
    before = gateways.set_gateway(FakeGateway())
    yield
    gateways.set_gateway(before)


def scene() -> tuple[Call, Call, dict[str, str]]:
    """A call of ours, one of theirs, and the cookie of one person of ours for every role."""
    ours, theirs = make_call(make_actor()), make_call(make_stranger())
    cookies = {role: _sign_in(make_user(roles=(role,))) for role in ROLES}
    return ours, theirs, cookies


@asynccontextmanager
async def opened(path: str, **kwargs: Any) -> AsyncIterator[WebsocketCommunicator]:
    communicator = WebsocketCommunicator(application, path, headers=headers(**kwargs))
    connected, _ = await communicator.connect(timeout=TIMEOUT)
    assert connected
    try:
        yield communicator
    finally:
        await communicator.disconnect(timeout=TIMEOUT)


async def outcome(path: str, cookie: str) -> tuple[int, list[dict[str, Any]]]:
    """The close code (0: let in and welcomed) and what was said until then."""
    said: list[dict[str, Any]] = []
    async with opened(path, cookie=cookie) as socket:
        while not said or said[-1]["t"] != "welcome":
            event = await socket.receive_output(timeout=TIMEOUT)
            if event["type"] == "websocket.close":
                return event["code"], said
            said.append(json.loads(event["text"]))
    return 0, said


async def test_who_may_watch(gateway: None) -> None:
    ours, theirs, cookies = await db(scene)()
    got = {role: (await outcome(f"/ws/watch/{ours.id}/", cookie))[0] for role, cookie in cookies.items()}
    assert got == WATCH
    before = await db(Viewing.objects.count)()
    for role, cookie in cookies.items():
        hidden = await outcome(f"/ws/watch/{theirs.id}/", cookie)
        assert hidden == await outcome(f"/ws/watch/{uuid.uuid4()}/", cookie)
        assert hidden[0] == (CLOSE_NOT_FOUND if role in DESK else CLOSE_NOT_ALLOWED), role
    assert await db(Viewing.objects.count)() == before == len(DESK)
    assert (await outcome(f"/ws/watch/{ours.id}/", ""))[0] == CLOSE_SIGN_IN


async def test_no_police_role_opens_the_callers_socket(gateway: None) -> None:
    ours, theirs, cookies = await db(scene)()
    missing = await outcome(f"/ws/caller/{uuid.uuid4()}/", "")
    assert missing[0] == CLOSE_NOT_FOUND
    before = await db(AuditEvent.objects.count)()
    for cookie in (*cookies.values(), f"sl_caller={theirs.secret}", "sl_caller=x", ""):
        assert await outcome(f"/ws/caller/{ours.id}/", cookie) == missing
    assert await db(AuditEvent.objects.count)() == before


async def test_who_may_follow(gateway: None) -> None:
    """Roles and forces of every kind of topic are in test_topics.py: here, that the socket asks."""
    ours, theirs, cookies = await db(scene)()
    for role, cookie in cookies.items():
        async with opened("/ws/live/", cookie=cookie) as socket:
            page = Page(socket)
            for call, allowed in ((ours, role in DESK), (theirs, False)):
                topic = f"session.{call.id}"
                await page.send("subscribe", topic=topic)
                await page.until("subscribed" if allowed else "refused", topic=topic)
    for cookie in ("", f"sl_caller={ours.secret}"):
        assert await outcome("/ws/live/", cookie) == (4401, [])


# What the browser says of the page that opens a socket, and of the host it is opened to.
STRANGE = [
    ("", "localhost"),  # no browser
    ("null", "localhost"),  # a frame without an origin of its own
    ("https://evil.example", "localhost"),
    ("http://localhost:9999", "localhost"),
    ("http://localhost.evil.example", "localhost"),
    ("http://user@localhost", "localhost"),
    ("file://localhost", "localhost"),
    ("http://evil.example", "evil.example"),  # they agree, but it is not ours
    ("http://localhost", ""),
]


async def test_a_page_of_another_site_does_not_get_as_far_as_a_sign_in(gateway: None) -> None:
    ours, _, cookies = await db(scene)()
    both = f"{cookies[CALL_HANDLER]}; sl_caller={ours.secret}"
    for path in ("/ws/live/", f"/ws/watch/{ours.id}/", f"/ws/caller/{ours.id}/"):
        for origin, host in STRANGE:
            socket = WebsocketCommunicator(application, path, headers=headers(both, origin, host))
            connected, _ = await socket.connect(timeout=TIMEOUT)
            await socket.disconnect(timeout=TIMEOUT)
            assert not connected, (path, origin, host)
    assert not await db(Viewing.objects.exists)()


def test_the_server_asks_for_the_origin_before_anything_else() -> None:
    """`config.asgi` starts engines when it is imported, so its sockets are put together here; in the same order."""
    source = (Path(__file__).resolve().parents[3] / "config" / "asgi.py").read_text()
    assert "SameOriginValidator(SessionMiddlewareStack(URLRouter(websocket_urlpatterns)))" in source


async def test_no_sign_in_opens_a_guests_socket() -> None:
    """Only a code does: tests/integration/streaming_sessions/test_guest_socket.py."""
    ours, _, cookies = await db(scene)()
    link = await db(guests.share)(ours.handler, ours.session.incident_id)
    token = await db(guests.token_of)(link)
    for role in ROLES:
        code, _ = await outcome(f"/guest/{token}/live/{ours.id}/", cookies[role])
        assert code == CLOSE_NOT_FOUND, role
    assert not await db(Viewing.objects.exists)()
