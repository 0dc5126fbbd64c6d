"""The knowledge receipt (MISSION B9): a frozen, hashed copy of what one person was shown about one record.

The content is canonical JSON text, kept as it was hashed; the table refuses UPDATE and DELETE.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.models import AuditAction
from incidents.selectors import on_duty_call_sign
from suspects.models import Check, CheckStop, KnowledgeReceipt, ReceiptSerial
from suspects.selectors.checks import open_stop
from suspects.selectors.receipts import said
from suspects.selectors.who import person_of

FORMAT = 1
SAME_WITHIN = dt.timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Acknowledged:
    """A warning that the officer ticked, and when."""

    marker_id: UUID
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class _Shown:
    subject: str
    record_id: UUID
    title: str
    facts: list[dict[str, Any]]
    purpose: str


def keep_receipt(
    *,
    actor: Actor,
    subject: str,
    record_id: UUID,
    title: str,
    facts: Sequence[dict[str, Any]],
    purpose: str,
    check: Check | None = None,
    acknowledged: Sequence[Acknowledged] = (),
) -> KnowledgeReceipt:
    """Freeze what `actor` is shown about a record, in the transaction that shows it. One CONSULT audit entry:
    inside `audit.one_reading` it becomes part of the look's own.

    `title` and `facts` are the page's own (`Profile.title`, `Profile.as_facts()`; the same of a `Card`). The same facts
    shown to the same person for the same purpose within half an hour are the same receipt. Raises NotAllowed for an
    actor who is not a person.
    """
    moment = now()
    with transaction.atomic():
        kept = _with_ticks(facts, acknowledged)
        if earlier := _earlier(actor, record_id, moment, kept, purpose):
            return earlier
        shown = _Shown(subject=subject, record_id=record_id, title=title, facts=kept, purpose=purpose[:200])
        receipt = _new(actor, shown, moment, open_stop(actor, moment), check)
        audit.record(
            actor, AuditAction.CONSULT, f"suspects.knowledgereceipt:{receipt.pk}", purpose=purpose,
            fields=[receipt.reference, receipt.sha256],
        )  # fmt: skip
    return receipt


def _new(
    actor: Actor, shown: _Shown, moment: dt.datetime, stop: CheckStop | None, check: Check | None
) -> KnowledgeReceipt:
    who, call_sign = person_of(actor), on_duty_call_sign(actor)
    collar = actor.user.collar_number if actor.user else str(who.user_id)
    reference = f"KR-{collar}-{_next_number(actor):04d}"
    reason = stop.reason_code if stop else ""
    content = canonical(
        {
            "format": FORMAT, "reference": reference, "subject": shown.subject, "record": str(shown.record_id),
            "title": shown.title, "shown_at": moment.isoformat(), "shown_to": actor.label, "call_sign": call_sign,
            "force": actor.force_code, "reason_code": reason, "purpose": shown.purpose, "facts": shown.facts,
        }
    )  # fmt: skip
    receipt: KnowledgeReceipt = KnowledgeReceipt.objects.create(
        force_id=who.force_id, reference=reference, user_id=who.user_id, user_label=actor.label,
        call_sign=call_sign, subject=shown.subject, record_id=shown.record_id, asked_for=check, reason_code=reason,
        purpose=shown.purpose, content=content, sha256=hashlib.sha256(content.encode()).hexdigest(), at=moment,
    )  # fmt: skip
    return receipt


def canonical(content: dict[str, Any]) -> str:
    """Sorted keys, no spaces, UTF-8 as it is: the same content is the same text everywhere."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _with_ticks(facts: Sequence[dict[str, Any]], acknowledged: Sequence[Acknowledged]) -> list[dict[str, Any]]:
    ticked = {f"suspects.marker:{one.marker_id}": one.at.isoformat() for one in acknowledged}
    return [fact | {"acknowledged_at": ticked.get(str(fact.get("ref")))} for fact in facts]


def _earlier(
    actor: Actor, record_id: UUID, moment: dt.datetime, facts: list[dict[str, Any]], purpose: str
) -> KnowledgeReceipt | None:
    mine = KnowledgeReceipt.objects.visible_to(actor).filter(user_id=person_of(actor).user_id, record_id=record_id)
    last: KnowledgeReceipt | None = mine.filter(purpose=purpose[:200], at__gt=moment - SAME_WITHIN).first()
    if last is None:
        return None
    then = json.loads(last.content)["facts"]
    return last if list(map(_shown_as, then)) == list(map(_shown_as, facts)) else None


def _shown_as(fact: dict[str, Any]) -> tuple[Any, ...]:
    return fact.get("ref"), said(fact), fact.get("source"), fact.get("acknowledged_at")


def _next_number(actor: Actor) -> int:
    """The person's next receipt number. The row is the lock; the first receipt makes it."""
    who = person_of(actor)
    ReceiptSerial.objects.get_or_create(user_id=who.user_id, defaults={"force_id": who.force_id})
    serial = ReceiptSerial.objects.select_for_update().get(user_id=who.user_id)
    serial.last += 1
    serial.save(update_fields=["last"])
    return int(serial.last)
