"""Forms of the Share tab and of an offer. Rules are the services'; limits here only bound what is read."""

from __future__ import annotations

from django import forms


class ShareForm(forms.Form):
    partner = forms.CharField(required=False, max_length=40)
    purpose = forms.CharField(required=False, max_length=1_000_000)
    legal_basis = forms.CharField(required=False, max_length=40)
    with_caller = forms.BooleanField(required=False)
    seen = forms.CharField(required=False, max_length=64)


class UpdateForm(forms.Form):
    share = forms.CharField(required=False, max_length=40)
    text = forms.CharField(required=False, strip=False, max_length=1_000_000)


class AcceptForm(forms.Form):
    grade_code = forms.CharField(required=False, max_length=4)
    category_code = forms.CharField(required=False, max_length=3)


class DeclineForm(forms.Form):
    reason = forms.CharField(required=False, max_length=1_000_000)
