"""What may be said of a person or a vehicle in the picture, and how it reads in the log.

The fields and codes are STANDARDS 5.5 (observed only), 5.8 and 6.1. Ethnicity is what the describer perceived, never
more; nothing here compares a face or guesses a field. A registration mark that fits no pattern is a warning, never a
refusal: partial and foreign marks are normal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

MAX_TEXT = 200
SEXES = (("male", "Male"), ("female", "Female"), ("unknown", "Not known"))
IC_CODES = (
    ("IC1", "IC1 White, North European"),
    ("IC2", "IC2 White, South European"),
    ("IC3", "IC3 Black"),
    ("IC4", "IC4 Asian"),
    ("IC5", "IC5 Chinese, Japanese, SE Asian"),
    ("IC6", "IC6 Arabic, North African"),
    ("IC9", "IC9 Unknown"),
)
_BUILDS = (
    "Medium",
    "Broad",
    "Heavy",
    "Thin",
    "Fat",
    "Stocky",
    "Slim",
    "Large",
    "Slight",
    "Small",
    "Proportionate",
    "U/K",
)
_COMPLEXIONS = ("Fresh", "Albino", "Ruddy", "Fair", "Pale", "Tanned", "Sallow", "Dark", "Swarthy", "U/K")
_HAIR = (
    *("Black", "Fair", "Grey", "Mousey", "White", "Blue", "Green", "Orange", "Purple", "Yellow", "Pink", "Blonde"),
    *("Brown", "Dark Brown", "Light Brown", "Ginger", "Red", "Auburn", "Sandy", "Multi", "Other", "None"),
)

Choices = tuple[tuple[str, str], ...]


def _same(values: tuple[str, ...]) -> Choices:
    return tuple((value, value) for value in values)


@dataclass(frozen=True)
class Field:
    name: str
    label: str
    shape: Literal["text", "whole", "choice"] = "text"
    choices: Choices = ()
    low: int = 0
    high: int = 0
    hint: str = ""


PERSON = (
    Field("sex", "Sex", "choice", SEXES),
    Field("age_from", "Age", "whole", low=0, high=120),
    Field("age_to", "to", "whole", low=0, high=120),
    Field("ethnicity_observed", "Ethnicity, as observed", "choice", IC_CODES),
    Field("height_from", "Height, cm", "whole", low=30, high=250),
    Field("height_to", "to", "whole", low=30, high=250),
    Field("build", "Build", "choice", _same(_BUILDS)),
    Field("hair", "Hair", "choice", _same(_HAIR)),
    Field("complexion", "Complexion", "choice", _same(_COMPLEXIONS)),
    Field("features", "Features", hint="Scar, tattoo, beard, glasses"),
    Field("clothing", "Clothing", hint="Grey hooded top up, black joggers"),
    Field("carrying", "Carrying", hint="Knife in right hand"),
)
VEHICLE = (
    Field("vrm", "Registration mark", hint="Part of it: ? for one sign, * for the rest"),
    Field("colour", "Colour"),
    Field("make", "Make"),
    Field("model", "Model"),
    Field("body", "Body", hint="Hatchback, van, motorcycle"),
    Field("features", "Features", hint="Nearside rear light on"),
    Field("occupants", "Occupants"),
    Field("direction", "Towards"),
)
FIELDS: dict[str, tuple[Field, ...]] = {"person": PERSON, "vehicle": VEHICLE}

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"^[A-HJ-PR-Y]{2}(?!00|01|50)\d{2}[A-HJ-PR-Z]{3}$",
        r"^[A-HJ-NP-TV-Y]\d{1,3}[A-HJ-PR-Z]{3}$",
        r"^Q\d{1,3}[A-Z]{3}$",
        r"^[A-Z]{3}\d{1,3}[A-HJ-NPR-TV-Y]$",
        r"^([A-Z]{1,3}\d{1,4}|\d{1,4}[A-Z]{1,3})$",
    )
)
_MARK = re.compile(r"^([^\W_]|[?*]){1,11}$")  # foreign marks have letters of their own: Ä, Ш


class BadField(ValueError):
    """A value that is no such thing; `field` is its name and the message says what to enter."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def clean(kind: str, raw: dict[str, str]) -> dict[str, Any]:
    """The fields that were filled in, checked. `raw` has text already without control characters. Raises BadField."""
    found: dict[str, Any] = {field.name: _value(field, raw.get(field.name, "").strip()) for field in FIELDS[kind]}
    details = {name: value for name, value in found.items() if value not in ("", None)}
    for low, high, what in (("age_from", "age_to", "age"), ("height_from", "height_to", "height")):
        if low in details and high in details and details[low] > details[high]:
            raise BadField(high, f"The {what} ends before it begins.")
    return details


def _value(field: Field, text: str) -> str | int | None:
    if not text:
        return None
    if field.shape == "whole":
        if not re.fullmatch(r"[0-9]{1,3}", text) or not field.low <= int(text) <= field.high:
            raise BadField(field.name, f"Enter a whole number from {field.low} to {field.high}.")
        return int(text)
    if field.shape == "choice":
        if text not in dict(field.choices):
            raise BadField(field.name, "Choose one of the list.")
        return text
    if len(text) > MAX_TEXT:
        raise BadField(field.name, f"{field.label}: use at most {MAX_TEXT} characters; this is {len(text):,}.")
    if field.name == "vrm":
        return _mark(text)
    return text


def _mark(text: str) -> str:
    mark = re.sub(r"[\s-]", "", text.upper())
    if not _MARK.match(mark):
        raise BadField("vrm", "Letters and digits only, at most 11; ? for one sign that was not read, * for the rest.")
    return mark


def mark_warning(details: dict[str, Any]) -> str:
    """Why a registration mark looks odd, "" when it does not. A partial one is never odd."""
    mark = str(details.get("vrm", ""))
    if not mark or "?" in mark or "*" in mark or any(pattern.match(mark) for pattern in _PATTERNS):
        return ""
    return f"{mark} fits no pattern of UK marks: partial or foreign?"


def _span(low: Any, high: Any, unit: str = "") -> str:
    if low is None and high is None:
        return ""
    if low is None or high is None or low == high:
        return f"about {low if low is not None else high}{unit}"
    return f"{low} to {high}{unit}"


def _feet(centimetres: int) -> str:
    feet, inches = divmod(round(centimetres / 2.54), 12)
    return f"{feet} ft {inches}"


def _height(low: Any, high: Any) -> str:
    """In both measures: crews and callers say feet and inches."""
    span = _span(low, high, " cm")
    feet = dict.fromkeys(_feet(one) for one in (low, high) if one is not None)
    return span and f"{span} ({' to '.join(feet)})"


def _named(value: Any, what: str) -> str:
    """As "slim build", "build not known"; "" where nothing was said."""
    if not value:
        return ""
    return f"{what} not known" if value == "U/K" else f"{str(value).lower()} {what}"


def words(kind: str, details: dict[str, Any]) -> str:
    """The ten points in their order, as a log reads: "male, IC1, 20 to 25, 175 to 180 cm, slim, …"."""
    say = details.get
    if kind == "vehicle":
        mark = f"VRM {say('vrm')}" if say("vrm") else ""
        parts = [mark, *(str(say(field.name, "")) for field in VEHICLE if field.name not in ("vrm", "direction"))]
        parts.append(f"towards {say('direction')}" if say("direction") else "")
    else:
        sex = {"male": "male", "female": "female", "unknown": "sex not known"}.get(str(say("sex", "")), "")
        observed = f"{say('ethnicity_observed')} observed" if say("ethnicity_observed") else ""
        parts = [
            sex,
            _span(say("age_from"), say("age_to")),
            observed,
            _height(say("height_from"), say("height_to")),
            *(_named(say(name), name) for name in ("build", "hair", "complexion")),
            *(str(say(name, "")) for name in ("features", "clothing")),
            f"carrying {say('carrying')}" if say("carrying") else "",
        ]
    return ", ".join(part for part in parts if part)


def together(base: dict[str, Any], theirs: dict[str, Any], mine: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Two people's changes of the same `base` put together, and the fields that both changed differently."""
    names = base.keys() | theirs.keys() | mine.keys()
    both = sorted(
        name
        for name in names
        if base.get(name) != theirs.get(name)
        and base.get(name) != mine.get(name)
        and theirs.get(name) != mine.get(name)
    )
    merged = {name: mine.get(name) if base.get(name) != mine.get(name) else theirs.get(name) for name in names}
    return {name: value for name, value in merged.items() if value is not None}, both
