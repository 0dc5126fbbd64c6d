"""`/guest/<token>/live/<session>/`: a partner's picture, what it is told, and how fast it ends."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from core.actors import Actor
from core.clock import now
from core.models import AuditEvent
from incidents.models import Incident
from incidents.services import close_incident
from streaming import sockets
from streaming.consumers import GuestConsumer
from streaming.contracts import EngineError, Ticket
from streaming.models import GuestLink, Viewing
from streaming.services import guests
from tests.factories import guests as make
from tests.factories.incidents import assess_again, make_supervisor
from tests.factories.links import work
from tests.factories.sessions import Call, make_call
from tests.integration.streaming_sessions.sockets import OFFER, db, eventually, opened, phone

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def link(okafor: Actor, call: Call) -> GuestLink:
    return make.share(okafor, call.session.incident_id)


def looking(token: str, session_id: object, secret: str):
    return opened(f"/guest/{token}/live/{session_id}/", cookie=f"sl_guest={secret}")


async def door(link: GuestLink) -> tuple[str, str]:
    token = await db(make.token_of)(link)
    _, secret = await db(make.open_door)(link, token)
    return token, secret


async def test_a_guest_sees_the_picture_under_their_own_name_and_the_look_is_a_disclosure(
    call: Call, link: GuestLink, gateway, settings
) -> None:
    token, secret = await door(link)
    async with phone(call.id, call.secret) as caller:
        await caller.send("offer", id=1, sdp=OFFER)
        await caller.until("answer")
        async with looking(token, call.id, secret) as page:
            assert (await page.until("welcome"))["alarm"] is None
            await page.send("offer", id=1, sdp=OFFER)
            answer = await page.until("answer")
            assert (answer["codec"], answer["stills"]) == ("VP8", False)
            ticket = Ticket.verify(gateway.named("watch_offer")[-1].data["ticket"], settings.MEDIA_TICKET_KEY)
            assert (ticket.label, ticket.code) == ("J. Smith, Northmere Ambulance", f"G-{link.pk.hex[:6].upper()}")
            [viewing] = await db(lambda: list(Viewing.objects.filter(ended_at=None)))()
            assert viewing.label == "J. Smith, Northmere Ambulance"
    entries = await db(lambda: list(AuditEvent.objects.filter(object=f"streaming.videosession:{call.id}",
                                                              actor_kind="guest").order_by("at")))()  # fmt: skip
    assert [(one.action, one.recipient) for one in entries] == [("DISCLOSE", "J. Smith, Northmere Ambulance")] * 2
    assert entries[0].purpose == "Watching live video: start"


async def test_when_no_more_can_be_marked_the_guest_reads_why_and_sees_nothing(
    call: Call, link: GuestLink, gateway
) -> None:
    token, secret = await door(link)
    gateway.refusals["watch_offer"] = EngineError("full", "no more marked pictures", retry_after=10.0)
    async with looking(token, call.id, secret) as page:
        await page.until("welcome")
        await page.send("offer", id=1, sdp=OFFER)
        told = await page.until("error")
        assert (told["code"], told["id"]) == ("full", 1)
        assert told["message"].startswith("The police system can mark no more pictures with a name at the moment")


async def test_without_the_right_cookie_no_socket_says_anything(okafor: Actor, call: Call, link: GuestLink) -> None:
    token, secret = await door(link)
    other = await db(make_call)(okafor, number="07700 900555")
    for given in ((token, call.id, ""), (token, call.id, "A" * 43), ("A" * 22, call.id, secret),
                  (token, other.id, secret), (token, uuid4(), secret)):  # fmt: skip
        async with looking(*given) as page:
            assert await page.until_closed() == 4404
    assert not await db(Viewing.objects.exists)()


async def test_a_guest_cannot_speak_to_the_caller(call: Call, link: GuestLink) -> None:
    token, secret = await door(link)
    async with looking(token, call.id, secret) as page:
        await page.until("welcome")
        await page.send("talk", id=1, sdp=OFFER)
        assert (await page.until("error"))["code"] == "unknown_type"


async def test_withdrawing_closes_the_open_picture_at_once(okafor: Actor, call: Call, link: GuestLink, gateway) -> None:
    token, secret = await door(link)
    async with looking(token, call.id, secret) as page:
        peer = (await page.until("welcome"))["peer"]
        await db(guests.revoke)(actor=okafor, link_id=link.pk)
        assert (await page.until("ended"))["by"] == "revoked"
        assert await page.until_closed() == 4410
    await eventually(lambda: Viewing.objects.filter(peer_id=peer, ended_at__isnull=False).exists())
    assert gateway.named("close_peer")[-1].data["peer_id"] == peer
    async with looking(token, call.id, secret) as again:
        assert await again.until_closed() == 4404


async def test_closing_the_incident_closes_the_open_picture_and_says_why(
    okafor: Actor, call: Call, link: GuestLink
) -> None:
    token, secret = await door(link)
    async with looking(token, call.id, secret) as page:
        peer = (await page.until("welcome"))["peer"]
        await db(close)(link.incident_id)
        assert (await page.until("ended"))["by"] == "closed"
        assert await page.until_closed() == 4410
    await eventually(lambda: Viewing.objects.filter(peer_id=peer, ended_at__isnull=False).exists())


def close(incident_id: object) -> None:
    hale = make_supervisor()
    incident = Incident.objects.get(pk=incident_id)
    assess_again(hale, incident)
    close_incident(actor=hale, incident_id=incident.pk, category_code="307", text="Area searched, no trace.")
    work("incident.closed")


async def test_a_picture_ends_with_the_time_even_when_nobody_says_so(call: Call, link: GuestLink, monkeypatch) -> None:
    monkeypatch.setattr(GuestConsumer, "recheck_seconds", 0.05)
    token, secret = await door(link)
    async with looking(token, call.id, secret) as page:
        await page.until("welcome")
        late = {"created_at": now() - timedelta(hours=1), "expires_at": now() - timedelta(seconds=1)}
        await db(GuestLink.objects.filter(pk=link.pk).update)(**late)
        assert (await page.until("ended"))["by"] == "expired"
        assert await page.until_closed() == 4410


async def test_a_guest_hears_of_nothing_that_was_not_shared(okafor: Actor, call: Call) -> None:
    link = await db(make.share)(okafor, call.session.incident_id, place=False)
    token, secret = await door(link)
    async with looking(token, call.id, secret) as page:
        await page.until("welcome")
        fix = {"id": "f", "lat": 53.7, "lon": 0.4, "accuracy": 5, "heading": None, "speed": None, "at": 1}
        for kind, data in (("fix", fix), ("chat", {"id": "m"}), ("device", {}), ("alarm", {"reason": "x"}),
                           ("two_way", {"state": "asked", "who": "A. Okafor"}), ("interrupted", {})):  # fmt: skip
            await db(sockets.tell_viewers)(call.id, kind, data)
        heard = {message["t"] for kind in ("fix", "chat") for message in await page.said(kind)}
        assert heard == set()
        assert {message["t"] for message in page.messages} <= {"welcome", "pong", "state", "source", "health"}
