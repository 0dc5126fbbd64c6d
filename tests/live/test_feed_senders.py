"""Cameras that are no callers' phones, with the senders that people use: FFmpeg 8 and GStreamer."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import pytest
from django.conf import settings

from core.actors import Actor
from streaming.models import Recording, RecordingPart
from streaming.services import feeds, sessions
from streaming.tokens import seal
from tests.factories.feeds import attach, make_feed
from tests.factories.sessions import Call
from tests.helpers.services import free_port
from tests.live.test_feeds import Stage, has_state, okafor, stage
from tests.media.clips import Clip, clip, decoded_numbers

pytestmark = pytest.mark.django_db(transaction=True)
assert okafor
assert stage  # fixtures of the other file
ROOT = Path(__file__).resolve().parents[2]
FFMPEG = (sys.executable, "-m", "tests.helpers.ffmpeg_camera")
GSTREAMER = ("/usr/bin/python3", str(ROOT / "tests" / "helpers" / "gstreamer_camera.py"))


def sealed(stage: Stage, call: Call) -> list[int]:
    """End the session and return the numbers of the pictures in its recording."""
    sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    sessions.close_at_engine(call.session.pk, "handler")
    parts = RecordingPart.objects.filter(session=call.session)
    stage.until(lambda: parts.exists() and not parts.filter(sha256="").exists(), "sealed")
    return [number for part in parts.order_by("number") for number in decoded_numbers(Path(part.path))]


def whole(numbers: list[int]) -> bool:
    """Whether no picture is missing or out of its place, after the first."""
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


@contextmanager
def running(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)
        process.stdin.close()
        process.stdout.close()


@pytest.mark.parametrize(("profile", "sound"), [("baseline", "none"), ("high", "libopus")])
def test_ffmpeg_8_sends_with_whip(profile: str, sound: str, stage: Stage, okafor: Actor, live_server: Any) -> None:
    feed, token = make_feed(okafor.force_id)
    call = attach(okafor, feed)
    with running(*FFMPEG, "whip", f"{live_server.url}/whip/{feed.pk}", token, profile, sound, "given") as sender:
        stage.until(lambda: sender.poll() is not None or stage.recorded(call) >= 2, "two seconds on the disk")
        assert sender.poll() is None
        assert has_state(feed, "live")
        numbers = sealed(stage, call)
    assert Recording.objects.get(session=call.session).has_audio == (sound != "none")
    assert len(numbers) >= 60
    assert whole(numbers)


def test_a_certificate_on_a_withdrawn_curve_is_refused_and_said(stage: Stage, okafor: Actor, live_server: Any) -> None:
    feed, token = make_feed(okafor.force_id)
    call = attach(okafor, feed)
    with running(*FFMPEG, "whip", f"{live_server.url}/whip/{feed.pk}", token, "baseline", "none", "own") as sender:
        stage.until(lambda: has_state(feed, "lost"), "refused")
        assert sender.wait(20) != 0
    feed.refresh_from_db()
    assert feed.reason == "handshake"
    assert stage.recorded(call) == 0


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A numbered film of ten seconds as an MP4 that GStreamer passes on as it is."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    made: Clip = clip("H264", 300)
    with av.open(BytesIO(b"".join(made.frames[:15])), format="h264") as first, av.open(str(path), "w") as out:
        stream: Any = out.add_stream_from_template(first.streams.video[0], opaque=True)
        for number, data in enumerate(made.frames):
            packet = av.Packet(data)
            packet.stream, packet.pts, packet.dts, packet.time_base = stream, number, number, Fraction(1, 30)
            packet.is_keyframe = number in made.keyframes
            out.mux(packet)
    return path


@contextmanager
def gstreamer(*words: str) -> Iterator[None]:
    with running(*GSTREAMER, *words) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield


def pictures_in(stage: Stage, call: Call) -> None:
    """Two seconds arrive and are recorded: every picture of them, bit for bit as in the film."""
    stage.until(lambda: stage.recorded(call) >= 2, "two seconds on the disk")
    numbers = sealed(stage, call)
    assert len(numbers) >= 60
    assert whole(numbers)
    recorded = b"".join(Path(part.path).read_bytes() for part in RecordingPart.objects.filter(session=call.session))
    for number in numbers:
        assert clip("H264", 300).frames[number].rpartition(b"\x00\x00\x01")[2] in recorded


def test_gstreamer_sends_with_whip(stage: Stage, okafor: Actor, live_server: Any, film: Path) -> None:
    feed, token = make_feed(okafor.force_id)
    call = attach(okafor, feed)
    with gstreamer("whip", str(film), f"{live_server.url}/whip/{feed.pk}", token):
        pictures_in(stage, call)


@pytest.mark.parametrize("transport", ["rtsp", "srt"])
def test_gstreamer_is_fetched_from(
    stage: Stage, okafor: Actor, film: Path, transport: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "FEED_HOSTS", ["127.0.0.1"])
    port, secret = str(free_port()), {"srt": "harbour-wall-14", "rtsp": ""}[transport]
    path = {"srt": "", "rtsp": "/quay"}[transport]
    login = seal(secret) if secret else ""
    address = f"{transport}://127.0.0.1:{port}{path}"
    feed, _ = make_feed(okafor.force_id, "Quay", kind="fixed", transport=transport, address=address, sealed_login=login)
    call = attach(okafor, feed)
    with gstreamer(transport, str(film), port, *filter(None, [secret])):
        feeds.pull(call.session.pk)
        pictures_in(stage, call)
