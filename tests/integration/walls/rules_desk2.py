"""Who may take a call that came to a position of the room, and who is told of units that ask to be called."""

from __future__ import annotations

from tests.integration.walls.rule import GET, NONE, OPENERS, POST, Rule
from tests.integration.walls.rules_dispatch import DEPLOYERS

RULES: tuple[Rule, ...] = (
    # Nobody here sits at the call's position: it is left as it is.
    Rule(POST, "incidents:take_call", "contact", OPENERS, 204, NONE),
    # Call signs, States and times of units that ask to be called.
    Rule(GET, "incidents:unit_calls", "", DEPLOYERS, 200, NONE),
)
