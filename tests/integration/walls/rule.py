"""The shape of a line of the rulebook, and the groups of roles it speaks of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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
ENGINEERS = frozenset({SUPERVISOR})  # see how full the video service is, for every force, and nobody's data
NO_CONTENT = frozenset({PROFESSIONAL_STANDARDS, AUDITOR, PARTNER_AGENCY, ADMIN})  # see none of it
STAFF = LISTERS | NO_CONTENT  # whoever is signed in
INTELLIGENCE = DESK | {INTEL, INVESTIGATOR}  # check and look at people
STREET = frozenset({OFFICER, SERGEANT})  # reserve and knock
SHOWN = OPENERS | STREET  # may show a caller their own camera
RECORDERS = frozenset({SUPERVISOR, SERGEANT, INTEL, INVESTIGATOR})  # write about people and things
CIRCULATORS = frozenset({SUPERVISOR, SERGEANT, INTEL})  # open wanted records, run operations
DECIDERS = frozenset({SUPERVISOR, SERGEANT})  # take somebody back, decide breaches, supervise checks
NOBODY: frozenset[str] = frozenset()  # no person: a provider who proves itself by signature

# --- what the audit trail keeps of one request
Entry = Literal["one", "write", "none"]
ONE: Entry = "one"  # a reading: exactly one entry
WRITE: Entry = "write"  # a change: at least one entry
NONE: Entry = "none"  # nothing personal in it: no entry

Maker = Callable[[sent.Place], sent.Sent]
About = str  # "", or a name of `Place.arguments`


@dataclass(frozen=True)
class Rule:
    """`sends` makes what the request carries; `variant` tells two uses of one route apart.

    `instead`: what those roles get that may do this in general, but not with this very thing: it is another officer's.
    """

    method: str
    route: str
    about: About
    who: frozenset[str]
    gets: int
    keeps: Entry
    sends: Maker | None = None
    variant: str = ""
    public: bool = False  # also without signing in
    instead: Mapping[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.method, self.route, self.variant) if part)

    @property
    def visitor(self) -> str | None:
        """Somebody who may; a supervisor where a supervisor may. None where nobody signs in."""
        return None if self.public else SUPERVISOR if SUPERVISOR in self.who else min(self.who, default=None)

    @property
    def asked(self) -> frozenset[str]:
        """Who is told that a thing is not there, when it is not."""
        return self.who | frozenset(self.instead)

    @property
    def is_api(self) -> bool:
        return "_api:" in self.route


def public(
    method: str, route: str, about: About, gets: int, keeps: Entry, sends: Maker | None = None, variant: str = ""
) -> Rule:
    return Rule(method, route, about, STAFF, gets, keeps, sends, variant, public=True)


GET, POST, PATCH, DELETE = "GET", "POST", "PATCH", "DELETE"
