"""The queue that every console page shows beside its own content."""

from __future__ import annotations

import json
from typing import Any

from core.actors import Actor
from core.realtime import head as live_head
from incidents import selectors
from incidents.events import board_topic
from incidents.models import ResponseGrade


def queue_context(actor: Actor, *, whole: bool = False, seq: int | None = None) -> dict[str, Any]:
    """The first rows, as a page begins with, or the `whole` queue. `seq` where the caller has read it."""
    # The number of the last event is read first: an event in between is heard again, never missed.
    seq = live_head(board_topic(actor.force_id)) if seq is None else seq
    return {
        "board": selectors.board(actor) if whole else selectors.board(actor, first=selectors.FIRST_ROWS),
        "first_rows": not whole,
        "board_seq": seq,
        "board_grades": json.dumps({grade.code: _grade(grade) for grade in selectors.grades(actor)}),
        "section": "console",
    }


def _grade(grade: ResponseGrade) -> dict[str, Any]:
    """What a row shows of a grade, for rows that follow an event alone."""
    return {"label": grade.label, "colour": grade.colour, "sort": grade.sort, "emergency": grade.emergency}
