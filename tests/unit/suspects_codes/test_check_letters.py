"""Every vector of STANDARDS 5.2 to 5.4, and what people really type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suspects.codes.check_letters import TABLE, asn, cro, letter, pnc_id, readable_asn, short_pnc_id
from suspects.codes.identifiers import identifier, is_case_urn


@pytest.mark.parametrize(
    "good",
    ["1979/0163001B", "2002/0073319Z", "1981/0000034U", "2000/0000223R", "2003/0000003Y", "1967/9893091D"],
)
def test_pnc_ids_of_the_standard_are_verified(good):
    found = pnc_id(good)
    assert (found.canonical, found.verified, found.problem) == (good, True, "")


@pytest.mark.parametrize("bad", ["2001/0171310S", "1979/0163001C", "1979/0163010B"])
def test_a_wrong_letter_is_kept_but_not_verified(bad):
    found = pnc_id(bad)
    assert (found.canonical, found.verified) == (bad, False)
    assert found.problem


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("79/163001B", "1979/0163001B"),
        ("79163001b", "1979/0163001B"),
        (" 1979 / 163001 b ", "1979/0163001B"),
        ("19790163001B", "1979/0163001B"),
        ("02/73319Z", "2002/0073319Z"),
        ("20020073319Z", "2002/0073319Z"),
        ("81/34U", "1981/0000034U"),
        ("198134U", "1981/0000034U"),  # the letter tells that the year has four digits
    ],
)
def test_a_pnc_id_is_understood_as_it_is_typed(typed, canonical):
    found = pnc_id(typed, this_year=2026)
    assert (found.canonical, found.verified) == (canonical, True)


def test_two_digits_of_a_year_are_this_century_up_to_this_year():
    assert pnc_id("26/1A", this_year=2026).canonical.startswith("2026/")
    assert pnc_id("27/1A", this_year=2026).canonical.startswith("1927/")


@pytest.mark.parametrize(
    "junk", ["", "B", "1979/B", "1979/01630011B", "1979/0163001", "PYKE", "1979/016300١B", "79/1/B"]
)
def test_what_is_no_pnc_id_is_refused_with_words(junk):
    with pytest.raises(ValueError, match="PNC ID"):
        pnc_id(junk)


@given(st.integers(0, 9_999_999), st.integers(1950, 2025), st.sampled_from(TABLE))
def test_exactly_one_letter_of_the_table_verifies_a_serial(serial, year, given_letter):
    right = letter(int(f"{year % 100:02d}{serial:07d}"))
    assert pnc_id(f"{year}/{serial:07d}{given_letter}").verified is (given_letter == right)


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("65656/91H", "65656/91H"),
        ("065656/91h", "65656/91H"),
        ("SF83/50058Z", "SF83/50058Z"),
        ("sf05/482703j", "SF05/482703J"),
    ],
)
def test_cro_numbers_of_the_standard_are_verified(typed, canonical):
    found = cro(typed)
    assert (found.canonical, found.verified) == (canonical, True)


def test_an_sf_file_before_1965_counts_its_serial_alone():
    assert cro(f"SF64/123{letter(123)}").verified
    assert cro(f"SF65/123{letter(6500123)}").verified


def test_a_wrong_cro_is_kept_unverified_and_another_shape_refused():
    assert not cro("85227/65G").verified
    assert not cro("SF83/50058A").verified
    for junk in ("", "1979/0163001B", "65656-91H", "SF83/5005800Z"):
        with pytest.raises(ValueError, match="CRO"):
            cro(junk)


@pytest.mark.parametrize(
    "good", ["1101ZD0100000448754K", "1146AA0100000448754E", "1901ID0100000006148H", "1201ZD0100000445099L"]
)
def test_asns_of_the_standard_are_verified_in_both_forms(good):
    assert asn(good).verified
    assert asn(readable_asn(good)) == asn(good)


def test_an_asn_of_21_characters_and_a_wrong_one():
    assert readable_asn("1101ZD0100000448754K") == "11/01ZD/01/448754K"
    assert asn("11X01ZD0100000448754K").canonical == "11X01ZD0100000448754K"
    assert asn("11X01ZD0100000448754K").verified
    assert not asn("1101ZD0100000448754A").verified
    with pytest.raises(ValueError, match="ASN"):
        asn("1101ZD01448754K")
    assert readable_asn("not one") == "not one"


def test_leds_shows_a_pnc_id_without_zeros():
    assert short_pnc_id("1979/0163001B") == "1979/163001B"


@pytest.mark.parametrize(
    ("kind", "typed", "value", "verified"),
    [
        ("PNC", "79/163001B", "1979/0163001B", True),
        ("CRO", "65656/91H", "65656/91H", True),
        ("ASN", "11/01ZD/01/448754K", "1101ZD0100000448754K", True),
        ("NINO", "qq 12 34 56 c", "QQ123456C", False),  # Q never begins one: kept as said
        ("NINO", "ab 12 34 56 c", "AB123456C", True),
        ("DRIVER", "PYKEX 806035 DJ9AB", "PYKEX806035DJ9AB", True),
        ("PASSPORT", "925 665 416", "925665416", False),
        ("PRISON", "a1234bc", "A1234BC", False),
    ],
)
def test_every_kind_of_number_by_its_own_rule(kind, typed, value, verified):
    found = identifier(kind, typed, this_year=2026)
    assert (found.kind, found.canonical, found.verified) == (kind, value, verified)


def test_unknown_kinds_and_odd_characters_are_refused():
    with pytest.raises(ValueError, match="kind"):
        identifier("SHOE", "44")
    with pytest.raises(ValueError, match="letters"):
        identifier("PASSPORT", "=cmd|'x'")
    assert is_case_urn("01 ZD 0303908")
    assert not is_case_urn("PYKE")
