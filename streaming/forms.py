"""The shape of what the video panel's forms send. Rules are in the services."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms

from core.errors import Invalid
from streaming.languages import LANGUAGES
from streaming.states import (
    COVERT_MODE,
    AgencyKind,
    GuestChannel,
    SessionMode,
    SharingBasis,
    VeilLevel,
)

MODES = (
    (SessionMode.VIDEO.value, "Live video"),
    (SessionMode.LOCATION.value, "Location only"),
    (SessionMode.UPLOAD.value, "Upload"),
    (COVERT_MODE, "Covert"),
)


class LinkForm(forms.Form):
    """Send the one-time link. `consent` is what the call handler heard on the call."""

    number = forms.CharField(
        label="Number",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "spellcheck": "false"}),
    )
    locale = forms.ChoiceField(
        label="Language",
        required=False,
        choices=[("", "The phone decides"), *((language.code, language.name) for language in LANGUAGES)],
    )
    mode = forms.ChoiceField(choices=MODES, widget=forms.RadioSelect, initial=SessionMode.VIDEO.value)
    reason = forms.CharField(
        label="Why this link",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "the usual reason"}),
    )
    consent = forms.BooleanField(required=False)

    def refuse(self, refusal: Invalid) -> None:
        """Put a service's words beside their fields."""
        for field, words in refusal.fields.items():
            self.add_error(field if field in self.fields else None, words)
        if not refusal.fields:
            self.add_error(None, refusal.message)


class GuestForm(forms.Form):
    """Share the incident with a partner's person."""

    agency_kind = forms.ChoiceField(label="Partner", choices=AgencyKind.choices)
    agency = forms.CharField(label="Agency", max_length=60, required=False)
    name = forms.CharField(label="Name", max_length=60, required=False)
    channel = forms.ChoiceField(choices=GuestChannel.choices, widget=forms.RadioSelect, initial=GuestChannel.SMS.value)
    address = forms.CharField(label="Mobile or e-mail", max_length=300, required=False)
    confirmed = forms.BooleanField(required=False)
    video = forms.BooleanField(required=False, initial=True)
    place = forms.BooleanField(required=False, initial=True)
    exhibits = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    minutes = forms.IntegerField(label="Minutes", min_value=1, max_value=1440)
    purpose = forms.CharField(label="Purpose", max_length=300, required=False)
    basis = forms.ChoiceField(label="Legal basis", choices=SharingBasis.choices)

    def __init__(self, data: Any = None, *, films: list[tuple[str, str]], minutes: int, email: bool) -> None:
        super().__init__(data, initial={"minutes": minutes}, prefix="guest", auto_id="%s")
        choices = {"exhibits": films, "channel": GuestChannel.choices if email else GuestChannel.choices[:1]}
        for name, given in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = given
        for name in ("agency", "name", "address", "purpose"):
            self.fields[name].widget.attrs |= {"autocomplete": "off"}

    def refuse(self, refusal: Invalid) -> None:
        for field, words in refusal.fields.items():
            self.add_error(field if field in self.fields else None, words)
        if not refusal.fields:
            self.add_error(None, refusal.message)


class ChatForm(forms.Form):
    """One message to the caller. The same `key` is sent again until it is stored."""

    key = forms.UUIDField(error_messages={"required": "Make a key for the message."})
    text = forms.CharField(
        strip=False, max_length=1_000_000, required=False, error_messages={"required": "Write something first."}
    )
    phrase = forms.SlugField(max_length=40, required=False)  # of the bank: brings its own words and answers


class SnapshotForm(forms.Form):
    """A picture of the live video. `moment` is when that frame was on the screen, epoch milliseconds."""

    key = forms.UUIDField()
    moment = forms.IntegerField(min_value=0, max_value=4_102_444_800_000)
    image = forms.FileField()


class VeilForm(forms.Form):
    """How much of a picture this screen shows, or whether the incident's pictures are marked graphic."""

    level = forms.ChoiceField(choices=VeilLevel.choices, required=False)
    graphic = forms.ChoiceField(choices=[("on", "on"), ("off", "off")], required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("level")) == bool(data.get("graphic")):
            self.add_error("level", "Send a level, or whether it is graphic.")
        return data


class _Ids(forms.Field):
    """Up to 20 ids of sessions."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[UUID]:
        try:
            return [UUID(str(one)) for one in (value or [])[:20]]
        except ValueError as error:
            raise forms.ValidationError("These are not ids.") from error


class LookForm(forms.Form):
    session = _Ids(required=False)


class HandOverForm(forms.Form):
    from_user = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    to_user = forms.IntegerField(
        min_value=1, max_value=2**63 - 1, error_messages={"required": "Choose who takes it over."}
    )


LAST_MOMENT = 4_102_444_800_000  # epoch milliseconds


class MarkForm(forms.Form):
    """A mark on the picture."""

    key = forms.UUIDField()
    moment = forms.IntegerField(min_value=0, max_value=LAST_MOMENT)
    note = forms.CharField(max_length=1_000_000, required=False, strip=False)


class PromptForm(forms.Form):
    """Something for the caller's screen: `x` and `y` are shares of the frame, `frame` its shape."""

    key = forms.UUIDField()
    kind = forms.CharField(max_length=12)
    phrase = forms.SlugField(max_length=40, required=False)
    text = forms.CharField(max_length=1_000_000, required=False, strip=False)
    x = forms.FloatField(required=False, min_value=0, max_value=1)
    y = forms.FloatField(required=False, min_value=0, max_value=1)
    frame = forms.FloatField(required=False, min_value=0.1, max_value=10)


class DescribeForm(forms.Form):
    """A description, or its next version. The fields of the described come beside it, checked by the service."""

    key = forms.UUIDField()
    kind = forms.CharField(max_length=7, required=False)
    role = forms.CharField(max_length=7)
    finished = forms.BooleanField(required=False)
    moment = forms.IntegerField(required=False, min_value=0, max_value=LAST_MOMENT)
    based_on = forms.IntegerField(required=False, min_value=1, max_value=30_000)
    image = forms.FileField(required=False)
    box_x = forms.FloatField(required=False, min_value=0, max_value=1)
    box_y = forms.FloatField(required=False, min_value=0, max_value=1)
    box_width = forms.FloatField(required=False, min_value=0, max_value=1)
    box_height = forms.FloatField(required=False, min_value=0, max_value=1)
