"""The shape of what the curfew pages send. Rules are in the services, which name the fields in `Invalid`."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime

from core.errors import Invalid
from evidence.services import PICTURE_LIMIT
from suspects.codes.ground import Position, is_position
from suspects.services.breach_note import LIMIT
from suspects.services.curfews import BODY_WORN_LIMIT, NOTE_LIMIT, REASON_LIMIT, Seen


class PlaceForm(forms.Form):
    """Where the phone is, in the body of a request and never in an address. What is no number is left out."""

    lat = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)
    lon = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)
    accuracy_m = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)

    @property
    def position(self) -> Position | None:
        """(lat, lon), or None."""
        if not self.is_valid():
            return None
        lat, lon = _number(self.cleaned_data["lat"]), _number(self.cleaned_data["lon"])
        return (lat, lon) if lat is not None and lon is not None and is_position(lat, lon) else None


class OutcomeForm(PlaceForm):
    """What happened, from the door's tiles."""

    outcome = forms.CharField(max_length=24, required=False)


class CheckForm(OutcomeForm):
    """What is logged. `at` and `attempt` are those of the read-back, so that ten seconds of Undo change neither."""

    client_key = forms.UUIDField(widget=forms.HiddenInput)
    at = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    attempt = forms.IntegerField(required=False, min_value=1, max_value=500, widget=forms.HiddenInput)
    note = forms.CharField(
        label="What you saw and heard", required=False, max_length=NOTE_LIMIT * 2,
        widget=forms.Textarea(attrs={"rows": "2", "autocomplete": "off"}),
    )  # fmt: skip
    place_reason = forms.CharField(
        label="How do you know that this is the door?", required=False, max_length=REASON_LIMIT * 2,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    body_worn_ref = forms.CharField(
        label="Body-worn video", required=False, max_length=BODY_WORN_LIMIT * 2,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )  # fmt: skip
    photo = forms.FileField(
        label="Photo", required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}),
    )  # fmt: skip

    def seen(self) -> Seen:
        """What `record_check` takes."""
        data, position = self.cleaned_data, self.position
        return Seen(
            outcome=data["outcome"],
            note=data["note"],
            at=_moment(data["at"]),
            lat=position[0] if position else None,
            lon=position[1] if position else None,
            accuracy_m=_number(data["accuracy_m"]) if position else None,
            place_reason=data["place_reason"],
            body_worn_ref=data["body_worn_ref"],
            attempt=data["attempt"],
            photo=_bytes(data["photo"]),
        )

    def refuse(self, refusal: Invalid) -> None:
        """Put a service's words beside their fields."""
        for field, words in refusal.fields.items():
            self.add_error(field if field in self.fields else None, words)
        if not refusal.fields:
            self.add_error(None, refusal.message)


class StatementForm(forms.Form):
    statement = forms.CharField(
        label="Note for your statement", required=False, max_length=LIMIT * 2,
        widget=forms.Textarea(attrs={"rows": "7", "maxlength": str(LIMIT)}),
    )  # fmt: skip


class DecisionForm(forms.Form):
    """A sergeant's decision."""

    decision = forms.CharField(required=False, max_length=10)
    text = forms.CharField(
        label="Why", required=False, max_length=600, widget=forms.Textarea(attrs={"rows": "2", "maxlength": "300"})
    )


def _number(raw: Any) -> float | None:
    try:
        value = float(str(raw))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _moment(raw: str) -> dt.datetime | None:
    try:
        moment = parse_datetime(raw) if raw else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _bytes(photo: Any) -> bytes | None:
    if photo is None:
        return None
    if photo.size > PICTURE_LIMIT:
        raise Invalid(fields={"photo": f"The picture is larger than {PICTURE_LIMIT // (1024 * 1024)} MB."})
    data: bytes = photo.read()
    return data
