"""The wanted gallery's filter sheet. What is not understood filters nothing: an old address must still open."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from suspects.selectors.wanted import GalleryChoices, GalleryFilters, Near

DISTANCES = (1, 5)  # kilometres
ONLY = (
    ("overdue", "Overdue", "clock"),
    ("not_taken", "Not taken by another officer", "lock"),
    ("power_now", "Power of arrest now", "cuffs"),
)


class KnownChoices(forms.MultipleChoiceField):
    """Takes what it knows and drops the rest."""

    def clean(self, value: Any) -> list[str]:
        return [one for one in self.to_python(value) if self.valid_value(one)]


class FilterForm(forms.Form):
    """Of an address or of a body. The position comes in a body alone: `lat`, `lon` in WGS84 degrees and `km`."""

    band = KnownChoices(required=False)
    basis = KnownChoices(required=False)
    area = forms.ChoiceField(required=False)
    offence = forms.CharField(required=False, max_length=60)
    category = forms.ChoiceField(required=False)
    overdue = forms.BooleanField(required=False)
    not_taken = forms.BooleanField(required=False)
    power_now = forms.BooleanField(required=False)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180)
    km = forms.FloatField(required=False, min_value=0.1, max_value=100)

    def __init__(self, data: QueryDict, choices: GalleryChoices) -> None:
        super().__init__(data)
        self.offered = choices
        self.with_position = False
        self._choose("band", [(band.code, band.code) for band in choices.bands])
        self._choose("basis", [(basis.code, basis.label) for basis in choices.bases])
        self._choose("area", [("", "")] + [(area, area) for area in choices.areas])
        self._choose("category", [("", "")] + [(one.code, one.label) for one in choices.warrant_categories])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, (forms.ChoiceField, forms.MultipleChoiceField)):
            field.choices = choices

    def filters(self, *, position: bool) -> GalleryFilters:
        """With `position`, the circle that a body asked for."""
        self.full_clean()
        data: dict[str, Any] = self.cleaned_data
        near = None
        if position and all(data.get(name) is not None for name in ("lat", "lon", "km")):
            near = Near(lat=data["lat"], lon=data["lon"], km=data["km"])
        return GalleryFilters(
            near=near,
            area=data.get("area", ""),
            offence=data.get("offence", ""),
            bases=tuple(data.get("basis", ())),
            warrant_category=data.get("category", ""),
            bands=tuple(data.get("band", ())),
            overdue=bool(data.get("overdue")),
            not_taken=bool(data.get("not_taken")),
            power_now=bool(data.get("power_now")),
        )


def as_query(filters: GalleryFilters) -> list[tuple[str, str]]:
    """The address of these filters; never a position."""
    pairs = [("band", code) for code in filters.bands] + [("basis", code) for code in filters.bases]
    pairs += [("area", filters.area), ("offence", filters.offence), ("category", filters.warrant_category)]
    pairs += [(name, "1" if getattr(filters, name) else "") for name, _, _ in ONLY]
    return [(name, value) for name, value in pairs if value]


def filter_words(filters: GalleryFilters, choices: GalleryChoices, view: str) -> list[dict[str, str]]:
    """Each filter in words, with the address of the gallery without it: cleared with one tap."""
    bases = {basis.code: basis.label for basis in choices.bases}
    only = {name: label for name, label, _ in ONLY}
    pairs = as_query(filters)
    kept = [("view", view)] if view == "faces" else []
    before = {"category": "Warrant category ", "offence": "Offence: "}
    found = []
    for number, (name, value) in enumerate(pairs):
        label = only.get(name) or before.get(name, "") + bases.get(value, value)
        rest = urlencode(kept + pairs[:number] + pairs[number + 1 :])
        found.append({"label": label, "without": f"?{rest}"})
    return found
