"""What was away and is back, and what rings at a desk: ids, serials and times, nothing of anybody."""

from __future__ import annotations

from tests.integration.walls.rule import GET, NONE, STAFF, Rule

RULES: tuple[Rule, ...] = (
    Rule(GET, "core:past_faults", "", STAFF, 200, NONE),
    Rule(GET, "incidents:desk_rings", "", STAFF, 200, NONE),  # empty for who neither assigns nor takes calls
)
