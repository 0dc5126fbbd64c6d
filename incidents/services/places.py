"""Where an incident is: every report is kept as a row, one of them is in use, and what is in use can be read back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from core.models import AuditAction
from incidents import what3words
from incidents.models import Incident, Location, LogEntry
from incidents.permissions import check_log, check_view
from incidents.places import Place, UnreadablePlaceError, places_in, point_place, read_place
from incidents.selectors.ids import as_uuid
from incidents.services.announce import announce_change
from incidents.services.areas import follow_area
from incidents.services.locks import lock_incident
from incidents.services.log import write_entry
from incidents.services.text import clean_text
from incidents.states import LocationSource, LogChannel, LogType

WORDS_LIMIT = 300
REPORTS_LIMIT = 500  # of one incident: a phone that sends every second must not fill the table
_METHODS = {
    LocationSource.CALLER: "words",
    LocationSource.OS_GRID: "grid reference",
    LocationSource.GAZETTEER: "gazetteer",
    LocationSource.W3W: "three words",
    LocationSource.GPS_DEVICE: "coordinates",
    LocationSource.MAP_CLICK: "map",
}


@dataclass(frozen=True, kw_only=True)
class Reported:
    """A report that was kept. `in_use` is false when somebody chose another place meanwhile: `words` tells it."""

    location: Location
    in_use: bool
    words: str


def report_place(
    *, actor: Actor, incident_id: UUID | str, text: str, use: bool = True, seen: UUID | str | None = None
) -> Reported:
    """Keep a place in any form, and put it in use when `use` and nobody chose another since `seen`.

    Plain words are a place without a point. `seen` is the report in use as the actor saw it, "" for none, None for
    whatever it is. Raises NotFound, NotAllowed, Invalid (place), Conflict (too many reports).
    """
    _may(actor)
    place, words = _read(text)
    return _keep(actor, incident_id, place, words, use=use, seen=seen)


def report_point(
    *,
    actor: Actor,
    incident_id: UUID | str,
    source: str,
    lat: float,
    lon: float,
    radius_m: float,
    method: str = "",
    fixed_at: datetime | None = None,
    words: str = "",
    use: bool = True,
    seen: UUID | str | None = None,
) -> Reported:
    """Keep a point that a device or a map gave. A point never comes without a radius; a time ahead of ours is now.

    Raises NotFound, NotAllowed, Invalid (place, source), Conflict.
    """
    _may(actor)
    if source not in LocationSource.values:
        raise Invalid(fields={"source": "Choose where the point comes from."})
    try:
        place = point_place(lat, lon, radius_m, source=LocationSource(source), kind=LocationSource(source).label)
    except UnreadablePlaceError as refusal:
        raise Invalid(fields={"place": refusal.words}) from refusal
    said = clean_text(words, field="place", limit=WORDS_LIMIT)
    how = clean_text(method, field="method", limit=20)
    return _keep(actor, incident_id, place, said, use=use, seen=seen, method=how, fixed_at=fixed_at)


def use_place(
    *, actor: Actor, incident_id: UUID | str, location_id: UUID | str, seen: UUID | str | None = None
) -> Incident:
    """Make this report the one in use. Raises NotFound, NotAllowed, Conflict (closed, or another was chosen since)."""
    _may(actor)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        if not incident.is_open:
            raise Conflict("This incident is closed. Its place can no longer change.", code="closed")
        location = _of(incident, location_id)
        if incident.location_id == location.pk:
            return incident
        if not _still(incident, seen):
            raise Conflict(_OTHER, code="stale")
        _put_in_use(actor, incident, location)
    return incident


def mark_read_back(*, actor: Actor, incident_id: UUID | str, location_id: UUID | str) -> Location:
    """Note that this report was read back to the caller and confirmed; the first time counts.

    Raises NotFound, NotAllowed.
    """
    _may(actor)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        location = _of(incident, location_id)
        if location.read_back_at is not None:
            return location
        location.read_back_at, location.read_back_by_label = now(), actor.label[:100]
        location.save(update_fields=["read_back_at", "read_back_by_label"])
        _note(actor, incident, location, f"Read back and confirmed: {described(location)}.")
    return location


def keep_typed_place(*, actor: Actor, incident_id: UUID | str) -> Location | None:
    """The place in the words of an incident that was just opened, as its first report. Once: a form sent twice, or a
    telephone system that was quicker, changes nothing. Raises NotFound, NotAllowed."""
    check_view(actor)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        if incident.location_id is not None or not incident.location_text or incident.locations.exists():
            return None
        found = places_in(incident.location_text)
        place = found[0] if found else _plain(incident.location_text)
        location = _row(actor, incident, _with_codes(place, found), incident.location_text)
        incident.location = location
        incident.save(update_fields=["location"])
        if found:  # the words themselves are in the log already
            text = f"Place recognised in the words: {described(location)}."
            write_entry(actor, incident, type=LogType.LOCATION, text=text)
        audit.record(
            actor, AuditAction.ALTER, f"incidents.location:{location.pk}", fields=["location"],
            incident=str(incident.pk),
        )  # fmt: skip
        follow_area(actor, incident)
    return location


def keep_callers_place(actor: Actor, incident: Incident, words: str, who: str) -> None:
    """Where a further caller says it is, as a report of its own: in use only while there is none. Of an incident this
    transaction has locked, with clean words. Nothing is refused: what is no code is a place in words, and of an
    incident with too many reports the log has it."""
    if incident.locations.count() >= REPORTS_LIMIT:
        write_entry(actor, incident, type=LogType.LOCATION, text=_of_caller(words, who), channel=LogChannel.TYPED)
        return
    found = places_in(words)
    place = _with_codes(found[0] if found else _plain(words), found)
    _keep(actor, incident.pk, place, words, use=True, seen="", who=f" by {who}")


def knows_callers_place(incident: Incident, words: str, who: str) -> bool:
    """Whether a report or the log has it already."""
    if not words or incident.locations.filter(words=words).exists():
        return True
    rows = LogEntry.objects.filter(incident=incident, type=LogType.LOCATION, text=_of_caller(words, who))
    return bool(rows.unrestricted().exists())


def _of_caller(words: str, who: str) -> str:
    return f"Place reported by {who}: {words}."


def described(location: Location) -> str:
    """A report in one line of the log: its source, what it says, and how near."""
    parts = [location.words, *location.codes.split(", ")]
    if location.has_point:
        parts.append(f"{location.lat:.5f}, {location.lon:.5f}, within {location.radius_m:,.0f} m")
    said = ", ".join(dict.fromkeys(part for part in parts if part))
    return f"{location.get_source_display()}, {said}"


_OTHER = "Somebody else chose another place a moment ago. Look at both, then press Use again."


def _may(actor: Actor) -> None:
    check_log(actor)
    if actor.kind == "user":
        check_view(actor)


def _read(text: str) -> tuple[Place, str]:
    """The place and the words to keep beside it. Three words are asked about before anything is locked."""
    words = clean_text(text, field="place", limit=WORDS_LIMIT, required=True)
    try:
        place = read_place(words)
    except UnreadablePlaceError as refusal:
        if refusal.meant:
            raise Invalid(fields={"place": refusal.words}) from refusal
        return _plain(words), words
    return (_asked(place), "") if place.w3w else (place, place.shown)


def _asked(place: Place) -> Place:
    """Three words with their point, when the force may ask; the place nearest to it is what gets read back."""
    finder = what3words.finder()
    if finder is None:
        return place
    try:
        square = finder.find(place.w3w)
    except what3words.What3WordsError as error:
        raise Invalid(fields={"place": str(error)}) from error
    if square is None:
        raise Invalid(fields={"place": f"No square is called ///{place.w3w}. Check the spelling with the caller."})
    point = point_place(square.lat, square.lon, what3words.RADIUS_M, source=LocationSource.W3W, kind=place.kind)
    return replace(point, w3w=place.w3w, shown=clean_text(square.nearest, field="place", limit=100) or place.shown)


def _plain(words: str) -> Place:
    return Place(kind="Words", source=LocationSource.CALLER, shown=words)


def _with_codes(place: Place, found: list[Place]) -> Place:
    """The chosen place with the codes of the others that stand in the same words."""

    def first(name: str) -> str:
        return next((str(getattr(one, name)) for one in found if getattr(one, name)), "")

    return replace(
        place, postcode=first("postcode"), uprn=first("uprn"), usrn=first("usrn"), w3w=first("w3w")
    )  # fmt: skip


def _keep(
    actor: Actor, incident_id: UUID | str, place: Place, words: str, *, use: bool, seen: UUID | str | None,
    method: str = "", fixed_at: datetime | None = None, who: str = "",
) -> Reported:  # fmt: skip
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        if incident.locations.count() >= REPORTS_LIMIT:
            raise Conflict("This incident has too many reports of a place. Use one that is there.", code="full")
        location = _row(actor, incident, place, words, method=method, fixed_at=fixed_at)
        chosen = use and incident.is_open and _still(incident, seen)
        if chosen:
            _put_in_use(actor, incident, location, who)
            return Reported(location=location, in_use=True, words="In use.")
        _note(actor, incident, location, f"Place reported{who}: {described(location)}.")
    return Reported(location=location, in_use=False, words=_OTHER if use and incident.is_open else "Kept.")


def _row(
    actor: Actor, incident: Incident, place: Place, words: str, *, method: str = "", fixed_at: datetime | None = None
) -> Location:
    moment = now()
    return Location.objects.create(
        force_id=incident.force_id, incident=incident, source=place.source, lat=place.lat, lon=place.lon,
        radius_m=place.radius_m, easting=place.easting, northing=place.northing, postcode=place.postcode,
        uprn=place.uprn, usrn=place.usrn, w3w=place.w3w[:80], words=(words or place.shown)[:WORDS_LIMIT],
        method=method or _METHODS.get(place.source, ""), fixed_at=min(fixed_at or moment, moment),
        received_at=moment, author_label=actor.label[:100],
    )  # fmt: skip


def _put_in_use(actor: Actor, incident: Incident, location: Location, who: str = "") -> None:
    incident.location = location
    reported = f", reported{who}" if who else ""
    _note(actor, incident, location, f"Place in use{reported}: {described(location)}.")
    follow_area(actor, incident)


def _note(actor: Actor, incident: Incident, location: Location, text: str) -> None:
    """Log entry, new version, audit entry, live event."""
    incident.version += 1
    incident.save(update_fields=["location", "version"])
    typed = LogChannel.TYPED if actor.kind == "user" else LogChannel.SYSTEM
    write_entry(actor, incident, type=LogType.LOCATION, text=text, channel=typed)
    audit.record(
        actor, AuditAction.ALTER, f"incidents.location:{location.pk}", fields=["location"], incident=str(incident.pk)
    )
    announce_change(incident)


def _still(incident: Incident, seen: UUID | str | None) -> bool:
    """Whether the report in use is the one the actor decided on."""
    return seen is None or str(seen) == str(incident.location_id or "")


def _of(incident: Incident, location_id: UUID | str) -> Location:
    location: Location | None = incident.locations.filter(pk=as_uuid(location_id)).first()
    if location is None:
        raise NotFound()
    return location
