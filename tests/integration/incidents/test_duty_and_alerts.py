"""An officer's phone on the wanted board: from booking on to signing out, through the pages' own buttons."""

from __future__ import annotations

import pytest
from channels.routing import URLRouter
from channels.sessions import SessionMiddlewareStack
from channels.testing import WebsocketCommunicator
from django.test import Client

from config.routing import websocket_urlpatterns
from core.models import User
from core.roles import OFFICER
from tests.factories.core import make_user
from tests.integration.streaming_sessions.sockets import TIMEOUT, Page, db, headers

pytestmark = pytest.mark.django_db(transaction=True)

application = SessionMiddlewareStack(URLRouter(websocket_urlpatterns))


def sign_in(user: User) -> tuple[Client, str]:
    client = Client()
    client.force_login(user)
    return client, f"sl_session={client.cookies['sl_session'].value}"


async def phone(cookie: str) -> Page:
    communicator = WebsocketCommunicator(application, "/ws/live/", headers=headers(cookie))
    assert (await communicator.connect(timeout=TIMEOUT))[0]
    return Page(communicator)


async def test_alerts_follow_the_shift_and_end_with_it() -> None:
    reid: User = await db(make_user)(roles=(OFFICER,), last_name="Reid", call_sign="NB21")
    client, cookie = await db(sign_in)(reid)
    topic = f"wanted.{reid.force_id}"
    page, colleague = await phone(cookie), await phone((await db(sign_in)(await db(make_user)()))[1])
    await colleague.send("subscribe", topic=topic)
    await colleague.until("subscribed", topic=topic)

    await page.send("subscribe", topic=topic)
    await page.until("refused", topic=topic)
    assert (await db(client.post)("/duty/on/")).status_code == 302
    await page.send("subscribe", topic=topic)
    await page.until("subscribed", topic=topic)
    assert (await db(client.post)("/duty/off/")).status_code == 302
    await page.until("refused", topic=topic)
    assert (await db(client.post)("/sign-out/")).status_code == 302
    assert await page.until_closed() == 4401
    again = await phone(cookie)
    assert await again.until_closed() == 4401
    assert await colleague.said("refused") == []
    for one in (page, again, colleague):
        await one.socket.disconnect()


async def test_a_changed_password_ends_the_live_screens_of_the_old_sign_in() -> None:
    okafor: User = await db(make_user)()
    _, cookie = await db(sign_in)(okafor)
    await db(lambda: (okafor.set_password("northmere-harbour-wall"), okafor.save()))()
    page = await phone(cookie)
    assert await page.until_closed() == 4401
    await page.socket.disconnect()
