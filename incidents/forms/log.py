"""One line of quick entry."""

from __future__ import annotations

from django import forms

from incidents.decisions import NDM
from incidents.forms.risk import RefusableForm


def _words() -> forms.CharField:
    return forms.CharField(strip=False, required=False, max_length=1_000_000)


class EntryForm(forms.Form):
    """One line of quick entry; the fields of a decision have the names of the model."""

    client_key = forms.UUIDField(required=False)
    type = forms.CharField(max_length=12)
    text = forms.CharField(strip=False, required=False, max_length=1_000_000)  # the service says the limit in words
    occurred_at = forms.CharField(required=False, max_length=40)
    corrects_seq = forms.IntegerField(required=False, min_value=1)
    cites_seq = forms.IntegerField(required=False, min_value=1)
    restricted = forms.BooleanField(required=False)
    information = _words()
    threat_risk = _words()
    powers_policy = _words()
    options = _words()
    action_review = _words()
    ethics = _words()

    def decision(self) -> dict[str, str]:
        """The fields of the model that say something."""
        return {name: self.cleaned_data[name] for name, _, _ in NDM if self.cleaned_data[name]}


class RestrictForm(RefusableForm):
    """Why an entry is restricted, or no longer; `restricted` is what it is to be."""

    restricted = forms.BooleanField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(strip=False, required=False, max_length=1_000_000, label="Why")
