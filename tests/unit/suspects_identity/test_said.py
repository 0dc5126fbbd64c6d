"""What people say of themselves, held against what is on file. Named cases of a roadside."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suspects.matching import said
from suspects.matching.compare import NameHeld
from suspects.matching.dates import BadDate

pytestmark = pytest.mark.unit

HELD = [NameHeld("Conor Patrick", "O'Halloran", "LEGAL"), NameHeld("Con", "Halley", "ALIAS")]
BORN, TODAY = date(1998, 6, 4), date(2026, 11, 21)
HOME = said.PlaceHeld(number="8", street="Harbour Street", town="Wexmoor", postcode="NM4 7QT")
MARKS = [("Tattoo", "left neck", "Swallow"), ("Scarred", "right forearm", "burn")]


@pytest.mark.parametrize(
    ("text", "fits"),
    [("Conor O'Halloran", True), ("connor halloran", True), ("Con Halley", True), ("Halloran, Conor", True),
     ("Darren Pyke", False), ("Conor Smith", False), ("Mary O'Halloran", False), ("???", None)],
)  # fmt: skip
def test_names(text: str, fits: bool | None) -> None:
    assert said.names(text, HELD).fits is fits


@pytest.mark.parametrize(
    ("text", "fits"), [("Patrick", True), ("Paddy", True), ("Patric", True), ("James", False), ("-", None)]
)
def test_middle_names(text: str, fits: bool | None) -> None:
    assert said.middle_name(text, "Patrick John").fits is fits


@pytest.mark.parametrize(
    ("text", "fits", "reason"),
    [
        ("4 June 98", True, "the same day"), ("04/06/1998", True, "the same day"), ("04/06/1997", False, "year by one"),
        ("06/04/1998", False, "other way round"), ("1998", None, "ask for the day"), ("1990", False, "another date"),
        ("", None, "clear"),
    ],
)  # fmt: skip
def test_dates_of_birth(text: str, fits: bool | None, reason: str) -> None:
    compared = said.born(text, BORN, TODAY)
    assert compared.fits is fits
    assert reason in compared.reason


def test_an_impossible_date_is_not_an_answer() -> None:
    with pytest.raises(BadDate, match="28 days"):
        said.born("31/02/1998", BORN, TODAY)


@pytest.mark.parametrize(
    ("text", "fits", "reason"),
    [
        ("8 Harbour Street", True, "same street and number"), ("8 harbour st, Wexmoor", True, "same street and number"),
        ("Harbour", True, "no number given"), ("Harbor Street", True, "no number given"),
        ("12 Harbour Street", False, "another number"), ("NM4 7QT", True, "same postcode"),
        ("somewhere in Wexmoor", None, "same town"), ("4 Mill Lane", False, "another street"), ("8", None, "not clear"),
    ],
)  # fmt: skip
def test_addresses(text: str, fits: bool | None, reason: str) -> None:
    compared = said.address(text, HOME)
    assert compared.fits is fits
    assert reason in compared.reason


@pytest.mark.parametrize(
    ("text", "fits"),
    [("Northmere", True), ("northmear", True), ("Northmere, Anglia", True), ("Wexmoor", False), ("", None)],
)
def test_birthplaces(text: str, fits: bool | None) -> None:
    assert said.town(text, "Northmere").fits is fits


@pytest.mark.parametrize(
    ("text", "fits"),
    [("a swallow on my neck", True), ("burn on the forearm", True), ("a swallow", None), ("rose on my ankle", False),
     ("none", False), ("no", False), ("the", None)],
)  # fmt: skip
def test_marks(text: str, fits: bool | None) -> None:
    assert said.mark(text, MARKS).fits is fits


def test_telephones_and_vehicles() -> None:
    assert said.telephone("07700 900417", ["+447700900417"]).fits is True
    assert said.telephone("900417", ["+447700900417"]).fits is True
    assert said.telephone("07700 900418", ["+447700900417"]).fits is False
    assert said.telephone("417", ["+447700900417"]).fits is None
    assert said.vehicle("KX68 ZZB", ["KX68ZZB"]).fits is True
    assert said.vehicle("KX6B ZZB", ["KX68ZZB"]).fits is True  # B and 8 look alike
    assert said.vehicle("KX68", ["KX68ZZB"]).fits is None
    assert said.vehicle("AB12 CDE", ["KX68ZZB"]).fits is False
    assert said.vehicle("blue", ["KX68ZZB"]).fits is False
    assert said.vehicle("a?", ["KX68ZZB"]).fits is None


@given(st.text(max_size=200))
def test_whatever_is_said_has_an_answer(text: str) -> None:
    for compared in (
        said.names(text, HELD), said.middle_name(text, "Patrick"), said.address(text, HOME),
        said.town(text, "Northmere"),
        said.mark(text, MARKS), said.telephone(text, ["+447700900417"]), said.vehicle(text, ["KX68ZZB"]),
    ):  # fmt: skip
        assert compared.fits in {True, False, None}
        assert compared.reason
