"""Reading a knowledge receipt: what was shown, whether it is unchanged, and what changed on the record since then."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core import audit
from core.actors import Actor
from core.errors import NotFound
from core.models import AuditAction
from core.permissions import can, check
from incidents.selectors.ids import as_uuid
from suspects.models import KnowledgeReceipt
from suspects.selectors.cards import current_facts
from suspects.selectors.who import person_of

# What is compared: words, and what an officer acts on. Not the age, which changes by itself.
_TELLING = ("title", "text", "severity", "power", "band", "in_force", "knock", "conditions", "current", "wanted")


@dataclass(frozen=True, kw_only=True)
class Change:
    """`what`: "added", "changed" or "gone". The fact is as it is now; of a gone one, as it was."""

    what: str
    title: str
    text: str
    source: str
    dated: str


@dataclass(frozen=True, kw_only=True)
class ReceiptPage:
    """`content` is the frozen copy as read from its JSON; `sealed` is False when it no longer fits its hash."""

    receipt: Any
    content: dict[str, Any]
    sealed: bool
    changes: tuple[Change, ...]


def get_receipt(actor: Actor, receipt_id: UUID | str) -> ReceiptPage:
    """One receipt, for the officer it was made for and for who supervises checks; one CONSULT audit entry.

    What has changed is computed from what the reader may see of the record now. Raises NotFound, NotAllowed.
    """
    check(actor, "person.view")
    rows = KnowledgeReceipt.objects.visible_to(actor).filter(pk=as_uuid(receipt_id))
    if not can(actor, "checks.supervise"):
        rows = rows.filter(user_id=person_of(actor).user_id)
    receipt: KnowledgeReceipt | None = rows.first()
    if receipt is None:
        raise NotFound()
    content = json.loads(receipt.content)
    name = f"suspects.knowledgereceipt:{receipt.pk}"
    with audit.one_reading(actor, name, purpose="knowledge receipt"):
        changes = _changes(content["facts"], current_facts(actor, receipt.subject, receipt.record_id))
        audit.record(actor, AuditAction.CONSULT, name, result_ids=[receipt.record_id])
    sealed = hashlib.sha256(receipt.content.encode()).hexdigest() == receipt.sha256
    return ReceiptPage(receipt=receipt, content=content, sealed=sealed, changes=changes)


def _changes(then: list[dict[str, Any]], current: list[dict[str, Any]]) -> tuple[Change, ...]:
    before = {fact["ref"]: fact for fact in then}
    after = {fact["ref"]: fact for fact in current}
    new = [_change("added", fact) for ref, fact in after.items() if ref not in before]
    other = [
        _change("changed", fact) for ref, fact in after.items() if ref in before and said(before[ref]) != said(fact)
    ]
    gone = [_change("gone", fact) for ref, fact in before.items() if ref not in after]
    return (*new, *other, *gone)


def said(fact: dict[str, Any]) -> str:
    """What a fact says, to compare two moments."""
    return json.dumps([fact.get(name) for name in _TELLING], sort_keys=True)


def _change(what: str, fact: dict[str, Any]) -> Change:
    words = {name: str(fact.get(name) or "") for name in ("title", "text", "source", "dated")}
    return Change(what=what, **words)
