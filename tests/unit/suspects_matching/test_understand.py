"""One box: what was typed is read every plausible way, and what cannot be is said in words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suspects.matching.dates import BadDate, looks_like_date, read_born
from suspects.matching.results import AddressQuery, Born, IdentifierQuery, Kind, PersonQuery, PhoneQuery, VehicleQuery
from suspects.matching.understand import LONGEST_TEXT, read_box, read_person

pytestmark = pytest.mark.unit

TODAY = date(2026, 11, 21)
BORN = date(1998, 6, 14)


@pytest.mark.parametrize(
    "typed",
    ["14/06/1998", "14.6.98", "14-06-98", "140698", "14061998", "1998-06-14", "19980614", "14 june 1998", "14th Jun 98",
     "June 14, 1998", "06/14/1998", "14 06 1998", " 14 / 6 / 1998 "],
)  # fmt: skip
def test_a_date_of_birth_in_any_order(typed: str) -> None:
    assert read_born(typed, TODAY).exact == BORN
    assert looks_like_date(typed)


def test_part_of_a_date_an_age_and_none() -> None:
    assert read_born("1998", TODAY) == Born(year=1998)
    assert read_born("june 1998", TODAY) == read_born("06/1998", TODAY) == Born(year=1998, month=6)
    assert read_born("27 yrs", TODAY) == read_born("aged 27", TODAY) == Born(year=1998, year_to=1999)
    assert not read_born("", TODAY)


def test_two_digit_years_are_the_latest_past_and_the_century_before_stays_possible() -> None:
    assert read_born("03/04/25", TODAY).exact == date(2025, 4, 3)
    assert date(1925, 4, 3) in read_born("03/04/25", TODAY).others
    assert read_born("03/04/27", TODAY).exact == date(1927, 4, 3)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("31/02/1998", "February 1998 has 28 days"), ("29/02/1999", "has 28 days"),
        ("31/04/1998", "April 1998 has 30 days"), ("13/13/1998", "no month 13"), ("00/00/0000", "no month 0"),
        ("12/12/2030", "not in the past"), ("21/11/2026", "not in the past"), ("01/01/1890", "more than 120 years"),
        ("150 years", "age of 150"), ("soon", "not understood"), ("2031", "cannot be"),
        ("1898", "not understood"),
    ],
)  # fmt: skip
def test_an_impossible_date_is_said_in_words(typed: str, words: str) -> None:
    with pytest.raises(BadDate, match=words):
        read_born(typed, TODAY)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("HALLORAN, Connor 14/06/1998", PersonQuery(surname="HALLORAN", given=("Connor",), born=Born(exact=BORN))),
        ("HALLORAN Connor", PersonQuery(surname="HALLORAN", given=("Connor",))),
        ("connor halloran", PersonQuery(surname="halloran", given=("connor",), order_known=False)),
        ("Mr Connor O'Halloran 14.6.98",
         PersonQuery(surname="O'Halloran", given=("Connor",), born=Born(exact=BORN), order_known=False)),
        ("mohammed al hassan 1990",
         PersonQuery(surname="al hassan", given=("mohammed",), born=Born(year=1990), order_known=False)),
        ("Halloran b. 14061998", PersonQuery(surname="Halloran", born=Born(exact=BORN), order_known=False)),
        ("January Jones 1980",
         PersonQuery(surname="Jones", given=("January",), born=Born(year=1980), order_known=False)),
        ("KX68 ZZB", VehicleQuery(mark="KX68ZZB")), ("kx6?zz*", VehicleQuery(mark="KX6?ZZ*")),
        ("NM4 7QT", AddressQuery(postcode="NM4 7QT")), ("nm47qt", AddressQuery(postcode="NM4 7QT")),
        ("12 Weir Street", AddressQuery(number="12", street="Weir Street")),
        ("flat 2, 12a Weir St, NM4 7QT", AddressQuery(postcode="NM4 7QT", number="12A", street="Weir St")),
        ("1979/0163001B", IdentifierQuery(scheme="PNC", value="1979/0163001B", verified=True)),
        ("79/163001b", IdentifierQuery(scheme="PNC", value="1979/0163001B", verified=True)),
        ("65656/91H", IdentifierQuery(scheme="CRO", value="65656/91H", verified=True)),
        ("07700 900123", PhoneQuery(number="+447700900123")),
        ("+44 20 7946 0123", PhoneQuery(number="+442079460123")),
    ],
)  # fmt: skip
def test_the_likeliest_reading(typed: str, query: object) -> None:
    understood = read_box(typed, TODAY)
    assert understood.best is not None
    assert understood.best.query == query
    assert understood.problems == ()


def test_every_plausible_reading_is_kept() -> None:
    understood = read_box("NM4", TODAY)
    assert {reading.kind for reading in understood.readings} == {Kind.ADDRESS, Kind.VEHICLE}
    assert understood.as_kind(Kind.VEHICLE) is not None
    assert {reading.kind for reading in read_box("Weir Street", TODAY).readings} == {Kind.PERSON, Kind.ADDRESS}
    assert read_box("x", TODAY).as_kind(Kind.PHONE) is None


def test_words_say_what_was_understood() -> None:
    best = read_box("connor halloran 14.6.98", TODAY).best
    assert best is not None
    assert best.words == "Surname HALLORAN, first name connor, born 14/06/1998"


def test_a_wrong_check_letter_is_searched_as_unverified_and_said() -> None:
    understood = read_box("2001/0171310S", TODAY)
    assert understood.best is not None
    assert understood.best.query == IdentifierQuery(scheme="PNC", value="2001/0171310S", verified=False)
    assert "check letter" in understood.problems[0]


def test_an_impossible_date_beside_a_name_still_searches_the_name() -> None:
    understood = read_box("Connor Halloran 31/02/1998", TODAY)
    assert understood.best is not None
    assert understood.best.query == PersonQuery(surname="Halloran", given=("Connor",), order_known=False)
    assert "28 days" in understood.problems[0]


@pytest.mark.parametrize("typed", ["", "   ", "%", "李小龙", "a" * (LONGEST_TEXT + 1), "31/02/1998"])
def test_what_cannot_be_searched_has_words_instead(typed: str) -> None:
    understood = read_box(typed, TODAY)
    assert understood.readings == ()
    assert understood.best is None
    assert understood.problems[0].endswith(".")


def test_separate_fields() -> None:
    query, problems = read_person(surname=" O’Halloran ", given="Mr Conor Patrick", born="14/6/98", today=TODAY)
    assert query == PersonQuery(surname="O’Halloran", given=("Conor", "Patrick"), born=Born(exact=BORN))
    assert problems == {}
    query, problems = read_person(surname="Smith", born="31/02/1998", today=TODAY)
    assert query.surname == "Smith"
    assert set(problems) == {"born"}
    query, problems = read_person(today=TODAY)
    assert not query
    assert set(problems) == {"surname"}


@given(st.text(max_size=200))
def test_no_text_is_a_crash(text: str) -> None:
    understood = read_box(text, TODAY)
    assert understood.readings or understood.problems
    assert list(understood.readings) == sorted(understood.readings, key=lambda reading: -reading.likelihood)


@given(
    st.dates(date(1907, 1, 1), date(2026, 11, 20)),
    st.sampled_from(["%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d", "%d %B %Y", "%d%m%Y"]),
)
def test_every_date_of_a_lifetime_is_read_back(born: date, written: str) -> None:
    assert read_born(born.strftime(written), TODAY).exact == born
