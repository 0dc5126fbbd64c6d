"""The continuity's writer: numbers and chains acts. Below services and selectors, because viewing is an act too."""

from __future__ import annotations

from uuid import UUID

from core.actors import Actor
from core.clock import now
from core.errors import NotFound
from evidence.models import GENESIS, ContinuityEvent, EvidenceItem, Exhibit
from evidence.states import Act
from incidents.selectors.ids import as_uuid


def lock_exhibit(actor: Actor, exhibit_id: UUID | str) -> Exhibit:
    """The exhibit, locked until the transaction ends: under it continuity is numbered. NotFound when hidden."""
    rows = Exhibit.objects.visible_to(actor).select_for_update(no_key=True, of=("self",))
    exhibit: Exhibit | None = rows.filter(pk=as_uuid(exhibit_id)).first()
    if exhibit is None:
        raise NotFound()
    return exhibit


def add_act(
    actor: Actor, exhibit: Exhibit, act: Act, *, item: EvidenceItem | None = None, **detail: str | int | bool | None
) -> ContinuityEvent:
    """Number, chain and store one act of an exhibit this transaction has locked. `detail`: hashes, sizes, tools."""
    last = ContinuityEvent.objects.filter(exhibit=exhibit).order_by("-seq").values("seq", "hash").first()
    event = ContinuityEvent(
        force_id=exhibit.force_id,
        exhibit=exhibit,
        item=item,
        seq=last["seq"] + 1 if last else 1,
        act=act,
        at=now(),
        actor_id=actor.id[:64],
        actor_label=actor.label[:100],
        actor_role=actor.role_label[:200],
        detail=detail,
        prev_hash=last["hash"] if last else GENESIS,
    )
    event.hash = event.compute_hash()
    event.save(force_insert=True)
    return event
