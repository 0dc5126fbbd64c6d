"""Administration: forces, users and roles may be changed; the audit trail may be read by those who audit."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.forms import AdminPasswordChangeForm, BaseUserCreationForm
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path

from core import audit, realtime
from core.actors import Actor
from core.models import AuditAction, AuditEvent, Force, RoleGrant, User
from core.permissions import can

admin.site.site_header = "Sightline administration"
admin.site.site_title = "Sightline"
if admin.site.is_registered(Group):
    admin.site.unregister(Group)


class AuditedAdmin(admin.ModelAdmin):
    """Every change made here is an audit entry, in the change's own transaction."""

    audit_action = AuditAction.CONFIG

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            self._record(request, obj, form.changed_data)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            self._record(request, obj, ["deleted"])
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            for obj in queryset:
                self._record(request, obj, ["deleted"])
            super().delete_queryset(request, queryset)

    def _record(self, request: HttpRequest, obj: Any, fields: list[str]) -> None:
        actor = Actor.from_request(request)
        audit.record(actor, self.audit_action, f"{obj._meta.label_lower}:{obj.pk}", fields=fields)


class OwnForceAdmin(AuditedAdmin):
    """Rows of the administrator's own force only; a break-glass account sees all."""

    force_field = "force"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        user = request.user
        if not isinstance(user, User):
            return rows.none()
        return rows if user.is_superuser else rows.filter(**{self.force_field: user.force_id})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        user = request.user
        if db_field.name == "force" and isinstance(user, User) and not user.is_superuser:
            kwargs["queryset"] = Force.objects.filter(pk=user.force_id)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Force)
class ForceAdmin(OwnForceAdmin):
    force_field = "pk"
    list_display = ("code", "name", "jurisdiction")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RoleGrantInline(admin.TabularInline):
    model = RoleGrant
    extra = 0
    fields = ("role",)


class NewUserForm(BaseUserCreationForm):
    class Meta:
        model = User
        fields = ("force", "collar_number", "first_name", "last_name")

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit=False)
        user.username = f"{user.force.code}-{user.collar_number}"
        if commit:
            user.save()
        return user


@admin.register(User)
class UserAdmin(OwnForceAdmin):
    """Collar numbers are not reused and people are not deleted: switch the account off."""

    list_display = ("collar_number", "last_name", "first_name", "rank", "call_sign", "force", "is_active")
    list_filter = ("is_active", "rank")
    search_fields = ("collar_number", "last_name", "call_sign")
    readonly_fields = ("username", "date_joined", "last_login")
    fields = (
        "username",
        "force",
        "collar_number",
        ("first_name", "last_name"),
        ("rank", "call_sign"),
        "email",
        ("is_active", "is_staff"),
        ("date_joined", "last_login"),
    )
    inlines = (RoleGrantInline,)
    audit_action = AuditAction.PERMISSION

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Which role was given or taken, not only that something was saved."""
        with transaction.atomic():
            before = form.instance.role_codes
            super().save_formset(request, form, formset, change)
            after = frozenset(RoleGrant.objects.filter(user=form.instance).values_list("role", flat=True))
            given = RoleGrant.objects.filter(user=form.instance, role__in=after - before)
            given.update(granted_by=Actor.from_request(request).label[:60])
            moves = [f"+{role}" for role in sorted(after - before)] + [f"-{role}" for role in sorted(before - after)]
            if moves:
                self._record(request, form.instance, moves)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """What the person still has open goes by their roles as they are now, not as they were at sign-in."""
        super().save_related(request, form, formsets, change)
        realtime.recheck(form.instance.pk)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """A force's administrator cannot become the break-glass account by giving it a new password."""
        rows = super().get_queryset(request)
        return rows if isinstance(request.user, User) and request.user.is_superuser else rows.filter(is_superuser=False)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewUserForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ("force", "collar_number", "first_name", "last_name", "password1", "password2")
        return self.fields

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.change_password)
        return [path("<int:pk>/password/", view, name="core_user_password"), *super().get_urls()]

    def change_password(self, request: HttpRequest, pk: int) -> Any:
        from django.shortcuts import get_object_or_404, redirect, render

        user = get_object_or_404(self.get_queryset(request), pk=pk)
        form = AdminPasswordChangeForm(user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            with transaction.atomic():
                form.save()
                self._record(request, user, ["password"])
                realtime.recheck(user.pk)
            return redirect("admin:core_user_change", pk)
        return render(request, "admin/core/user/password.html", {"form": form, "subject": user})


@admin.register(AuditEvent)
class AuditEventAdmin(admin.ModelAdmin):
    """Read-only, own force, for the roles that audit. Reading the trail is itself an entry."""

    list_display = ("at", "action", "actor_label", "object", "purpose", "incident")
    list_filter = ("action",)
    search_fields = ("actor_label", "object", "incident")
    date_hierarchy = "at"

    def _may_read(self, request: HttpRequest) -> bool:
        return can(Actor.from_request(request), "audit.read")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may_read(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_read(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEvent]:
        actor = Actor.from_request(request)
        return super().get_queryset(request).filter(force_code=actor.force_code)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> AuditEvent | None:
        found: AuditEvent | None = super().get_object(request, object_id, from_field)
        if found is not None and self._may_read(request):
            with transaction.atomic():
                audit.record(Actor.from_request(request), AuditAction.CONSULT, f"core.auditevent:{found.pk}")
        return found

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        with transaction.atomic():
            query = request.META.get("QUERY_STRING", "")[:200]
            audit.record(Actor.from_request(request), AuditAction.SEARCH, "core.auditevent", purpose=query)
            return super().changelist_view(request, extra_context)
