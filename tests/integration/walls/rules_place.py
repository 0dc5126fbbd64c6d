"""Who may see and say where an incident is."""

from __future__ import annotations

from tests.integration.walls import sent
from tests.integration.walls.rule import DESK, GET, LISTERS, LOGGERS, NONE, ONE, OPENERS, POST, READERS, WRITE, Rule


def grid(place: sent.Place) -> sent.Sent:
    return sent.Sent({"act": "report", "place": "TQ 30087 80483", "seen": ""})


def slip(place: sent.Place) -> sent.Sent:
    return sent.Sent({"act": "report", "place": "TQ 3008 804", "seen": ""})


def words(place: sent.Place) -> sent.Sent:
    return sent.Sent({"location_text": "By the war memorial, SW1A 1AA"})


def looked_for(place: sent.Place) -> sent.Sent:
    return sent.Sent({"find": "TQ 30087 80483"})


def pressed(place: sent.Place) -> sent.Sent:
    return sent.Sent({"lat": "53.73615", "lon": "0.44712", "radius_m": "20", "words": "Slipway", "seen": ""})


RULES: tuple[Rule, ...] = (
    Rule(GET, "incidents:where", "incident", READERS, 200, ONE),
    Rule(POST, "incidents:where", "incident", LOGGERS, 302, WRITE, grid),
    Rule(POST, "incidents:where", "incident", LOGGERS, 422, ONE, slip, variant="a slip"),
    Rule(POST, "incidents:recognise", "", OPENERS, 200, NONE, words),
    # --- the map
    Rule(GET, "incidents:map", "", LISTERS, 200, ONE),
    Rule(GET, "incidents:map_incidents", "", LISTERS, 200, ONE),
    Rule(GET, "incidents:map_facts", "incident", READERS, 200, ONE),
    Rule(POST, "incidents:map_point", "incident", LOGGERS, 201, WRITE, pressed),
    Rule(POST, "incidents:map_find", "", LISTERS, 200, NONE, looked_for),
    Rule(GET, "incidents:map_base", "", LISTERS, 404, NONE),  # no base map is kept here
    Rule(GET, "incidents:map_tile", "tile", LISTERS, 404, NONE),
    Rule(GET, "streaming:trail", "incident", DESK, 200, ONE),
)
