"""What every outside register can do: one question in, one moment's answer out (STANDARDS 5.11, 5.12).

An answer is what the register said at `returned_at`. It is never used to answer another check; how long it is shown as
current is the force's rule (`SuspectRules.source_stale_hours`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from suspects.states import CheckSystem, Outcome, Subject

# Which register answers which subject, in the order a result lists them.
ANSWERS: Mapping[str, frozenset[str]] = {
    CheckSystem.PNC: frozenset({Subject.PERSON, Subject.VEHICLE}),
    CheckSystem.DVLA: frozenset({Subject.PERSON, Subject.VEHICLE}),
    CheckSystem.MIB: frozenset({Subject.VEHICLE}),
    CheckSystem.ANPR: frozenset({Subject.VEHICLE}),
    CheckSystem.NICHE: frozenset({Subject.PERSON, Subject.VEHICLE, Subject.ADDRESS}),
}
ANSWERED = frozenset({Outcome.NO_TRACE, Outcome.TRACE, Outcome.WANTED, Outcome.MULTI})


@dataclass(frozen=True, kw_only=True)
class SourceQuestion:
    """One question of one check. `typed` holds only the parts the subject needs, for example "surname", "given",
    "born" (ISO date), "pnc_id", "vrm", "house", "postcode". `reason` is code and words: "1 - Vehicle and/or person
    stopped"; `asked_by` is force, collar number and terminal."""

    check_id: UUID
    subject: str
    typed: Mapping[str, str]
    reason: str
    justification: str
    on_behalf_of: str
    asked_by: str
    asked_at: datetime
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class SourceFact:
    """One line of an answer: "Tax" "until 01/03/2027"."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class SourceAnswer:
    """`outcome` is one of §5.11. `problem` is a code of `suspects.sources.problems` when it is ERROR or NOT_RUN;
    then `summary` says in plain words what to do. `ref` is the register's own reference of the transaction."""

    system: str
    outcome: str
    summary: str
    returned_at: datetime
    facts: tuple[SourceFact, ...] = ()
    ref: str = ""
    problem: str = ""


class SourceBusy(Exception):
    """The register asks to be asked again in `after` seconds (HTTP 429)."""

    def __init__(self, after: float) -> None:
        super().__init__(f"again in {after:g} s")
        self.after = after


class CheckSource(Protocol):
    """`system` is one of CheckSystem."""

    system: str

    def answers(self, subject: str) -> bool:
        """Whether the register can be asked about a person, a vehicle or an address."""
        ...

    def ask(self, question: SourceQuestion) -> SourceAnswer:
        """Ask now, within CHECK_SOURCE_SECONDS. What goes wrong is an answer, too: ERROR (the register answered, but
        not usably) or NOT_RUN (no answer). Raises SourceBusy and nothing else."""
        ...
