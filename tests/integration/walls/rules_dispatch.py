"""Who may send units, set their States and answer State 0. The radio interface is believed for its token alone."""

from __future__ import annotations

from core.roles import DISPATCHER, SUPERVISOR
from tests.integration.walls import sent
from tests.integration.walls.rule import DESK, GET, LISTERS, NONE, ONE, POST, WRITE, Rule, public

DEPLOYERS = frozenset({DISPATCHER, SUPERVISOR})


def one_unit(place: sent.Place) -> sent.Sent:
    return sent.Sent({"resource": str(place.things["unit"]), "act": "assign", "shown": "", "reason": ""})


def no_unit(place: sent.Place) -> sent.Sent:
    return sent.Sent({"act": "assign"})


def state(place: sent.Place) -> sent.Sent:
    return sent.Sent({"status_code": "3"})


def outcome(place: sent.Place) -> sent.Sent:
    return sent.Sent({"outcome": "Safe, pressed by mistake."})


def radio_state(place: sent.Place) -> sent.Sent:
    given = {"message_id": "m-1", "unit": "WA99", "state": "5", "at": "2026-11-21T22:00:00Z", "lat": 53.7, "lon": 0.4}
    return sent.Sent(given, is_json=True)


def own_state(place: sent.Place) -> sent.Sent:
    return sent.Sent({"state": "5", "at": None, "lat": 53.7, "lon": 0.4}, is_json=True)


RULES: tuple[Rule, ...] = (
    # The list that is shown is kept, and the incident was read for it.
    Rule(GET, "incidents:send", "incident", DEPLOYERS, 200, ONE),
    Rule(POST, "incidents:send", "incident", DEPLOYERS, 302, WRITE, one_unit),
    Rule(POST, "incidents:send", "incident", DEPLOYERS, 422, ONE, no_unit, variant="nobody chosen"),
    Rule(GET, "incidents:units_board", "", DEPLOYERS, 200, NONE),
    Rule(POST, "incidents:unit_state", "unit", DEPLOYERS, 302, WRITE, state),
    Rule(POST, "incidents:answer_message", "unit message", DEPLOYERS, 302, WRITE),
    Rule(GET, "incidents:emergencies", "", LISTERS, 200, NONE),
    Rule(POST, "incidents:acknowledge_emergency", "emergency", DEPLOYERS, 302, WRITE),
    Rule(POST, "incidents:end_emergency", "emergency seen", DEPLOYERS, 302, WRITE, outcome),
    # The officer's unit is on no incident that it could be en route to; nobody else here is booked on with a unit.
    Rule(POST, "incidents_api:own_state", "", DESK, 409, NONE, own_state),
    public(POST, "incidents_api:radio_states", "", 401, NONE, radio_state),
)
