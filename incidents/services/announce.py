"""Telling every board and every open page that an incident changed."""

from __future__ import annotations

import re

from core.realtime import publish
from incidents.events import IncidentChanged, board_topic, incident_topic
from incidents.models import Assignment, Incident
from incidents.selectors.board import row_words
from incidents.selectors.rings import assign_by_now

_THIN = re.compile(r"^[A-Za-z0-9 /-]{1,12}$")  # a call sign that may stand in an event


def announce_change(incident: Incident) -> None:
    """Publish the incident's new version with what a row shows. Inside the transaction that made the change."""
    active = Assignment.objects.filter(incident=incident).active().order_by("assigned_at")
    units = list(active.values_list("resource__call_sign", "status"))
    call_sign, step = units[0] if units else ("", "")
    publish(
        IncidentChanged(
            incident=incident.pk,
            status=incident.status,
            grade=incident.current_grade.code,
            units=len(units),
            version=incident.version,
            unit=call_sign if _THIN.match(call_sign) else "",
            step=step,
            attend_by=incident.attend_by,
            attended_at=incident.attended_at,
            words=row_words(incident),
            assign_by=assign_by_now(incident, len(units)),
        ),
        board_topic(incident.force_id),
        incident_topic(incident.pk),
    )
