"""What the Where tab, the strip and the map send."""

from __future__ import annotations

from django import forms


class WhereForm(forms.Form):
    """One act on the places of an incident. `seen` is the report in use as the screen showed it; empty: none."""

    act = forms.ChoiceField(choices=[("report", ""), ("use", ""), ("read_back", "")])
    place = forms.CharField(required=False, strip=False, max_length=1_000_000)  # the service says the limit
    location = forms.UUIDField(required=False)
    seen = forms.CharField(required=False, max_length=40)
    keep_only = forms.BooleanField(required=False)
