"""Who may tell another agency, and take what it offers. The door itself is for machines that sign."""

from __future__ import annotations

from tests.integration.walls import sent
from tests.integration.walls.partners_place import seen
from tests.integration.walls.rule import GET, NOBODY, NONE, ONE, OPENERS, POST, READERS, TALKERS, WRITE, Rule


def telling(place: sent.Place) -> sent.Sent:
    return sent.Sent(
        {
            "partner": str(place.things["partner"]),
            "purpose": "Treat the injured man",
            "legal_basis": "VITAL_INTERESTS",
            "with_caller": "on",
            "seen": seen(place.incident),
        }
    )


def telling_in_the_tab(place: sent.Place) -> sent.Sent:
    return sent.Sent(telling(place).data, headers={"HX-Request": "true"})


def telling_without_reason(place: sent.Place) -> sent.Sent:
    return sent.Sent(telling(place).data | {"purpose": " "})


def update(place: sent.Place) -> sent.Sent:
    return sent.Sent({"share": str(place.things["shared"]), "text": "He has left on foot."})


def empty_update(place: sent.Place) -> sent.Sent:
    return sent.Sent(update(place).data | {"text": ""})


def taking(place: sent.Place) -> sent.Sent:
    return sent.Sent({"grade_code": "I", "category_code": "401"})


def taking_ungraded(place: sent.Place) -> sent.Sent:
    return sent.Sent({"grade_code": "", "category_code": ""})


def refusing(place: sent.Place) -> sent.Sent:
    return sent.Sent({"reason": "Southmere's ground."})


RULES: tuple[Rule, ...] = (
    Rule(GET, "incidents:share", "incident", READERS, 200, ONE),
    Rule(POST, "incidents:share", "incident", TALKERS, 302, WRITE, telling),
    Rule(POST, "incidents:share", "incident", TALKERS, 200, WRITE, telling_in_the_tab, variant="in the tab"),
    Rule(POST, "incidents:share", "incident", TALKERS, 422, ONE, telling_without_reason, variant="no purpose"),
    Rule(POST, "incidents:share_update", "incident", TALKERS, 302, WRITE, update),
    Rule(POST, "incidents:share_update", "incident", TALKERS, 422, ONE, empty_update, variant="empty"),
    Rule(GET, "incidents:offers", "", TALKERS, 200, ONE),
    Rule(GET, "incidents:offer", "offer", OPENERS, 200, ONE),
    Rule(POST, "incidents:offer_accept", "offer", OPENERS, 302, WRITE, taking),
    Rule(POST, "incidents:offer_accept", "offer", OPENERS, 422, ONE, taking_ungraded, variant="ungraded"),
    Rule(POST, "incidents:offer_decline", "offer", OPENERS, 302, WRITE, refusing),
    # believed for a signature, never for a sign-in
    Rule(POST, "incidents_api:partner_transfers", "", NOBODY, 401, NONE, sent.nothing),
)
