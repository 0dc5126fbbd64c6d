"""The force's tables, edited by its administrators. People, records and checks have no page: they see no content."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin import OwnForceAdmin
from suspects.models import ConditionKind, MarkerKind, PriorityBand, SuspectRules, WantedBasis


class ForceTableAdmin(OwnForceAdmin):
    """Rows are corrected, never deleted: records point at them."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(PriorityBand)
class PriorityBandAdmin(ForceTableAdmin):
    list_display = ("code", "label", "rank", "target_hours", "colour", "icon", "force")
    ordering = ("force", "rank")


@admin.register(WantedBasis)
class WantedBasisAdmin(ForceTableAdmin):
    list_display = ("label", "code", "power", "may_arrest", "by_warrant", "needs_necessity", "sort", "force")
    ordering = ("force", "sort")


@admin.register(MarkerKind)
class MarkerKindAdmin(ForceTableAdmin):
    list_display = ("code", "label", "family", "severity", "health", "secret", "review_months", "force")
    list_filter = ("family", "severity")
    search_fields = ("code", "label")


@admin.register(ConditionKind)
class ConditionKindAdmin(ForceTableAdmin):
    list_display = ("code", "label", "is_curfew", "is_exclusion", "permits_doorstep", "force")
    search_fields = ("code", "label")


@admin.register(SuspectRules)
class SuspectRulesAdmin(ForceTableAdmin):
    list_display = ("force", "lease_minutes", "lease_extensions", "stop_minutes", "searches_per_minute", "door_metres")
