"""What was away and is back: the same for everybody who is signed in, and nothing of anybody."""

from __future__ import annotations

from tests.integration.walls.rule import GET, NONE, STAFF, Rule

RULES: tuple[Rule, ...] = (Rule(GET, "core:past_faults", "", STAFF, 200, NONE),)
