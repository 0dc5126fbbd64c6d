"""Granting, varying and cancelling bail. A condition is never rewritten: the old one ends, a new one begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from core.models import AuditAction, User
from core.permissions import can, check
from incidents.selectors.ids import as_uuid
from incidents.services import clean_text
from incidents.services.problems import Problems
from suspects.codes.curfew_hours import Slot
from suspects.codes.ground import zone as checked_zone
from suspects.models import Address, Bail, BailCondition, ConditionKind, CurfewSlot, Person
from suspects.states import BailType

MOST_CONDITIONS, MOST_SLOTS = 40, 28
WITHOUT_CONDITIONS = frozenset({BailType.RUI, BailType.PRE_CHARGE_UNCONDITIONAL})
# STANDARDS 7.1: what an officer may do when it is broken, until the record says it better.
POWERS = {
    BailType.COURT: "arrest under Bail Act s.7(3). Court within 24 h.",
    BailType.COURT_LA: "arrest under Bail Act s.7(3). Court within 24 h.",
    BailType.POST_CHARGE: "arrest under Bail Act s.7(3). Court within 24 h.",
    BailType.PRE_CHARGE_CONDITIONAL: "arrest under PACE s.46A.",
    BailType.PRE_CHARGE_UNCONDITIONAL: "arrest under PACE s.46A for failing to answer.",
    BailType.HDC: "no power until recalled. Tell the officer in the case.",
    BailType.LICENCE: "no power until recalled. Tell the officer in the case.",
    BailType.IMMIGRATION: "tell Immigration Enforcement before anything else.",
    BailType.RUI: "not bail: no power for breaking it.",
}
TEXTS = {"authority": 80, "source": 60, "offence": 120, "crime_ref": 30, "power_if_broken": 120}
NEEDED = frozenset({"authority", "source"})
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class BailTerms:
    """One grant of bail as somebody read it. Times are UTC; `oic` is a collar number of the actor's force, or empty.

    `power_if_broken` empty: the usual one of the type.
    """

    type: str
    authority: str
    starts_at: dt.datetime
    source: str
    ends_at: dt.datetime | None = None
    next_appearance: dt.datetime | None = None
    confirmed_at: dt.datetime | None = None
    offence: str = ""
    crime_ref: str = ""
    power_if_broken: str = ""
    oic: str = ""


@dataclass(frozen=True, kw_only=True)
class ConditionTerms:
    """One condition by its CJS code. A curfew has an address and slots; `zone` is [[lon, lat], …]."""

    code: str
    text: str
    address_id: UUID | str | None = None
    zone: Sequence[Sequence[float]] = ()
    persons: str = ""
    tagged: bool = False
    checks_per_night: int | None = None
    quiet_hours_authorised: str = ""
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    slots: Sequence[Slot] = field(default_factory=tuple)


def grant_bail(
    *, actor: Actor, person_id: UUID | str, terms: BailTerms, conditions: Iterable[ConditionTerms] = ()
) -> Bail:
    """Record a grant of bail with its conditions. Raises NotAllowed, NotFound (no such person of the actor's force),
    Invalid naming every field that needs another value; nothing is written then."""
    check(actor, "person.write")
    asked = list(conditions)
    with transaction.atomic():
        person = Person.objects.visible_to(actor).filter(pk=as_uuid(person_id)).first()
        if person is None:
            raise NotFound()
        bail = _bail(actor, person, terms, asked)
        rows = _conditions(actor, bail, asked)
        bail.save(force_insert=True)
        for row, slots in rows:
            _store(row, slots)
        audit.record(
            actor, AuditAction.COLLECT, f"suspects.bail:{bail.pk}", purpose="bail granted",
            fields=sorted({row.kind.code for row, _ in rows}), result_ids=[person.pk],
        )  # fmt: skip
    return bail


def cancel_bail(*, actor: Actor, bail_id: UUID | str, reason: str) -> Bail:
    """Bail is over before its time: no condition of it binds from now on. Raises NotAllowed, NotFound, Invalid
    (reason), Conflict when it was cancelled before."""
    check(actor, "person.write")
    words = clean_text(reason, field="reason", limit=200, required=True)
    with transaction.atomic():
        bail: Bail | None = (
            Bail.objects.visible_to(actor).select_for_update(no_key=True).filter(pk=as_uuid(bail_id)).first()
        )
        if bail is None:
            raise NotFound()
        if bail.cancelled_at is not None:
            raise Conflict("This bail was cancelled before. Nothing was changed.", code="cancelled")
        bail.cancelled_at, bail.cancelled_reason = now(), words
        bail.save(update_fields=["cancelled_at", "cancelled_reason"])
        audit.record(
            actor, AuditAction.ALTER, f"suspects.bail:{bail.pk}", purpose="bail cancelled", justification=words,
            fields=["cancelled_at"],
        )  # fmt: skip
    return bail


def vary_condition(*, actor: Actor, condition_id: UUID | str, terms: ConditionTerms, reason: str) -> BailCondition:
    """A court or custody officer changed a condition: the old one ends now, the new one is returned.

    Checks and breaches stay with the condition they were of. Raises NotAllowed, NotFound, Invalid, Conflict when the
    condition had ended before.
    """
    check(actor, "person.write")
    words = clean_text(reason, field="reason", limit=200, required=True)
    with transaction.atomic():
        old = _end(actor, condition_id)
        [(new, slots)] = _conditions(actor, old.bail, [terms])
        _store(new, slots)
        audit.record(
            actor, AuditAction.ALTER, f"suspects.bailcondition:{old.pk}", purpose="condition varied",
            justification=words, result_ids=[new.pk],
        )  # fmt: skip
    return new


def cancel_condition(*, actor: Actor, condition_id: UUID | str, reason: str) -> BailCondition:
    """The condition binds no more; the rest of the bail does. Raises as `vary_condition`."""
    check(actor, "person.write")
    words = clean_text(reason, field="reason", limit=200, required=True)
    with transaction.atomic():
        old = _end(actor, condition_id)
        audit.record(
            actor, AuditAction.ALTER, f"suspects.bailcondition:{old.pk}", purpose="condition cancelled",
            justification=words, fields=["cancelled_at"],
        )  # fmt: skip
    return old


def allow_quiet_hours(*, actor: Actor, condition_id: UUID | str, inspector: str) -> BailCondition:
    """An inspector allows a knock at night, or (empty) takes that back. For whoever reviews curfews. Raises
    NotAllowed, NotFound, Invalid."""
    check(actor, "curfew.review")
    name = clean_text(inspector, field="inspector", limit=100)
    with transaction.atomic():
        condition = lock_condition(actor, condition_id)
        condition.quiet_hours_authorised = name
        condition.save(update_fields=["quiet_hours_authorised"])
        audit.record(
            actor, AuditAction.ALTER, f"suspects.bailcondition:{condition.pk}", purpose="knock in quiet hours",
            justification=name, fields=["quiet_hours_authorised"],
        )  # fmt: skip
    return condition


def lock_condition(actor: Actor, condition_id: UUID | str) -> BailCondition:
    """The condition with its tables, locked until the transaction ends, and its bail: the checks of a person are
    counted and numbered under this lock. NO KEY: rows that point here can be written meanwhile. Raises NotFound.
    """
    mine = BailCondition.objects.visible_to(actor).filter(pk=as_uuid(condition_id))
    Bail.objects.filter(conditions__in=mine).locked()
    rows = mine.locked().select_related("bail__person", "kind", "address").prefetch_related("slots")
    condition: BailCondition | None = rows.first()
    if condition is None:
        raise NotFound()
    return condition


def _end(actor: Actor, condition_id: UUID | str) -> BailCondition:
    condition = lock_condition(actor, condition_id)
    if condition.cancelled_at is not None or condition.bail.cancelled_at is not None:
        raise Conflict("This condition ended before. Look at the bail again.", code="cancelled")
    condition.cancelled_at = now()
    condition.save(update_fields=["cancelled_at"])
    return condition


def _bail(actor: Actor, person: Person, terms: BailTerms, conditions: list[ConditionTerms]) -> Bail:
    problems, moment = Problems(), now()
    if terms.type not in BailType.values:
        problems.add("type", "Choose a type of bail.")
    elif terms.type in WITHOUT_CONDITIONS and conditions:
        problems.add("conditions", "This type has no conditions. Choose another type, or leave them out.")
    if len(conditions) > MOST_CONDITIONS:
        problems.add("conditions", f"Give at most {MOST_CONDITIONS} conditions.")
    for name in ("starts_at", "ends_at", "next_appearance", "confirmed_at"):
        given = getattr(terms, name)
        if given is not None and given.tzinfo is None:
            problems.add(name, "Give the time with its zone.")
    if not problems.fields and terms.ends_at is not None and terms.ends_at <= terms.starts_at:
        problems.add("ends_at", "Bail ends after it begins.")
    texts = {name: _text(problems, name, getattr(terms, name), limit) for name, limit in TEXTS.items()}
    oic = problems.take(lambda: _officer(actor, terms.oic), None)
    problems.stop_here()
    texts["power_if_broken"] = texts["power_if_broken"] or POWERS[BailType(terms.type)]
    return Bail(
        force_id=person.force_id, person=person, type=terms.type, oic=oic,
        oic_label=f"{oic.display_name} {oic.collar_number}"[:100] if oic else "", starts_at=terms.starts_at,
        ends_at=terms.ends_at, next_appearance=terms.next_appearance, confirmed_at=terms.confirmed_at or moment,
        recorded_at=moment, **texts,
    )  # fmt: skip


def _text(problems: Problems, name: str, raw: str, limit: int) -> str:
    return problems.take(lambda: clean_text(raw, field=name, limit=limit, required=name in NEEDED), "")


def _officer(actor: Actor, collar: str) -> User | None:
    typed = collar.strip().upper()
    if not typed or actor.force_id is None:
        return None
    user: User | None = User.objects.filter(force_id=actor.force_id, collar_number=typed, is_active=True).first()
    if user is None:
        raise Invalid(fields={"oic": "Nobody of your force has that collar number."})
    return user


def _conditions(actor: Actor, bail: Bail, asked: list[ConditionTerms]) -> list[tuple[BailCondition, Sequence[Slot]]]:
    kinds = {kind.code: kind for kind in ConditionKind.objects.visible_to(actor)}
    problems = Problems()
    rows: list[tuple[BailCondition, Sequence[Slot]]] = []
    for number, terms in enumerate(asked, 1):
        one = Problems()
        row = _condition(actor, bail, terms, kinds, one)
        if one.fields or row is None:
            problems.fields.update({f"condition_{number}.{name}": words for name, words in one.fields.items()})
        else:
            rows.append((row, tuple(terms.slots)))
    problems.stop_here()
    return rows


def _condition(
    actor: Actor, bail: Bail, terms: ConditionTerms, kinds: dict[str, ConditionKind], problems: Problems
) -> BailCondition | None:
    kind = kinds.get(terms.code)
    if kind is None:
        problems.add("code", "Choose a condition of the list.")
        return None
    address = problems.take(lambda: _address(actor, terms.address_id), None)
    corners: list[list[float]] = problems.take(lambda: _said("zone", lambda: checked_zone(terms.zone)), [])
    text = problems.take(lambda: clean_text(terms.text, field="text", limit=2500, required=True, lines=True), "")
    persons = problems.take(lambda: clean_text(terms.persons, field="persons", limit=200), "")
    quiet = problems.take(
        lambda: clean_text(terms.quiet_hours_authorised, field="quiet_hours_authorised", limit=100), ""
    )
    if quiet and not can(actor, "curfew.review"):
        problems.add("quiet_hours_authorised", "A sergeant writes down which inspector allows it. Leave it empty.")
    _check_hours(kind, terms, address, problems)
    if corners and not kind.is_exclusion:
        problems.add("zone", "Only an exclusion has a zone.")
    if terms.checks_per_night is not None and not 1 <= terms.checks_per_night <= 24:
        problems.add("checks_per_night", "Give 1 to 24 checks, or leave it to the force's limit.")
    if terms.starts_on and terms.ends_on and terms.ends_on < terms.starts_on:
        problems.add("ends_on", "The condition ends after it begins.")
    return BailCondition(
        force_id=bail.force_id, bail=bail, kind=kind, text=text, address=address, zone=corners, persons=persons,
        tagged=terms.tagged, checks_per_night=terms.checks_per_night, quiet_hours_authorised=quiet,
        starts_on=terms.starts_on, ends_on=terms.ends_on,
    )  # fmt: skip


def _check_hours(kind: ConditionKind, terms: ConditionTerms, address: Address | None, problems: Problems) -> None:
    if not kind.is_curfew:
        if terms.slots:
            problems.add("slots", "Only a curfew has hours.")
        return
    if address is None and "address_id" not in problems.fields:
        problems.add("address_id", "Say where the person must be.")
    begins = {(slot.weekday, slot.start) for slot in terms.slots}
    if not terms.slots:
        problems.add("slots", "Give the days and hours of the curfew.")
    elif len(begins) < len(terms.slots) or len(terms.slots) > MOST_SLOTS:
        problems.add("slots", "Give each beginning once, at most 4 a day.")


def _address(actor: Actor, key: UUID | str | None) -> Address | None:
    if key is None:
        return None
    try:
        found: Address | None = Address.objects.visible_to(actor).filter(pk=as_uuid(key)).first()
    except NotFound:
        found = None
    if found is None:
        raise Invalid(fields={"address_id": "No address here has that reference."})
    return found


def _said(name: str, read: Callable[[], T]) -> T:
    """The words of a reader that knows no fields, as a complaint about one."""
    try:
        return read()
    except ValueError as error:
        raise Invalid(fields={name: str(error)}) from error


def _store(row: BailCondition, slots: Sequence[Slot]) -> None:
    row.save(force_insert=True)
    CurfewSlot.objects.bulk_create(
        CurfewSlot(force_id=row.force_id, condition=row, weekday=one.weekday, start=one.start, minutes=one.minutes)
        for one in slots
    )
