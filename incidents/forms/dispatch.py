"""Whom to send, States, and State 0: what a dispatcher types."""

from __future__ import annotations

from typing import Any

from django import forms

NO_PICTURE = "Picture: give the number of an entry in the log, a mark or a snapshot, or leave it empty."


class SendForm(forms.Form):
    """One unit, out of the list that was shown or by its call sign, which counts when both are there. `act` is the
    button: assign, ask or stand_down."""

    resource = forms.UUIDField(required=False)
    call_sign = forms.CharField(required=False, max_length=40)
    shown = forms.UUIDField(required=False)
    reason = forms.CharField(required=False, max_length=1_000_000)  # the service says the limit in words
    cites_seq = forms.IntegerField(
        required=False, min_value=1, max_value=9_999_999,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), NO_PICTURE),
    )  # fmt: skip
    act = forms.ChoiceField(required=False, choices=[(name, name) for name in ("assign", "ask", "stand_down")])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("resource") and not data.get("call_sign"):
            self.add_error("resource", "Choose a unit: 1 to 9, the arrow keys, or 0 and its call sign.")
        return data


class StateForm(forms.Form):
    status_code = forms.CharField(max_length=4)


class OutcomeForm(forms.Form):
    """How an emergency ended."""

    outcome = forms.CharField(required=False, max_length=1_000_000)  # the service says the limit in words
