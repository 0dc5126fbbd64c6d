"""Telling every board and every open page that an incident changed."""

from __future__ import annotations

from core.realtime import publish
from incidents.events import IncidentChanged, board_topic, incident_topic
from incidents.models import Assignment, Incident


def announce_change(incident: Incident) -> None:
    """Publish the incident's new version with what a row shows. Inside the transaction that made the change."""
    publish(
        IncidentChanged(
            incident=incident.pk,
            status=incident.status,
            grade=incident.current_grade.code,
            units=Assignment.objects.filter(incident=incident).active().count(),
            version=incident.version,
        ),
        board_topic(incident.force_id),
        incident_topic(incident.pk),
    )
