"""Numbers are typed any way and kept as E.164; what is no number is refused in plain words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from incidents.services import is_uk_mobile, parse_phone, parse_uk_mobile, readable_phone


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("07700 900417", "+447700900417"),
        ("07700900417", "+447700900417"),
        ("+44 7700 900417", "+447700900417"),
        ("0044 7700 900417", "+447700900417"),
        ("+44 (0)7700 900417", "+447700900417"),
        ("07700-900-417", "+447700900417"),
        ("07624 123456", "+447624123456"),
        ("020 7946 0123", "+442079460123"),
        ("0161 496 0000", "+441614960000"),
        ("+1 202 555 0123", "+12025550123"),
        ("+353 85 012 3456", "+353850123456"),
    ],
)
def test_numbers_are_kept_as_e164(typed, kept):
    assert parse_phone(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "999", "12", "07700", "07700 9004171234", "call me", "0770O 900417", "+", "+44", "07700 900417; DROP TABLE",
     "<b>07700900417</b>", "07700\x00900417", "٠٧٧٠٠٩٠٠٤١٧x", "1" * 500, "+999 1234567890"],
)  # fmt: skip
def test_what_is_no_number_says_what_to_type(typed):
    with pytest.raises(Invalid) as refusal:
        parse_phone(typed)
    assert "number" in refusal.value.fields["caller_number"]


def test_the_field_can_have_another_name():
    with pytest.raises(Invalid) as refusal:
        parse_phone("12", field="safe_number")
    assert list(refusal.value.fields) == ["safe_number"]


@pytest.mark.parametrize("typed", ["07700 900417", "07911 123456", "07624 123456", "+447400123456"])
def test_uk_mobiles_take_a_text(typed):
    assert is_uk_mobile(parse_uk_mobile(typed))


@pytest.mark.parametrize("typed", ["020 7946 0123", "07012 345678", "07640 123456", "+1 202 555 0123", "0808 157 0192"])
def test_other_lines_do_not(typed):
    with pytest.raises(Invalid, match="UK mobile"):
        parse_uk_mobile(typed)


@pytest.mark.parametrize(
    ("number", "read"),
    [("+447700900417", "07700 900417"), ("+12025550123", "+1 202-555-0123"), ("", ""), ("nonsense", "nonsense")],
)
def test_numbers_are_shown_as_people_read_them(number, read):
    assert readable_phone(number) == read


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_refused(text):
    try:
        number = parse_phone(text)
    except Invalid:
        return
    assert number[0] == "+"
    assert 8 <= len(number[1:]) <= 15
    assert parse_phone(number) == number
