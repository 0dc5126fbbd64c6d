"""The audit trail: written before the answer, chained after the commit (STANDARDS 12.2, 9.6).

`record` runs inside the reader's or writer's transaction: when it cannot write, nothing is shown. After commit the
entries are chained in batches under one row lock, by one thread of a process for all its threads; an entry whose
chaining was interrupted is picked up by the next writer, and by a sweep every few seconds.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import threading
import time
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

import structlog
from django.db import close_old_connections, connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from core.actors import Actor
from core.clock import now
from core.models import AuditAction, AuditEvent, AuditHead, AuditLink
from core.statements import insert

log = structlog.get_logger(__name__)

BATCH = 500
JUST_WRITTEN, RECENT = dt.timedelta(minutes=1), dt.timedelta(hours=1)
FIRST = "0" * 64
READS = frozenset({AuditAction.CONSULT, AuditAction.LIST, AuditAction.SEARCH})
ROUNDS = 5  # of one thread for the others of its process, under load
SEARCH_EVERY = 5.0  # seconds
AGAIN = 5.0  # seconds after a failure
GATHER = 0.5  # seconds: an entry of a process that serves pages is chained so long after its commit
_waiting: deque[UUID] = deque()  # committed by this process, not chained yet
_turn = threading.Lock()
_background, _written = threading.Event(), threading.Event()
_searched = 0.0
_gathered: ContextVar[list[AuditEvent] | None] = ContextVar("audit_gathered", default=None)


def record(
    actor: Actor,
    action: AuditAction,
    obj: str,
    *,
    purpose: str = "",
    fields: Iterable[str] = (),
    result_ids: Iterable[Any] = (),
    result_count: int | None = None,
    incident: str = "",
    recipient: str = "",
    on_behalf_of: str = "",
    reason_code: str = "",
    justification: str = "",
) -> AuditEvent:
    """Write one entry in the current transaction. `obj` is "app.model:id"; ids are stored as text.

    Raises RuntimeError outside a transaction, and whatever the database raises: the caller then shows nothing.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an audit entry belongs in the transaction of what it records")
    ids = [str(value) for value in result_ids]
    event = AuditEvent(
        at=now(),
        force_code=actor.force_code or _force_code(actor),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        actor_roles=sorted(actor.roles),
        action=action,
        object=obj,
        purpose=purpose[:200],
        fields=list(fields),
        result_ids=ids,
        result_count=len(ids) if result_count is None and ids else result_count,
        incident=str(incident),
        recipient=recipient[:120],
        on_behalf_of=on_behalf_of[:80],
        reason_code=reason_code,
        justification=justification[:500],
        terminal=actor.terminal,
        device=actor.device,
        ip=actor.ip or None,
        request_id=actor.request_id,
    )
    gathered = _gathered.get()
    if gathered is not None and action in READS:
        gathered.append(event)
        return event
    insert(event)
    _chain_after_commit().append(event.pk)
    return event


def reading() -> AbstractContextManager[Any]:
    """The transaction of a read and its entry. Within `one_reading` it is that one's, without a savepoint: when a part
    fails, so does the whole."""
    return transaction.atomic() if _gathered.get() is None else nullcontext()


@contextmanager
def one_reading(actor: Actor, obj: str, *, purpose: str = "", incident: str = "") -> Iterator[None]:
    """Several reads for one screen leave one entry: a person looked once.

    Its `fields` name every object that was read, and what of it; its `result_ids` every id that was listed. Changes
    inside are written as ever. The entry is written at the end of the block, in the transaction of the reads: when it
    cannot be, the block raises and nothing is shown. A read that is refused raises, too, and leaves no entry.
    """
    with transaction.atomic():
        events: list[AuditEvent] = []
        before = _gathered.set(events)
        try:
            yield
        finally:
            _gathered.reset(before)
        if events:
            read = dict.fromkeys(" ".join([event.object, *event.fields]) for event in events)
            ids = dict.fromkeys(one for event in events for one in event.result_ids)
            record(
                actor, AuditAction.CONSULT, obj, purpose=purpose, fields=read, result_ids=ids, incident=incident,
                reason_code=_first(events, "reason_code"), justification=_first(events, "justification"),
                on_behalf_of=_first(events, "on_behalf_of"),
            )  # fmt: skip


def _first(events: list[AuditEvent], name: str) -> str:
    """The reads of one screen are for one reason; some of them do not repeat it."""
    return next((str(value) for event in events if (value := getattr(event, name))), "")


def _force_code(actor: Actor) -> str:
    from core.models import Force

    if actor.force_id is None:
        return ""
    return Force.objects.values_list("code", flat=True).get(pk=actor.force_id)


def _chain_after_commit() -> list[UUID]:
    """The ids this transaction has written so far: whoever adds to the list has them chained right after commit, once
    per transaction, however many entries it wrote."""
    for entry in connection.run_on_commit:
        written: list[UUID] | None = getattr(entry[1], "audit_entries", None)
        if written is not None:
            return written
    ids: list[UUID] = []

    def chain_written() -> None:
        _waiting.extend(ids)
        if _background.is_set():
            _written.set()
        else:
            _chain_waiting()

    chain_written.audit_entries = ids  # type: ignore[attr-defined]  # a mark on our own function
    transaction.on_commit(chain_written, robust=True)
    return ids


def _chain_waiting() -> None:
    """Chain what this process has committed. One thread at a time: the others leave theirs to it and go on, and it
    looks again before it stops. Every few seconds it also looks for what another process left when it died."""
    global _searched
    for _ in range(ROUNDS):
        if not _waiting or not _turn.acquire(blocking=False):
            return
        try:
            ids = [_waiting.popleft() for _ in range(min(len(_waiting), BATCH))]
            try:
                chain(only=ids)
                if time.monotonic() - _searched > SEARCH_EVERY:
                    _searched = time.monotonic()
                    chain(within=JUST_WRITTEN)
            except BaseException:
                _waiting.extendleft(reversed(ids))  # for the next writer
                raise
        finally:
            _turn.release()


def chain_in_background() -> None:
    """From now on a thread of this process chains what the process commits, a moment after the commit: what a process
    under load writes in that moment is one batch, and no answer waits for it. For a process that serves pages."""
    if _background.is_set():
        return
    _background.set()
    threading.Thread(target=_chain_for_ever, name="audit-chain", daemon=True).start()


def _chain_for_ever() -> None:
    while True:
        _written.wait()
        time.sleep(GATHER)
        _written.clear()
        try:
            close_old_connections()
            _chain_waiting()
        except Exception:  # the database may be away: the ids are kept
            log.exception("audit.not_chained", waiting=len(_waiting))
            time.sleep(AGAIN)
            _written.set()


def canonical(event: AuditEvent) -> bytes:
    """The entry as the bytes that are hashed: sorted keys, no spaces, UTC times to the microsecond."""
    values = {field.attname: getattr(event, field.attname) for field in AuditEvent._meta.concrete_fields}
    values["at"] = f"{event.at.timestamp():.6f}"
    return json.dumps(values, sort_keys=True, separators=(",", ":"), default=str, ensure_ascii=False).encode()


def link_hash(prev_hash: str, event: AuditEvent) -> str:
    return hashlib.sha256(prev_hash.encode() + canonical(event)).hexdigest()


def chain(batch: int = BATCH, *, within: dt.timedelta | None = None, only: Collection[UUID] | None = None) -> int:
    """Lay links for entries that have none, oldest first; returns how many.

    With `only` these entries, if nobody has chained them yet: what a writer does for its own, without a search. With
    `within`, looks no further back than that. The sweep and the hourly run look further.
    """
    rows = AuditEvent.objects.all()
    if only is not None:
        rows = rows.filter(pk__in=only)
    if within is not None:
        rows = rows.filter(at__gte=now() - within)
    unchained = rows.filter(~Exists(AuditLink.objects.filter(event_id=OuterRef("pk")))).order_by("at", "id")
    laid = 0
    while True:
        with transaction.atomic():
            events = _lay(unchained[:batch])
        laid += events
        if events < batch:
            return laid


def _lay(unchained: QuerySet[AuditEvent]) -> int:
    """Links for these, under the lock of the chain's end. The end is read first: what is chained meanwhile is seen."""
    head = AuditHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        AuditHead.objects.get_or_create(pk=1)
        head = AuditHead.objects.select_for_update().get(pk=1)
    links = []
    for event in unchained:
        value = link_hash(head.hash, event)
        links.append(AuditLink(seq=head.seq + 1, event_id=event.pk, prev_hash=head.hash, hash=value))
        head.seq, head.hash = head.seq + 1, value
    if links:
        AuditLink.objects.bulk_create(links)
        head.save(update_fields=["seq", "hash"])
    return len(links)


@dataclass(frozen=True)
class Verdict:
    """`problem` is empty when the whole chain holds; otherwise it says where and how it breaks."""

    links: int
    unchained: int
    problem: str = ""


def verify() -> Verdict:
    """Recompute the chain from its first link and compare with every stored entry and with the head."""
    prev, seq = FIRST, 0
    for link, event in _links_with_events():
        seq += 1
        if link.seq != seq:
            return Verdict(seq - 1, _unchained(), f"link {seq} is missing")
        if event is None:
            return Verdict(seq - 1, _unchained(), f"the entry of link {seq} is missing")
        if link.prev_hash != prev or link.hash != link_hash(prev, event):
            return Verdict(seq - 1, _unchained(), f"entry {link.event_id} at link {seq} was changed")
        prev = link.hash
    head = AuditHead.objects.filter(pk=1).first()
    if head and (head.seq, head.hash) != (seq, prev):
        return Verdict(seq, _unchained(), f"the chain ends at link {seq}, its head says {head.seq}")
    return Verdict(seq, _unchained())


def _links_with_events() -> Iterator[tuple[AuditLink, AuditEvent | None]]:
    for links in batched(AuditLink.objects.order_by("seq").iterator(chunk_size=BATCH), BATCH):
        events = AuditEvent.objects.in_bulk([link.event_id for link in links])
        for link in links:
            yield link, events.get(link.event_id)


def batched(rows: Iterable[AuditLink], size: int) -> Iterator[list[AuditLink]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch


def _unchained() -> int:
    linked = AuditLink.objects.filter(event_id=OuterRef("pk"))
    return AuditEvent.objects.filter(~Exists(linked)).count()
