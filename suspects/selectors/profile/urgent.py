"""The first screen of a profile: warnings, wanted, what binds the person now, pictures (B3.1, B3.2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from core.actors import Actor
from core.clock import local, local_date
from core.permissions import can
from suspects.codes.dates import age_words
from suspects.models import Marker, Person, PersonImage, WantedRecord
from suspects.querysets import MarkerQuerySet
from suspects.selectors import bail
from suspects.selectors.profile.shapes import Condition, Picture, Wanted, Warning_
from suspects.selectors.wanted_cards import NO_POWER, due_words, may_see_secret, power_text, target_words
from suspects.states import WantedState

_WORST_FIRST = {"CRITICAL": 0, "CAUTION": 1, "NOTE": 2}
_FAMILY_FIRST = {"SIGNAL": 0, "ADDRESS": 1, "INFORMATION": 2, "VEHICLE": 3}


def visible_markers(actor: Actor, moment: dt.datetime) -> MarkerQuerySet:
    """Standing markers the actor may see: health for roles that need it, refuges for supervisors and sergeants."""
    markers: MarkerQuerySet = Marker.objects.visible_to(actor).standing(moment).select_related("kind")
    if not can(actor, "marker.health"):
        markers = markers.without_health()
    if not may_see_secret(actor):
        markers = markers.filter(kind__secret=False)
    return markers


def as_warning(marker: Marker, moment: dt.datetime, about: str = "") -> Warning_:
    """One marker in words, with what it is of when that is an address."""
    dated = marker.confirmed_at or marker.event_date or marker.added_at
    kind = marker.kind
    return Warning_(
        section="warning",
        ref=f"suspects.marker:{marker.pk}",
        title=kind.label,
        text=marker.text,
        source=marker.source,
        dated=marker.event_date or marker.added_at,
        age=how_old(dated, moment),
        marker_id=marker.pk,
        code=kind.code,
        severity=kind.severity,
        icon=kind.icon,
        family=kind.family,
        health=kind.health,
        review_due=marker.review_due,
        review_overdue=marker.review_due < local_date(moment),
        about=about,
    )


def worst_first(warnings: Iterable[Warning_]) -> tuple[Warning_, ...]:
    """Critical before caution before note; of the person before of an address; then by code."""
    return tuple(
        sorted(
            warnings,
            key=lambda one: (_WORST_FIRST.get(one.severity, 3), _FAMILY_FIRST.get(one.family, 9), one.code, one.ref),
        )
    )


def read_wanted(actor: Actor, person: Person, moment: dt.datetime, *, operation: bool) -> tuple[Wanted, ...]:
    """Active records, the most urgent first. Under a planned operation none of them has a power."""
    rows = WantedRecord.objects.visible_to(actor).filter(person=person, state=WantedState.ACTIVE)
    rows = rows.most_urgent_first().select_related("basis", "band")
    return tuple(_wanted(record, moment, operation=operation) for record in rows)


def _wanted(record: WantedRecord, moment: dt.datetime, *, operation: bool) -> Wanted:
    basis, band = record.basis, record.band
    seen = record.circulated_at or record.issued_at
    return Wanted(
        section="wanted",
        ref=f"suspects.wantedrecord:{record.pk}",
        title=f"{basis.label}: {record.offence}",
        source=record.source,
        dated=seen,
        age=how_old(seen, moment),
        wanted_id=record.pk,
        basis=basis.label,
        may_arrest=basis.may_arrest and not operation,
        power=NO_POWER if operation else power_text(record),
        band=band.code,
        band_label=band.label,
        band_colour=band.colour,
        band_icon=band.icon,
        target_words=target_words(band.target_hours),
        due_at=record.due_at,
        due=due_words(record.due_at, moment),
        overdue=record.due_at <= moment,
        two_officers=record.two_officers,
        armed_only=record.armed_only,
        warrant_category=record.warrant_category,
        state=record.state,
    )


def read_conditions(actor: Actor, person: Person, moment: dt.datetime, *, planned: bool) -> tuple[Condition, ...]:
    """Conditions in force first, then those that are not at this moment, then what ended in the last weeks."""
    return tuple(_condition(view, moment) for view in bail.read_conditions(actor, person.pk, moment, planned=planned))


def _condition(view: bail.ConditionView, moment: dt.datetime) -> Condition:
    return Condition(
        section="condition",
        ref=f"suspects.bailcondition:{view.id}",
        title=view.label,
        text=view.text,
        source=view.source_words,
        dated=view.confirmed_at,
        age=how_old(view.confirmed_at, moment),
        condition_id=view.id,
        code=view.code,
        icon=view.icon,
        in_force=view.state == "now",
        until=view.until,
        until_words=view.until_words,
        is_curfew=view.is_curfew,
        is_exclusion=view.is_exclusion,
        may_knock=view.may_knock,
        knock=view.door_words,
        knock_detail=view.door_detail,
        address=view.address,
        persons=view.persons,
        tagged=view.tagged,
        if_broken=view.power_if_broken,
    )


def read_pictures(actor: Actor, person: Person, moment: dt.datetime, *, hidden: bool) -> tuple[Picture, ...]:
    rows = PersonImage.objects.visible_to(actor).filter(person=person, withdrawn_at=None)
    pictures = [
        Picture(
            section="image",
            ref=f"suspects.personimage:{row.pk}",
            title=row.kind.capitalize(),
            source=row.source,
            dated=row.taken_on,
            age=how_old(row.taken_on, moment),
            old=is_old(row.taken_on, moment),
            image_id=row.pk,
            width=row.width,
            height=row.height,
            hidden=hidden,
        )
        for row in rows
    ]
    return tuple(sorted(pictures, key=lambda one: one.dated or dt.date.min, reverse=True))


def how_old(dated: dt.date | dt.datetime | None, moment: dt.datetime) -> str:
    """ "5 months old"; empty when nobody knows when."""
    if dated is None:
        return ""
    return age_words(local(dated) if isinstance(dated, dt.datetime) else dated, local(moment))


OLD_AFTER = dt.timedelta(days=365)  # an address of a year ago is asked about again (STANDARDS 12.3)


def is_old(dated: dt.date | dt.datetime | None, moment: dt.datetime) -> bool:
    """A year or more without confirmation: shown in grey with its date."""
    if dated is None:
        return False
    day = local_date(dated) if isinstance(dated, dt.datetime) else dated
    return local_date(moment) - day >= OLD_AFTER
