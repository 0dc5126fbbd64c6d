"""Composable filters. `visible_to(actor)` comes from ForceQuerySet: rows of the actor's own force, or none."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from django.apps import apps
from django.db.models import BooleanField, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from core.querysets import ForceQuerySet
from incidents.states import AssignmentStatus, EmergencyStatus, IncidentStatus


class IncidentQuerySet(ForceQuerySet):
    def open(self) -> Self:
        return self.filter(status=IncidentStatus.OPEN)

    def with_tables(self) -> Self:
        """Joins what a row shows, so that a list costs one query."""
        return self.select_related(
            "force", "current_grade", "initial_grade", "opening_category", "closing_category", "location"
        )

    def numbered(self, serial: int, local_date: date | None = None) -> Self:
        rows = self.filter(serial=serial)
        return rows if local_date is None else rows.filter(local_date=local_date)

    def most_urgent_first(self, *before: str) -> Self:
        """By `before` first, when something else counts more."""
        return self.order_by(*before, "current_grade__sort", "received_at", "id")


class AssignmentQuerySet(ForceQuerySet):
    def active(self) -> Self:
        return self.exclude(status=AssignmentStatus.STOOD_DOWN)


class DutyQuerySet(ForceQuerySet):
    def on_at(self, moment: datetime) -> Self:
        """On duty at `moment`, which is now or later: a shift that ran out counts no more."""
        return self.filter(booked_off_at=None, until__gt=moment)


class LogEntryQuerySet(ForceQuerySet):
    def after(self, seq: int) -> Self:
        return self.filter(seq__gt=seq).order_by("seq")

    def with_restriction(self) -> Self:
        """Each with whether it is restricted now: as the newest marking says, else as its author sent it."""
        marks = apps.get_model("incidents", "LogRestriction").objects.filter(entry=OuterRef("pk")).newest_first()
        said = Subquery(marks.values("restricted")[:1])
        return self.annotate(now_restricted=Coalesce(said, F("restricted"), output_field=BooleanField()))

    def unrestricted(self) -> Self:
        return self.with_restriction().filter(now_restricted=False)


class LogRestrictionQuerySet(ForceQuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-number")


class ContactQuerySet(ForceQuerySet):
    def on_the_line_of(self, user_id: int) -> Self:
        """Calls that this person answered and that have not ended, the newest first."""
        return self.filter(answered_by_id=user_id, ended_at=None).order_by("-answered_at")

    def undecided(self) -> Self:
        """Answered at a position, going on, and nobody has them yet: more than one sits there."""
        at_a_position = self.exclude(external_id="").exclude(position="")
        return at_a_position.filter(answered_by=None, answered_at__isnull=False, ended_at=None).order_by("-answered_at")

    def unheard(self) -> Self:
        """Told of, and neither an answer nor an end was told since; no incident has them."""
        nothing = self.filter(answered_by=None, answered_at=None, ended_at=None, dismissed_at=None)
        return nothing.exclude(external_id="").filter(links=None)

    def without_incident(self) -> Self:
        """Calls that are over, that no incident has, and that nobody dismissed."""
        over = self.exclude(external_id="").filter(ended_at__isnull=False, dismissed_at=None)
        return over.filter(links=None).order_by("ended_at")


class SeatQuerySet(ForceQuerySet):
    def taken_at(self, moment: datetime) -> Self:
        """Whose sign-in still stands and who may still sign in."""
        return self.filter(left_at=None, until__gt=moment, user__is_active=True)


class SkillQuerySet(ForceQuerySet):
    def in_use(self) -> Self:
        return self.filter(active=True)


class UnitMessageQuerySet(ForceQuerySet):
    def waiting(self) -> Self:
        return self.filter(answered_at=None)


class EmergencyQuerySet(ForceQuerySet):
    def open(self) -> Self:
        return self.exclude(status=EmergencyStatus.OVER)
