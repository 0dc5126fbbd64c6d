"""One curfew at its door: warnings first, then what binds tonight, then what was found before (B6.2)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from core import audit
from core.actors import Actor
from core.clock import local_date, now
from core.errors import Invalid, NotFound
from core.models import AuditAction
from core.permissions import can, check
from evidence.selectors import open_kept
from evidence.services import mark_picture
from incidents.selectors.ids import as_uuid
from suspects.codes.curfew_hours import in_words, wall_words, within
from suspects.codes.dates import age_on
from suspects.codes.ground import Position, distance_words, metres_between
from suspects.models import Address, BailCondition, CurfewBreach, CurfewCheck, SuspectRules
from suspects.selectors.curfew_times import (
    CONDITION_TABLES,
    door_words,
    ended_at,
    from_words,
    hours_of,
    until_words,
)
from suspects.selectors.curfews import again_at, attempt_words, tonight_of
from suspects.selectors.images import is_under_18, mark_text
from suspects.selectors.operations import DoNotApproach, note_look
from suspects.selectors.profile.shapes import Warning_
from suspects.selectors.profile.urgent import as_warning, visible_markers, worst_first
from suspects.selectors.rows import latest_images
from suspects.selectors.rules import rules_of
from suspects.states import CurfewOutcome, MarkerFamily

PHOTO_WIDTH = 1280  # pixels
HISTORY = 20  # checks shown; fairness is seen in them


@dataclass(frozen=True, kw_only=True)
class CheckView:
    """One check as it was logged. `when` is "22:16" tonight, "19/11/2026 22:40" before."""

    id: UUID
    at: dt.datetime
    when: str
    outcome: str
    label: str
    attempt: int
    who: str
    note: str
    distance_m: float | None
    late: bool
    has_photo: bool


@dataclass(frozen=True, kw_only=True)
class Door:
    """What an officer needs at the door. `blocked` says why nobody knocks now, in words, or is empty.

    `operation` is set when a planned operation asks that nobody approaches: then nothing of the place is said.
    """

    condition_id: UUID
    person_id: UUID
    name: str
    given_name: str
    age: int | None
    under_18: bool
    image_id: UUID | None
    image_on: dt.date | None
    address: str
    short_address: str
    lat: float | None
    lon: float | None
    code: str
    text: str
    hours_words: str
    until_words: str
    in_force: bool
    may_knock: bool
    door_words: str
    power_if_broken: str
    warnings: tuple[Warning_, ...]
    tonight: tuple[CheckView, ...]
    history: tuple[CheckView, ...]
    attempt: int
    attempt_words: str
    needed: int
    again_words: str
    blocked: str
    may_check: bool
    may_review: bool
    door_metres: int
    quiet_words: str
    quiet_by: str
    breach_id: UUID | None
    operation: DoNotApproach | None
    moment: dt.datetime


def door(actor: Actor, condition_id: UUID | str, *, purpose: str = "curfew door") -> Door:
    """One curfew for whoever goes there. One CONSULT entry; an operation's owner is told who looked.

    Raises NotAllowed, NotFound (also for a condition that is no curfew).
    """
    check(actor, "curfew.view")
    moment = now()
    with transaction.atomic():
        rows = BailCondition.objects.visible_to(actor).filter(pk=as_uuid(condition_id), kind__is_curfew=True)
        condition = rows.select_related(*CONDITION_TABLES).prefetch_related("slots").first()
        if condition is None:
            raise NotFound()
        operation = note_look(actor, condition.bail.person_id, "curfew")
        view = _door(actor, condition, moment, operation)
        audit.record(
            actor, AuditAction.CONSULT, f"suspects.bailcondition:{condition.pk}", purpose=purpose,
            result_ids=[condition.bail.person_id],
        )  # fmt: skip
    return view


def checks_of(actor: Actor, condition_id: UUID | str) -> list[CurfewCheck]:
    """The condition's checks, newest first. One CONSULT entry. Raises NotAllowed, NotFound."""
    check(actor, "curfew.view")
    with transaction.atomic():
        condition = (
            BailCondition.objects.visible_to(actor).filter(pk=as_uuid(condition_id), kind__is_curfew=True).first()
        )
        if condition is None:
            raise NotFound()
        rows = list(CurfewCheck.objects.filter(condition=condition)[:200])
        audit.record(
            actor, AuditAction.CONSULT, f"suspects.bailcondition:{condition.pk}", purpose="curfew checks",
            result_ids=[row.pk for row in rows],
        )  # fmt: skip
    return rows


def photo_of(actor: Actor, check_id: UUID | str) -> bytes:
    """The picture of one check as a JPEG marked for the viewer. One CONSULT entry. Raises NotAllowed, NotFound."""
    check(actor, "curfew.view")
    row = CurfewCheck.objects.visible_to(actor).filter(pk=as_uuid(check_id)).first()
    if row is None or row.photo_id is None:
        raise NotFound()
    opened = open_kept(actor, row.photo_id, of=f"suspects.curfewcheck:{row.pk}", purpose="photo of a curfew check")
    return mark_picture(b"".join(opened.read()), mark_text(actor, now()), width=PHOTO_WIDTH)


def _door(actor: Actor, condition: BailCondition, moment: dt.datetime, operation: DoNotApproach | None) -> Door:
    rules, person, hours = rules_of(actor), condition.bail.person, hours_of(condition)
    window = hours.at(moment)
    image = latest_images(actor, [person.pk]).get(person.pk, {})
    checks = [
        check_view(one, moment)
        for one in CurfewCheck.objects.filter(condition=condition).order_by("-night", "-attempt")[:HISTORY]
    ]
    of_night = CurfewCheck.objects.filter(condition=condition, night=window.night) if window else []
    tonight = tonight_of(list(of_night))
    night_ids = {one.pk for one in tonight}
    again = again_at(tonight, rules)
    address = condition.address if operation is None else None
    attempt = tonight[-1].attempt + 1 if tonight else 1
    breach = CurfewBreach.objects.filter(condition=condition, night=window.night).first() if window else None
    return Door(
        condition_id=condition.pk,
        person_id=person.pk,
        name=person.spoken_name,
        given_name=person.given_names.split(" ")[0] or "The person",
        age=age_on(person.date_of_birth, local_date(moment)) if person.date_of_birth else None,
        under_18=is_under_18(person, moment),
        image_id=UUID(image["image"]) if image else None,
        image_on=dt.date.fromisoformat(image["image_on"]) if image and image["image_on"] else None,
        address=address.line if address else "",
        short_address=_short(address) if address else "",
        lat=address.lat if address else None,
        lon=address.lon if address else None,
        code=condition.kind.code,
        text=condition.text if operation is None else "",
        hours_words=in_words(hours.slots),
        until_words=_standing(condition, moment),
        in_force=window is not None,
        may_knock=condition.kind.permits_doorstep and operation is None,
        door_words=door_words(condition),
        power_if_broken=condition.bail.power_if_broken,
        warnings=_warnings(actor, condition, moment, operation),
        tonight=tuple(check_view(one, moment) for one in tonight),
        history=tuple(one for one in checks if one.id not in night_ids),
        attempt=attempt,
        attempt_words=attempt_words(attempt),
        needed=rules.attempts_for_breach,
        again_words=f"Try again after {wall_words(again)}." if again and again > moment else "",
        blocked=_blocked(condition, rules, moment, operation),
        may_check=can(actor, "curfew.check"),
        may_review=can(actor, "curfew.review") and condition.kind.permits_doorstep and operation is None,
        door_metres=rules.door_metres,
        quiet_words=_quiet(condition, rules),
        quiet_by=condition.quiet_hours_authorised,
        breach_id=breach.pk if breach else None,
        operation=operation,
        moment=moment,
    )


def _short(address: Address) -> str:
    """ "Flat 3, 8 Eel Pie Court": whoever stands there knows the town."""
    street = " ".join(part for part in (address.number, address.street) if part)
    return ", ".join(
        part for part in (f"Flat {address.flat}" if address.flat else "", address.premises, street) if part
    )


def check_view(one: CurfewCheck, moment: dt.datetime) -> CheckView:
    day = "" if moment - one.at < dt.timedelta(hours=18) else f"{local_date(one.at):%d/%m/%Y} "
    return CheckView(
        id=one.pk,
        at=one.at,
        when=f"{day}{wall_words(one.at)}",
        outcome=one.outcome,
        label=CurfewOutcome(one.outcome).label,
        attempt=one.attempt,
        who=one.call_sign or one.officer_label,
        note=one.note,
        distance_m=one.distance_m,
        late=one.recorded_at - one.at > dt.timedelta(minutes=5),  # STANDARDS 1.3
        has_photo=one.photo_id is not None,
    )


def _standing(condition: BailCondition, moment: dt.datetime) -> str:
    """ "in force until 07:00", "from 20:00", "ended 21/11/2026"."""
    over = ended_at(condition, moment)
    if over is not None:
        return f"ended {local_date(over):%d/%m/%Y}"
    hours = hours_of(condition)
    if hours.at(moment):
        return f"in force {until_words(hours.ends_after(moment), moment)}"
    following = hours.next_after(moment)
    return from_words(following.starts_at, moment) if following else "no hours left"


def _blocked(
    condition: BailCondition, rules: SuspectRules, moment: dt.datetime, operation: DoNotApproach | None
) -> str:
    if operation is not None:
        return operation.words
    if ended_at(condition, moment) is not None:
        return "This order has ended. Do not knock."
    if not condition.kind.permits_doorstep:
        return door_words(condition)
    window = hours_of(condition).at(moment)
    if window is None:
        return f"Not due now: {_standing(condition, moment)}."
    if within(moment, rules.quiet_from, rules.quiet_until) and not condition.quiet_hours_authorised:
        return f"{_quiet(condition, rules)} Come back after {rules.quiet_until:%H:%M}, or ask one."
    return ""


def _quiet(condition: BailCondition, rules: SuspectRules) -> str:
    if condition.quiet_hours_authorised:
        return f"Knocking in quiet hours allowed by {condition.quiet_hours_authorised}."
    return f"No knocking from {rules.quiet_from:%H:%M} to {rules.quiet_until:%H:%M} without an inspector."


def _warnings(
    actor: Actor, condition: BailCondition, moment: dt.datetime, operation: DoNotApproach | None
) -> tuple[Warning_, ...]:
    """Of the person, and of the address where they must be. A flag of an address counts there only."""
    of_person = Q(person=condition.bail.person_id, kind__family__in=[MarkerFamily.SIGNAL, MarkerFamily.INFORMATION])
    at_door = Q(address=condition.address_id) if condition.address_id and operation is None else Q(pk__in=[])
    markers = visible_markers(actor, moment).filter(of_person | at_door)
    return worst_first(as_warning(one, moment, "At this address" if one.address_id else "") for one in markers)


@dataclass(frozen=True, kw_only=True)
class ReadBack:
    """What is about to be logged, in one sentence, and whether place and hours fit (B6.3). Nothing is written yet.

    `near`: within the force's metres; None when either position is unknown. `needs_reason`: the officer must say how
    they know that this is the door.
    """

    door: Door
    outcome: str
    label: str
    sentence: str
    distance_words: str
    near: bool | None
    needs_reason: bool
    next_words: str


def read_back(actor: Actor, condition_id: UUID | str, outcome: str, position: Position | None) -> ReadBack:
    """The door again with what was chosen. Raises as `door`, and Invalid (outcome)."""
    if outcome not in CurfewOutcome.values:
        raise Invalid(fields={"outcome": "Choose what happened."})
    view = door(actor, condition_id, purpose="curfew read back")
    label = CurfewOutcome(outcome).label
    here = (view.lat, view.lon) if view.lat is not None and view.lon is not None else None
    metres = metres_between(position, here) if position and here else None
    near = None if metres is None else metres <= view.door_metres
    at_the_door = outcome not in {CurfewOutcome.INACCESSIBLE, CurfewOutcome.EXCUSED, CurfewOutcome.WITHDREW}
    where = f" at {view.short_address}," if view.short_address else ","
    again = outcome == CurfewOutcome.NO_REPLY and len(view.tonight) + 1 < view.needed
    return ReadBack(
        door=view,
        outcome=outcome,
        label=label,
        sentence=f"{view.name}. {label}{where} at {wall_words(view.moment)}. {view.attempt_words}.",
        distance_words=distance_words(metres) if metres is not None else "",
        near=near,
        needs_reason=at_the_door and here is not None and near is not True,
        next_words=f"{view.needed} tries, minutes apart, are needed before a breach." if again else "",
    )
