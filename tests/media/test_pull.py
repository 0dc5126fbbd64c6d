"""Feeds that are fetched: every picture as the camera made it, and nobody led to an address that is not allowed."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import pytest

from streaming.contracts import (
    EndSession,
    FeedTrouble,
    FirstFrame,
    PartSealed,
    PeerJoined,
    PeerLeft,
    PullFeed,
)
from streaming.media.pull import puller
from tests.fakes.camera import Camera
from tests.helpers.services import free_port

from .clips import Clip, clip, decoded_numbers
from .peers import Watcher, closing
from .rig import Rig, running, ticket


@contextmanager
def camera(*frames: bytes, **manners: str) -> Iterator[Camera]:
    made = Camera(frames, **manners)
    try:
        yield made
    finally:
        made.close()


async def pull(rig: Rig, url: str, allowed: tuple[str, ...] = ("127.0.0.1",), login: str = "") -> None:
    await rig.open()
    signed = ticket("s1", "f-1", "caller")
    command = PullFeed(session_id="s1", ticket=signed, url=url, login=login, allowed=list(allowed))
    await rig.engine.handle(command)
    await rig.engine.handle(command)  # twice is once


def pictures(parts: list[PartSealed]) -> list[int]:
    """The numbers in the pictures of a recording, in its order."""
    return [number for part in parts for number in decoded_numbers(Path(part.path))]


def bytes_of(parts: list[PartSealed]) -> bytes:
    return b"".join(Path(part.path).read_bytes() for part in parts)


def samples(part: PartSealed) -> int:
    with av.open(part.path) as file:
        return sum(frame.samples for frame in file.decode(audio=0))


@pytest.fixture
def film() -> Clip:
    return clip("H264", 90)


async def test_a_camera_of_rtsp_is_recorded_picture_for_picture_and_watched(film: Clip, tmp_path: Path) -> None:
    # One picture more, as FFmpeg keeps the last one until the next begins; patient, or a second part begins.
    with camera(*film.frames, film.frames[0], manners="patient") as quay:
        viewer = Watcher("H264")
        async with running(tmp_path, record=True) as rig, closing(viewer):
            await pull(rig, quay.url)
            first = await rig.fact(FirstFrame)
            assert (first.width, first.height, first.peer_id) == (320, 240, "f-1")
            await rig.join(viewer, "v-1")
            await viewer.seen(10)
            await rig.until(lambda: rig.engine._sessions["s1"].video.frames >= 90)
            await rig.engine.handle(EndSession(session_id="s1", reason="handler"))
            parts = rig.of(PartSealed)  # one, or more on a disk that is slow just now
            assert pictures(parts) == list(range(90))
            recorded = bytes_of(parts)
            for frame in film.frames:  # the slice of every picture, bit for bit
                assert frame.rpartition(b"\x00\x00\x01")[2] in recorded
            assert quay.connections == 1


async def test_a_camera_that_ends_is_fetched_again_into_the_same_session(
    film: Clip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(puller, "FIRST_PAUSE", 0.1)
    with camera(*film.frames[:30]) as quay:
        async with running(tmp_path) as rig:
            await pull(rig, quay.url)
            trouble = await rig.fact(FeedTrouble)
            assert (trouble.reason, trouble.tries, trouble.peer_id) == ("closed", 1, "f-1")
            assert trouble.retry_after is not None
            await rig.fact(PeerJoined, 2)
            fetching = rig.engine._sessions["s1"]._puller
            assert fetching is not None
            assert fetching._process is not None
            fetching._process.kill()  # as when FFmpeg crashes of what a camera sends
            await rig.fact(PeerJoined, 3)
            assert len(rig.of(PeerLeft)) == 2
            assert quay.connections == 3


@pytest.mark.parametrize(
    ("manners", "login", "reason", "final"),
    [
        ("redirect", "", "not_allowed", True),
        ("locked", "", "login", True),
        ("locked", "viewer:wrong", "login", True),
        ("rude", "", "unreadable", False),
    ],
)
async def test_bad_manners_have_a_reason(
    film: Clip, tmp_path: Path, manners: str, login: str, reason: str, final: bool
) -> None:
    with camera(*film.frames) as other, camera(*film.frames, manners=manners, elsewhere=other.url) as quay:
        async with running(tmp_path) as rig:
            await pull(rig, quay.url, login=login)
            trouble = await rig.fact(FeedTrouble)
            assert (trouble.reason, trouble.retry_after is None) == (reason, final)
            assert other.connections == 0  # where a redirect points: never asked
            assert not rig.of(PeerJoined)


async def test_a_login_opens_a_camera(film: Clip, tmp_path: Path) -> None:
    with camera(*film.frames, manners="locked") as quay:
        async with running(tmp_path) as rig:
            await pull(rig, quay.url, login="viewer:harbour")
            await rig.fact(FirstFrame)


@pytest.mark.parametrize("url", ["rtsp://127.0.0.1:{port}/a", "rtmp://localhost:{port}/a/b", "srt://127.0.0.1:{port}"])
async def test_an_address_that_is_not_listed_is_never_connected_to(url: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as inside:
        inside.setblocking(False)
        async with running(tmp_path) as rig:
            allowed = ("cam.example.org", "198.51.100.0/24", "localhost")  # a name does not permit a loopback address
            await pull(rig, url.format(port=inside.getsockname()[1]), allowed)
            trouble = await rig.fact(FeedTrouble)
            assert (trouble.reason, trouble.retry_after) == ("not_allowed", None)
            with pytest.raises(BlockingIOError):
                inside.accept()


async def test_a_process_that_says_nothing_is_ended_and_the_engine_goes_on(
    film: Clip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(puller, "SILENCE", -9.5)  # 0.5 s for a stream that is not open yet
    with camera(*film.frames, manners="silent") as quay:
        async with running(tmp_path) as rig:
            await pull(rig, quay.url)
            trouble = await rig.fact(FeedTrouble)
            assert trouble.reason == "stalled"
            await rig.until(lambda: bool(rig.health))
            assert not rig.health[-1].joined


@contextmanager
def rtmp_server(profile: str, *, sound: str) -> Iterator[str]:
    port = free_port()
    words = [sys.executable, "-m", "tests.helpers.ffmpeg_camera", "rtmp", str(port), profile, sound]
    process = subprocess.Popen(words, cwd=Path(__file__).resolve().parents[2])
    try:
        yield f"rtmp://127.0.0.1:{port}/live/hawk"
    finally:
        process.kill()
        process.wait(10)


async def test_rtmp_of_ffmpeg_with_aac_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(puller, "FIRST_PAUSE", 0.2)  # the server may not listen yet
    with rtmp_server("high", sound="aac") as url:
        async with running(tmp_path, record=True) as rig:
            await pull(rig, url)
            await rig.fact(FirstFrame)
            await rig.until(lambda: rig.engine._sessions["s1"].video.frames >= 60)
            await rig.engine.handle(EndSession(session_id="s1", reason="handler"))
            parts = rig.of(PartSealed)
            numbers = pictures(parts)
            assert len(numbers) >= 60
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
            assert {part.audio_codec for part in parts} == {"opus"}
            assert sum(map(samples, parts)) > 48_000


async def test_b_frames_are_refused_with_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(puller, "FIRST_PAUSE", 0.2)
    with rtmp_server("main", sound="none") as url:
        async with running(tmp_path) as rig:
            await pull(rig, url)
            await rig.until(lambda: any(fact.retry_after is None for fact in rig.of(FeedTrouble)))
            assert rig.of(FeedTrouble)[-1].reason == "reordered"
