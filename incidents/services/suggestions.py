"""Showing a list of units and keeping it as it was seen: a suggestion, not an order."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from core.actors import Actor
from core.errors import Invalid
from incidents.models import Incident, Resource, SuggestionShown
from incidents.permissions import check_deploy
from incidents.selectors.ids import as_uuid
from incidents.selectors.incidents import get_incident
from incidents.selectors.suggestion import Suggestion, as_rows, suggest
from incidents.services.text import clean_text


@dataclass(frozen=True, kw_only=True)
class Shown:
    incident: Incident
    suggestion: Suggestion
    shown_id: UUID


def named_unit(*, actor: Actor, call_sign: str, shown_id: UUID | str | None, reason: str | None) -> UUID:
    """The unit whose call sign a dispatcher typed: a list that leaves a unit out never keeps anybody from sending it.

    One that was not offered in the list that was seen needs a reason; `reason` is None where nothing is sent yet.
    Raises NotAllowed, Invalid (call_sign, reason).
    """
    check_deploy(actor)
    sign = clean_text(call_sign, field="call_sign", limit=12, required=True).upper()
    key: UUID | None = Resource.objects.visible_to(actor).filter(call_sign=sign).values_list("pk", flat=True).first()
    if key is None:
        raise Invalid(fields={"call_sign": f"There is no unit {sign}. Look at the units for its call sign."})
    if reason is not None and not reason.strip() and not _offered(actor, shown_id, key):
        raise Invalid(fields={"reason": f"{sign} was not offered. Say why it is sent, then press Enter."})
    return key


def _offered(actor: Actor, shown_id: UUID | str | None, key: UUID) -> bool:
    rows = SuggestionShown.objects.visible_to(actor).filter(seen_by_id=actor.user_id)
    shown = rows.filter(pk=as_uuid(shown_id)).first() if shown_id else None
    return shown is not None and any(one["resource"] == str(key) for one in shown.offered)


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
