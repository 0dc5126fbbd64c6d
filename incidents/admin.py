"""The force's tables, edited by its administrators. Incidents and logs have no page: administrators see no content."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from core.admin import OwnForceAdmin
from core.errors import Invalid
from core.machine_door import own_public_key, read_public_key
from incidents.interchange.mait import WHAT_TO_DO
from incidents.models import IncidentCategory, PartnerAgency, ResourceStatus, ResponseGrade
from incidents.states import TransferStandard


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


_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class PartnerAgencyForm(forms.ModelForm):
    """Another agency's control room. What a machine needs is checked here, in words; the database checks it again."""

    class Meta:
        model = PartnerAgency
        fields = (
            "force", "name", "kind", "telephone", "standard", "endpoint", "code", "our_code", "our_key_id",
            "their_key_id", "their_public_key", "production", "active",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        by_machine = cleaned.get("standard") not in (TransferStandard.PHONE, TransferStandard.EMAIL)
        if cleaned.get("standard") == TransferStandard.MAIT:
            self.add_error("standard", WHAT_TO_DO)
        address = urlsplit(cleaned.get("endpoint") or "")
        if by_machine and not address.hostname:
            self.add_error("endpoint", "Give the address of their door.")
        elif address.scheme == "http" and address.hostname not in _HERE:
            self.add_error("endpoint", "Use https: what is shared is personal data.")
        if key := cleaned.get("their_public_key", ""):
            try:
                read_public_key(key)
            except Invalid as invalid:
                self.add_error("their_public_key", invalid.message)
        elif by_machine:
            self.add_error("their_public_key", "Give their public key.")
        return cleaned


@admin.register(PartnerAgency)
class PartnerAgencyAdmin(ForceTableAdmin):
    form = PartnerAgencyForm
    list_display = ("name", "kind", "standard", "production", "active", "force")
    list_filter = ("kind", "active")
    readonly_fields = ("our_public_key",)

    @admin.display(description="Our public key, for them")
    def our_public_key(self, obj: PartnerAgency) -> str:
        return own_public_key(obj.our_key_id) if obj.our_key_id else "Save first: it comes from our key id."
