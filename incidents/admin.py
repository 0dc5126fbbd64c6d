"""The force's tables, edited by its administrators. Incidents and logs have no page: administrators see no content."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest

from core.actors import Actor
from core.admin import OwnForceAdmin
from core.bearer import new_token
from core.errors import Invalid
from core.machine_door import own_public_key, read_public_key
from incidents.interchange.mait import WHAT_TO_DO
from incidents.models import (
    AttendanceArea,
    CategorySkill,
    GradeCriterion,
    IncidentCategory,
    PartnerAgency,
    Qualifier,
    RadioConnection,
    ResourceStatus,
    ResponseGrade,
    RiskSettings,
    Skill,
    TelephonyConnection,
    TravelSpeed,
    UnspokenDefault,
    VulnerabilityFlag,
)
from incidents.services import telephony
from incidents.states import TransferStandard


class ForceTableAdmin(OwnForceAdmin):
    """Rows are switched off, not deleted: incidents point at them."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ResponseGrade)
class ResponseGradeAdmin(ForceTableAdmin):
    list_display = (
        "code", "label", "emergency", "attend_target_min", "rural_target_min", "dispatch_target_min", "sort", "active",
        "force",
    )  # fmt: skip
    ordering = ("force", "sort")


@admin.register(AttendanceArea)
class AttendanceAreaAdmin(OwnForceAdmin):
    """Where the urban or the rural target counts: incidents keep the name, nothing points here."""

    list_display = ("name", "rural", "active", "force")
    list_filter = ("rural", "active")


@admin.register(IncidentCategory)
class IncidentCategoryAdmin(ForceTableAdmin):
    list_display = ("code", "name", "group", "active", "force")
    list_filter = ("group", "active")
    search_fields = ("code", "name")


@admin.register(ResourceStatus)
class ResourceStatusAdmin(ForceTableAdmin):
    list_display = ("code", "label", "kind", "deployable", "effect", "auto_log", "force")
    ordering = ("force", "sort")


@admin.register(Skill)
class SkillAdmin(ForceTableAdmin):
    list_display = ("code", "label", "sort", "active", "force")


class OwnTablesAdmin(OwnForceAdmin):
    """Rows that point at other tables of the force: only its own rows are offered."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        user = request.user
        if db_field.name in {"category", "skill"} and not user.is_superuser:
            kwargs["queryset"] = db_field.remote_field.model.objects.filter(force_id=getattr(user, "force_id", None))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(CategorySkill)
class CategorySkillAdmin(OwnTablesAdmin):
    """What categories ask for: a row that is gone asks for nothing more, and points at nothing else."""

    list_display = ("category", "skill", "need", "force")
    list_filter = ("need",)


@admin.register(TravelSpeed)
class TravelSpeedAdmin(OwnForceAdmin):
    list_display = ("type", "emergency", "kmh", "road_factor", "force")


class RadioConnectionForm(forms.ModelForm):
    new_token = forms.BooleanField(required=False, help_text="Make a new token; the old one stops working at once.")

    class Meta:
        model = RadioConnection
        fields = ("force", "name", "source", "enabled")

    def _post_clean(self) -> None:
        """The token is made before the model checks that there is one."""
        self.shown_token = ""
        if not self.instance.token_hash or self.cleaned_data.get("new_token"):
            self.shown_token, self.instance.token_hash = new_token()
        super()._post_clean()  # type: ignore[misc]  # Django's own hook


@admin.register(RadioConnection)
class RadioConnectionAdmin(ForceTableAdmin):
    """Radio interfaces. Switched off, not deleted: what they sent names them."""

    form = RadioConnectionForm
    list_display = ("name", "source", "enabled", "last_heard_at", "force")
    fields = ("force", "name", "source", "enabled", "new_token")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("force",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.shown_token:
            messages.warning(request, f"Its bearer token is {form.shown_token}. It is shown this once.")


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
