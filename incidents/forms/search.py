"""One field for every way of finding an incident."""

from __future__ import annotations

from django import forms


class SearchForm(forms.Form):
    """`everywhere`: words are looked for further back than usual."""

    search = forms.CharField(max_length=200, error_messages={"required": "Type a number, a place or words."})
    everywhere = forms.BooleanField(required=False)
