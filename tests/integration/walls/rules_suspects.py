"""The rulebook of checks, people, wanted records and curfews. Read as the lines of `rulebook`."""

from __future__ import annotations

from core.roles import INTEL, OFFICER, SERGEANT, SUPERVISOR
from tests.integration.walls import sent
from tests.integration.walls import sent_suspects as send
from tests.integration.walls.rule import (
    CIRCULATORS,
    DECIDERS,
    DELETE,
    GET,
    INTELLIGENCE,
    NONE,
    ONE,
    PATCH,
    POST,
    RECORDERS,
    STREET,
    WRITE,
    Rule,
)

HOLDER = frozenset({OFFICER})  # has the reservation, made the check, stood at the door
IMPORTERS = frozenset({INTEL})
OWNER = frozenset({SUPERVISOR})  # of the operation


def others(who: frozenset[str], status: int = 404, but: dict[str, int] | None = None) -> dict[str, int]:
    """Everybody else who works with people: another officer's thing is not there for them."""
    return dict.fromkeys(INTELLIGENCE - who, status) | (but or {})


SEEN_BY = HOLDER | DECIDERS  # an officer's own check or receipt, and who supervises checks
LOOKERS = {SERGEANT: 403, SUPERVISOR: 403}  # may look, and take the person back
ON_PAGE = others(HOLDER, but=LOOKERS)  # a refused step shows the reservation again, where it may be seen

CHECK_RULES = (
    Rule(GET, "suspects:stop", "", INTELLIGENCE, 200, NONE),
    Rule(POST, "suspects:stop", "", INTELLIGENCE, 302, WRITE, send.stop),
    Rule(GET, "suspects:check", "", INTELLIGENCE, 200, NONE),
    Rule(POST, "suspects:check", "", INTELLIGENCE, 200, ONE, send.search),
    Rule(GET, "suspects:check_result", "check", SEEN_BY, 200, ONE, instead=others(SEEN_BY)),
    Rule(GET, "suspects:check_sources", "check", SEEN_BY, 200, ONE, instead=others(SEEN_BY)),
    Rule(POST, "suspects:check_sources", "check", HOLDER, 302, WRITE, send.ask_again, instead=others(HOLDER)),
    Rule(GET, "suspects:vehicle", "vehicle", INTELLIGENCE, 200, ONE),
    Rule(GET, "suspects:address", "address", INTELLIGENCE, 200, ONE),
    # What they say is typed before anything of the record is shown: no look, no entry.
    Rule(GET, "suspects:identity", "person", INTELLIGENCE, 200, NONE),
    Rule(POST, "suspects:identity", "person", INTELLIGENCE, 302, WRITE, send.said),
    Rule(GET, "suspects:identity_check", "identity", HOLDER, 200, ONE, instead=others(HOLDER)),
    Rule(POST, "suspects:identity_check", "identity", HOLDER, 302, WRITE, send.answer, instead=others(HOLDER)),
    Rule(GET, "suspects:receipt", "receipt", SEEN_BY, 200, ONE, instead=others(SEEN_BY)),
    Rule(GET, "suspects_api:stops", "", INTELLIGENCE, 200, NONE),
    Rule(POST, "suspects_api:stops", "", INTELLIGENCE, 201, WRITE, send.api_stop),
    Rule(DELETE, "suspects_api:stops", "", INTELLIGENCE, 204, WRITE),
    Rule(POST, "suspects_api:checks", "", INTELLIGENCE, 201, ONE, send.api_search),
    Rule(GET, "suspects_api:check", "check", SEEN_BY, 200, ONE, instead=others(SEEN_BY)),
    Rule(POST, "suspects_api:identity", "person", INTELLIGENCE, 201, WRITE, send.api_said),
    Rule(GET, "suspects_api:identity_check", "identity", HOLDER, 200, ONE, instead=others(HOLDER)),
    Rule(
        POST, "suspects_api:identity_answers", "identity", HOLDER, 201, WRITE, send.api_answer, instead=others(HOLDER)
    ),
    Rule(POST, "suspects_api:identity_end", "identity", HOLDER, 200, WRITE, send.verdict, instead=others(HOLDER)),
)

WANTED_RULES = (
    Rule(GET, "suspects:wanted", "", INTELLIGENCE, 200, ONE),
    Rule(POST, "suspects:wanted", "", INTELLIGENCE, 200, ONE, send.near, variant="near"),
    Rule(POST, "suspects:wanted_count", "", INTELLIGENCE, 200, NONE),
    Rule(GET, "suspects:wanted_card", "wanted", INTELLIGENCE, 200, ONE),
    Rule(GET, "suspects:person", "person", INTELLIGENCE, 200, ONE),
    Rule(POST, "suspects:person", "person", INTELLIGENCE, 302, WRITE, send.child),
    Rule(GET, "suspects:image", "image", INTELLIGENCE, 200, ONE),
    Rule(GET, "suspects:document", "document", INTELLIGENCE, 200, ONE),
    Rule(GET, "suspects:reserve", "wanted", INTELLIGENCE, 200, ONE),
    # A refusal is shown on the page that was tapped, in words.
    Rule(POST, "suspects:reserve", "wanted", STREET, 302, WRITE, send.tap, instead=others(STREET, 403)),
    Rule(GET, "suspects:reservation", "reservation", SEEN_BY, 200, ONE, instead=others(SEEN_BY)),
    Rule(GET, "suspects:result", "reservation", SEEN_BY, 200, ONE, instead=others(SEEN_BY)),
    Rule(POST, "suspects:result", "reservation", SEEN_BY, 302, WRITE, send.result, instead=others(SEEN_BY)),
    *(
        Rule(POST, f"suspects:{verb}", "reservation", HOLDER, 302, WRITE, sends, instead=ON_PAGE)
        for verb, sends in {
            "extend": None,
            "en_route": None,
            "attempted": None,
            "plan": send.plan,
            "acknowledge": None,
            "release": send.form_reason,
        }.items()
    ),
    Rule(POST, "suspects:hand_over", "reservation", HOLDER, 302, WRITE, send.hand_over, instead=ON_PAGE),
    Rule(
        POST,
        "suspects:override",
        "reservation",
        DECIDERS,
        302,
        WRITE,
        send.form_reason,
        instead=others(DECIDERS, but={OFFICER: 403}),
    ),
    Rule(GET, "suspects_api:wanted", "", INTELLIGENCE, 200, ONE),
    Rule(POST, "suspects_api:wanted", "", CIRCULATORS | STREET, 201, WRITE, send.opened),
    Rule(POST, "suspects_api:wanted_near", "", INTELLIGENCE, 200, ONE, send.api_near),
    Rule(GET, "suspects_api:wanted_one", "wanted", INTELLIGENCE, 200, ONE),
    Rule(GET, "suspects_api:wanted_history", "wanted", INTELLIGENCE, 200, ONE),
    Rule(POST, "suspects_api:wanted_approve", "draft", CIRCULATORS, 200, WRITE, sent.nothing),
    Rule(POST, "suspects_api:wanted_band", "wanted", CIRCULATORS, 200, WRITE, send.band),
    Rule(POST, "suspects_api:wanted_cancel", "wanted", CIRCULATORS, 200, WRITE, send.reason),
    Rule(POST, "suspects_api:wanted_reactivate", "custody", CIRCULATORS, 200, WRITE, send.reason),
    Rule(POST, "suspects_api:reserve", "wanted", STREET, 201, WRITE, send.api_tap),
    Rule(GET, "suspects_api:reservation", "reservation", SEEN_BY, 200, ONE, instead=others(SEEN_BY)),
    *(
        Rule(POST, f"suspects_api:{verb}", "reservation", HOLDER, 200, WRITE, sends, instead=LOOKERS)
        for verb, sends in {
            "extend": sent.nothing,
            "en_route": sent.nothing,
            "attempted": sent.nothing,
            "plan": send.api_plan,
            "acknowledge": sent.nothing,
            "necessity": send.necessity,
            "release": send.reason,
        }.items()
    ),
    # A lease that is as long as it can be grows by nothing: nothing to keep.
    Rule(POST, "suspects_api:touch", "reservation", HOLDER, 200, NONE, sent.nothing, instead=LOOKERS),
    Rule(
        POST, "suspects_api:hand_over", "reservation", HOLDER, 200, WRITE, send.api_hand_over, instead={SERGEANT: 403}
    ),
    Rule(POST, "suspects_api:override", "reservation", DECIDERS, 200, WRITE, send.reason),
    Rule(POST, "suspects_api:result", "reservation", SEEN_BY, 200, WRITE, send.api_result),
    Rule(GET, "suspects_api:operations", "", CIRCULATORS, 200, ONE),
    Rule(POST, "suspects_api:operations", "", CIRCULATORS, 201, WRITE, send.operation),
    Rule(
        POST,
        "suspects_api:end_operation",
        "operation",
        OWNER,
        200,
        WRITE,
        sent.nothing,
        instead=dict.fromkeys(CIRCULATORS - OWNER, 404),
    ),
)

CURFEW_RULES = (
    Rule(GET, "suspects:curfews", "", INTELLIGENCE, 200, ONE),
    # Ids and metres of a list that was read before.
    Rule(POST, "suspects:curfews", "", INTELLIGENCE, 200, NONE, send.position),
    Rule(GET, "suspects:curfew_door", "curfew", INTELLIGENCE, 200, ONE),
    Rule(POST, "suspects:curfew_door", "curfew", INTELLIGENCE, 200, ONE, send.knock),
    Rule(POST, "suspects:curfew_check", "curfew", STREET, 302, WRITE, send.at_door),
    Rule(GET, "suspects:curfew_photo", "curfew check", INTELLIGENCE, 200, ONE),
    Rule(POST, "suspects:curfew_quiet_hours", "curfew", DECIDERS, 302, WRITE, send.inspector),
    Rule(GET, "suspects:breaches", "", INTELLIGENCE, 200, ONE),
    Rule(GET, "suspects:breach", "breach", INTELLIGENCE, 200, ONE),
    Rule(POST, "suspects:breach_note", "breach", HOLDER, 302, WRITE, send.statement, instead={SERGEANT: 403}),
    Rule(POST, "suspects:breach_decision", "breach", DECIDERS, 302, WRITE, send.decision),
    Rule(GET, "suspects_api:curfews", "", INTELLIGENCE, 200, ONE),
    Rule(POST, "suspects_api:curfews", "", INTELLIGENCE, 200, ONE, send.api_position),
    Rule(GET, "suspects_api:curfew_checks", "curfew", INTELLIGENCE, 200, ONE),
    Rule(POST, "suspects_api:curfew_checks", "curfew", STREET, 201, WRITE, send.api_at_door),
    Rule(GET, "suspects_api:breaches", "", INTELLIGENCE, 200, ONE),
    Rule(GET, "suspects_api:breach", "breach", INTELLIGENCE, 200, ONE),
    Rule(POST, "suspects_api:breach", "breach", DECIDERS, 200, WRITE, send.api_decision),
    Rule(GET, "suspects_api:person_bail", "person", INTELLIGENCE, 200, ONE),
    Rule(POST, "suspects_api:person_bail", "person", INTELLIGENCE, 200, ONE, send.api_position),
    Rule(POST, "suspects_api:bail", "", RECORDERS, 201, WRITE, send.bail),
    Rule(POST, "suspects_api:bail_cancel", "bail", RECORDERS, 200, WRITE, send.reason),
    Rule(POST, "suspects_api:condition_vary", "curfew", RECORDERS, 201, WRITE, send.varied),
    Rule(POST, "suspects_api:condition_cancel", "curfew", RECORDERS, 200, WRITE, send.reason),
)

PEOPLE_RULES = (
    Rule(GET, "suspects_api:people", "", RECORDERS, 200, ONE),
    Rule(POST, "suspects_api:people", "", RECORDERS, 201, WRITE, send.person),
    Rule(GET, "suspects_api:person", "person", INTELLIGENCE, 200, ONE),
    Rule(PATCH, "suspects_api:person", "person", RECORDERS, 200, WRITE, send.change),
    Rule(POST, "suspects_api:person_names", "person", RECORDERS, 201, WRITE, send.name),
    Rule(POST, "suspects_api:person_identifiers", "person", RECORDERS, 201, WRITE, send.number),
    Rule(POST, "suspects_api:person_contacts", "person", RECORDERS, 201, WRITE, send.contact),
    Rule(POST, "suspects_api:person_images", "person", RECORDERS, 201, WRITE, send.image),
    Rule(POST, "suspects_api:vehicles", "", RECORDERS, 201, WRITE, send.vehicle),
    Rule(GET, "suspects_api:vehicle", "vehicle", INTELLIGENCE, 200, ONE),
    Rule(POST, "suspects_api:addresses", "", RECORDERS, 201, WRITE, send.address),
    Rule(GET, "suspects_api:address", "address", INTELLIGENCE, 200, ONE),
    Rule(POST, "suspects_api:organisations", "", RECORDERS, 201, WRITE, send.organisation),
    Rule(GET, "suspects_api:organisation", "organisation", INTELLIGENCE, 200, ONE),
    Rule(GET, "suspects_api:links", "", INTELLIGENCE, 200, ONE, send.of_person),
    Rule(POST, "suspects_api:links", "", RECORDERS, 201, WRITE, send.joined),
    Rule(POST, "suspects_api:link", "joined", RECORDERS, 200, WRITE, send.confirm_link),
    Rule(GET, "suspects_api:markers", "", INTELLIGENCE, 200, ONE, send.of_vehicle),
    Rule(POST, "suspects_api:markers", "", RECORDERS, 201, WRITE, send.warned),
    Rule(POST, "suspects_api:marker", "marker", RECORDERS, 200, WRITE, send.confirm_marker),
    Rule(GET, "suspects_api:intelligence", "", INTELLIGENCE, 200, ONE),
    Rule(POST, "suspects_api:intelligence", "", IMPORTERS, 201, WRITE, send.report),
    Rule(GET, "suspects_api:report", "report", INTELLIGENCE, 200, ONE),
    Rule(POST, "suspects_api:report", "report", IMPORTERS, 200, WRITE, send.regrade),
    # Counts, lines and what was wrong: never what a row said.
    Rule(GET, "suspects_api:imports", "", IMPORTERS, 200, NONE),
    Rule(POST, "suspects_api:imports", "", IMPORTERS, 201, WRITE, send.nominals),
    Rule(GET, "suspects_api:import", "import", IMPORTERS, 200, NONE),
    Rule(GET, "suspects_api:import_problems", "import", IMPORTERS, 200, NONE),
)

RULES = (*CHECK_RULES, *WANTED_RULES, *CURFEW_RULES, *PEOPLE_RULES)
