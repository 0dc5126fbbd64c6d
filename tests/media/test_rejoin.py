"""A phone that comes back: one session, the viewers stay; and phones that fall silent."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from streaming.contracts import (
    EndSession,
    FirstFrame,
    FramesResumed,
    FramesStopped,
    PartSealed,
    PeerJoined,
    PeerLeft,
    SourceChanged,
)
from streaming.media import aiortc_bridge

from .clips import clip, decoded_numbers
from .network import uplink
from .peers import Publisher, Watcher, closing
from .rig import running
from .test_forwarding import consecutive


@pytest.mark.parametrize("codec", ["H264", "VP8"])
async def test_a_reloaded_page_goes_on_in_the_same_session(codec: str, tmp_path: Path):
    first, second = Publisher(clip(codec)), Publisher(clip(codec))
    async with running(tmp_path, record=True) as rig, closing(first, second, Watcher()) as (_, _, viewer):
        await rig.open()
        await rig.join(first, "phone1")
        await rig.join(viewer, "desk")
        await viewer.seen(20)
        await first.close()
        left = await rig.fact(PeerLeft)
        assert (left.peer_id, left.reason) == ("phone1", "closed")

        await rig.join(second, "phone2")
        await rig.fact(FirstFrame, 2)
        before = len(viewer.numbers)
        await viewer.seen(before + 40)
        await rig.engine.handle(EndSession(session_id="s1", reason="handler"))

        assert consecutive(viewer.numbers[-30:], 150)
        assert len(rig.of(SourceChanged)) == 1
        assert [f.peer_id for f in rig.of(PeerJoined)] == ["phone1", "desk", "phone2"]
        assert [f.peer_id for f in rig.of(PeerLeft)] == ["phone1", "phone2", "desk"]
        parts = rig.of(PartSealed)
        assert [part.number for part in parts] == [1, 2]
        assert parts[1].prev_sha256 == parts[0].sha256
        for part in parts:
            numbers = decoded_numbers(Path(part.path))
            assert numbers == list(range(numbers[0], numbers[0] + part.frames))


async def test_a_new_peer_takes_over_from_one_that_is_still_there(tmp_path: Path):
    first, second = Publisher(clip("VP8")), Publisher(clip("VP8"))
    async with running(tmp_path) as rig, closing(first, second, Watcher()) as (_, _, viewer):
        await rig.open()
        await rig.join(first, "phone1")
        await rig.join(viewer, "desk")
        await viewer.seen(10)
        await rig.join(second, "phone2")
        await rig.fact(PeerJoined, 3)

        left = await rig.fact(PeerLeft)
        assert (left.peer_id, left.reason) == ("phone1", "replaced")
        await viewer.seen(len(viewer.numbers) + 30)
        recorder = rig.recorders["s1"]
        assert [join["peer_id"] for join in recorder.joins] == ["phone1", "phone2"]
        assert recorder.ends == ["replaced"]
        session = rig.engine._sessions["s1"]
        assert session.caller is not None
        assert session.caller.peer_id == "phone2"


async def test_a_change_of_codec_sends_the_viewers_back_to_the_door(tmp_path: Path):
    first, second = Publisher(clip("H264")), Publisher(clip("VP8"))
    old, new = Watcher(), Watcher()
    async with running(tmp_path) as rig, closing(first, second, old, new):
        await rig.open()
        await rig.join(first, "phone1")
        await rig.join(old, "desk")
        await old.seen(10)
        await first.close()
        await rig.fact(PeerLeft)
        await rig.join(second, "phone2")

        changed = await rig.fact(SourceChanged, 2)
        assert changed.video_codec == "VP8"
        await rig.until(lambda: [f.reason for f in rig.of(PeerLeft) if f.role == "viewer"] == ["replaced"])
        reply = await rig.join(new, "desk")
        assert reply.video_codec == "VP8"
        assert consecutive(await new.seen(10), 150)


async def test_silence_is_noticed_and_its_end_too(tmp_path: Path):
    caller = Publisher(clip("H264"))
    async with running(tmp_path) as rig, closing(caller, Watcher()) as (_, viewer):
        await rig.open()
        await rig.join(caller, "phone")
        await rig.join(viewer, "desk")
        await viewer.seen(10)
        caller.track.gate.clear()
        await rig.fact(FramesStopped)
        assert rig.health[-1].frame_age is None or rig.health[-1].frame_age > 1
        caller.track.gate.set()

        resumed = await rig.fact(FramesResumed)

        assert resumed.gap_seconds >= 2.0
        await viewer.seen(len(viewer.numbers) + 10)
        assert len(rig.of(FramesStopped)) == 1


async def test_a_phone_that_cannot_be_reached_any_more_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("aioice.ice.CONSENT_INTERVAL", 0.1)
    monkeypatch.setattr("aioice.ice.CONSENT_FAILURES", 2)
    caller = Publisher(clip("VP8"))
    async with running(tmp_path) as rig, closing(caller):
        await rig.open()
        await rig.join(caller, "phone")
        await rig.fact(FirstFrame)
        for protocol in caller.pc.getSenders()[0].transport.transport._connection._protocols:
            protocol.send_stun = lambda message, address: None  # the phone no longer answers
        uplink(caller.pc, lambda data: False)

        left = await rig.fact(PeerLeft)

        assert (left.peer_id, left.reason) == ("phone", "consent")
        assert rig.recorders["s1"].ends == ["consent"]


async def test_an_offer_without_a_phone_behind_it_times_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(aiortc_bridge, "CONNECT_TIMEOUT", 0.2)
    caller = Publisher(clip("VP8"))
    async with running(tmp_path) as rig, closing(caller):
        await rig.open()
        await rig.offer_only(caller, "phone")

        left = await rig.fact(PeerLeft)

        assert (left.peer_id, left.reason) == ("phone", "timeout")
        assert rig.engine.status().peers == 0
        assert rig.recorders["s1"].joins == []


async def test_two_offers_of_one_phone_at_once_leave_one_peer(tmp_path: Path):
    first, second = Publisher(clip("VP8")), Publisher(clip("VP8"))
    async with running(tmp_path) as rig, closing(first, second):
        await rig.open()
        await asyncio.gather(rig.offer_only(first, "phone1"), rig.offer_only(second, "phone2"))

        assert rig.engine.status().peers == 1
        assert len(rig.of(PeerLeft)) == 1


async def test_a_second_connection_that_was_not_needed_is_no_leaving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The page makes one when it hears nothing, and lets it go when the old path comes back."""
    monkeypatch.setattr(aiortc_bridge, "CONNECT_TIMEOUT", 0.2)
    first, second = Publisher(clip("VP8")), Publisher(clip("VP8"))
    async with running(tmp_path) as rig, closing(first, second):
        await rig.open()
        await rig.join(first, "phone")
        await rig.fact(FirstFrame)
        await rig.offer_only(second, "phone")
        assert rig.engine.status().peers == 2
        await rig.until(lambda: rig.engine.status().peers == 1)

        assert rig.of(PeerLeft) == []
        session = rig.engine._sessions["s1"]
        assert session.caller is not None
        assert session.caller.is_connected
