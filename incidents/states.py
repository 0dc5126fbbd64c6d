"""Codes and lifecycles of incidents, as data. `docs/states/` is drawn from the transition tables."""

from __future__ import annotations

from django.db import models


class IncidentStatus(models.TextChoices):
    OPEN = "OPEN", "Open"
    CLOSED = "CLOSED", "Closed"


INITIAL_INCIDENT_STATUS = IncidentStatus.OPEN
INCIDENT_TRANSITIONS: dict[str, frozenset[str]] = {
    IncidentStatus.OPEN: frozenset({IncidentStatus.CLOSED}),
    IncidentStatus.CLOSED: frozenset({IncidentStatus.OPEN}),
}


class AssignmentStatus(models.TextChoices):
    """Where a unit is on its way; the numbers of the State codes are the force's (`ResourceStatus`)."""

    ASSIGNED = "ASSIGNED", "Assigned"
    EN_ROUTE = "EN_ROUTE", "En route"
    AT_SCENE = "AT_SCENE", "At scene"
    STOOD_DOWN = "STOOD_DOWN", "Stood down"


INITIAL_ASSIGNMENT_STATUS = AssignmentStatus.ASSIGNED
ASSIGNMENT_TRANSITIONS: dict[str, frozenset[str]] = {
    AssignmentStatus.ASSIGNED: frozenset(
        {AssignmentStatus.EN_ROUTE, AssignmentStatus.AT_SCENE, AssignmentStatus.STOOD_DOWN}
    ),
    AssignmentStatus.EN_ROUTE: frozenset({AssignmentStatus.AT_SCENE, AssignmentStatus.STOOD_DOWN}),
    AssignmentStatus.AT_SCENE: frozenset({AssignmentStatus.STOOD_DOWN}),
    AssignmentStatus.STOOD_DOWN: frozenset(),
}

# The unit's State that goes with each step of an assignment (STANDARDS 2.9).
STATE_OF_ASSIGNMENT: dict[str, str] = {
    AssignmentStatus.EN_ROUTE: "5",
    AssignmentStatus.AT_SCENE: "6",
    AssignmentStatus.STOOD_DOWN: "2",
}


class Channel(models.TextChoices):
    """How a contact reached the force (STANDARDS 2.2)."""

    C999 = "999", "999"
    C112 = "112", "112"
    C101 = "101", "101"
    SOH_WEB = "SOH_WEB", "Single Online Home"
    WEBCHAT = "WEBCHAT", "Web chat"
    SOCIAL = "SOCIAL", "Social media"
    EMAIL = "EMAIL", "Email"
    FRONT_COUNTER = "FRONT_COUNTER", "Front counter"
    RELAY_18000 = "RELAY_18000", "Relay UK 18000"
    EMERGENCY_SMS = "EMERGENCY_SMS", "Emergency SMS"
    BSL_999 = "999_BSL", "999 BSL"
    ECALL = "ECALL", "eCall"
    ALARM = "ALARM", "Alarm"
    PARTNER_TRANSFER = "PARTNER_TRANSFER", "Partner transfer"
    OFFICER = "OFFICER", "Officer"
    ANPR = "ANPR", "ANPR"
    TEXTPHONE = "TEXTPHONE", "Textphone"
    SILENT_55 = "SILENT_55", "Silent Solution (55)"


class LogChannel(models.TextChoices):
    TYPED = "typed", "Typed"
    VOICE = "voice", "Voice"
    SYSTEM = "system", "System"
    PARTNER = "partner", "Partner"


class LogType(models.TextChoices):
    """Kinds of log entry (STANDARDS 2.7)."""

    CALL = "CALL", "Call"
    NARRATIVE = "NARRATIVE", "Narrative"
    LOCATION = "LOCATION", "Location"
    GRADE = "GRADE", "Grade"
    RISK = "RISK", "Risk"
    RESOURCE = "RESOURCE", "Resource"
    STATUS = "STATUS", "Status"
    CHECK = "CHECK", "Check"
    MEDIA = "MEDIA", "Media"
    TRANSFER = "TRANSFER", "Transfer"
    DECISION = "DECISION", "Decision"
    SUPERVISOR = "SUPERVISOR", "Supervisor"
    CLOSE = "CLOSE", "Close"
    SYSTEM = "SYSTEM", "System"
    CORRECTION = "CORRECTION", "Correction"


# What a person may pick in the quick entry; the others are written by the act they record.
TYPED_LOG_TYPES: tuple[LogType, ...] = (
    LogType.NARRATIVE,
    LogType.CALL,
    LogType.LOCATION,
    LogType.RISK,
    LogType.RESOURCE,
    LogType.CHECK,
    LogType.MEDIA,
    LogType.TRANSFER,
    LogType.DECISION,
    LogType.SUPERVISOR,
)


class ClockStart(models.TextChoices):
    """From when the attendance target runs; forces differ (STANDARDS 2.3)."""

    RECEIVED = "RECEIVED", "Call received"
    GRADED = "GRADED", "Graded"


class GradeColour(models.TextChoices):
    """Names of design tokens, never raw colours."""

    RED = "red", "Red, filled"
    AMBER = "amber", "Amber, filled"
    ACCENT = "accent", "Accent, outline"
    GREY = "grey", "Grey, outline"


class ResourceStatusKind(models.TextChoices):
    STANDING = "standing", "Standing status"
    EVENT = "event", "Event"
    MESSAGE = "message", "Message"


class Deployable(models.TextChoices):
    YES = "yes", "Yes"
    LIMITED = "limited", "Limited"
    LOW = "low", "Yes, lower priority"
    NO = "no", "No"


class CategoryGroup(models.TextChoices):
    """NSIR chapters (STANDARDS 2.5); crime is recorded under HOCR by offence group."""

    TRANSPORT = "TRANSPORT", "Transport"
    ASB = "ASB", "Anti-social behaviour"
    SAFETY = "SAFETY", "Public safety and welfare"
    ADMIN = "ADMIN", "Administration"
    CRIME = "CRIME", "Crime"


class LocationSource(models.TextChoices):
    """Who or what said where it is (STANDARDS 3.1)."""

    CALLER = "CALLER", "Caller's words"
    AML = "AML", "AML, caller's phone"
    EISEC_FIXED = "EISEC_FIXED", "EISEC, fixed line"
    EISEC_CELL = "EISEC_CELL", "EISEC, cell"
    GPS_DEVICE = "GPS_DEVICE", "GPS device"
    W3W = "W3W", "what3words"
    OS_GRID = "OS_GRID", "OS grid reference"
    GAZETTEER = "GAZETTEER", "Gazetteer"
    MAP_CLICK = "MAP_CLICK", "Chosen on the map"
    VIDEO_SESSION = "VIDEO_SESSION", "Caller's phone, live"


LOG_TEXT_LIMIT = 4000  # characters
LATE_AFTER_SECONDS = 300  # an entry typed later than this after the event is marked late (STANDARDS 1.3)
SERIAL_LIMIT = 99_999  # the canonical reference has room for five digits


# --- risk, grade and closing (STANDARDS 2.3 to 2.5, 2.8)
class Score(models.TextChoices):
    """How much of it, in THRIVE."""

    LOW = "LOW", "Low"
    MEDIUM = "MEDIUM", "Medium"
    HIGH = "HIGH", "High"


class Occasion(models.TextChoices):
    """Why the risk was assessed."""

    OPENING = "OPENING", "On opening"
    REVIEW = "REVIEW", "Review"
    RECONTACT = "RECONTACT", "Contacted again"
    TARGET_MISSED = "TARGET_MISSED", "Target missed"
    CLOSING = "CLOSING", "Before closing unattended"


#: The six lines of THRIVE in order, with the cue beside an empty field; a THRIVE+ force has the seventh.
THRIVE: tuple[tuple[str, str, str], ...] = (
    ("threat", "Threat", "What threatens, where, who?"),
    ("harm", "Harm", "Who could be hurt, how badly?"),
    ("risk", "Risk", "How likely, also before arrival?"),
    ("investigation", "Investigation", "Evidence to secure?"),
    ("vulnerability", "Vulnerability", "Who cannot protect themselves?"),
    ("engagement", "Engagement", "What do they need?"),
)
THRIVE_PLUS: tuple[str, str, str] = ("prevention_intervention", "Prevention", "What stops it happening again?")
#: Safeguarding actions (STANDARDS 2.4).
RARA: tuple[tuple[str, str], ...] = (
    ("rara_remove", "Remove"),
    ("rara_avoid", "Avoid"),
    ("rara_reduce", "Reduce"),
    ("rara_accept", "Accept"),
)


class RequestStatus(models.TextChoices):
    """What a call handler asked a supervisor."""

    ASKED = "ASKED", "Asked"
    ACCEPTED = "ACCEPTED", "Accepted"
    REFUSED = "REFUSED", "Refused"


REQUEST_TRANSITIONS: dict[str, frozenset[str]] = {
    RequestStatus.ASKED: frozenset({RequestStatus.ACCEPTED, RequestStatus.REFUSED}),
    RequestStatus.ACCEPTED: frozenset(),
    RequestStatus.REFUSED: frozenset(),
}


class AsbClass(models.TextChoices):
    PERSONAL = "PERSONAL", "Personal"
    NUISANCE = "NUISANCE", "Nuisance"
    ENVIRONMENTAL = "ENVIRONMENTAL", "Environmental"


class AsbType(models.TextChoices):
    """POLE dictionary DS_107 (STANDARDS 2.5)."""

    VEHICLE_ABANDONED = "VEHICLE_ABANDONED", "Vehicle abandoned"
    VEHICLE_NUISANCE = "VEHICLE_NUISANCE", "Vehicle nuisance or inappropriate use"
    ROWDY_BEHAVIOUR = "ROWDY_BEHAVIOUR", "Rowdy or inconsiderate behaviour"
    ROWDY_NEIGHBOURS = "ROWDY_NEIGHBOURS", "Rowdy or nuisance neighbours"
    LITTERING = "LITTERING", "Littering or drugs paraphernalia"
    ANIMALS = "ANIMALS", "Animal problems"
    TRESPASSING = "TRESPASSING", "Trespassing"
    NUISANCE_CALLS = "NUISANCE_CALLS", "Nuisance calls"
    STREET_DRINKING = "STREET_DRINKING", "Street drinking"
    PROSTITUTION = "PROSTITUTION", "Prostitution-related activity"
    NOISE = "NOISE", "Nuisance noise"
    BEGGING = "BEGGING", "Begging"
    FIREWORKS = "FIREWORKS", "Misuse of fireworks"


class Fact(models.TextChoices):
    """What a caller said that may be put right later; the opening category is not among it."""

    CALLER_NAME = "caller_name", "Name"
    CALLER_NUMBER = "caller_number", "Number"
    LOCATION_TEXT = "location_text", "Place"
