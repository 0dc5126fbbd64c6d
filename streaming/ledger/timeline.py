"""Reads what the recorder wrote in `timeline.jsonl` (docs/recording.md) as a film: spans, gaps and reasons.

Lines may come in several goes while the recording runs. Unknown lines are passed over, and so are damaged ones: after a
crash the file may hold anything, and a line that is not there must not make a gap look recorded.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from typing import Any

from streaming.ledger.line import Film, Gap, Piece, Reason, Span, Why

# What a connection that went away says about who ended it. All other reasons are the network's.
_ENDED_BY_CALLER = frozenset({"closed", "caller", "handler", "revoked", "expired"})


class TimelineReader:
    """Feed it lines, ask for the film. One per session."""

    def __init__(self) -> None:
        self.started: float | None = None  # the caller's first join
        self.joins: list[float] = []
        self.stopped: float | None = None  # the last line said so
        self.last: float | None = None  # time of the newest line
        self.open_part: int | None = None  # number of the part being written
        self._parts: dict[int, Span] = {}
        self._gaps: list[Gap] = []
        self._reasons: list[Reason] = []
        self._camera_off = False
        self._connected = False
        self._left: Why = "network"

    def feed(self, lines: Iterable[bytes | str]) -> None:
        for text in lines:
            try:
                line = json.loads(text)
                at, event = _moment(line, "at"), line["event"]
            except (ValueError, KeyError, TypeError, OverflowError):
                continue
            self.last = at if self.last is None else max(self.last, at)
            take = _TAKERS.get(event) if isinstance(event, str) else None
            if take is not None:
                try:
                    take(self, at, line)
                except (ValueError, KeyError, TypeError, OverflowError):
                    continue

    def film(
        self,
        *,
        start: float | None = None,
        end: float | None = None,
        open_end: float | None = None,
        pieces: Iterable[Piece] = (),
    ) -> Film:
        """`start` and `end`: the session's, where they are known better than here. `open_end`: the last frame in the
        file of the part that is being written; without it that part is not counted as recorded at all."""
        parts = dict(self._parts)
        if self.open_part in parts:
            begun = parts.pop(self.open_part)
            if open_end is not None and open_end >= begun.start:
                parts[self.open_part] = Span(begun.start, open_end)
        first = start if start is not None else self.started
        ends = [span.end for span in parts.values()]
        last = end if end is not None else max([*ends, self.stopped or self.last or 0.0])
        if first is None:
            first = last = 0.0
        return Film(
            start=first,
            end=last,
            parts=tuple(parts.values()),
            gaps=tuple(self._gaps),
            reasons=tuple(self._reasons),
            pieces=tuple(pieces),
        )

    def _because(self, at: float, why: Why, *, exact: bool = False) -> None:
        self._reasons.append(Reason(at, why, exact))

    def _now_missing(self) -> Why:
        """Why a picture that does not come now does not come."""
        if not self._connected:
            return self._left
        return "caller" if self._camera_off else "network"

    # --- one function an event -------------------------------------------------------------------------------------

    def _joined(self, at: float, line: dict[str, Any]) -> None:
        self.started = at if self.started is None else min(self.started, at)
        self.joins.append(at)
        self._connected = True
        self._because(at, self._now_missing())

    def _went(self, at: float, line: dict[str, Any]) -> None:
        self._connected = False
        self._left = "caller" if line.get("reason") in _ENDED_BY_CALLER else "network"
        self._because(at, self._left)

    def _part_opened(self, at: float, line: dict[str, Any]) -> None:
        number, begun = int(line["number"]), _moment(line, "start")
        self._parts[number], self.open_part = Span(begun, begun), number

    def _part_sealed(self, at: float, line: dict[str, Any]) -> None:
        number, begun, end = int(line["number"]), _moment(line, "start"), _moment(line, "end")
        self._parts[number] = Span(begun, max(begun, end))
        if self.open_part == number:
            self.open_part = None
        if line.get("recovered") and not self._storage_failing():
            self._because(max(begun, end), "engine", exact=True)

    def _part_empty(self, at: float, line: dict[str, Any]) -> None:
        self._parts.pop(int(line["number"]), None)
        if self.open_part == int(line["number"]):
            self.open_part = None

    def _storage_failing(self) -> bool:
        return bool(self._reasons) and self._reasons[-1].why == "storage"

    def _gap(self, at: float, line: dict[str, Any]) -> None:
        start, end = _moment(line, "start"), _moment(line, "end")
        cause = str(line.get("cause", ""))
        why = self._why(cause, start, end)
        self._gaps.append(Gap(start, max(start, end), max(0, int(line.get("frames", 0))), why))

    def _why(self, cause: str, start: float, end: float) -> Why:
        if cause == "storage":
            return "storage"
        if cause == "rejoin":
            return self._left
        return "caller" if cause == "no_rtp" and self._caller_off_within(start, end) else "network"

    def _caller_off_within(self, start: float, end: float) -> bool:
        """Whether the caller's side was the reason at any moment of it; that may be over when the gap is told."""
        for reason in reversed(self._reasons):
            if reason.at < end and reason.why == "caller":
                return True
            if reason.at <= start:
                break
        return False

    def _alarm(self, at: float, line: dict[str, Any]) -> None:
        self._because(at, "storage", exact=True)

    def _resumed(self, at: float, line: dict[str, Any]) -> None:
        self._because(at, self._now_missing())

    def _engine_stopped(self, at: float, line: dict[str, Any]) -> None:
        self._connected, self._left = False, "engine"
        self._because(at, "engine", exact=True)

    def _continued(self, at: float, line: dict[str, Any]) -> None:
        """Another engine goes on in the directory: the one before is gone, whatever it said last."""
        if self._connected or self.stopped is not None:
            self._connected, self._left = False, "engine"
        self.stopped = None

    def _stopped(self, at: float, line: dict[str, Any]) -> None:
        self.stopped, self.open_part = at, None

    def _device(self, at: float, line: dict[str, Any]) -> None:
        off = line.get("camera") == "off" or line.get("visible") is False or line.get("frozen") is True
        if off != self._camera_off:
            self._camera_off = off
            if self._connected:
                self._because(at, self._now_missing())

    def _camera_stopped(self, at: float, line: dict[str, Any]) -> None:
        self._left = "caller"
        self._camera_off = True
        self._because(at, "caller")


def _moment(line: dict[str, Any], name: str) -> float:
    """A time of the line. Raises ValueError for what is no moment: JSON allows 1e400, which reads as infinity."""
    moment = float(line[name])
    if not math.isfinite(moment):
        raise ValueError(name)
    return moment


_TAKERS: dict[str, Callable[[TimelineReader, float, dict[str, Any]], None]] = {
    "joined": TimelineReader._joined,
    "left": TimelineReader._went,
    "part_opened": TimelineReader._part_opened,
    "part_sealed": TimelineReader._part_sealed,
    "part_recovered": TimelineReader._part_sealed,
    "part_empty": TimelineReader._part_empty,
    "gap": TimelineReader._gap,
    "recording_alarm": TimelineReader._alarm,
    "recording_spilled": TimelineReader._resumed,
    "recording_resumed": TimelineReader._resumed,
    "engine_stopped": TimelineReader._engine_stopped,
    "session_continued": TimelineReader._continued,
    "stopped": TimelineReader._stopped,
    "device": TimelineReader._device,
    "camera_stopped": TimelineReader._camera_stopped,
}
