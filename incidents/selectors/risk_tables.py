"""The force's words for risk. No personal data in these, and no audit entry."""

from __future__ import annotations

from core.actors import Actor
from incidents.models import (
    GradeCriterion,
    Incident,
    IncidentQualifier,
    Qualifier,
    RiskSettings,
    VulnerabilityFlag,
)
from incidents.thrive import THRIVE, THRIVE_PLUS


def has_thrive_plus(force_id: int | None) -> bool:
    return force_id is not None and RiskSettings.objects.filter(force_id=force_id, thrive_plus=True).exists()


def thrive_lines(force_id: int | None) -> tuple[tuple[str, str, str], ...]:
    """Name, label and cue of each line the force asks for."""
    return (*THRIVE, THRIVE_PLUS) if has_thrive_plus(force_id) else THRIVE


def crime_number_pattern(force_id: int) -> str:
    return RiskSettings.objects.filter(force_id=force_id).values_list("crime_number_pattern", flat=True).first() or ""


def criteria(actor: Actor) -> list[GradeCriterion]:
    """Criteria in use, by grade, in the force's order."""
    rows = GradeCriterion.objects.visible_to(actor).filter(active=True, grade__active=True)
    return list(rows.select_related("grade").order_by("grade__sort", "sort"))


def vulnerability_flags(actor: Actor) -> list[VulnerabilityFlag]:
    return list(VulnerabilityFlag.objects.visible_to(actor).filter(active=True).order_by("sort"))


def qualifiers(actor: Actor) -> list[Qualifier]:
    return list(Qualifier.objects.visible_to(actor).filter(active=True).order_by("sort"))


def qualifiers_of(incident: Incident) -> list[IncidentQualifier]:
    return list(IncidentQualifier.objects.filter(incident=incident, removed_at=None).select_related("word"))
