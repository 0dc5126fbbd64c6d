"""From the recorder's spans and gaps to one state for every second. Times are seconds since 1970 (UTC).

A second is the wall clock's: number 0 of a session that began at 12:00:07.4 is 12:00:07, and only its last 0.6 s
count. Each second has exactly one state:

    recorded   picture in the masters from its beginning to its end
    loss       picture in the masters for a part of it only: frames are missing
    phone      not, or only partly, in the masters, and the phone has sent its own recording of it since
    lost       no picture at all

`frames` are those the recorder counted as missing (estimated from the usual distance of frames).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

RECORDED, LOSS, PHONE, LOST = "recorded", "loss", "phone", "lost"
STATES = (RECORDED, LOSS, PHONE, LOST)
Why = Literal["", "network", "caller", "engine", "storage"]

#: A pause without a lost packet that the recorder itself does not call a gap (`recorder.gaps.PAUSE`).
SEAM = 1.0
#: Less than this of a second is nothing: a tenth of the distance between two frames at 60 a second.
GRAIN = 0.0015
#: The most seconds a line may have: a clock that jumped must not fill the memory.
LONGEST = 7 * 86_400


@dataclass(frozen=True, slots=True)
class Span:
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Gap:
    """Inside or between parts, as the recorder wrote it down: from the last frame before to the first after."""

    start: float
    end: float
    frames: int
    why: Why


@dataclass(frozen=True, slots=True)
class Reason:
    """From `at` on, whatever is not recorded is missing because of this. `exact`: also when it lasts under a second."""

    at: float
    why: Why
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A recording that the phone made itself. `kept`: it has only sent its hash so far. A piece that differs from its
    hash is no piece: leave it out."""

    start: float
    end: float
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Film:
    """All that is known of a session's picture. Parts, gaps, pieces in any order; they may touch and overlap."""

    start: float
    end: float
    parts: tuple[Span, ...] = ()
    gaps: tuple[Gap, ...] = ()
    reasons: tuple[Reason, ...] = ()
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Hole:
    """A stretch without picture, exactly: the detail behind the seconds. `phone`: "" or what the phone has of it,
    "sent" (all or a part) or "kept" (its hash is here, the film is still to come)."""

    start: float
    end: float
    frames: int
    why: Why
    phone: Literal["", "sent", "kept"] = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds `at` to `at + seconds`, counted from the line's start, that share state and reason."""

    at: int
    seconds: int
    state: str
    why: Why = ""
    frames: int = 0
    kept: bool = False  # lost here, but the phone has said that it holds it


@dataclass(frozen=True, slots=True)
class Ledger:
    """`start` is the whole second in which the session began. The runs follow one another without a hole."""

    start: int
    seconds: int
    runs: tuple[Run, ...]
    holes: tuple[Hole, ...]

    def totals(self) -> dict[str, int]:
        """Seconds in each state; together they are `seconds`."""
        sums = dict.fromkeys(STATES, 0)
        for run in self.runs:
            sums[run.state] += run.seconds
        return sums


def ledger(film: Film) -> Ledger:
    """One state for each second. An empty line for a session that ends where it begins, or before."""
    start = math.floor(film.start)
    count = min(LONGEST, math.ceil(film.end) - start) if film.end > film.start else 0
    end = min(film.end, float(start + count))
    if not count:
        return Ledger(start, 0, (), ())
    holes = _holes(film, end)
    runs: list[Run] = []
    open_holes = iter(holes)
    near: list[Hole] = []
    coming = next(open_holes, None)
    number = 0
    while number < count:
        low, high = max(film.start, float(start + number)), min(end, float(start + number + 1))
        near = [hole for hole in near if hole.end > low]
        while coming is not None and coming.start < high:
            near.append(coming)
            coming = next(open_holes, None)
        alike = _alike(near, coming, number, start, count)
        _append(runs, number, alike, _second(near, low, high, film.pieces))
        number += alike
    return Ledger(start, count, tuple(runs), tuple(holes))


def _alike(near: list[Hole], coming: Hole | None, number: int, start: int, count: int) -> int:
    """How many seconds from `number` on are sure to be the same: recorded until the next hole begins, or one hole that
    the phone has nothing of and whose frames nobody counted. At least 1."""
    if not near:
        until = coming.start if coming is not None else float("inf")
    elif len(near) == 1 and near[0].start <= start + number and not near[0].phone and not near[0].frames:
        until = near[0].end
    else:
        return 1
    return max(1, int(min(until - start, count)) - number)


def _append(runs: list[Run], number: int, count: int, second: Run) -> None:
    last = runs[-1] if runs else None
    if last is not None and (last.state, last.why, last.kept) == (second.state, second.why, second.kept):
        runs[-1] = Run(last.at, last.seconds + count, last.state, last.why, last.frames + second.frames, last.kept)
    else:
        runs.append(Run(number, count, second.state, second.why, second.frames, second.kept))


def _second(near: list[Hole], low: float, high: float, pieces: tuple[Piece, ...]) -> Run:
    """The second from `low` to `high`; `near` are the holes that touch it, apart from one another."""
    inside = [(min(hole.end, high) - max(hole.start, low), hole) for hole in near]
    inside = [(length, hole) for length, hole in inside if length > 0]
    missing = sum(length for length, _ in inside)
    if missing <= GRAIN:
        return Run(0, 1, RECORDED)
    why = max(inside, key=lambda pair: pair[0])[1].why
    frames = sum(_frames_within(hole, low, high) for _, hole in inside)
    none = high - low - missing <= GRAIN
    cut = [Span(max(hole.start, low), min(hole.end, high)) for _, hole in inside]
    sent = _overlap(cut, pieces, kept=False)
    if sent > GRAIN and (none or missing - sent <= GRAIN):
        return Run(0, 1, PHONE, why, frames)
    return Run(0, 1, LOST if none else LOSS, why, frames, none and _overlap(cut, pieces, kept=True) > GRAIN)


def _overlap(cut: list[Span], pieces: tuple[Piece, ...], *, kept: bool) -> float:
    """Seconds of the cut-out stretches that pieces cover, each counted once."""
    total = 0.0
    for stretch in cut:
        inside = [
            Span(max(piece.start, stretch.start), min(piece.end, stretch.end))
            for piece in pieces
            if piece.kept == kept and piece.end > stretch.start and piece.start < stretch.end
        ]
        total += sum(span.end - span.start for span in joined(inside))
    return total


def _frames_within(hole: Hole, low: float, high: float) -> int:
    """The hole's frames are spread over its length, so that the seconds' sums are the hole's."""
    length = hole.end - hole.start

    def until(moment: float) -> int:
        share = min(1.0, max(0.0, (moment - hole.start) / length))
        return math.floor(hole.frames * share + 1e-9)

    return until(high) - until(low)


def joined(spans: list[Span]) -> list[Span]:
    """The same stretches, in order and apart."""
    whole: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, each.end)):
        if whole and span.start <= whole[-1].end:
            whole[-1] = Span(whole[-1].start, max(whole[-1].end, span.end))
        else:
            whole.append(span)
    return whole


def _holes(film: Film, end: float) -> list[Hole]:
    """Every stretch without picture between the film's start and `end`, in order and apart: the recorder's gaps, and
    what no part covers."""
    gaps = sorted((gap for gap in film.gaps if gap.end > gap.start), key=lambda gap: (gap.start, gap.end))
    found: list[Hole] = []
    reached = film.start
    for gap in gaps:
        low, high = max(gap.start, reached), min(gap.end, end)
        if high - low > GRAIN:
            found.append(Hole(low, high, gap.frames, gap.why))
            reached = high
    found += _blanks(film, end, found)
    # To the millisecond, as they are written down: a line made of a document is the line it was made of.
    found = [replace(hole, start=round(hole.start, 3), end=round(hole.end, 3)) for hole in found]
    found.sort(key=lambda hole: hole.start)
    return [_with_phone(hole, film.pieces) for hole in found]


def _blanks(film: Film, end: float, gaps: list[Hole]) -> list[Hole]:
    """What neither a part nor a gap covers, cut where the reason changes."""
    covered = [Span(part.start, part.end) for part in film.parts if part.end >= part.start]
    covered += [Span(gap.start, gap.end) for gap in gaps]
    reasons = sorted(film.reasons, key=lambda reason: reason.at)
    starts = [reason.at for reason in reasons]
    found: list[Hole] = []
    at = film.start
    for span in [*joined(covered), Span(end, end)]:
        low, high = at, min(span.start, end)
        at = max(at, span.end)
        if high - low <= GRAIN:
            continue
        cuts = [low, *(moment for moment in starts if low < moment < high), high]
        here = [
            (Span(a, b), reasons[place - 1] if (place := bisect_right(starts, a)) else Reason(a, "network"))
            for a, b in pairwise(cuts)
            if b - a > GRAIN
        ]
        if high - low >= SEAM or any(reason.exact for _, reason in here):
            found += [Hole(piece.start, piece.end, 0, reason.why or "network") for piece, reason in here]
    return found


def _with_phone(hole: Hole, pieces: tuple[Piece, ...]) -> Hole:
    span = [Span(hole.start, hole.end)]
    if _overlap(span, pieces, kept=False) > GRAIN:
        return Hole(hole.start, hole.end, hole.frames, hole.why, "sent")
    if _overlap(span, pieces, kept=True) > GRAIN:
        return Hole(hole.start, hole.end, hole.frames, hole.why, "kept")
    return hole
