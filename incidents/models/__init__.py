"""Incidents, their log, and the tables a force edits. Other apps point here by string: `"incidents.Incident"`."""

from incidents.models.closing import CloseRequest, CrimeNumber, FactAmendment, GradeRequest
from incidents.models.duty import Duty
from incidents.models.incidents import GradeChange, Incident, IncidentSerial
from incidents.models.locations import Location
from incidents.models.log import GENESIS, LogEntry
from incidents.models.reference import IncidentCategory, ResourceStatus, ResponseGrade
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

__all__ = [
    "GENESIS",
    "Assignment",
    "CloseRequest",
    "CrimeNumber",
    "Duty",
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
    "MethaneReport",
    "Qualifier",
    "Resource",
    "ResourceStatus",
    "ResponseGrade",
    "RiskAssessment",
    "RiskSettings",
    "VulnerabilityFlag",
]
