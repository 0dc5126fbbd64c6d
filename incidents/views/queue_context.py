"""The queue that every console page shows beside its own content."""

from __future__ import annotations

import json
from typing import Any

from core.actors import Actor
from core.realtime import head as live_head
from incidents import selectors
from incidents.events import board_topic
from incidents.models import ResponseGrade


def queue_context(actor: Actor) -> dict[str, Any]:
    # The number of the last event is read first: an event in between is heard again, never missed.
    seq = live_head(board_topic(actor.force_id))
    return {
        "board": selectors.board(actor),
        "board_seq": seq,
        "board_grades": json.dumps({grade.code: _grade(grade) for grade in selectors.grades(actor)}),
        "section": "console",
    }


def _grade(grade: ResponseGrade) -> dict[str, Any]:
    """What a row shows of a grade, for rows that follow an event alone."""
    return {"label": grade.label, "colour": grade.colour, "sort": grade.sort, "emergency": grade.emergency}
