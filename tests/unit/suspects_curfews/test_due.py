"""The list an officer drives by: what is due, what is done, where nobody knocks, and in which order."""

from __future__ import annotations

import datetime as dt

import pytest

from core.errors import NotAllowed, NotFound
from core.models import AuditEvent
from core.roles import RECORDS
from suspects.selectors.curfew_door import checks_of
from suspects.selectors.curfew_door import door as read_door
from suspects.selectors.curfews import distances, due_tonight
from tests.factories import suspects as make
from tests.factories.core import make_actor
from tests.factories.curfews import log, london
from tests.factories.wanted import make_operation

PHONE = (53.7361, 0.4471)


@pytest.fixture
def street(clock, force, jade, curfew):
    """Jade next door, Tom 640 m north, Rhys tagged, Asha from 23:00."""
    tom = make.make_person(force, surname="Ellwood", given_names="Tom", born=dt.date(2007, 1, 1))
    weir = make.make_address(force, number="22", street="Weir Street", lat=53.74186, lon=0.4471)
    rhys = make.make_person(force, surname="Annan", given_names="Rhys")
    asha = make.make_person(force, surname="Vale", given_names="Asha")
    granted = {"starts_at": london("01/11/2026 09:00")}
    return {
        "jade": curfew,
        "tom": make.make_condition(tom, bail=make.make_bail(tom, **granted), address=weir),
        "rhys": make.make_condition(rhys, "JD", bail=make.make_bail(rhys, **granted), tagged=True),
        "asha": make.make_condition(asha, bail=make.make_bail(asha, **granted), start=dt.time(23), minutes=420),
    }


def test_what_is_due_now_and_what_comes_later(reid, street):
    listed = due_tonight(reid)
    assert [(row.name, row.state) for row in listed.rows] == [
        ("Jade Corrie", "due"), ("Tom Ellwood", "due"), ("Rhys Annan", "tag"), ("Asha Vale", "later"),
    ]  # fmt: skip
    jade, tom, rhys, asha = listed.rows
    assert (jade.door_words, jade.hours_words, jade.until_words) == (
        "May knock (JE)",
        "Home 20:00 to 07:00",
        "until 07:00",
    )
    assert (jade.age, tom.age, jade.last_words) == (26, 19, "Not checked in the last 28 days")
    assert (rhys.door_words, rhys.instruction) == (
        "Do not knock (JD)",
        "Tag only. Ask the tag contractor, no doorstep.",
    )
    assert asha.until_words == "from 23:00"
    assert (listed.to_visit, [row.name for row in listed.later]) == (2, ["Asha Vale"])
    [entry] = AuditEvent.objects.filter(action="LIST")
    assert entry.result_ids == [str(row.condition_id) for row in listed.rows]


def test_nearest_first_with_the_order_of_a_route(reid, street):
    listed = due_tonight(reid, (53.743, 0.4471))
    assert [(row.name, row.distance_words, row.route) for row in listed.now] == [
        ("Tom Ellwood", "130 m", 1), ("Jade Corrie", "770 m", 2), ("Rhys Annan", "770 m", None),
    ]  # fmt: skip
    told = distances(reid, (53.743, 0.4471))
    assert told[0] == {"id": str(street["tom"].pk), "metres": 127, "words": "130 m", "route": 1}
    features = listed.geojson["features"]
    assert len(features) == 3
    assert features[0]["geometry"]["coordinates"] == [0.4471, 53.74186]
    assert "Tom" not in str(listed.geojson)


def test_a_try_without_reply_starts_its_own_clock(clock, reid, street):
    clock.at("21:48")
    log(reid, street["tom"], place_reason="Beside it")
    assert _row(reid, "Tom Ellwood").tonight_words == "1 no reply at 21:48. Second try after 21:53"
    assert _row(reid, "Tom Ellwood").state == "wait"
    clock.at("22:14")
    row = _row(reid, "Tom Ellwood")
    assert (row.state, row.tonight_words, row.tries) == ("due", "1 no reply at 21:48. Second try due now", 1)
    log(reid, street["tom"], place_reason="Beside it")
    assert _row(reid, "Tom Ellwood").tonight_words == "2 no replies, last at 22:14. Breach raised"


def _row(actor, name):
    return next(row for row in due_tonight(actor).rows if row.name == name)


def test_who_was_seen_tonight_is_done_and_remembered(clock, reid, street):
    clock.at("22:40", day="19/11/2026")
    log(reid, street["jade"], "PRESENT_SEEN")
    clock.at("22:14")
    assert _row(reid, "Jade Corrie").last_words == "Last: seen 19/11, 22:40"
    log(reid, street["jade"], "PRESENT_VOICE_ONLY")
    row = _row(reid, "Jade Corrie")
    assert (row.state, row.tonight_words, row.last_words) == ("done", "Heard only at 22:14", "Last: heard only 22:14")
    assert due_tonight(reid).done == (row,)


def test_warnings_by_role_and_an_operation_without_a_place(reid, sergeant, jade, door, street):
    make.make_marker(jade, "VI", "Threw a glass. Stand back from the door.")
    make.make_marker(jade, "SU", "Tried to take her own life.")
    make.make_marker(door, "DOG", "Large dog in the hall.")
    assert [warning["code"] for warning in _row(reid, "Jade Corrie").warnings] == ["VI", "DOG"]
    assert [warning["code"] for warning in _row(sergeant, "Jade Corrie").warnings] == ["VI", "SU", "DOG"]
    make_operation(jade, sergeant, starts_at=london("01/01/2026 00:00"), ends_at=london("01/01/2030 00:00"))
    row = _row(reid, "Jade Corrie")
    assert (row.state, row.address, row.lat, row.may_knock) == ("stay_away", "", None, False)
    assert row.instruction == "Do not approach. Planned operation."


def test_the_number_of_queries_does_not_grow(reid, street, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        due_tonight(reid, PHONE)
    for number in range(8):
        one = make.make_person(reid.user.force, surname=f"Moss{'abcdefgh'[number]}")
        make.make_condition(one, bail=make.make_bail(one, starts_at=london("01/11/2026 09:00")))
    with django_assert_max_num_queries(14):
        assert len(due_tonight(reid, PHONE).rows) == 12


def test_lists_are_of_ones_own_force_and_role(clock, stranger, street):
    assert due_tonight(stranger).rows == ()
    with pytest.raises(NotFound):
        read_door(stranger, street["jade"].pk)
    with pytest.raises(NotFound):
        checks_of(stranger, street["jade"].pk)
    nobody = make_actor(roles=(RECORDS,))
    for read in (due_tonight, lambda actor: distances(actor, PHONE), lambda actor: read_door(actor, street["jade"].pk)):
        with pytest.raises(NotAllowed):
            read(nobody)


def test_a_door_shows_warnings_hours_and_history(clock, reid, jade, door, curfew):
    make.make_marker(jade, "VI", "Threw a glass, 08/10/2026. Stand back from the door.")
    make.make_marker(door, "DOG", "Large dog in the hall.")
    clock.at("22:40", day="19/11/2026")
    log(reid, curfew, "PRESENT_SEEN")
    clock.at("22:16")
    log(reid, curfew)
    clock.at("22:18")
    view = read_door(reid, curfew.pk)
    assert [(one.code, one.about) for one in view.warnings] == [("VI", ""), ("DOG", "At this address")]
    assert (view.until_words, view.attempt_words, view.again_words) == (
        "in force until 07:00", "Second try", "Try again after 22:21.",
    )  # fmt: skip
    assert [(one.when, one.label) for one in view.tonight] == [("22:16", "No reply")]
    assert [(one.when, one.label) for one in view.history] == [("19/11/2026 22:40", "Seen")]
    assert (view.blocked, view.may_check, view.may_knock) == ("", True, True)
    [entry] = AuditEvent.objects.filter(purpose="curfew door")
    assert (entry.object, entry.result_ids) == (f"suspects.bailcondition:{curfew.pk}", [str(jade.pk)])
    assert [one.outcome for one in checks_of(reid, curfew.pk)] == ["NO_REPLY", "PRESENT_SEEN"]


@pytest.mark.parametrize(
    ("wall", "day", "words"),
    [
        ("12:00", "21/11/2026", "Not due now: from 20:00."),
        (
            "02:00",
            "22/11/2026",
            "No knocking from 01:00 to 06:00 without an inspector. Come back after 06:00, or ask one.",
        ),
    ],
)
def test_a_door_says_why_nobody_knocks_now(clock, reid, curfew, wall, day, words):
    clock.at(wall, day=day)
    assert read_door(reid, curfew.pk).blocked == words


def test_an_operation_is_a_number_to_call_and_hears_of_the_look(clock, reid, sergeant, jade, curfew):
    operation = make_operation(jade, sergeant, starts_at=london("01/01/2026 00:00"), ends_at=london("01/01/2030 00:00"))
    view = read_door(reid, curfew.pk)
    assert (view.blocked, view.address, view.lat) == ("Do not approach. Call 01632 960 417.", "", None)
    assert operation.looks.get().what == "curfew"
