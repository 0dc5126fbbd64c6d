"""The force's tables, edited by its administrators. Incidents and logs have no page: administrators see no content."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest

from core.actors import Actor
from core.admin import OwnForceAdmin
from incidents.models import IncidentCategory, ResourceStatus, ResponseGrade, TelephonyConnection, UnspokenDefault
from incidents.services import telephony


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


@admin.register(UnspokenDefault)
class UnspokenDefaultAdmin(OwnForceAdmin):
    """With what an abandoned or a silent call starts; without a row the starting tables decide."""

    list_display = ("kind", "category", "grade", "force")


@admin.register(TelephonyConnection)
class TelephonyConnectionAdmin(ForceTableAdmin):
    """Untick "enabled" to revoke. A lost token cannot be read again: use the action for another."""

    list_display = ("name", "enabled", "created_at", "force")
    fields = ("force", "name", "enabled")
    actions = ("make_new_token",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        with transaction.atomic():
            made, token = telephony.make_connection(
                actor=Actor.from_request(request), force_id=obj.force_id, name=obj.name
            )
            obj.pk = made.pk
        self._show(request, token)

    @admin.action(description="Make a new token; the old one stops working")
    def make_new_token(self, request: HttpRequest, rows: Any) -> None:
        for connection in rows:
            self._show(request, telephony.new_token(actor=Actor.from_request(request), connection=connection))

    def _show(self, request: HttpRequest, token: str) -> None:
        self.message_user(request, f"Token, shown this once: {token}", messages.WARNING)
