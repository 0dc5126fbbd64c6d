"""Roles (STANDARDS 14.3) as code with prose: what each may do, in one table a supervisor could read.

A capability is `area.verb`. Services ask `core.permissions.check(actor, capability)`; nothing else decides who may.
"""

from __future__ import annotations

from dataclasses import dataclass

CALL_HANDLER = "call_handler"
DISPATCHER = "dispatcher"
SUPERVISOR = "supervisor"
OFFICER = "officer"
SERGEANT = "sergeant"
INTEL = "intel"
INVESTIGATOR = "investigator"
DISCLOSURE_OFFICER = "disclosure_officer"
EVIDENCE_MANAGER = "evidence_manager"
RECORDS = "records"
PROFESSIONAL_STANDARDS = "professional_standards"
AUDITOR = "auditor"
PARTNER_AGENCY = "partner_agency"
ADMIN = "admin"


@dataclass(frozen=True, kw_only=True)
class Role:
    """`can` and `cannot` are prose for people; `capabilities` is what the code checks."""

    code: str
    label: str
    can: str
    cannot: str
    capabilities: frozenset[str]


_VIEW = {"incident.view", "incident.list"}
_DESK = _VIEW | {"incident.log", "video.watch", "evidence.view"}
_LINK = {"video.send_link", "video.revoke_link", "video.end", "video.chat", "video.snapshot", "video.attach_feed"} | {
    "video.two_way"
}
_TRANSFER = {"transfer.share", "transfer.accept"}
# asking a supervisor for a lower grade or for closing; THRIVE; putting right what the caller said; M/ETHANE
_RISK = {"incident.ask", "incident.assess"}
_FACTS = {"incident.amend"}
_METHANE = {"incident.methane"}
# restricted log entries of others: reading them, which whoever reveals a case needs too (STANDARDS 11: all relevant
# material, sensitive material on its own schedule), and marking or lifting one afterwards
_READ_RESTRICTED = {"incident.read_restricted"}
_RESTRICTED = _READ_RESTRICTED | {"incident.restrict"}
_INTELLIGENCE = {"person.check", "person.view", "intel.view", "wanted.view", "curfew.view"}
_STREET = _INTELLIGENCE | {"wanted.reserve", "curfew.check", "duty.book", "unit.own"}
_WANTED_BOARD = {"person.write", "wanted.write", "wanted.override", "operation.manage", "curfew.review"}

ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        Role(
            code=CALL_HANDLER,
            label="Call handler",
            can="Open incidents, write the log, send video links, watch, chat, take snapshots, check with a reason.",
            cannot="Close another's risk assessment, delete, export evidence.",
            capabilities=frozenset(
                _DESK
                | _LINK
                | _TRANSFER
                | _INTELLIGENCE
                | _RISK
                | _FACTS
                | _METHANE
                | {"incident.open", "incident.grade_up", "duty.book", "video.share"}
            ),
        ),
        Role(
            code=DISPATCHER,
            label="Dispatcher",
            can="Deploy resources, change states, watch live video, write the log, check with a reason.",
            cannot="Edit what the caller said.",
            capabilities=frozenset(
                _DESK
                | _INTELLIGENCE
                | _RISK
                | _METHANE
                | {
                    "incident.deploy",
                    "incident.grade_up",
                    "transfer.share",
                    "video.chat",
                    "video.snapshot",
                    "marker.health",
                    "duty.book",
                }
            ),
        ),
        Role(
            code=SUPERVISOR,
            label="Supervisor (FIM, FDO)",
            can="Grade down, re-open, declare a major incident, approve closing, everything a call handler may; "
            "read restricted log entries, restrict one or lift it.",
            cannot="Alter the log.",
            capabilities=frozenset(
                _DESK
                | _LINK
                | _TRANSFER
                | _INTELLIGENCE
                | _WANTED_BOARD
                | _RISK
                | _FACTS
                | _METHANE
                | _RESTRICTED
                | {
                    "incident.reopen",
                    "incident.major",
                    "marker.health",
                    "checks.supervise",
                    "desk.supervise",
                    "video.engines",
                    "video.share",
                    "video.unshare_any",
                    "duty.book",
                    "incident.open",
                    "incident.grade_up",
                    "incident.grade_down",
                    "incident.close",
                    "incident.deploy",
                    "evidence.verify",
                }
            ),
        ),
        Role(
            code=OFFICER,
            label="Officer",
            can="See incidents, watch live video on the phone, write the log, check people, reserve a wanted person, "
            "check curfews.",
            cannot="Download the wanted gallery; see health markers.",
            capabilities=frozenset(_DESK | _STREET | _METHANE | {"video.snapshot", "video.two_way"}),
        ),
        Role(
            code=SERGEANT,
            label="Sergeant",
            can="What an officer may; approve statement overrides, open wanted records, reassign, review curfews.",
            cannot="Approve their own work.",
            capabilities=frozenset(
                _DESK
                | _STREET
                | _WANTED_BOARD
                | _METHANE
                | {"video.snapshot", "video.two_way", "marker.health", "checks.supervise"}
            ),
        ),
        Role(
            code=INTEL,
            label="Intelligence",
            can="Grade and disseminate intelligence, view subjects.",
            cannot="See the identity of a source: it is never held here.",
            capabilities=frozenset(
                _VIEW
                | _INTELLIGENCE
                | {"person.write", "intel.write", "marker.health", "wanted.write", "operation.manage", "import.run"}
            ),
        ),
        Role(
            code=INVESTIGATOR,
            label="Investigator, officer in the case",
            can="Build case bundles, view exhibits, check them; read restricted log entries.",
            cannot="Decide disclosure; restrict an entry or lift it.",
            capabilities=frozenset(
                _VIEW
                | _INTELLIGENCE
                | _READ_RESTRICTED
                | {"incident.log", "evidence.view", "evidence.verify", "person.write"}
            ),
        ),
        Role(
            code=DISCLOSURE_OFFICER,
            label="Disclosure officer",
            can="Prepare schedules; view exhibits; read restricted log entries.",
            cannot="Edit evidence; restrict an entry or lift it.",
            capabilities=frozenset(_VIEW | _READ_RESTRICTED | {"evidence.view"}),
        ),
        Role(
            code=EVIDENCE_MANAGER,
            label="Evidence manager",
            can="Continuity, write-once storage, checks, disposal requests.",
            cannot="Approve their own disposal.",
            capabilities=frozenset(_VIEW | {"evidence.view", "evidence.verify", "evidence.manage"}),
        ),
        Role(
            code=RECORDS,
            label="Records",
            can="Review retention.",
            cannot="View content beyond need.",
            capabilities=frozenset({"incident.list"}),
        ),
        Role(
            code=PROFESSIONAL_STANDARDS,
            label="Professional standards",
            can="Search the audit trail.",
            cannot="Write anything operational.",
            capabilities=frozenset({"audit.read", "checks.supervise"}),
        ),
        Role(
            code=AUDITOR,
            label="Data protection officer, auditor",
            can="Read the audit trail and statistics.",
            cannot="See content.",
            capabilities=frozenset({"audit.read"}),
        ),
        Role(
            code=PARTNER_AGENCY,
            label="Partner agency",
            can="See incidents shared with them, for as long as they are shared.",
            cannot="Search people; share onward.",
            capabilities=frozenset(),
        ),
        Role(
            code=ADMIN,
            label="Administrator",
            can="Manage users, roles, codes and message texts.",
            cannot="See content: no incident, log, video or exhibit.",
            capabilities=frozenset({"config.manage"}),
        ),
    )
}

ROLE_CHOICES = [(role.code, role.label) for role in ROLES.values()]
CAPABILITIES = frozenset().union(*(role.capabilities for role in ROLES.values()))


def capabilities_of(roles: frozenset[str]) -> frozenset[str]:
    """Everything these roles together may do; unknown codes give nothing."""
    return frozenset().union(*(ROLES[code].capabilities for code in roles if code in ROLES))
