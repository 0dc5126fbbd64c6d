"""Drives a SessionRecorder with a clock of its own, and reads back what it wrote."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import av
import av.logging

from streaming.contracts import Fact
from streaming.media.recorder import SessionRecorder
from streaming.media.recorder.files import DISK, Storage
from streaming.media.recorder.packets import Packet
from streaming.media.recorder.places import Places
from tests.media.clips import read_number

START = 1_760_000_000.0


def wait_for(condition: Callable[[], Any], seconds: float = 30.0) -> Any:
    """Look again and again until `condition` holds; its value."""
    limit = time.monotonic() + seconds
    pause = threading.Event()
    while not (value := condition()):
        assert time.monotonic() < limit, "waited in vain"
        pause.wait(0.002)
    return value


class Rig:
    """A recorder, its facts, its key frame requests, and a clock that moves only with the packets fed."""

    def __init__(
        self,
        directory: Path,
        storage: Storage = DISK,
        session_id: str = "5e551011",
        places: Places | None = None,
    ) -> None:
        self.now = START
        self.facts: list[Fact] = []
        self.requests: list[float] = []
        self.directory = directory
        self.recorder = SessionRecorder(
            directory,
            session_id,
            "417 of 21/11/2026",
            emit=self.facts.append,
            request_keyframe=lambda: self.requests.append(self.now),
            clock=lambda: self.now,
            storage=storage,
            places=places,
        )

    def join(self, codec: str = "H264", audio: bool = False, peer: str = "phone") -> None:
        self.recorder.start_join(peer_id=peer, video_codec=codec, audio=audio, at=self.now)

    def feed(self, video: Iterable[Packet] = (), audio: Iterable[Packet] = ()) -> None:
        """Hand over packets by arrival, in steps of 50 ms, each worked off before the next."""
        timed = [("video", packet) for packet in video] + [("audio", packet) for packet in audio]
        timed.sort(key=lambda entry: entry[1].arrival)
        step = self.now + 0.05
        for media, packet in timed:
            while packet.arrival > step:
                self.advance(max(0.05, packet.arrival - step if packet.arrival - step > 1 else 0.05))
                step = self.now + 0.05
            if media == "video":
                self.recorder.video_packet(packet.seq, packet.timestamp, packet.marker, packet.payload, packet.arrival)
            else:
                self.recorder.audio_packet(packet.seq, packet.timestamp, packet.payload, packet.arrival)
        self.advance(0.05)

    def advance(self, seconds: float) -> None:
        """Let time pass until the recorder's thread has made a whole turn that began after it."""
        self.now += seconds
        wait_for(lambda: self.recorder._turned_at >= self.now)

    def settle(self) -> None:
        """Let the recorder work off what it was given."""
        self.advance(0.001)

    def close(self, reason: str = "handler") -> tuple[int, Path, str]:
        return self.recorder.close(reason)

    def of(self, kind: str) -> list[Any]:
        """Facts of a kind, in order."""
        return [fact for fact in self.facts if fact.kind == kind]


def numbers_of(path: Path | str) -> list[int]:
    """The numbers in the pixels of every frame. Any complaint of a decoder fails."""
    previous = av.logging.get_level()
    av.logging.set_level(av.logging.ERROR)
    try:
        with av.logging.Capture(local=False) as complaints, av.open(str(path)) as container:
            numbers = [read_number(frame) for frame in container.decode(video=0)]
        assert not complaints, complaints
        return numbers
    finally:
        av.logging.set_level(previous)


def packets_of(path: Path | str, media: str) -> list[tuple[float, bytes]]:
    """(time in seconds, bytes) of every coded packet."""
    with av.open(str(path)) as container:
        stream = getattr(container.streams, media)[0]
        return [(float(p.pts * p.time_base), bytes(p)) for p in container.demux(stream) if p.size]
