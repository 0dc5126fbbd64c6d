"""THRIVE: versions of what was thought of the risk (STANDARDS 2.4). Added and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Invalid
from core.models import AuditAction
from core.realtime import publish
from incidents.events import RiskAssessed, incident_topic
from incidents.models import Incident, RiskAssessment
from incidents.permissions import check_assess, check_view
from incidents.selectors.risk_tables import has_thrive_plus
from incidents.services.announce import announce_change
from incidents.services.locks import lock_incident
from incidents.services.log import write_whole
from incidents.services.problems import Problems
from incidents.services.text import clean_text, ended
from incidents.states import LogChannel, LogType
from incidents.thrive import RARA, THRIVE, THRIVE_PLUS, Occasion, Score

_WORDS = 500
THRIVE_NEEDED = "Assess the risk first: without an Immediate grade each line of THRIVE needs Low, Medium or High."


def assess_risk(
    *,
    actor: Actor,
    incident_id: UUID | str,
    given: Mapping[str, str],
    occasion: str = Occasion.REVIEW,
    seen_version: int = 0,
) -> RiskAssessment:
    """Add a version. `given` holds words by line, scores as `<line>_score`, and RARA's actions.

    Two who assess at once both keep theirs: `based_on` under the version before says that one had not seen the other.
    Raises NotFound, NotAllowed, Invalid naming the lines.
    """
    check_view(actor)
    check_assess(actor)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        if occasion not in Occasion.values or occasion == Occasion.OPENING:
            raise Invalid(fields={"occasion": "Say why the risk is assessed again."})
        values = clean_assessment(given, plus=has_thrive_plus(incident.force_id), whole=True)
        made = store_assessment(actor, incident, values, occasion, seen_version)
        incident.version += 1
        incident.save(update_fields=["version"])
        announce_change(incident)
    return made


def clean_assessment(given: Mapping[str, str], *, plus: bool, whole: bool) -> dict[str, str]:
    """What was typed, checked; empty when nothing was. `whole` asks a score for each line. Raises Invalid."""
    problems = Problems()
    values: dict[str, str] = {}
    for name, label, _ in (*THRIVE, *([THRIVE_PLUS] if plus else [])):
        words = problems.take(partial(clean_text, given.get(name) or "", field=name, limit=_WORDS), "")
        score = given.get(f"{name}_score") or ""
        if score not in {"", *Score.values}:
            problems.add(f"{name}_score", "Choose Low, Medium or High.")
        elif not score and (whole or words):
            problems.add(f"{name}_score", f"{label}: choose Low, Medium or High.")
        elif score == Score.HIGH and not words and name not in problems.fields:
            problems.add(name, f"{label} is high: say in a few words why.")
        values |= {name: words, f"{name}_score": score}
    for name, _ in RARA:
        values[name] = problems.take(partial(clean_text, given.get(name) or "", field=name, limit=_WORDS), "")
    problems.stop_here()
    return values if any(values[f"{name}_score"] for name, _, _ in THRIVE) else {}


def store_assessment(
    actor: Actor, incident: Incident, values: Mapping[str, str], occasion: str, seen_version: int
) -> RiskAssessment:
    """Of an incident this transaction has locked, or is making."""
    newest = RiskAssessment.objects.filter(incident=incident).values_list("version", flat=True).first() or 0
    made: RiskAssessment = RiskAssessment.objects.create(
        force_id=incident.force_id, incident=incident, version=newest + 1, occasion=occasion, at=now(),
        based_on=min(max(seen_version, 0), newest), by_id=actor.user_id, by_label=actor.label[:100], **values,
    )  # fmt: skip
    write_whole(actor, incident, type=LogType.RISK, channel=LogChannel.TYPED, text=_in_words(made))
    audit.record(
        actor, AuditAction.ALTER, f"incidents.riskassessment:{made.pk}", fields=["thrive"], incident=str(incident.pk)
    )
    publish(RiskAssessed(incident=incident.pk, version=made.version), incident_topic(incident.pk))
    return made


def opening_words(values: Mapping[str, str]) -> str:
    """What the log says of the assessment that an incident is opened with."""
    return _in_words(RiskAssessment(version=1, occasion=Occasion.OPENING, **values))


def _in_words(made: RiskAssessment) -> str:
    """For the log: "THRIVE v1. Threat high: knife in hand. Harm low." """
    parts = [f"THRIVE v{made.version}, {made.get_occasion_display().lower()}."]
    for label, words, score in made.lines:
        level = f" {score.label.lower()}" if score else ""
        parts.append(f"{label}{level}: {ended(words)}" if words else f"{label}{level}.")
    parts += [f"{label}: {ended(words)}" for label, words in made.safeguarding]
    return " ".join(parts)
