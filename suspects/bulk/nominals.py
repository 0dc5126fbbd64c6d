"""One imported row, checked against the rules for a person record (STANDARDS 1.1, 1.2, 5).

Everything wrong with a row is said at once; then the whole row is refused. A wrong check letter is not wrong with the
row: the number is kept as unverified.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

from incidents.services import parse_phone
from suspects.bulk.columns import Problem, Raw, entries
from suspects.bulk.values import Problems, day, degrees, text, whole
from suspects.codes import descriptions, identifiers, pole, postcodes, uprn, vrm
from suspects.codes.streets import street_key
from suspects.states import ContactKind, DpaCategory, LinkKind, NameType, Sex

REF = re.compile(r"[\w./:@ -]{1,40}")
T = TypeVar("T")
Name = tuple[str, str, str]  # type, given names, surname
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_SEXES = {"M": "M", "MALE": "M", "1": "M", "F": "F", "FEMALE": "F", "2": "F", "U": "U", "0": "U", "9": "U"}
_OWNERSHIP = (LinkKind.KEEPER, LinkKind.DRIVER, LinkKind.INSURED, LinkKind.USER)
_ALIASES = (NameType.ALIAS, NameType.BIRTH, NameType.MARRIED, NameType.USED_ON_ARREST, NameType.COURT_PROVEN)
_FEATURES = ("build", "complexion", "eye_left", "eye_right")

NO_REF = "Give the number this record has in its own system: up to 40 letters, digits and . / : @ - _"
NO_MINIMUM = "There is no name, and fewer than four of sex, build, complexion, eyes, ethnicity are known. Add one."


@dataclass(frozen=True, slots=True)
class Place:
    """An address and how long the person has lived there. `key` tells equal addresses of one source."""

    key: str
    fields: dict[str, Any]
    since: dt.date | None
    until: dt.date | None


@dataclass(frozen=True, slots=True)
class Car:
    vrm: str
    fields: dict[str, str]
    kind: str  # LinkKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominal:
    """A row that may be kept. `person` holds columns of Person, those that were empty left out; names are
    (type, given names, surname), the legal one first; identifiers (kind, value, verified); contacts (kind, value,
    extension); markers (code, text, date)."""

    ref: str
    person: dict[str, Any]
    names: list[Name] = field(default_factory=list)
    identifiers: list[tuple[str, str, bool]] = field(default_factory=list)
    contacts: list[tuple[str, str, str]] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    cars: list[Car] = field(default_factory=list)
    markers: list[tuple[str, str, dt.date | None]] = field(default_factory=list)


def ref_of(raw: Raw) -> str:
    """The row's reference in its source; empty when there is none that can be used."""
    value = raw.get("source_ref", "")
    plain = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return plain if REF.fullmatch(plain) else ""


def read(line: int, raw: Raw, *, today: dt.date, marker_codes: frozenset[str]) -> Nominal | list[Problem]:
    """A checked row, or everything that is wrong with it."""
    problems = Problems()
    if not ref_of(raw):
        problems.add("source_ref", NO_REF)
    listed = entries(raw, problems.add)
    person = _person(raw, problems, today)
    names = _names(raw, listed["aliases"], person, problems)
    made = Nominal(
        ref=ref_of(raw),
        person=person,
        names=names,
        identifiers=_once(_all(listed["identifiers"], problems, _identifier, today)),
        contacts=_once(_all(listed["contacts"], problems, _contact)),
        places=_all(listed["addresses"], problems, _place, today),
        cars=list({(car.vrm, car.kind): car for car in _all(listed["vehicles"], problems, _car)}.values()),
        markers=_once(_all(listed["markers"], problems, _marker, today, marker_codes)),
    )
    _pole_minimum(made, problems)
    if problems.found:
        return [Problem(line, column, words) for column, words in problems.found.items()]
    return made


def _person(raw: Raw, problems: Problems, today: dt.date) -> dict[str, Any]:
    """Columns of Person that were given, checked."""
    found: dict[str, Any] = {}
    for column, rule in _RULES.items():
        if column in raw:
            found[column] = problems.take(column, None, rule, raw[column])
    if "died_on" in raw:
        found["died_on"] = problems.take("died_on", None, _day, raw["died_on"], today)
    if "date_of_birth" in raw:
        found["date_of_birth"] = problems.take(
            "date_of_birth", None, _born, raw["date_of_birth"], today, found.get("died_on")
        )
    low, high = found.get("height_from"), found.get("height_to")
    if low or high:
        found["height_from"], found["height_to"] = low or high, high or low
        if low and high and low > high:
            problems.add("height_to", "The tallest is less than the shortest.")
    if "category" in found:
        found["dpa_category"] = found.pop("category")
    return {column: value for column, value in found.items() if value not in (None, "")}


def _day(value: Any, today: dt.date) -> dt.date | None:
    return day(value, today=today)


def _born(value: Any, today: dt.date, died: dt.date | None) -> dt.date | None:
    return pole.date_of_birth(day(value, today=today), today=today, died=died)


def _sex(value: Any) -> str:
    found = _SEXES.get(text(value, 20).upper())
    if found is None:
        raise ValueError("Use M, F or U.")
    return found


def _category(value: Any) -> str:
    found = text(value, 20).upper()
    if found not in DpaCategory.values:
        raise ValueError(f"Use one of: {', '.join(DpaCategory.values)}.")
    return found


#: The same few thousand names and words come again and again in a large file.
_surname, _given_names = lru_cache(50_000)(pole.surname), lru_cache(50_000)(pole.given_names)
_one_of = lru_cache(1_000)(descriptions.one_of)

_RULES: dict[str, Callable[[Any], Any]] = {
    "surname": lambda value: _surname(text(value, 200)),
    "given_names": lambda value: _given_names(text(value, 200)),
    "sex": _sex,
    "ethnicity_self": lambda value: descriptions.ethnicity_self(text(value, 20)),
    "ethnicity_observed": lambda value: descriptions.ethnicity_observed(text(value, 20)),
    "birthplace": lambda value: text(value, 35),
    "height_from": lambda value: whole(value, 30, 272),
    "height_to": lambda value: whole(value, 30, 272),
    "build": lambda value: _one_of(text(value, 40), descriptions.BUILD),
    "complexion": lambda value: _one_of(text(value, 40), descriptions.COMPLEXION),
    "eye_left": lambda value: _one_of(text(value, 40), descriptions.EYES),
    "eye_right": lambda value: _one_of(text(value, 40), descriptions.EYES),
    "hair": lambda value: _one_of(text(value, 40), descriptions.HAIR),
    "facial_hair": lambda value: text(value, 40),
    "accent": lambda value: text(value, 40),
    "category": _category,
}


def _names(raw: Raw, aliases: list[Raw], person: dict[str, Any], problems: Problems) -> list[Name]:
    given, surname = person.get("given_names", ""), person.get("surname", "")
    found: list[Name] = [(str(NameType.LEGAL), given, surname)] if given or surname else []
    for column, rule in _NAMES.items():
        if column in raw:
            found.append(problems.take(column, _NO_NAME, rule, raw[column], given))
    found += [problems.take(entry["_column"], _NO_NAME, _listed_name, entry) for entry in aliases]
    return list(dict.fromkeys(name for name in found if name[1] or name[2]))


def _birth_name(value: Any, given: str) -> Name:
    return str(NameType.BIRTH), given, pole.surname(text(value, 200))


def _nickname(value: Any, given: str) -> Name:
    return str(NameType.NICKNAME), pole.nickname(text(value, 200)), ""


def _alias(value: Any, given: str) -> Name:
    """ "SURNAME, Given names" in police order. Without a comma the text is a surname."""
    surname, _, first = text(value, 200).partition(",")
    return str(NameType.ALIAS), pole.given_names(first), pole.surname(surname)


_NO_NAME: Name = ("", "", "")
_NAMES: dict[str, Callable[[Any, str], Name]] = {
    "birth_surname": _birth_name, "alias_1": _alias, "alias_2": _alias, "alias_3": _alias,
    "nickname_1": _nickname, "nickname_2": _nickname,
}  # fmt: skip


def _listed_name(entry: Raw) -> Name:
    kind = text(entry.get("type", "ALIAS"), 20).upper()
    given, surname = text(entry.get("given_names", ""), 200), text(entry.get("surname", ""), 200)
    if kind == NameType.NICKNAME:
        return kind, pole.nickname(given or surname), ""
    if kind not in _ALIASES:
        raise ValueError(f"The type of a name is one of: {', '.join((*_ALIASES, NameType.NICKNAME))}.")
    if not (given or surname):
        raise ValueError("A name has a surname or given names.")
    return kind, pole.given_names(given), pole.surname(surname)


def _once(found: list[T]) -> list[T]:
    return list(dict.fromkeys(found))


def _all(listed: list[Raw], problems: Problems, parse: Callable[..., T], *arguments: Any) -> list[T]:
    """Every entry that is right, each once in its order; `problems` hears of the others."""
    found = [problems.take(entry["_column"], None, parse, entry, *arguments) for entry in listed]
    return [one for one in found if one is not None]


def _identifier(entry: Raw, today: dt.date) -> tuple[str, str, bool]:
    kind = str(entry.get("kind", "")).upper()
    checked = identifiers.identifier(kind, text(entry.get("value", ""), 60), this_year=today.year)
    return kind, checked.canonical, checked.verified


def _contact(entry: Raw) -> tuple[str, str, str]:
    kind, value = str(entry.get("kind", "")).upper(), text(entry.get("value", ""), 120)
    if kind not in ContactKind.values:
        raise ValueError(f"The kind of a contact is one of: {', '.join(ContactKind.values)}.")
    extension = text(entry.get("extension", ""), 6)
    if extension and not re.fullmatch(r"\d{1,6}", extension, re.ASCII):
        raise ValueError("An extension has one to six digits.")
    if kind == ContactKind.EMAIL:
        if not _EMAIL.fullmatch(value):
            raise ValueError("This is not an email address.")
        return kind, value.lower(), ""
    return kind, parse_phone(value), extension


_SIZES = {"flat": 5, "number": 5, "premises": 35, "street": 35, "town": 35, "county": 35}


def _place(entry: Raw, today: dt.date) -> Place:
    fields: dict[str, Any] = {name: text(entry.get(name, ""), size) for name, size in _SIZES.items()}
    fields["postcode"] = postcodes.normalise(text(entry["postcode"], 12)) if "postcode" in entry else ""
    fields["uprn"] = uprn.uprn(text(entry["uprn"], 20)) if "uprn" in entry else ""
    if not (fields["street"] or fields["premises"] or fields["postcode"] or fields["uprn"]):
        raise ValueError("An address has a street, premises, a postcode or a UPRN.")
    fields["street_folded"] = street_key(fields["street"])
    if ("lat" in entry) != ("lon" in entry):
        raise ValueError("Give latitude and longitude, or neither.")
    fields["lat"] = degrees(entry["lat"], 90) if "lat" in entry else None
    fields["lon"] = degrees(entry["lon"], 180) if "lon" in entry else None
    since = day(entry["since"], today=today) if "since" in entry else None
    until = day(entry["until"], today=today) if "until" in entry else None
    if since and until and until < since:
        raise ValueError("The address ends before it begins.")
    return Place(_place_key(fields), fields, since, until)


def _place_key(fields: dict[str, Any]) -> str:
    if fields["uprn"]:
        return f"U{fields['uprn']}"
    line = "|".join(str(fields[name]) for name in ("flat", "number", "premises", "street_folded", "town", "postcode"))
    return f"A{hashlib.sha256(line.casefold().encode()).hexdigest()[:32]}"


def _car(entry: Raw) -> Car:
    kind = text(entry.get("as", LinkKind.KEEPER), 20).upper()
    if kind not in _OWNERSHIP:
        raise ValueError(f"Say how the vehicle belongs to the person: {', '.join(_OWNERSHIP)}.")
    fields = {name: text(entry.get(name, ""), size) for name, size in (("make", 30), ("model", 40), ("colour", 20))}
    return Car(vrm.normalise(text(entry.get("vrm", ""), 20)), fields, kind)


def _marker(entry: Raw, today: dt.date, codes: frozenset[str]) -> tuple[str, str, dt.date | None]:
    code, words = text(entry.get("code", ""), 10).upper(), text(entry.get("text", ""), 300)
    if code not in codes:
        raise ValueError("The force has no warning signal or information marker with this code.")
    if not words:
        raise ValueError("A marker says what it warns of: fill in its text.")
    return code, words, day(entry["date"], today=today) if "date" in entry else None


def _pole_minimum(made: Nominal, problems: Problems) -> None:
    """No name: at least four features are known, or there is no record (STANDARDS 1.1)."""
    person = made.person
    if any(person.get(name) or name in problems.found for name in ("surname", "given_names")):
        return
    ethnicity = person.get("ethnicity_observed") or person.get("ethnicity_self", "")
    features = [person.get("sex", ""), ethnicity, *(person.get(name, "") for name in _FEATURES)]
    if not pole.enough_for_a_stranger(features):
        problems.add("surname", NO_MINIMUM)


def incomplete(made: Nominal) -> bool:
    """Whether the "4+1" minimum still wants something: kept, and flagged for completion."""
    person = made.person
    return bool(
        pole.missing(
            given=person.get("given_names", ""),
            surname=person.get("surname", ""),
            born=person.get("date_of_birth"),
            sex=person.get("sex", Sex.UNKNOWN),
            gender="",
            contacts=len(made.contacts),
            addresses=len(made.places),
        )
    )
