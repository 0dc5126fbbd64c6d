"""Who may assess, grade, report, close and decide."""

from __future__ import annotations

from tests.integration.walls import sent
from tests.integration.walls.rule import DESK, ENGINEERS, GET, ONE, OPENERS, POST, READERS, TALKERS, WRITE, Rule


def thrive(place: sent.Place) -> sent.Sent:
    lines = ("threat", "harm", "risk", "investigation", "vulnerability", "engagement")
    return sent.Sent({f"{line}_score": "LOW" for line in lines} | {"occasion": "REVIEW", "seen": "0"})


def flags(place: sent.Place) -> sent.Sent:
    return sent.Sent({"flags": ["HATE"]})


def no_grade(place: sent.Place) -> sent.Sent:
    return sent.Sent({"grade_code": "Z", "reason": "Calm."})


def rural(place: sent.Place) -> sent.Sent:
    return sent.Sent({"rural": "on"})


def agreed(place: sent.Place) -> sent.Sent:
    return sent.Sent({"day": "2026-11-24", "start": "10:00", "until": "12:00"})


def methane(place: sent.Place) -> sent.Sent:
    return sent.Sent({"exact_location": "North gate", "seen": "0"})


def unattended(place: sent.Place) -> sent.Sent:
    return sent.Sent({"category_code": "307", "text": "Same call."})


def reason(place: sent.Place) -> sent.Sent:
    return sent.Sent({"reason": "Rang again."})


def facts(place: sent.Place) -> sent.Sent:
    return sent.Sent({"caller_name": "Lea Marsdon", "seen": "0"})


def refusal(place: sent.Place) -> sent.Sent:
    return sent.Sent({"act": "refuse", "reason": "Not yet."})


RULES: tuple[Rule, ...] = (
    *(Rule(GET, f"incidents:{tab}", "incident", READERS, 200, ONE) for tab in ("thrive", "grade", "methane", "close")),
    Rule(GET, "incidents:facts", "incident", READERS, 200, ONE),
    Rule(POST, "incidents:thrive", "incident", TALKERS, 302, WRITE, thrive),
    Rule(POST, "incidents:flags", "incident", TALKERS, 302, WRITE, flags),
    Rule(POST, "incidents:grade", "incident", TALKERS, 422, ONE, no_grade),
    Rule(POST, "incidents:rural", "incident", TALKERS, 302, WRITE, rural),
    Rule(POST, "incidents:agreed", "incident", TALKERS, 422, ONE, agreed),  # an Immediate is attended at once
    Rule(POST, "incidents:methane", "incident", DESK, 302, WRITE, methane),
    Rule(POST, "incidents:major", "incident", ENGINEERS, 302, WRITE),
    Rule(POST, "incidents:close", "incident", TALKERS, 422, ONE, unattended),  # nobody attended: THRIVE first
    Rule(POST, "incidents:reopen", "incident", ENGINEERS, 422, ONE, reason),  # it is open
    Rule(POST, "incidents:facts", "incident", OPENERS, 302, WRITE, facts),
    # --- what supervisors are asked
    Rule(GET, "incidents:requests", "", ENGINEERS, 200, ONE),
    Rule(POST, "incidents:request", "asked", ENGINEERS, 302, WRITE, refusal),
)
