"""`/ws/caller/<session>/` as a phone uses it, and as somebody hostile would."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta

import pytest
from channels.layers import get_channel_layer

from core.actors import Actor
from streaming import contracts, facts_taker, sockets
from streaming.consumers import CallerConsumer
from streaming.contracts import EngineError
from streaming.models import ChatMessage, LocationFix, Recording, VideoSession
from streaming.services import chat, links, prompts, sessions
from streaming.states import PromptKind
from tests.factories import links as make_links
from tests.factories.sessions import Call, make_call
from tests.fakes.gateway import FakeGateway
from tests.integration.streaming_sessions.sockets import (
    OFFER,
    db,
    eventually,
    opened,
    phone,
    refused,
    say_hello,
    watching,
)

pytestmark = pytest.mark.django_db(transaction=True)


def health(call: Call, **changes: object) -> contracts.StreamHealth:
    fields = {
        "session_id": call.id, "at": time.time(), "recording": "writing", "recorded_seconds": 4.2,
        "last_write_age": 0.1, "joined": True, "frame_age": 0.05, "width": 640, "height": 480,
        "fps": 30.0, "bitrate": 1.6e6, "loss": 0.0, "rtt": 0.03, "has_audio": False, "viewers": 1,
    }  # fmt: skip
    return contracts.StreamHealth(**{**fields, **changes})  # type: ignore[arg-type]  # the contract's fields


# --- coming in --------------------------------------------------------------------------------------------------------


async def test_the_browser_that_claimed_is_welcomed(call: Call) -> None:
    async with phone(call.id, call.secret, hello=False) as page:
        await say_hello(page)
        welcome = await page.until("welcome")
    assert welcome["state"] == "opened"
    assert welcome["trust_code"] == call.session.trust_code
    assert welcome["ice_servers"] == []
    assert welcome["chat"] == []
    assert abs(welcome["server_time"] - time.time() * 1000) < 60_000
    assert await db(Recording.objects.filter(session=call.session, page_seen_at__isnull=False).exists)()


@pytest.mark.parametrize(
    "cookie", ["", "sl_caller=", "sl_caller=" + "x" * 43, "sl_caller=" + "A" * 5000, "sl_caller=%00"]
)
async def test_another_browser_learns_nothing(call: Call, cookie: str) -> None:
    async with opened(f"/ws/caller/{call.id}/", cookie=cookie) as known:
        assert await known.until_closed() == 4404
    async with opened(f"/ws/caller/{uuid.uuid4()}/", cookie=cookie) as unknown:
        assert await unknown.until_closed() == 4404
    assert known.messages == unknown.messages


async def test_a_browser_cannot_use_its_cookie_for_another_session(call: Call) -> None:
    other = await db(make_call)(call.handler, number="07700 900456")
    async with phone(other.id, call.secret, hello=False) as page:
        assert await page.until_closed() == 4404


@pytest.mark.parametrize(
    "origin",
    ["", "null", "https://evil.example", "http://localhost.evil.example", "http://localhost:9999", "file://localhost"],
)
async def test_other_origins_do_not_get_in(call: Call, origin: str) -> None:
    assert await refused(f"/ws/caller/{call.id}/", cookie=f"sl_caller={call.secret}", origin=origin)


async def test_the_host_must_be_ours(call: Call) -> None:
    assert await refused(f"/ws/caller/{call.id}/", origin="http://evil.example", host="evil.example")


async def test_hello_comes_first(call: Call, gateway: FakeGateway) -> None:
    async with phone(call.id, call.secret, hello=False) as page:
        await page.send("offer", id=1, sdp=OFFER)
        assert (await page.until("error", id=1))["code"] == "hello_first"
        assert not gateway.named("publish_offer")


async def test_a_newer_page_takes_the_place_of_the_older(call: Call) -> None:
    async with phone(call.id, call.secret) as older, phone(call.id, call.secret) as newer:
        assert (await older.until("error"))["code"] == "replaced"
        assert await older.until_closed() == 4409
        assert await newer.said("error") == []


async def test_the_page_comes_back_with_everything_it_had(call: Call) -> None:
    key = str(uuid.uuid4())
    async with phone(call.id, call.secret) as page:
        await page.send("chat", key=key, text="yes upstairs door locked")
        await page.until("chat_saved", key=key)
    async with phone(call.id, call.secret, hello=False) as page:
        await say_hello(page, reason="reconnect")
        [line] = (await page.until("welcome"))["chat"]
    assert (line["from"], line["text"], line["key"]) == ("caller", "yes upstairs door locked", key)


# --- the camera -------------------------------------------------------------------------------------------------------


async def test_an_offer_is_answered_by_the_engine(call: Call, gateway: FakeGateway) -> None:
    async with phone(call.id, call.secret) as page:
        await page.send("offer", id=7, sdp=OFFER)
        answer = await page.until("answer", id=7)
    assert answer["codec"] == "VP8"
    assert [item.name for item in gateway.calls if "note" not in item.name][:2] == ["open_session", "publish_offer"]
    assert gateway.named("open_session")[0].data["label"] == call.session.incident.canonical


@pytest.mark.parametrize("sdp", ["v=0\r\nm=audio 9 RTP/AVP 0\r\n", "v=0" + "\r\na=x" * 9000, "v=0\r\n<script>"])
async def test_an_sdp_the_engine_cannot_read_is_a_clear_error_and_the_next_one_works(call: Call, sdp: str) -> None:
    async with phone(call.id, call.secret) as page:
        await page.send("offer", id=1, sdp=sdp)
        assert (await page.until("error", id=1))["code"] == "bad_sdp"
        await page.send("offer", id=2, sdp=OFFER)
        await page.until("answer", id=2)


@pytest.mark.parametrize("code", ["full", "unavailable", "no_codec", "storage"])
async def test_what_the_engine_refuses_is_told_in_words(call: Call, gateway: FakeGateway, code: str) -> None:
    gateway.refusals["publish_offer"] = EngineError(code)
    async with phone(call.id, call.secret) as page:
        await page.send("offer", id=1, sdp=OFFER)
        error = await page.until("error", id=1)
    assert error["code"] == code
    assert " " in error["message"]


async def test_a_location_link_takes_no_camera(okafor, gateway: FakeGateway) -> None:
    call = await db(make_call)(okafor, mode="location")
    async with phone(call.id, call.secret) as page:
        await page.send("offer", id=1, sdp=OFFER)
        assert (await page.until("error", id=1))["code"] == "not_allowed"
    assert not gateway.named("publish_offer")


async def test_a_camera_that_arrives_after_the_end_is_closed_at_the_engine(call: Call, gateway: FakeGateway) -> None:
    real = gateway.publish_offer

    async def ended_meanwhile(session_id: object, ticket: str, sdp: str) -> contracts.SdpAnswer:
        answer = await real(session_id, ticket, sdp)
        await db(sessions.end_session)(actor=call.handler, session_id=call.session.pk, reason="handler")
        return answer

    gateway.publish_offer = ended_meanwhile  # type: ignore[method-assign]  # the race, made certain
    async with phone(call.id, call.secret) as page:
        await page.send("offer", id=1, sdp=OFFER)
        await page.until("ended")
        await eventually(lambda: gateway.named("end_session"))
    assert not [message for message in page.messages if message["t"] == "answer"]


# --- truth about seeing and saving ------------------------------------------------------------------------------------


async def test_status_is_what_the_engine_last_said(call: Call) -> None:
    async with phone(call.id, call.secret) as page:
        await db(facts_taker.take_health)(health(call))
        status = await page.until("status", recording="writing")
        assert (status["watched"], status["viewers"], status["recorded_seconds"]) == (True, 1, 4.2)
        await db(facts_taker.take_health)(health(call, recording="late", viewers=0))
        assert (await page.until("status", recording="late"))["watched"] is False


async def test_without_word_from_the_engine_nothing_is_called_saved(call: Call, monkeypatch) -> None:
    monkeypatch.setattr("streaming.consumers.caller.HEALTH_STALE", 0.0)
    async with phone(call.id, call.secret) as page:
        await db(facts_taker.take_health)(health(call))
        status = await page.until("status")
    assert (status["recording"], status["watched"], status["viewers"]) == ("off", False, 0)


async def test_seen_needs_a_picture_that_moves(call: Call) -> None:
    async with phone(call.id, call.secret) as page:
        await db(facts_taker.take_health)(health(call, frame_age=9.0))
        assert (await page.until("status", recording="writing"))["watched"] is False


async def test_an_alarm_puts_rec_out_at_once(call: Call) -> None:
    async with phone(call.id, call.secret) as page:
        await db(facts_taker.take_health)(health(call))
        await page.until("status", recording="writing")
        await db(call.fact)(contracts.RecordingAlarm, reason="disk full")
        await page.until("status", recording="stalled")


# --- position, device, chat -------------------------------------------------------------------------------------------


async def test_every_fix_is_a_row_and_reaches_the_watchers(call: Call, gateway: FakeGateway) -> None:
    user = call.handler.user
    async with phone(call.id, call.secret) as page, watching(call.id, user) as viewer:
        await viewer.until("welcome")
        for n, accuracy in enumerate((1200, 40, 8)):
            await page.send("fix", lat=53.7361, lon=0.4471 + n / 1000, accuracy=accuracy, at=1_763_000_000_000 + n)
            assert (await viewer.until("fix"))["accuracy"] == accuracy
        await eventually(lambda: len(gateway.notes("position")) == 3)
    rows = await db(lambda: list(LocationFix.objects.filter(session=call.session).values_list("accuracy", flat=True)))()
    assert rows == [1200, 40, 8]


async def test_the_phones_state_reaches_the_watchers_and_the_timeline(call: Call, gateway: FakeGateway) -> None:
    async with phone(call.id, call.secret) as page, watching(call.id, call.handler.user) as viewer:
        await viewer.until("welcome")
        await page.send("device", camera="rear", microphone="muted", visible=False, battery=0.21)
        device = await viewer.until("device")
        assert (device["microphone"], device["visible"], device["battery"]) == ("muted", False, 0.21)
        await page.send("device", camera="rear", microphone="muted", visible=False, battery=0.20)
        await viewer.until("device", battery=0.2, front="")
        await eventually(lambda: gateway.notes("device"))
        assert len(gateway.notes("device")) == 1, "a battery percent is not worth a line"
        await page.send("device", camera="rear", microphone="muted", visible=False, battery=0.20, front="weather")
        await viewer.until("device", front="weather")
        await eventually(lambda: len(gateway.notes("device")) == 2)


async def test_chat_is_saved_once_however_often_it_is_sent(call: Call) -> None:
    key = str(uuid.uuid4())
    async with phone(call.id, call.secret) as page:
        for _ in range(3):
            await page.send("chat", key=key, text="He has the knife out again")
        ids = {(await page.until("chat_saved", key=key))["id"] for _ in range(3)}
    assert len(ids) == 1
    assert await db(ChatMessage.objects.filter(session=call.session).count)() == 1


async def test_chat_from_the_police_is_delivered_then_seen(call: Call) -> None:
    async with phone(call.id, call.secret) as page:
        sent = await db(chat.send_to_caller)(
            actor=call.handler, session_id=call.session.pk, key=uuid.uuid4(), text="Stay inside. <b>Lock</b> the door."
        )
        line = await page.until("chat", id=str(sent.pk))
        assert line == {
            "t": "chat", "id": str(sent.pk), "from": "police", "at": line["at"],
            "text": "Stay inside. <b>Lock</b> the door.",
        }  # fmt: skip
        await eventually(ChatMessage.objects.filter(pk=sent.pk, delivered_at__isnull=False).exists)
        await page.send("seen", ids=[str(sent.pk), str(uuid.uuid4())])
        await eventually(ChatMessage.objects.filter(pk=sent.pk, seen_at__isnull=False).exists)


async def test_what_was_written_while_the_phone_was_away_waits_for_it(call: Call) -> None:
    sent = await db(chat.send_to_caller)(
        actor=call.handler, session_id=call.session.pk, key=uuid.uuid4(), text="Hold on."
    )
    async with phone(call.id, call.secret, hello=False) as page:
        await say_hello(page)
        assert (await page.until("welcome"))["chat"][0]["id"] == str(sent.pk)
        await eventually(ChatMessage.objects.filter(pk=sent.pk, delivered_at__isnull=False).exists)


async def test_what_is_said_while_the_channel_layer_is_away_reaches_the_page_all_the_same(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(sockets, "HANDED_WITHIN", timedelta())
    monkeypatch.setattr(CallerConsumer, "recheck_seconds", 0.1)
    async with phone(call.id, call.secret) as page:
        assert await page.said("chat") == [], "its hello is over"
        with monkeypatch.context() as away:
            away.setattr(get_channel_layer(), "group_send", refuse)
            sent = await db(chat.send_to_caller)(
                actor=call.handler, session_id=call.session.pk, key=uuid.uuid4(), text="Stay where you are."
            )
            asked = await db(prompts.prompt)(
                actor=call.handler, session_id=call.session.pk, key=uuid.uuid4(), kind=PromptKind.HOLD
            )
            line = await page.until("chat", id=str(sent.pk))
            shown = await page.until("prompt", id=str(asked.pk))
        assert (line["text"], shown["kind"]) == ("Stay where you are.", PromptKind.HOLD)
        await eventually(ChatMessage.objects.filter(pk=sent.pk, delivered_at__isnull=False).exists)


async def test_the_caller_hears_that_police_read_it(call: Call) -> None:
    async with phone(call.id, call.secret) as page:
        key = str(uuid.uuid4())
        await page.send("chat", key=key, text="hello?")
        saved = await page.until("chat_saved", key=key)
        await db(chat.mark_seen_by_police)(actor=call.handler, session_id=call.session.pk, ids=[uuid.UUID(saved["id"])])
        assert (await page.until("chat_seen"))["ids"] == [saved["id"]]


# --- the end ----------------------------------------------------------------------------------------------------------


async def test_the_caller_stops_and_gets_a_receipt_with_its_seal(call: Call) -> None:
    await db(call.go_live)()
    async with phone(call.id, call.secret) as page:
        await page.send("stop", keep_location=False)
        ended = await page.until("ended")
        assert (ended["by"], ended["receipt"]["incident"]) == ("caller", call.session.incident.reference)
        assert ended["receipt"]["seal"] is None
        part = await db(call.seal)(1)
        await db(call.stop)(parts=1, reason="caller")
        sealed = await page.until("ended")
        assert sealed["receipt"]["seal"] == part.sha256[:16]
        assert sealed["receipt"]["recorded_seconds"] == 9.5
        assert await page.until_closed() == 4410
    assert (await db(call.fresh)()).end_reason == "caller"


async def test_a_call_without_a_picture_ends_at_once(call: Call) -> None:
    async with phone(call.id, call.secret) as page:
        await db(sessions.end_session)(actor=call.handler, session_id=call.session.pk, reason="handler")
        assert (await page.until("ended"))["by"] == "handler"
        assert await page.until_closed() == 4410


async def test_stopping_the_camera_may_keep_the_location(call: Call, gateway: FakeGateway) -> None:
    async with phone(call.id, call.secret) as page:
        await page.send("offer", id=1, sdp=OFFER)
        await page.until("answer")
        await page.send("stop", keep_location=True)
        await eventually(lambda: gateway.named("close_peer"))
        await page.send("fix", lat=53.7, lon=0.4, accuracy=8, at=1_763_000_000_000)
        await eventually(LocationFix.objects.filter(session=call.session).exists)
    assert not (await db(call.fresh)()).ended


async def test_a_withdrawn_link_ends_the_call_at_once(call: Call) -> None:
    async with phone(call.id, call.secret) as page:
        await db(links.revoke_link)(actor=call.handler, session_id=call.session.pk)
        assert (await page.until("ended"))["by"] == "revoked"
        assert await page.until_closed() == 4410


async def test_a_link_that_was_sent_anew_puts_the_old_browser_out(call: Call) -> None:
    async with phone(call.id, call.secret) as page:
        await db(links.resend_link)(actor=call.handler, session_id=call.session.pk)
        assert await page.until_closed() == 4404


async def test_a_browser_that_missed_the_end_is_told_when_it_comes_back(call: Call) -> None:
    await db(call.go_live)()
    await db(sessions.end_session)(actor=call.handler, session_id=call.session.pk, reason="handler")
    async with phone(call.id, call.secret, hello=False) as page:
        assert (await page.until("ended"))["by"] == "handler"
        assert await page.until_closed() == 4410
    async with phone(call.id, "x" * 43, hello=False) as page:
        assert await page.until_closed() == 4404


async def test_nothing_is_taken_after_the_end(call: Call) -> None:
    await db(call.go_live)()
    async with phone(call.id, call.secret) as page:
        await db(sessions.end_session)(actor=call.handler, session_id=call.session.pk, reason="handler")
        await page.until("ended")
        await page.send("fix", lat=53.7, lon=0.4, accuracy=8, at=1_763_000_000_000)
        await page.send("chat", key=str(uuid.uuid4()), text="wait")
        await page.send("ping", n=1)
        await page.until("pong")
    assert not await db(LocationFix.objects.filter(session=call.session).exists)()
    assert await db(VideoSession.objects.filter(pk=call.session.pk, state="ended").exists)()


async def test_a_socket_that_never_says_hello_is_closed(call: Call, monkeypatch) -> None:
    """One browser could hold any number of them, each asking the database every few seconds."""
    monkeypatch.setattr(CallerConsumer, "hello_seconds", 0.0)
    async with phone(call.id, call.secret, hello=False) as page:
        assert (await page.until("error"))["code"] == "hello_first"
        assert await page.until_closed() == 4429


async def test_a_wrong_number_reads_nothing_of_the_call_that_went_to_the_right_one(call: Call, okafor: Actor) -> None:
    async with phone(call.id, call.secret) as page:
        await page.send("chat", key=str(uuid.uuid4()), text="I think you have the wrong number")
        await page.until("chat_saved")
    await db(links.resend_link)(actor=okafor, session_id=call.session.pk, number="07700 900456")
    right = await db(make_links.claim)(call.session)
    async with phone(call.id, right.secret, hello=False) as page:
        await say_hello(page)
        assert (await page.until("welcome"))["chat"] == []
        await page.send("stop")
        await page.until("ended")
    async with phone(call.id, call.secret, hello=False) as page:
        assert await page.until_closed() == 4404
        assert "receipt" not in str(page.messages)
