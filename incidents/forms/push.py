"""What a browser says of its subscription."""

from __future__ import annotations

from django import forms


class PushForm(forms.Form):
    endpoint = forms.CharField(max_length=500)
    p256dh = forms.CharField(max_length=100)
    auth = forms.CharField(max_length=40)


class PushOffForm(forms.Form):
    endpoint = forms.CharField(max_length=500)
