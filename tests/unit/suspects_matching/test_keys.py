"""Few keys, short ones, and some in common whatever went wrong once."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suspects.matching.keys import LONGEST_KEY, keys_for, query_keys
from suspects.matching.results import Born, PersonQuery

pytestmark = pytest.mark.unit

BORN = date(1998, 6, 4)


def asked(surname: str, given_name: str, born: date | None = BORN) -> set[str]:
    query = PersonQuery(surname=surname, given=(given_name,), born=Born(exact=born))
    return {key for group in query_keys(query) for key in group.keys}


def kept(surname: str, given_name: str, born: date | None = BORN) -> set[str]:
    return set(keys_for([(given_name, surname)], born))


@pytest.mark.parametrize(
    ("held", "typed"),
    [
        (("Halloran", "Conor"), ("Hallorann", "Konor")), (("Halloran", "Conor"), ("Conor", "Halloran")),
        (("Smith", "William"), ("Smyth", "Bill")), (("Smith", "Bill"), ("Smith", "William")),
        (("Hussain", "Mohammed"), ("Husayn", "Mohd")), (("Singh Dhillon", "Gurpreet"), ("Singh", "Gurpreet")),
        (("Dhillon", "Gurpreet Singh"), ("Singh", "Gurpreet")), (("Wiśniewski", "Łukasz"), ("Vishnevsky", "Lucas")),
        (("O'Brien", "Siobhán"), ("Brien", "Chevonne")), (("Smith-Jones", "Ann"), ("Jones", "Anne")),
        (("al-Hassan", "Abdul Rahman"), ("Alhassan", "Abdulrahman")),
        (("Khan", "Mohammed Imran"), ("Khan", "Imran")), (("Ellis", "Emma"), ("Elils", "Emma")),
        (("Turner", "Karen"), ("Tutner", "Karen")), (("Craig", "Owen"), ("Craug", "Owen")),
    ],
)  # fmt: skip
def test_a_name_alone_is_found_in_spite_of(held: tuple[str, str], typed: tuple[str, str]) -> None:
    assert kept(*held, None) & asked(*typed, None)


@pytest.mark.parametrize(
    "born", [date(1998, 4, 6), date(1997, 6, 4), date(1999, 6, 4), date(1968, 6, 4), date(1998, 6, 14)]
)
def test_a_wrong_date_still_shares_a_dated_key(born: date) -> None:
    shared = kept("Halloran", "Conor") & asked("Halloran", "Conor", born)
    assert {key for key in shared if key[0] in "bmu"}


def test_the_date_alone_finds_somebody_whatever_the_name() -> None:
    assert kept("Halloran", "Conor") & asked("Nobody", "Else")


def test_a_year_alone_asks_for_nothing_and_nothing_asks_for_nothing() -> None:
    assert query_keys(PersonQuery(born=Born(year=1998))) == []
    assert query_keys(PersonQuery()) == []
    assert keys_for([], None) == []


def test_an_ordinary_person_has_few_keys() -> None:
    assert len(kept("Smith", "John")) <= 14
    assert len(kept("Dhillon", "Gurpreet Singh")) <= 16
    assert len(keys_for([("Conor Patrick", "O'Halloran")], BORN)) <= 22  # two ways to file the surname


def test_a_common_surname_alone_reads_a_bounded_number_of_rows() -> None:
    groups = query_keys(PersonQuery(surname="Smith", order_known=False))
    assert [group.kind for group in groups] == ["s", "t"]
    assert sum(group.limit for group in groups) <= 200


names = st.text(alphabet="abcdefghijklmnopqrstuvwxyzäéłøß'- ", max_size=35)


@given(names, names, st.dates(date(1900, 1, 1), date(2020, 1, 1)) | st.none())
def test_any_name_gives_short_keys_and_finds_itself(given_name: str, surname: str, born: date | None) -> None:
    keys = keys_for([(given_name, surname)], born)
    assert len(keys) == len(set(keys)) <= 30
    assert all(0 < len(key) <= LONGEST_KEY for key in keys)
    query = PersonQuery(surname=surname, given=tuple(given_name.split()), born=Born(exact=born))
    groups = query_keys(query)
    assert all(group.keys and group.limit and group.weight for group in groups)
    if keys and groups:
        assert set(keys) & {key for group in groups for key in group.keys}
