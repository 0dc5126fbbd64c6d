"""A caller and viewers, real peers over loopback: pictures arrive as they were sent."""

from __future__ import annotations

import itertools
import time
from fractions import Fraction
from pathlib import Path

import pytest
from aiortc.mediastreams import AudioStreamTrack

from streaming.contracts import (
    ClosePeer,
    EndSession,
    EngineError,
    EngineStatus,
    FirstFrame,
    PeerJoined,
    PeerLeft,
    SessionStopped,
    SizeChanged,
    SourceChanged,
)
from streaming.media.feedback import PLI_INTERVAL
from streaming.media.h264 import NAL_SPS

from .clips import clip
from .peers import Publisher, Watcher, closing
from .rig import running


def consecutive(numbers: list[int], length: int) -> bool:
    """Every picture follows the one before, the clip starting over at its end."""
    return all((b - a) % length == 1 for a, b in itertools.pairwise(numbers))


@pytest.mark.parametrize("codec", ["H264", "VP8"])
async def test_a_viewer_sees_every_picture_in_order(codec: str, tmp_path: Path):
    film = clip(codec)
    async with running(tmp_path) as rig, closing(Publisher(film), Watcher()) as (caller, viewer):
        await rig.open()
        reply = await rig.join(caller, "phone")
        assert reply.video_codec == codec
        await rig.join(viewer, "desk")

        numbers = await viewer.seen(60)

        assert consecutive(numbers, len(film.frames))
        assert numbers[0] in film.keyframes
        assert viewer.sizes == {(film.width, film.height)}
        first = await rig.fact(FirstFrame)
        assert (first.peer_id, first.width, first.height) == ("phone", film.width, film.height)


async def test_facts_tell_the_whole_story(tmp_path: Path):
    async with running(tmp_path) as rig, closing(Publisher(clip("VP8")), Watcher()) as (caller, viewer):
        await rig.open()
        await rig.join(caller, "phone")
        [changed] = rig.of(SourceChanged)
        assert (changed.video_codec, changed.has_audio) == ("VP8", False)
        await rig.fact(FirstFrame)
        await rig.join(viewer, "desk")
        await viewer.seen(5)
        assert [(f.peer_id, f.role) for f in rig.of(PeerJoined)] == [("phone", "caller"), ("desk", "viewer")]
        await viewer.close()
        left = await rig.fact(PeerLeft)
        assert (left.peer_id, left.role, left.reason) == ("desk", "viewer", "closed")

        await rig.engine.handle(EndSession(session_id="s1", reason="handler"))

        assert rig.of(PeerLeft)[-1].peer_id == "phone"
        assert isinstance(rig.facts[-1], SessionStopped)
        assert rig.recorders["s1"].closed == "handler"
        assert (await rig.engine.handle(EngineStatus())).peers == 0
        await rig.engine.handle(EndSession(session_id="s1", reason="handler"))
        assert len(rig.of(SessionStopped)) == 1


async def test_many_viewers_share_one_keyframe_request(tmp_path: Path):
    film = clip("H264", 300, 300)
    viewers = [Watcher() for _ in range(4)]
    async with running(tmp_path) as rig, closing(Publisher(film), *viewers) as (caller, *_):
        await rig.open()
        await rig.join(caller, "phone")
        await rig.fact(FirstFrame)
        await rig.until(lambda: bool(rig.health) and rig.health[-1].frame_age is not None)
        before, started = caller.keyframe_requests, time.monotonic()
        for n, viewer in enumerate(viewers):
            await rig.join(viewer, f"desk{n}")
        for viewer in viewers:
            assert consecutive(await viewer.seen(20), len(film.frames))
        assert caller.keyframe_requests - before <= 1 + (time.monotonic() - started) / PLI_INTERVAL
        assert caller.wrong_keyframe_requests == 0


async def test_a_late_viewer_of_a_film_without_keyframes_gets_one_on_request(tmp_path: Path):
    film = clip("VP8", 300, 300)
    async with running(tmp_path) as rig, closing(Publisher(film), Watcher()) as (caller, viewer):
        await rig.open()
        await rig.join(caller, "phone")
        recorder = rig.recorders["s1"]
        await rig.until(lambda: len(recorder.video) > 150)  # the first keyframe is history
        await rig.join(viewer, "desk")

        await viewer.seen(10)

        assert caller.keyframe_requests >= 1
        assert viewer.numbers[0] == 0  # the encoder was asked and started over


async def test_sound_goes_along_with_the_callers_clock(tmp_path: Path):
    caller = Publisher(clip("H264"), audio=AudioStreamTrack())
    async with running(tmp_path) as rig, closing(caller, Watcher(audio=True)) as (_, viewer):
        await rig.open()
        await rig.join(caller, "phone")
        assert rig.of(SourceChanged)[0].has_audio
        await rig.join(viewer, "desk")
        await viewer.seen(30)
        await viewer.heard(30)
        recorder = rig.recorders["s1"]
        await rig.until(lambda: {media for media, _, _ in recorder.reports} == {"video", "audio"})

        stats = await viewer.pc.getStats()
        reported = [s for s in stats.values() if s.type == "remote-outbound-rtp"]
        assert {s.kind for s in reported} == {"video", "audio"}
        assert len(recorder.audio) > 20
        assert rig.health[-1].has_audio


async def test_a_viewer_before_the_caller_is_told_to_wait(tmp_path: Path):
    async with running(tmp_path) as rig, closing(Watcher()) as (viewer,):
        await rig.open()
        with pytest.raises(EngineError) as refused:
            await rig.join(viewer, "desk")
        assert refused.value.code == "no_source"


async def test_a_viewer_without_the_callers_codec_is_refused(tmp_path: Path):
    async with running(tmp_path) as rig, closing(Publisher(clip("H264")), Watcher("VP8")) as (caller, viewer):
        await rig.open()
        await rig.join(caller, "phone")
        with pytest.raises(EngineError) as refused:
            await rig.join(viewer, "desk")
        assert refused.value.code == "no_codec"


async def test_a_revoked_viewer_is_dropped_and_the_others_go_on(tmp_path: Path):
    async with running(tmp_path) as rig, closing(Publisher(clip("VP8")), Watcher(), Watcher()) as (caller, one, two):
        await rig.open()
        await rig.join(caller, "phone")
        await rig.join(one, "desk1")
        await rig.join(two, "desk2")
        await one.seen(5)
        await two.seen(5)

        await rig.engine.handle(ClosePeer(session_id="s1", peer_id="desk1"))
        await rig.engine.handle(ClosePeer(session_id="s1", peer_id="desk1"))

        await one.gone()
        assert consecutive(await two.seen(len(two.numbers) + 20), 150)
        assert [f.peer_id for f in rig.of(PeerLeft)] == ["desk1"]


async def test_health_is_reported_twice_a_second(tmp_path: Path):
    async with running(tmp_path) as rig, closing(Publisher(clip("H264")), Watcher()) as (caller, viewer):
        await rig.open()
        await rig.join(caller, "phone")
        await rig.join(viewer, "desk")
        await rig.until(lambda: bool(rig.health) and rig.health[-1].fps > 25 and rig.health[-1].rtt is not None)

        health = rig.health[-1]
        assert health.joined
        assert health.viewers == 1
        assert (health.width, health.height) == (320, 240)
        assert health.bitrate > 10_000
        assert health.loss == 0
        assert health.frame_age is not None
        assert health.recording == "waiting"


async def test_a_turned_phone_is_a_change_of_size(tmp_path: Path):
    caller = Publisher(clip("H264", 30))
    async with running(tmp_path) as rig, closing(caller, Watcher()) as (_, viewer):
        await rig.open()
        await rig.join(caller, "phone")
        await rig.join(viewer, "desk")
        await viewer.seen(20)
        caller.track.play(clip("H264", 30, 15, 240, 320))

        changed = await rig.fact(SizeChanged)

        assert (changed.width, changed.height) == (240, 320)
        await viewer.until(lambda: (240, 320) in viewer.sizes)


async def test_what_the_recorder_is_given_is_what_was_sent(tmp_path: Path):
    film = clip("H264", 60)
    async with running(tmp_path) as rig, closing(Publisher(film, loop=False)) as (caller,):
        await rig.open()
        await rig.join(caller, "phone")
        recorder = rig.recorders["s1"]
        await rig.until(lambda: sum(marker for _, _, marker, _ in recorder.video) == 60)

        numbers = [seq for seq, _, _, _ in recorder.video]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        assert any(payload[0] & 31 == NAL_SPS or payload[0] & 31 == 24 for *_, payload in recorder.video)
        stamps = sorted({stamp for _, stamp, _, _ in recorder.video})
        assert Fraction(stamps[-1] - stamps[0], 59) == 3000
        assert recorder.joins[0]["video_codec"] == "H264"
