"""The synthetic force: the same each time, of valid values, as varied as a county."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from suspects.bulk.places import addresses
from suspects.bulk.population import people
from suspects.bulk.vehicles import vehicles
from suspects.codes import check_letters, phones, postcodes, uprn, vrm
from suspects.states import IdentifierKind, NameType, Sex

_PARSERS = {
    IdentifierKind.PNC_ID: check_letters.pnc_id,
    IdentifierKind.CRO: check_letters.cro,
    IdentifierKind.ASN: check_letters.asn,
}


def test_the_same_seed_makes_the_same_people_however_many_are_asked_for() -> None:
    whole = list(people(3_000, 7))
    assert whole[:40] == list(people(40, 7))
    assert whole[1_000:2_000] == list(people(1_000, 7, first=1_000))
    assert list(people(40, 8)) != whole[:40]
    assert len({person.id for person in whole}) == 3_000
    with pytest.raises(ValueError, match="multiple of 1000"):
        next(people(10, 7, first=5))


def test_every_identifier_has_its_check_letter_and_every_value_fits_its_column() -> None:
    seen = Counter[str]()
    for person in people(2_000, 7):
        for identifier in person.identifiers:
            checked = _PARSERS[IdentifierKind(identifier.kind)](identifier.value)
            assert (checked.verified, checked.canonical) == (True, identifier.value)
            seen[identifier.kind] += 1
        assert person.names[0].type == NameType.LEGAL
        assert (person.names[0].surname, person.names[0].given_names) == (person.surname, person.given_names)
        assert all(len(name.surname) <= 35 and len(name.given_names) <= 110 for name in person.names)
        assert all(phones.is_phone(one.value) for one in person.contacts if one.kind != "EMAIL")
        assert dt.date(1932, 1, 1) <= person.date_of_birth < dt.date(2015, 1, 1)
        assert 0 <= person.home < 1
    assert min(seen[kind] for kind in _PARSERS) > 100


def test_the_names_are_those_of_a_county_not_of_one_street() -> None:
    made = list(people(5_000, 11))
    surnames = Counter(person.surname for person in made)
    assert len(surnames) > 1_500
    assert surnames.most_common(1)[0][1] < 150
    for expected in ("Khan", "Singh", "Murphy", "Davies", "Kowalski", "Patel"):
        assert surnames[expected], expected
    assert any(name.endswith("ska") for name in surnames)
    assert all(person.sex == Sex.FEMALE for person in made if person.surname in {"Kaur", "Begum"})
    assert Counter(name.type for person in made for name in person.names)[NameType.NICKNAME] > 100


def test_addresses_lie_around_northmere_in_postcodes_that_do_not_exist() -> None:
    made = list(addresses(2_000, 7))
    assert made[500:] == list(addresses(1_500, 7, first=500))
    for one in made:
        assert postcodes.normalise(one.postcode) == one.postcode
        assert one.postcode.startswith("NM")
        assert uprn.uprn(one.uprn) == one.uprn
        assert abs(one.lat - 53.73) < 0.3
        assert abs(one.lon - 0.44) < 0.4
        assert len(one.street) <= 35
        assert len(one.number) <= 5
    assert len({one.town for one in made}) > 10
    far = next(addresses(1, 7, first=72_000 * 28 * 2))
    assert far.flat == "2", "a third round of the same houses divides them again"


def test_marks_are_valid_and_come_once() -> None:
    made = list(vehicles(3_000, 7))
    marks = Counter(vrm.style(one.vrm) for one in made)
    assert set(marks) == {vrm.Style.CURRENT, vrm.Style.PREFIX}
    assert len({one.vrm for one in made}) == 3_000
    assert made[1_000:] == list(vehicles(2_000, 7, first=1_000))
