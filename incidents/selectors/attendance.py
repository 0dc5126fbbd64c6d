"""How long people waited for the first unit at scene, against what was promised. Counted, not estimated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.actors import Actor
from core.clock import now
from incidents.models import Incident
from incidents.permissions import check_list
from incidents.states import ClockStart

DAYS = 7
MOST = 20_000  # incidents looked at: the newest


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """Incidents of one grade (and day). Minutes from the clock's start to the first State 6.

    `median` and `p90` are None when nobody has got there yet. `in_target` counts those with a target that was kept;
    one that is over its target and not attended counts as missed.
    """

    grade: str
    label: str
    day: date | None
    attended: int
    waiting: int
    median: float | None
    p90: float | None
    with_target: int
    in_target: int

    @property
    def share(self) -> int | None:
        """Per cent in target; None when nothing had one."""
        return round(100 * self.in_target / self.with_target) if self.with_target else None


def attendance(actor: Actor, *, days: int = DAYS) -> list[Attendance]:
    """By grade over the last `days`, most urgent first. No personal data: counts. Raises NotAllowed. One query."""
    return [_figures(code, label, None, rows) for (code, label), rows in _by(actor, days).items()]


def attendance_by_day(actor: Actor, *, days: int = DAYS) -> list[Attendance]:
    """By grade and day of the reference (Europe/London), most urgent and newest first. Raises NotAllowed. One query."""
    found = []
    for (code, label), rows in _by(actor, days).items():
        each: dict[date, list[_Row]] = defaultdict(list)
        for row in rows:
            each[row.day].append(row)
        found += [_figures(code, label, day, each[day]) for day in sorted(each, reverse=True)]
    return found


@dataclass(frozen=True, slots=True)
class _Row:
    day: date
    start: datetime
    attend_by: datetime | None
    attended_at: datetime | None


def _by(actor: Actor, days: int) -> dict[tuple[str, str], list[_Row]]:
    check_list(actor)
    since = now() - timedelta(days=max(1, days))
    rows = Incident.objects.visible_to(actor).filter(received_at__gte=since)
    newest = rows.filter(current_grade__attend_target_min__isnull=False).order_by("-received_at").values_list(
        "current_grade__sort", "current_grade__code", "current_grade__label", "current_grade__clock_start",
        "local_date", "received_at", "graded_at", "attend_by", "attended_at",
    )[:MOST]  # fmt: skip
    found: dict[tuple[int, str, str], list[_Row]] = defaultdict(list)
    for sort, code, label, clock, day, received, graded, by, there in newest:
        start = graded if clock == ClockStart.GRADED else received
        found[sort, code, label].append(_Row(day, start, by, there))
    return {key[1:]: found[key] for key in sorted(found)}


def _figures(code: str, label: str, day: date | None, rows: Iterable[_Row]) -> Attendance:
    listed, moment = list(rows), now()
    took = sorted(max(0.0, (row.attended_at - row.start).total_seconds() / 60) for row in listed if row.attended_at)
    judged = [
        row for row in listed if row.attend_by is not None and (row.attended_at is not None or row.attend_by < moment)
    ]
    return Attendance(
        grade=code, label=label, day=day, attended=len(took), waiting=len(listed) - len(took), median=_at(took, 0.5),
        p90=_at(took, 0.9), with_target=len(judged),
        in_target=sum(
            row.attended_at is not None and row.attend_by is not None and row.attended_at <= row.attend_by
            for row in judged
        ),
    )  # fmt: skip


def _at(values: Sequence[float], share: float) -> float | None:
    """The nearest-rank percentile: a wait that somebody really had."""
    if not values:
        return None
    return values[max(0, -(-len(values) * round(share * 100) // 100) - 1)]
