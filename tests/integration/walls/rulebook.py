"""Who may do what over HTTP: one line for every route and method. A route that is not here fails the tests.

Read a line as: METHOD route, what its address names, who may, what they get, what the audit trail keeps.
Everybody else who is signed in gets 403. Another force's thing is 404 to those who may, word for word as if it were not
there. Who is not signed in is sent to sign in (pages: 302) or told 401 (API).
"""

from __future__ import annotations

from tests.integration.walls import (
    rules_calls,
    rules_care,
    rules_desk,
    rules_desk2,
    rules_dispatch,
    rules_faults,
    rules_feeds,
    rules_field,
    rules_guests,
    rules_log,
    rules_partners,
    rules_picture,
    rules_place,
    rules_rewind,
    rules_risk,
    rules_suspects,
    rules_upload,
    sent,
)
from tests.integration.walls.rule import (
    CHECKERS,
    DELETE,
    DESK,
    ENGINEERS,
    EXHIBITS,
    GET,
    LISTERS,
    LOGGERS,
    NOBODY,
    NONE,
    ONE,
    OPENERS,
    PATCH,
    POST,
    READERS,
    SHOWN,
    STAFF,
    TALKERS,
    WRITE,
    Rule,
    public,
)

RULES: tuple[Rule, ...] = (
    # --- the front door
    public(GET, "core:sign_in", "", 200, NONE),
    public(POST, "core:sign_in", "", 302, WRITE, sent.password),
    public(POST, "core:sign_in", "", 422, WRITE, sent.wrong_password, variant="wrong password"),
    Rule(POST, "core:sign_out", "", STAFF, 302, NONE),
    public(GET, "core:healthz", "", 200, NONE),
    public(GET, "core:readyz", "", 200, NONE),
    public(GET, "metrics", "", 200, NONE),
    public(GET, "api_schema", "", 200, NONE),
    # --- incidents, pages
    Rule(GET, "incidents:console", "", LISTERS, 200, ONE),
    Rule(GET, "incidents:queue", "", LISTERS, 200, ONE),
    Rule(GET, "incidents:units", "", LISTERS, 200, NONE),
    Rule(GET, "incidents:row", "incident", LISTERS, 200, ONE),
    Rule(GET, "incidents:detail", "incident", READERS, 200, ONE),
    Rule(GET, "incidents:head", "incident", READERS, 200, ONE),
    Rule(GET, "incidents:log", "incident", READERS, 200, ONE),
    Rule(POST, "incidents:log", "incident", LOGGERS, 302, WRITE, sent.entry),
    Rule(GET, "incidents:new", "", OPENERS, 200, ONE),
    Rule(POST, "incidents:new", "", OPENERS, 302, WRITE, sent.intake),
    Rule(POST, "incidents:new", "", OPENERS, 422, ONE, sent.half_intake, variant="half filled in"),
    # --- incidents, API
    Rule(GET, "incidents_api:incidents", "", READERS, 200, ONE),
    Rule(GET, "incidents_api:incidents", "", READERS, 200, ONE, sent.reference, variant="by reference"),
    Rule(POST, "incidents_api:incidents", "", OPENERS, 201, WRITE, sent.api_incident),
    Rule(GET, "incidents_api:incident", "incident", READERS, 200, ONE),
    Rule(GET, "incidents:log_check", "incident", READERS, 200, ONE),
    Rule(GET, "incidents_api:log_check", "incident", READERS, 200, ONE),
    Rule(GET, "incidents_api:log", "incident", READERS, 200, ONE),
    Rule(POST, "incidents_api:log", "incident", LOGGERS, 201, WRITE, sent.api_entry),
    Rule(GET, "incidents_api:grades", "", STAFF, 200, NONE),
    Rule(GET, "incidents_api:categories", "", STAFF, 200, NONE),
    # --- on duty and off
    Rule(POST, "incidents:book_on", "", DESK, 302, WRITE, sent.shift),
    Rule(POST, "incidents:book_off", "", DESK, 302, NONE),  # a supervisor off duty: no shift to end
    Rule(GET, "incidents_api:on_duty", "", READERS, 200, ONE),
    Rule(GET, "incidents_api:own_duty", "", STAFF, 200, NONE),
    Rule(POST, "incidents_api:book_on", "", DESK, 200, WRITE, sent.api_shift),
    Rule(POST, "incidents_api:book_off", "", DESK, 200, NONE, sent.nothing),
    # --- video, pages
    Rule(GET, "streaming:panel", "incident", DESK, 200, ONE),
    Rule(POST, "streaming:send_link", "incident", OPENERS, 302, WRITE, sent.link),
    Rule(POST, "streaming:send_link", "incident", OPENERS, 200, WRITE, sent.link_by_htmx, variant="in the panel"),
    Rule(POST, "streaming:send_link", "incident", OPENERS, 422, ONE, sent.bad_link, variant="bad number"),
    Rule(GET, "streaming:watch", "call", DESK, 200, ONE),
    Rule(GET, "streaming:engines", "", ENGINEERS, 200, NONE),
    Rule(GET, "streaming:wall", "", DESK, 200, ONE),
    Rule(POST, "streaming:two_way", "call", SHOWN, 302, WRITE),
    Rule(POST, "streaming:two_way_stop", "call", SHOWN, 302, NONE),  # nobody is shown: nothing to stop
    Rule(GET, "streaming:incident_wall", "incident", DESK, 200, ONE),
    Rule(POST, "streaming:resend", "waiting call", OPENERS, 302, WRITE),
    Rule(POST, "streaming:revoke", "call", OPENERS, 302, WRITE),
    Rule(POST, "streaming:end", "call", OPENERS, 302, WRITE),
    Rule(GET, "streaming:chat", "call", DESK, 200, ONE),
    Rule(POST, "streaming:chat", "call", TALKERS, 302, WRITE, sent.message),
    # The reading of the message left its entry already; this only says that it was on the screen.
    Rule(POST, "streaming:chat", "call", DESK, 204, NONE, sent.seen, variant="seen"),
    Rule(POST, "streaming:snapshot", "call", DESK, 201, WRITE, sent.snapshot),
    Rule(GET, "streaming:outbox", "", OPENERS, 200, ONE),
    # --- video, API
    Rule(GET, "streaming_api:incident_links", "incident", DESK, 200, ONE),
    Rule(POST, "streaming_api:incident_links", "incident", OPENERS, 201, WRITE, sent.api_link),
    Rule(GET, "streaming_api:link_preview", "", STAFF, 200, NONE),
    Rule(GET, "streaming_api:sessions", "", DESK, 200, ONE),
    Rule(GET, "streaming_api:session", "call", DESK, 200, ONE),
    Rule(POST, "streaming_api:resend", "waiting call", OPENERS, 200, WRITE, sent.nothing),
    Rule(POST, "streaming_api:extend", "waiting call", OPENERS, 200, WRITE, sent.nothing),
    Rule(POST, "streaming_api:revoke", "call", OPENERS, 200, WRITE, sent.nothing),
    Rule(POST, "streaming_api:end", "call", OPENERS, 200, WRITE, sent.nothing),
    # --- the caller's page: whoever holds the link, of whatever force; it shows nothing about anybody
    public(GET, "streaming:caller", "link", 200, NONE),
    public(POST, "streaming:claim", "link", 303, WRITE, sent.tap),
    public(GET, "streaming:phone_words", "", 200, NONE),
    # --- the phone's own film on an exhibit's page: this exhibit has none
    Rule(GET, "streaming:exhibit_phone", "exhibit", EXHIBITS, 404, NONE),
    # --- film from the caller's phone: from the browser that holds the call's link, never for a sign-in
    Rule(GET, "streaming:phone_pieces", "call", NOBODY, 403, NONE),
    Rule(POST, "streaming:phone_pieces", "call", NOBODY, 403, NONE, sent.nothing),
    Rule(GET, "streaming:phone_piece", "phone piece", NOBODY, 403, NONE),
    Rule(PATCH, "streaming:phone_piece", "phone piece", NOBODY, 403, NONE, sent.nothing),
    Rule(DELETE, "streaming:phone_piece", "phone piece", NOBODY, 403, NONE),
    # --- text providers: believed for a signature, never for a sign-in
    Rule(POST, "streaming_callbacks:twilio", "text", NOBODY, 403, NONE, sent.unsigned_report),
    Rule(POST, "streaming_callbacks:notify", "", NOBODY, 403, NONE, sent.unsigned_report),
    # --- evidence, pages
    Rule(GET, "evidence:panel", "incident", EXHIBITS, 200, ONE),
    Rule(GET, "evidence:exhibit", "exhibit", EXHIBITS, 200, ONE),
    Rule(GET, "evidence:playback", "exhibit", EXHIBITS, 200, ONE),
    Rule(GET, "evidence:item", "item", EXHIBITS, 200, ONE),
    Rule(GET, "evidence:item", "item", EXHIBITS, 206, ONE, sent.byte_range, variant="a range"),
    Rule(POST, "evidence:verify", "exhibit", CHECKERS, 302, WRITE),
    # --- evidence, API
    Rule(GET, "evidence_api:exhibits", "", EXHIBITS, 200, ONE),
    Rule(GET, "evidence_api:exhibit", "exhibit", EXHIBITS, 200, ONE),
    Rule(GET, "evidence_api:items", "", EXHIBITS, 200, ONE),
    Rule(GET, "evidence_api:item", "item", EXHIBITS, 200, ONE),
    # --- the desk: search, screens
    *rules_desk.RULES,
    *rules_desk2.RULES,
    # --- calls and callers
    *rules_calls.RULES,
    # --- whom to send, States, State 0
    *rules_dispatch.RULES,
    # --- what was away
    *rules_faults.RULES,
    # --- exposure guard, graphic minutes, hand-overs
    *rules_care.RULES,
    # --- cameras that are no callers' phones
    *rules_feeds.RULES,
    # --- the officer's own unit
    *rules_field.RULES,
    # --- other agencies
    *rules_partners.RULES,
    # --- partners' guests
    *rules_guests.RULES,
    # --- the gap ledger, and looking back
    *rules_rewind.RULES,
    *rules_log.RULES,
    # --- marks, descriptions, what is put on the caller's screen
    *rules_picture.RULES,
    # --- risk, grade and closing
    *rules_risk.RULES,
    # --- people, checks, wanted people, curfews
    *rules_suspects.RULES,
    *rules_upload.RULES,
    # --- where it is
    *rules_place.RULES,
)
