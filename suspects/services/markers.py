"""Warning signals and markers: never without an explanation, a source, dates and a review (STANDARDS 5.7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import local_date, now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditAction
from core.permissions import check
from incidents.selectors.ids import as_uuid
from incidents.services import clean_text
from incidents.services.problems import Problems
from suspects.models import Address, Marker, MarkerKind, Person, Vehicle
from suspects.selectors.profile.urgent import visible_markers
from suspects.selectors.wanted_cards import may_see_secret
from suspects.services.records import record
from suspects.states import MarkerFamily

SHORTEST = 10  # characters: one word explains nothing
_DAYS_IN_MONTH = 30.4375
_FAMILIES: dict[str, tuple[MarkerFamily, ...]] = {
    "person": (MarkerFamily.SIGNAL, MarkerFamily.INFORMATION),
    "address": (MarkerFamily.ADDRESS,),
    "vehicle": (MarkerFamily.VEHICLE,),
}
_MODELS: dict[str, type[Person | Vehicle | Address]] = {"person": Person, "vehicle": Vehicle, "address": Address}


def add_marker(
    *,
    actor: Actor,
    subject: Mapping[str, UUID | str],
    code: str,
    text: str,
    source: str,
    event_date: dt.date | None = None,
    review_due: dt.date | None = None,
    expires_at: dt.datetime | None = None,
) -> Marker:
    """Warn of one person, vehicle or address: `subject` is {"person": id}. `text` says what, and towards whom.

    Without `review_due` it is the force's own time for that kind. A marker of an address ends with its review unless
    `expires_at` says otherwise: people move. Raises NotFound, NotAllowed (health, refuge), Invalid, Conflict (stands).
    """
    check(actor, "person.write")
    name, key = _one(subject)
    kind = _kind(actor, name, code)
    moment, today = now(), local_date(now())
    problems = Problems()
    words = problems.take(lambda: _explained(text), "")
    origin = problems.take(lambda: clean_text(source, field="source", limit=60, required=True), "")
    review = review_due or today + dt.timedelta(days=round(kind.review_months * _DAYS_IN_MONTH))
    if event_date and event_date > today:
        problems.add("event_date", "This day is still to come.")
    if not today < review <= today + dt.timedelta(days=round(2 * kind.review_months * _DAYS_IN_MONTH)):
        problems.add("review_due", f"Give a day to come, within {2 * kind.review_months} months.")
    if expires_at is not None and (expires_at.tzinfo is None or expires_at <= moment):
        problems.add("expires_at", "Give a time to come, with its zone.")
    problems.stop_here()
    if expires_at is None and kind.family == MarkerFamily.ADDRESS:
        expires_at = dt.datetime.combine(review, dt.time(), tzinfo=dt.UTC)
    with transaction.atomic():
        row = record(_MODELS[name], actor, key, lock=True)
        if Marker.objects.filter(kind=kind, text=words, **{name: row}).standing(moment).exists():
            raise Conflict("This marker stands already. Confirm it instead.", code="already_there")
        marker = Marker.objects.create(
            force_id=row.force_id, kind=kind, text=words, source=origin, event_date=event_date, review_due=review,
            expires_at=expires_at, added_at=moment, added_by_label=actor.label[:100], **{name: row},
        )  # fmt: skip
        audit.record(
            actor, AuditAction.COLLECT, f"suspects.marker:{marker.pk}", fields=[f"{kind.code} {name}:{row.pk}"]
        )
    return marker


def confirm_marker(*, actor: Actor, marker_id: UUID | str, source: str, review_due: dt.date) -> Marker:
    """Reviewed: it still holds, until the next review. Raises NotFound, NotAllowed, Invalid."""
    check(actor, "person.write")
    origin = clean_text(source, field="source", limit=60, required=True)
    today = local_date(now())
    with transaction.atomic():
        marker = _locked(actor, marker_id)
        longest = today + dt.timedelta(days=round(2 * marker.kind.review_months * _DAYS_IN_MONTH))
        if not today < review_due <= longest:
            raise Invalid(fields={"review_due": f"Give a day to come, within {2 * marker.kind.review_months} months."})
        marker.confirmed_at, marker.source, marker.review_due = now(), origin, review_due
        if marker.expires_at is not None:
            marker.expires_at = max(marker.expires_at, dt.datetime.combine(review_due, dt.time(), tzinfo=dt.UTC))
        marker.save(update_fields=["confirmed_at", "source", "review_due", "expires_at"])
        audit.record(actor, AuditAction.ALTER, f"suspects.marker:{marker.pk}", fields=["confirmed_at", "review_due"])
    return marker


def remove_marker(*, actor: Actor, marker_id: UUID | str, reason: str) -> Marker:
    """It no longer warns; the row stays. Not by whoever added it (STANDARDS 14.3).

    Raises NotFound, NotAllowed, Invalid (reason).
    """
    check(actor, "person.write")
    words = clean_text(reason, field="reason", limit=200, required=True)
    with transaction.atomic():
        marker = _locked(actor, marker_id)
        if marker.added_by_label == actor.label[:100]:
            raise NotAllowed("You added this marker. Somebody else must remove it.", code="own_work")
        marker.removed_at, marker.removed_by_label, marker.removed_reason = now(), actor.label[:100], words
        marker.save(update_fields=["removed_at", "removed_by_label", "removed_reason"])
        audit.record(
            actor, AuditAction.ALTER, f"suspects.marker:{marker.pk}", fields=["removed_at"], justification=words
        )
    return marker


def _one(subject: Mapping[str, UUID | str]) -> tuple[str, UUID | str]:
    if len(subject) != 1 or subject.keys() - _MODELS.keys():
        raise Invalid(fields={"subject": "Name one person, vehicle or address."})
    return next(iter(subject.items()))


def _kind(actor: Actor, name: str, code: str) -> MarkerKind:
    """The kind as the force defines it; health and refuges for who may see them."""
    kind: MarkerKind | None = (
        MarkerKind.objects.visible_to(actor).filter(family__in=_FAMILIES[name], code=code.strip().upper()).first()
    )
    if kind is None:
        raise Invalid(fields={"code": f"Choose a marker that is for a {name}."})
    if kind.health:
        check(actor, "marker.health")
    if kind.secret and not may_see_secret(actor):
        raise NotAllowed()
    return kind


def _explained(text: str) -> str:
    words = clean_text(text, field="text", limit=300, required=True)
    if len(words) < SHORTEST:
        raise Invalid(fields={"text": "Say what, and towards whom: an unexplained marker is a data breach."})
    return words


def _locked(actor: Actor, marker_id: UUID | str) -> Marker:
    """A standing marker that the actor may see. Raises NotFound."""
    marker: Marker | None = visible_markers(actor, now()).filter(pk=as_uuid(marker_id)).locked().first()
    if marker is None:
        raise NotFound()
    return marker
