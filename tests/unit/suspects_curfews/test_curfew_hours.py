"""Hours by the wall clock: over midnight, across both clock changes, until bail ends."""

from __future__ import annotations

import datetime as dt

import pytest

from suspects.codes.curfew_hours import CurfewHours, Slot, in_words, wall_words, window_of, within
from tests.factories.curfews import london

EVERY = range(7)
UTC = dt.UTC


def slots(start: str = "20:00", minutes: int = 660, days: object = EVERY) -> tuple[Slot, ...]:
    return tuple(Slot(weekday=day, start=dt.time.fromisoformat(start), minutes=minutes) for day in days)  # type: ignore[attr-defined]


NIGHTLY = CurfewHours(slots=slots())


@pytest.mark.parametrize(
    ("moment", "night"),
    [
        ("21/11/2026 19:59", None),
        ("21/11/2026 20:00", 21),
        ("21/11/2026 23:59", 21),
        ("22/11/2026 00:00", 21),
        ("22/11/2026 06:59", 21),
        ("22/11/2026 07:00", None),
        ("22/11/2026 12:00", None),
    ],
)
def test_a_night_belongs_to_the_date_it_began(moment, night):
    window = NIGHTLY.at(london(moment))
    assert (window.night.day if window else None) == night


def test_a_slot_binds_on_its_own_weekday_only():
    friday = CurfewHours(slots=slots(days=[4]))
    assert friday.at(london("20/11/2026 21:00")) is not None  # a Friday
    assert friday.at(london("21/11/2026 03:00")) is not None  # its small hours
    assert friday.at(london("21/11/2026 21:00")) is None
    following = friday.next_after(london("21/11/2026 21:00"))
    assert following is not None
    assert following.starts_at == london("27/11/2026 20:00")


@pytest.mark.parametrize(
    ("day", "hours", "change"),
    [("28/03/2026", 10, "29/03/2026"), ("24/10/2026", 12, "25/10/2026"), ("21/11/2026", 11, "22/11/2026")],
)
def test_seven_in_the_morning_is_seven_on_every_night(day, hours, change):
    window = NIGHTLY.at(london(f"{day} 23:00"))
    assert window is not None
    assert window.ends_at - window.starts_at == dt.timedelta(hours=hours)
    assert wall_words(window.ends_at) == "07:00"
    assert window.holds(london(f"{change} 06:59"))
    assert not window.holds(london(f"{change} 07:00"))


def test_a_time_the_clock_skips_is_the_moment_it_jumps():
    spring = dt.date(2026, 3, 29)
    jump = dt.datetime(2026, 3, 29, 1, tzinfo=UTC)  # 01:00 GMT is 02:00 BST
    begins = window_of(Slot(weekday=6, start=dt.time(1, 30), minutes=60), spring)
    assert begins is not None
    assert (begins.starts_at, begins.ends_at) == (jump, london("29/03/2026 02:30"))
    ends = window_of(Slot(weekday=5, start=dt.time(22, 0), minutes=210), dt.date(2026, 3, 28))
    assert ends is not None
    assert ends.ends_at == jump
    assert window_of(Slot(weekday=6, start=dt.time(1, 10), minutes=40), spring) is None  # never on any clock


def test_a_time_that_comes_twice_is_read_in_the_persons_favour():
    first, second = london("25/10/2026 01:30"), london("25/10/2026 01:30", fold=1)
    assert second - first == dt.timedelta(hours=1)
    ends = window_of(Slot(weekday=5, start=dt.time(22, 0), minutes=210), dt.date(2026, 10, 24))
    assert ends is not None
    assert ends.ends_at == first
    begins = window_of(Slot(weekday=6, start=dt.time(1, 30), minutes=300), dt.date(2026, 10, 25))
    assert begins is not None
    assert begins.starts_at == second
    inside = window_of(Slot(weekday=6, start=dt.time(1, 10), minutes=40), dt.date(2026, 10, 25))
    assert inside is not None
    assert inside.ends_at - inside.starts_at == dt.timedelta(minutes=40)
    assert (wall_words(first), wall_words(second)) == ("01:30 BST", "01:30 GMT")


def test_several_slots_a_day_and_hours_that_meet():
    school = CurfewHours(slots=slots("07:00", 60) + slots("19:00", 300) + slots("00:00", 360))
    assert school.at(london("21/11/2026 07:30")) is not None
    assert school.at(london("21/11/2026 12:00")) is None
    # 19:00 to midnight and midnight to 06:00 are one stay at home.
    assert school.ends_after(london("21/11/2026 22:00")) == london("22/11/2026 06:00")
    following = school.next_after(london("21/11/2026 12:00"))
    assert following is not None
    assert following.starts_at == london("21/11/2026 19:00")
    assert CurfewHours(slots=slots("00:00", 1440)).ends_after(london("21/11/2026 12:00")) is None  # always at home


def test_first_and_last_night_of_a_condition():
    hours = CurfewHours(slots=slots(), first_night=dt.date(2026, 11, 20), last_night=dt.date(2026, 11, 21))
    assert hours.at(london("20/11/2026 03:00")) is None  # the night of the 19th
    assert hours.at(london("20/11/2026 21:00")) is not None
    assert hours.at(london("22/11/2026 06:00")) is not None  # the last night runs to its end
    assert hours.at(london("22/11/2026 21:00")) is None
    assert hours.next_after(london("22/11/2026 06:00")) is None
    far = CurfewHours(slots=slots(), first_night=dt.date(2027, 6, 1)).next_after(london("21/11/2026 12:00"))
    assert far is not None
    assert far.night == dt.date(2027, 6, 1)


def test_bail_that_begins_or_ends_cuts_through_a_night():
    hours = CurfewHours(slots=slots(), since=london("21/11/2026 22:30"), until=london("23/11/2026 02:00"))
    assert hours.at(london("21/11/2026 22:29")) is None
    assert hours.at(london("21/11/2026 22:30")) is not None
    assert hours.ends_after(london("23/11/2026 01:00")) == london("23/11/2026 02:00")
    assert hours.at(london("23/11/2026 02:00")) is None
    assert hours.next_after(london("23/11/2026 02:00")) is None


def test_quiet_hours_by_the_wall_clock():
    one, six = dt.time(1), dt.time(6)
    assert within(london("21/11/2026 01:00"), one, six)
    assert not within(london("21/11/2026 06:00"), one, six)
    assert within(london("25/10/2026 01:30"), one, six)
    assert within(london("25/10/2026 01:30", fold=1), one, six)
    late = (dt.time(23), dt.time(5))
    assert within(london("21/11/2026 23:30"), *late)
    assert within(london("21/11/2026 04:59"), *late)
    assert not within(london("21/11/2026 12:00"), *late)


def test_hours_in_words():
    assert in_words(slots()) == "20:00 to 07:00"
    assert in_words(slots(days=range(5)) + slots("18:00", 900, [5, 6])) == (
        "Monday to Friday 20:00 to 07:00; Saturday, Sunday 18:00 to 09:00"
    )
    assert in_words(slots("07:00", 60) + slots()) == "07:00 to 08:00 and 20:00 to 07:00"
    assert in_words(()) == ""


@pytest.mark.parametrize(
    "wrong", [{"weekday": 7}, {"minutes": 0}, {"minutes": 1441}, {"start": dt.time(1, tzinfo=UTC)}]
)
def test_a_slot_that_cannot_be(wrong):
    with pytest.raises(ValueError, match="slot"):
        Slot(**{"weekday": 0, "start": dt.time(20), "minutes": 60, **wrong})
