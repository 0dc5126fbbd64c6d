"""What a call handler asks a supervisor, crime numbers, and facts of a call that were put right."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models.base import ForceOwned
from incidents.states import RequestStatus
from incidents.thrive import Fact


class Request(ForceOwned):
    """Asked by somebody who may not, decided by somebody who may. One open request of a kind per incident."""

    incident = models.ForeignKey("incidents.Incident", models.PROTECT, related_name="%(class)ss")
    reason = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    asked_by_label = models.CharField(max_length=100)
    status = models.CharField(max_length=8, choices=RequestStatus.choices, default=RequestStatus.ASKED)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_label = models.CharField(max_length=100, blank=True)
    decision = models.CharField(max_length=500, blank=True, help_text="The supervisor's words.")

    class Meta:
        abstract = True
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident"], condition=Q(status=RequestStatus.ASKED), name="%(class)s_one_open"
            ),
            models.CheckConstraint(condition=Q(status__in=RequestStatus.values), name="%(class)s_status_known"),
            models.CheckConstraint(
                condition=Q(status=RequestStatus.ASKED, decided_at=None, decided_by_label="")
                | (~Q(status=RequestStatus.ASKED) & Q(decided_at__isnull=False) & ~Q(decided_by_label="")),
                name="%(class)s_decision_is_signed",
            ),
        ]


class GradeRequest(Request):
    """Asked: grade this down."""

    kind = "grade"
    from_grade = models.ForeignKey("incidents.ResponseGrade", models.PROTECT, related_name="+")
    to_grade = models.ForeignKey("incidents.ResponseGrade", models.PROTECT, related_name="+")

    class Meta(Request.Meta):
        abstract = False
        constraints = [
            *Request.Meta.constraints,
            models.CheckConstraint(condition=~Q(from_grade=F("to_grade")), name="graderequest_changes"),
        ]


class CloseRequest(Request):
    """Asked: close this, so. `given` is what the closing form held, as codes and words."""

    kind = "close"
    given: Any = models.JSONField(default=dict)


class CrimeNumber(ForceOwned):
    """A crime recorded from an incident."""

    incident = models.ForeignKey("incidents.Incident", models.PROTECT, related_name="crime_numbers")
    number = models.CharField(max_length=30)
    at = models.DateTimeField()
    by_label = models.CharField(max_length=100)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="crime_number_once"),
            models.CheckConstraint(condition=~Q(number=""), name="crime_number_given"),
        ]


class FactAmendment(ForceOwned):
    """One fact of the call put right, append-only. `number` counts an incident's amendments: what a form had seen."""

    incident = models.ForeignKey("incidents.Incident", models.PROTECT, related_name="amendments")
    number = models.PositiveIntegerField()
    fact = models.CharField(max_length=16, choices=Fact.choices)
    was = models.CharField(max_length=300, blank=True)
    now = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by_label = models.CharField(max_length=100)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="amendment_number_once"),
            models.CheckConstraint(condition=Q(fact__in=Fact.values), name="amendment_fact_known"),
            models.CheckConstraint(condition=~Q(was=F("now")), name="amendment_amends"),
        ]
