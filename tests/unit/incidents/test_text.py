"""What people type stays text: no control characters, nothing that reorders a line, whole words of every script."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from incidents.services import clean_text


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("plain", "plain"),
        ("  trimmed \n", "trimmed"),
        ("nul\x00bell\x07escape\x1b[31m", "nulbellescape[31m"),
        ("tab\tbecomes a space", "tab becomes a space"),
        ("two\r\nlines", "two\nlines"),
        ("old\rmac", "old\nmac"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("user\u202etxt.exe", "usertxt.exe"),
        ("\u2066isolated\u2069", "isolated"),
        ("سلام\u200c\u200fعليكم", "سلام\u200c\u200fعليكم"),
        ("e\u0301", "é"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("\ud800broken", "broken"),
        ("Maya \U0001fae8\U0001fa77", "Maya \U0001fae8\U0001fa77"),  # emoji of 2022, newer than this Python's tables
        ("no\ufffe\ufdd0\U0001ffffcharacter", "nocharacter"),
    ],
)
def test_text_is_kept_without_what_is_no_text(raw, kept):
    assert clean_text(raw, field="text", limit=100, lines=True) == kept


def test_a_one_line_field_has_one_line():
    assert clean_text("14\nHarbour\r\nLane", field="location_text", limit=100) == "14 Harbour Lane"
    assert clean_text("14\u2028Harbour\u2029Lane", field="location_text", limit=100) == "14 Harbour Lane"


def test_a_reason_that_nobody_can_see_is_none():
    """Where a reason is asked for by its emptiness, as for grading down."""
    assert clean_text("\u200b\u2060", field="reason", limit=100) == ""
    assert clean_text("\u200bcalm\u200b", field="reason", limit=100).strip("\u200b") == "calm"


def test_too_long_is_refused_with_the_numbers():
    with pytest.raises(Invalid) as refusal:
        clean_text("x" * 4001, field="text", limit=4000)
    assert refusal.value.fields == {"text": "Use at most 4,000 characters; this is 4,001."}


@pytest.mark.parametrize(
    "raw", ["", "   ", "\x00\x00", "\u202e", "\u200b", "\u2060\ufeff \u00ad", "\u3164", "\u2800", "\u200f\u2028"]
)
def test_nothing_left_of_a_required_field_is_refused(raw):
    with pytest.raises(Invalid):
        clean_text(raw, field="text", limit=10, required=True)


@given(st.text(max_size=200))
def test_no_control_character_ever_stays(raw):
    kept = clean_text(raw, field="text", limit=1000, lines=True)
    assert all(char == "\n" or unicodedata.category(char) != "Cc" for char in kept)
    assert clean_text(kept, field="text", limit=1000, lines=True) == kept
