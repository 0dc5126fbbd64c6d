"""What a supervisor must not miss: every open clock, worst first, and the counts over them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.actors import Actor
from core.clock import now
from core.permissions import check
from incidents.selectors.board import Board, BoardRow, board

SUPERVISE = "desk.supervise"
NEAR = 0.2  # the last fifth before a target
ON_THE_WALL = 30  # rows; the worst


@dataclass(frozen=True, kw_only=True)
class ClockRow:
    """One open incident. `state`: "unassigned", "over", "near", "running", "attended" or "none" without a target.

    `part` is how much of the time to the target is gone, 0 to 100.
    """

    row: BoardRow
    state: str
    part: int


@dataclass(frozen=True, kw_only=True)
class Supervision:
    """`rows` worst first, at most ON_THE_WALL of `total`. Counts are over all open incidents of the force."""

    rows: tuple[ClockRow, ...]
    total: int
    unassigned: tuple[BoardRow, ...]
    immediates: int
    immediates_in_target: int
    others_near: tuple[ClockRow, ...]

    @property
    def longest_unassigned(self) -> BoardRow | None:
        return min(self.unassigned, key=lambda row: row.received_at, default=None)


def supervision(actor: Actor) -> Supervision:
    """Every open clock of the force. One LIST audit entry, as for the board. Raises NotAllowed."""
    check(actor, SUPERVISE)
    return of_board(board(actor), now())


def of_board(found: Board, moment: datetime) -> Supervision:
    """The same from a board that was read, at `moment`."""
    clocks = sorted((_clock(row, moment) for row in found.rows), key=_worst_first)
    emergencies = [clock for clock in clocks if clock.row.emergency]
    return Supervision(
        rows=tuple(clocks[:ON_THE_WALL]),
        total=found.total,
        unassigned=found.unassigned_immediate,
        immediates=len(emergencies),
        immediates_in_target=sum(clock.state in {"running", "near", "attended"} for clock in emergencies),
        others_near=tuple(clock for clock in clocks if not clock.row.emergency and clock.state in {"near", "over"}),
    )


def _clock(row: BoardRow, moment: datetime) -> ClockRow:
    if row.section == "unassigned_immediate":
        return ClockRow(row=row, state="unassigned", part=_part(row, moment))
    if row.attended_at is not None:
        return ClockRow(row=row, state="attended", part=100)
    if row.attend_by is None:
        return ClockRow(row=row, state="none", part=0)
    part = _part(row, moment)
    state = "over" if moment > row.attend_by else "near" if part >= 100 * (1 - NEAR) else "running"
    return ClockRow(row=row, state=state, part=part)


def _part(row: BoardRow, moment: datetime) -> int:
    if row.attend_by is None:
        return 0
    whole = (row.attend_by - row.received_at).total_seconds()
    return 100 if whole <= 0 else min(100, max(0, round(100 * (moment - row.received_at).total_seconds() / whole)))


_ORDER = {"unassigned": 0, "over": 1, "near": 2, "running": 3, "attended": 4, "none": 5}


def _worst_first(clock: ClockRow) -> tuple[int, int, int, datetime]:
    """Nobody sent to an Immediate before everything; then by urgency among equals, and how much of the time is gone."""
    return (_ORDER[clock.state], clock.row.grade_sort, -clock.part, clock.row.received_at)
