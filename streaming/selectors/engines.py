"""The media engines as a supervisor sees them: how full, how strained, what their disks say. No call, nobody's data."""

from __future__ import annotations

from dataclasses import dataclass

from core.actors import Actor
from core.permissions import check
from streaming.contracts import EngineError, EngineHealth
from streaming.gateway import call_sync, get_gateway

SEE_ENGINES = "video.engines"
LOW_BYTES = 2 * 1024**3  # some hours of a busy room


@dataclass(frozen=True)
class EngineRow:
    """One engine. `trouble`: what somebody has to do something about, the worst first; empty: all is well."""

    health: EngineHealth
    trouble: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.health.worker_id

    @property
    def used(self) -> int:
        """Per cent of the sessions it carries."""
        return round(100 * self.health.sessions / max(1, self.health.room_for))

    @property
    def state(self) -> str:
        if self.health.draining:
            return "Draining"
        return "Full" if not self.health.head_room else "Takes calls"


@dataclass(frozen=True)
class Engines:
    """All of them. `unreachable`: nothing is known, which is worse than bad news."""

    rows: tuple[EngineRow, ...]
    unreachable: bool = False

    @property
    def sessions(self) -> int:
        return sum(row.health.sessions for row in self.rows)

    @property
    def head_room(self) -> int:
        return sum(row.health.head_room for row in self.rows)

    @property
    def trouble(self) -> bool:
        return self.unreachable or not self.head_room or any(row.trouble for row in self.rows)


def engines(actor: Actor) -> Engines:
    """Raises NotAllowed."""
    check(actor, SEE_ENGINES)
    try:
        found = call_sync(get_gateway().workers())
    except EngineError:
        return Engines((), unreachable=True)
    ordered = sorted(found, key=lambda health: health.worker_id)
    return Engines(tuple(EngineRow(health, _trouble(health)) for health in ordered))


def _trouble(health: EngineHealth) -> tuple[str, ...]:
    found = []
    if health.alarms:
        found.append(f"{_calls(health.alarms)} not recorded")
    if health.disk_free is None:
        found.append("The disk of the recordings does not answer")
    elif health.disk_free < LOW_BYTES:
        found.append(f"The disk of the recordings has {_size(health.disk_free)} left")
    if health.spilled:
        found.append(f"{_calls(health.spilled)} recorded to the second disk")
    if health.has_spill and health.spill_free is None:
        found.append("The second disk does not answer")
    elif health.spill_free is not None and health.spill_free < LOW_BYTES:
        found.append(f"The second disk has {_size(health.spill_free)} left")
    return tuple(found)


def _calls(count: int) -> str:
    return "1 call is" if count == 1 else f"{count} calls are"


def _size(count: int) -> str:
    return f"{count / 1024**3:.1f} GB" if count >= 1024**3 else f"{count / 1024**2:.0f} MB"
