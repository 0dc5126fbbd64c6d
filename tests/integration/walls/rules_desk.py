"""Who may use what the desk has beside its incidents: search, screens, the supervisor's wall."""

from __future__ import annotations

from tests.integration.walls import sent
from tests.integration.walls.rule import ENGINEERS, GET, NONE, ONE, POST, READERS, Rule


def words(place: sent.Place) -> sent.Sent:
    return sent.Sent({"search": place.reference})


def nothing_typed(place: sent.Place) -> sent.Sent:
    return sent.Sent({"search": " "})


RULES: tuple[Rule, ...] = (
    Rule(GET, "incidents:search", "", READERS, 200, NONE),
    Rule(POST, "incidents:search", "", READERS, 200, ONE, words),
    Rule(POST, "incidents:search", "", READERS, 422, NONE, nothing_typed, variant="nothing typed"),
    # --- the supervisor's wall: supervisors only
    Rule(GET, "incidents:supervise", "", ENGINEERS, 200, ONE),
    Rule(GET, "streaming:supervise", "", ENGINEERS, 200, ONE),
)
