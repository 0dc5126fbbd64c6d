"""Showing a list of units and keeping it as it was seen: a suggestion, not an order."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from core.actors import Actor
from incidents.models import Incident, SuggestionShown
from incidents.permissions import check_deploy
from incidents.selectors.incidents import get_incident
from incidents.selectors.suggestion import Suggestion, as_rows, suggest


@dataclass(frozen=True, kw_only=True)
class Shown:
    incident: Incident
    suggestion: Suggestion
    shown_id: UUID


def show_suggestion(*, actor: Actor, incident_id: UUID | str) -> Shown:
    """The units for an incident, and the row that says who saw which list when. Raises NotFound, NotAllowed."""
    check_deploy(actor)
    with transaction.atomic():
        incident = get_incident(actor, incident_id, purpose="whom to send")
        found = suggest(actor, incident)
        offered, left_out = as_rows(found)
        row = SuggestionShown.objects.create(
            force_id=incident.force_id, incident=incident, at=found.at, seen_by_id=actor.user_id,
            seen_by_label=actor.label[:100], method=found.method, lat=found.lat, lon=found.lon, offered=offered,
            left_out=left_out, units=found.units,
        )  # fmt: skip
    return Shown(incident=incident, suggestion=found, shown_id=row.pk)
