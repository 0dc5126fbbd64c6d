"""Taking a wanted person: what is asked for, what is refused, and in which words."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest

from core.clock import now
from core.errors import Conflict, Gone, Invalid, NotAllowed, NotFound
from core.models import AuditEvent, LiveEvent, OutboxMessage
from core.outbox import deliver_due
from core.roles import CALL_HANDLER
from incidents.services import book_off, book_on
from suspects.models import OperationLook, Reservation, ReservationStep, SuspectRules, WantedRecord
from suspects.services import expiry, operations
from suspects.services.reservation_steps import STAND_DOWN
from suspects.services.reservations import Plan, Taken, Tick, release, reserve
from tests.factories.core import make_actor
from tests.factories.wanted import (
    make_marker,
    make_officer,
    make_operation,
    make_place,
    make_pyke,
    make_record,
)


def tap(actor, record, *ticks, **changes):
    given = {"wanted_id": record.pk, "acknowledged": [Tick(marker_id=one) for one in ticks], "client_key": uuid4()}
    return reserve(actor=actor, **{**given, **changes})


def refusal(kind, call, code):
    with pytest.raises(kind) as error:
        call()
    assert error.value.code == code, error.value
    return error.value


def events(actor, kind="wanted.reservation"):
    return [row.data for row in LiveEvent.objects.filter(topic=f"wanted.{actor.force_id}", kind=kind).order_by("id")]


def test_reserved_for_three_quarters_of_an_hour_and_everybody_hears(reid):
    record = make_record()
    row = tap(reid, record)
    assert (row.state, row.call_sign, row.address, row.holder_id) == ("RESERVED", "NB21", record.address, reid.user_id)
    assert row.expires_at - row.reserved_at == dt.timedelta(minutes=45)
    [step] = ReservationStep.objects.all()
    assert (step.verb, step.from_state, step.to_state, step.by_label) == ("reserve", "", "RESERVED", reid.label)
    [event] = events(reid)
    assert (event["wanted"], event["call_sign"], event["state"]) == (str(record.pk), "NB21", "RESERVED")
    assert (event["near_lat"], event["near_lon"]) == (52.41, -1.51)
    assert "Pyke" not in str(event)
    entry = AuditEvent.objects.get(action="COLLECT", object=f"suspects.reservation:{row.pk}")
    assert entry.result_ids == [str(record.pk), str(record.person_id)]
    message = OutboxMessage.objects.get(kind="push.wanted")
    assert message.payload == {"reservation": str(row.pk), "state": "RESERVED"}
    assert deliver_due() == 1
    message.refresh_from_db()
    assert message.state == "done"


def test_every_warning_is_ticked_by_itself(reid):
    record = make_record()
    knife = make_marker(record.person, "WE", "Lock knife, right sock")
    needles = make_marker(record.person, "DR", "May have needles")
    dog = make_marker(record.address, "DOG", "Alsatian, loose")
    make_marker(record.person, "SU", "Cell, 2025")  # health: not shown to an officer, so not asked
    make_marker(record.person, "FI", "Old", expires_at=now() - dt.timedelta(days=1))
    error = refusal(Invalid, lambda: tap(reid, record), "warnings")
    assert error.fields["acknowledged"].startswith("Tick 3 more: Weapons, Lock knife, right sock; ")
    error = refusal(Invalid, lambda: tap(reid, record, knife.pk, dog.pk, uuid4()), "warnings")
    assert error.fields["acknowledged"] == "Tick 1 more: Drugs, May have needles."
    early = now() - dt.timedelta(seconds=20)
    ticks = [Tick(marker_id=str(knife.pk), at=early), Tick(marker_id=needles.pk), Tick(marker_id=dog.pk)]
    row = tap(reid, record, acknowledged=ticks)
    assert [one["code"] for one in row.acknowledged] == ["WE", "DR", "DOG"]
    assert row.acknowledged[0]["at"] == early.isoformat()
    assert Reservation.objects.count() == 1


def test_a_tick_of_the_future_or_without_a_zone_counts_as_now(reid):
    record = make_record()
    marker = make_marker(record.person)
    before = now()
    row = tap(reid, record, acknowledged=[Tick(marker_id=marker.pk, at=before + dt.timedelta(hours=3))])
    assert before <= dt.datetime.fromisoformat(row.acknowledged[0]["at"]) <= now()


def test_the_warnings_of_another_address_are_asked_too(reid):
    record = make_record()
    other = make_place(number="33")
    make_marker(other, "HOST", "Brother, violent")
    error = refusal(Invalid, lambda: tap(reid, record, plan=Plan(address_id=other.pk)), "warnings")
    assert "Hostile occupant" in error.message
    refusal(Invalid, lambda: tap(reid, record, plan=Plan(address_id=uuid4())), "invalid")
    refusal(Invalid, lambda: tap(reid, record, plan=Plan(address_id="nowhere")), "invalid")


def test_the_second_is_told_who_was_first_since_and_until_when(reid, ansah):
    record = make_record()
    first = tap(ansah, record)
    error = refusal(Taken, lambda: tap(reid, record), "taken")
    told = error.reservation
    assert (told.who, told.call_sign, told.collar, told.mine) == ("PC 7741 Ansah", "NB24", "7741", False)
    assert (told.since, told.until) == (first.reserved_at, first.expires_at)
    assert error.message.startswith("NB24 was first. PC 7741 Ansah reserved at ")
    assert error.message.endswith("You do not have this person.")
    other = make_record(record.person, basis="WARRANT_FTA", band="P3")
    refusal(Taken, lambda: tap(reid, other), "taken")  # one a person, not one a record
    assert tap(ansah, other) == first


def test_the_same_tap_twice_is_one_reservation(reid, ansah):
    record, key = make_record(), uuid4()
    first = tap(reid, record, client_key=key)
    assert tap(reid, record, client_key=str(key)) == first
    release(actor=reid, reservation_id=first.pk, reason="Sent to another job")
    assert tap(reid, record, client_key=key) == first  # a late repeat takes nobody again
    assert Reservation.objects.live().count() == 0
    refusal(Conflict, lambda: tap(ansah, record, client_key=key), "key_used")
    refusal(Invalid, lambda: tap(reid, record, client_key=None), "invalid")
    refusal(Invalid, lambda: tap(reid, record, client_key="tap"), "invalid")


@pytest.mark.parametrize("basis", ["LOCATE_TRACE", "MISSING", "STOP_REPORT"])
def test_no_power_of_arrest_no_reservation(reid, basis):
    record = make_record(basis=basis, contact_text="Ask her to call DC 5518 Varga.")
    error = refusal(NotAllowed, lambda: tap(reid, record), "no_power")
    assert error.message.startswith("No power of arrest: ")
    assert error.message.endswith("Ask her to call DC 5518 Varga.")


def test_off_duty_people_take_nobody(reid, ansah, okafor):
    record = make_record()
    book_off(actor=reid)
    assert "Book on" in refusal(NotAllowed, lambda: tap(reid, record), "off_duty").message
    refusal(NotAllowed, lambda: tap(okafor, record), "not_allowed")
    refusal(NotAllowed, lambda: tap(make_actor(roles=(CALL_HANDLER,)), record), "not_allowed")


def test_two_officers_means_somebody_is_named(reid):
    record = make_record(two_officers=True)
    error = refusal(Invalid, lambda: tap(reid, record), "two_officers")
    assert error.fields["plan_units"].startswith("Not alone")
    assert tap(reid, record, plan=Plan(units="NB24")).plan_units == "NB24"


def test_armed_officers_only_on_a_sergeants_word(reid, sergeant):
    record = make_record(armed_only=True)
    for actor, authority in ((reid, ""), (reid, "Insp Hale"), (sergeant, " ")):
        error = refusal(NotAllowed, lambda a=actor, t=authority: tap(a, record, armed_authority=t), "armed_only")
        assert "Call the force incident manager" in error.message
    tap(sergeant, record, armed_authority="TFC Insp Hale, 16:05")
    assert ReservationStep.objects.get().text == "Armed officers: TFC Insp Hale, 16:05"


def test_an_operation_says_call_and_learns_who_tapped(reid, sergeant):
    record = make_record()
    operation = make_operation(record.person, sergeant)
    error = refusal(NotAllowed, lambda: tap(reid, record), "do_not_approach")
    assert error.message == "Do not approach. Call 01632 960 417."
    [look] = OperationLook.objects.all()
    assert (look.operation, look.user_id, look.call_sign, look.what) == (operation, reid.user_id, "NB21", "reserve")
    [event] = LiveEvent.objects.filter(topic=f"operation.{operation.pk}")
    assert event.data == {"operation": str(operation.pk), "look": str(look.pk), "call_sign": "NB21", "what": "reserve"}
    assert OutboxMessage.objects.get().kind == "push.operation"
    assert deliver_due() == 1
    assert not Reservation.objects.exists()
    book_off(actor=reid)
    refusal(NotAllowed, lambda: tap(reid, record), "do_not_approach")  # first of all questions
    assert OperationLook.objects.count() == 2
    operations.end_operation(actor=sergeant, operation_id=operation.pk)
    book_on(actor=reid)
    assert tap(reid, record).state == "RESERVED"


def test_an_operation_stands_down_whoever_is_on_the_way(reid, sergeant):
    record = make_record()
    row = tap(reid, record)
    ends = now() + dt.timedelta(hours=8)
    given = {"person_id": record.person_id, "name": "Larkspur", "call_number": "01632 960 417"}
    operations.start_operation(actor=sergeant, ends_at=ends, **given)
    row.refresh_from_db()
    assert (row.state, row.end_reason) == ("STOOD_DOWN", STAND_DOWN)
    assert "01632" not in STAND_DOWN
    assert events(reid)[-1]["near_lat"] is None
    assert LiveEvent.objects.filter(topic=f"person.{reid.user_id}", kind="wanted.reservation").count() == 1
    assert events(reid, "wanted.changed")[-1]["wanted"] == str(record.pk)


def test_an_operation_that_begins_later_stands_down_when_it_begins(reid, sergeant):
    record = make_record()
    row = tap(reid, record)
    make_operation(record.person, sergeant)
    assert expiry.stand_down_for_operations() == 1
    row.refresh_from_db()
    assert row.state == "STOOD_DOWN"
    assert expiry.stand_down_for_operations() == 0


def test_operations_are_their_owners(reid, sergeant, stranger):
    record = make_record()
    ends = now() + dt.timedelta(hours=8)
    given = {"person_id": record.person_id, "name": "Larkspur", "call_number": "01632 960 417", "ends_at": ends}
    refusal(NotAllowed, lambda: operations.start_operation(actor=reid, **given), "not_allowed")
    refusal(NotFound, lambda: operations.start_operation(actor=stranger, **given), "not_found")
    for wrong in (
        {"name": ""}, {"call_number": " "}, {"ends_at": now()}, {"ends_at": ends + dt.timedelta(days=200)},
        {"starts_at": now() - dt.timedelta(days=3)},
    ):  # fmt: skip
        error = refusal(
            Invalid, lambda wrong=wrong: operations.start_operation(actor=sergeant, **given | wrong), "invalid"
        )
        assert set(error.fields) == set(wrong)
    operation = operations.start_operation(actor=sergeant, **given)
    other = make_officer("NB11", roles=("sergeant",))
    refusal(NotFound, lambda: operations.end_operation(actor=other, operation_id=operation.pk), "not_found")
    refusal(NotFound, lambda: operations.end_operation(actor=stranger, operation_id=operation.pk), "not_found")
    operations.end_operation(actor=sergeant, operation_id=operation.pk)
    refusal(Conflict, lambda: operations.end_operation(actor=sergeant, operation_id=operation.pk), "state")


def test_who_is_not_wanted_any_more_is_not_taken(reid, stranger):
    moment = now()
    record = make_record(state="CANCELLED", closed_at=moment)
    refusal(Gone, lambda: tap(reid, record), "not_wanted")
    draft = make_record(make_pyke(surname="Daud"), state="DRAFT")
    refusal(NotFound, lambda: tap(reid, draft), "not_found")
    active = make_record(make_pyke(surname="Ilett"))
    refusal(NotFound, lambda: tap(stranger, active), "not_found")
    refusal(NotFound, lambda: tap(reid, active, wanted_id=uuid4()), "not_found")


def test_cancelled_between_the_look_and_the_tap(reid, monkeypatch):
    """The record is asked again under its lock, after the constraint has let the tap in."""
    record = make_record()
    from suspects.services import reserving

    real = reserving.check_ticks

    def slow(*given):
        WantedRecord.objects.filter(pk=record.pk).update(state="CANCELLED", closed_at=now())
        return real(*given)

    monkeypatch.setattr(reserving, "check_ticks", slow)
    refusal(Gone, lambda: tap(reid, record), "not_wanted")
    assert not Reservation.objects.exists()


def test_an_operation_that_begins_between_the_look_and_the_tap(reid, sergeant, monkeypatch):
    record = make_record()
    from suspects.services import reserving

    real = reserving.check_ticks

    def slow(*given):
        make_operation(record.person, sergeant)
        return real(*given)

    monkeypatch.setattr(reserving, "check_ticks", slow)
    refusal(NotAllowed, lambda: tap(reid, record), "do_not_approach")
    assert not Reservation.objects.exists()
    assert OperationLook.objects.get().what == "reserve"


def test_a_lease_that_ran_out_blocks_nobody(reid, ansah):
    record = make_record()
    first = tap(reid, record)
    Reservation.objects.update(expires_at=now() - dt.timedelta(seconds=1))
    second = tap(ansah, record)
    first.refresh_from_db()
    assert (first.state, first.ended_at, second.state) == ("EXPIRED", first.expires_at, "RESERVED")
    assert [event["state"] for event in events(reid)] == ["RESERVED", "EXPIRED", "RESERVED"]


def test_the_forces_rules_say_how_long(reid):
    SuspectRules.objects.update(lease_minutes=240)
    row = tap(reid, make_record())
    assert row.expires_at - row.reserved_at == dt.timedelta(hours=4)
