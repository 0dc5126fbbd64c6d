"""Phones that send too much, too large, too fast or nonsense: one socket is told and closed, the others go on."""

from __future__ import annotations

import uuid

import pytest

from streaming.models import ChatMessage
from streaming.signalling import MAX_FRAME
from tests.factories.sessions import Call, make_call
from tests.fakes.gateway import FakeGateway
from tests.integration.streaming_sessions.sockets import OFFER, db, phone

pytestmark = pytest.mark.django_db(transaction=True)


async def test_ten_megabytes_of_chat_close_one_socket_and_nothing_else(call: Call) -> None:
    other = await db(make_call)(call.handler, number="07700 900456")
    async with phone(call.id, call.secret) as page, phone(other.id, other.secret) as calm:
        await page.send("chat", key=str(uuid.uuid4()), text="x" * 10_000_000)
        assert await page.until_closed() == 1009
        assert page.messages[-1]["code"] == "too_large"
        await calm.send("chat", key=str(uuid.uuid4()), text="still here")
        await calm.until("chat_saved")
    assert not await db(ChatMessage.objects.filter(session=call.session).exists)()


async def test_a_frame_just_over_the_limit_in_bytes_is_refused(call: Call) -> None:
    async with phone(call.id, call.secret) as page:
        await page.socket.send_to(text_data='{"t":"chat","key":"x","text":"' + "ਪ" * (MAX_FRAME // 3) + '"}')
        assert (await page.until("error"))["code"] == "too_large"


async def test_binary_frames_close_the_socket(call: Call) -> None:
    async with phone(call.id, call.secret) as page:
        await page.socket.send_to(bytes_data=b"\x00\x01\x02")
        assert await page.until_closed() == 1003


async def test_a_flood_is_told_to_wait_then_closed_and_the_phone_may_come_back(call: Call) -> None:
    other = await db(make_call)(call.handler, number="07700 900456")
    async with phone(call.id, call.secret) as page, phone(other.id, other.secret) as calm:
        for n in range(200):
            await page.send("ping", n=n)
        assert await page.until_closed() == 4429
        assert any(message.get("code") == "too_fast" and message.get("retry_after") for message in page.messages)
        assert await calm.said("error") == []
    async with phone(call.id, call.secret) as page:
        assert await page.said("error") == []


async def test_a_flood_of_nonsense_is_closed(call: Call) -> None:
    async with phone(call.id, call.secret) as page:
        for _ in range(40):
            await page.socket.send_to(text_data='{"t":"shutdown"}')
        assert await page.until_closed() == 4429
        assert page.messages[1]["code"] == "unknown_type"


async def test_a_flood_of_offers_reaches_the_engine_a_few_times_only(call: Call, gateway: FakeGateway) -> None:
    async with phone(call.id, call.secret) as page:
        for n in range(15):
            await page.send("offer", id=n, sdp=OFFER)
        await page.until("error", code="too_fast", id=14)
        assert len(gateway.named("publish_offer")) <= 6


async def test_a_fault_inside_is_one_error_not_the_end(call: Call, monkeypatch) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("no disk")

    monkeypatch.setattr("streaming.consumers.caller.locations.save_fix", broken)
    async with phone(call.id, call.secret) as page:
        await page.send("fix", lat=1, lon=1, accuracy=1, at=1)
        error = await page.until("error")
        assert (error["code"], "no disk" in str(error)) == ("unavailable", False)
        assert await page.said("pong")
