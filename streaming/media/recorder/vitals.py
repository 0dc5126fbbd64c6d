"""Is the recording true? Facts of the last seconds, written by the threads that know them, read by anybody."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from streaming.contracts import Fact, RecordingAlarm, RecordingResumed, RecordingState

FRESH = 1.0  # s without a byte to the disk: late
STALE = 2.5  # s: stalled; the watchdog looks every half second, so the alarm comes within 3 s


@dataclass(frozen=True, slots=True, kw_only=True)
class RecorderStatus:
    """A look at the recorder. Ages in seconds; None where there was nothing yet."""

    state: RecordingState
    recorded_seconds: float  # video in the files, all parts
    last_write_age: float | None
    frames: int  # in the files, all parts
    width: int
    height: int
    fps: float
    frame_age: float | None
    parts: int
    elsewhere: bool = False  # into the second place


class Vitals:
    """Every field has one writing thread; readers take what they see."""

    def __init__(self) -> None:
        self.joined_at: float | None = None
        self.last_packet_at: float | None = None  # video, by arrival
        self.flowing_since = 0.0  # first packet after a pause of a second
        self.last_write_at: float | None = None
        self.last_frame_at: float | None = None
        self.unwritten = False  # samples or packets wait in memory
        self.trouble = ""  # why nothing can be written, in words
        self.timeline_trouble = False
        self.elsewhere = ""  # why the second place is written to, in words
        self.seconds_before = 0.0  # in parts already sealed
        self.seconds_in_part = 0.0
        self.frames = 0
        self.width = self.height = 0
        self.fps = 0.0
        self.parts = 0

    def packet(self, arrival: float) -> None:
        """A video packet came. Called for every packet: two comparisons."""
        last = self.last_packet_at
        if last is None or arrival - last > FRESH:
            self.flowing_since = arrival
        self.last_packet_at = arrival

    def state(self, now: float, blocked: bool) -> RecordingState:
        """`writing` only while bytes reached the disk under a second ago. Without frames there is nothing to write:
        `waiting`, unless something in memory has not reached the disk."""
        joined, wrote = self.joined_at, self.last_write_at
        if joined is None:
            return "off"
        in_this_join = wrote is not None and wrote >= joined
        if in_this_join and wrote is not None and now - wrote < FRESH:
            return "writing"
        flowing = self.last_packet_at is not None and now - self.last_packet_at < FRESH
        if not flowing and not (blocked or self.unwritten):
            return "waiting"
        if now - max(wrote or 0.0, self.flowing_since, joined) >= STALE:
            return "stalled"
        return "late" if in_this_join else "waiting"

    def status(self, now: float, blocked: bool) -> RecorderStatus:
        write, frame = self.last_write_at, self.last_frame_at
        return RecorderStatus(
            state=self.state(now, blocked),
            recorded_seconds=self.seconds_before + self.seconds_in_part,
            last_write_age=None if write is None else max(0.0, now - write),
            frames=self.frames,
            width=self.width,
            height=self.height,
            fps=self.fps,
            frame_age=None if frame is None else max(0.0, now - frame),
            parts=self.parts,
            elsewhere=bool(self.elsewhere),
        )


class Alarm:
    """Raised once, ended once. Thread-safe: the recorder's thread and the watchdog both use it.

    There are two alarms: nothing is recorded, and (`spilled`) the second place is recorded to. One follows the other
    when that becomes true; only `end` says that all is well.
    """

    def __init__(self, session_id: str, emit: Callable[[Fact], None], tell: Callable[[str, str], None]) -> None:
        """`tell(event, reason)` writes the timeline's line."""
        self._session_id = session_id
        self._emit = emit
        self._tell = tell
        self._lock = threading.Lock()
        self._raised: Literal["", "stopped", "spilled"] = ""

    def raise_(self, reason: str, at: float, *, spilled: bool = False) -> None:
        kind: Literal["stopped", "spilled"] = "spilled" if spilled else "stopped"
        with self._lock:
            if self._raised == kind:
                return
            self._raised = kind
        self._tell("recording_spilled" if spilled else "recording_alarm", reason)
        self._emit(RecordingAlarm(session_id=self._session_id, at=at, reason=reason, spilled=spilled))

    def end(self, at: float) -> None:
        with self._lock:
            if not self._raised:
                return
            self._raised = ""
        self._tell("recording_resumed", "")
        self._emit(RecordingResumed(session_id=self._session_id, at=at))
