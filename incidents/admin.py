"""The force's tables, edited by its administrators. Incidents and logs have no page: administrators see no content."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin import OwnForceAdmin
from incidents.models import (
    GradeCriterion,
    IncidentCategory,
    Qualifier,
    ResourceStatus,
    ResponseGrade,
    RiskSettings,
    VulnerabilityFlag,
)


class ForceTableAdmin(OwnForceAdmin):
    """Rows are switched off, not deleted: incidents point at them."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ResponseGrade)
class ResponseGradeAdmin(ForceTableAdmin):
    list_display = ("code", "label", "emergency", "attend_target_min", "dispatch_target_min", "sort", "active", "force")
    ordering = ("force", "sort")


@admin.register(IncidentCategory)
class IncidentCategoryAdmin(ForceTableAdmin):
    list_display = ("code", "name", "group", "active", "force")
    list_filter = ("group", "active")
    search_fields = ("code", "name")


@admin.register(ResourceStatus)
class ResourceStatusAdmin(ForceTableAdmin):
    list_display = ("code", "label", "kind", "deployable", "auto_log", "force")
    ordering = ("force", "sort")


@admin.register(VulnerabilityFlag, Qualifier)
class ForceWordAdmin(ForceTableAdmin):
    list_display = ("code", "label", "sort", "active", "force")
    ordering = ("force", "sort")


@admin.register(GradeCriterion)
class GradeCriterionAdmin(ForceTableAdmin):
    list_display = ("code", "grade", "label", "sort", "active", "force")
    ordering = ("force", "grade__sort", "sort")


@admin.register(RiskSettings)
class RiskSettingsAdmin(ForceTableAdmin):
    list_display = ("force", "thrive_plus", "crime_number_pattern")
