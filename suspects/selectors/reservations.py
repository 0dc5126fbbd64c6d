"""What an officer sees before the tap, while they have the person, and afterwards. Each look leaves one entry."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import NotFound
from core.models import AuditAction
from core.permissions import can, check
from incidents.selectors import is_on_duty
from incidents.selectors.ids import as_uuid
from suspects.models import Address, Reservation, ReservationResult, ReservationStep, WantedChange, WantedRecord
from suspects.selectors.operations import note_look
from suspects.selectors.rules import rules_of
from suspects.selectors.wanted_cards import CardReservation, CardWarning, GalleryCard, cards_of, reservation_words
from suspects.selectors.wanted_cards import warnings_for as standing_warnings
from suspects.states import LIVE_RESERVATION, ReservationState, WantedState


@dataclass(frozen=True, kw_only=True)
class PlanAddress:
    """Where to: one line, WGS84 degrees when known."""

    id: UUID
    line: str
    lat: float | None
    lon: float | None


@dataclass(frozen=True, kw_only=True)
class ReservePage:
    """Before the tap. `refusal` says in words why it would be refused now ("" when it would not), with the number to
    call for an operation. `warnings` are ticked one by one."""

    card: GalleryCard
    warnings: tuple[CardWarning, ...]
    address: PlanAddress | None
    lease_minutes: int
    refusal: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of history: what, by whom, when (UTC). `label` is the state it led to, in words."""

    at: dt.datetime
    verb: str
    state: str
    label: str
    by: str
    text: str


@dataclass(frozen=True, kw_only=True)
class TickedWarning:
    """`ticked_at` is None for one that still has to be ticked."""

    warning: CardWarning
    ticked_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class ResultSeen:
    outcome: str
    label: str
    occurred_at: dt.datetime
    recorded_at: dt.datetime
    place_text: str
    custody_ref: str
    asn: str
    asn_verified: bool
    cautioned: bool | None
    reply: str
    necessity: tuple[str, ...]
    necessity_text: str
    text: str
    by: str


@dataclass(frozen=True, kw_only=True)
class ReservationPage:
    """While somebody has the person, and what became of it. Times are UTC. `needs_necessity`: an arrest on this record
    asks for a reason of PACE s.24(5). `operation_words`: a number to call instead of going."""

    id: UUID
    wanted_id: UUID
    person_id: UUID
    card: GalleryCard
    holder: CardReservation
    live: bool
    mine: bool
    may_override: bool
    extensions_left: int
    lease_minutes: int
    address: PlanAddress | None
    plan_text: str
    plan_units: str
    eta_at: dt.datetime | None
    warnings: tuple[TickedWarning, ...]
    operation_words: str
    needs_necessity: bool
    by_warrant: bool
    necessity: tuple[str, ...]
    necessity_text: str
    grounds_text: str
    ended_at: dt.datetime | None
    end_reason: str
    next_id: UUID | None
    steps: tuple[Step, ...]
    result: ResultSeen | None
    version: int

    @property
    def to_tick(self) -> int:
        """Warnings that still have to be ticked before going."""
        return sum(one.ticked_at is None for one in self.warnings)


def reserve_page(actor: Actor, wanted_id: UUID | str) -> ReservePage:
    """The card with its warnings, opened by one officer: an operation is told. Raises NotAllowed, NotFound."""
    check(actor, "wanted.view")
    moment = now()
    with transaction.atomic():
        record = _record(actor, wanted_id)
        [card] = cards_of(actor, [record], moment)
        operation = note_look(actor, record.person_id, "card")
        audit.record(
            actor, AuditAction.CONSULT, f"suspects.wantedrecord:{record.pk}", purpose="before reserving",
            result_ids=[record.person_id],
        )  # fmt: skip
        return ReservePage(
            card=card,
            warnings=card.warnings,
            address=None if operation else _address(record.address),
            lease_minutes=rules_of(actor).lease_minutes,
            refusal=operation.words if operation else _refusal(actor, record, card),
        )


def reservation_page(actor: Actor, reservation_id: UUID | str) -> ReservationPage:
    """For the holder, and for those who may override. Raises NotFound."""
    check(actor, "wanted.view")
    moment = now()
    with transaction.atomic():
        row = _own(actor, reservation_id)
        [card] = cards_of(actor, [row.wanted], moment)
        live = row.state in LIVE_RESERVATION and row.expires_at > moment
        operation = note_look(actor, row.person_id, "card")
        rules, basis = rules_of(actor), row.wanted.basis
        audit.record(
            actor, AuditAction.CONSULT, f"suspects.reservation:{row.pk}", purpose="reservation",
            result_ids=[row.wanted_id, row.person_id],
        )  # fmt: skip
        return ReservationPage(
            id=row.pk,
            wanted_id=row.wanted_id,
            person_id=row.person_id,
            card=card,
            holder=reservation_words(actor, row),
            live=live,
            mine=row.holder_id == actor.user_id,
            may_override=can(actor, "wanted.override"),
            extensions_left=max(0, rules.lease_extensions - row.extensions),
            lease_minutes=rules.lease_minutes,
            address=None if operation else _address(row.address),
            plan_text=row.plan_text,
            plan_units=row.plan_units,
            eta_at=row.eta_at,
            warnings=_ticked(actor, row, moment) if live else (),
            operation_words=operation.words if operation else "",
            needs_necessity=basis.needs_necessity,
            by_warrant=basis.by_warrant,
            necessity=tuple(row.necessity),
            necessity_text=row.necessity_text,
            grounds_text=row.grounds_text,
            ended_at=row.ended_at,
            end_reason=row.end_reason,
            next_id=Reservation.objects.filter(previous=row).values_list("pk", flat=True).first(),
            steps=tuple(_step(step) for step in ReservationStep.objects.filter(reservation=row)),
            result=_result(row),
            version=row.version,
        )


def own_reservations(actor: Actor) -> tuple[CardReservation, ...]:
    """What the actor has now. Call sign, times and ids only, so it leaves no entry."""
    rows = Reservation.objects.visible_to(actor).live().filter(holder_id=actor.user_id or 0, expires_at__gt=now())
    return tuple(reservation_words(actor, row) for row in rows.select_related("holder").order_by("reserved_at"))


def wanted_history(actor: Actor, wanted_id: UUID | str) -> tuple[Step, ...]:
    """What became of the record and of every attempt, oldest first. Of somebody under an operation nothing:
    attempts name places. Raises NotAllowed, NotFound.
    """
    check(actor, "wanted.view")
    with transaction.atomic():
        record = _record(actor, wanted_id)
        hidden = note_look(actor, record.person_id, "card") is not None
        steps = [_step(step) for step in ReservationStep.objects.filter(reservation__wanted=record)]
        steps += [_change(change) for change in WantedChange.objects.filter(wanted=record)]
        audit.record(actor, AuditAction.CONSULT, f"suspects.wantedrecord:{record.pk}", purpose="history")
    return () if hidden else tuple(sorted(steps, key=lambda step: step.at))


def _record(actor: Actor, wanted_id: UUID | str) -> WantedRecord:
    rows = WantedRecord.objects.visible_to(actor).select_related("person", "basis", "band", "address")
    record: WantedRecord | None = rows.filter(pk=as_uuid(wanted_id)).first()
    if record is None or (record.state == WantedState.DRAFT and not can(actor, "wanted.write")):
        raise NotFound()
    return record


def _own(actor: Actor, reservation_id: UUID | str) -> Reservation:
    tables = ("wanted__person", "wanted__basis", "wanted__band", "wanted__address", "holder", "address")
    rows = Reservation.objects.visible_to(actor).select_related(*tables)
    row: Reservation | None = rows.filter(pk=as_uuid(reservation_id)).first()
    mine = row is not None and actor.user_id is not None and row.holder_id == actor.user_id
    if row is None or not (mine or can(actor, "wanted.override")):
        raise NotFound()
    return row


def _refusal(actor: Actor, record: WantedRecord, card: GalleryCard) -> str:
    """What a tap would be told, as far as it is known before; the tap itself decides."""
    if record.state != WantedState.ACTIVE:
        return f"Not wanted any more: {WantedState(record.state).label.lower()}."
    if not card.may_arrest:
        return f"{card.power_text}. {card.contact_text}".strip()
    if card.reservation is not None and not card.reservation.mine:
        return f"{card.reservation.call_sign or card.reservation.who} has this person."
    if not can(actor, "wanted.reserve"):
        return "Only officers reserve."
    if not is_on_duty(actor):
        return "You are off duty. Book on, then reserve."
    if record.armed_only and not can(actor, "wanted.override"):
        return "Authorised firearms officers only. Call the force incident manager."
    return ""


def _address(address: Address | None) -> PlanAddress | None:
    if address is None:
        return None
    return PlanAddress(id=address.pk, line=address.line, lat=address.lat, lon=address.lon)


def _ticked(actor: Actor, row: Reservation, moment: dt.datetime) -> tuple[TickedWarning, ...]:
    at = {one["marker"]: dt.datetime.fromisoformat(one["at"]) for one in row.acknowledged}
    standing = standing_warnings(actor, row.person_id, row.address_id, moment)
    return tuple(TickedWarning(warning=one, ticked_at=at.get(str(one.marker_id))) for one in standing)


def _step(step: ReservationStep) -> Step:
    return _as_step(step, step.verb, ReservationState(step.to_state).label)


def _change(change: WantedChange) -> Step:
    return _as_step(change, "record", WantedState(change.to_state).label)


def _as_step(row: Any, verb: str, label: str) -> Step:
    return Step(at=row.at, verb=verb, state=row.to_state, label=label, by=row.by_label, text=row.text)


def _result(row: Reservation) -> ResultSeen | None:
    found: ReservationResult | None = ReservationResult.objects.filter(reservation=row).first()
    if found is None:
        return None
    return ResultSeen(
        outcome=found.outcome,
        label=ReservationState(found.outcome).label,
        occurred_at=found.occurred_at,
        recorded_at=found.recorded_at,
        place_text=found.place_text,
        custody_ref=found.custody_ref,
        asn=found.asn,
        asn_verified=found.asn_verified,
        cautioned=found.cautioned,
        reply=found.reply,
        necessity=tuple(found.necessity),
        necessity_text=found.necessity_text,
        text=found.text,
        by=found.by_label,
    )
