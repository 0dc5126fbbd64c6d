"""What somebody typed about a person, checked field by field: complaints come together, in the field's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from core.clock import local_date, now
from incidents.services import clean_text
from incidents.services.problems import Problems
from suspects.codes import dates, descriptions, pole
from suspects.services.records import typed
from suspects.states import DpaCategory, Sex

LOWEST, HIGHEST = 30, 272  # centimetres


@dataclass(frozen=True, kw_only=True)
class PersonDetails:
    """As typed. A date is dd/mm/yyyy or a date; heights in centimetres; empty means not known."""

    surname: str = ""
    given_names: str = ""
    date_of_birth: str | dt.date | None = None
    died_on: str | dt.date | None = None
    sex: str = Sex.UNKNOWN
    gender_self: str = ""
    gender_restricted: bool = False
    ethnicity_self: str = ""
    ethnicity_ns_reason: str = ""
    ethnicity_observed: str = ""
    birthplace: str = ""
    height_from: int | None = None
    height_to: int | None = None
    build: str = ""
    complexion: str = ""
    eye_left: str = ""
    eye_right: str = ""
    hair: str = ""
    facial_hair: str = ""
    accent: str = ""
    dpa_category: str = DpaCategory.WITNESS


FIELDS = frozenset(field.name for field in fields(PersonDetails))
_LISTS = {
    "gender_self": descriptions.GENDERS, "build": descriptions.BUILD, "complexion": descriptions.COMPLEXION,
    "eye_left": descriptions.EYES, "eye_right": descriptions.EYES, "hair": descriptions.HAIR,
}  # fmt: skip
_TEXTS = {"birthplace": 35, "facial_hair": 40, "accent": 40}
_NAMES: dict[str, Callable[[str], str]] = {"surname": pole.surname, "given_names": pole.given_names}
_CODES: dict[str, Callable[[str], str]] = {
    "ethnicity_self": descriptions.ethnicity_self,
    "ethnicity_observed": descriptions.ethnicity_observed,
}


def checked(given: Mapping[str, Any], held: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Values for the model's fields named in `given`; `held` is what the record says already. Raises Invalid."""
    problems = Problems()
    out: dict[str, Any] = {}
    for field, raw in given.items():
        out[field] = _one(problems, field, raw)
    whole = {**(held or {}), **out}
    _dates(problems, given, out, whole)
    _heights(problems, out, whole)
    if whole.get("ethnicity_ns_reason") and whole.get("ethnicity_self") != "NS":
        problems.add("ethnicity_ns_reason", "A reason belongs to NS only.")
    problems.stop_here()
    return out


def _one(problems: Problems, field: str, raw: Any) -> Any:
    if field not in FIELDS:
        problems.add(field, "This cannot be changed here.")
        return None
    if field in {"date_of_birth", "died_on"}:
        return problems.take(lambda: typed(field, lambda: as_date(raw)), None)
    if field in {"height_from", "height_to"}:
        return raw
    if field == "gender_restricted":
        return bool(raw)
    text = str(raw or "")
    if field in _NAMES:
        return problems.take(lambda: typed(field, lambda: _NAMES[field](text)), "")
    if field in _CODES:
        return problems.take(lambda: typed(field, lambda: _CODES[field](text)), "")
    if field in _LISTS:
        return problems.take(lambda: typed(field, lambda: descriptions.one_of(text, _LISTS[field])), "")
    if field in _TEXTS:
        return problems.take(lambda: clean_text(text, field=field, limit=_TEXTS[field]), "")
    choices = {
        "sex": Sex.values,
        "dpa_category": DpaCategory.values,
        "ethnicity_ns_reason": ["", *descriptions.NOT_STATED],
    }
    if text not in choices[field]:
        problems.add(field, f"Use one of: {', '.join(choice for choice in choices[field] if choice)}.")
    return text


def as_date(raw: str | dt.date | None) -> dt.date | None:
    """A day from what was typed; None for nothing. Raises ValueError."""
    if raw is None or isinstance(raw, dt.date):
        return raw
    return dates.parse(raw, today=local_date(now())) if raw.strip() else None


def _dates(problems: Problems, given: Mapping[str, Any], out: dict[str, Any], whole: Mapping[str, Any]) -> None:
    today, born, died = local_date(now()), whole.get("date_of_birth"), whole.get("died_on")
    if died is not None and died > today:
        problems.add("died_on", "This day is still to come.")
    if born is not None and given.keys() & {"date_of_birth", "died_on"}:
        problems.take(lambda: typed("date_of_birth", lambda: pole.date_of_birth(born, today=today, died=died)), None)


def _heights(problems: Problems, out: dict[str, Any], whole: Mapping[str, Any]) -> None:
    low, high = whole.get("height_from"), whole.get("height_to")
    if not out.keys() & {"height_from", "height_to"} or (low is None and high is None):
        return
    low, high = low if low is not None else high, high if high is not None else low
    good = all(isinstance(one, int) and not isinstance(one, bool) and LOWEST <= one <= HIGHEST for one in (low, high))
    if not good or low > high:  # type: ignore[operator]  # both are numbers by then
        problems.add("height_from", f"Give a height from {LOWEST} to {HIGHEST} cm, the lower first.")
    out["height_from"], out["height_to"] = low, high
