"""Who is watching what: a force's open viewings by person, for its supervisors."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from core import audit
from core.actors import Actor
from core.models import AuditAction
from core.permissions import check
from streaming.models import VideoSession, Viewing
from streaming.selectors.wall import SHOWN

SUPERVISE = "desk.supervise"


@dataclass(frozen=True, kw_only=True)
class Watcher:
    """One person and the pictures open on their screens, each named once: "417 caller"."""

    label: str
    pictures: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Watching:
    """`live` counts open pictures, `alarmed` those whose recording is in danger, `unwatched` those nobody has open."""

    people: tuple[Watcher, ...]
    live: int
    alarmed: int
    unwatched: int


def watching(actor: Actor) -> Watching:
    """Colleagues' names and what is on their screens; one CONSULT audit entry names the calls. Two queries.

    Raises NotAllowed.
    """
    check(actor, SUPERVISE)
    with transaction.atomic():
        shown = VideoSession.objects.visible_to(actor).filter(state__in=SHOWN, answering=None)
        sessions = {one.pk: one for one in shown.select_related("incident")}
        rows = Viewing.objects.visible_to(actor).filter(session__in=sessions, ended_at=None)
        people: dict[tuple[int | None, str], dict[str, None]] = {}
        seen = set()
        for row in rows.order_by("label", "started_at"):
            session = sessions[row.session_id]
            name = f"{session.incident.serial} {session.source_label or 'caller'}"
            people.setdefault((row.user_id, row.label), {})[name] = None
            seen.add(session.pk)
        audit.record(
            actor, AuditAction.CONSULT, "streaming.viewing", purpose="supervise", fields=["viewers"],
            result_ids=sessions,
        )  # fmt: skip
    return Watching(
        people=tuple(Watcher(label=label, pictures=tuple(names)) for (_, label), names in people.items()),
        live=len(sessions),
        alarmed=sum(bool(session.alarm) for session in sessions.values()),
        unwatched=len(sessions.keys() - seen),
    )
