"""Who may do what with calls and callers. Telephony systems are believed for their token alone."""

from __future__ import annotations

from uuid import uuid4

from core.roles import CALL_HANDLER
from tests.integration.walls import sent
from tests.integration.walls.rule import ENGINEERS, GET, NONE, ONE, OPENERS, POST, READERS, STAFF, WRITE, Rule, public


def ringing(place: sent.Place) -> sent.Sent:
    """With a token that nobody was given."""
    return sent.Sent({"call_id": "C-1"}, is_json=True, headers={"Authorization": f"Bearer {'x' * 43}"})


def words(place: sent.Place) -> sent.Sent:
    return sent.Sent({"location_text": "Outside 14 Harbour Lane", "description": "A fight with a knife."})


def caller(place: sent.Place) -> sent.Sent:
    return sent.Sent({"client_key": str(uuid4()), "channel": "999", "caller_name": "Mo Ahmed", "description": "Again."})


def bad_caller(place: sent.Place) -> sent.Sent:
    return sent.Sent(caller(place).data | {"caller_number": "12"})


def why_not(place: sent.Place) -> sent.Sent:
    return sent.Sent({"reason": "Wrong number, she said sorry."})


RULES: tuple[Rule, ...] = (
    public(POST, "incidents_api:calls", "", 401, NONE, ringing),
    Rule(GET, "incidents:on_the_line", "", STAFF, 200, NONE),
    Rule(GET, "incidents:call_facts", "contact", OPENERS, 200, ONE),
    Rule(
        POST, "incidents:dismiss_call", "contact", ENGINEERS, 409, NONE, why_not, instead={CALL_HANDLER: 403}
    ),  # an incident has it; a handler dismisses their own calls only
    Rule(GET, "incidents:contacts", "incident", READERS, 200, ONE),
    Rule(POST, "incidents:contacts", "incident", OPENERS, 302, WRITE, caller),
    Rule(POST, "incidents:contacts", "incident", OPENERS, 422, ONE, bad_caller, variant="bad number"),
    Rule(POST, "incidents:same", "", OPENERS, 200, ONE, words),
    Rule(GET, "incidents:compare", "incident", READERS, 200, ONE),
)
