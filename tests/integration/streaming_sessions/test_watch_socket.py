"""`/ws/watch/<session>/`: who may look, what they are told, what is written about it."""

from __future__ import annotations

import asyncio
import time
import uuid

import pytest
from django.contrib.sessions.models import Session

from core.actors import Actor
from core.models import AuditEvent, RoleGrant, User
from core.roles import ADMIN, INTEL
from streaming import contracts, facts_taker
from streaming.consumers import WatchConsumer
from streaming.contracts import EngineError
from streaming.models import Viewing
from streaming.services import chat, sessions, viewing
from tests.factories.core import make_user
from tests.factories.sessions import Call
from tests.fakes.gateway import FakeGateway
from tests.integration.streaming_sessions.sockets import OFFER, db, eventually, opened, phone, watching
from tests.integration.streaming_sessions.test_caller_socket import health

pytestmark = pytest.mark.django_db(transaction=True)


def audit_of(call: Call, actor: Actor) -> list[str]:
    entries = AuditEvent.objects.filter(
        object=f"streaming.videosession:{call.id}", actor_id=str(actor.user_id), action="CONSULT"
    )
    return list(entries.order_by("at").values_list("purpose", flat=True))


async def publish(call: Call) -> None:
    """A phone that sends: the engine knows its codec."""
    async with phone(call.id, call.secret) as page:
        await page.send("offer", id=1, sdp=OFFER)
        await page.until("answer")


# --- who --------------------------------------------------------------------------------------------------------------


async def test_who_has_not_signed_in_is_told_so(call: Call) -> None:
    async with watching(call.id, None) as page:
        assert (await page.until("error"))["code"] == "sign_in"
        assert await page.until_closed() == 4401


async def test_another_forces_session_looks_exactly_like_one_that_is_not_there(call: Call, stranger: Actor) -> None:
    async with watching(call.id, stranger.user) as hidden:
        assert await hidden.until_closed() == 4404
    async with watching(uuid.uuid4(), stranger.user) as missing:
        assert await missing.until_closed() == 4404
    assert hidden.messages == missing.messages
    assert not await db(Viewing.objects.exists)()


@pytest.mark.parametrize("role", [INTEL, ADMIN])
async def test_a_role_that_may_not_watch_does_not(call: Call, role: str) -> None:
    user = await db(make_user)(roles=(role,))
    async with watching(call.id, user) as page:
        assert await page.until_closed() == 4403
    assert not await db(Viewing.objects.exists)()


async def test_the_callers_cookie_opens_no_viewer(call: Call) -> None:
    async with opened(f"/ws/watch/{call.id}/", cookie=f"sl_caller={call.secret}") as page:
        assert await page.until_closed() == 4401


async def test_a_role_taken_away_mid_watch_closes_the_picture(call: Call, reid: Actor, monkeypatch, gateway) -> None:
    monkeypatch.setattr(WatchConsumer, "recheck_seconds", 0.05)
    async with watching(call.id, reid.user) as page:
        peer = (await page.until("welcome"))["peer"]
        await db(RoleGrant.objects.filter(user_id=reid.user_id).delete)()
        assert await page.until_closed() == 4403
    assert gateway.named("close_peer")[-1].data["peer_id"] == peer
    assert await db(Viewing.objects.filter(ended_at__isnull=False).count)() == 1


async def test_an_account_switched_off_mid_watch_closes_the_picture(call: Call, reid: Actor, monkeypatch) -> None:
    monkeypatch.setattr(WatchConsumer, "recheck_seconds", 0.05)
    async with watching(call.id, reid.user) as page:
        await page.until("welcome")
        await db(User.objects.filter(pk=reid.user_id).update)(is_active=False)
        assert await page.until_closed() == 4403


async def test_a_role_taken_away_gets_no_new_answer(call: Call, reid: Actor, gateway: FakeGateway) -> None:
    await publish(call)
    async with watching(call.id, reid.user) as page:
        await page.until("welcome")
        await db(sessions.end_session)(actor=call.handler, session_id=call.session.pk, reason="handler")
        await page.send("offer", id=1, sdp=OFFER)
        assert await page.until_closed() == 4410
    assert not gateway.named("watch_offer")


# --- what is written --------------------------------------------------------------------------------------------------


async def test_watching_is_one_audit_entry_at_the_start_and_one_at_the_end(call: Call, reid: Actor) -> None:
    async with watching(call.id, reid.user) as page:
        await page.until("welcome")
        assert await db(audit_of)(call, reid) == ["Watching live video: start"]
        await page.said("error")
    _, end = await db(audit_of)(call, reid)
    assert end.startswith("Watching live video: end after")
    row = await db(Viewing.objects.get)()
    assert row.ended_at is not None


async def test_without_an_audit_entry_there_is_no_picture(call: Call, reid: Actor, monkeypatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the audit table is full")

    monkeypatch.setattr("streaming.services.viewing.audit.record", broken)
    with pytest.raises(RuntimeError):
        async with watching(call.id, reid.user) as page:
            await page.until("welcome")
    assert not await db(Viewing.objects.exists)()


async def test_the_caller_learns_how_many_connect_from_the_engine_only(call: Call, reid: Actor) -> None:
    async with phone(call.id, call.secret) as page, watching(call.id, reid.user) as viewer:
        await viewer.until("welcome")
        assert (await page.until("status"))["watched"] is False
        await db(facts_taker.take_health)(health(call, viewers=1))
        assert (await page.until("status", viewers=1))["watched"] is True


async def test_the_timeline_gets_who_came_and_went_without_names(call: Call, reid: Actor, gateway: FakeGateway) -> None:
    async with watching(call.id, reid.user) as page:
        peer = (await page.until("welcome"))["peer"]
        await eventually(lambda: gateway.notes("watch_started"))
    assert gateway.notes("watch_started")[0]["viewer"] == peer
    assert gateway.notes("watch_ended")[0]["viewer"] == peer
    assert "Reid" not in str(gateway.calls)


# --- the picture ------------------------------------------------------------------------------------------------------


async def test_a_viewer_before_the_caller_waits_and_is_told(call: Call, reid: Actor) -> None:
    async with watching(call.id, reid.user) as page:
        assert (await page.until("welcome"))["codec"] is None
        await page.send("offer", id=1, sdp=OFFER)
        assert (await page.until("error", id=1))["code"] in ("no_source", "no_session")
        await publish(call)
        await db(call.join)()
        source = await page.until("source")
        assert (source["codec"], source["has_audio"]) == ("VP8", False)
        await page.send("offer", id=2, sdp=OFFER)
        assert (await page.until("answer", id=2))["codec"] == "VP8"


async def test_a_late_viewer_gets_the_codec_in_the_welcome(call: Call, reid: Actor, hale: Actor) -> None:
    await publish(call)
    await db(call.go_live)(has_audio=True)
    async with watching(call.id, reid.user) as first, watching(call.id, hale.user) as second:
        for page in (first, second):
            welcome = await page.until("welcome")
            assert (welcome["state"], welcome["codec"], welcome["has_audio"]) == ("live", "VP8", True)
            await page.send("offer", id=1, sdp=OFFER)
            await page.until("answer", id=1)
    assert await db(Viewing.objects.count)() == 2


async def test_a_late_viewer_learns_what_the_phone_is_doing_and_of_an_alarm(call: Call, reid: Actor) -> None:
    async with phone(call.id, call.secret) as page:
        await page.send("device", camera="rear", microphone="muted", battery=0.21)
        await page.said("error")
        await db(call.fact)(contracts.RecordingAlarm, reason="disk full")
        async with watching(call.id, reid.user) as viewer:
            assert (await viewer.until("welcome"))["alarm"] == "disk full"
            await viewer.until("alarm", reason="disk full")
            device = await viewer.until("device")
    assert (device["microphone"], device["battery"]) == ("muted", 0.21)


async def test_a_viewer_cannot_publish(call: Call, reid: Actor, gateway: FakeGateway) -> None:
    """The ticket says viewer: whatever is in the offer, the engine's caller door stays shut."""
    await publish(call)
    async with watching(call.id, reid.user) as page:
        await page.until("welcome")
        await page.send("offer", id=1, sdp=OFFER.replace("m=video", "a=sendonly\r\nm=video"))
        await page.until("answer", id=1)
    assert len(gateway.named("publish_offer")) == 1


async def test_a_picture_made_large_while_the_engine_answers_is_sent_whole(
    call: Call, reid: Actor, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine knows no such viewer before it has answered: what was asked of it meanwhile is asked again."""
    await publish(call)
    begun, go_on, answers = asyncio.Event(), asyncio.Event(), gateway.watch_offer

    async def slowly(session_id: object, ticket: str, sdp: str, rate: contracts.Rate = "full") -> contracts.SdpAnswer:
        begun.set()
        await go_on.wait()
        return await answers(session_id, ticket, sdp, rate)

    monkeypatch.setattr(gateway, "watch_offer", slowly)
    async with watching(call.id, reid.user) as page:
        await page.until("welcome")
        await page.send("tune", rate="thumbnail")
        await page.send("offer", id=1, sdp=OFFER)
        await begun.wait()
        await page.send("tune", rate="full")
        assert await page.said("answer") == []
        go_on.set()
        await page.until("answer")
    rates = [one.data["rate"] for one in gateway.calls if one.name in {"watch_offer", "tune_viewer"}]
    assert rates == ["thumbnail", "full", "thumbnail", "full"]


@pytest.mark.parametrize("code", ["full", "bad_ticket", "unavailable"])
async def test_refusals_are_words(call: Call, reid: Actor, gateway: FakeGateway, code: str) -> None:
    gateway.refusals["watch_offer"] = EngineError(code)
    async with watching(call.id, reid.user) as page:
        await page.until("welcome")
        await page.send("offer", id=3, sdp=OFFER)
        assert (await page.until("error", id=3))["code"] == code


async def test_health_state_alarm_and_chat_reach_the_viewer(call: Call, reid: Actor) -> None:
    async with watching(call.id, reid.user) as page:
        await page.until("welcome")
        await db(call.join)()
        await page.until("state", state="camera_on")
        await db(facts_taker.take_health)(health(call, loss=0.012))
        assert (await page.until("health"))["loss"] == 0.012
        await db(call.fact)(contracts.RecordingAlarm, reason="disk full")
        await page.until("alarm", reason="disk full")
        await db(call.fact)(contracts.RecordingResumed)
        await page.until("alarm", reason=None)
        message = await db(chat.send_to_caller)(
            actor=call.handler, session_id=call.session.pk, key=uuid.uuid4(), text="Are you safe where you are?"
        )
        assert await page.until("chat") == {"t": "chat", "id": str(message.pk)}


async def test_the_end_closes_every_picture(call: Call, reid: Actor, hale: Actor) -> None:
    async with watching(call.id, reid.user) as first, watching(call.id, hale.user) as second:
        await first.until("welcome")
        await second.until("welcome")
        await db(sessions.end_session)(actor=call.handler, session_id=call.session.pk, reason="handler")
        for page in (first, second):
            assert (await page.until("ended"))["by"] == "handler"
            assert await page.until_closed() == 4410
    async with watching(call.id, reid.user) as late:
        assert (await late.until("ended"))["by"] == "handler"
        assert await late.until_closed() == 4410


async def test_leave_ends_it(call: Call, reid: Actor) -> None:
    async with watching(call.id, reid.user) as page:
        await page.until("welcome")
        await page.send("leave")
        assert await page.until_closed() == 1000
    assert await db(Viewing.objects.filter(ended_at__isnull=False).exists)()


async def test_binary_and_floods_close_only_this_viewer(call: Call, reid: Actor, hale: Actor) -> None:
    async with watching(call.id, reid.user) as calm:
        await calm.until("welcome")
        async with watching(call.id, hale.user) as page:
            await page.socket.send_to(bytes_data=b"\xff" * 70_000)
            assert await page.until_closed() == 1003
        async with watching(call.id, hale.user) as page:
            for n in range(200):
                await page.send("ping", n=n)
            assert await page.until_closed() == 4429
        assert await calm.said("error") == []


# --- a server that died -----------------------------------------------------------------------------------------------


def test_viewings_of_a_dead_server_are_closed_at_the_moment_they_were_last_heard_of(call: Call, reid: Actor) -> None:
    row = viewing.start_viewing(actor=reid, session_id=call.session.pk, peer_id="p-dead")
    assert viewing.stop_forgotten() == 0
    Viewing.objects.filter(pk=row.pk).update(
        started_at=row.started_at - viewing.FORGOTTEN_AFTER * 3,
        last_seen_at=row.started_at - viewing.FORGOTTEN_AFTER * 2,
    )
    assert viewing.stop_forgotten() == 1
    assert viewing.stop_forgotten() == 0
    row.refresh_from_db()
    assert row.ended_at == row.last_seen_at
    entry = AuditEvent.objects.filter(purpose__contains="connection lost").get()
    assert entry.on_behalf_of == reid.label


def test_stopping_twice_writes_once(call: Call, reid: Actor) -> None:
    row = viewing.start_viewing(actor=reid, session_id=call.session.pk, peer_id="p-1")
    viewing.stop_viewing(actor=reid, viewing_id=row.pk)
    viewing.stop_viewing(actor=reid, viewing_id=row.pk)
    assert len(audit_of(call, reid)) == 2
    assert time.time() - Viewing.objects.get().ended_at.timestamp() < 60


async def test_signing_out_closes_the_picture(call: Call, okafor: Actor, monkeypatch) -> None:
    """Also on a screen in another window, and for whoever copied the cookie."""
    monkeypatch.setattr(WatchConsumer, "recheck_seconds", 0.05)
    async with watching(call.id, okafor.user) as page:
        await page.until("welcome")
        await db(Session.objects.all().delete)()
        assert (await page.until("error"))["code"] == "sign_in"
        assert await page.until_closed() == 4401
    assert not await db(Viewing.objects.filter(ended_at__isnull=True).exists)()


async def test_a_changed_password_closes_the_picture(call: Call, okafor: Actor, monkeypatch) -> None:
    monkeypatch.setattr(WatchConsumer, "recheck_seconds", 0.05)
    async with watching(call.id, okafor.user) as page:
        await page.until("welcome")
        user = await db(User.objects.get)(pk=okafor.user_id)
        user.set_password("another-password-entirely")
        await db(user.save)()
        assert await page.until_closed() == 4401
