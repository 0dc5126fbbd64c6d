"""A check at the door, written down once: what was found, when, where, by whom. What follows is in `breaches`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from core.models import AuditAction
from core.permissions import check
from core.realtime import publish
from evidence.services import keep_file, read_picture
from incidents.events import person_topic
from incidents.selectors import on_duty_call_sign
from incidents.selectors.ids import as_client_key, as_uuid
from incidents.services import clean_text
from incidents.services.problems import Problems
from suspects.codes.ground import Position, is_position, metres_between
from suspects.events import CurfewChecked
from suspects.models import BailCondition, CurfewBreach, CurfewCheck
from suspects.selectors.operations import refuse_to_disturb
from suspects.selectors.rules import rules_of
from suspects.selectors.who import Who, person_of
from suspects.services.bail import lock_condition
from suspects.services.breaches import curfews_topic, raise_breach
from suspects.services.curfew_rules import DOOR, OF_A_TAG, TAG, Visit, check_door, check_order, check_turn, limit_of
from suspects.states import CurfewOutcome

NOTE_LIMIT, REASON_LIMIT, BODY_WORN_LIMIT = 300, 150, 40
LATEST = dt.timedelta(hours=24)  # a check that waited longer for signal is written into the notes, not here


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the officer found. `at` is when they knocked (None: now); `lat`, `lon` in WGS84 degrees and `accuracy_m` as
    the phone says; `place_reason` why that is not the door. `attempt` is the try the officer was shown: somebody
    else's log in between is then told, not written over. `method` is DOOR, or EM for what the tag contractor said.
    """

    outcome: str
    note: str = ""
    at: dt.datetime | None = None
    lat: float | None = None
    lon: float | None = None
    accuracy_m: float | None = None
    place_reason: str = ""
    body_worn_ref: str = ""
    method: str = DOOR
    attempt: int | None = None
    photo: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """The check as it is kept, and the breach that it raised."""

    check: CurfewCheck
    breach: CurfewBreach | None


def record_check(*, actor: Actor, condition_id: UUID | str, client_key: UUID | str, seen: Seen) -> Recorded:
    """Write down one check. The same `client_key` writes once; the second call returns the first check.

    Raises NotAllowed (role, operation), NotFound, Invalid naming the field, Conflict whose code says which rule:
    order_ended, no_doorstep, not_due, quiet_hours, too_soon, already_logged, enough_tonight, key_used.
    """
    check(actor, "curfew.check")
    who, moment = person_of(actor), now()
    key = as_client_key(client_key)
    if key is None:
        raise Invalid(fields={"client_key": "Use a UUID."})
    if (earlier := _same_key(who, key)) is not None:
        return earlier
    found = BailCondition.objects.visible_to(actor).select_related("bail").filter(pk=as_uuid(condition_id)).first()
    if found is None:
        raise NotFound()
    refuse_to_disturb(actor, found.bail.person_id, "curfew")
    row = _read(actor, who, seen, moment)
    row.client_key = key
    if seen.photo:
        _keep_photo(actor, who, found, row, seen)
    try:
        with transaction.atomic():
            return _store(actor, who, lock_condition(actor, condition_id), row, seen)
    except IntegrityError:  # one key for two doors at once: the first one counts
        again = _same_key(who, key)
        if again is None:
            raise
        return again


def _read(actor: Actor, who: Who, seen: Seen, moment: dt.datetime) -> CurfewCheck:
    """The row without its door: every field read, and everything wrong said at once."""
    problems = Problems()
    if seen.outcome not in CurfewOutcome.values:
        problems.add("outcome", "Choose what happened.")
    if seen.method not in (DOOR, TAG) or (seen.method == TAG and seen.outcome not in OF_A_TAG):
        problems.add("method", "A tag tells only of tampering, absence and what was excused.")
    at = problems.take(lambda: _when(seen.at, moment), moment)
    note = problems.take(lambda: clean_text(seen.note, field="note", limit=NOTE_LIMIT), "")
    reason = problems.take(lambda: clean_text(seen.place_reason, field="place_reason", limit=REASON_LIMIT), "")
    body_worn = problems.take(lambda: clean_text(seen.body_worn_ref, field="body_worn_ref", limit=BODY_WORN_LIMIT), "")
    fix = problems.take(lambda: _position(seen), None)
    problems.stop_here()
    words = [note, f"Position: {reason}" if reason else ""]
    return CurfewCheck(
        force_id=who.force_id, at=at, recorded_at=moment, officer_id=who.user_id, officer_label=actor.label[:100],
        call_sign=on_duty_call_sign(actor)[:16], method=seen.method, outcome=seen.outcome,
        note=" ".join(part for part in words if part), body_worn_ref=body_worn,
        lat=fix[0] if fix else None, lon=fix[1] if fix else None, accuracy_m=seen.accuracy_m if fix else None,
    )  # fmt: skip


def _when(at: dt.datetime | None, moment: dt.datetime) -> dt.datetime:
    """When somebody knocked. A phone's clock that runs ahead cannot put it into the future."""
    if at is None:
        return moment
    if at.tzinfo is None or at < moment - LATEST:
        raise Invalid(fields={"at": "Give a time within the last 24 hours."})
    return min(at, moment)


def _position(seen: Seen) -> Position | None:
    if seen.lat is None or seen.lon is None:
        return None
    if not is_position(seen.lat, seen.lon) or not 0 <= (seen.accuracy_m or 0) < 1e6:
        raise Invalid(fields={"lat": "That is no position. Leave it out, or say how you know that this is the door."})
    return seen.lat, seen.lon


def _judge(actor: Actor, condition: BailCondition, row: CurfewCheck, seen: Seen) -> list[CurfewCheck]:
    """Night, attempt and distance of the row by every rule; returns this condition's earlier checks of the night."""
    rules, address, here_now = rules_of(actor), condition.address, _position(seen)
    if here_now and address is not None and address.lat is not None and address.lon is not None:
        row.distance_m = metres_between(here_now, (address.lat, address.lon))
    visit = Visit(
        at=row.at, outcome=row.outcome, method=row.method, distance_m=row.distance_m, has_position=here_now is not None,
        place_reason=seen.place_reason.strip(), attempt=seen.attempt,
    )  # fmt: skip
    window = check_order(condition, visit)
    check_door(condition, visit, rules)
    person_id = condition.bail.person_id
    of_person = Q(condition=condition.pk) | Q(condition__bail__person=person_id)
    tonight = list(CurfewCheck.objects.visible_to(actor).filter(of_person, night=window.night).order_by("at"))
    here = [one for one in tonight if one.condition_id == condition.pk]
    row.attempt = check_turn(visit, tonight, here, limit_of(condition, rules), rules)
    row.night, row.condition = window.night, condition
    return here


def _store(actor: Actor, who: Who, condition: BailCondition, row: CurfewCheck, seen: Seen) -> Recorded:
    # Whoever sent the same key a moment before has committed by now.
    if (earlier := _same_key(who, row.client_key)) is not None:
        return earlier
    here = _judge(actor, condition, row, seen)
    row.save(force_insert=True)
    audit.record(
        actor, AuditAction.COLLECT, f"suspects.curfewcheck:{row.pk}", purpose=f"curfew check: {row.outcome}",
        result_ids=[condition.bail.person_id], justification=seen.place_reason.strip(),
    )  # fmt: skip
    event = CurfewChecked(
        condition=condition.pk, outcome=row.outcome, attempt=row.attempt, call_sign=row.call_sign, at=row.at
    )
    topics = [curfews_topic(row.force_id)]
    if condition.bail.oic_id is not None:
        topics.append(person_topic(condition.bail.oic_id))
    publish(event, *topics)
    in_order = sorted([*here, row], key=lambda one: one.attempt)
    return Recorded(check=row, breach=raise_breach(actor, condition, in_order, rules_of(actor)))


def _keep_photo(actor: Actor, who: Who, condition: BailCondition, row: CurfewCheck, seen: Seen) -> None:
    """The picture, before the row and outside its transaction. A check that would be refused leaves no file."""
    with transaction.atomic():
        locked = lock_condition(actor, condition.pk)
        if _same_key(who, row.client_key) is not None:
            return
        _judge(actor, locked, row, seen)
    picture = read_picture(seen.photo or b"", field="photo")
    kept = keep_file(
        actor=actor, mime=picture.mime, source_key=f"curfew:{who.user_id}:{row.client_key}", data=picture.data
    )
    row.photo_id = kept.pk


def _same_key(who: Who, key: UUID) -> Recorded | None:
    earlier: CurfewCheck | None = CurfewCheck.objects.filter(force_id=who.force_id, client_key=key).first()
    if earlier is None:
        return None
    if earlier.officer_id != who.user_id:
        raise Conflict("Somebody else already sent this check. Start a new one.", code="key_used")
    breach = CurfewBreach.objects.filter(condition=earlier.condition_id, night=earlier.night).first()
    return Recorded(check=earlier, breach=breach if breach and breach.raised_at >= earlier.recorded_at else None)
