"""Who may take a call that came to a position of the room."""

from __future__ import annotations

from tests.integration.walls.rule import NONE, OPENERS, POST, Rule

RULES: tuple[Rule, ...] = (
    # Nobody here sits at the call's position: it is left as it is.
    Rule(POST, "incidents:take_call", "contact", OPENERS, 204, NONE),
)
