"""The wanted gallery: everybody the force wants, most urgent first, filtered, in a constant number of queries.

Drafts are never in it. One LIST entry of the audit trail names the filters and the records that were shown.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import NotFound
from core.models import AuditAction
from core.permissions import can, check
from incidents.selectors.ids import as_uuid
from suspects.models import Operation, PriorityBand, Reservation, WantedBasis, WantedRecord
from suspects.querysets import WantedQuerySet
from suspects.selectors.wanted_cards import GalleryCard, cards_of, target_words, under_operation
from suspects.states import WantedState, WarrantCategory

GALLERY_LIMIT = 2000  # cards; the most urgent are kept
EARTH_KM, KM_PER_DEGREE = 6371.0, 111.2


@dataclass(frozen=True, kw_only=True)
class Near:
    """A circle around a position: WGS84 degrees, kilometres."""

    lat: float
    lon: float
    km: float


@dataclass(frozen=True, kw_only=True)
class GalleryFilters:
    """Empty means all. `bands` and `bases` are codes of the force's tables; `offence` is a part of the offence's words
    or of its code; `warrant_category` A, B, C or U; `power_now`: a power of arrest, and no operation in the way;
    `not_taken`: nobody else has the person."""

    near: Near | None = None
    area: str = ""
    offence: str = ""
    bases: tuple[str, ...] = ()
    warrant_category: str = ""
    bands: tuple[str, ...] = ()
    overdue: bool = False
    not_taken: bool = False
    power_now: bool = False

    def words(self) -> list[str]:
        """What the audit trail keeps of them: "bands=P1,P2", "near=52.41,-1.51,5"."""
        kept = []
        for name, value in asdict(self).items():
            if not value:
                continue
            if isinstance(value, dict):
                value = ",".join(f"{part:g}" for part in value.values())
            kept.append(f"{name}={','.join(value) if isinstance(value, tuple) else value}")
        return kept


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """`total` counts every record that the filters let through, also those beyond the page."""

    cards: tuple[GalleryCard, ...]
    total: int
    as_of: dt.datetime


@dataclass(frozen=True, kw_only=True)
class Choice:
    code: str
    label: str


@dataclass(frozen=True, kw_only=True)
class BandChoice:
    code: str
    label: str
    icon: str
    colour: str
    target_words: str


@dataclass(frozen=True, kw_only=True)
class GalleryChoices:
    """What the filter sheet offers: of areas and bases, only those that somebody is wanted in or for."""

    bands: tuple[BandChoice, ...]
    bases: tuple[Choice, ...]
    areas: tuple[str, ...]
    warrant_categories: tuple[Choice, ...]


def gallery(
    actor: Actor, filters: GalleryFilters, purpose: str = "gallery", *, limit: int = GALLERY_LIMIT, offset: int = 0
) -> Gallery:
    """The cards, by band and then the longest wanted first. Raises NotAllowed."""
    check(actor, "wanted.view")
    moment = now()
    with transaction.atomic():
        rows = _with_tables(_matching(actor, filters, moment)).most_urgent_first()
        end = offset + max(0, min(limit, GALLERY_LIMIT))
        distances: dict[UUID, float] = {}
        if filters.near is not None:
            records, distances = _within(actor, list(rows), filters.near, moment)
            total, records = len(records), records[offset:end]
        else:
            records = list(rows[offset:end])
            total = len(records) if not offset and len(records) < end else rows.count()
        cards = cards_of(actor, records, moment, distances)
        audit.record(
            actor, AuditAction.LIST, "suspects.wantedrecord", purpose=purpose, fields=filters.words(),
            result_ids=[card.wanted_id for card in cards], result_count=len(cards),
        )  # fmt: skip
    return Gallery(cards=cards, total=total, as_of=moment)


def gallery_count(actor: Actor, filters: GalleryFilters) -> int:
    """How many the filters would show, for the sheet's button. Tells of nobody in particular, so it leaves no entry.

    Raises NotAllowed.
    """
    check(actor, "wanted.view")
    moment = now()
    rows = _matching(actor, filters, moment)
    if filters.near is None:
        return int(rows.count())
    records = list(rows.select_related("address").only("person", "address__lat", "address__lon"))
    return len(_within(actor, records, filters.near, moment)[0])


def gallery_choices(actor: Actor) -> GalleryChoices:
    """Raises NotAllowed."""
    check(actor, "wanted.view")
    wanted = WantedRecord.objects.visible_to(actor).active()
    bases = WantedBasis.objects.visible_to(actor).filter(pk__in=wanted.values("basis"))
    planned = Operation.objects.visible_to(actor).in_force(now()).values("person_id")
    places = wanted.exclude(person__in=planned).values_list("area", "address__area").distinct()
    areas = {area or of_address for area, of_address in places}
    return GalleryChoices(
        bands=tuple(
            BandChoice(
                code=band.code, label=band.label, icon=band.icon, colour=band.colour,
                target_words=target_words(band.target_hours),
            )
            for band in PriorityBand.objects.visible_to(actor)
        ),
        bases=tuple(Choice(code=basis.code, label=basis.label) for basis in bases),
        areas=tuple(sorted(area for area in areas if area)),
        warrant_categories=tuple(Choice(code=code, label=label) for code, label in WarrantCategory.choices),
    )  # fmt: skip


def wanted_card(actor: Actor, wanted_id: UUID | str, purpose: str = "wanted card") -> GalleryCard:
    """One card, for a board that heard of a change; one no longer wanted says so in its `state`. A draft is seen by
    those who open records. Raises NotFound, NotAllowed.
    """
    check(actor, "wanted.view")
    moment = now()
    with transaction.atomic():
        record = _with_tables(WantedRecord.objects.visible_to(actor)).filter(pk=as_uuid(wanted_id)).first()
        if record is None or (record.state == WantedState.DRAFT and not can(actor, "wanted.write")):
            raise NotFound()
        [card] = cards_of(actor, [record], moment)
        audit.record(actor, AuditAction.LIST, "suspects.wantedrecord", purpose=purpose, result_ids=[card.wanted_id])
    return card


_SHOWN = (
    "force", "person", "basis", "band", "address", "state", "version", "offence", "warrant_category", "bail_backed",
    "two_officers", "armed_only", "area", "contact_text", "issued_at", "due_at", "person__surname",
    "person__given_names", "person__date_of_birth", "address__area", "address__lat", "address__lon",
)  # fmt: skip


def _with_tables(rows: WantedQuerySet) -> WantedQuerySet:
    """Bases and bands are few: they are read once, not once a record."""
    return rows.select_related("person", "address").prefetch_related("basis", "band").only(*_SHOWN)


def _matching(actor: Actor, filters: GalleryFilters, moment: dt.datetime) -> WantedQuerySet:
    rows: WantedQuerySet = WantedRecord.objects.visible_to(actor).active()
    if filters.bands:
        rows = rows.filter(band__code__in=filters.bands)
    if filters.bases:
        rows = rows.filter(basis__code__in=filters.bases)
    # A card under an operation says no place. It is among those of every place, so that none can be found out.
    planned = Q(Exists(Operation.objects.in_force(moment).filter(person=OuterRef("person"))))
    if filters.area:
        rows = rows.filter(Q(area=filters.area) | Q(area="", address__area=filters.area) | planned)
    if filters.power_now:
        rows = rows.filter(basis__may_arrest=True).exclude(planned)
    if offence := filters.offence.strip():
        rows = rows.filter(Q(offence__icontains=offence) | Q(offence_code__iexact=offence))
    if filters.warrant_category:
        rows = rows.filter(warrant_category=filters.warrant_category)
    if filters.overdue:
        rows = rows.filter(due_at__lt=moment)
    if filters.not_taken:
        others = Reservation.objects.live().filter(person=OuterRef("person"), expires_at__gt=moment)
        rows = rows.exclude(Exists(others.exclude(holder_id=actor.user_id)))
    return rows if filters.near is None else rows.filter(_in_the_box(filters.near) | planned)


def _in_the_box(near: Near) -> Q:
    """The square around the circle, which the database can cut; the corners go later."""
    up = near.km / KM_PER_DEGREE
    across = up / max(0.05, math.cos(math.radians(near.lat)))
    return Q(
        address__lat__gte=near.lat - up, address__lat__lte=near.lat + up,
        address__lon__gte=near.lon - across, address__lon__lte=near.lon + across,
    )  # fmt: skip


def _within(
    actor: Actor, records: list[WantedRecord], near: Near, moment: dt.datetime
) -> tuple[list[WantedRecord], dict[UUID, float]]:
    far = {}
    planned = under_operation(actor, {record.person_id for record in records}, moment)
    for record in records:
        address = record.address
        if address is not None and address.lat is not None and address.lon is not None:
            far[record.pk] = _km(near, address.lat, address.lon)
    kept = [one for one in records if one.person_id in planned or far.get(one.pk, math.inf) <= near.km]
    return kept, far


def _km(near: Near, lat: float, lon: float) -> float:
    """Great-circle distance (haversine)."""
    north, east = math.radians(lat - near.lat), math.radians(lon - near.lon)
    half = math.sin(north / 2) ** 2
    half += math.cos(math.radians(near.lat)) * math.cos(math.radians(lat)) * math.sin(east / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, half)))
