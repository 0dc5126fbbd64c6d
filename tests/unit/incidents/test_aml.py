"""AML messages: a wrong one sends somebody to the wrong place, so each part is read exactly (STANDARDS 3.6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from incidents.services.aml import LIMIT, parse_aml, unread_aml

AT = datetime(2026, 11, 21, 22, 43, 0, tzinfo=UTC)
PUBLISHED = (
    'A"ML=1;lt=+53.73588;lg=-0.44905;rd=11;top=20261121224254;lc=68;pm=G;'
    "si=234150123456789;ei=356938035643809;mcc=234;mnc=15;ml=118"
)


def said(**changes: str) -> str:
    parts = dict(piece.split("=", 1) for piece in PUBLISHED.split(";")) | changes
    return ";".join(f"{key}={value}" for key, value in parts.items() if value != "-")


def test_a_fix_with_everything():
    read = parse_aml(PUBLISHED, received_at=AT)
    assert (read.lat, read.lon, read.radius_m, read.confidence_pct, read.method) == (
        53.73588,
        -0.44905,
        11.0,
        68,
        "GNSS",
    )
    assert read.fixed_at == AT - timedelta(seconds=6)
    assert (read.imsi, read.imei) == ("234150123456789", "356938035643809")
    assert read.is_fix


def test_the_text_that_is_kept_does_not_identify_the_telephone():
    read = parse_aml(PUBLISHED, received_at=AT)
    assert "234150123456789" not in read.text
    assert "356938035643809" not in read.text
    assert "rd=11" in read.text


@pytest.mark.parametrize(
    "null",
    [
        said(lt="+00.00000", lg="+000.00000", rd="N", lc="0", pm="N"),
        said(rd="N"),
        said(pm="N"),
        said(lt="+00.00000", lg="+000.00000", rd="N", lc="0", pm="N", top="00000000000000"),
    ],
)
def test_a_null_message_has_no_place_and_is_no_point_off_ghana(null):
    read = parse_aml(null, received_at=AT)
    assert not read.is_fix
    assert (read.lat, read.lon, read.radius_m) == (None, None, None)


def test_the_length_is_only_a_warning():
    assert parse_aml(said(ml=str(len(PUBLISHED))), received_at=AT).warning == ""
    off = parse_aml(said(ml="128"), received_at=AT)
    assert off.is_fix
    assert "length" in off.warning


@pytest.mark.parametrize(
    "text",
    [
        said(rd="20.0", pm="w"),
        PUBLISHED.replace(";", " ; ") + ";",
        'a"ml=1;pm=C;rd=20;lg=-0.1;lt=51.5;top=20261121224254',
        said(si="234150XXXXXXXXX", zz="new key"),
        said(si="nonsense"),
        said(lc="-"),
        said(lc="101"),
        said(lc="soon"),
        said(pm="U"),
        said(pm="-"),
    ],
)
def test_telephones_differ(text):
    """What says nothing of where the place is costs nobody the place."""
    assert parse_aml(text, received_at=AT).is_fix


def test_a_part_that_could_not_be_read_is_told():
    odd = parse_aml(said(lc="101", pm="U"), received_at=AT)
    assert (odd.confidence_pct, odd.method) == (None, "")
    assert "pm is not" in odd.warning
    assert "no percentage" in odd.warning


def test_a_clock_that_runs_ahead_is_not_for_ever_the_newest():
    assert parse_aml(said(top="20261121224600"), received_at=AT).fixed_at == AT


def test_a_message_that_cannot_be_used_says_what_it_says_and_names_no_telephone():
    text, words = unread_aml(said(top="soon").replace(";si=", ",imsi:"), "top must be a UTC time.")
    assert "234150123456789" not in text
    assert "356938035643809" not in text
    assert words == "Not used: top must be a UTC time. It says lt +53.73588, lg -0.44905, rd 11."
    assert unread_aml("\x00hello\u202e", "No.") == ("hello", "Not used: No.")
    assert len(unread_aml("lt=+1;" * 400, "w" * 300)[1]) <= 200


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "1 to 500"),
        ("x" * 501, "1 to 500"),
        ("hello", "key=value"),
        ("B=1;lt=1", "begins with"),
        (said(**{'A"ML': "2"}), "begins with"),
        (said(lt="+91.00000"), "outside 90"),
        (said(lg="181"), "outside 180"),
        (said(lt="nan"), "degrees"),
        (said(lt="inf"), "degrees"),
        (said(lt="٥٣.٧"), "degrees"),
        (said(lt="-"), "degrees"),
        (said(rd="-5"), "metres"),
        (said(rd="1e9"), "metres"),
        (said(top="20261131000000"), "no such day"),
        (said(top="20261121225000"), "future"),
        (said(top="20261119224254"), "a day old"),
        (said(top="soon"), "UTC time"),
        (PUBLISHED + ";lt=+1.0", "said twice"),
    ],
)
def test_what_cannot_be_is_refused_in_words(text, words):
    with pytest.raises(Invalid, match=words):
        parse_aml(text, received_at=AT)


@settings(max_examples=400, deadline=None)
@given(
    st.text(max_size=600)
    | st.lists(st.sampled_from(PUBLISHED.split(";")) | st.text(max_size=30), max_size=20).map(";".join)
)
def test_no_text_does_more_than_be_refused(text):
    try:
        read = parse_aml(text, received_at=AT)
    except Invalid:
        return
    assert len(read.text) <= LIMIT
    assert read.fixed_at <= AT + timedelta(minutes=5)
    if read.is_fix:
        assert -90 <= read.lat <= 90
        assert -180 <= read.lon <= 180
        assert read.radius_m >= 0


@settings(max_examples=200, deadline=None)
@given(st.floats(-90, 90), st.floats(-180, 180), st.integers(0, 9_999_999), st.sampled_from("GWC"))
def test_what_a_telephone_says_is_what_is_read(lat, lon, radius, method):
    read = parse_aml(said(lt=f"{lat:+.5f}", lg=f"{lon:+.5f}", rd=str(radius), pm=method), received_at=AT)
    assert read.lat == pytest.approx(lat, abs=1e-5)
    assert read.lon == pytest.approx(lon, abs=1e-5)
    assert read.radius_m == radius
