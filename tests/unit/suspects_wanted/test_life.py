"""From the tap to its end: the lease, the plan, the hand-over, a sergeant's word, and what ends by itself."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest

from config.celery import app
from core.clock import now
from core.errors import Conflict, Gone, Invalid, NotAllowed, NotFound
from core.models import AuditEvent, LiveEvent, OutboxMessage
from incidents.services import book_off, book_on
from suspects.models import OperationLook, Reservation, ReservationStep, SuspectRules
from suspects.selectors import reservations as pages
from suspects.services import reservations
from suspects.services.reservations import Plan, Tick, reserve
from suspects.tasks import end_reservations
from tests.factories.core import make_actor
from tests.factories.wanted import make_marker, make_officer, make_operation, make_place, make_record

LEASE = dt.timedelta(minutes=45)


@pytest.fixture
def record(reid):
    return make_record()


@pytest.fixture
def row(reid, record):
    return tap(reid, record)


def tap(actor, record, *ticks):
    return reserve(
        actor=actor, wanted_id=record.pk, acknowledged=[Tick(marker_id=one) for one in ticks], client_key=uuid4()
    )


def refusal(kind, call, code):
    with pytest.raises(kind) as error:
        call()
    assert error.value.code == code, error.value
    return error.value


def verbs(row):
    return [step.verb for step in ReservationStep.objects.filter(reservation=row)]


def states(actor):
    topic = f"wanted.{actor.force_id}"
    return [
        (event.data["call_sign"], event.data["state"])
        for event in LiveEvent.objects.filter(topic=topic, kind="wanted.reservation").order_by("id")
    ]


def run_out(row):
    Reservation.objects.filter(pk=row.pk).update(expires_at=now() - dt.timedelta(seconds=1))


def test_a_longer_lease_a_limited_number_of_times(reid, row):
    SuspectRules.objects.update(lease_extensions=2)
    first = row.expires_at
    for number in (1, 2):
        longer = reservations.extend(actor=reid, reservation_id=row.pk)
        assert (longer.extensions, longer.expires_at) == (number, first + number * LEASE)
    error = refusal(Conflict, lambda: reservations.extend(actor=reid, reservation_id=row.pk), "used_up")
    assert error.message.startswith("Extended 2 times already.")
    row.refresh_from_db()
    assert row.expires_at == first + 2 * LEASE
    assert OutboxMessage.objects.filter(kind="push.wanted").count() == 1  # a longer lease wakes nobody


def test_work_keeps_the_lease_alive(reid, row):
    Reservation.objects.update(expires_at=now() + dt.timedelta(minutes=2))
    reservations.touch(actor=reid, reservation_id=row.pk)
    row.refresh_from_db()
    assert now() + dt.timedelta(minutes=44) < row.expires_at <= now() + LEASE
    before = LiveEvent.objects.count()
    reservations.touch(actor=reid, reservation_id=row.pk)  # a moment later: nothing worth telling
    assert LiveEvent.objects.count() == before
    Reservation.objects.update(expires_at=now() + dt.timedelta(minutes=2))
    reservations.set_en_route(actor=reid, reservation_id=row.pk)
    row.refresh_from_db()
    assert row.expires_at > now() + dt.timedelta(minutes=44)
    assert verbs(row) == ["reserve", "touch", "en_route"]


def test_plan_and_the_warnings_of_its_address(reid, row):
    other = make_place(number="33", lat=52.5, lon=-1.6)
    dog = make_marker(other, "DOG", "Alsatian, loose")
    eta = now() + dt.timedelta(minutes=12)
    plan = Plan(address_id=other.pk, text="Back gate", units="NB24", eta_at=eta)
    planned = reservations.set_plan(actor=reid, reservation_id=row.pk, plan=plan)
    assert (planned.address, planned.plan_text, planned.plan_units, planned.eta_at) == (other, "Back gate", "NB24", eta)
    event = LiveEvent.objects.filter(kind="wanted.reservation").latest("id")
    assert (event.data["near_lat"], event.data["near_lon"]) == (52.5, -1.6)
    assert pages.reservation_page(reid, row.pk).to_tick == 1
    error = refusal(Invalid, lambda: reservations.set_en_route(actor=reid, reservation_id=row.pk), "warnings")
    assert "Dog, Alsatian, loose" in error.message
    reservations.acknowledge(actor=reid, reservation_id=row.pk, acknowledged=[Tick(marker_id=dog.pk)])
    assert pages.reservation_page(reid, row.pk).to_tick == 0
    assert reservations.set_en_route(actor=reid, reservation_id=row.pk).state == "EN_ROUTE"
    assert reservations.set_attempted(actor=reid, reservation_id=row.pk).state == "ATTEMPTED"
    refusal(Conflict, lambda: reservations.set_en_route(actor=reid, reservation_id=row.pk), "state")


def test_two_officers_stays_two_officers(reid, record):
    record.two_officers = True
    record.save()
    row = reserve(actor=reid, wanted_id=record.pk, acknowledged=[], client_key=uuid4(), plan=Plan(units="NB24"))
    alone = Plan(units="")
    refusal(Invalid, lambda: reservations.set_plan(actor=reid, reservation_id=row.pk, plan=alone), "two_officers")


def test_necessity_with_words_and_suspicion_apart(reid):
    row = tap(reid, make_record(basis="SUSPECT_CIRCULATED"))

    def give(*codes, text="Left the last two addresses", grounds=""):
        return reservations.record_necessity(
            actor=reid, reservation_id=row.pk, codes=codes, text=text, grounds_text=grounds
        )

    assert "necessity" in refusal(Invalid, give, "invalid").fields
    assert "necessity" in refusal(Invalid, lambda: give("z"), "invalid").fields
    assert "necessity_text" in refusal(Invalid, lambda: give("f", text=" "), "invalid").fields
    kept = give("f", "e", "f", grounds="Seen on film at the scene")
    assert (kept.necessity, kept.necessity_text) == (["f", "e"], "Left the last two addresses")
    assert kept.grounds_text == "Seen on film at the scene"
    warrant = tap(reid, make_record(basis="WARRANT_FTA", band="P3"))
    error = refusal(
        Invalid,
        lambda: reservations.record_necessity(actor=reid, reservation_id=warrant.pk, codes=["e"], text="x"),
        "invalid",
    )
    assert error.message.startswith("Not for a warrant")


def test_given_back_with_a_reason(reid, ansah, row, record):
    assert (
        "reason"
        in refusal(
            Invalid, lambda: reservations.release(actor=reid, reservation_id=row.pk, reason=" "), "invalid"
        ).fields
    )
    given = reservations.release(actor=reid, reservation_id=row.pk, reason="Sent to another job")
    assert (given.state, given.end_reason, given.ended_by_label) == ("RELEASED", "Sent to another job", reid.label)
    error = refusal(Gone, lambda: reservations.extend(actor=reid, reservation_id=row.pk), "over")
    assert "Given back" in error.message
    assert tap(ansah, record).call_sign == "NB24"
    assert states(reid) == [("NB21", "RESERVED"), ("NB21", "RELEASED"), ("NB24", "RESERVED")]


def test_handed_over_without_a_gap_and_the_other_ticks_for_themselves(reid, ansah, record):
    knife = make_marker(record.person)
    row = tap(reid, record, knife.pk)
    theirs = reservations.hand_over(actor=reid, reservation_id=row.pk, to="nb24", reason="End of my shift")
    row.refresh_from_db()
    assert (row.state, theirs.state, theirs.holder_id, theirs.previous) == (
        "HANDED_OVER", "RESERVED", ansah.user_id, row,
    )  # fmt: skip
    assert ReservationStep.objects.get(verb="hand_over").text == "To NB24 End of my shift"
    assert states(reid)[-2:] == [("NB21", "HANDED_OVER"), ("NB24", "RESERVED")]
    assert LiveEvent.objects.filter(topic=f"person.{ansah.user_id}", kind="wanted.reservation").count() == 1
    entry = AuditEvent.objects.get(object=f"suspects.reservation:{theirs.pk}")
    assert (entry.recipient, entry.purpose) == (ansah.label, "reserve for another")
    refusal(Invalid, lambda: reservations.set_attempted(actor=ansah, reservation_id=theirs.pk), "warnings")
    reservations.acknowledge(actor=ansah, reservation_id=theirs.pk, acknowledged=[Tick(marker_id=knife.pk)])
    assert reservations.set_attempted(actor=ansah, reservation_id=theirs.pk).state == "ATTEMPTED"
    assert pages.reservation_page(reid, row.pk).next_id == theirs.pk
    back = reservations.hand_over(actor=ansah, reservation_id=theirs.pk, to=record_collar(reid))
    assert back.holder_id == reid.user_id


def record_collar(actor):
    return actor.user.collar_number


def test_handed_over_only_to_an_officer_on_duty(reid, ansah, sergeant, stranger, row):
    book_off(actor=ansah)
    desk = make_actor(last_name="Desk", collar_number="9001")
    book_on(actor=desk, call_sign="DESK")
    for to in ("NB24", "", "NB21", "SX1", "9001", "nobody"):
        error = refusal(
            Invalid, lambda to=to: reservations.hand_over(actor=reid, reservation_id=row.pk, to=to), "invalid"
        )
        assert "to" in error.fields
    row.wanted.armed_only = True
    row.wanted.save()
    refusal(NotAllowed, lambda: reservations.hand_over(actor=reid, reservation_id=row.pk, to="NB10"), "armed_only")
    row.refresh_from_db()
    assert row.state == "RESERVED"


def test_a_crew_under_one_call_sign_is_named_by_collar(reid, row):
    for collar in ("6033", "6034"):
        make_officer("NB30", collar_number=collar)
    refusal(Invalid, lambda: reservations.hand_over(actor=reid, reservation_id=row.pk, to="NB30"), "invalid")
    assert reservations.hand_over(actor=reid, reservation_id=row.pk, to="6034").call_sign == "NB30"


def test_a_sergeant_takes_the_person_back_or_gives_them_to_another(reid, ansah, sergeant, record, row):
    refusal(NotFound, lambda: reservations.override(actor=sergeant, reservation_id=uuid4(), reason="x"), "not_found")
    refusal(NotAllowed, lambda: reservations.override(actor=ansah, reservation_id=row.pk, reason="x"), "not_allowed")
    refusal(Invalid, lambda: reservations.override(actor=sergeant, reservation_id=row.pk, reason=""), "invalid")
    ended = reservations.override(actor=sergeant, reservation_id=row.pk, reason="No answer by radio")
    assert (ended.state, ended.ended_by_label) == ("OVERRIDDEN", sergeant.label)
    told = LiveEvent.objects.get(topic=f"person.{reid.user_id}", kind="wanted.reservation")
    assert told.data["state"] == "OVERRIDDEN"
    again = tap(reid, record)
    given = reservations.override(actor=sergeant, reservation_id=again.pk, reason="Nearer", to="NB24")
    assert (given.holder_id, given.previous_id, given.state) == (ansah.user_id, again.pk, "RESERVED")


def test_nobody_elses_reservation_is_anybodys_to_see_or_change(reid, ansah, sergeant, stranger, row):
    for actor in (ansah, stranger):
        refusal(NotFound, lambda a=actor: pages.reservation_page(a, row.pk), "not_found")
        for change in (reservations.extend, reservations.touch, reservations.set_en_route, reservations.set_attempted):
            refusal(NotFound, lambda a=actor, c=change: c(actor=a, reservation_id=row.pk), "not_found")
    error = refusal(NotAllowed, lambda: reservations.extend(actor=sergeant, reservation_id=row.pk), "not_allowed")
    assert error.message.startswith("NB21 has this person.")
    assert pages.reservation_page(sergeant, row.pk).may_override


def test_time_runs_out_by_the_beat_and_everybody_hears_once(reid, record, row):
    assert app.conf.beat_schedule["end-reservations"]["task"] == end_reservations.name
    end_reservations()
    row.refresh_from_db()
    assert row.state == "RESERVED"
    run_out(row)
    for _ in range(2):
        end_reservations()
    row.refresh_from_db()
    assert (row.state, row.ended_at) == ("EXPIRED", row.expires_at)
    assert verbs(row) == ["reserve", "expire"]
    assert states(reid)[-1] == ("NB21", "EXPIRED")
    assert LiveEvent.objects.filter(topic=f"person.{reid.user_id}", kind="wanted.reservation").count() == 1
    error = refusal(Gone, lambda: reservations.release(actor=reid, reservation_id=row.pk, reason="x"), "expired")
    assert error.message.startswith("Your time ran out")
    assert tap(reid, record).pk != row.pk


def test_a_step_after_the_time_ran_out_ends_it_though_it_is_refused(reid, row):
    run_out(row)
    refusal(Gone, lambda: reservations.extend(actor=reid, reservation_id=row.pk), "expired")
    row.refresh_from_db()
    assert row.state == "EXPIRED"
    assert not pages.reservation_page(reid, row.pk).live


def test_going_home_gives_back(reid, ansah, record, row):
    book_off(actor=reid)
    end_reservations()
    row.refresh_from_db()
    assert (row.state, row.end_reason) == ("RELEASED", "Off duty")
    theirs = tap(ansah, record)
    assert reservations.release_on_book_off(actor=reid) == 0
    assert reservations.release_on_book_off(actor=ansah) == 1
    theirs.refresh_from_db()
    assert theirs.state == "RELEASED"


def test_an_operation_stops_every_step_towards_the_door(reid, ansah, sergeant, row):
    make_operation(row.person, sergeant)
    for step in (
        lambda: reservations.set_en_route(actor=reid, reservation_id=row.pk),
        lambda: reservations.set_attempted(actor=reid, reservation_id=row.pk),
        lambda: reservations.hand_over(actor=reid, reservation_id=row.pk, to="NB24"),
        lambda: reservations.override(actor=sergeant, reservation_id=row.pk, reason="x", to="NB24"),
    ):
        assert "Call 01632 960 417" in refusal(NotAllowed, step, "do_not_approach").message
    assert OperationLook.objects.count() == 4
    page = pages.reservation_page(reid, row.pk)
    assert (page.operation_words, page.address) == ("Do not approach. Call 01632 960 417.", None)
    assert OperationLook.objects.count() == 5
    assert pages.wanted_history(reid, row.wanted_id) == ()


def test_what_the_page_before_the_tap_says(reid, ansah, sergeant, okafor, stranger, record):
    knife = make_marker(record.person)
    page = pages.reserve_page(reid, record.pk)
    assert (page.refusal, page.lease_minutes, page.address.line) == ("", 45, record.address.line)
    assert [one.marker_id for one in page.warnings] == [knife.pk]
    entry = AuditEvent.objects.get(action="CONSULT")
    assert (entry.object, entry.result_ids) == (f"suspects.wantedrecord:{record.pk}", [str(record.person_id)])
    assert pages.reserve_page(okafor, record.pk).refusal == "Only officers reserve."
    refusal(NotFound, lambda: pages.reserve_page(stranger, record.pk), "not_found")
    tap(ansah, record, knife.pk)
    assert pages.reserve_page(reid, record.pk).refusal == "NB24 has this person."
    assert pages.own_reservations(ansah)[0].call_sign == "NB24"
    assert pages.own_reservations(reid) == ()
    make_operation(record.person, sergeant)
    page = pages.reserve_page(reid, record.pk)
    assert (page.refusal, page.address) == ("Do not approach. Call 01632 960 417.", None)
    assert OperationLook.objects.get().what == "card"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"basis": "MISSING"}, "No power of arrest."),
        ({"armed_only": True}, "Authorised firearms officers only. Call the force incident manager."),
        ({"state": "CANCELLED", "closed_at": now()}, "Not wanted any more: cancelled."),
    ],
)
def test_why_a_tap_would_be_refused(reid, changes, words):
    assert pages.reserve_page(reid, make_record(**changes).pk).refusal == words


def test_off_duty_the_page_says_so(reid, record):
    book_off(actor=reid)
    assert pages.reserve_page(reid, record.pk).refusal == "You are off duty. Book on, then reserve."
