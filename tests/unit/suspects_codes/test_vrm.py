"""Registration marks: style, folding, and plates seen in part."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suspects.codes.vrm import (
    Style,
    folded,
    is_partial,
    normalise,
    partial,
    readable,
    reversed_folded,
    style,
    vin,
    warning,
)


@pytest.mark.parametrize(
    ("typed", "mark", "kind", "shown"),
    [
        ("kx68 zzb", "KX68ZZB", Style.CURRENT, "KX68 ZZB"),
        ("KX-68-ZZB", "KX68ZZB", Style.CURRENT, "KX68 ZZB"),
        ("A123 BCD", "A123BCD", Style.PREFIX, "A123 BCD"),
        ("Q12 ABC", "Q12ABC", Style.Q_PLATE, "Q12 ABC"),
        ("ABC 123D", "ABC123D", Style.SUFFIX, "ABC 123D"),
        ("AIZ 1234", "AIZ1234", Style.NORTHERN_IRELAND, "AIZ 1234"),
        ("1 A", "1A", Style.DATELESS, "1 A"),
        ("AB 1234", "AB1234", Style.DATELESS, "AB 1234"),
        ("KX00 ZZB", "KX00ZZB", Style.OTHER, "KX00ZZB"),  # no mark was issued with 00
        ("B-ÄK 4711", "BAK4711", Style.DATELESS, "BAK 4711"),
        ("WX 12345A", "WX12345A", Style.OTHER, "WX12345A"),
    ],
)
def test_marks_as_typed(typed, mark, kind, shown):
    assert normalise(typed) == mark
    assert style(mark) is kind
    assert readable(mark) == shown
    assert bool(warning(mark)) is (kind is Style.OTHER)


@pytest.mark.parametrize("junk", ["", "  ", "KX68ZZB12345", "KX68;ZZB", "КХ68"])
def test_what_is_no_mark_is_refused(junk):
    with pytest.raises(ValueError, match="mark"):
        normalise(junk)


def test_marks_that_look_alike_fold_to_the_same():
    assert folded("OI5B2") == folded("0158Z") == "01582"
    assert reversed_folded("KX68ZZB") == "82286XK"


@pytest.mark.parametrize(
    ("typed", "fits", "not_fits"),
    [
        ("KX?8*", ["KX68ZZB", "KX5BZZZ", "KX88"], ["KX68"[:3], "AX68ZZB"]),
        ("*ZZB", ["KX68ZZB", "K1ZZB", "KX68228"], ["KX68ZZC"]),
        ("k?68 ??b", ["KX68ZZB", "KX6BZZ8"], ["KX68ZB"]),
    ],
)
def test_a_plate_seen_in_part(typed, fits, not_fits):
    seen = partial(typed)
    assert all(seen.fits(mark) for mark in fits)
    assert not any(seen.fits(mark) for mark in not_fits)
    assert is_partial(typed)


def test_the_parts_of_a_partial_mark_serve_an_index():
    seen = partial("KX?8**ZB")
    assert (seen.prefix, seen.suffix, seen.like, seen.known) == ("KX", "28", "KX_8%28", 5)


@pytest.mark.parametrize("junk", ["?", "K*", "KX%8", "", "*?*"])
def test_too_little_of_a_mark_is_refused(junk):
    with pytest.raises(ValueError, match="letters"):
        partial(junk)


@given(st.from_regex(r"\A[A-HJ-PR-Y]{2}[0-9]{2}[A-HJ-PR-Z]{3}\Z"), st.integers(0, 6))
def test_a_mark_fits_itself_with_any_hole(mark, hole):
    seen = partial(f"{mark[:hole]}?{mark[hole + 1 :]}")
    assert seen.fits(mark)
    assert re.match(seen.like.replace("_", "."), folded(mark))


def test_vins():
    assert vin("wvwzzz1jz 3w386752") == "WVWZZZ1JZ3W386752"
    with pytest.raises(ValueError, match="VIN"):
        vin("WVWZZZ1JZ3W38675O")
