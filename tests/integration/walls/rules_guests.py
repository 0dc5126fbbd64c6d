"""Who may share an incident with a partner's person; and what a guest's addresses say to whom no code has let in."""

from __future__ import annotations

from core.roles import CALL_HANDLER, SUPERVISOR
from tests.integration.walls import sent
from tests.integration.walls.rule import GET, NONE, ONE, OPENERS, POST, WRITE, Rule, public


def share(place: sent.Place) -> sent.Sent:
    form = {
        "name": "P. Adeyemi", "agency": "Northmere Fire", "agency_kind": "fire", "channel": "sms",
        "address": "07700 900651", "confirmed": "on", "video": "on", "purpose": "Access for ladders",
        "basis": "law_enforcement", "minutes": "30",
    }  # fmt: skip
    return sent.Sent({f"guest-{name}": value for name, value in form.items()})


def half_share(place: sent.Place) -> sent.Sent:
    return sent.Sent(share(place).data | {"guest-address": "12"})


def wrong_code(place: sent.Place) -> sent.Sent:
    return sent.Sent({"code": "12345678"})


def line(place: sent.Place) -> sent.Sent:
    return sent.Sent({"text": "Crew at the gate.", "key": "5e0f4d4e-7d36-4a6e-9f53-2a5a4ff7b1c0"})


RULES: tuple[Rule, ...] = (
    Rule(GET, "streaming:guests", "incident", OPENERS, 200, ONE),
    Rule(POST, "streaming:guests", "incident", OPENERS, 302, WRITE, share),
    Rule(POST, "streaming:guests", "incident", OPENERS, 422, ONE, half_share, variant="half filled in"),
    Rule(GET, "streaming:guest_rows", "incident", OPENERS, 200, ONE),
    # a colleague shared it: a supervisor may withdraw it all the same
    Rule(
        POST, "streaming:revoke_guest", "guest link", frozenset({SUPERVISOR}), 302, WRITE, instead={CALL_HANDLER: 403}
    ),
    # --- behind the link: a sign-in of ours opens nothing here, only a code does
    public(GET, "streaming:guest", "guest", 200, NONE),
    public(POST, "streaming:guest_ask", "guest", 200, WRITE),
    public(POST, "streaming:guest_code", "guest", 422, WRITE, wrong_code),
    public(GET, "streaming:guest_state", "guest", 404, NONE),
    public(POST, "streaming:guest_line", "guest", 404, NONE, line),
    public(POST, "streaming:guest_leave", "guest", 204, NONE),
    public(GET, "streaming:guest_film", "guest film", 404, NONE),
)
