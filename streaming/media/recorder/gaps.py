"""Which frames go into the file after something was lost.

The policy: after a loss nothing is written until the next key frame, because a frame that refers to a missing one
decodes to a picture that never was. The key frame is asked for at once and again every 300 ms. Should none come for
2 s, the frames are written as they are (and the timeline says so): a damaged picture is better evidence than none.
Every stretch without frames is one GapRecorded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final

from streaming.media.recorder.packets import Frame

PATIENCE: Final = 2.0  # s without a key frame before damaged frames are written
REQUEST_PERIOD: Final = 0.3  # s between two requests for a key frame
KEY_PERIOD: Final = 10.0  # s of film without a key frame before one is wished for
KEY_AGAIN: Final = 2.0  # s between two such wishes
PAUSE: Final = 1.0  # s between two frames that count as a gap although no packet was lost
MAX_MISSING: Final = 1_000_000  # frames in one gap: more, and it was a clock that jumped


@dataclass(frozen=True, slots=True)
class Gap:
    """From the wall clock of the last frame before to that of the first frame after."""

    start: float
    end: float
    frames: int  # estimated from the usual distance of frames; 0 when nobody was sending
    cause: str  # as in GapRecorded

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Continuity:
    """Decides frame by frame. One per session, so that the gap between two joins is seen too."""

    def __init__(self, request_keyframe: Callable[[], None], report: Callable[[Gap], None]) -> None:
        self._request_keyframe = request_keyframe
        self._report = report
        self._interrupted: str | None = None  # the cause
        self._since = 0.0
        self._needs_key = True
        self._key_at: float | None = None  # wall clock of the newest in the film
        self._requested_at = float("-inf")
        self._last_wall: float | None = None  # of the last frame written
        self._typical = 1 / 30  # s between frames

    @property
    def waiting_for_key(self) -> bool:
        return self._needs_key

    def begin(self, cause: str, now: float, last_wall: float | None = None) -> None:
        """A new stream, or no part to write into: only a key frame will do. `last_wall` is the last frame that is
        safe, when some of those after it are not."""
        if last_wall is not None:
            self._last_wall = last_wall
        if self._interrupted is None or cause == "rejoin":
            self._interrupted, self._since = cause, now
        self._needs_key = True
        self._requested_at = float("-inf")

    def clock_set_back(self) -> None:
        """The wall clock went back: how long ago the last frame was is not known, and nothing is missing for that."""
        self._last_wall = None
        self._needs_key = True  # one is asked for: a part begins with it
        self._requested_at = float("-inf")

    def lost(self, now: float) -> None:
        """Frames are missing from here on."""
        if self._interrupted is None:
            self._interrupted, self._since = "loss", now
        self._needs_key = True
        self.ask(now)

    def ask(self, now: float) -> None:
        """Ask for a key frame if one is needed and none was asked for just now."""
        if self._needs_key and now - self._requested_at >= REQUEST_PERIOD:
            self._requested_at = now
            self._request_keyframe()

    def wish(self, now: float) -> None:
        """Ask for a key frame that would be welcome, though nothing is missing."""
        if now - self._requested_at >= REQUEST_PERIOD:
            self._requested_at = now
            self._request_keyframe()

    def refresh(self, now: float) -> None:
        """Any moment of the film is to be found soon, also by who looks back: a player begins at a key frame, and a
        sender makes one when it is asked."""
        if self._key_at is not None and now - self._key_at >= KEY_PERIOD and now - self._requested_at >= KEY_AGAIN:
            self.wish(now)

    def admits(self, frame: Frame, now: float, part_open: bool) -> bool:
        """May this frame be written?"""
        if frame.keyframe:
            return True
        self.ask(now)
        if not part_open:
            return False
        return self._interrupted is None or (self._interrupted == "loss" and now - self._since > PATIENCE)

    def wrote(self, frame: Frame, wall: float) -> bool:
        """A frame went into a part. Reports the gap before it; True when it was written although damaged."""
        before, cause = self._last_wall, self._interrupted
        damaged = not frame.keyframe and self._needs_key
        if before is not None:
            distance = wall - before
            if cause is not None:
                counted = cause in ("loss", "storage")
                missing = min(MAX_MISSING, max(1, round(distance / self._typical) - 1)) if counted else 0
                self._report(Gap(before, max(before, wall), missing, cause))
            elif distance > PAUSE:
                self._report(Gap(before, wall, 0, "no_rtp"))
            elif distance > 0:
                self._typical += (min(distance, 0.2) - self._typical) / 16
        self._last_wall, self._interrupted = wall, None
        if frame.keyframe:
            self._needs_key, self._key_at = False, wall
        return damaged and cause is not None
