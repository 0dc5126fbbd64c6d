"""Incidents, their log, and the tables a force edits. Other apps point here by string: `"incidents.Incident"`."""

from incidents.models.contacts import CallFix, Contact, ContactLink, DeviceIdentity
from incidents.models.dispatch import CategorySkill, Skill, SuggestionShown, TravelSpeed, UnitChoice
from incidents.models.duty import Duty
from incidents.models.incidents import GradeChange, Incident, IncidentSerial
from incidents.models.locations import Location
from incidents.models.log import GENESIS, LogEntry
from incidents.models.radio import Emergency, RadioConnection, RadioMessage, StateChange, UnitMessage
from incidents.models.reference import IncidentCategory, ResourceStatus, ResponseGrade
from incidents.models.resources import Assignment, Resource
from incidents.models.telephony import CallEvent, TelephonyConnection, UnspokenDefault
from incidents.models.transfers import PartnerAgency, PartnerShare, Transfer, TransferPayload

__all__ = [
    "GENESIS",
    "Assignment",
    "CallEvent",
    "CallFix",
    "CategorySkill",
    "Contact",
    "ContactLink",
    "DeviceIdentity",
    "Duty",
    "Emergency",
    "GradeChange",
    "Incident",
    "IncidentCategory",
    "IncidentSerial",
    "Location",
    "LogEntry",
    "PartnerAgency",
    "PartnerShare",
    "RadioConnection",
    "RadioMessage",
    "Resource",
    "ResourceStatus",
    "ResponseGrade",
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
]
