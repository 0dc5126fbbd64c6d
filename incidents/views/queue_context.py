"""The queue that every console page shows beside its own content."""

from __future__ import annotations

from typing import Any

from core.actors import Actor
from core.realtime import head as live_head
from incidents import selectors
from incidents.events import board_topic


def queue_context(actor: Actor) -> dict[str, Any]:
    # The number of the last event is read first: an event in between is heard again, never missed.
    seq = live_head(board_topic(actor.force_id))
    return {"board": selectors.board(actor), "board_seq": seq, "section": "console"}
