"""Checking that what is stored is still what was sealed. A failed check locks the exhibit and says so in the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, NotFound
from core.models import AuditAction
from evidence.continuity import add_act, lock_exhibit
from evidence.models import GENESIS, ContinuityEvent, EvidenceItem, Exhibit
from evidence.permissions import check_verify
from evidence.services.announce import announce
from evidence.services.exhibits import seal_of
from evidence.states import EXHIBIT_TRANSITIONS, Act, ExhibitState
from evidence.storage import StoreError, masters
from incidents.selectors.ids import as_uuid
from incidents.services import append_log


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`problem` says in plain words what does not hold; empty when all does. `sha256` is what was read now."""

    ok: bool
    checked_at: datetime
    sha256: str = ""
    items: int = 1
    problem: str = ""


def verify_item(*, actor: Actor, item_id: UUID | str) -> Verdict:
    """Read one master whole from the store and compare its hash. Writes a continuity and an audit entry.

    Raises NotFound, NotAllowed, Conflict (not sealed yet).
    """
    check_verify(actor)
    item: EvidenceItem | None = EvidenceItem.objects.visible_to(actor).filter(pk=as_uuid(item_id)).first()
    if item is None:
        raise NotFound()
    if not item.is_sealed:
        raise Conflict("This file is not stored yet.", code="not_stored")
    verdict = _read(item)
    _note(actor, item.exhibit_id, [(item, verdict)], problem=verdict.problem)
    return verdict


def verify_exhibit(*, actor: Actor, exhibit_id: UUID | str) -> Verdict:
    """Check every item, the chain of parts, the seal and the continuity of an exhibit.

    Raises NotFound, NotAllowed, Conflict (nothing sealed in it).
    """
    check_verify(actor)
    exhibit: Exhibit | None = Exhibit.objects.visible_to(actor).filter(pk=as_uuid(exhibit_id)).first()
    if exhibit is None:
        raise NotFound()
    items = [item for item in EvidenceItem.objects.filter(exhibit=exhibit).in_order() if item.is_sealed]
    if not items:
        raise Conflict("There is nothing stored in this exhibit yet.", code="empty")
    read = [(item, _read(item)) for item in items]
    problem = next((verdict.problem for _, verdict in read if not verdict.ok), "")
    problem = problem or _broken_parts(items) or _broken_seal(exhibit, items) or _broken_continuity(exhibit)
    _note(actor, exhibit.pk, read, problem=problem)
    return Verdict(ok=not problem, checked_at=now(), items=len(items), problem=problem)


def _read(item: EvidenceItem) -> Verdict:
    try:
        found, size = masters().digest(item.master_uri)
    except StoreError:
        return Verdict(ok=False, checked_at=now(), problem=f"{_name(item)} cannot be read from the store.")
    if found != item.sha256 or size != item.size_bytes:
        return Verdict(ok=False, checked_at=now(), sha256=found, problem=f"{_name(item)} differs from what was sealed.")
    return Verdict(ok=True, checked_at=now(), sha256=found)


def _broken_parts(items: list[EvidenceItem]) -> str:
    """Each part names the hash of the one before. A recorder that does not chain leaves it empty."""
    before: dict[str, str] = {}
    for item in items:
        if item.prev_sha256 and item.prev_sha256 != before.get(item.kind, ""):
            return f"A part before {_name(item)} is missing."
        before[item.kind] = item.sha256
    return ""


def _broken_seal(exhibit: Exhibit, items: list[EvidenceItem]) -> str:
    return "The seal does not fit the items." if exhibit.is_sealed and exhibit.seal != seal_of(items) else ""


def _broken_continuity(exhibit: Exhibit) -> str:
    previous, count = GENESIS, 0
    for event in ContinuityEvent.objects.filter(exhibit=exhibit).order_by("seq").iterator(chunk_size=500):
        if event.seq != count + 1 or event.prev_hash != previous or event.hash != event.compute_hash():
            return f"The continuity breaks at entry {count + 1}."
        previous, count = event.hash, event.seq
    return ""


def _note(actor: Actor, exhibit_id: UUID, read: list[tuple[EvidenceItem, Verdict]], *, problem: str) -> None:
    with transaction.atomic():
        exhibit = lock_exhibit(actor, exhibit_id)
        for item, verdict in read:
            EvidenceItem.objects.filter(pk=item.pk).update(checked_at=verdict.checked_at, check_ok=verdict.ok)
            act = Act.CHECKED if verdict.ok else Act.CHECK_FAILED
            add_act(actor, exhibit, act, item=item, sha256=verdict.sha256 or None)
        if problem:
            _lock(actor, exhibit, problem)
        audit.record(
            actor, AuditAction.CONSULT, f"evidence.exhibit:{exhibit.pk}", purpose="check",
            result_ids=[item.pk for item, _ in read], incident=str(exhibit.incident_id),
        )  # fmt: skip
        announce(exhibit)


def _lock(actor: Actor, exhibit: Exhibit, problem: str) -> None:
    if ExhibitState.LOCKED in EXHIBIT_TRANSITIONS[exhibit.state]:
        exhibit.state = ExhibitState.LOCKED
        exhibit.save(update_fields=["state"])
        add_act(actor, exhibit, Act.CHECK_FAILED, reason=problem)
        append_log(
            actor=Actor.system(exhibit.force_id),
            incident_id=exhibit.incident_id,
            type="MEDIA",
            channel="system",
            text=f"Check of exhibit {exhibit.ref} failed and it is locked. {problem} Tell an evidence manager.",
        )


def _name(item: EvidenceItem) -> str:
    return f"{item.get_kind_display()}, part {item.part_number},"
