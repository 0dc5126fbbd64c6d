"""Telling open pages that an exhibit changed."""

from __future__ import annotations

from core.realtime import publish
from evidence.events import ExhibitChanged
from evidence.models import EvidenceItem, Exhibit, WorkingCopy
from evidence.states import CopyPurpose
from incidents.events import incident_topic


def announce(exhibit: Exhibit) -> None:
    """New version of an exhibit, to everybody who has its incident open. Inside the transaction of the change."""
    exhibit.version += 1
    exhibit.save(update_fields=["version"])
    publish(
        ExhibitChanged(
            incident=exhibit.incident_id,
            exhibit=exhibit.pk,
            state=str(exhibit.state),
            items=EvidenceItem.objects.filter(exhibit=exhibit).count(),
            playable=WorkingCopy.objects.filter(exhibit=exhibit, purpose=CopyPurpose.VIEW).exists(),
            version=exhibit.version,
        ),
        incident_topic(exhibit.incident_id),
    )
