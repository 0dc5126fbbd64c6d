"""The shape of what the identity pages send. Rules are in the service, which names the fields in `Invalid`."""

from __future__ import annotations

from django import forms

from core.errors import Invalid
from suspects.services.identity import SAID_LIMIT

_QUIET = {"autocomplete": "off", "autocorrect": "off", "spellcheck": "false"}


def _line(label: str, **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={**_QUIET, **attrs})
    return forms.CharField(label=label, required=False, max_length=SAID_LIMIT * 2, widget=widget)


class SaidForm(forms.Form):
    """What the person says at once. Everything may stay empty: it can be asked later."""

    name = _line("Full name")
    date_of_birth = _line("Date of birth", inputmode="numeric")
    address = _line("Where they live")
    birthplace = _line("Where they were born")

    def said(self) -> dict[str, str]:
        return {name: text for name, text in self.cleaned_data.items() if text}

    def refuse(self, refusal: Invalid) -> None:
        """Put the service's words beside their fields."""
        for field, words in refusal.fields.items():
            self.add_error(field if field in self.fields else None, words)


class AnswerForm(forms.Form):
    """One answer: `then` is "refused" when they would not say."""

    question = forms.CharField(max_length=40)
    about = forms.CharField(max_length=60, required=False)
    said = forms.CharField(max_length=SAID_LIMIT * 2, required=False)
    then = forms.CharField(max_length=10, required=False)
