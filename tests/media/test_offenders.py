"""A phone with the right keys that floods or damages, and a stranger who plays back what it heard: memory stays
bounded, the offender is dropped with a reason, the neighbour's picture goes on."""

from __future__ import annotations

import asyncio
import os
import struct
import tracemalloc
from pathlib import Path

import pytest

from streaming.contracts import EngineError, PeerJoined, PeerLeft, PublishOffer
from streaming.media.patience import STRIKES

from .clips import clip
from .peers import Publisher, Watcher, closing
from .rig import running, ticket
from .test_forwarding import consecutive

GROWTH = 24 * 1024 * 1024  # bytes: two histories of 1,024 packets, queues and what the test itself holds


async def answers_no_nack(number: int) -> None:
    """In the place of aiortc's own."""


async def test_a_phone_that_floods_is_dropped_and_its_neighbour_sees_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("streaming.media.budget.BURST", 400_000)  # less patience, for a short test
    monkeypatch.setitem(STRIKES, "flood", 300.0)
    film = clip("VP8")
    caller, other, back = Publisher(film), Publisher(film), Publisher(film)
    async with running(tmp_path) as rig, closing(caller, other, back, Watcher()) as (_, _, _, viewer):
        await rig.open("s1")
        await rig.open("s2")
        await rig.join(caller, "phone")
        await rig.join(other, "phone", "s2")
        await rig.join(viewer, "desk", "s2")
        await viewer.seen(5)
        sender, seq = caller.pc.getSenders()[0], 0
        monkeypatch.setattr(sender, "_retransmit", answers_no_nack)  # the numbers of its repairs are the flood's
        tracemalloc.start()
        while not rig.of(PeerLeft):
            for _ in range(200):  # as fast as this machine encrypts: several thousand a second
                seq += 1
                packet = struct.pack("!BBHII", 0x80, 98, seq & 0xFFFF, seq * 3000 & 0xFFFFFFFF, sender._rtx_ssrc)
                await sender.transport._send_rtp(packet + (seq & 0xFFFF).to_bytes(2, "big") + b"\x10\x01\x00")
            await asyncio.sleep(0.002)
        growth = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()

        left = rig.of(PeerLeft)[0]
        assert (left.session_id, left.role, left.reason) == ("s1", "caller", "flood")
        assert growth < GROWTH
        seen = len(viewer.numbers)
        assert consecutive((await viewer.seen(seen + 30))[seen:], 150)
        again = PublishOffer(session_id="s1", ticket=ticket("s1", "phone2", "caller"), sdp=await back.offer())
        with pytest.raises(EngineError) as refused:
            await rig.engine.handle(again)
        assert refused.value.retry_after


async def test_what_was_heard_on_the_way_cannot_be_played_again(tmp_path: Path):
    """Every datagram of the phone's SRTP once more, later and from its own address: thrown away without blame."""
    caller = Publisher(clip("VP8"))
    async with running(tmp_path) as rig, closing(caller, Watcher()) as (_, viewer):
        await rig.open()
        await rig.join(caller, "phone")
        await rig.fact(PeerJoined)
        ice = caller.pc.getSenders()[0].transport.transport
        send, heard = ice._send, []

        async def overheard(data: bytes) -> None:
            heard.append(data)
            await send(data)

        ice._send = overheard
        await rig.join(viewer, "desk")
        await viewer.seen(30)
        session = rig.engine._sessions["s1"]
        assert session.caller is not None
        refused, taken = session.caller.transport.refused, len(rig.recorders["s1"].video)
        played = [data for data in heard[:400] if 127 < data[0] < 192]
        for data in played:
            await send(data)
        await viewer.seen(len(viewer.numbers) + 10)

        assert session.caller.transport.refused - refused >= len(played) * 0.95
        numbers = [number for number, *_ in rig.recorders["s1"].video[taken - 50 :]]
        assert len(set(numbers)) == len(numbers)
        assert rig.of(PeerLeft) == []


@pytest.mark.parametrize("codec", ["H264", "VP8"])
async def test_pictures_of_no_size_of_8k_and_of_another_codec_leave_the_engine_alone(codec: str, tmp_path: Path):
    """Keyframe heads that announce nothing, 16,383 pixels or the other codec, clocks that jump, sets that never came:
    the recorder makes of it what it can, and the picture that follows is shown and stored."""
    film = clip(codec)
    caller = Publisher(film)
    async with running(tmp_path, record=True) as rig, closing(caller, Watcher()) as (_, viewer):
        await rig.open()
        await rig.join(caller, "phone")
        await rig.join(viewer, "desk")
        await viewer.seen(5)
        sender = caller.pc.getSenders()[0]
        kind = {"VP8": 97, "H264": 99}[codec]
        source = rig.engine._sessions["s1"].video
        heads = [
            b"\x10\x00\x00\x00\x9d\x01\x2a\x00\x00\x00\x00",  # VP8, 0 by 0
            b"\x10\x00\x00\x00\x9d\x01\x2a\xff\x3f\xff\x3f",  # VP8, 16383 by 16383
            b"\x67\x42\xe0\x1f\xff\xff\xff\xff",  # H264, sets that cannot be
            b"\x67\x42\xe0\x33\x95\xa0\x0f\x00\x21\xe4\x40",
            b"\x65\x88\x84" + os.urandom(900),  # a keyframe before its sets
            b"\x7c\x87" + os.urandom(1100),  # a fragment without an end
        ]
        for turn in range(12):
            number = source.sequence.highest + 200 + turn
            stamp = (0, 0xFFFFFFFF, 0x7FFFFFFF)[turn % 3]
            packet = struct.pack("!BBHII", 0x80, 0x80 | kind, number & 0xFFFF, stamp, sender._ssrc) + heads[turn % 6]
            await sender.transport._send_rtp(packet)
        shown = len(viewer.numbers)
        await viewer.seen(shown + 20)
        assert rig.engine._sessions["s1"].caller is not None
        assert rig.engine._sessions["s1"].caller.transport.faults == 0
        assert rig.engine.status().peers == 2
