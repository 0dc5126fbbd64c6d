"""The sign-in form."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.core.validators import RegexValidator
from django.db import transaction
from django.http import HttpRequest

from core import audit
from core.actors import POSITION, Actor
from core.models import AuditAction, Force, User

_POSITION = RegexValidator(
    rf"\A{POSITION.pattern}\Z", "Use letters, digits, spaces, full stops, slashes and hyphens, at most 20.",
    flags=re.ASCII,
)  # fmt: skip


class SignInForm(forms.Form):
    """Collar number and password; the force only where this site serves more than one. The position may stay empty."""

    force = forms.ModelChoiceField(Force.objects.all(), required=False, empty_label=None)
    collar_number = forms.CharField(max_length=10, label="Collar number")
    password = forms.CharField(widget=forms.PasswordInput, max_length=200)
    position = forms.CharField(max_length=20, required=False, label="Position", validators=[_POSITION])

    user: User

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.forces = list(Force.objects.all()[:200])

    @property
    def asks_force(self) -> bool:
        return len(self.forces) > 1

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        force = data.get("force") or (self.forces[0] if len(self.forces) == 1 else None)
        if self.errors:
            return data
        if force is None:
            raise forms.ValidationError("Choose your force.")
        collar = str(data["collar_number"]).strip().upper()
        user = authenticate(self.request, username=f"{force.code}-{collar}", password=data["password"])
        if not isinstance(user, User):
            with transaction.atomic():
                actor = Actor.from_request(self.request)
                audit.record(actor, AuditAction.LOGIN_FAIL, f"core.user:{force.code}-{collar[:10]}")
            raise forms.ValidationError(
                "That collar number and password do not belong together. Check both; "
                "after 10 tries the account waits 15 minutes."
            )
        self.user = user
        return data
