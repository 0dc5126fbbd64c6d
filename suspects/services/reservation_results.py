"""How an attempt ended (STANDARDS 7.6). The record is updated with it; every attempt stays in its history."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from core.actors import Actor
from core.clock import now
from core.errors import Invalid, NotAllowed
from core.permissions import can
from incidents.selectors.ids import as_uuid
from incidents.services.problems import Problems
from incidents.services.text import clean_text
from suspects.codes import check_letters
from suspects.models import Reservation, ReservationResult, WantedRecord
from suspects.services.reservation_life import Receiver, check_necessity, pass_on
from suspects.services.reservation_steps import find_own, lock_own, over, taken_by, write_step
from suspects.services.wanted_changes import lock_record, write_change
from suspects.states import RESULTS, ReservationState, WantedState

EARLIEST = dt.timedelta(hours=24)
STILL_THEIRS = dt.timedelta(hours=12)  # after the lease ran out
EXPLAINED = {
    ReservationState.WRONG_DETAILS: "Say what is wrong: the address, the person, the offence.",
    ReservationState.STOOD_DOWN: "Say why you stood down.",
}


@dataclass(frozen=True, kw_only=True)
class ResultGiven:
    """What the officer recorded. `outcome` is one of `states.RESULTS`. An arrest needs `custody_ref`, `place_text` and
    whether the person was `cautioned`, and necessity where the power asks for it. An `asn` with a wrong check letter
    is kept, marked as not verified."""

    outcome: str
    occurred_at: dt.datetime | None = None
    place_text: str = ""
    custody_ref: str = ""
    asn: str = ""
    cautioned: bool | None = None
    reply: str = ""
    necessity: tuple[str, ...] = ()
    necessity_text: str = ""
    grounds_text: str = ""
    use_of_force: bool | None = None
    body_worn_ref: str = ""
    text: str = ""


def record_result(*, actor: Actor, reservation_id: UUID | str, result: ResultGiven) -> ReservationResult:
    """The end of an attempt: arrested, not there, wrong details, made off, stood down. An arrest closes every record
    the person is wanted on. Sent twice, the first counts and is returned.

    By the holder, or by a sergeant or supervisor for them. What was done is not lost because time ran out meanwhile: as
    long as nobody else has the person, the reservation is taken up again for its result.
    Raises NotFound, NotAllowed, Invalid naming every field, Gone when the reservation is over, Taken.
    """
    moment = now()
    with transaction.atomic():
        if (earlier := _recorded(actor, reservation_id, result.outcome)) is not None:
            return earlier
        row = _lock(actor, reservation_id, moment)
        recorded = _checked(actor, row, result, moment)
        if grounds := clean_text(result.grounds_text, field="grounds_text", limit=500, lines=True):
            row.grounds_text = grounds
        row.active_at = moment
        words = _words(row, recorded)
        write_step(
            actor, row, moment, verb="result", to_state=result.outcome, text=words, fields=("grounds_text", "active_at")
        )
        recorded.save(force_insert=True)
        if result.outcome == ReservationState.ARRESTED:
            _close_records(actor, row, moment, words)
        else:
            write_change(actor, row.wanted, moment, to_state=row.wanted.state, text=words, fields=())
    return recorded


def _recorded(actor: Actor, reservation_id: UUID | str, outcome: str) -> ReservationResult | None:
    rows = ReservationResult.objects.visible_to(actor).select_related("reservation")
    key = as_uuid(reservation_id)
    of_this = rows.filter(Q(reservation_id=key) | Q(reservation__previous_id=key))
    return of_this.filter(outcome=outcome, by_label=actor.label[:100]).first()


def _lock(actor: Actor, reservation_id: UUID | str, moment: dt.datetime) -> Reservation:
    seen = find_own(actor, reservation_id)
    if seen.state != ReservationState.EXPIRED or seen.ended_at is None or seen.ended_at < moment - STILL_THEIRS:
        return lock_own(actor, reservation_id, only_holder=not can(actor, "wanted.override"))
    seen.wanted = lock_record(actor, seen.wanted_id)
    if seen.wanted.state != WantedState.ACTIVE:
        raise over(seen)
    live = Reservation.objects.live().select_related("holder").filter(person_id=seen.person_id).first()
    if live is not None:
        raise taken_by(actor, live)
    holder = Receiver(user=seen.holder, call_sign=seen.call_sign)
    try:
        with transaction.atomic():
            return pass_on(actor, seen, holder, text="Taken up again for the result")
    except IntegrityError as error:  # a tap in this very moment
        raise over(seen) from error


def _checked(actor: Actor, row: Reservation, given: ResultGiven, moment: dt.datetime) -> ReservationResult:
    problems = Problems()
    if given.outcome not in RESULTS:
        problems.add("outcome", "Choose how it ended.")
    text = problems.take(lambda: clean_text(given.text, field="text", limit=1000, lines=True), "")
    if not text and given.outcome in EXPLAINED:
        problems.add("text", EXPLAINED[ReservationState(given.outcome)])
    occurred = problems.take(lambda: _occurred(given.occurred_at, moment), moment)
    place = problems.take(lambda: clean_text(given.place_text, field="place_text", limit=120), "")
    custody = problems.take(lambda: clean_text(given.custody_ref, field="custody_ref", limit=30), "")
    reply = problems.take(lambda: clean_text(given.reply, field="reply", limit=300, lines=True), "")
    camera = problems.take(lambda: clean_text(given.body_worn_ref, field="body_worn_ref", limit=40), "")
    asn, verified = problems.take(lambda: _asn(given.asn), ("", False))
    necessity: list[str] = []
    why = ""
    if given.outcome == ReservationState.ARRESTED:
        _check_arrest(problems, row, given, place, custody)
        necessity, why = problems.take(lambda: _necessity(row, given), (necessity, ""))
    problems.stop_here()
    return ReservationResult(
        force_id=row.force_id,
        reservation=row,
        outcome=given.outcome,
        occurred_at=occurred,
        recorded_at=moment,
        place_text=place,
        custody_ref=custody,
        asn=asn,
        asn_verified=verified,
        cautioned=given.cautioned,
        reply=reply,
        necessity=necessity,
        necessity_text=why,
        use_of_force=given.use_of_force,
        body_worn_ref=camera,
        text=text,
        by_label=actor.label[:100],
    )


def _check_arrest(problems: Problems, row: Reservation, given: ResultGiven, place: str, custody: str) -> None:
    if not row.wanted.basis.may_arrest:
        raise NotAllowed(f"No power of arrest: {row.wanted.basis.label}. Choose another result.", code="no_power")
    if not custody:
        problems.add("custody_ref", "Enter the custody reference.")
    if not place:
        problems.add("place_text", "Enter where the arrest was.")
    if given.cautioned is None:
        problems.add("cautioned", "Say whether the caution was given.")


def _necessity(row: Reservation, given: ResultGiven) -> tuple[list[str], str]:
    """As given with the result, else as recorded before. Asked for only where the power is PACE s.24."""
    codes = given.necessity or tuple(row.necessity)
    words = given.necessity_text or row.necessity_text
    if not row.wanted.basis.needs_necessity and not given.necessity:
        return [], ""
    return check_necessity(row, codes, words)


def _occurred(at: dt.datetime | None, moment: dt.datetime) -> dt.datetime:
    """A phone's clock that runs a little ahead cannot put it into the future."""
    if at is None:
        return moment
    if at.tzinfo is None or not moment - EARLIEST <= at <= moment + dt.timedelta(minutes=5):
        raise Invalid(fields={"occurred_at": "Give a time within the last 24 hours."})
    return min(at, moment)


def _asn(raw: str) -> tuple[str, bool]:
    """The number in its one written form, and whether its check letter is right (STANDARDS 5.4)."""
    typed = "".join(clean_text(raw, field="asn", limit=40).upper().split())
    if not typed:
        return "", False
    try:
        checked = check_letters.asn(typed)
    except ValueError:
        if len(typed) > 24:
            raise Invalid(fields={"asn": "An arrest/summons number has at most 24 characters."}) from None
        return typed, False
    return checked.canonical, checked.verified


def _words(row: Reservation, recorded: ReservationResult) -> str:
    parts = [f"{ReservationState(recorded.outcome).label}, {row.call_sign or row.holder_label}"]
    parts += [recorded.place_text] if recorded.place_text else []
    parts += [f"custody {recorded.custody_ref}"] if recorded.custody_ref else []
    said = [", ".join(parts)] + ([recorded.text] if recorded.text else [])
    return ". ".join(said)[:300]


def _close_records(actor: Actor, row: Reservation, moment: dt.datetime, words: str) -> None:
    """This record, and every other the person is wanted on: nobody looks for somebody who is in a cell."""
    _arrested(actor, row.wanted, moment, words)
    others = WantedRecord.objects.visible_to(actor).active().filter(person_id=row.person_id).order_by("pk")
    for key in others.values_list("pk", flat=True):
        record = lock_record(actor, key)
        if record.state == WantedState.ACTIVE:
            about = f"In custody for another record: {row.wanted.offence}. Deal with this one there. {words}"
            _arrested(actor, record, moment, about)


def _arrested(actor: Actor, record: WantedRecord, moment: dt.datetime, words: str) -> None:
    record.closed_at, record.closed_reason = moment, words[:200]
    write_change(
        actor, record, moment, to_state=WantedState.IN_CUSTODY, text=words, fields=("closed_at", "closed_reason")
    )
