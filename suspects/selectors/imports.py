"""Imports of one's own force: counts, and what was refused. No row's words are kept, so there are none to show."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core.actors import Actor
from core.errors import NotFound
from core.permissions import check
from incidents.selectors.ids import as_uuid
from suspects.models import ImportProblem, ImportRun


@dataclass(frozen=True, kw_only=True)
class RunPage:
    count: int
    runs: list[ImportRun]


def import_runs(actor: Actor, *, limit: int = 50, offset: int = 0) -> RunPage:
    """Runs of the actor's force, the latest first. Raises NotAllowed."""
    check(actor, "import.run")
    rows = ImportRun.objects.visible_to(actor).order_by("-started_at", "-pk")
    return RunPage(count=rows.count(), runs=list(rows[offset : offset + limit]))


def get_import_run(actor: Actor, run_id: UUID | str) -> ImportRun:
    """One run. Raises NotAllowed; NotFound also for another force's."""
    check(actor, "import.run")
    run: ImportRun | None = ImportRun.objects.visible_to(actor).filter(pk=as_uuid(run_id)).first()
    if run is None:
        raise NotFound()
    return run


@dataclass(frozen=True, kw_only=True)
class ProblemPage:
    count: int
    problems: list[ImportProblem]


def import_problems(actor: Actor, run_id: UUID | str, *, limit: int = 50, offset: int = 0) -> ProblemPage:
    """What was refused in one run, in the order of its lines. Raises as `get_import_run`."""
    rows = ImportProblem.objects.filter(run=get_import_run(actor, run_id)).order_by("line", "pk")
    return ProblemPage(count=rows.count(), problems=list(rows[offset : offset + limit]))
