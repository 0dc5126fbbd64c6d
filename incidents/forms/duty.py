"""Booking on."""

from __future__ import annotations

from django import forms


class DutyForm(forms.Form):
    """Book on: both may be left out."""

    call_sign = forms.CharField(required=False, max_length=40)
    shift_hours = forms.IntegerField(required=False)
