"""Codes and lifecycles of suspects, as data. `docs/states/` is drawn from the transition tables.

What STANDARDS marks [M] or [L] is not here but in tables a force edits (`suspects.models.tables`).
"""

from __future__ import annotations

from django.db import models


class NameType(models.TextChoices):
    """STANDARDS 5.1. A false name is evidence: it is never deleted."""

    LEGAL = "LEGAL", "Legal"
    BIRTH = "BIRTH", "Birth"
    MARRIED = "MARRIED", "Married"
    ALIAS = "ALIAS", "Alias"
    NICKNAME = "NICKNAME", "Nickname"
    USED_ON_ARREST = "USED_ON_ARREST", "Used on arrest"
    COURT_PROVEN = "COURT_PROVEN", "Proven in court"


class Sex(models.TextChoices):
    """As the PNC records it (STANDARDS 5.6); how a person sees themselves is `gender_self`."""

    MALE = "M", "Male"
    FEMALE = "F", "Female"
    UNKNOWN = "U", "Not known"


class IdentifierKind(models.TextChoices):
    PNC_ID = "PNC", "PNC ID"
    CRO = "CRO", "CRO number"
    ASN = "ASN", "Arrest/summons number"
    DRIVER = "DRIVER", "Driver number"
    NINO = "NINO", "National Insurance number"
    PASSPORT = "PASSPORT", "Passport"
    PRISON = "PRISON", "Prison number"
    NOMINAL = "NOMINAL", "Nominal number of another system"


class ContactKind(models.TextChoices):
    """STANDARDS 1.2. SAFE is the number that is safe to call; never the same field as another."""

    MOBH = "MOBH", "Mobile, personal"
    MOBW = "MOBW", "Mobile, work"
    LANH = "LANH", "Landline, home"
    LANW = "LANW", "Landline, work"
    EMAIL = "EMAIL", "Email"
    SAFE = "SAFE", "Safe to call"


class DpaCategory(models.TextChoices):
    """DPA 2018 s.38 (STANDARDS 5.9)."""

    SUSPECT = "SUSPECT", "Suspect"
    CONVICTED = "CONVICTED", "Convicted"
    VICTIM = "VICTIM", "Victim"
    WITNESS = "WITNESS", "Witness or other"


class LinkKind(models.TextChoices):
    """What joins two records. An address over time is links with dates; so is a keeper."""

    HOME = "HOME", "Lives at"
    FREQUENTS = "FREQUENTS", "Frequents"
    BAIL_ADDRESS = "BAIL_ADDRESS", "Bail address"
    WORKS_AT = "WORKS_AT", "Works at"
    KEEPER = "KEEPER", "Registered keeper"
    DRIVER = "DRIVER", "Drives"
    INSURED = "INSURED", "Insured on"
    USER = "USER", "Uses"
    ASSOCIATE = "ASSOCIATE", "Associate"
    FAMILY = "FAMILY", "Family"
    PARTNER = "PARTNER", "Partner"
    MEMBER = "MEMBER", "Member"
    EMPLOYEE = "EMPLOYEE", "Works for"
    SAME_PERSON = "SAME_PERSON", "Held to be the same person"
    OTHER = "OTHER", "Other"


class MarkerFamily(models.TextChoices):
    """Warning signals and information markers are held apart (STANDARDS 5.7)."""

    SIGNAL = "SIGNAL", "Warning signal"
    INFORMATION = "INFORMATION", "Information marker"
    ADDRESS = "ADDRESS", "Address marker"
    VEHICLE = "VEHICLE", "Vehicle marker"


class Severity(models.TextChoices):
    CRITICAL = "CRITICAL", "Critical"
    CAUTION = "CAUTION", "Caution"
    NOTE = "NOTE", "Note"


class IntelState(models.TextChoices):
    SUBMITTED = "SUBMITTED", "Submitted"
    DISSEMINATED = "DISSEMINATED", "Disseminated"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"


INTELLIGENCE_TRANSITIONS: dict[str, frozenset[str]] = {
    IntelState.SUBMITTED: frozenset({IntelState.DISSEMINATED, IntelState.WITHDRAWN}),
    IntelState.DISSEMINATED: frozenset({IntelState.WITHDRAWN}),
    IntelState.WITHDRAWN: frozenset(),
}


class ReasonCode(models.TextChoices):
    """PNC/LEDS transaction reasons, complete (STANDARDS 5.12)."""

    AUDIT = "0", "Transaction log and other audit checks"
    STOPPED = "1", "Vehicle or person stopped"
    MOVING = "2", "Moving vehicle"
    PARKED = "3", "Abandoned or parked, unattended vehicle"
    COLLISION = "4", "Vehicle in a road collision"
    INVESTIGATION = "5", "Subject of process or investigation"
    ADMINISTRATION = "6", "Administration (non-operational)"
    CHILD_PROTECTION = "7", "Child access, family protection"
    OTHER_AGENCY = "8", "On behalf of another authorised agency"
    UPDATE = "9", "Update, confirm, broadcast"


class Subject(models.TextChoices):
    PERSON = "PERSON", "Person"
    VEHICLE = "VEHICLE", "Vehicle"
    ADDRESS = "ADDRESS", "Place"


class CheckSystem(models.TextChoices):
    """Where an answer comes from (STANDARDS 5.11)."""

    LOCAL = "LOCAL", "Local and intelligence"
    PNC = "PNC", "PNC/LEDS"
    DVLA = "DVLA", "DVLA"
    MIB = "MIB", "MIB"
    ANPR = "ANPR", "ANPR"
    NICHE = "NICHE", "Niche"


class Outcome(models.TextChoices):
    """STANDARDS 5.11; the labels are the words police use."""

    NO_TRACE = "NO_TRACE", "No trace"
    TRACE = "TRACE", "Known"
    WANTED = "WANTED", "Shows wanted"
    MULTI = "MULTI", "More than one"
    ERROR = "ERROR", "Not run: error"
    NOT_RUN = "NOT_RUN", "Not run"


class WantedState(models.TextChoices):
    DRAFT = "DRAFT", "Draft, for a sergeant"
    ACTIVE = "ACTIVE", "Wanted"
    IN_CUSTODY = "IN_CUSTODY", "Arrested"
    CANCELLED = "CANCELLED", "Cancelled"


WANTED_TRANSITIONS: dict[str, frozenset[str]] = {
    WantedState.DRAFT: frozenset({WantedState.ACTIVE, WantedState.CANCELLED}),
    WantedState.ACTIVE: frozenset({WantedState.IN_CUSTODY, WantedState.CANCELLED}),
    WantedState.IN_CUSTODY: frozenset({WantedState.ACTIVE, WantedState.CANCELLED}),  # freed in error, or dealt with
    WantedState.CANCELLED: frozenset(),
}


class WarrantCategory(models.TextChoices):
    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    UNCLASSIFIED = "U", "Unclassified"


class ReservationState(models.TextChoices):
    """STANDARDS 7.6, with the issue's results."""

    RESERVED = "RESERVED", "Reserved"
    EN_ROUTE = "EN_ROUTE", "En route"
    ATTEMPTED = "ATTEMPTED", "At the door"
    ARRESTED = "ARRESTED", "Arrested"
    NO_TRACE = "NO_TRACE", "Not there"
    WRONG_DETAILS = "WRONG_DETAILS", "Wrong details"
    MADE_OFF = "MADE_OFF", "Made off"
    STOOD_DOWN = "STOOD_DOWN", "Stood down"
    RELEASED = "RELEASED", "Given back"
    HANDED_OVER = "HANDED_OVER", "Handed over"
    OVERRIDDEN = "OVERRIDDEN", "Taken by a supervisor"
    EXPIRED = "EXPIRED", "Time ran out"


LIVE_RESERVATION = (ReservationState.RESERVED, ReservationState.EN_ROUTE, ReservationState.ATTEMPTED)
RESULTS = (
    ReservationState.ARRESTED,
    ReservationState.NO_TRACE,
    ReservationState.WRONG_DETAILS,
    ReservationState.MADE_OFF,
    ReservationState.STOOD_DOWN,
)
RESULT_CHOICES = [(one.value, one.label) for one in RESULTS]
_ENDS = frozenset(ReservationState.values) - frozenset(LIVE_RESERVATION)
RESERVATION_TRANSITIONS: dict[str, frozenset[str]] = {
    ReservationState.RESERVED: frozenset({ReservationState.EN_ROUTE, ReservationState.ATTEMPTED}) | _ENDS,
    ReservationState.EN_ROUTE: frozenset({ReservationState.ATTEMPTED}) | _ENDS,
    ReservationState.ATTEMPTED: _ENDS,
    **dict.fromkeys(sorted(_ENDS), frozenset[str]()),
}


class Necessity(models.TextChoices):
    """PACE s.24(5), Code G 2.9 (STANDARDS 7.6). At least one, with the officer's own words; not for a warrant."""

    NAME = "a", "To find out the name"
    ADDRESS = "b", "To find out the address"
    INJURY = "c1", "To prevent injury to self or others"
    HARM = "c2", "To prevent the person suffering injury"
    DAMAGE = "c3", "To prevent loss or damage"
    DECENCY = "c4", "To prevent an offence against public decency"
    OBSTRUCTION = "c5", "To prevent obstruction of the highway"
    PROTECT = "d", "To protect a child or vulnerable person"
    INVESTIGATION = "e", "For a prompt and effective investigation"
    DISAPPEARANCE = "f", "To prevent disappearance"


class BailType(models.TextChoices):
    """STANDARDS 7.4."""

    PRE_CHARGE_UNCONDITIONAL = "PRE_CHARGE_UNCONDITIONAL", "Pre-charge bail, unconditional"
    PRE_CHARGE_CONDITIONAL = "PRE_CHARGE_CONDITIONAL", "Pre-charge bail"
    POST_CHARGE = "POST_CHARGE", "Bail after charge"
    COURT = "COURT", "Court bail"
    COURT_LA = "COURT_LA_ACCOMMODATION", "Court bail, local authority accommodation"
    RUI = "RUI", "Released under investigation (not bail)"
    LICENCE = "LICENCE", "Licence or community order"
    HDC = "HDC", "Home detention curfew"
    IMMIGRATION = "IMMIGRATION", "Immigration bail"


class CurfewOutcome(models.TextChoices):
    """STANDARDS 7.5."""

    PRESENT_SEEN = "PRESENT_SEEN", "Seen"
    PRESENT_VOICE_ONLY = "PRESENT_VOICE_ONLY", "Heard only"
    NO_REPLY = "NO_REPLY", "No reply"
    NOT_PRESENT_CONFIRMED = "NOT_PRESENT_CONFIRMED", "Not there"
    REFUSED = "REFUSED_TO_COME_TO_DOOR", "Refused to come to the door"
    INACCESSIBLE = "ADDRESS_INACCESSIBLE", "Could not reach the door"
    MOVED = "MOVED", "Moved, or not known there"
    EM_TAMPER = "EM_TAMPER", "Tag tampered with"
    EXCUSED = "EXCUSED", "Excused: hospital, agreed change"
    WITHDREW = "OFFICER_SAFETY_WITHDREW", "Unsafe, withdrew"


class BreachState(models.TextChoices):
    RAISED = "RAISED", "Raised"
    WANTED_DRAFTED = "WANTED_DRAFTED", "Wanted draft with a sergeant"
    ACTED = "ACTED", "Acted on"
    NO_ACTION = "NO_ACTION", "No action"


BREACH_TRANSITIONS: dict[str, frozenset[str]] = {
    BreachState.RAISED: frozenset({BreachState.WANTED_DRAFTED, BreachState.ACTED, BreachState.NO_ACTION}),
    BreachState.WANTED_DRAFTED: frozenset({BreachState.ACTED, BreachState.NO_ACTION}),
    BreachState.ACTED: frozenset(),
    BreachState.NO_ACTION: frozenset(),
}


class IdentityVerdict(models.TextChoices):
    """The officer's, never the machine's."""

    HIM = "HIM", "Him or her"
    NOT_HIM = "NOT_HIM", "Not him or her"
    NOT_SURE = "NOT_SURE", "Not sure"
