"""What telephony systems tell of calls: taken once, in any order, and nothing lost.

Locks are taken in one order everywhere: the contact, the day's serial, the incident.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.timezone import localtime

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid
from core.models import AuditAction, User
from core.realtime import publish
from core.statements import insert
from incidents.events import CallChanged, incident_topic, person_topic
from incidents.models import CallEvent, Contact
from incidents.permissions import check_tell_of_calls
from incidents.selectors.seats import people_at
from incidents.services.aml import Aml, parse_aml
from incidents.services.announce import announce_change
from incidents.services.call_fixes import keep_aml, keep_eisec, keep_unread_aml, use_best_fix
from incidents.services.eisec import Eisec, read_eisec
from incidents.services.locks import lock_incident
from incidents.services.log import write_entry
from incidents.services.phones import parse_phone, readable_phone
from incidents.services.problems import Problems
from incidents.services.rang_off import is_record, open_record, people_of, say_lost
from incidents.services.text import clean_text
from incidents.states import EMERGENCY_CHANNELS, CallEventKind, Channel, LogType

_AHEAD, _BEHIND = timedelta(minutes=5), timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Told:
    """One event as the telephony system sent it."""

    call_id: str
    event_id: str
    event: str
    at: datetime
    channel: str = Channel.C999
    cli: str = ""
    cli_withheld: bool = False
    connected_by_bt_at: datetime | None = None
    line: str = ""
    position: str = ""
    collar_number: str = ""
    silent_55: bool = False
    alarm_urn: str = ""
    eisec: Mapping[str, Any] | None = None
    aml: str = ""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """`new` is False for a repeat. `warnings` say what of it could not be used; the rest was."""

    contact_id: uuid.UUID
    new: bool
    warnings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _Checked:
    told: Told
    cli: str
    line: str
    position: str
    alarm_urn: str
    eisec: Eisec | None
    aml: Aml | None
    aml_problem: str
    digest: str
    warnings: dict[str, str]


def take_event(*, actor: Actor, told: Told) -> Taken:
    """Keep one event of a call. The same call and event id is taken once; events may come in any order.

    A number, an address, an ellipse or an AML message that cannot be is left out with a warning, and a time that is
    still to come is now: the call itself is never refused for it. Raises NotAllowed, Invalid (ids, event, channel, an
    `at` of long ago), Conflict when an event id comes with other contents.
    """
    check_tell_of_calls(actor)
    moment = now()
    checked = _check(told, moment)
    with transaction.atomic():
        contact = _locked(actor, told, moment)
        was, earlier = _columns(contact), _events(contact)
        if told.event_id in earlier:
            if earlier[told.event_id].digest != checked.digest:
                raise Conflict("This event id was used for another event of the call.", code="event_id_used")
            return Taken(contact_id=contact.pk, new=False)
        event = CallEvent(
            force_id=contact.force_id, contact=contact, event_id=told.event_id, kind=told.event, at=told.at,
            seq=len(earlier) + 1, received_at=moment, digest=checked.digest,
        )  # fmt: skip
        insert(event)
        warnings = dict(checked.warnings)
        told_before = contact.answered_by_id
        late = contact.ended_at is not None and all(one.kind != told.event for one in earlier.values())
        _learn(actor, contact, checked, list(earlier.values()), moment, warnings)
        contact.save(update_fields=[name for name, value in _columns(contact).items() if value != was[name]])
        audit.record(actor, AuditAction.COLLECT, f"incidents.contact:{contact.pk}", fields=[told.event])
        about = _follow_up(actor, contact, checked, late=late)
        _announce(contact, told.event.lower(), about, also=told_before)
    return Taken(contact_id=contact.pk, new=True, warnings=warnings)


def _check(told: Told, moment: datetime) -> _Checked:
    problems, soft = Problems(), Problems()
    for name in ("call_id", "event_id"):
        given = getattr(told, name)
        if given != problems.take(partial(clean_text, given, field=name, limit=80, required=True), given):
            problems.add(name, "Use plain characters, at most 80.")
    if told.event not in CallEventKind.values:
        problems.add("event", "Use RINGING, ANSWERED, ENDED or AML.")
    if told.channel not in Channel.values:
        problems.add("channel", "Use a channel of the list.")
    at = problems.take(lambda: _moment(told.at, moment, soft), moment)
    problems.stop_here()
    line_says = told.eisec or {}
    eisec = soft.take(lambda: read_eisec(line_says, received_at=moment), None) if line_says else None
    soft.fields.update(eisec.problems if eisec else {})
    aml, aml_problem = _read_aml(told, moment)
    return _Checked(
        told=replace(told, at=at, connected_by_bt_at=_handed_over(told.connected_by_bt_at, moment, soft)),
        cli=soft.take(lambda: parse_phone(told.cli, field="cli") if told.cli.strip() else "", ""),
        line=soft.take(lambda: clean_text(told.line, field="line", limit=20), ""),
        position=soft.take(lambda: clean_text(told.position, field="position", limit=40), ""),
        alarm_urn=soft.take(lambda: clean_text(told.alarm_urn, field="alarm_urn", limit=20), ""),
        eisec=eisec,
        aml=aml,
        aml_problem=aml_problem,
        digest=salted_hmac("incidents.call_event", _canonical(told), algorithm="sha256").hexdigest(),
        warnings=soft.fields,
    )


def _read_aml(told: Told, moment: datetime) -> tuple[Aml | None, str]:
    """Of whatever event it comes with: some systems send it with the ring. One that cannot be used, and why not."""
    if told.event != CallEventKind.AML and not told.aml.strip():
        return None, ""
    try:
        return parse_aml(told.aml, received_at=moment), ""
    except Invalid as refusal:
        return None, refusal.fields["aml"]


def _moment(at: datetime, moment: datetime, soft: Problems) -> datetime:
    """When it happened. No clock that runs ahead keeps a call from a screen; a call of last week is none of today's."""
    if at.tzinfo is None:
        raise Invalid(fields={"at": "Give the time with its zone."})
    if at < moment - _BEHIND:
        raise Invalid(fields={"at": "This time is more than seven days ago."})
    if at > moment + _AHEAD:
        soft.add("at", "This time is in the future: taken as now. Check the telephony system's clock.")
        return moment
    return at


def _handed_over(at: datetime | None, moment: datetime, soft: Problems) -> datetime | None:
    if at is None or (at.tzinfo is not None and moment - _BEHIND <= at <= moment + _AHEAD):
        return at
    soft.add("connected_by_bt_at", "This time cannot be: it is left out. Check the telephony system's clock.")
    return None


def _canonical(told: Told) -> str:
    return json.dumps(asdict(told), sort_keys=True, default=str)


def _locked(actor: Actor, told: Told, moment: datetime) -> Contact:
    """The call's row, made by whichever event came first, locked until the transaction ends, with its links."""
    assert actor.force_id is not None  # or check_tell_of_calls had raised
    calls = Contact.objects.visible_to(actor).filter(external_id=told.call_id)
    locked = calls.select_for_update(of=("self",)).prefetch_related("links__incident")
    found: Contact | None = locked.first()
    if found is None:
        fresh = Contact(force_id=actor.force_id, external_id=told.call_id, channel=told.channel, recorded_at=moment)
        Contact.objects.bulk_create([fresh], ignore_conflicts=True)
        found = locked.get()
    return found


def _columns(contact: Contact) -> dict[str, Any]:
    return {field.attname: getattr(contact, field.attname) for field in Contact._meta.concrete_fields}


def _events(contact: Contact) -> dict[str, CallEvent]:
    """What was told of the call before, by the system's own ids."""
    return {event.event_id: event for event in CallEvent.objects.filter(contact=contact)}


def _learn(
    actor: Actor, contact: Contact, checked: _Checked, earlier: list[CallEvent], moment: datetime,
    warnings: dict[str, str],
) -> None:  # fmt: skip
    told = checked.told
    contact.silent_55 = contact.silent_55 or told.silent_55
    contact.cli_withheld = contact.cli_withheld or told.cli_withheld
    contact.cli = checked.cli or contact.cli
    contact.line = checked.line or contact.line
    contact.alarm_urn = checked.alarm_urn or contact.alarm_urn
    contact.connected_by_bt_at = told.connected_by_bt_at or contact.connected_by_bt_at
    if checked.eisec is not None:
        keep_eisec(actor, contact, checked.eisec, moment)
    if checked.aml is not None or checked.aml_problem:
        fix = (
            keep_aml(actor, contact, checked.aml, moment)
            if checked.aml is not None
            else keep_unread_aml(contact, told.aml, checked.aml_problem, moment)
        )
        if fix.warning:
            warnings["aml"] = fix.warning
    match told.event:
        case CallEventKind.RINGING:
            contact.channel = told.channel
            contact.ring_start = min(filter(None, [contact.ring_start, told.at]))
        case CallEventKind.ANSWERED:
            _answered(contact, checked, earlier, warnings)
        case CallEventKind.ENDED:
            # Only what was told counts: a call that was given up had its end from us (rang_off.give_up_calls).
            contact.ended_at = max([told.at, *(one.at for one in earlier if one.kind == CallEventKind.ENDED)])
            contact.abandoned = contact.abandoned or contact.answered_at is None


def _answered(contact: Contact, checked: _Checked, earlier: list[CallEvent], warnings: dict[str, str]) -> None:
    """The first answer counts for the service level, the last one says who has the call now."""
    told = checked.told
    if not any(other.kind == CallEventKind.ANSWERED and other.at > told.at for other in earlier):
        contact.position = checked.position or contact.position
        user = User.objects.filter(
            force_id=contact.force_id, collar_number=told.collar_number, is_active=True
        ).first() if told.collar_number else None  # fmt: skip
        if user is None and told.collar_number:
            warnings["collar_number"] = "Nobody of this force has that collar number."
        if user is None and checked.position:
            _came_to(contact, checked.position, warnings)
        else:
            contact.answered_by = user or contact.answered_by
    contact.answered_at = min(filter(None, [contact.answered_at, told.at]))
    contact.abandoned = False
    if not any(other.kind == CallEventKind.ENDED for other in earlier):
        contact.ended_at = None  # it was given up, and goes on after all


def _came_to(contact: Contact, position: str, warnings: dict[str, str]) -> None:
    """Only the position is known: it is with whoever sits there; of several, with the first who takes it."""
    people = people_at(contact.force_id, position)
    if not people:
        warnings["position"] = "Nobody who takes calls is signed in at that position."
    elif contact.answered_by not in people:
        contact.answered_by = people[0] if len(people) == 1 else None


def _follow_up(actor: Actor, contact: Contact, checked: _Checked, *, late: bool) -> list[uuid.UUID]:
    """What the event means for incidents: a record for a call that rang off, the fix for those it is linked to.
    `late`: it was taken for over when this first came. Returns which incidents the call is about."""
    system = Actor.system(contact.force_id)
    links = list(contact.links.all())
    over = contact.ended_at is not None and contact.dismissed_at is None and not links
    if over and checked.told.event == CallEventKind.ENDED and contact.channel in EMERGENCY_CHANNELS:
        say_lost(contact)
    if over and (contact.silent_55 or (checked.told.event == CallEventKind.ENDED and contact.abandoned)):
        return open_record(system, contact)
    for link in links:
        if checked.aml is not None or checked.eisec is not None:
            use_best_fix(system, contact, link.incident)
        if not is_record(link):
            continue
        if contact.cli and not link.incident.caller_number:
            _number_came_late(system, contact, link.incident_id)
        if late:
            _came_after_all(system, contact, link.incident_id, checked.told)
    return [link.incident_id for link in links]


def _number_came_late(system: Actor, contact: Contact, incident_id: uuid.UUID) -> None:
    """The end was told before the ring: the record says "ring back", so it has to have the number."""
    incident = lock_incident(system, incident_id)
    incident.caller_number, incident.caller_number_withheld = contact.cli, contact.cli_withheld
    incident.version += 1
    incident.save(update_fields=["caller_number", "caller_number_withheld", "version"])
    withheld = ", withheld by the caller" if contact.cli_withheld else ""
    text = f"Number of the line: {readable_phone(contact.cli)}{withheld}. The news came late."
    write_entry(system, incident, type=LogType.CALL, text=text)
    announce_change(incident)


def _came_after_all(system: Actor, contact: Contact, incident_id: uuid.UUID, told: Told) -> None:
    """What a record that opened by itself did not know: that somebody answered, or when the caller rang off."""
    if told.event == CallEventKind.ANSWERED:
        text = "Answered after all: the news came late."
    elif told.event == CallEventKind.ENDED:
        text = f"End of the call: {localtime(told.at):%H:%M:%S}. The news came late."
    else:
        return
    write_entry(system, lock_incident(system, incident_id), type=LogType.CALL, text=text)


def _announce(contact: Contact, what: str, about: list[uuid.UUID], *, also: int | None) -> None:
    people = people_of(contact) | ({also} - {None})
    topics = [person_topic(user_id) for user_id in people] + [incident_topic(incident_id) for incident_id in about]
    if topics:
        publish(CallChanged(contact=contact.pk, what=what), *topics)
