"""The officer in the rain: the own unit on the phone."""

from __future__ import annotations

from tests.integration.walls import sent
from tests.integration.walls.rule import DESK, EXHIBITS, GET, NONE, ONE, POST, STREET, Rule, public


def browser(place: sent.Place) -> sent.Sent:
    return sent.Sent({"endpoint": "https://push.example/1", "p256dh": "B" * 87, "auth": "A" * 22})


RULES: tuple[Rule, ...] = (
    # Of a unit on no incident: its State. With one, the page reads it (tests/unit/incidents/test_own_unit.py).
    Rule(GET, "incidents:own_unit", "", STREET, 200, NONE),
    public(GET, "incidents:app_manifest", "", 200, NONE),
    Rule(GET, "streaming:job_picture", "incident", DESK, 200, ONE),
    # Here the force sends no pushes; tests/integration/incidents/test_push.py has them on.
    Rule(POST, "incidents:push_on", "", STREET, 409, NONE, browser),
    Rule(POST, "incidents:push_off", "", STREET, 204, NONE, browser),
    # This exhibit is no film of a call; one that is leaves an entry (test_exhibit_notes.py).
    Rule(GET, "streaming:exhibit_notes", "exhibit", EXHIBITS, 204, NONE),
)
