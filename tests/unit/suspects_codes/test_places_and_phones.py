"""Postcodes, property numbers and telephone numbers as typed."""

from __future__ import annotations

import pytest

from suspects.codes import phones, postcodes
from suspects.codes.streets import street_key
from suspects.codes.uprn import uprn, usrn


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("nm47qt", "NM4 7QT"),
        ("m1 1ae", "M1 1AE"),
        ("ec1a1bb", "EC1A 1BB"),
        ("W1A 0AX", "W1A 0AX"),
        ("cr2-6xh", "CR2 6XH"),
        ("gir0aa", "GIR 0AA"),
        ("BF1 0AA", "BF1 0AA"),
        ("je2 3ab", "JE2 3AB"),
    ],
)
def test_postcodes_are_written_one_way(typed, written):
    assert postcodes.normalise(typed) == written
    assert postcodes.is_postcode(typed)


@pytest.mark.parametrize("junk", ["", "NM4", "QM4 7QT", "NM4 7CT", "NZ4 7QT", "75008", "NM4 77T", "NM٤ 7QT"])
def test_what_cannot_be_a_postcode_is_refused(junk):
    assert not postcodes.is_postcode(junk)
    with pytest.raises(ValueError, match="postcode"):
        postcodes.normalise(junk)


def test_the_beginning_of_a_postcode_is_a_prefix_of_whole_ones():
    assert postcodes.start("nm4") == "NM4 "
    assert postcodes.start("NM4 7") == "NM4 7"
    assert postcodes.start("nm47qt") == "NM4 7QT"
    assert postcodes.outward("NM4 7QT") == "NM4"
    assert postcodes.sector("NM4 7QT") == "NM4 7"
    for junk in ("", "Q1", "NM4 Q", "Eel Pie Court"):
        with pytest.raises(ValueError, match="postcode"):
            postcodes.start(junk)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("07700 900 417", "+447700900417"),
        ("+44 (0)7700 900417", "+447700900417"),
        ("0044 7700 900417", "+447700900417"),
        ("(020) 7946-0123", "+442079460123"),
        ("+1 202 555 0123", "+12025550123"),
    ],
)
def test_telephone_numbers(typed, number):
    assert phones.e164(typed) == number
    assert phones.is_phone(typed)


@pytest.mark.parametrize("junk", ["", "999", "14/06/1998", "1998", "0770 900 41A", "+44+7700900417", "7" * 20])
def test_what_is_no_telephone_number(junk):
    assert not phones.is_phone(junk)


def test_property_numbers_have_no_leading_zeros():
    assert uprn("000 100 023 336") == "100023336"
    assert usrn("00012345") == "12345"
    for junk in ("", "0", "1234567890123", "12a", "١٢"):
        with pytest.raises(ValueError, match="UPRN"):
            uprn(junk)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Fenside Wlk.", "fenside walk"),
        ("  St. John's  Rd", "st johns road"),
        ("St John’s Road", "st johns road"),
        ("High-Street", "high street"),
        ("The Cl", "the close"),
        ("Close", "close"),
        ("", ""),
    ],
)
def test_streets_are_compared_as_people_shorten_them(typed, key):
    assert street_key(typed) == key
