"""References as people say them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from incidents.selectors import ReferenceQuery, find_incidents, parse_reference
from tests.factories.incidents import make_incident

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("said", "serial", "day", "force"),
    [
        ("123", 123, None, None),
        ("0123", 123, None, None),
        ("123 today", 123, TODAY, None),
        ("123 Yesterday", 123, date(2026, 11, 20), None),
        ("123/21/11", 123, TODAY, None),
        ("123/22/11", 123, date(2025, 11, 22), None),
        ("INC 123 of 21/11/26", 123, TODAY, None),
        ("inc 123 of 21/11/2026", 123, TODAY, None),
        ("417 of 21/11/2026", 417, TODAY, None),
        ("CAD 1234/21/11/26", 1234, TODAY, None),
        ("  123   of  1/2/26 ", 123, date(2026, 2, 1), None),
        ("99-20261121-0417", 417, TODAY, "99"),
        ("99-20261121-12345", 12345, TODAY, "99"),
        ("0123-211126", 123, TODAY, None),
        ("5/29/2", 5, date(2024, 2, 29), None),
        ("CAD 1234/21NOV26", 1234, TODAY, None),
        ("cad 1234/22nov2025", 1234, date(2025, 11, 22), None),
        ("INC123", 123, None, None),
        ("LOG 7/1-Sept-26", 7, date(2026, 9, 1), None),
        ("123 of 21 Nov", 123, TODAY, None),
        ("123 of 22 November", 123, date(2025, 11, 22), None),
        ("123 of 5 May 2026", 123, date(2026, 5, 5), None),
    ],
)
def test_a_reference_is_understood(said, serial, day, force):
    assert parse_reference(said, today=TODAY) == ReferenceQuery(serial=serial, local_date=day, force_code=force)


@pytest.mark.parametrize(
    "said",
    ["", "abc", "0", "123/31/2", "123/0/0", "123/45/11", "123 tomorrow", "-5", "123456", "99-20261321-0001", "1" * 60,
     "123/30/2/26", "123 of 30 Feb", "123 of 21 Nove", "123/211126", "<b>", "1 2 3 4", "٤١٧ of"],
)  # fmt: skip
def test_what_is_no_reference_is_refused(said):
    with pytest.raises(Invalid) as refusal:
        parse_reference(said, today=TODAY)
    assert list(refusal.value.fields) == ["reference"]


@given(st.text(max_size=50))
def test_any_text_is_understood_or_refused(said):
    try:
        query = parse_reference(said, today=TODAY)
    except Invalid:
        return
    assert 1 <= query.serial <= 99_999


def test_what_an_incident_calls_itself_finds_it(okafor):
    first, second = make_incident(okafor), make_incident(okafor)
    for said in (str(second.serial), f"{second.serial} today", second.reference, second.canonical):
        assert [found.pk for found in find_incidents(okafor, said).incidents] == [second.pk]
    assert first.serial != second.serial


def test_another_forces_reference_finds_nothing(okafor, stranger):
    incident = make_incident(okafor)
    assert find_incidents(stranger, incident.canonical).incidents == []
    assert find_incidents(stranger, str(incident.serial)).count == 0
