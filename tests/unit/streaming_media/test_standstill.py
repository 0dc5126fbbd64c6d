"""Frozen cameras and silent microphones, by the size of what comes."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from streaming.contracts import Fact, PictureMoving, PictureStill, SoundResumed, SoundStopped
from streaming.media.rtp import Packet
from streaming.media.source import Source
from streaming.media.standstill import SPIKES, STILL_SAMPLES, Inputs, Standstill, picture_limit

LIMIT = picture_limit(640, 480)
FRAMES = 8  # in a quarter of a second
SMALL, LARGE = 40 * FRAMES, 4000 * FRAMES


class Camera:
    """Pictures of a quarter of a second, as large as told."""

    def __init__(self) -> None:
        self.still = Standstill()
        self.now = 1000.0

    def give(self, sizes: Iterable[int | None]) -> list[str]:
        found = []
        for size in sizes:
            self.now += 0.25
            found.append(self.still.sample(self.now, None if size is None else size / FRAMES <= LIMIT))
        return [change for change in found if change]


def test_small_pictures_for_four_seconds_are_a_standstill_that_began_then():
    camera = Camera()
    camera.give([LARGE] * 20)
    began = camera.now
    assert camera.give([SMALL] * (STILL_SAMPLES - SPIKES - 1)) == []
    assert camera.give([SMALL] * (SPIKES + 1)) == ["stopped"]
    assert camera.still.since == pytest.approx(began, abs=1.1)
    assert camera.give([SMALL] * 40) == []
    assert camera.give([LARGE] * 4) == ["resumed"]


def test_keyframes_that_viewers_ask_for_hide_no_standstill_and_end_none():
    camera = Camera()
    assert camera.give([LARGE, *[SMALL] * 7] * 3) == ["stopped"]
    assert camera.give([LARGE, *[SMALL] * 7] * 6) == []


def test_a_dark_room_at_the_lowest_rate_is_no_standstill():
    assert Camera().give([600 * FRAMES] * 100) == []


def test_no_pictures_at_all_are_not_a_standstill():
    camera = Camera()
    camera.give([LARGE] * 20)
    assert camera.give([None] * 40) == []


class Said(list[Fact]):
    def __call__(self, kind: type[Fact], **values: object) -> None:
        self.append(kind(session_id="s", at=0.0, **values))  # type: ignore[arg-type]  # the fact's own fields

    def kinds(self) -> list[type[Fact]]:
        return [type(fact) for fact in self]


class Feeder:
    def gap(self, *_: object) -> None: ...
    def filled(self, *_: object) -> None: ...
    def keyframe(self, *_: object) -> None: ...
    def restarted(self, *_: object) -> None: ...


class Phone:
    """A phone whose packets are as large as a test says."""

    def __init__(self, *, has_audio: bool = True) -> None:
        self.said = Said()
        self.video, self.audio = Source("video", 90000), Source("audio", 48000)
        self.video.begin("VP8")
        self.audio.begin("OPUS")
        self.inputs = Inputs(self.video, self.audio, self.said)
        self.now, self.seq = 1000.0, 0
        self.inputs.begin(self.now, has_audio)

    def send(self, seconds: float, *, picture: int | None, sound: int | bytes | None) -> list[type[Fact]]:
        """`sound`: the size of packets that differ, or the one packet that comes again and again."""
        before = len(self.said)
        for _ in range(int(seconds * 4)):
            self.now += 0.25
            for _ in range(FRAMES):
                self.seq += 1
                if picture is not None:
                    self._packet(self.video, 96, (b"\x10\x01" + b"\x00" * picture)[:picture])  # VP8, not a keyframe
                if sound is not None:
                    said = self.seq.to_bytes(4, "big") * (sound // 4) if isinstance(sound, int) else sound
                    self._packet(self.audio, 111, said)
            self.inputs.tick(self.now, (640, 480))
        return self.said.kinds()[before:]

    def _packet(self, source: Source, kind: int, payload: bytes) -> None:
        packet = Packet(0x80, 0x80, kind, self.seq & 0xFFFF, self.seq * 3000, 1, payload)
        source.receive(packet, self.now, Feeder())


def test_a_camera_that_freezes_and_comes_back():
    phone = Phone()
    assert phone.send(8, picture=3000, sound=60) == []
    assert phone.send(8, picture=30, sound=60) == [PictureStill]
    assert phone.send(8, picture=3000, sound=60) == [PictureMoving]


@pytest.mark.parametrize(("sound", "how"), [(b"s" * 32, "silence"), (b"abc", "silence"), (None, "no_rtp")])
def test_a_microphone_that_is_taken_away_and_given_back(sound, how):
    phone = Phone()
    assert phone.send(8, picture=3000, sound=60) == []
    assert phone.send(8, picture=3000, sound=sound) == [SoundStopped]
    stopped = phone.said[-1]
    assert isinstance(stopped, SoundStopped)
    assert (stopped.how, stopped.since) == (how, pytest.approx(1008, abs=1.1))
    assert phone.send(8, picture=3000, sound=60) == [SoundResumed]


def test_a_call_without_a_microphone_is_not_missing_one():
    assert Phone(has_audio=False).send(20, picture=3000, sound=None) == []


def test_what_still_stands_still_after_a_new_join_is_said_again():
    phone = Phone()
    assert phone.send(8, picture=30, sound=60) == [PictureStill]
    phone.inputs.begin(phone.now, has_audio=True)
    assert phone.send(8, picture=30, sound=60) == [PictureStill]
