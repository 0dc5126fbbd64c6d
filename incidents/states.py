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


#: Calls that go to the emergency operator first.
EMERGENCY_CHANNELS = frozenset(
    {Channel.C999, Channel.C112, Channel.RELAY_18000, Channel.BSL_999, Channel.ECALL, Channel.TEXTPHONE}
    | {Channel.SILENT_55}
)


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
    AGREED = "AGREED", "Agreed with the caller"  # until a time is agreed, the target is the latest it may be


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


class CallerRole(models.TextChoices):
    """What the caller is to what happened (STANDARDS 5.9)."""

    VICTIM = "VICTIM", "Victim"
    WITNESS = "WITNESS", "Witness"
    REPORTING = "REPORTING", "Person reporting"
    INVOLVED = "INVOLVED", "Involved party"
    NEXT_OF_KIN = "NEXT_OF_KIN", "Next of kin"
    SUSPECT = "SUSPECT", "Suspect"
    INTERPRETER = "INTERPRETER", "Interpreter"


class CallEventKind(models.TextChoices):
    """What a telephony system tells about one call. Any order: each adds what it knows."""

    RINGING = "RINGING", "Ringing"
    ANSWERED = "ANSWERED", "Answered"
    ENDED = "ENDED", "Ended"
    AML = "AML", "AML message"


class EisecKind(models.TextChoices):
    """What EISEC knows of a line (STANDARDS 3.7). A VoIP address is a registered one: confirm it with the caller."""

    FIXED = "FIXED", "Fixed line"
    CELL = "CELL", "Mobile"
    VOIP = "VOIP", "VoIP, registered address"


class UnspokenKind(models.TextChoices):
    """Calls on which nobody may be able to say what happened."""

    ABANDONED = "ABANDONED", "Abandoned"
    SILENT = "SILENT", "Silent, 55 pressed"


class StateEffect(models.TextChoices):
    """What a State does beside being shown. Which code has which effect is the force's table, never an `if`."""

    NONE = "", "Nothing more"
    EMERGENCY = "EMERGENCY", "Raises an emergency"
    EN_ROUTE = "EN_ROUTE", "Its assignment is en route"
    AT_SCENE = "AT_SCENE", "Its assignment is at scene"
    CLEAR = "STOOD_DOWN", "Clear: stands it down"
    CALL = "CALL", "Asks a dispatcher to call"
    CALL_NOW = "CALL_NOW", "Asks a dispatcher to call at once"


class StateSource(models.TextChoices):
    """Who or what said a unit's State (STANDARDS 2.9)."""

    RADIO = "radio", "Radio"
    MDT = "mdt", "Vehicle terminal"
    APP = "app", "Officer's phone"
    DISPATCHER = "dispatcher", "Dispatcher"


class SkillNeed(models.TextChoices):
    MUST = "must", "Needed: without it a unit is not offered"
    HELPS = "helps", "Helps: with it a unit comes first"


class ChoiceKind(models.TextChoices):
    """What a dispatcher did with a list of suggested units."""

    ASSIGNED = "assigned", "Assigned"
    DIVERTED = "diverted", "Diverted"
    ASKED = "asked", "Asked first"


class EmergencyStatus(models.TextChoices):
    RAISED = "RAISED", "Raised"
    ACKNOWLEDGED = "ACKNOWLEDGED", "Acknowledged"
    OVER = "OVER", "Over"


EMERGENCY_TRANSITIONS: dict[str, frozenset[str]] = {
    EmergencyStatus.RAISED: frozenset({EmergencyStatus.ACKNOWLEDGED}),
    EmergencyStatus.ACKNOWLEDGED: frozenset({EmergencyStatus.OVER}),
    EmergencyStatus.OVER: frozenset(),
}
# --- incidents shared with other agencies (STANDARDS 4.1)


class AgencyKind(models.TextChoices):
    AMBULANCE = "ambulance", "Ambulance"
    FIRE = "fire", "Fire and rescue"
    POLICE = "police", "Police"
    COASTGUARD = "coastguard", "Coastguard"
    HIGHWAYS = "highways", "Highways"
    OTHER = "other", "Other"


class TransferStandard(models.TextChoices):
    JSON = "JSON", "JSON (sightline-transfer/1)"
    CAP = "CAP", "CAP 1.2"
    EIDO = "EIDO", "EIDO-shaped JSON, export only"
    MAIT = "MAIT", "MAIT"
    PHONE = "PHONE", "Telephone"
    EMAIL = "EMAIL", "E-mail"


class TransferDirection(models.TextChoices):
    OUT = "OUT", "Sent"
    IN = "IN", "Received"


class TransferType(models.TextChoices):
    CREATE = "CREATE", "Incident"
    UPDATE = "UPDATE", "Update"
    CLOSE = "CLOSE", "Closed"
    ACK = "ACK", "Accepted"
    REJECT = "REJECT", "Rejected"
    REQUEST_INFO = "REQUEST_INFO", "Question"
    STATUS = "STATUS", "Status"


class SendingStatus(models.TextChoices):
    """Of what we sent. Delivered is a machine's receipt; acknowledged is a person's word, of a CREATE only."""

    QUEUED = "QUEUED", "Being sent"
    DELIVERED = "DELIVERED", "Delivered"
    ACKNOWLEDGED = "ACKNOWLEDGED", "Accepted"
    REJECTED = "REJECTED", "Rejected"
    FAILED = "FAILED", "Not sent"


class ReceivingStatus(models.TextChoices):
    """Of what we were sent. A CREATE is offered to a person; what follows it waits until the offer is taken."""

    RECEIVED = "RECEIVED", "Received"
    OFFERED = "OFFERED", "Offered"
    ACCEPTED = "ACCEPTED", "Accepted"
    DECLINED = "DECLINED", "Declined"
    WITHDRAWN = "WITHDRAWN", "Withdrawn by them"
    NOTED = "NOTED", "In our log"


SENDING_TRANSITIONS: dict[str, frozenset[str]] = {
    SendingStatus.QUEUED: frozenset(
        {SendingStatus.DELIVERED, SendingStatus.ACKNOWLEDGED, SendingStatus.REJECTED, SendingStatus.FAILED}
    ),
    SendingStatus.DELIVERED: frozenset({SendingStatus.ACKNOWLEDGED, SendingStatus.REJECTED}),
    SendingStatus.ACKNOWLEDGED: frozenset(),
    SendingStatus.REJECTED: frozenset(),
    SendingStatus.FAILED: frozenset({SendingStatus.ACKNOWLEDGED, SendingStatus.REJECTED}),
}
RECEIVING_TRANSITIONS: dict[str, frozenset[str]] = {
    ReceivingStatus.RECEIVED: frozenset({ReceivingStatus.OFFERED, ReceivingStatus.NOTED}),
    ReceivingStatus.OFFERED: frozenset({ReceivingStatus.ACCEPTED, ReceivingStatus.DECLINED, ReceivingStatus.WITHDRAWN}),
    ReceivingStatus.ACCEPTED: frozenset(),
    ReceivingStatus.DECLINED: frozenset(),
    ReceivingStatus.WITHDRAWN: frozenset(),
    ReceivingStatus.NOTED: frozenset(),
}


class LegalBasis(models.TextChoices):
    """Why the law lets a force tell another agency; what applies is the force's to say (STANDARDS 12.1)."""

    LAW_ENFORCEMENT = "LAW_ENFORCEMENT", "Law enforcement purpose (DPA 2018 Part 3)"
    VITAL_INTERESTS = "VITAL_INTERESTS", "Vital interests: somebody's life or health"
    SAFEGUARDING = "SAFEGUARDING", "Safeguarding of a child or an individual at risk"
    PUBLIC_TASK = "PUBLIC_TASK", "Public task of the other agency"


TRANSFER_ALARM_SECONDS = 60  # an incident that nobody at the other agency has taken by then rings (STANDARDS 4.1)
TRANSFER_NARRATIVE_LIMIT = 20_000  # characters; more is refused in words, and the sender keeps it


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


def state_follows(effect: str, step: str | None) -> bool:
    """Whether a phone may say a State of this effect for a unit whose assignment is at `step` (None: it has none)."""
    if effect not in AssignmentStatus.values or effect == step:
        return True
    if step is None:
        return effect == StateEffect.CLEAR
    return effect in ASSIGNMENT_TRANSITIONS[step]


class PushWord(models.TextChoices):
    """What a push says after the incident's number; nothing more ever stands in one."""

    ASSIGNED = "ASSIGNED", "You are assigned"
    DESCRIBED = "DESCRIBED", "New description"


class PushStatus(models.TextChoices):
    """What became of a push."""

    WAITING = "WAITING", "Waiting"
    SENT = "SENT", "Taken by the push service"
    GONE = "GONE", "The browser takes no more"
    DROPPED = "DROPPED", "No longer assigned, or too late"
    FAILED = "FAILED", "Refused by the push service"


PUSH_TRANSITIONS: dict[str, frozenset[str]] = {
    PushStatus.WAITING: frozenset({PushStatus.SENT, PushStatus.GONE, PushStatus.DROPPED, PushStatus.FAILED}),
    PushStatus.SENT: frozenset(),
    PushStatus.GONE: frozenset(),
    PushStatus.DROPPED: frozenset(),
    PushStatus.FAILED: frozenset(),
}

#: Types of units that nobody entered, made when somebody called for help.
UNKNOWN_RADIO = "Unknown radio"
UNLISTED_UNIT = "Not on the units' board"  # of a call sign somebody booked on with
OFF_DUTY_UNIT = "Off duty"  # a person who is no unit now
