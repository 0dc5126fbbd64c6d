"""People, things, what is known of them, who wants them. Other apps point here by string: `"suspects.Person"`."""

from suspects.models.bail import Bail, BailCondition, CurfewBreach, CurfewCheck, CurfewSlot
from suspects.models.checks import (
    Check,
    CheckStop,
    IdentityAnswer,
    IdentityCheck,
    KnowledgeReceipt,
    ReceiptSerial,
    SearchSurge,
    SourceResult,
)
from suspects.models.imports import ImportProblem, ImportRun
from suspects.models.knowledge import IntelligenceReport, IntelligenceSubject, Marker, PersonDocument, PersonImage
from suspects.models.people import (
    ContactPoint,
    DistinguishingMark,
    Person,
    PersonIdentifier,
    PersonName,
    PersonRole,
    PoliceContact,
    SearchKey,
)
from suspects.models.tables import ConditionKind, MarkerKind, PriorityBand, SuspectRules, WantedBasis
from suspects.models.things import Address, Link, Organisation, Vehicle, address_line
from suspects.models.wanted import (
    Operation,
    OperationLook,
    Reservation,
    ReservationResult,
    ReservationStep,
    WantedChange,
    WantedRecord,
)

__all__ = [
    "Address",
    "Bail",
    "BailCondition",
    "Check",
    "CheckStop",
    "ConditionKind",
    "ContactPoint",
    "CurfewBreach",
    "CurfewCheck",
    "CurfewSlot",
    "DistinguishingMark",
    "IdentityAnswer",
    "IdentityCheck",
    "ImportProblem",
    "ImportRun",
    "IntelligenceReport",
    "IntelligenceSubject",
    "KnowledgeReceipt",
    "Link",
    "Marker",
    "MarkerKind",
    "Operation",
    "OperationLook",
    "Organisation",
    "Person",
    "PersonDocument",
    "PersonIdentifier",
    "PersonImage",
    "PersonName",
    "PersonRole",
    "PoliceContact",
    "PriorityBand",
    "ReceiptSerial",
    "Reservation",
    "ReservationResult",
    "ReservationStep",
    "SearchKey",
    "SearchSurge",
    "SourceResult",
    "SuspectRules",
    "Vehicle",
    "WantedBasis",
    "WantedChange",
    "WantedRecord",
    "address_line",
]
