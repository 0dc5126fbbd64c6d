"""Who may restrict an entry that is in the log, or lift that: supervisors only."""

from __future__ import annotations

from tests.integration.walls import sent
from tests.integration.walls.rule import ENGINEERS, GET, ONE, POST, WRITE, Rule


def restriction(place: sent.Place) -> sent.Sent:
    return sent.Sent({"restricted": "1", "reason": "Names a source."})


def no_reason(place: sent.Place) -> sent.Sent:
    return sent.Sent({"restricted": "1", "reason": ""})


RULES: tuple[Rule, ...] = (
    Rule(GET, "incidents:restrict", "entry", ENGINEERS, 200, ONE),
    Rule(POST, "incidents:restrict", "entry", ENGINEERS, 302, WRITE, restriction),
    Rule(POST, "incidents:restrict", "entry", ENGINEERS, 422, ONE, no_reason, variant="no reason"),
)
