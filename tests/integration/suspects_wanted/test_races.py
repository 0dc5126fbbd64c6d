"""A thousand officers tap the same face at the same moment: one has the person, everybody else is told who.

Needs a database whose writers wait for each other: PostgreSQL, or a SQLite file (`test_races_embedded`).
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Gone, Invalid, NotAllowed
from core.models import AuditEvent, LiveEvent, User
from core.roles import OFFICER
from incidents.models import Duty
from suspects.models import Operation, Reservation, ReservationResult, ReservationStep
from suspects.services import expiry, operations, reservations, wanted
from suspects.services.reservations import ResultGiven, Taken, reserve
from tests.factories.core import make_actor
from tests.factories.wanted import make_officer, make_operation, make_record, make_wanted_tables
from tests.helpers.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
TAPS = 1000 if connection.vendor == "postgresql" else 200
HANDS = 50  # so many connections have the web processes together


@pytest.fixture
def reid(transactional_db: None) -> Actor:
    make_wanted_tables()
    return make_officer()


def on_duty(count: int) -> list[Actor]:
    """Officers on duty, each with a call sign."""
    force = make_wanted_tables()
    users = User.objects.bulk_create(
        User(force=force, collar_number=f"{7000 + n}", username=f"99-{7000 + n}", first_name="Pat", last_name=f"No{n}")
        for n in range(count)
    )
    moment = now()
    until = moment + dt.timedelta(hours=8)
    Duty.objects.bulk_create(
        Duty(force=force, user=user, call_sign=f"NB{user.collar_number}", booked_on_at=moment, until=until)
        for user in users
    )
    return [dataclasses.replace(Actor.for_user(user), roles=frozenset({OFFICER})) for user in users]


def tap(actor, record, key=None):
    try:
        return reserve(actor=actor, wanted_id=record.pk, acknowledged=[], client_key=key or uuid4())
    except Conflict as error:
        return error


def test_a_thousand_taps_have_one_winner_and_everybody_else_is_told_who(reid):
    record = make_record()
    officers = on_duty(TAPS)
    shares = at_once(HANDS, lambda hand: [tap(officer, record) for officer in officers[hand::HANDS]])
    outcomes = [outcome for share in shares for outcome in share]
    won = [one for one in outcomes if isinstance(one, Reservation)]
    told = [one.reservation for one in outcomes if isinstance(one, Taken)]
    assert (len(won), len(told), len(outcomes)) == (1, TAPS - 1, TAPS), set(map(repr, outcomes))
    [winner] = won
    assert {(one.call_sign, one.since, one.until, one.mine) for one in told} == {
        (winner.call_sign, winner.reserved_at, winner.expires_at, False)
    }
    assert Reservation.objects.get() == winner
    assert ReservationStep.objects.count() == LiveEvent.objects.filter(kind="wanted.reservation").count() == 1
    assert AuditEvent.objects.filter(object=f"suspects.reservation:{winner.pk}").count() == 1


def test_over_http_everybody_else_is_told_in_the_same_answer(reid):
    """Twenty phones, each with its own session, through the whole of middleware, API and errors."""
    record = make_record()
    phones = []
    for officer in on_duty(20):
        officer.user.role_grants.create(role=OFFICER)
        phones.append(Client())
        phones[-1].force_login(officer.user)

    def press(number):
        body = {"client_key": str(uuid4()), "acknowledged": []}
        return phones[number].post(f"/api/v1/wanted/{record.pk}/reserve/", body, content_type="application/json")

    answers = at_once(20, press)
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 19]
    [won] = [answer.json() for answer in answers if answer.status_code == 201]
    told = {answer.json()["reservation"]["call_sign"] for answer in answers if answer.status_code == 409}
    assert told == {won["call_sign"]}
    assert len(LiveEvent.objects.filter(topic=f"wanted.{reid.force_id}", kind="wanted.reservation")) == 1


def test_one_impatient_thumb_takes_once(reid):
    record, key = make_record(), uuid4()
    outcomes = at_once(20, lambda _: tap(reid, record, key))
    assert {outcome.pk for outcome in outcomes} == {Reservation.objects.get().pk}


def test_a_lease_that_ran_out_is_taken_by_one(reid):
    record = make_record()
    first = tap(reid, record)
    Reservation.objects.update(expires_at=now() - dt.timedelta(seconds=1))
    officers = on_duty(20)

    def work(number):
        return tap(officers[number], record) if number else expiry.expire_due()

    outcomes = at_once(20, work)
    assert sum(isinstance(outcome, Reservation) for outcome in outcomes) == 1, outcomes
    assert sum(isinstance(outcome, Taken) for outcome in outcomes) == 18, outcomes
    assert [step.verb for step in first.steps.all()] == ["reserve", "expire"]


def test_cancelled_and_tapped_at_once_leaves_nobody_on_the_way(reid):
    sergeant = make_actor(roles=("sergeant",))
    officers = on_duty(5)
    for officer in officers:
        record = make_record()

        def both(number, record=record, officer=officer):
            if number:
                return wanted.cancel(actor=sergeant, wanted_id=record.pk, reason="Surrendered")
            return reserve(actor=officer, wanted_id=record.pk, acknowledged=[], client_key=uuid4())

        taken, cancelled = at_once(2, both)
        assert not isinstance(cancelled, Exception), cancelled
        assert isinstance(taken, Reservation | Gone), taken
        assert not Reservation.objects.live().exists()


def test_an_operation_and_a_tap_at_once_leave_nobody_on_the_way(reid):
    sergeant = make_actor(roles=("sergeant",))
    ends = now() + dt.timedelta(hours=4)
    for officer in on_duty(5):
        record = make_record()

        def both(number, record=record, officer=officer):
            if number:
                return operations.start_operation(
                    actor=sergeant, person_id=record.person_id, name="Larkspur", call_number="101", ends_at=ends
                )
            return reserve(actor=officer, wanted_id=record.pk, acknowledged=[], client_key=uuid4())

        taken, begun = at_once(2, both)
        assert isinstance(begun, Operation), begun
        assert isinstance(taken, Reservation | NotAllowed), taken
        assert not Reservation.objects.live().exists()


def test_two_results_at_once_are_one(reid):
    row = tap(reid, make_record())
    outcomes = ("ARRESTED", "NO_TRACE") * 5
    given = {"custody_ref": "22/1187/26", "place_text": "31 Fenside Walk", "cautioned": True}

    def end(number):
        result = ResultGiven(outcome=outcomes[number], **given)
        return reservations.record_result(actor=reid, reservation_id=row.pk, result=result)

    results = at_once(10, end)
    kept = {one.pk for one in results if isinstance(one, ReservationResult)}
    assert kept == {ReservationResult.objects.get().pk}, results
    assert {type(one) for one in results} <= {ReservationResult, Gone}, results


def test_hand_over_and_a_tap_at_once_leave_one_holder(reid):
    row = tap(reid, make_record())
    receiver, *others = on_duty(8)

    def work(number):
        if number == 0:
            collar = receiver.user.collar_number
            return reservations.hand_over(actor=reid, reservation_id=row.pk, to=collar)
        return tap(others[number - 1], row.wanted)

    receiver.user.role_grants.create(role=OFFICER)
    handed, *told = at_once(8, work)
    assert isinstance(handed, Reservation), handed
    assert all(isinstance(one, Taken) for one in told), told
    assert Reservation.objects.live().get().holder_id == receiver.user_id


def test_steps_of_the_holder_the_sweep_and_a_sergeant_never_wait_in_a_circle(reid):
    sergeant = make_actor(roles=("sergeant",))
    row = tap(reid, make_record())
    Reservation.objects.update(expires_at=now() + dt.timedelta(seconds=2))
    work = (
        lambda: reservations.extend(actor=reid, reservation_id=row.pk),
        lambda: reservations.touch(actor=reid, reservation_id=row.pk),
        lambda: wanted.change_band(actor=sergeant, wanted_id=row.wanted_id, band="P2", reason="Lower risk"),
        expiry.sweep,
    )
    outcomes = at_once(12, lambda number: work[number % 4]())
    broken = [one for one in outcomes if isinstance(one, Exception) and type(one).__module__.startswith("django")]
    assert broken == [], (connection.vendor, broken)


def test_who_waits_while_the_priority_changes_finds_the_record_as_it_is_then(reid):
    """The record's band is another row than the one the query began with when the lock is given."""
    record, sergeant = make_record(), make_actor(roles=("sergeant",))
    bands = ("P2", "P3", "P1", "P4")

    def change(number):
        done = 0
        for turn in range(8):
            with contextlib.suppress(Invalid):  # somebody else chose the same a moment before
                band = bands[(number + turn) % len(bands)]
                wanted.change_band(actor=sergeant, wanted_id=record.pk, band=band, reason="As I see it.")
                done += 1
        return done

    outcomes = at_once(6, change)
    assert all(isinstance(one, int) for one in outcomes), outcomes
    record.refresh_from_db()
    assert record.version == 1 + sum(outcomes) > 1


@pytest.mark.parametrize("turn", range(6))
def test_an_operation_that_ends_while_the_priority_changes_is_told_to_every_board(reid, turn):
    sergeant, record = make_actor(roles=("sergeant",)), make_record()
    operation = make_operation(record.person, sergeant)

    def act(number):
        if number == 0:
            return operations.end_operation(actor=sergeant, operation_id=operation.pk)
        return wanted.change_band(actor=sergeant, wanted_id=record.pk, band=f"P{number + 1}", reason="As I see it.")

    outcomes = at_once(3, act)
    assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
    record.refresh_from_db()
    assert record.version == 4
