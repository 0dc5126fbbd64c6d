"""How kinds of log entry look, and where a unit is."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.templatetags.pages import elapsed, remaining
from incidents.states import AssignmentStatus

if TYPE_CHECKING:
    from incidents.selectors.board import BoardRow, Section, UnitOnRow

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


# Where the words of the two clocks go in a row that was drawn before. No text of a row can hold these characters.
_SINCE, _LEFT = "\x01since\x01", "\x01left\x01"
_KEPT_ROWS = 4096  # of about 1 KB
_LAYOUT = re.compile(r"\n\s*<")


@register.simple_tag
def queue_row(row: BoardRow, current_id: object = "", only: str = "") -> SafeString:
    """One row of the queue. 500 of them are on every page, so a row is drawn once for as long as it is the same."""
    args = (row, bool(current_id) and str(row.id) == str(current_id), only == "queue")
    html = (_draw_row if settings.DEBUG else _drawn_row)(*args)
    # The template has escaped the row; what is put in are words of our own clock.
    return SafeString(html.replace(_SINCE, elapsed(row.received_at)).replace(_LEFT, remaining(row.attend_by)))


@register.simple_tag
def queue_rows(part: Section, current_id: object = "", only: str = "") -> SafeString:
    """The rows of one section. A template's loop costs more than 500 rows that are drawn already."""
    rows = "".join(f'<div role="listitem">{queue_row(row, current_id, only)}</div>' for row in part.rows)
    # Each row is a template's escaped output.
    return format_html('<div class="queue-rows" role="list" data-rows="{}">{}</div>', part.name, SafeString(rows))


def _draw_row(row: BoardRow, current: bool, alone: bool) -> str:
    shown = {
        "row": row,
        "since": _SINCE,
        "left": _LEFT,
        "current_id": row.id if current else "",
        "only": "queue" if alone else "",
    }
    # Rows are most of a page: the spaces that only lay the template out are not sent.
    return _LAYOUT.sub("<", str(render_to_string("incidents/_row.html", shown)).strip())


_drawn_row = lru_cache(maxsize=_KEPT_ROWS)(_draw_row)
