"""Rows of a file turned into rows of tables, by the thousand and away from the database: what worker processes do."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from suspects.bulk import tables
from suspects.bulk.columns import Problem, Raw
from suspects.bulk.ids import ordered_id
from suspects.bulk.nominals import Car, Nominal, Place, incomplete, read
from suspects.bulk.tables import Row, Table
from suspects.bulk.writing import copy_text
from suspects.matching.keys import keys_for
from suspects.states import DpaCategory, Sex

#: Changes when the same row would be read differently: then every row is read again.
RULES_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What all rows of a run share. `markers`: code → (id of its kind, months to its review)."""

    force_id: int
    source: str
    label: str
    moment: dt.datetime
    today: dt.date
    markers: dict[str, tuple[UUID, int]]
    as_text: bool  # COPY text is wanted instead of rows


@dataclass(slots=True, kw_only=True)
class Prepared:
    """A row that may be written as a new person. `own` are the rows that depend on nothing else, `text` the same as
    COPY text. `nominal` stays behind when a worker made it: few rows are changes, and `raw` can be read again."""

    line: int
    ref: str
    digest: str
    person_id: str
    own: dict[Table, list[Row]] = field(default_factory=dict)
    text: dict[Table, bytes] = field(default_factory=dict)
    nominal: Nominal | None
    raw: Raw = field(default_factory=dict)
    places: list[Place]
    cars: list[Car]


def digest_of(raw: Raw) -> str:
    """The hash of what a row says: columns without a value do not count, nor does the order of columns."""
    said = json.dumps(raw, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(f"{RULES_VERSION}:{said}".encode()).hexdigest()


def prepare(setup: Setup, rows: list[tuple[int, Raw, str]]) -> list[Prepared | list[Problem]]:
    """Check rows, each with its line and hash, and make what is right ready to write."""
    codes = frozenset(setup.markers)
    done: list[Prepared | list[Problem]] = []
    for line, raw, digest in rows:
        nominal = read(line, raw, today=setup.today, marker_codes=codes)
        if isinstance(nominal, list):
            done.append(nominal)
            continue
        one = _prepared(setup, line, digest, nominal)
        if setup.as_text:
            one.text = {table: copy_text(table, made) for table, made in one.own.items()}
            one.own, one.nominal = {}, None
        done.append(one)
    return done


def nominal_of(setup: Setup, row: Prepared) -> Nominal:
    """What the row says, checked: it was right before, so it is right again."""
    nominal = row.nominal or read(row.line, row.raw, today=setup.today, marker_codes=frozenset(setup.markers))
    if isinstance(nominal, list):
        raise RuntimeError("a row that was right is wrong when it is read again")
    return nominal


def _new_id() -> str:
    """As text: twenty rows carry a person's id, and writing it out each time would cost more than checking it."""
    return str(ordered_id())


def _prepared(setup: Setup, line: int, digest: str, nominal: Nominal) -> Prepared:
    person_id = _new_id()
    own: dict[Table, list[Row]] = defaultdict(list)
    own[tables.PERSON].append(_person(setup, person_id, nominal, digest))
    for kind, given, surname in nominal.names:
        own[tables.NAME].append(
            (_new_id(), setup.force_id, person_id, kind, given, surname, setup.source, setup.moment)
        )
    for kind, value, verified in nominal.identifiers:
        own[tables.IDENTIFIER].append(
            (_new_id(), setup.force_id, person_id, kind, value, verified, setup.source, setup.moment)
        )
    for kind, value, extension in nominal.contacts:
        own[tables.CONTACT].append(
            (_new_id(), setup.force_id, person_id, kind, value, extension, setup.source, setup.moment)
        )
    for code, words, event in nominal.markers:
        kind_id, months = setup.markers[code]
        own[tables.MARKER].append((
            _new_id(), setup.force_id, person_id, kind_id, words, setup.source, event, setup.moment, setup.label,
            review_day(setup.today, months),
        ))  # fmt: skip
    keys = keys_for([(given, surname) for _, given, surname in nominal.names], nominal.person.get("date_of_birth"))
    own[tables.SEARCH_KEY] = [(setup.force_id, key, person_id) for key in keys]
    return Prepared(
        line=line, ref=nominal.ref, digest=digest, person_id=person_id, own=dict(own), nominal=nominal,
        places=nominal.places, cars=nominal.cars,
    )  # fmt: skip


_EMPTY: dict[str, Any] = {
    "date_of_birth": None, "sex": str(Sex.UNKNOWN), "height_from": None, "height_to": None, "died_on": None,
    "dpa_category": str(DpaCategory.WITNESS),
}  # fmt: skip


def _person(setup: Setup, person_id: str, nominal: Nominal, digest: str) -> Row:
    values = _EMPTY | nominal.person | {
        "id": person_id, "force_id": setup.force_id, "unknown_suspect": is_stranger(nominal),
        "pole_incomplete": incomplete(nominal), "source": setup.source, "source_ref": nominal.ref,
        "source_hash": digest, "recorded_at": setup.moment, "recorded_by_label": setup.label,
        "changed_at": setup.moment,
    }  # fmt: skip
    return tuple(values.get(column, "") for column in tables.PERSON.columns)


def is_stranger(nominal: Nominal) -> bool:
    """No name is known: the row came through on its features."""
    return not (nominal.person.get("surname") or nominal.person.get("given_names"))


def review_day(day: dt.date, months: int) -> dt.date:
    """So many months on; the 28th at the latest, so that the day exists."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, 28))


def address_row(setup: Setup, address_id: UUID | str, place: Place) -> Row:
    values = place.fields | {
        "id": address_id, "force_id": setup.force_id, "area": "", "source": setup.source, "source_ref": place.key,
        "recorded_at": setup.moment,
    }  # fmt: skip
    return tuple(values[column] for column in tables.ADDRESS.columns)


def link_row(
    setup: Setup,
    person_id: UUID | str,
    kind: str,
    *,
    address_id: UUID | str | None = None,
    vehicle_id: UUID | str | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> Row:
    return (
        _new_id(), setup.force_id, person_id, None, vehicle_id, address_id, kind, setup.source, since, until,
        setup.moment,
    )  # fmt: skip
