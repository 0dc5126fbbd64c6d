"""The shape of what the check pages send. Rules are in the services, which name the fields in `Invalid`."""

from __future__ import annotations

from typing import Any

from django import forms

from core.errors import Invalid
from suspects.services.stops import MAX_JUSTIFICATION, Place
from suspects.services.typed import TYPED_LIMIT, Typed
from suspects.states import Subject

TYPED = ("text", "surname", "given", "born", "vrm", "number", "street", "postcode")
_QUIET = {"autocomplete": "off", "autocorrect": "off", "spellcheck": "false"}


def _line(label: str, limit: int = TYPED_LIMIT, **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={**_QUIET, **attrs})
    return forms.CharField(label=label, required=False, max_length=limit, strip=False, widget=widget)


class _Positioned(forms.Form):
    """`lat` and `lon` are WGS84 degrees that the phone adds when it knows them; what is no number is left out."""

    lat = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)
    lon = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)

    def place(self, text: str = "") -> Place:
        lat, lon = _degrees(self.cleaned_data.get("lat"), 90), _degrees(self.cleaned_data.get("lon"), 180)
        return Place(text=text, lat=lat, lon=lon) if lat is not None and lon is not None else Place(text=text)

    def refuse(self, refusal: Invalid) -> None:
        """Put a service's words beside their fields."""
        for field, words in refusal.fields.items():
            self.add_error(field if field in self.fields else None, words)
        if not refusal.fields:
            self.add_error(None, refusal.message)


class StopForm(_Positioned):
    """Why (B5.1)."""

    reason_code = forms.CharField(max_length=1, required=False)
    justification = forms.CharField(
        label="In your words",
        required=False,
        max_length=MAX_JUSTIFICATION * 2,
        widget=forms.Textarea(attrs={"rows": "2", "autocomplete": "off"}),
    )
    reference = _line("Incident or crime number", 60, inputmode="text")
    on_behalf_of = _line("For whom, if not for you", 80)
    place_text = _line("Where", 200)

    def values(self) -> dict[str, Any]:
        """What `start_stop` takes."""
        data = self.cleaned_data
        names = ("reason_code", "justification", "reference", "on_behalf_of")
        return {name: data[name] for name in names} | {"place": self.place(data["place_text"])}


class CheckForm(_Positioned):
    """One box, or the fields of Person, Vehicle or Place (B5.2). Everything typed comes back when it is refused."""

    subject = forms.CharField(required=False, max_length=8)
    text = _line("Search for anything", enterkeyhint="search")
    surname = _line("Surname", autocapitalize="characters")
    given = _line("First name", autocapitalize="words")
    born = _line("Born", inputmode="numeric", placeholder="dd/mm/yyyy")
    vrm = _line("Registration", autocapitalize="characters", placeholder="KX68 ZZB")
    number = _line("House or flat", 20)
    street = _line("Street")
    postcode = _line("Postcode", 20, autocapitalize="characters")

    def typed(self) -> Typed:
        return Typed(**{name: self.cleaned_data.get(name, "") for name in TYPED})

    @property
    def chosen(self) -> str:
        """The open tab."""
        given = str(self["subject"].value() or "")
        return given if given in Subject.values else Subject.PERSON.value

    @property
    def filled(self) -> list[tuple[str, str]]:
        """What was typed, for the page that asks for a reason first."""
        return [(name, str(self[name].value() or "")) for name in ("subject", *TYPED) if self[name].value()]


def _degrees(raw: object, most: float) -> float | None:
    try:
        value = float(str(raw))
    except ValueError:
        return None
    return value if -most <= value <= most else None
