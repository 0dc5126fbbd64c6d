"""Incidents, their log, and the tables a force edits. Other apps point here by string: `"incidents.Incident"`."""

from incidents.models.duty import Duty
from incidents.models.incidents import GradeChange, Incident, IncidentSerial
from incidents.models.locations import Location
from incidents.models.log import GENESIS, LogEntry
from incidents.models.reference import IncidentCategory, ResourceStatus, ResponseGrade
from incidents.models.resources import Assignment, Resource
from incidents.models.transfers import PartnerAgency, PartnerShare, Transfer, TransferPayload

__all__ = [
    "GENESIS",
    "Assignment",
    "Duty",
    "GradeChange",
    "Incident",
    "IncidentCategory",
    "IncidentSerial",
    "Location",
    "LogEntry",
    "PartnerAgency",
    "PartnerShare",
    "Resource",
    "ResourceStatus",
    "ResponseGrade",
    "Transfer",
    "TransferPayload",
]
