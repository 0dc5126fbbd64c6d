"""What every step of a reservation does: takes the rows, asks the lifecycle, writes history, tells every board.

Rows are locked in one order, the wanted record and then its reservation, so that two writers never wait for each other
in a circle.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from core import audit
from core.actors import Actor
from core.clock import local, now
from core.errors import Conflict, Gone, NotAllowed, NotFound
from core.models import AuditAction
from core.outbox import enqueue
from core.permissions import can
from core.realtime import publish
from incidents.events import person_topic
from incidents.selectors.ids import as_uuid
from suspects.events import ReservationChanged
from suspects.models import Operation, Reservation, ReservationStep, WantedRecord
from suspects.selectors.wanted_cards import CardReservation, coarse_position, reservation_words
from suspects.services.wanted_changes import lock_record, wanted_topic
from suspects.states import LIVE_RESERVATION, RESERVATION_TRANSITIONS, ReservationState

# What other phones are woken for; plans and longer leases only change open screens.
ALERTS = frozenset({"reserve", "hand_over", "release", "override", "expire", "book_off", "stand_down", "result"})

# No number here: whoever opens the card is told it, and the operation who that was.
STAND_DOWN = "Do not approach: a planned operation. Open the card for the number to call."


class Taken(Conflict):
    """Somebody else was first: `reservation` says who, since when and until when."""

    def __init__(self, reservation: CardReservation) -> None:
        self.reservation = reservation
        since, until = local(reservation.since), local(reservation.until)
        super().__init__(
            f"{reservation.call_sign or reservation.who} was first. {reservation.who} reserved at {since:%H:%M:%S}, "
            f"until {until:%H:%M}. You do not have this person.",
            code="taken",
        )


def find_own(actor: Actor, reservation_id: UUID | str) -> Reservation:
    """The reservation, unlocked. NotFound unless it is the actor's, or the actor may override; NotAllowed for a holder
    whose role was taken away meanwhile."""
    if not (can(actor, "wanted.reserve") or can(actor, "wanted.override")):
        raise NotAllowed()
    row: Reservation | None = (
        Reservation.objects.visible_to(actor)
        .select_related("wanted__basis", "wanted__band", "wanted__address", "person", "holder", "address")
        .filter(pk=as_uuid(reservation_id))
        .first()
    )
    mine = row is not None and actor.user_id is not None and row.holder_id == actor.user_id
    if row is None or not (mine or can(actor, "wanted.override")):
        raise NotFound()
    return row


def lock_own(actor: Actor, reservation_id: UUID | str, *, only_holder: bool = True) -> Reservation:
    """The live reservation with its record, both locked, and its history to go on. NotFound, NotAllowed when it is
    somebody else's and `only_holder`, Gone when it is over."""
    seen = find_own(actor, reservation_id)
    if only_holder and seen.holder_id != actor.user_id:
        raise NotAllowed(f"{seen.call_sign or seen.holder_label} has this person. Only they can do that.")
    record = lock_record(actor, seen.wanted_id)
    rows = Reservation.objects.filter(pk=seen.pk).locked()
    row: Reservation = rows.select_related("person", "holder", "address").get()
    row.wanted = record
    if row.state not in LIVE_RESERVATION:
        raise over(row)
    return row


def over(row: Reservation) -> Gone:
    """Why nothing more can be done with it, in words."""
    label = ReservationState(row.state).label
    at = f" at {local(row.ended_at):%H:%M}" if row.ended_at else ""
    if row.state == ReservationState.EXPIRED:
        return Gone(f"Your time ran out{at}. Reserve again if nobody else has.", code="expired")
    why = f" {row.end_reason}" if row.end_reason else ""
    return Gone(f"This reservation is over: {label}{at}.{why}", code="over")


def write_step(
    actor: Actor,
    row: Reservation,
    moment: dt.datetime,
    *,
    verb: str,
    to_state: str = "",
    text: str = "",
    fields: Iterable[str] = (),
) -> None:
    """Save the changed fields and the state, and say so in history, trail and live events. Ends are timed here.

    Raises Conflict when the lifecycle has no such step.
    """
    before, after = row.state, to_state or row.state
    if after != before and after not in RESERVATION_TRANSITIONS[before]:
        raise Conflict(f"This reservation is: {ReservationState(before).label}. Look again, then decide.", code="state")
    changed = list(fields)
    row.state, row.version = after, row.version + 1
    if after not in LIVE_RESERVATION:
        row.ended_at = row.expires_at if after == ReservationState.EXPIRED else moment
        row.ended_by_label, row.end_reason = actor.label[:100], text[:300]
        changed += ["ended_at", "ended_by_label", "end_reason"]
    row.save(update_fields=[*changed, "state", "version"])
    leave_step(actor, row, moment, verb=verb, before=before, text=text)
    audit.record(actor, AuditAction.ALTER, f"suspects.reservation:{row.pk}", purpose=verb, fields=("state", *changed))
    announce(row, verb=verb, by=actor)


def leave_step(actor: Actor, row: Reservation, moment: dt.datetime, *, verb: str, before: str, text: str) -> None:
    ReservationStep.objects.create(
        force_id=row.force_id, reservation=row, at=moment, verb=verb, from_state=before, to_state=row.state,
        by_label=actor.label[:100], text=text[:300],
    )  # fmt: skip


def announce(row: Reservation, *, verb: str, by: Actor) -> None:
    """Tell every board; the holder, too, when somebody else ended it; and the phones that are closed."""
    lat, lon = _near(row)
    event = ReservationChanged(
        wanted=row.wanted_id,
        reservation=row.pk,
        state=row.state,
        call_sign=row.call_sign,
        collar=row.holder.collar_number,
        since=row.reserved_at,
        until=row.expires_at,
        version=row.version,
        near_lat=lat,
        near_lon=lon,
    )
    publish(event, wanted_topic(row.force_id))
    if by.user_id != row.holder_id:
        publish(event, person_topic(row.holder_id))
    if verb in ALERTS:
        enqueue(
            "push.wanted",
            {"reservation": str(row.pk), "state": row.state},
            dedupe_key=f"push.wanted:{row.pk}:{row.version}",
        )


def stand_down_of_record(actor: Actor, record: WantedRecord, moment: dt.datetime, text: str) -> None:
    """End the live reservation on this record, which is locked: there is nothing left to do for it."""
    rows = Reservation.objects.live().filter(wanted=record).locked()
    for row in rows.select_related("holder", "address"):
        row.wanted = record
        write_step(actor, row, moment, verb="stand_down", to_state=ReservationState.STOOD_DOWN, text=text)


def stand_down_of_person(actor: Actor, person_id: UUID, moment: dt.datetime, text: str) -> None:
    """End whatever reservation of the person lives."""
    for found in Reservation.objects.live().filter(person_id=person_id):
        record = WantedRecord.objects.filter(pk=found.wanted_id).locked().get()
        stand_down_of_record(actor, record, moment, text)


def taken_by(actor: Actor, row: Reservation) -> Taken:
    return Taken(reservation_words(actor, row))


def _near(row: Reservation) -> tuple[float | None, float | None]:
    """Where about: the plan's address, else the record's. Of somebody under an operation nothing is said."""
    if Operation.objects.in_force(now()).filter(person_id=row.person_id).exists():
        return None, None
    address = row.address
    if address is not None and address.lat is not None and address.lon is not None:
        return round(address.lat, 2), round(address.lon, 2)
    return coarse_position(row.wanted)
