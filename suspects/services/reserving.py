""" "Click & Collect": an officer takes a wanted person. The database decides who was first; nobody waits for a lock.

Refused where it is unsafe: a planned operation, armed officers only, alone where two are needed, a warning not read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Gone, Invalid, NotAllowed, NotFound
from core.models import AuditAction
from core.permissions import can, check
from incidents.selectors import own_duty
from incidents.selectors.ids import as_client_key, as_uuid
from incidents.services.text import clean_text
from suspects.models import Address, KnowledgeReceipt, Reservation, WantedRecord
from suspects.selectors.operations import refuse_to_disturb
from suspects.selectors.rules import rules_of
from suspects.selectors.wanted_cards import NO_POWER, CardWarning, under_operation, warnings_for
from suspects.selectors.who import person_of
from suspects.services.expiry import expire_if_due
from suspects.services.reservation_steps import announce, leave_step, taken_by
from suspects.services.wanted_changes import lock_record
from suspects.states import WantedState

ARMED_ONLY = (
    "Authorised firearms officers only. Do not go. Call the force incident manager, who decides who does; a sergeant "
    "records that decision here."
)
TWO_OFFICERS = "Not alone: two officers are needed. Name the unit or the officer who goes with you."
TRIES = 3


@dataclass(frozen=True, kw_only=True)
class Tick:
    """One warning acknowledged on the phone. `at` is aware; without it, or in the future, it is now."""

    marker_id: UUID | str
    at: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Where to, with whom, how soon. Without an address it is the one on the record."""

    address_id: UUID | str | None = None
    text: str = ""
    units: str = ""
    eta_at: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CheckedPlan:
    address: Address | None
    text: str
    units: str
    eta_at: dt.datetime | None


class _OperationBegan(Exception):
    """Between the look and the tap. Refused outside the transaction, so that the operation is still told."""


def reserve(
    *,
    actor: Actor,
    wanted_id: UUID | str,
    acknowledged: Sequence[Tick],
    client_key: UUID | str,
    plan: Plan | None = None,
    receipt_id: UUID | None = None,
    armed_authority: str = "",
) -> Reservation:
    """Take the person, alone of all officers, until the lease ends. The same `client_key` takes once; an officer who
    has the person already gets that reservation.

    Raises `Taken` (who, since when, until when), NotAllowed (role, off duty, no power, armed only, operation: call the
    number), Invalid naming the warnings still to be ticked, Gone when no longer wanted, NotFound.
    """
    check(actor, "wanted.reserve")
    key = as_client_key(client_key)
    if key is None:
        raise Invalid(fields={"client_key": "Use a UUID."})
    for _ in range(TRIES):
        if (earlier := _same_tap(actor, key)) is not None:
            return earlier
        record = _record(actor, wanted_id)
        refuse_to_disturb(actor, record.person_id, "reserve")
        if (own := _own_or_taken(actor, record)) is not None:
            return own
        call_sign = call_sign_on_duty(actor)
        _check_power(record)
        authority = check_armed(actor, record, armed_authority)
        checked = check_plan(actor, record, plan or Plan())
        ticked = check_ticks(actor, record, checked.address, acknowledged)
        _check_receipt(actor, record, receipt_id)
        row = _row(actor, record, call_sign, key, checked, ticked, receipt_id)
        try:
            return _take(actor, row, authority)
        except (IntegrityError, _OperationBegan):  # another tap, or an operation, came first: the next round says so
            continue
    raise Conflict("Several officers tapped at once. Look at the card, then tap again.", code="busy")


def call_sign_on_duty(actor: Actor) -> str:
    """The call sign of the actor's shift. Raises NotAllowed when off duty."""
    duty = own_duty(actor)
    if duty is None:
        raise NotAllowed("You are off duty. Book on, then reserve.", code="off_duty")
    return duty.call_sign


def check_armed(actor: Actor, record: WantedRecord, authority: str) -> str:
    """Who decided that armed officers go, in words; only a sergeant or supervisor may say so. Raises NotAllowed."""
    if not record.armed_only:
        return ""
    if not can(actor, "wanted.override") or not authority.strip():
        raise NotAllowed(ARMED_ONLY, code="armed_only")
    return clean_text(authority, field="armed_authority", limit=200)


def check_plan(actor: Actor, record: WantedRecord, plan: Plan) -> CheckedPlan:
    """Raises Invalid: address_id, plan_text, plan_units (also when somebody has to come along and nobody does)."""
    units = clean_text(plan.units, field="plan_units", limit=120)
    if record.two_officers and not units:
        raise Invalid(fields={"plan_units": TWO_OFFICERS}, code="two_officers")
    return CheckedPlan(
        address=_address(actor, plan.address_id) or record.address,
        text=clean_text(plan.text, field="plan_text", limit=300),
        units=units,
        eta_at=plan.eta_at,
    )


def check_ticks(
    actor: Actor, record: WantedRecord, address: Address | None, given: Iterable[Tick]
) -> list[dict[str, str]]:
    """Every standing warning, each with the moment it was ticked. Raises Invalid naming those that were not."""
    moment = now()
    ticks = {str(tick.marker_id): tick.at for tick in given}
    standing = warnings_for(actor, record.person_id, address.pk if address else None, moment)
    missing = [one for one in standing if str(one.marker_id) not in ticks]
    if missing:
        raise Invalid(fields={"acknowledged": missing_words(missing)}, code="warnings")
    return [_ticked(one, ticks[str(one.marker_id)], moment) for one in standing]


def missing_words(missing: Sequence[CardWarning]) -> str:
    """As the button says it: "Tick 1 more: Drugs, may have needles."."""
    named = "; ".join(f"{one.label}, {one.text}" for one in missing)
    return f"Tick {len(missing)} more: {named}."


def _ticked(one: CardWarning, at: dt.datetime | None, moment: dt.datetime) -> dict[str, str]:
    stated = at if at is not None and at.tzinfo is not None and at <= moment else moment
    return {"marker": str(one.marker_id), "code": one.code, "label": one.label, "at": stated.isoformat()}


def _same_tap(actor: Actor, key: UUID) -> Reservation | None:
    earlier: Reservation | None = Reservation.objects.visible_to(actor).filter(client_key=key).first()
    if earlier is not None and earlier.holder_id != actor.user_id:
        raise Conflict("Somebody else already sent this. Open the card again.", code="key_used")
    return earlier


def _record(actor: Actor, wanted_id: UUID | str) -> WantedRecord:
    rows = WantedRecord.objects.visible_to(actor).select_related("basis", "band", "address", "person")
    record: WantedRecord | None = rows.exclude(state=WantedState.DRAFT).filter(pk=as_uuid(wanted_id)).first()
    if record is None:
        raise NotFound()
    _check_wanted(record)
    return record


def _check_wanted(record: WantedRecord) -> None:
    if record.state != WantedState.ACTIVE:
        label = WantedState(record.state).label.lower()
        raise Gone(f"Not wanted any more: {label}. Go back to the list.", code="not_wanted")


def _check_power(record: WantedRecord) -> None:
    if not record.basis.may_arrest:
        what = record.contact_text or "Speak to the person and record where they were."
        raise NotAllowed(f"{NO_POWER}: {record.basis.label}. {what}", code="no_power")


def _own_or_taken(actor: Actor, record: WantedRecord) -> Reservation | None:
    """The actor's own; raises Taken for another's. A lease that ran out is ended first, and holds nobody."""
    live: Reservation | None = (
        Reservation.objects.live().select_related("holder").filter(person_id=record.person_id).first()
    )
    if live is None or expire_if_due(live):
        return None
    if live.holder_id != actor.user_id:
        raise taken_by(actor, live)
    return live


def _address(actor: Actor, address_id: UUID | str | None) -> Address | None:
    if not address_id:
        return None
    try:
        address: Address | None = Address.objects.visible_to(actor).filter(pk=as_uuid(address_id)).first()
    except NotFound:
        address = None
    if address is None:
        raise Invalid(fields={"address_id": "Choose an address on record, or leave it empty."})
    return address


def _check_receipt(actor: Actor, record: WantedRecord, receipt_id: UUID | None) -> None:
    """What the actor was shown of this person: nobody else's receipt, and none about somebody else."""
    if receipt_id is None:
        return
    own = KnowledgeReceipt.objects.visible_to(actor).filter(user_id=person_of(actor).user_id)
    if not own.filter(pk=receipt_id, record_id__in=(record.person_id, record.pk)).exists():
        raise Invalid(fields={"receipt": "That is not your receipt about this person. Leave it out."})


def _row(
    actor: Actor,
    record: WantedRecord,
    call_sign: str,
    key: UUID,
    plan: CheckedPlan,
    ticked: list[dict[str, str]],
    receipt_id: UUID | None,
) -> Reservation:
    moment = now()
    return Reservation(
        force_id=record.force_id,
        wanted=record,
        person_id=record.person_id,
        holder_id=person_of(actor).user_id,
        holder_label=actor.label[:100],
        call_sign=call_sign,
        reserved_at=moment,
        active_at=moment,
        expires_at=moment + dt.timedelta(minutes=rules_of(actor).lease_minutes),
        acknowledged=ticked,
        address=plan.address,
        plan_text=plan.text,
        plan_units=plan.units,
        eta_at=plan.eta_at,
        receipt_id=receipt_id,
        client_key=key,
    )


def _take(actor: Actor, row: Reservation, authority: str) -> Reservation:
    """Insert first: of a thousand taps the constraint lets one in, and only that one asks for the record's lock."""
    with transaction.atomic():
        row.save(force_insert=True)
        row.wanted = lock_record(actor, row.wanted_id)
        _check_wanted(row.wanted)  # cancelled between the look and the tap
        if under_operation(actor, {row.person_id}, now()):
            raise _OperationBegan
        text = f"Armed officers: {authority}" if authority else ""
        leave_step(actor, row, row.reserved_at, verb="reserve", before="", text=text)
        audit.record(
            actor, AuditAction.COLLECT, f"suspects.reservation:{row.pk}", purpose="reserve",
            result_ids=[row.wanted_id, row.person_id],
        )  # fmt: skip
        announce(row, verb="reserve", by=actor)
    return row
