"""The shape of what the console's forms send. Rules are in the services, which name the fields in `Invalid`."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms

from core.clock import now
from core.errors import Invalid
from incidents.forms.categories import code_of
from incidents.forms.risk import ThriveFields
from incidents.models import Contact, IncidentCategory
from incidents.services import readable_phone
from incidents.states import Channel

LINK_MODES = (
    ("video", "Live video"),
    ("location", "Location only"),
    ("upload", "Upload"),
    ("covert", "Covert"),
)


class IntakeForm(ThriveFields):
    """New call, one screen. `opened` is when the form was opened, epoch milliseconds: the call was received then."""

    client_key = forms.UUIDField(widget=forms.HiddenInput)
    opened = forms.IntegerField(widget=forms.HiddenInput, required=False)
    channel = forms.ChoiceField(label="Contact", choices=Channel.choices, widget=forms.Select(attrs={"class": "input"}))
    caller_number = forms.CharField(
        label="Number",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "spellcheck": "false"}),
    )
    caller_name = forms.CharField(label="Name", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    location_text = forms.CharField(
        label="Location in words",
        required=False,
        widget=forms.Textarea(attrs={"rows": "2", "autocomplete": "off"}),  # no length: a browser cuts without a word
    )
    description = forms.CharField(
        label="In the caller's words",
        required=False,
        widget=forms.Textarea(attrs={"rows": "5", "autocomplete": "off"}),
    )
    category_code = forms.CharField(
        label="Opening category",
        max_length=140,
        widget=forms.TextInput(attrs={"list": "categories", "autocomplete": "off"}),
        error_messages={"required": "Choose an opening category."},
    )
    grade_code = forms.CharField(max_length=4, error_messages={"required": "Choose a grade."})
    rural = forms.BooleanField(label="Rural target", required=False)
    link_mode = forms.ChoiceField(choices=LINK_MODES, required=False)
    caller_agrees = forms.BooleanField(required=False)

    def __init__(self, *args: Any, categories: Iterable[IncidentCategory] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.categories = list(categories)

    def clean_category_code(self) -> str:
        return code_of(str(self.cleaned_data["category_code"]), self.categories)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.wants_link:
            if not data.get("caller_agrees"):
                self.add_error("caller_agrees", "Ask the caller first, then tick this. Or press Open incident only.")
            if not data.get("caller_number", "").strip():
                self.add_error("caller_number", "Enter a mobile number for the link, or press Open incident only.")
        return data

    @property
    def wants_link(self) -> bool:
        return self.data.get("then") == "link"

    def refuse_beside(self, refusal: Invalid, beside: forms.Form) -> None:
        """Put a service's words beside their fields, of this form or of the one `beside` it on the same page."""
        for field, words in refusal.fields.items():
            if beside is not None and field in beside.fields:
                beside.add_error(field, words)
            else:
                self.add_error(field if field in self.fields else None, words)
        if not refusal.fields:
            self.add_error(None, refusal.message)


def fresh_intake(channel: str, contact: Contact | None = None) -> dict[str, Any]:
    """First values of a form. An unknown channel is a 999 call. Of a call answered here: what its line says."""
    first: dict[str, Any] = {
        "client_key": uuid.uuid4(),
        "opened": int(now().timestamp() * 1000),
        "channel": channel if channel in Channel.values else Channel.C999,
        "link_mode": "video",
    }
    if contact is None:
        return first
    return first | {
        "call": contact.pk,
        "opened": int(contact.came_at.timestamp() * 1000),
        "channel": contact.channel,
        "caller_number": readable_phone(contact.number),
        "caller_name": contact.name or contact.eisec_name,
        "location_text": ", ".join(filter(None, [contact.eisec_address, contact.eisec_postcode])),
        "alarm_urn": contact.alarm_urn,
        "silent_55": contact.silent_55,
        "abandoned": contact.abandoned,
    }
