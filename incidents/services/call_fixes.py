"""Where a call comes from, as its line and its telephone say: every report a row, the best one put to use."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.actors import Actor
from core.statements import insert
from incidents.models import CallFix, Contact, DeviceIdentity, Incident, Location
from incidents.selectors.contacts import best_fix
from incidents.services.aml import Aml, unread_aml
from incidents.services.announce import announce_change
from incidents.services.areas import follow_area
from incidents.services.eisec import Eisec
from incidents.services.locks import lock_incident
from incidents.services.log import write_entry
from incidents.states import EisecKind, LocationSource, LogChannel, LogType

KEEP_IDENTITIES = timedelta(days=2)  # long enough to ask the network while the call matters


def keep_aml(actor: Actor, contact: Contact, aml: Aml, received_at: datetime) -> CallFix:
    """The message; its fix as a location unless it is a null one; the telephone's identities apart."""
    location = None
    if aml.is_fix:
        location = _location(
            actor, contact, received_at, source=LocationSource.AML, lat=aml.lat, lon=aml.lon, radius_m=aml.radius_m,
            confidence_pct=aml.confidence_pct, method=aml.method, fixed_at=aml.fixed_at,
        )  # fmt: skip
    if aml.imsi or aml.imei:
        DeviceIdentity.objects.create(
            force_id=contact.force_id, contact=contact, imsi=aml.imsi, imei=aml.imei, received_at=received_at,
            purge_after=received_at + KEEP_IDENTITIES,
        )  # fmt: skip
    warning = aml.warning if aml.is_fix else " ".join(filter(None, ["No position in it.", aml.warning]))
    fix = CallFix(
        force_id=contact.force_id, contact=contact, location=location, text=aml.text, warning=warning,
        received_at=received_at,
    )  # fmt: skip
    insert(fix)
    return fix


def keep_unread_aml(contact: Contact, raw: str, why: str, received_at: datetime) -> CallFix:
    """A message that cannot be used is kept too, and the handler is told what it says."""
    text, warning = unread_aml(raw, why)
    return CallFix.objects.create(
        force_id=contact.force_id, contact=contact, text=text, warning=warning, received_at=received_at
    )


def keep_eisec(actor: Actor, contact: Contact, eisec: Eisec, received_at: datetime) -> None:
    """What EISEC said, on the contact and as a location."""
    contact.eisec_kind = eisec.kind
    contact.eisec_name = eisec.name or contact.eisec_name
    contact.eisec_address = eisec.address or contact.eisec_address
    contact.eisec_postcode = eisec.postcode or contact.eisec_postcode
    ellipse = eisec.ellipse
    fixed_at = eisec.fixed_at or received_at
    if ellipse is not None:
        location = _location(
            actor, contact, received_at, source=LocationSource.EISEC_CELL, lat=ellipse.lat, lon=ellipse.lon,
            radius_m=ellipse.semi_major_m, easting=ellipse.easting, northing=ellipse.northing, method="cell",
            confidence_pct=eisec.confidence_pct, fixed_at=fixed_at,
        )  # fmt: skip
    elif eisec.address or eisec.postcode:
        location = _location(
            actor, contact, received_at, source=LocationSource.EISEC_FIXED, words=eisec.address,
            postcode=eisec.postcode, method="VoIP" if eisec.kind == EisecKind.VOIP else "line", fixed_at=fixed_at,
        )  # fmt: skip
    else:
        return
    CallFix.objects.create(
        force_id=contact.force_id, contact=contact, location=location, received_at=received_at,
        warning="Confirm with the caller: a registered address." if eisec.kind == EisecKind.VOIP else "",
        semi_major_m=ellipse.semi_major_m if ellipse else None,
        semi_minor_m=ellipse.semi_minor_m if ellipse else None,
        orientation_deg=ellipse.orientation_deg if ellipse else None,
    )  # fmt: skip


def use_best_fix(actor: Actor, contact: Contact, incident: Incident) -> None:
    """Give a linked incident its caller's reports. The best is put in use unless a person chose another place.

    The contact is locked by this transaction; the incident is locked here.
    """
    ours = Location.objects.filter(pk__in=contact.fixes.exclude(location=None).values("location_id"))
    ours.filter(incident=None).update(incident=incident)
    best = best_fix(contact)
    if best is None:
        return
    locked = lock_incident(actor, incident.pk)
    used = locked.location
    automatic = used is None or (
        used.read_back_at is None and (_only_words(used, locked) or ours.filter(pk=used.pk).exists())
    )
    if not automatic or locked.location_id == best.pk:
        return
    locked.location = best
    locked.version += 1
    locked.save(update_fields=["location", "version"])
    source, method = LocationSource(best.source).label, f", {best.method}" if best.method else ""
    write_entry(
        actor, locked, type=LogType.LOCATION, channel=LogChannel.SYSTEM, occurred_at=best.fixed_at,
        text=f"{source}{method}: {best.lat:.5f}, {best.lon:.5f}, within {best.radius_m:.0f} m. In use; read it back.",
    )  # fmt: skip
    announce_change(locked)
    follow_area(actor, locked)


def _only_words(used: Location, incident: Incident) -> bool:
    """The caller's own words, which are no point and stand in the head in any case: nobody chose them over a point."""
    return not used.has_point and used.words == incident.location_text


def _location(actor: Actor, contact: Contact, received_at: datetime, **fields: object) -> Location:
    link = next(iter(contact.links.all()), None)
    location = Location(
        force_id=contact.force_id, incident_id=link.incident_id if link else None, received_at=received_at,
        author_label=actor.label[:100], **fields,
    )  # fmt: skip
    insert(location)
    return location
