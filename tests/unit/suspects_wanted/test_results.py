"""How it ended: what an arrest must say, what becomes of the record, and what stays in its history."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest

from core.clock import now
from core.errors import Gone, Invalid, NotAllowed, NotFound
from core.models import LiveEvent
from suspects.models import Reservation, ReservationResult, WantedChange
from suspects.selectors import reservations as pages
from suspects.selectors.wanted import GalleryFilters, gallery
from suspects.services import expiry
from suspects.services.reservations import (
    ResultGiven,
    Taken,
    Tick,
    record_necessity,
    record_result,
    release,
    reserve,
)
from tests.factories.wanted import make_pyke, make_record

ARREST = {"outcome": "ARRESTED", "custody_ref": "22/1187/26", "place_text": "31 Fenside Walk", "cautioned": True}


def tap(actor, record):
    return reserve(actor=actor, wanted_id=record.pk, acknowledged=[Tick(marker_id=uuid4())], client_key=uuid4())


def give(actor, row, **given):
    return record_result(actor=actor, reservation_id=row.pk, result=ResultGiven(**given))


def wrong(actor, row, *fields, **given):
    with pytest.raises(Invalid) as error:
        give(actor, row, **given)
    assert set(error.value.fields) == set(fields), error.value.fields
    assert not ReservationResult.objects.exists()


def test_arrested_closes_every_record_of_the_person_and_clears_the_board(reid):
    record = make_record()
    other = make_record(record.person, basis="WARRANT_FTA", band="P3", offence="Theft")
    somebody = make_record(make_pyke(surname="Teague"))
    row = tap(reid, record)
    when = now() - dt.timedelta(minutes=3)
    result = give(reid, row, **ARREST, asn="11/01ZD/01/448754K", reply="No comment", occurred_at=when)
    assert (result.asn, result.asn_verified, result.occurred_at) == ("1101ZD0100000448754K", True, when)
    for one in (row, record, other, somebody):
        one.refresh_from_db()
    assert (row.state, record.state, other.state, somebody.state) == ("ARRESTED", "IN_CUSTODY", "IN_CUSTODY", "ACTIVE")
    words = "Arrested, NB21, 31 Fenside Walk, custody 22/1187/26"
    assert record.closed_reason == words
    assert WantedChange.objects.get(wanted=other).text == (
        f"In custody for another record: Recall to prison, wounding. Deal with this one there. {words}"
    )
    changed = LiveEvent.objects.filter(topic=f"wanted.{reid.force_id}", kind="wanted.changed")
    assert {event.data["wanted"]: event.data["state"] for event in changed} == {
        str(record.pk): "IN_CUSTODY",
        str(other.pk): "IN_CUSTODY",
    }
    assert [card.name for card in gallery(reid, GalleryFilters()).cards] == ["Darren Teague"]
    page = pages.reservation_page(reid, row.pk)
    assert (page.live, page.result.label, page.result.asn_verified) == (False, "Arrested", True)
    assert [step.verb for step in pages.wanted_history(reid, record.pk)] == ["reserve", "result", "record"]


def test_sent_twice_counts_once_and_another_end_is_refused(reid):
    row = tap(reid, make_record())
    first = give(reid, row, **ARREST)
    assert give(reid, row, **ARREST) == first
    with pytest.raises(Gone):
        give(reid, row, outcome="NO_TRACE")
    assert ReservationResult.objects.count() == WantedChange.objects.count() == 1


def test_what_an_arrest_must_say(reid):
    row = tap(reid, make_record())
    wrong(reid, row, "custody_ref", "place_text", "cautioned", outcome="ARRESTED")
    wrong(reid, row, "outcome", outcome="RESERVED")
    wrong(reid, row, "outcome", outcome="")
    wrong(reid, row, "occurred_at", **ARREST, occurred_at=now() - dt.timedelta(days=2))
    wrong(reid, row, "occurred_at", **ARREST, occurred_at=now() + dt.timedelta(hours=2))
    wrong(reid, row, "occurred_at", **ARREST, occurred_at=dt.datetime(2026, 11, 21, 12))
    wrong(reid, row, "custody_ref", "asn", **{**ARREST, "custody_ref": "x" * 31}, asn="1" * 30)
    assert give(reid, row, **ARREST, occurred_at=now() + dt.timedelta(minutes=1)).occurred_at <= now()


@pytest.mark.parametrize(
    ("typed", "kept"), [("11/01ZD/01/448754A", "1101ZD0100000448754A"), ("not an asn", "NOTANASN")]
)
def test_a_wrong_number_is_kept_and_never_taken_as_valid(reid, typed, kept):
    result = give(reid, tap(reid, make_record()), **ARREST, asn=typed)
    assert (result.asn, result.asn_verified) == (kept, False)


def test_necessity_where_the_power_asks_for_it(reid):
    row = tap(reid, make_record(basis="SUSPECT_CIRCULATED"))
    wrong(reid, row, "necessity", **ARREST)
    wrong(reid, row, "necessity_text", **ARREST, necessity=("e",))
    result = give(
        reid, row, **ARREST, necessity=("e", "f"), necessity_text="Phone to be searched", grounds_text="Seen on film"
    )
    row.refresh_from_db()
    assert (result.necessity, result.necessity_text, row.grounds_text) == (
        ["e", "f"], "Phone to be searched", "Seen on film",
    )  # fmt: skip


def test_necessity_recorded_before_the_door_counts(reid):
    row = tap(reid, make_record(basis="SUSPECT_CIRCULATED"))
    record_necessity(actor=reid, reservation_id=row.pk, codes=["d"], text="Children in the house")
    assert give(reid, row, **ARREST).necessity == ["d"]


def test_a_warrant_is_its_own_power(reid):
    row = tap(reid, make_record(basis="WARRANT_FTA", band="P3"))
    wrong(reid, row, "necessity", **ARREST, necessity=("e",), necessity_text="x")
    assert give(reid, row, **ARREST).necessity == []


@pytest.mark.parametrize(
    ("outcome", "text", "label"),
    [
        ("NO_TRACE", "", "Not there"),
        ("MADE_OFF", "Over the back fence", "Made off"),
        ("WRONG_DETAILS", "Demolished", "Wrong details"),
        ("STOOD_DOWN", "Four men at the door", "Stood down"),
    ],
)
def test_without_an_arrest_the_person_stays_wanted_and_the_attempt_in_history(reid, outcome, text, label):
    record = make_record()
    row = tap(reid, record)
    if outcome in ("WRONG_DETAILS", "STOOD_DOWN"):
        wrong(reid, row, "text", outcome=outcome)
    give(reid, row, outcome=outcome, text=text)
    record.refresh_from_db()
    row.refresh_from_db()
    assert (record.state, record.version, row.state) == ("ACTIVE", 2, outcome)
    [change] = WantedChange.objects.all()
    assert change.text == ". ".join(part for part in (f"{label}, NB21", text) if part)
    assert gallery(reid, GalleryFilters()).cards[0].reservation is None
    event = LiveEvent.objects.filter(topic=f"wanted.{reid.force_id}", kind="wanted.reservation").latest("id")
    assert event.data["state"] == outcome


def test_only_the_holder_or_a_sergeant_says_how_it_ended(reid, ansah, sergeant, stranger):
    row = tap(reid, make_record())
    for actor in (ansah, stranger):
        with pytest.raises(NotFound):
            give(actor, row, **ARREST)
    assert give(sergeant, row, **ARREST).by_label == sergeant.label


def test_a_lease_that_has_just_run_out_still_takes_the_arrest(reid):
    row = tap(reid, make_record())
    Reservation.objects.update(expires_at=now() - dt.timedelta(seconds=1))
    assert give(reid, row, **ARREST).outcome == "ARRESTED"


def test_an_arrest_told_after_the_time_ran_out_is_not_lost(reid, ansah):
    record = make_record()
    row = tap(reid, record)
    Reservation.objects.update(expires_at=now() - dt.timedelta(minutes=10))
    expiry.sweep()
    result = give(reid, row, **ARREST)
    again = result.reservation
    assert (again.previous_id, again.holder_id, again.state) == (row.pk, reid.user_id, "ARRESTED")
    record.refresh_from_db()
    assert record.state == "IN_CUSTODY"
    assert give(reid, row, **ARREST) == result


def test_but_not_when_somebody_else_has_the_person_or_it_is_long_ago(reid, ansah):
    record = make_record()
    row = tap(reid, record)
    Reservation.objects.update(expires_at=now() - dt.timedelta(minutes=10))
    theirs = tap(ansah, record)
    with pytest.raises(Taken):
        give(reid, row, **ARREST)
    give(ansah, theirs, **ARREST)
    with pytest.raises(Gone):
        give(reid, row, outcome="NO_TRACE")
    old = tap(reid, make_record())
    Reservation.objects.filter(pk=old.pk).update(expires_at=now() - dt.timedelta(hours=13))
    expiry.sweep()
    with pytest.raises(Gone):
        give(reid, old, **ARREST)


def test_given_back_takes_no_result(reid):
    row = tap(reid, make_record())
    release(actor=reid, reservation_id=row.pk, reason="Other job")
    with pytest.raises(Gone):
        give(reid, row, **ARREST)


def test_no_arrest_without_a_power(reid):
    record = make_record()
    row = tap(reid, record)
    record.basis = make_record(make_pyke(surname="Ilett"), basis="MISSING").basis
    record.save()
    with pytest.raises(NotAllowed):
        give(reid, row, **ARREST)
