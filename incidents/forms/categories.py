"""Reading a category that was typed: its number, or words of its name."""

from __future__ import annotations

import re
from collections.abc import Collection

from django import forms

from incidents.models import IncidentCategory

_CODE = re.compile(r"^\s*(\d{3})\b")


def code_of(typed: str, categories: Collection[IncidentCategory]) -> str:
    """The code of what was typed: "034 …", "34" is not one, or a name that fits exactly one category."""
    if found := _CODE.match(typed):
        return found[1]
    words = typed.strip().casefold()
    fits = [one for one in categories if one.name.casefold() == words]
    fits = fits or [one for one in categories if words in one.name.casefold()]
    if len(fits) != 1:
        raise forms.ValidationError("Choose one of the list: type a word of its name, then arrow down and Enter.")
    return fits[0].code
