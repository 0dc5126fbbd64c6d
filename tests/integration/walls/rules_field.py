"""The officer in the rain: the own unit on the phone."""

from __future__ import annotations

from tests.integration.walls.rule import GET, NONE, STREET, Rule

RULES: tuple[Rule, ...] = (
    # Of a unit on no incident: its State. With one, the page reads it (tests/unit/incidents/test_own_unit.py).
    Rule(GET, "incidents:own_unit", "", STREET, 200, NONE),
)
