"""How kinds of log entry look, and where a unit is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from incidents.states import AssignmentStatus

if TYPE_CHECKING:
    from incidents.selectors.board import UnitOnRow

register = template.Library()

ICONS = {
    "CALL": "phone",
    "NARRATIVE": "message",
    "LOCATION": "pin",
    "GRADE": "alert",
    "RISK": "gauge",
    "RESOURCE": "unit",
    "STATUS": "unit",
    "CHECK": "check",
    "MEDIA": "video",
    "TRANSFER": "share",
    "DECISION": "scale",
    "SUPERVISOR": "user",
    "CLOSE": "lock",
    "SYSTEM": "settings",
    "CORRECTION": "undo",
}


@register.filter
def log_icon(entry_type: str) -> str:
    """Name of the icon of a kind of entry."""
    return ICONS.get(str(entry_type), "message")


@register.filter
def unit_step(unit: UnitOnRow) -> str:
    """How far a unit is, in the words of a row: "en route"."""
    return str(AssignmentStatus(unit.status).label).lower()
