"""The documented columns of an import (docs/import.md), and one row of a file as a dictionary by those names.

A CSV row is flat; a JSON line may be flat in the same names or carry lists. `read_rows` gives what was written,
unchecked; `nominals.read` checks it.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from suspects.bulk.files import LONGEST_LINE, FileRefused

Raw = dict[str, Any]

PERSON = (
    "source_ref", "surname", "given_names", "date_of_birth", "sex", "ethnicity_self", "ethnicity_observed",
    "birthplace", "height_from", "height_to", "build", "complexion", "eye_left", "eye_right", "hair", "facial_hair",
    "accent", "category", "died_on",
)  # fmt: skip
NAMES = ("birth_surname", "alias_1", "alias_2", "alias_3", "nickname_1", "nickname_2")
IDENTIFIERS = {
    "pnc_id": "PNC", "cro": "CRO", "asn": "ASN", "driver_number": "DRIVER", "nino": "NINO", "passport": "PASSPORT",
    "prison_number": "PRISON",
}  # fmt: skip
CONTACTS = {
    "mobile": "MOBH", "work_mobile": "MOBW", "landline": "LANH", "work_landline": "LANW", "safe_number": "SAFE",
    "email": "EMAIL",
}  # fmt: skip
ADDRESS = (
    "flat", "number", "premises", "street", "town", "county", "postcode", "uprn", "lat", "lon", "since", "until",
)  # fmt: skip
MARKER, MARKERS = ("code", "text", "date"), 3
VEHICLE, VEHICLES = ("vrm", "make", "model", "colour", "as"), 2

#: The lists a JSON line may carry, each with the names of one entry.
LISTS: dict[str, tuple[str, ...]] = {
    "aliases": ("type", "surname", "given_names"),
    "identifiers": ("kind", "value"),
    "contacts": ("kind", "value", "extension"),
    "addresses": ADDRESS,
    "markers": MARKER,
    "vehicles": VEHICLE,
}
MOST_OF_A_LIST = 20

FLAT: tuple[str, ...] = (
    *PERSON, *NAMES, *IDENTIFIERS, *CONTACTS,
    *(f"address_{name}" for name in ADDRESS),
    *(f"marker_{number}_{name}" for number in range(1, MARKERS + 1) for name in MARKER),
    *(f"vehicle_{number}_{name}" for number in range(1, VEHICLES + 1) for name in VEHICLE),
)  # fmt: skip
_FLAT = frozenset(FLAT)
REQUIRED = ("source_ref",)

TOO_LONG = f"The line has more than {LONGEST_LINE:,} characters. A row is one line; check its quotes and line breaks."


@dataclass(frozen=True)
class Problem:
    """Why a row is not taken: its line, the column if one is to blame, and what to do. Never what the row says."""

    line: int
    column: str
    message: str


def read_rows(lines: Iterable[tuple[int, str | None]], *, json_lines: bool) -> Iterator[tuple[int, Raw | Problem]]:
    """Each row with its line number. Empty lines are skipped. Raises FileRefused when the header cannot be used."""
    return _json_rows(lines) if json_lines else _csv_rows(lines)


def _csv_rows(lines: Iterable[tuple[int, str | None]]) -> Iterator[tuple[int, Raw | Problem]]:
    header: tuple[str, ...] = ()
    for number, line in lines:
        if line is not None and not line.strip():
            continue
        if not header:
            header = _header(line)
            continue
        yield number, _too_long(number) if line is None else _csv_row(number, line, header)
    if not header:
        raise FileRefused("The file has no header line. Its first line names the columns. Nothing was imported.")


def _too_long(number: int) -> Problem:
    return Problem(number, "", TOO_LONG)


def _header(line: str | None) -> tuple[str, ...]:
    """Columns of the first line. Names are not quoted back: a file without a header begins with somebody's name."""
    if line is None:
        raise FileRefused(f"The header: {TOO_LONG} Nothing was imported.")
    names = _cells(line)
    if names is None:
        raise FileRefused("The quotes of the header line do not close. Nothing was imported.")
    names = [name.strip().lower() for name in names]
    if len(names) == 1 and (";" in line or "\t" in line):
        raise FileRefused("The columns are parted by semicolons or tabs. Save it with commas. Nothing was imported.")
    for place, name in enumerate(names, 1):
        if name not in _FLAT:
            raise FileRefused(
                f"Column {place} of the header is not one of the documented columns (docs/import.md). "
                "Does the first line name the columns? Nothing was imported."
            )
        if names.index(name) != place - 1:
            raise FileRefused(f"The column {name} comes twice. Nothing was imported.")
    for name in REQUIRED:
        if name not in names:
            raise FileRefused(f"The column {name} is missing: it finds a row again. Nothing was imported.")
    return tuple(names)


def _cells(line: str) -> list[str] | None:
    """The values of one line; None when its quotes do not close."""
    try:
        return next(csv.reader((line,), strict=True))
    except csv.Error:
        return None


def _csv_row(number: int, line: str, header: tuple[str, ...]) -> Raw | Problem:
    cells = _cells(line)
    if cells is None:
        return Problem(number, "", "The quotes do not close on this line. A row is one line, without line breaks.")
    if len(cells) != len(header):
        return Problem(number, "", f"The row has {len(cells):,} values, the header {len(header)}. Check its commas.")
    return {name: cell for name, cell in zip(header, cells, strict=True) if cell}


def _json_rows(lines: Iterable[tuple[int, str | None]]) -> Iterator[tuple[int, Raw | Problem]]:
    for number, line in lines:
        if line is None:
            yield number, _too_long(number)
        elif line.strip():
            yield number, _json_row(number, line)


def _json_row(number: int, line: str) -> Raw | Problem:
    try:
        given = json.loads(line, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return Problem(number, "", "The line is not one JSON object with each field once.")
    if not isinstance(given, dict):
        return Problem(number, "", "The line is not one JSON object with each field once.")
    if not given.keys() <= _FLAT | LISTS.keys():
        return Problem(number, "", "A field has a name that is not documented (docs/import.md).")
    return {name: value for name, value in given.items() if value not in (None, "", [])}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field comes twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def entries(raw: Raw, problem: Callable[[str, str], None]) -> dict[str, list[Raw]]:
    """The lists of a row, flat columns first: {"aliases": [...], ...}. `problem(column, words)` hears what is wrong.

    Each entry carries `_column`, the column to blame in a problem.
    """
    found: dict[str, list[Raw]] = {name: [] for name in LISTS}
    found["identifiers"] = [
        _entry(raw, name, kind=kind, value=name) for name, kind in IDENTIFIERS.items() if name in raw
    ]
    found["contacts"] = [_entry(raw, name, kind=kind, value=name) for name, kind in CONTACTS.items() if name in raw]
    for kind, names, numbers in (("markers", MARKER, MARKERS), ("vehicles", VEHICLE, VEHICLES)):
        for number in range(1, numbers + 1):
            start = f"{kind[:-1]}_{number}_"
            if one := {name: raw[start + name] for name in names if start + name in raw}:
                found[kind].append({**one, "_column": start + names[0]})
    if one := {name: raw[f"address_{name}"] for name in ADDRESS if f"address_{name}" in raw}:
        found["addresses"].append({**one, "_column": "address"})
    for kind, fields in LISTS.items():
        found[kind] += _listed(raw.get(kind, []), kind, fields, problem)
    return found


def _entry(raw: Raw, column: str, *, kind: str, value: str) -> Raw:
    return {"kind": kind, "value": raw[value], "_column": column}


def _listed(given: Any, kind: str, names: tuple[str, ...], problem: Callable[[str, str], None]) -> list[Raw]:
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        problem(kind, "This is a list of objects.")
        return []
    if len(given) > MOST_OF_A_LIST:
        problem(kind, f"At most {MOST_OF_A_LIST} can be imported with one person.")
        return []
    if any(not one.keys() <= set(names) for one in given):
        problem(kind, f"An entry has these fields: {', '.join(names)}.")
        return []
    return [
        {**{name: value for name, value in one.items() if value not in (None, "")}, "_column": f"{kind}[{place}]"}
        for place, one in enumerate(given)
    ]
