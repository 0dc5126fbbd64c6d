"""Wanted records: opened, approved by somebody else, given another priority, cancelled. Each change is in the history.

Who is found is closed by the result of a reservation (`reservation_results`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditAction
from core.permissions import can, check
from incidents.selectors.ids import as_uuid
from incidents.services.problems import Problems
from incidents.services.text import clean_text
from suspects.models import Address, Person, PriorityBand, WantedBasis, WantedRecord
from suspects.services.reservation_steps import stand_down_of_record
from suspects.services.wanted_changes import announce, leave_step, lock_record, step_allowed, write_change
from suspects.states import WantedState, WarrantCategory

LONGEST_AGO = dt.timedelta(days=365 * 40)
OPEN = (WantedState.DRAFT, WantedState.ACTIVE)


@dataclass(frozen=True, kw_only=True)
class WantedDetails:
    """Why somebody is wanted. `basis` and `band` are codes of the force's tables; `band_reason` says why not another.

    `grounds_known_at`: when the force had grounds, for "grounds known to circulated". `contact_text`: whom to ask the
    person to call, where there is no power of arrest. Times are aware.
    """

    basis: str
    band: str
    offence: str
    source: str
    band_reason: str = ""
    offence_code: str = ""
    crime_ref: str = ""
    urn: str = ""
    warrant_category: str = ""
    court: str = ""
    bail_backed: bool = False
    execute_conditions: str = ""
    two_officers: bool = False
    armed_only: bool = False
    address_id: UUID | str | None = None
    area: str = ""
    owner_unit: str = ""
    contact_text: str = ""
    grounds_known_at: dt.datetime | None = None
    issued_at: dt.datetime | None = None


def due_at(band: PriorityBand, circulated_at: dt.datetime) -> dt.datetime:
    """When somebody should have acted, UTC (STANDARDS 7.3)."""
    return circulated_at + dt.timedelta(hours=band.target_hours)


def open_wanted(*, actor: Actor, person_id: UUID | str, details: WantedDetails, draft: bool = False) -> WantedRecord:
    """Circulate somebody as wanted. Who may only reserve (an officer) writes a draft, which a sergeant approves.

    Raises NotAllowed, NotFound (person), Invalid naming every field, Conflict when the person is wanted for it already.
    """
    may_open = can(actor, "wanted.write")
    if not may_open:
        check(actor, "wanted.reserve")
    moment = now()
    with transaction.atomic():
        # Two forms at once about the same person: one waits, and then sees the other's record.
        person = Person.objects.visible_to(actor).select_for_update(no_key=True).filter(pk=as_uuid(person_id)).first()
        if person is None:
            raise NotFound()
        record = _new(actor, person, details, moment, state=_first_state(draft or not may_open))
        _not_twice(record)
        record.save(force_insert=True)
        leave_step(actor, record, moment, before="", text=f"Opened: {record.offence}")
        audit.record(actor, AuditAction.COLLECT, f"suspects.wantedrecord:{record.pk}", purpose="wanted record opened")
        announce(record)
    return record


def approve(*, actor: Actor, wanted_id: UUID | str, expected_version: int | None = None) -> WantedRecord:
    """Circulate a draft. Never by whoever wrote it. Raises NotAllowed, NotFound, Conflict."""
    check(actor, "wanted.write")
    moment = now()
    with transaction.atomic():
        record = lock_record(actor, wanted_id, expected_version=expected_version)
        if record.state != WantedState.DRAFT:
            raise Conflict("This record is no draft any more. Look again.", code="state")
        if actor.user_id is not None and record.opened_by_id == actor.user_id:
            raise NotAllowed("You wrote this draft. Ask another sergeant to approve it.", code="own_draft")
        record.circulated_at, record.due_at = moment, due_at(record.band, moment)
        record.approved_by_label = actor.label[:100]
        write_change(
            actor, record, moment, to_state=WantedState.ACTIVE, text="Approved and circulated",
            fields=("circulated_at", "due_at", "approved_by_label"),
        )  # fmt: skip
    return record


def change_band(
    *, actor: Actor, wanted_id: UUID | str, band: str, reason: str, expected_version: int | None = None
) -> WantedRecord:
    """Another priority, with the reason; the time it promises counts from the circulation.

    Raises NotAllowed, NotFound, Invalid (band, reason), Conflict.
    """
    check(actor, "wanted.write")
    moment = now()
    with transaction.atomic():
        record = lock_record(actor, wanted_id, expected_version=expected_version)
        if record.state not in OPEN:
            raise Conflict("This person is no longer wanted on this record.", code="state")
        problems = Problems()
        words = problems.take(lambda: clean_text(reason, field="reason", limit=200, required=True), "")
        chosen = PriorityBand.objects.visible_to(actor).filter(code=band).first()
        if chosen is None or chosen.pk == record.band_id:
            problems.add("band", "Choose another priority.")
        problems.stop_here()
        assert chosen is not None  # or stop_here had raised
        text = f"{record.band.code} to {chosen.code}: {words}"
        record.band, record.band_reason = chosen, words
        record.due_at = due_at(chosen, record.circulated_at or record.issued_at)
        write_change(actor, record, moment, to_state=record.state, text=text, fields=("band", "band_reason", "due_at"))
    return record


def cancel(*, actor: Actor, wanted_id: UUID | str, reason: str, expected_version: int | None = None) -> WantedRecord:
    """No longer wanted, with the reason. Whoever has the person reserved on this record is stood down and told.

    Raises NotAllowed, NotFound, Invalid (reason), Conflict.
    """
    check(actor, "wanted.write")
    words = clean_text(reason, field="reason", limit=200, required=True)
    moment = now()
    with transaction.atomic():
        record = lock_record(actor, wanted_id, expected_version=expected_version)
        step_allowed(record, WantedState.CANCELLED)
        stand_down_of_record(actor, record, moment, f"No longer wanted: {words}")
        record.closed_at, record.closed_reason = moment, words
        write_change(
            actor, record, moment, to_state=WantedState.CANCELLED, text=f"Cancelled: {words}",
            fields=("closed_at", "closed_reason"),
        )  # fmt: skip
    return record


def reactivate(
    *, actor: Actor, wanted_id: UUID | str, reason: str, expected_version: int | None = None
) -> WantedRecord:
    """Wanted again after an arrest: escaped, freed in error, or the wrong person. Raises as `cancel`."""
    check(actor, "wanted.write")
    words = clean_text(reason, field="reason", limit=200, required=True)
    moment = now()
    with transaction.atomic():
        record = lock_record(actor, wanted_id, expected_version=expected_version)
        if record.state != WantedState.IN_CUSTODY:
            raise Conflict("Only somebody who was arrested can become wanted again.", code="state")
        record.closed_at, record.closed_reason = None, ""
        record.circulated_at, record.due_at = moment, due_at(record.band, moment)
        write_change(
            actor, record, moment, to_state=WantedState.ACTIVE, text=f"Wanted again: {words}",
            fields=("closed_at", "closed_reason", "circulated_at", "due_at"),
        )  # fmt: skip
    return record


def _first_state(draft: bool) -> str:
    return WantedState.DRAFT if draft else WantedState.ACTIVE


def _new(actor: Actor, person: Person, given: WantedDetails, moment: dt.datetime, *, state: str) -> WantedRecord:
    problems = Problems()
    basis = WantedBasis.objects.visible_to(actor).filter(code=given.basis).first()
    if basis is None:
        problems.add("basis", "Choose why the person is wanted.")
    band = PriorityBand.objects.visible_to(actor).filter(code=given.band).first()
    if band is None:
        problems.add("band", "Choose a priority.")
    texts = {name: problems.take(partial(_text, given, name, limit), "") for name, limit in _LIMITS.items()}
    if given.warrant_category and (given.warrant_category not in WarrantCategory.values or not _by_warrant(basis)):
        problems.add("warrant_category", "Only a warrant has a category: A, B, C or U. Leave it empty otherwise.")
    address = problems.take(lambda: _address(actor, given.address_id), None)
    issued = problems.take(lambda: _past(given.issued_at, "issued_at", moment), None) or moment
    known = problems.take(lambda: _past(given.grounds_known_at, "grounds_known_at", moment), None)
    problems.stop_here()
    assert basis is not None  # or stop_here had raised
    assert band is not None
    return WantedRecord(
        force_id=person.force_id,
        person=person,
        basis=basis,
        band=band,
        warrant_category=given.warrant_category,
        bail_backed=given.bail_backed,
        two_officers=given.two_officers,
        armed_only=given.armed_only,
        address=address,
        grounds_known_at=known,
        issued_at=issued,
        circulated_at=moment if state == WantedState.ACTIVE else None,
        due_at=due_at(band, moment),
        state=state,
        opened_by_id=actor.user_id,
        opened_by_label=actor.label[:100],
        changed_at=moment,
        **texts,
    )


_LIMITS = {
    "offence": 120,
    "source": 60,
    "band_reason": 200,
    "offence_code": 8,
    "crime_ref": 30,
    "urn": 13,
    "court": 80,
    "execute_conditions": 120,
    "area": 40,
    "owner_unit": 60,
    "contact_text": 120,
}
_REQUIRED = frozenset({"offence", "source"})


def _text(given: WantedDetails, name: str, limit: int) -> str:
    return clean_text(getattr(given, name), field=name, limit=limit, required=name in _REQUIRED)


def _by_warrant(basis: WantedBasis | None) -> bool:
    return basis is not None and basis.by_warrant


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


def _past(moment: dt.datetime | None, field: str, latest: dt.datetime) -> dt.datetime | None:
    if moment is None:
        return None
    if moment.tzinfo is None or not latest - LONGEST_AGO <= moment <= latest:
        raise Invalid(fields={field: "Give a date and time that is past."})
    return moment


def _not_twice(record: WantedRecord) -> None:
    same = WantedRecord.objects.filter(
        person=record.person, basis=record.basis, offence__iexact=record.offence, crime_ref=record.crime_ref
    )
    if same.filter(state__in=OPEN).exists():
        raise Conflict("The person is already wanted for this. Change that record instead.", code="already_wanted")
