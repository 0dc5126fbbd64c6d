"""One imported row: what is kept, what is flagged, what is refused, and in which words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from suspects.bulk.nominals import Nominal, incomplete, read
from suspects.bulk.preparing import digest_of

TODAY = dt.date(2026, 11, 21)
PYKE = {"source_ref": "N-1", "surname": "Pyke", "given_names": "Darren", "date_of_birth": "06/03/1985", "sex": "M"}


def _read(**columns: Any) -> Any:
    raw = {name: value for name, value in (PYKE | columns).items() if value is not None}
    return read(5, raw, today=TODAY, marker_codes=frozenset({"WE", "VI"}))


def _good(**columns: Any) -> Nominal:
    made = _read(**columns)
    assert isinstance(made, Nominal), made
    return made


def _wrong(**columns: Any) -> dict[str, str]:
    problems = _read(**columns)
    assert isinstance(problems, list), problems
    assert {problem.line for problem in problems} == {5}
    return {problem.column: problem.message for problem in problems}


def test_a_whole_row_becomes_a_person_with_all_that_hangs_on_it() -> None:
    made = _good(
        birth_surname="Ash", alias_1="O’Hara, Dan", nickname_1="Tiny 2", pnc_id="79/163001B", cro="65656/91H",
        mobile="07700 900417", email="D.Pyke@Example.org", address_number="31", address_street="Fenside Wlk",
        address_postcode="nm47qt", address_lat="53.7361", address_lon="-0.4471", address_since="1/2/2020",
        marker_1_code="we", marker_1_text="Carries a lock knife", marker_1_date="2026-01-05",
        vehicle_1_vrm="kx68 zzb", vehicle_1_make="Vauxhall", vehicle_1_as="driver", height_from="178",
        category="convicted", build="proportionate", ethnicity_observed="3", ethnicity_self="o1",
    )  # fmt: skip
    assert made.names == [
        ("LEGAL", "Darren", "Pyke"), ("BIRTH", "Darren", "Ash"), ("ALIAS", "Dan", "O'Hara"), ("NICKNAME", "Tiny 2", ""),
    ]  # fmt: skip
    assert made.identifiers == [("PNC", "1979/0163001B", True), ("CRO", "65656/91H", True)]
    assert made.contacts == [("MOBH", "+447700900417", ""), ("EMAIL", "d.pyke@example.org", "")]
    assert (made.places[0].fields["postcode"], made.places[0].fields["street_folded"]) == ("NM4 7QT", "fenside walk")
    assert made.places[0].fields["lon"] == -0.4471
    assert made.places[0].since == dt.date(2020, 2, 1)
    assert made.markers == [("WE", "Carries a lock knife", dt.date(2026, 1, 5))]
    assert (made.cars[0].vrm, made.cars[0].kind) == ("KX68ZZB", "DRIVER")
    person = made.person
    assert (person["height_from"], person["height_to"], person["dpa_category"]) == (178, 178, "CONVICTED")
    assert (person["build"], person["ethnicity_observed"], person["ethnicity_self"]) == ("Proportionate", "IC3", "A4")
    assert not incomplete(made)


def test_a_json_line_says_the_same_in_lists() -> None:
    flat = _good(alias_1="Ash, Dan", pnc_id="79/163001B", mobile="07700900417", address_uprn="00123")
    nested = _good(
        aliases=[{"surname": "Ash", "given_names": "Dan"}], identifiers=[{"kind": "PNC", "value": "1979/0163001B"}],
        contacts=[{"kind": "MOBH", "value": "+44 7700 900417"}], addresses=[{"uprn": 123}],
    )  # fmt: skip
    assert flat == nested
    assert flat.places[0].key == "U123"


def test_a_wrong_check_letter_is_kept_as_unverified() -> None:
    assert _good(pnc_id="2001/0171310A").identifiers == [("PNC", "2001/0171310A", False)]


def test_what_the_minimum_wants_is_flagged_and_what_is_nobody_is_refused() -> None:
    assert incomplete(_good())  # no address, telephone or email
    assert not incomplete(_good(mobile="07700900417"))
    assert incomplete(_good(mobile="07700900417", date_of_birth=None))
    stranger = {"surname": None, "given_names": None, "date_of_birth": None}
    assert "fewer than four" in _wrong(**stranger, build="Slim")["surname"]
    made = _good(**stranger, build="Slim", complexion="Pale", ethnicity_observed="IC1")
    assert made.names == []
    assert incomplete(made)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("date_of_birth", "31/02/1985", "no such day"),
        ("date_of_birth", "22/11/2026", "still to come"),
        ("date_of_birth", "21/11/2026", "before today"),
        ("date_of_birth", "01/01/1890", "age over 120"),
        ("date_of_birth", "soon", "day, month, year"),
        ("surname", "Pyke2", "Only letters"),
        ("surname", "UNKNOWN", "not a name"),
        ("surname", "P" * 36, "at most 35"),
        ("given_names", "Mr Darren", "title"),
        ("sex", "X", "M, F or U"),
        ("sex", ["M"], "not a list"),
        ("surname", True, "not a list"),
        ("height_from", "1.78", "whole number"),
        ("height_from", "٣٤", "whole number"),
        ("build", "Huge", "Choose one of"),
        ("category", "GUILTY", "SUSPECT"),
        ("ethnicity_self", "Z9", "18+1"),
        ("pnc_id", "nonsense", "A PNC ID is"),
        ("mobile", "12", "too few digits"),
        ("email", "nobody", "email address"),
        ("birthplace", "North\x00mere", "cannot be shown"),
        ("birthplace", "North\nmere", "cannot be shown"),
        ("birthplace", "\u202egnp", "cannot be shown"),
        ("birthplace", "\ud800", "cannot be shown"),
        ("birthplace", "x" * 36, "at most 35"),
        ("birthplace", "=HYPERLINK(1)", "spreadsheet"),
        ("birthplace", "+cmd|' /C calc'!A0", "spreadsheet"),
        ("birthplace", " @SUM(1)", "spreadsheet"),
        ("birthplace", "-2+3+cmd", "spreadsheet"),
        ("birthplace", "＝1", "spreadsheet"),
        ("source_ref", "=1+1", "own system"),
        ("source_ref", "x" * 41, "own system"),
    ],
)
def test_a_value_that_cannot_be_kept_is_named_by_its_column_and_never_quoted(
    column: str, value: Any, words: str
) -> None:
    message = _wrong(**{column: value})[column]
    assert words in message
    assert column == "source_ref" or str(value) not in message.replace("UNKNOWN", "")


@pytest.mark.parametrize(
    ("columns", "blamed"),
    [
        ({"address_postcode": "NM4"}, "address"),
        ({"address_town": "Northmere"}, "address"),
        ({"address_uprn": "12a"}, "address"),
        ({"address_street": "A", "address_lat": "53.7"}, "address"),
        ({"address_street": "A", "address_lat": "95", "address_lon": "0"}, "address"),
        ({"address_street": "A", "address_since": "1/1/2020", "address_until": "1/1/2019"}, "address"),
        ({"marker_2_code": "ZZ", "marker_2_text": "x"}, "marker_2_code"),
        ({"marker_1_code": "WE"}, "marker_1_code"),
        ({"vehicle_2_make": "Ford"}, "vehicle_2_vrm"),
        ({"vehicle_1_vrm": "AB12CDE", "vehicle_1_as": "thief"}, "vehicle_1_vrm"),
        ({"aliases": "Ash"}, "aliases"),
        ({"aliases": [{"surname": "Ash", "shoe": 9}]}, "aliases"),
        ({"aliases": [{}]}, "aliases[0]"),
        ({"aliases": [{"type": "LEGAL", "surname": "Ash"}]}, "aliases[0]"),
        ({"contacts": [{"kind": "FAX", "value": "1"}]}, "contacts[0]"),
        ({"contacts": [{"kind": "LANH", "value": "01632960123", "extension": "1234567"}]}, "contacts[0]"),
        ({"identifiers": [{"kind": "SHOE", "value": "9"}]}, "identifiers[0]"),
        ({"vehicles": [{"vrm": "AB12CDE"}] * 21}, "vehicles"),
        ({"height_from": "190", "height_to": "170"}, "height_to"),
        ({"died_on": "01/01/1980"}, "date_of_birth"),
    ],
)
def test_a_part_that_is_wrong_refuses_the_whole_row(columns: dict[str, Any], blamed: str) -> None:
    assert list(_wrong(**columns)) == [blamed]


def test_everything_wrong_is_said_at_once() -> None:
    assert set(_wrong(surname="1", sex="X", pnc_id="?", mobile="x")) == {"surname", "sex", "pnc_id", "mobile"}


def test_the_hash_is_of_what_is_said_not_of_how() -> None:
    assert digest_of({"a": "1", "b": "2"}) == digest_of({"b": "2", "a": "1"})
    assert digest_of({"a": "1"}) != digest_of({"a": "2"})
