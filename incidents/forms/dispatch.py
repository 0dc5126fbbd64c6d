"""Whom to send, States, and State 0: what a dispatcher types."""

from __future__ import annotations

from django import forms


class SendForm(forms.Form):
    """One unit out of the list that was shown. `act` is the button: assign, ask or stand_down."""

    resource = forms.UUIDField(error_messages={"required": "Choose a unit: 1 to 9, or the arrow keys."})
    shown = forms.UUIDField(required=False)
    reason = forms.CharField(required=False, max_length=1000)
    act = forms.ChoiceField(required=False, choices=[(name, name) for name in ("assign", "ask", "stand_down")])


class StateForm(forms.Form):
    status_code = forms.CharField(max_length=4)


class OutcomeForm(forms.Form):
    """How an emergency ended."""

    outcome = forms.CharField(required=False, max_length=1000)
