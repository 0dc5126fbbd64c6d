"""When somebody must be at home: weekly slots by the wall clock, over midnight and across both clock changes.

A slot is a weekday, a start and a length in minutes; its night is the local date it began on (STANDARDS 7.5). Slots say
what a court said: 20:00 to 07:00 is that on every night, an hour shorter in March and an hour longer in October.

A time that the clock skips (29/03/2026 01:30) is the moment the clock jumps. A time that comes twice (25/10/2026 01:30)
is read in the person's favour: a curfew begins at the second and ends at the first, so that nobody breaks it in an hour
that could be read both ways.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAY = dt.timedelta(days=1)
WEEK = 7
WHOLE_DAY = 24 * 60  # minutes, by the wall clock


@dataclass(frozen=True, kw_only=True, order=True)
class Slot:
    """`weekday` 0 is Monday; `start` is local; `minutes` (1 to 1440) is the length by the wall clock."""

    weekday: int
    start: dt.time
    minutes: int

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6 or not 1 <= self.minutes <= WHOLE_DAY:
            raise ValueError("A slot has a weekday (0 is Monday) and lasts 1 to 1440 minutes.")
        if self.start.tzinfo is not None:
            raise ValueError("A slot begins by the local wall clock.")

    @property
    def words(self) -> str:
        """ "20:00 to 07:00"."""
        end = dt.datetime.combine(dt.date(2000, 1, 1), self.start) + dt.timedelta(minutes=self.minutes)
        return f"{self.start:%H:%M} to {end:%H:%M}"


@dataclass(frozen=True, kw_only=True)
class Window:
    """One night of one slot: from `starts_at` up to `ends_at`, both UTC. `night` is the local date it began on."""

    night: dt.date
    starts_at: dt.datetime
    ends_at: dt.datetime
    slot: Slot

    def holds(self, moment: dt.datetime) -> bool:
        return self.starts_at <= moment < self.ends_at


@dataclass(frozen=True, kw_only=True)
class CurfewHours:
    """The hours of one condition.

    Nights from `first_night` to `last_night`, both included; None is no limit. `since` and `until` (UTC) cut through
    a night: bail begins, ends or is cancelled at a moment.
    """

    slots: tuple[Slot, ...]
    first_night: dt.date | None = None
    last_night: dt.date | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    def at(self, moment: dt.datetime) -> Window | None:
        """The window in force at `moment`; of several the one that began first. None outside the hours."""
        today = moment.astimezone(LONDON).date()
        return next((window for window in self._from(today - DAY, days=2) if window.holds(moment)), None)

    def next_after(self, moment: dt.datetime) -> Window | None:
        """The first window that begins after `moment`, however far ahead the condition begins; None when none does."""
        day = moment.astimezone(LONDON).date()
        if self.first_night is not None:
            day = max(day, self.first_night)
        if self.since is not None:
            day = max(day, self.since.astimezone(LONDON).date())
        ahead = self._from(day - DAY, days=2 * WEEK + 2)
        return next((window for window in ahead if window.starts_at > moment), None)

    def ends_after(self, moment: dt.datetime) -> dt.datetime | None:
        """When the person may leave: the end of the window at `moment` and of those that follow without a break.

        None when no window holds, or when the hours never end within a week (at home always).
        """
        window = self.at(moment)
        if window is None:
            return None
        end = window.ends_at
        for following in self._from(window.night, days=WEEK + 2):
            if following.starts_at <= end < following.ends_at:
                end = following.ends_at
        return None if end - moment > WEEK * DAY else end

    def night_of(self, moment: dt.datetime) -> dt.date:
        """The night `moment` belongs to; outside the hours the local date."""
        window = self.at(moment)
        return window.night if window else moment.astimezone(LONDON).date()

    def _from(self, day: dt.date, *, days: int) -> Iterator[Window]:
        for number in range(days):
            yield from self._on(day + number * DAY)

    def _on(self, day: dt.date) -> list[Window]:
        if (self.first_night and day < self.first_night) or (self.last_night and day > self.last_night):
            return []
        windows = (window_of(slot, day) for slot in sorted(self.slots) if slot.weekday == day.weekday())
        return [cut for window in windows if window and (cut := self._cut(window))]

    def _cut(self, window: Window) -> Window | None:
        start = max(window.starts_at, self.since) if self.since else window.starts_at
        end = min(window.ends_at, self.until) if self.until else window.ends_at
        if start >= end:
            return None
        return Window(night=window.night, starts_at=start, ends_at=end, slot=window.slot)


def window_of(slot: Slot, day: dt.date) -> Window | None:
    """The slot on the night of `day`, whatever weekday that is; None when the clock skips all of it."""
    begins = dt.datetime.combine(day, slot.start)
    ends = begins + dt.timedelta(minutes=slot.minutes)
    start, end = _utc(begins, later=True), _utc(ends, later=False)
    if end <= start:  # both in the hour that comes twice: its second coming, whole
        end = _utc(ends, later=True)
    return Window(night=day, starts_at=start, ends_at=end, slot=slot) if start < end else None


def _utc(wall: dt.datetime, *, later: bool) -> dt.datetime:
    """A local time as UTC: one the clock skips is the moment of the jump, one that comes twice the `later` or not."""
    first, second = (wall.replace(tzinfo=LONDON, fold=fold).astimezone(dt.UTC) for fold in (0, 1))
    if first > second:  # in the gap: read with the old offset it lies after the jump by as much as it is into the gap
        return _jump(second, first)
    return second if later else first


def _jump(before: dt.datetime, after: dt.datetime) -> dt.datetime:
    """The moment between the two at which London's offset changes, to the minute."""
    offset = before.astimezone(LONDON).utcoffset()
    while after - before > dt.timedelta(minutes=1):
        middle = before + (after - before) // 2
        if middle.astimezone(LONDON).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(second=0, microsecond=0)


def wall_words(moment: dt.datetime) -> str:
    """ "22:16"; in the hour that comes twice with the clock it was: "01:30 BST"."""
    local = moment.astimezone(LONDON)
    twice = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
    return f"{local:%H:%M} {local:%Z}" if twice else f"{local:%H:%M}"


def within(moment: dt.datetime, start: dt.time, end: dt.time) -> bool:
    """Whether London's wall clock shows a time from `start` up to `end`, also over midnight. Equal: never."""
    wall = moment.astimezone(LONDON).time()
    if start <= end:
        return start <= wall < end
    return wall >= start or wall < end


def in_words(slots: Iterable[Slot]) -> str:
    """ "20:00 to 07:00" when every night has these hours; otherwise days and hours: "Monday to Friday 20:00 to 07:00;
    Saturday, Sunday 18:00 to 09:00"."""
    in_order = sorted(slots)
    by_day = {day: tuple(slot.words for slot in in_order if slot.weekday == day) for day in range(WEEK)}
    if len(set(by_day.values())) == 1:
        return " and ".join(by_day[0])
    groups: dict[tuple[str, ...], list[int]] = {}
    for day, hours in by_day.items():
        if hours:
            groups.setdefault(hours, []).append(day)
    return "; ".join(f"{_days(days)} {' and '.join(hours)}" for hours, days in groups.items())


def _days(days: list[int]) -> str:
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{DAYS[days[0]]} to {DAYS[days[-1]]}"
    return ", ".join(DAYS[day] for day in days)
