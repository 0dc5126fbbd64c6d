"""M/ETHANE reports and the declaration of a major incident (STANDARDS 2.8)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid
from core.models import AuditAction
from core.realtime import publish
from incidents.events import MethaneSaved, incident_topic
from incidents.models import Incident, MethaneReport
from incidents.permissions import check_declare_major, check_report_methane, check_view
from incidents.services.announce import announce_change
from incidents.services.locks import lock_incident
from incidents.services.log import write_entry, write_whole
from incidents.services.problems import Problems
from incidents.services.text import clean_text, ended
from incidents.states import LogChannel, LogType

#: Field, label and the letter it stands for.
METHANE_WORDS: tuple[tuple[str, str, str], ...] = (
    ("exact_location", "Exact location", "E"),
    ("type_of_incident", "Type of incident", "T"),
    ("hazards_present", "Hazards present", "H"),
    ("hazards_potential", "Hazards potential", "H"),
    ("access_egress", "Access and egress", "A"),
    ("services_present", "Services present", "E"),
    ("services_required", "Services required", "E"),
)
METHANE_COUNTS: tuple[tuple[str, str], ...] = (
    ("casualties_p1", "P1"),
    ("casualties_p2", "P2"),
    ("casualties_p3", "P3"),
    ("casualties_dead", "Dead"),
)
_MOST = 99_999


def save_methane(
    *, actor: Actor, incident_id: UUID | str, given: Mapping[str, str], seen_version: int
) -> MethaneReport:
    """Another version, based on the newest one its author has seen.

    Raises NotFound, NotAllowed, Invalid naming the fields; Conflict (code "newer") when somebody saved meanwhile: look
    at theirs, then save again with their version as seen.
    """
    check_view(actor)
    check_report_methane(actor)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        values = _clean(given)
        newest = MethaneReport.objects.filter(incident=incident).first()
        number = newest.version if newest else 0
        if newest is not None and seen_version < number:
            raise Conflict(f"{newest.by_label} saved version {number} meanwhile. Yours is not lost.", code="newer")
        made: MethaneReport = MethaneReport.objects.create(
            force_id=incident.force_id, incident=incident, version=number + 1, based_on=number, at=now(),
            by_id=actor.user_id, by_label=actor.label[:100], declared=incident.major_declared_at is not None, **values,
        )  # fmt: skip
        write_whole(actor, incident, type=LogType.DECISION, channel=LogChannel.TYPED, text=_in_words(made))
        audit.record(
            actor, AuditAction.ALTER, f"incidents.methanereport:{made.pk}", fields=["methane"],
            incident=str(incident.pk),
        )  # fmt: skip
        publish(MethaneSaved(incident=incident.pk, version=made.version), incident_topic(incident.pk))
    return made


def declare_major(*, actor: Actor, incident_id: UUID | str) -> Incident:
    """Declare a major incident: who and when. Twice is once. Raises NotFound, NotAllowed, Conflict (closed)."""
    check_view(actor)
    check_declare_major(actor)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        if incident.major_declared_at is not None:
            return incident
        if not incident.is_open:
            raise Conflict("This incident is closed. Open it again first.", code="closed")
        incident.major_declared_at, incident.major_declared_by_label = now(), actor.label[:100]
        incident.version += 1
        incident.save(update_fields=["major_declared_at", "major_declared_by_label", "version"])
        write_entry(actor, incident, type=LogType.DECISION, channel=LogChannel.TYPED, text="Major incident declared.")
        audit.record(
            actor, AuditAction.ALTER, f"incidents.incident:{incident.pk}", fields=["major_declared_at"],
            incident=str(incident.pk),
        )  # fmt: skip
        announce_change(incident)
    return incident


def _clean(given: Mapping[str, str]) -> dict[str, str | int | None]:
    problems = Problems()
    values: dict[str, str | int | None] = {}
    for name, _, _ in METHANE_WORDS:
        raw = given.get(name) or ""
        values[name] = problems.take(partial(clean_text, raw, field=name, limit=500), "")
    for name, _ in METHANE_COUNTS:
        raw = str(given.get(name) or "").strip()
        if raw and not (raw.isascii() and raw.isdecimal() and len(raw) < 6 and int(raw) <= _MOST):
            problems.add(name, "A whole number, or empty while it is not known.")
        else:
            values[name] = int(raw) if raw else None
    problems.stop_here()
    if not any(value not in {"", None} for value in values.values()):
        raise Invalid("Fill in at least one line.", fields={"exact_location": "Fill in at least one line."})
    return values


def _in_words(made: MethaneReport) -> str:
    counts = [f"{label} {getattr(made, name)}" for name, label in METHANE_COUNTS if getattr(made, name) is not None]
    parts = [f"{label}: {ended(getattr(made, name))}" for name, label, _ in METHANE_WORDS if getattr(made, name)]
    parts += [f"Casualties: {', '.join(counts)}."] if counts else []
    return f"{made.name} v{made.version}. {' '.join(parts)}"
