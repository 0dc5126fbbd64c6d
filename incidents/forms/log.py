"""One line of quick entry."""

from __future__ import annotations

from django import forms


class EntryForm(forms.Form):
    """One line of quick entry."""

    client_key = forms.UUIDField(required=False)
    type = forms.CharField(max_length=12)
    text = forms.CharField(strip=False, max_length=20_000)
    occurred_at = forms.CharField(required=False, max_length=40)
    corrects_seq = forms.IntegerField(required=False, min_value=1)
