"""Who may do what over HTTP: one line for every route and method. A route that is not here fails the tests.

Read a line as: METHOD route, what its address names, who may, what they get, what the audit trail keeps.
Everybody else who is signed in gets 403. Another force's thing is 404 to those who may, word for word as if it were not
there. Who is not signed in is sent to sign in (pages: 302) or told 401 (API).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from core.roles import (
    ADMIN,
    AUDITOR,
    CALL_HANDLER,
    DISCLOSURE_OFFICER,
    DISPATCHER,
    EVIDENCE_MANAGER,
    INTEL,
    INVESTIGATOR,
    OFFICER,
    PARTNER_AGENCY,
    PROFESSIONAL_STANDARDS,
    RECORDS,
    SERGEANT,
    SUPERVISOR,
)
from tests.integration.walls import sent

# --- groups of roles, by what they share in STANDARDS 14.3
DESK = frozenset({CALL_HANDLER, DISPATCHER, SUPERVISOR, OFFICER, SERGEANT})  # at work on incidents, may watch
OPENERS = frozenset({CALL_HANDLER, SUPERVISOR})  # open incidents, send and end video links
TALKERS = OPENERS | {DISPATCHER}  # write to the caller
LOGGERS = DESK | {INVESTIGATOR}  # write in the log
READERS = DESK | {INTEL, INVESTIGATOR, DISCLOSURE_OFFICER, EVIDENCE_MANAGER}  # read incidents
LISTERS = READERS | {RECORDS}  # see the queue; records without places
EXHIBITS = DESK | {INVESTIGATOR, DISCLOSURE_OFFICER, EVIDENCE_MANAGER}  # open exhibits
CHECKERS = frozenset({SUPERVISOR, INVESTIGATOR, EVIDENCE_MANAGER})  # have a seal checked
NO_CONTENT = frozenset({PROFESSIONAL_STANDARDS, AUDITOR, PARTNER_AGENCY, ADMIN})  # see none of it
STAFF = LISTERS | NO_CONTENT  # whoever is signed in
NOBODY: frozenset[str] = frozenset()  # no person: a provider who proves itself by signature

# --- what the audit trail keeps of one request
Entry = Literal["one", "write", "none"]
ONE: Entry = "one"  # a reading: exactly one entry
WRITE: Entry = "write"  # a change: at least one entry
NONE: Entry = "none"  # nothing personal in it: no entry

Maker = Callable[[sent.Place], sent.Sent]
About = Literal["", "incident", "call", "waiting call", "chat", "exhibit", "item", "link", "text"]


@dataclass(frozen=True)
class Rule:
    """`sends` makes what the request carries; `variant` tells two uses of one route apart."""

    method: str
    route: str
    about: About
    who: frozenset[str]
    gets: int
    keeps: Entry
    sends: Maker | None = None
    variant: str = ""
    public: bool = False  # also without signing in

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.method, self.route, self.variant) if part)

    @property
    def is_api(self) -> bool:
        return "_api:" in self.route


def public(
    method: str, route: str, about: About, gets: int, keeps: Entry, sends: Maker | None = None, variant: str = ""
) -> Rule:
    return Rule(method, route, about, STAFF, gets, keeps, sends, variant, public=True)


GET, POST = "GET", "POST"

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
    Rule(GET, "incidents_api:log", "incident", READERS, 200, ONE),
    Rule(POST, "incidents_api:log", "incident", LOGGERS, 201, WRITE, sent.api_entry),
    Rule(GET, "incidents_api:grades", "", STAFF, 200, NONE),
    Rule(GET, "incidents_api:categories", "", STAFF, 200, NONE),
    # --- video, pages
    Rule(GET, "streaming:panel", "incident", DESK, 200, ONE),
    Rule(POST, "streaming:send_link", "incident", OPENERS, 302, WRITE, sent.link),
    Rule(POST, "streaming:send_link", "incident", OPENERS, 200, WRITE, sent.link_by_htmx, variant="in the panel"),
    Rule(POST, "streaming:send_link", "incident", OPENERS, 422, ONE, sent.bad_link, variant="bad number"),
    Rule(GET, "streaming:watch", "call", DESK, 200, ONE),
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
)
