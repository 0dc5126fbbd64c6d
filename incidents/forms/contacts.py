"""The shape of what is taken down about a caller, beside the intake's own fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from core.errors import Invalid
from incidents.forms.risk import ThriveFields
from incidents.selectors import Description
from incidents.services import Caller, FormNotes
from incidents.services.phones import parse_phone
from incidents.states import CallerRole, Channel

_TEXT = {"autocomplete": "off", "spellcheck": "false"}


class CallerForm(forms.Form):
    """The caller, apart from the incident. Rules are in the service, which names the fields in `Invalid`."""

    call = forms.UUIDField(required=False, widget=forms.HiddenInput)
    caller_role = forms.ChoiceField(
        label="Role",
        required=False,
        choices=[("", "Not said"), *CallerRole.choices],
        widget=forms.Select(attrs={"class": "input"}),
    )
    callback_number = forms.CharField(
        label="Ring back on", required=False, max_length=40, widget=forms.TextInput(attrs={**_TEXT, "inputmode": "tel"})
    )
    safe_number = forms.CharField(
        label="Safe number", required=False, max_length=40, widget=forms.TextInput(attrs={**_TEXT, "inputmode": "tel"})
    )
    alarm_urn = forms.CharField(label="Alarm URN", required=False, widget=forms.TextInput(attrs=_TEXT))
    on_behalf_of = forms.CharField(label="On behalf of", required=False, widget=forms.TextInput(attrs=_TEXT))
    language = forms.CharField(label="Language", required=False, widget=forms.TextInput(attrs=_TEXT))
    interpreter = forms.BooleanField(label="Interpreter", required=False)
    anonymous_requested = forms.BooleanField(label="Asks to stay anonymous", required=False)
    willing_to_be_contacted = forms.NullBooleanField(
        label="May be rung back",
        required=False,
        widget=forms.Select(
            attrs={"class": "input"}, choices=[("", "Not asked"), ("true", "Yes"), ("false", "No, do not ring")]
        ),
    )
    abandoned = forms.BooleanField(label="Abandoned", required=False)
    silent_55 = forms.BooleanField(label="Silent, 55 pressed", required=False)

    def caller(self, data: dict[str, Any]) -> Caller:
        """What the service takes; `data` is the intake's own part."""
        mine = self.cleaned_data
        return Caller(
            contact_id=mine["call"],
            channel=data.get("channel") or Channel.C999,
            number=data.get("caller_number", ""),
            name=data.get("caller_name", ""),
            callback_number=mine["callback_number"],
            safe_number=mine["safe_number"],
            alarm_urn=mine["alarm_urn"],
            role=mine["caller_role"],
            on_behalf_of=mine["on_behalf_of"],
            language=mine["language"],
            interpreter=mine["interpreter"],
            anonymous_requested=mine["anonymous_requested"],
            willing_to_be_contacted=mine["willing_to_be_contacted"],
            abandoned=mine["abandoned"],
            silent_55=mine["silent_55"],
        )


class AttachForm(ThriveFields, CallerForm):
    """Another caller of an incident: everything the call form sends, so that nothing typed there is lost here."""

    client_key = forms.UUIDField(widget=forms.HiddenInput)
    channel = forms.ChoiceField(
        label="Contact", choices=Channel.choices, required=False, widget=forms.Select(attrs={"class": "input"})
    )
    caller_number = forms.CharField(
        label="Number", required=False, max_length=40, widget=forms.TextInput(attrs={**_TEXT, "inputmode": "tel"})
    )
    caller_name = forms.CharField(label="Name", required=False, widget=forms.TextInput(attrs=_TEXT))
    location_text = forms.CharField(label="Place they give", required=False, widget=forms.TextInput(attrs=_TEXT))
    description = forms.CharField(
        label="What they say", required=False, widget=forms.Textarea(attrs={"rows": "3", "autocomplete": "off"})
    )
    category_code = forms.CharField(label="Category", required=False, max_length=140)
    grade_code = forms.CharField(label="Grade", required=False, max_length=4)
    rural = forms.BooleanField(label="Rural target", required=False)

    def notes(self) -> FormNotes:
        data = self.cleaned_data
        return FormNotes(
            place=data["location_text"], category=data["category_code"], grade_code=data["grade_code"],
            rural=data["rural"], criteria=self._list("criteria"), flags=self._list("flags"),
            assessment=self.assessment(),
        )  # fmt: skip

    @property
    def beside(self) -> list[BoundField]:
        """What came from the call form and has no field of its own here: shown, so that it can be put right."""
        said = ("callback_number", "safe_number", "alarm_urn", "on_behalf_of", "language")
        names = [
            *said,
            "category_code",
            "grade_code",
            *(name for line in self.lines for name in (line[0].name, line[1].name)),
        ]
        shown = [self[name] for name in [*names, *(action.name for action in self.actions)]]
        return [one for one in shown if one.value()]

    @property
    def ticked(self) -> list[tuple[str, str]]:
        """What was only ticked there."""
        boxes = ("interpreter", "anonymous_requested", "willing_to_be_contacted", "abandoned", "silent_55", "rural")
        single = [(name, str(self.data[name])) for name in boxes if self.data.get(name)]
        return single + [(name, code) for name in ("criteria", "flags") for code in self._list(name)]

    def _list(self, name: str) -> list[str]:
        return self.data.getlist(name) if isinstance(self.data, QueryDict) else []


class SameForm(forms.Form):
    """What is known of a call so far, for finding the same incident. Anything unreadable counts as not said."""

    call = forms.UUIDField(required=False)
    location_text = forms.CharField(required=False)
    description = forms.CharField(required=False)
    category_code = forms.CharField(required=False, max_length=140)
    caller_number = forms.CharField(required=False, max_length=40)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180)

    def said(self) -> Description:
        known = self.cleaned_data
        both = known.get("lat") is not None and known.get("lon") is not None
        return Description(
            place=known.get("location_text", "")[:300],
            words=known.get("description", "")[:4000],
            category_code=known.get("category_code", "")[:3],
            number=_e164(known.get("caller_number", "")),
            lat=known["lat"] if both else None,
            lon=known["lon"] if both else None,
            call=known.get("call"),
        )


def _e164(typed: str) -> str:
    """As numbers are kept, however this one was typed; "" while it is no number yet."""
    try:
        return parse_phone(typed)
    except Invalid:
        return ""


class DismissForm(forms.Form):
    """Why no incident comes of a call that rang off."""

    reason = forms.CharField(max_length=1_000_000)  # the service says the limit in words
