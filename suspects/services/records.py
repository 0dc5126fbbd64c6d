"""Finding the row that is to be changed: of the actor's force, locked, or not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from core.actors import Actor
from core.errors import Invalid, NotAllowed, NotFound
from incidents.selectors.ids import as_uuid
from suspects.models import Address, Organisation, Person, Vehicle

T = TypeVar("T")


def locked_person(actor: Actor, person_id: UUID | str, *, lock: bool = True) -> Person:
    """The person, locked until the transaction ends unless `lock` is False. Raises NotFound."""
    person: Person = record(Person, actor, person_id, lock=lock)
    return person


def record(
    model: type[Person | Vehicle | Address | Organisation], actor: Actor, key: UUID | str, *, lock: bool = False
) -> Any:
    """One record of the actor's force. Raises NotFound: another force's is not there."""
    rows = model.objects.visible_to(actor)
    row = (rows.select_for_update() if lock else rows).filter(pk=as_uuid(key)).first()
    if row is None:
        raise NotFound()
    return row


def force_of(actor: Actor) -> int:
    """The force that owns what the actor makes. Raises NotAllowed for nobody's."""
    if actor.force_id is None:
        raise NotAllowed()
    return actor.force_id


def typed(field: str, parse: Callable[[], T]) -> T:
    """The value, or Invalid for the field with the words of the code that refused it."""
    try:
        return parse()
    except ValueError as error:
        raise Invalid(fields={field: str(error)}) from error
