"""Incidents, their log, and the tables a force edits. Other apps point here by string: `"incidents.Incident"`."""

from incidents.models.closing import CloseRequest, CrimeNumber, FactAmendment, GradeRequest
from incidents.models.contacts import CallFix, Contact, ContactLink, DeviceIdentity
from incidents.models.dispatch import CategorySkill, Skill, SuggestionShown, TravelSpeed, UnitChoice
from incidents.models.duty import Duty
from incidents.models.incidents import GradeChange, Incident, IncidentSerial
from incidents.models.locations import Location
from incidents.models.log import GENESIS, LogEntry, LogRestriction
from incidents.models.pushes import Push, PushSubscription
from incidents.models.radio import Emergency, RadioConnection, RadioMessage, StateChange, UnitMessage
from incidents.models.reference import AttendanceArea, IncidentCategory, ResourceStatus, ResponseGrade
from incidents.models.resources import Assignment, Resource
from incidents.models.risk import MethaneReport, RiskAssessment
from incidents.models.risk_tables import (
    GradeCriterion,
    GradeTick,
    IncidentFlag,
    IncidentQualifier,
    Qualifier,
    RiskSettings,
    VulnerabilityFlag,
)
from incidents.models.telephony import CallEvent, Seat, TelephonyConnection, UnspokenDefault
from incidents.models.transfers import PartnerAgency, PartnerShare, Transfer, TransferPayload

__all__ = [
    "GENESIS",
    "Assignment",
    "AttendanceArea",
    "CallEvent",
    "CallFix",
    "CategorySkill",
    "CloseRequest",
    "Contact",
    "ContactLink",
    "CrimeNumber",
    "DeviceIdentity",
    "Duty",
    "Emergency",
    "FactAmendment",
    "GradeChange",
    "GradeCriterion",
    "GradeRequest",
    "GradeTick",
    "Incident",
    "IncidentCategory",
    "IncidentFlag",
    "IncidentQualifier",
    "IncidentSerial",
    "Location",
    "LogEntry",
    "LogRestriction",
    "MethaneReport",
    "PartnerAgency",
    "PartnerShare",
    "Push",
    "PushSubscription",
    "Qualifier",
    "RadioConnection",
    "RadioMessage",
    "Resource",
    "ResourceStatus",
    "ResponseGrade",
    "RiskAssessment",
    "RiskSettings",
    "Seat",
    "Skill",
    "StateChange",
    "SuggestionShown",
    "TelephonyConnection",
    "Transfer",
    "TransferPayload",
    "TravelSpeed",
    "UnitChoice",
    "UnitMessage",
    "UnspokenDefault",
    "VulnerabilityFlag",
]
