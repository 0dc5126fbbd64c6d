"""What a run came to: what the console saw, what the recording holds, and whether the two are right."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av

from bench.common import percentile
from streaming.contracts import PartSealed
from streaming.ledger import LOSS, LOST, RECORDED, Hole, TimelineReader, ledger

FREEZE = 0.5  # seconds without a new frame that somebody notices
SETTLED = 0.7  # seconds around an outage in which its edges lie: fragments, the phone's clock, the way
BACK_WITHIN = 8.0  # seconds after an outage in which the picture must be in the console and in the file again


@dataclass
class Run:
    """What was noted while a profile ran; times in epoch seconds."""

    started: float  # the phone's tap
    ended: float
    shown: list[dict[str, float]]  # at (ms), width, height of each frame on the console's screen
    outages: list[tuple[float, float]] = field(default_factory=list)  # no network; of a hand-over an instant
    sent: list[tuple[float, int, int]] = field(default_factory=list)  # (time, octets sent, octets come through so far)
    steps: list[tuple[float, float]] = field(default_factory=list)  # (time, bit/s) of the line from then on
    sending: list[dict[str, Any]] = field(default_factory=list)  # what the phone believed, with `at`

    @property
    def frames(self) -> list[float]:
        return [frame["at"] / 1000 for frame in self.shown]


def seen(run: Run) -> dict[str, Any]:
    """What the console saw."""
    frames = run.frames
    if not frames:
        return {"frames": 0}
    pauses = [b - a for a, b in itertools.pairwise(frames)] + [run.ended - frames[-1]]
    freezes = [pause for pause in pauses if pause > FREEZE]
    sizes = Counter(f"{frame['width']:.0f}x{frame['height']:.0f}" for frame in run.shown)
    back = [next((at for at in frames if at > end), run.ended) - end for _, end in run.outages]
    return {
        "first_frame_ms": round(1000 * (frames[0] - run.started)),
        "frames": len(frames),
        "fps": round(len(frames) / (run.ended - frames[0]), 1),
        "freezes": len(freezes),
        "longest_freeze_s": round(max(freezes, default=0.0), 2),
        "frozen_s": round(sum(freezes), 1),
        "sizes": dict(sizes.most_common()),
        "bitrate": round(8 * run.sent[-1][2] / (run.sent[-1][0] - frames[0])) if run.sent else 0,
        "back_after_s": [round(seconds, 2) for seconds in back],
    }


def recorded(directory: Path, run: Run) -> tuple[dict[str, Any], Sequence[Hole], float]:
    """What the recording's own timeline says, by the gap ledger; the holes; and when the picture began."""
    reader = TimelineReader()
    reader.feed((directory / "timeline.jsonl").read_bytes().splitlines())
    found = reader.film()
    start = min((part.start for part in found.parts), default=run.started)
    line = ledger(reader.film(start=start, end=run.ended))
    totals = line.totals()
    figures = {
        "seconds": line.seconds,
        "recorded_s": totals[RECORDED],
        "with_loss_s": totals[LOSS],
        "not_recorded_s": totals[LOST],
        "parts": len(found.parts),
        "holes": [
            {"at_s": round(hole.start - start, 2), "seconds": round(hole.end - hole.start, 2), "why": hole.why}
            for hole in line.holes
            if hole.end - hole.start > FREEZE
        ],
    }
    return figures, line.holes, start


def faults(run: Run, holes: Sequence[Hole], start: float, parts: Sequence[PartSealed], *, clean: bool) -> list[str]:
    """Everything that is not as it must be."""
    found = [fault for part in parts for fault in _damage(part)]
    for begin, end in run.outages:
        if end - begin > 2 * SETTLED:
            within = [h for h in holes if h.start <= begin + SETTLED and h.end >= end - SETTLED and h.why == "network"]
            if not within:
                found.append(f"the outage {begin - start:.1f} to {end - start:.1f} s is not in the ledger")
        if not any(end < at <= end + BACK_WITHIN for at in run.frames):
            found.append(f"no picture within {BACK_WITHIN:g} s after the outage at {end - start:.1f} s")
    for hole in holes:
        outside = not any(begin - SETTLED <= hole.start and hole.end <= end + BACK_WITHIN for begin, end in run.outages)
        if clean and outside and hole.end < run.ended - SETTLED and hole.end - hole.start > 0.2:
            found.append(f"a hole of {hole.end - hole.start:.2f} s at {hole.start - start:.1f} s that nobody made")
    return found


def _damage(part: PartSealed) -> list[str]:
    """A part is what its hash says and decodes from the first to the last picture."""
    path = Path(part.path)
    found = []
    if hashlib.sha256(path.read_bytes()).hexdigest() != part.sha256:
        found.append(f"{path.name} is not what its hash says")
    try:
        with av.open(str(path)) as container:
            frames = sum(1 for _ in container.decode(video=0))
    except av.FFmpegError as error:
        return [*found, f"{path.name}: {type(error).__name__}"]
    if frames != part.frames:
        found.append(f"{path.name}: {part.frames} pictures were announced, {frames} decoded")
    return found


def followed(run: Run) -> dict[str, Any]:
    """How soon the bitrate followed a step of the line: down when the phone begins to send no more than the line
    carries, up when 70 % of what it carries begins to come through; over half a second each."""
    figures: dict[str, Any] = {}
    for (_, before), (at, rate), (until, _) in zip(
        run.steps, run.steps[1:], [*run.steps[2:], (run.ended, 0.0)], strict=False
    ):
        if rate < before:
            figures["down_s"] = _first(run, at, until, most=1.1 * rate)
            low = [s["available"] for s in run.sending if at + 1 < s["at"] < until and s.get("available")]
            figures["least_bitrate"] = round(min(low)) if low else None
        else:
            figures["up_s"] = _first(run, at, until, least=0.7 * rate)
    return figures


def _first(run: Run, start: float, end: float, *, most: float = float("inf"), least: float = 0.0) -> float | None:
    """Seconds from `start` to the beginning of the first half second in which no more than `most` bit/s were sent and
    at least `least` came through."""
    inside = [sample for sample in run.sent if start <= sample[0] <= end]
    for n, (at, sent, through) in enumerate(inside):
        later = next((sample for sample in inside[n:] if sample[0] >= at + 0.5), None)
        if later is None:
            return None
        seconds = later[0] - at
        if 8 * (later[1] - sent) / seconds <= most and 8 * (later[2] - through) / seconds >= least:
            return round(at - start, 2)
    return None


def smoothness(run: Run) -> float:
    """The pause between two frames that one in twenty exceeds, seconds."""
    pauses = [b - a for a, b in zip(run.frames, run.frames[1:], strict=False)]
    return round(percentile(pauses, 0.95), 3) if pauses else 0.0
