"""Joining two records, with kind, source and dates. A link ends; it is not removed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import local_date, now
from core.errors import Conflict, Invalid, NotFound
from core.models import AuditAction
from core.permissions import check
from incidents.selectors.ids import as_uuid
from incidents.services import clean_text
from incidents.services.problems import Problems
from suspects.models import Address, Link, Organisation, Person, Vehicle
from suspects.services import pole
from suspects.services.records import force_of, record
from suspects.states import LinkKind as Kind

_MODELS: dict[str, type[Person | Vehicle | Address | Organisation]] = {
    "person": Person, "other_person": Person, "vehicle": Vehicle, "address": Address, "organisation": Organisation,
}  # fmt: skip
#: What each pair can be to each other.
KINDS: dict[frozenset[str], tuple[Kind, ...]] = {
    frozenset({"person", "address"}): (Kind.HOME, Kind.FREQUENTS, Kind.BAIL_ADDRESS, Kind.WORKS_AT, Kind.OTHER),
    frozenset({"person", "vehicle"}): (Kind.KEEPER, Kind.DRIVER, Kind.INSURED, Kind.USER, Kind.OTHER),
    frozenset({"person", "other_person"}): (Kind.ASSOCIATE, Kind.FAMILY, Kind.PARTNER, Kind.SAME_PERSON, Kind.OTHER),
    frozenset({"person", "organisation"}): (Kind.MEMBER, Kind.EMPLOYEE, Kind.OTHER),
    frozenset({"vehicle", "address"}): (Kind.FREQUENTS, Kind.OTHER),
    frozenset({"vehicle", "organisation"}): (Kind.KEEPER, Kind.INSURED, Kind.USER, Kind.OTHER),
    frozenset({"address", "organisation"}): (Kind.OTHER,),
}


def add_link(
    *,
    actor: Actor,
    kind: str,
    ends: Mapping[str, UUID | str],
    source: str,
    text: str = "",
    is_opinion: bool = False,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> Link:
    """Join two records: `ends` is {"person": id, "address": id}; of two people the second is "other_person".

    "Held to be the same person" joins two records and changes neither: it can be ended. Raises NotFound (an end of
    another force, too), NotAllowed, Invalid, Conflict (the same link holds already).
    """
    check(actor, "person.write")
    _check_pair(kind, ends)
    problems = Problems()
    words = problems.take(lambda: clean_text(text, field="text", limit=200), "")
    origin = problems.take(lambda: clean_text(source, field="source", limit=60, required=True), "")
    if valid_from and valid_to and valid_to < valid_from:
        problems.add("valid_to", "This is before the first day.")
    if valid_from and valid_from > local_date(now()) and kind != Kind.BAIL_ADDRESS:
        problems.add("valid_from", "This day is still to come.")
    problems.stop_here()
    with transaction.atomic():
        # In the order of their keys, so that two writers who join the same two never wait for each other.
        rows = {
            name: record(_MODELS[name], actor, ends[name], lock=True)
            for name in sorted(ends, key=lambda n: str(ends[n]))
        }
        _not_held(rows, kind)
        link = Link.objects.create(
            force_id=force_of(actor), kind=kind, text=words, is_opinion=is_opinion, source=origin,
            valid_from=valid_from, valid_to=valid_to, recorded_at=now(), **rows,
        )  # fmt: skip
        for row in rows.values():
            if isinstance(row, Person):
                pole.flag(row)
        audit.record(
            actor,
            AuditAction.COMBINE,
            f"suspects.link:{link.pk}",
            fields=[f"{kind} {name}:{row.pk}" for name, row in rows.items()],
        )
    return link


def confirm_link(*, actor: Actor, link_id: UUID | str, source: str) -> Link:
    """It still holds today. Raises NotFound, NotAllowed, Invalid, Conflict (it has ended)."""
    check(actor, "person.write")
    origin = clean_text(source, field="source", limit=60, required=True)
    with transaction.atomic():
        link = _locked(actor, link_id)
        if link.valid_to is not None and link.valid_to < local_date(now()):
            raise Conflict("This link has ended. Add a new one.", code="ended")
        link.confirmed_at, link.source = now(), origin
        link.save(update_fields=["confirmed_at", "source"])
        audit.record(actor, AuditAction.ALTER, f"suspects.link:{link.pk}", fields=["confirmed_at", "source"])
    return link


def end_link(*, actor: Actor, link_id: UUID | str, last_day: dt.date, reason: str) -> Link:
    """It held until that day. The link stays as history. Raises NotFound, NotAllowed, Invalid."""
    check(actor, "person.write")
    words = clean_text(reason, field="reason", limit=200, required=True)
    with transaction.atomic():
        link = _locked(actor, link_id)
        if last_day > local_date(now()) or (link.valid_from and last_day < link.valid_from):
            raise Invalid(fields={"last_day": "Give a day from the link's first day until today."})
        link.valid_to = last_day
        link.save(update_fields=["valid_to"])
        audit.record(actor, AuditAction.ALTER, f"suspects.link:{link.pk}", fields=["valid_to"], justification=words)
    return link


def _check_pair(kind: str, ends: Mapping[str, UUID | str]) -> None:
    allowed = KINDS.get(frozenset(ends))
    if allowed is None:
        raise Invalid(fields={"ends": "Name two records: a person, vehicle, address, organisation, or another person."})
    if kind not in allowed:
        raise Invalid(fields={"kind": f"Between these two use one of: {', '.join(allowed)}."})
    if len({str(key) for key in ends.values()}) < 2:
        raise Invalid(fields={"ends": "A record is not linked to itself."})


def _not_held(rows: Mapping[str, Any], kind: str) -> None:
    same: Any = Link.objects.filter(kind=kind, **rows)
    if "other_person" in rows:
        same = same | Link.objects.filter(kind=kind, person=rows["other_person"], other_person=rows["person"])
    if same.holding_on(local_date(now())).exists():
        raise Conflict("This link is on file. Confirm it instead.", code="already_there")


def _locked(actor: Actor, link_id: UUID | str) -> Link:
    link: Link | None = Link.objects.visible_to(actor).select_for_update().filter(pk=as_uuid(link_id)).first()
    if link is None:
        raise NotFound()
    return link
