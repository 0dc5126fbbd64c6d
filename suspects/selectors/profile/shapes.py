"""A profile's facts as plain values: each with its source and age, ready to be shown, frozen and compared.

Times are UTC, days are calendar days in London. Words are final: a page adds layout, a receipt keeps them as they are.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing that is known. `ref` names the record behind it ("suspects.link:<id>").

    `opinion` is None where the label would be wrong: a name is neither. `old` facts are shown in grey with their date.
    """

    section: str
    ref: str
    title: str
    text: str = ""
    source: str = ""
    dated: dt.date | dt.datetime | None = None
    age: str = ""
    old: bool = False
    opinion: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Warning_(Fact):
    """A warning signal, an information marker, or a warning of an address where the person may be found.

    `severity` is CRITICAL, CAUTION or NOTE. `about` is the address in words; empty when it is of the person.
    """

    marker_id: UUID
    code: str
    severity: str
    icon: str
    family: str
    health: bool
    review_due: dt.date
    review_overdue: bool
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class Wanted(Fact):
    """An active wanted record. `power` is the card's line: "Arrest: unlawfully at large" or "No power of arrest"."""

    wanted_id: UUID
    basis: str
    may_arrest: bool
    power: str
    band: str
    band_label: str
    band_colour: str
    band_icon: str
    target_words: str
    due_at: dt.datetime
    due: str
    overdue: bool
    two_officers: bool
    armed_only: bool
    warrant_category: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Condition(Fact):
    """A condition of bail or an order. `in_force`: it binds at this moment; of a curfew, its hours are running.

    `until_words` is "until 07:00", "always", "from 20:00". `knock` says in words whether an officer may demand to see
    the person, `knock_detail` what limits it tonight.
    """

    condition_id: UUID
    code: str
    icon: str
    in_force: bool
    until: dt.datetime | None
    until_words: str
    is_curfew: bool
    is_exclusion: bool
    may_knock: bool
    knock: str
    knock_detail: str
    address: str
    persons: str
    tagged: bool
    if_broken: str


@dataclass(frozen=True, kw_only=True)
class Picture(Fact):
    """An image of the person. `hidden`: under 18, shown for a reason only, which is logged."""

    image_id: UUID
    width: int
    height: int
    hidden: bool


@dataclass(frozen=True, kw_only=True)
class Intelligence(Fact):
    """A disseminated report, sanitised. `grade` is "2BC"; `conditions` must be read before it is passed on."""

    report_id: UUID
    grade: str
    grade_words: tuple[str, str, str]
    conditions: str
    review_due: dt.date
    review_overdue: bool


@dataclass(frozen=True, kw_only=True)
class Linked(Fact):
    """Another record and what joins it. `target` is address, vehicle, person or organisation."""

    kind: str
    target: str
    target_id: UUID
    current: bool


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One person at one moment, in display order. `hidden_images`: why no picture is shown, or empty.

    `do_not_approach`: a planned operation. Then no address and no intelligence says where the person may be, and no
    record gives a power.
    """

    person_id: UUID
    moment: dt.datetime
    version: int
    name: str
    filename: str
    born: dt.date | None
    age: int | None
    under_18: bool
    sex: str
    died_on: dt.date | None
    category: str
    pole_missing: tuple[str, ...]
    warnings: tuple[Warning_, ...]
    wanted: tuple[Wanted, ...]
    in_force: tuple[Condition, ...]
    not_in_force: tuple[Condition, ...]
    pictures: tuple[Picture, ...]
    intelligence: tuple[Intelligence, ...]
    addresses: tuple[Linked, ...]
    vehicles: tuple[Linked, ...]
    associates: tuple[Linked, ...]
    organisations: tuple[Linked, ...]
    names: tuple[Fact, ...]
    numbers: tuple[Fact, ...]
    safe_numbers: tuple[Fact, ...]
    contacts: tuple[Fact, ...]
    description: tuple[Fact, ...]
    history: tuple[Fact, ...]
    files: tuple[Fact, ...]
    hidden_images: str = ""
    do_not_approach: str = ""

    @property
    def title(self) -> str:
        """ "Darren Pyke, 41": what stands above the warnings."""
        return f"{self.name}, {self.age}" if self.age is not None and self.died_on is None else self.name

    @property
    def picture(self) -> Picture | None:
        """The newest image."""
        return self.pictures[0] if self.pictures else None

    @property
    def known(self) -> tuple[Fact, ...]:
        """Intelligence and links together, newest first, old last: the tab "Known"."""
        facts: tuple[Fact, ...] = (
            *self.intelligence, *self.addresses, *self.vehicles, *self.associates, *self.organisations,
        )  # fmt: skip
        return tuple(sorted(facts, key=lambda fact: (fact.old, -_day_number(fact.dated))))

    @property
    def all_facts(self) -> tuple[Fact, ...]:
        """Every fact in display order."""
        return (
            *self.warnings, *self.wanted, *self.in_force, *self.pictures, *self.not_in_force, *self.known,
            *self.description, *self.names, *self.numbers, *self.safe_numbers, *self.contacts, *self.history,
            *self.files,
        )  # fmt: skip

    def as_facts(self) -> list[dict[str, Any]]:
        """The head and every fact as JSON values, in display order: what a knowledge receipt freezes."""
        head = {
            "section": "person", "ref": f"suspects.person:{self.person_id}", "title": self.title,
            "filename": self.filename, "born": self.born, "sex": self.sex, "died_on": self.died_on,
            "category": self.category, "version": self.version, "pole_missing": list(self.pole_missing),
            "do_not_approach": self.do_not_approach,
        }  # fmt: skip
        return [_json(head), *(fact_values(fact) for fact in self.all_facts)]


def fact_values(fact: Fact) -> dict[str, Any]:
    """A fact as JSON values, as a knowledge receipt keeps it."""
    return _json({field.name: getattr(fact, field.name) for field in dataclasses.fields(fact)})


def _json(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _day_number(dated: dt.date | dt.datetime | None) -> float:
    if dated is None:
        return 0
    return dated.timestamp() / 86400 if isinstance(dated, dt.datetime) else dated.toordinal() - 719163
