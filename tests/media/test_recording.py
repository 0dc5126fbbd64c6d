"""Engine and recorder together: every picture that was sent is in the file, and the hash is the file's."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import pytest
from aiortc.mediastreams import AudioStreamTrack

from streaming.contracts import (
    EndSession,
    FirstFrame,
    MakePlayback,
    NoteEvent,
    OpenSession,
    PartOpened,
    PartSealed,
    PlaybackMade,
    RecoverSession,
    SessionStopped,
)

from .clips import clip, decoded_numbers
from .peers import Publisher, closing
from .rig import running


def sha256_of(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def text_of(path: str) -> str:
    return Path(path).read_text()


@pytest.mark.parametrize("codec", ["H264", "VP8"])
async def test_every_picture_sent_is_in_the_file_though_nobody_watches(codec: str, tmp_path: Path):
    film = clip(codec, 90)
    caller = Publisher(film, audio=AudioStreamTrack(), loop=False)
    async with running(tmp_path, record=True) as rig, closing(caller):
        await rig.open()
        await rig.join(caller, "phone")
        await rig.until(lambda: bool(rig.health) and rig.health[-1].recording == "writing")
        await rig.engine.handle(NoteEvent(session_id="s1", name="position", at=1.0, data={"lat": 51.5, "at": 2}))
        await rig.until(lambda: rig.engine._sessions["s1"].video.frames >= 90)
        await rig.engine.handle(EndSession(session_id="s1", reason="caller"))

        [part] = rig.of(PartSealed)
        assert decoded_numbers(Path(part.path)) == list(range(90))
        assert part.frames == 90
        assert (part.video_codec, part.audio_codec) == (codec, "opus")
        assert sha256_of(part.path) == part.sha256
        stopped = rig.facts[-1]
        assert isinstance(stopped, SessionStopped)
        assert sha256_of(stopped.timeline_path) == stopped.timeline_sha256
        assert '"position"' in text_of(stopped.timeline_path)

        made = await rig.engine.handle(
            MakePlayback(
                session_id="s1", part_paths=[part.path], part_starts=[part.start], out_path=str(tmp_path / "p")
            )
        )
        assert isinstance(made, PlaybackMade)
        assert decoded_numbers(Path(made.path)) == list(range(90))


async def test_an_engine_that_closes_leaves_sealed_parts_and_the_next_goes_on(tmp_path: Path):
    film = clip("H264")
    first, second = Publisher(film), Publisher(film)
    async with closing(first, second):
        async with running(tmp_path, record=True) as rig:
            await rig.open()
            await rig.join(first, "phone1")
            await rig.fact(PartOpened)
            await rig.until(lambda: bool(rig.health) and rig.health[-1].recorded_seconds > 0.5)
        assert [part.number for part in rig.of(PartSealed)] == [1]
        assert rig.of(SessionStopped) == []

        async with running(tmp_path, record=True) as other:
            await other.open()
            await other.join(second, "phone2")
            await other.fact(FirstFrame)
            await other.until(lambda: bool(other.health) and other.health[-1].recorded_seconds > 0.5)
            await other.engine.handle(EndSession(session_id="s1", reason="handler"))

            [part] = [p for p in other.of(PartSealed) if p.number == 2]
            assert part.prev_sha256 == rig.of(PartSealed)[0].sha256
            assert other.facts[-1].parts == 2


async def test_what_a_dead_engine_left_is_recovered(tmp_path: Path):
    """The engine's process is gone without a word: only what was on disk at that moment is there."""
    caller = Publisher(clip("H264"))
    live, dead = tmp_path / "live", tmp_path / "dead"
    async with running(live, record=True) as rig, closing(caller):
        await rig.open()
        await rig.join(caller, "phone")
        await rig.until(lambda: bool(rig.health) and rig.health[-1].recorded_seconds > 1.5)
        (dead / "s1").mkdir(parents=True)
        for path in (live / "s1").iterdir():
            (dead / "s1" / path.name).write_bytes(path.read_bytes())

    async with running(dead, record=True) as other:
        await other.engine.handle(RecoverSession(session_id="s1"))
        await other.fact(SessionStopped)

        [part] = other.of(PartSealed)
        assert part.recovered
        numbers = decoded_numbers(Path(part.path))
        assert numbers == list(range(numbers[0], numbers[0] + part.frames))
        assert len(numbers) > 20
        assert sha256_of(part.path) == part.sha256
        assert other.facts[-1].reason == "lost"


async def test_recovering_an_open_session_touches_nothing(tmp_path: Path):
    caller = Publisher(clip("VP8"))
    async with running(tmp_path, record=True) as rig, closing(caller):
        await rig.open()
        await rig.join(caller, "phone")
        await rig.fact(PartOpened)

        await rig.engine.handle(RecoverSession(session_id="s1"))
        await rig.engine.handle(RecoverSession(session_id="never-heard-of"))
        await rig.engine.handle(OpenSession(session_id="s1", label="again"))

        assert rig.of(PartSealed) == []
        assert rig.of(SessionStopped) == []


async def test_ending_twice_at_once_seals_once(tmp_path: Path):
    caller = Publisher(clip("VP8"))
    async with running(tmp_path, record=True) as rig, closing(caller):
        await rig.open()
        await rig.join(caller, "phone")
        await rig.fact(PartOpened)
        end = EndSession(session_id="s1", reason="handler")
        await asyncio.gather(rig.engine.handle(end), rig.engine.handle(end))

        assert len(rig.of(SessionStopped)) == len(rig.of(PartSealed)) == 1
