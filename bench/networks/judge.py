"""What a run came to: what the console saw, what the recording holds, and whether the two are right."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.common import percentile
from bench.networks.taken import Shot
from streaming.ledger import LOSS, LOST, RECORDED, Hole, TimelineReader, ledger

FREEZE = 0.5  # seconds without a new frame that somebody notices
SETTLED = 0.7  # seconds around an outage in which its edges lie: fragments, the phone's clock, the way
HELD = 2.5  # seconds of pictures that a phone keeps while it has no network: Chromium throws away what is 2 s old
TRUE = 0.3  # seconds between the moment a picture was taken and what the recording says, beside the usual delay
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
    lost_by_relay: int = 0  # datagrams that were lost and should not have been: the machine was too busy

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


def clock(shots: Sequence[Shot]) -> dict[str, Any]:
    """How far the recording's clock is from the moments that the pictures themselves show."""
    if not shots:
        return {}
    late = [shot.said - shot.taken for shot in shots]
    usual = percentile(late, 0.5)
    return {
        "clock_late_s_p50": round(usual, 3),
        "clock_off_s_max": round(max(abs(one - usual) for one in late), 3),
        "clock_off_s_p99": round(percentile([abs(one - usual) for one in late], 0.99), 3),
    }


def faults(run: Run, holes: Sequence[Hole], start: float, shots: Sequence[Shot], *, clean: bool) -> list[str]:
    """Everything that is not as it must be.

    A phone sends what it took in the last moments of an outage as soon as it is over: such pictures are recorded where
    they belong, and the hole ends with them. So every picture must show the moment that the recording gives it.
    """
    found = []
    if run.lost_by_relay:
        found.append(
            f"the relay itself lost {run.lost_by_relay} datagrams: measure again on a machine with time for it"
        )
    if clean and shots and clock(shots)["clock_off_s_p99"] > TRUE:
        found.append(f"pictures are recorded {clock(shots)['clock_off_s_p99']} s from when they were taken")
    for begin, end in run.outages:
        if end - begin > 2 * SETTLED:
            hole = next((h for h in holes if h.start <= begin + SETTLED and h.end > begin and h.why == "network"), None)
            if hole is None or hole.end < end - HELD:
                found.append(f"the outage {begin - start:.1f} to {end - start:.1f} s is not in the ledger")
            elif not all(abs(s.said - s.taken) <= SETTLED for s in shots if hole.end - 0.1 <= s.said <= end):
                found.append(f"pictures in the outage at {begin - start:.1f} s are not of that moment")
        if not any(end < at <= end + BACK_WITHIN for at in run.frames):
            found.append(f"no picture within {BACK_WITHIN:g} s after the outage at {end - start:.1f} s")
    for hole in holes:
        outside = not any(begin - SETTLED <= hole.start and hole.end <= end + BACK_WITHIN for begin, end in run.outages)
        if clean and outside and hole.end < run.ended - SETTLED and hole.end - hole.start > 0.2:
            found.append(f"a hole of {hole.end - hole.start:.2f} s at {hole.start - start:.1f} s that nobody made")
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
