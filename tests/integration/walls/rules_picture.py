"""Who may mark and describe what is in the picture, and put something on the caller's screen."""

from __future__ import annotations

import time
from uuid import uuid4

from tests.integration.walls import sent
from tests.integration.walls.rule import DESK, GET, ONE, POST, TALKERS, WRITE, Rule


def mark(place: sent.Place) -> sent.Sent:
    return sent.Sent({"key": str(uuid4()), "moment": int(time.time() * 1000), "note": "Passes a bag"})


def described(place: sent.Place) -> sent.Sent:
    said = {"kind": "person", "role": "suspect", "sex": "male", "clothing": "Grey hooded top"}
    return sent.Sent({"key": str(uuid4()), "moment": int(time.time() * 1000), **said})


def again(place: sent.Place) -> sent.Sent:
    return sent.Sent({"key": str(uuid4()), "based_on": 1, "role": "witness", "clothing": f"Red jacket {uuid4().hex}"})


def pointed(place: sent.Place) -> sent.Sent:
    return sent.Sent({"key": str(uuid4()), "kind": "point", "phrase": "look_here", "x": 0.5, "y": 0.5, "frame": 1.78})


RULES: tuple[Rule, ...] = (
    Rule(GET, "streaming:picture_notes", "call", DESK, 200, ONE),
    Rule(POST, "streaming:mark", "call", DESK, 201, WRITE, mark),
    Rule(POST, "streaming:describe", "call", DESK, 201, WRITE, described),
    Rule(GET, "streaming:descriptions", "incident", DESK, 200, ONE),
    Rule(GET, "streaming:description", "description", DESK, 200, ONE),
    Rule(POST, "streaming:description", "description", DESK, 200, WRITE, again),
    Rule(POST, "streaming:prompt", "call", TALKERS, 201, WRITE, pointed),
    Rule(POST, "streaming:prompt_withdraw", "prompt", TALKERS, 200, WRITE),
)
