"""What the Where tab, the strip and the map send."""

from __future__ import annotations

from django import forms

WIDEST_M = 100_000.0  # half a county: wider is not a place
RADIUS = "Choose a radius of 1 to 100,000 m."


class WhereForm(forms.Form):
    """One act on the places of an incident. `seen` is the report in use as the screen showed it; empty: none."""

    act = forms.ChoiceField(choices=[("report", ""), ("use", ""), ("read_back", "")])
    place = forms.CharField(required=False, strip=False, max_length=1_000_000)  # the service says the limit
    location = forms.UUIDField(required=False)
    seen = forms.CharField(required=False, max_length=40)
    keep_only = forms.BooleanField(required=False)


class PointForm(forms.Form):
    """A point chosen on the map, as the person confirmed it. `words` are what stands there, to be read back."""

    lat = forms.FloatField()
    lon = forms.FloatField()
    radius_m = forms.FloatField(
        min_value=1, max_value=WIDEST_M, error_messages=dict.fromkeys(("required", "min_value", "max_value"), RADIUS)
    )
    words = forms.CharField(required=False, strip=False, max_length=1_000_000)
    seen = forms.CharField(required=False, max_length=40)
    keep_only = forms.BooleanField(required=False)
