"""Contacts that a call handler takes: with a new incident, or about one that is there already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, NotFound
from core.models import AuditAction
from core.realtime import publish
from incidents.events import CallChanged, incident_topic, person_topic
from incidents.models import Contact, ContactLink, Incident
from incidents.permissions import check_decide, check_open
from incidents.selectors.ids import as_client_key, as_uuid
from incidents.services.call_fixes import use_best_fix
from incidents.services.form_notes import FormNotes, checked_notes, missing_notes, write_notes
from incidents.services.intake import DESCRIPTION_LIMIT, OLDEST_RECEIPT, KeyUsed, open_incident
from incidents.services.locks import lock_incident
from incidents.services.log import write_entry
from incidents.services.phones import parse_phone, readable_phone
from incidents.services.problems import Problems
from incidents.services.seats import claim
from incidents.services.text import clean_text
from incidents.states import CallerRole, Channel, IncidentStatus, LogChannel, LogType

_RANG_OFF = UUID("4d6f1b0a-5f0f-4a3e-8f57-9a3df1f5a0c1")  # names the records that calls open by themselves
_MARGIN = timedelta(hours=1)


def dismiss_call(*, actor: Actor, contact_id: UUID | str, reason: str) -> Contact:
    """A call rang off and no incident comes of it: said by whoever answered it, or by a supervisor, with a reason.

    Raises NotFound, NotAllowed, Invalid (reason), Conflict (still on the line; an incident has it). Again changes
    nothing.
    """
    check_open(actor)
    why = clean_text(reason, field="reason", limit=300, required=True)
    with transaction.atomic():
        rows = Contact.objects.visible_to(actor).exclude(external_id="").select_for_update(of=("self",))
        contact: Contact | None = rows.filter(pk=as_uuid(contact_id)).first()
        if contact is None:
            raise NotFound()
        if contact.answered_by_id != actor.user_id:
            check_decide(actor)
        if contact.dismissed_at is not None:
            return contact
        if contact.ended_at is None:
            raise Conflict("This call is still on the line.", code="on_the_line")
        if contact.links.exists():
            raise Conflict("An incident has this call. Nothing is left to dismiss.", code="linked")
        contact.dismissed_at, contact.dismissed_by_label, contact.dismissed_why = now(), actor.label[:100], why
        contact.save(update_fields=["dismissed_at", "dismissed_by_label", "dismissed_why"])
        audit.record(actor, AuditAction.ALTER, f"incidents.contact:{contact.pk}", fields=["dismissed"])
        if contact.answered_by_id is not None:
            publish(CallChanged(contact=contact.pk, what="dismissed"), person_topic(contact.answered_by_id))
    return contact


@dataclass(frozen=True, kw_only=True)
class Caller:
    """What a handler took down about who is calling. `contact_id` is the call that the telephony system told of."""

    contact_id: UUID | str | None = None
    channel: str = Channel.C999
    number: str = ""
    name: str = ""
    callback_number: str = ""
    safe_number: str = ""
    alarm_urn: str = ""
    role: str = ""
    on_behalf_of: str = ""
    language: str = ""
    interpreter: bool = False
    anonymous_requested: bool = False
    willing_to_be_contacted: bool | None = None
    abandoned: bool = False
    silent_55: bool = False


def rang_off_key(contact_id: UUID) -> UUID:
    """The key of the record that a call which rang off opens by itself: one for each call."""
    return uuid5(_RANG_OFF, str(contact_id))


class RangOffMeanwhileError(Conflict):
    """The call was recorded by itself while its form stood open: a second incident would be the same call twice."""

    code = "rang_off"

    def __init__(self, incident: Incident) -> None:
        super().__init__(
            f"This call rang off and opened {incident.reference} by itself. What you typed is kept here: attach it to "
            f"{incident.serial} under Same incident?, or F8."
        )
        self.incident = incident


def open_from_contact(*, actor: Actor, caller: Caller, **intake: Any) -> Incident:
    """`open_incident` with its contact, in one transaction: both are there or neither.

    The same `client_key` with the same contents opens once and adds once. Raises what `open_incident` does, and
    NotFound for a call that is not there; what is wrong with either is told at once.
    """
    check_open(actor)
    problems, nothing = Problems(), dict[str, Any]()
    told = problems.take(lambda: _checked(caller), nothing)
    with transaction.atomic():
        contact = _locked_contact(actor, caller.contact_id)
        key = as_client_key(intake.get("client_key"))
        if contact is not None:
            _stop_if_recorded(contact, key)
            intake |= _told_by_the_line(contact, told.get("number", ""))
        none: Incident | None = None
        incident = problems.take(lambda: open_incident(actor=actor, **intake), none)
        problems.stop_here()
        assert incident is not None  # or stop_here had raised
        if contact is None:
            contact = _contact_of_key(actor, incident, key)
        _write(actor, contact, told, incident)
        if _link(actor, contact, incident) and contact.alarm_urn:
            text = f"Alarm URN {contact.alarm_urn}."
            write_entry(actor, incident, type=LogType.CALL, text=text, channel=LogChannel.TYPED)
        use_best_fix(actor, contact, incident)
    return incident


def attach_contact(
    *,
    actor: Actor,
    incident_id: UUID | str,
    caller: Caller,
    words: str = "",
    notes: FormNotes | None = None,
    client_key: UUID | str | None = None,
) -> Contact:
    """This call is about an incident that is open already: link it and say so in its log. Never done by itself.

    `notes` is what else stood on the form: all of it goes to the log, and changes nothing of the incident. The same
    `client_key` with the same contents, or the same call, is attached once; new words about it are added. Raises
    NotAllowed, NotFound, Invalid, Conflict, and KeyUsed when the key comes with other contents.
    """
    check_open(actor)
    key = as_client_key(client_key)
    told = _checked(caller)
    noted = checked_notes(actor, words, notes or FormNotes(), limit=DESCRIPTION_LIMIT)
    with transaction.atomic():
        contact = _locked_contact(actor, caller.contact_id)
        incident = lock_incident(actor, incident_id)
        if contact is None:
            contact = _contact_of_key(actor, incident, key)
        _write(actor, contact, told, incident)
        new = _link(actor, contact, incident)
        who = f"caller {_number(incident, contact)}"
        if new:
            _log_caller(actor, incident, contact, told, who)
            audit.record(actor, AuditAction.ALTER, f"incidents.contact:{contact.pk}", incident=str(incident.pk))
        else:
            noted = missing_notes(incident, noted, who)
            if contact.client_key is not None and any((noted.words, noted.place, noted.rest)):
                raise KeyUsed(incident)
        use_best_fix(actor, contact, incident)  # before the place in words: a point counts for more
        write_notes(actor, incident, noted, who)
    return contact


def _checked(caller: Caller) -> dict[str, Any]:
    """The contact's own fields, each clean. Raises Invalid naming every field that needs another value."""
    problems = Problems()

    def number(field: str, raw: str) -> str:
        return problems.take(lambda: parse_phone(raw, field=field) if raw.strip() else "", "")

    def words(field: str, raw: str, limit: int) -> str:
        return problems.take(lambda: clean_text(raw, field=field, limit=limit), "")

    if caller.channel not in Channel.values:
        problems.add("channel", "Choose how the contact came in.")
    if caller.role and caller.role not in CallerRole.values:
        problems.add("caller_role", "Choose what the caller is to this.")
    told = {
        "channel": caller.channel,
        "number": number("caller_number", caller.number),
        "name": words("caller_name", caller.name, 100),
        "callback_number": number("callback_number", caller.callback_number),
        "safe_number": number("safe_number", caller.safe_number),
        "alarm_urn": words("alarm_urn", caller.alarm_urn, 20),
        "role": caller.role,
        "on_behalf_of": words("on_behalf_of", caller.on_behalf_of, 100),
        "language": words("language", caller.language, 40),
    }
    problems.stop_here()
    flags = ("interpreter", "anonymous_requested", "willing_to_be_contacted", "abandoned", "silent_55")
    return {**told, **{flag: getattr(caller, flag) for flag in flags}}


def _locked_contact(actor: Actor, contact_id: UUID | str | None) -> Contact | None:
    if not contact_id:
        return None
    rows = Contact.objects.visible_to(actor).select_for_update(of=("self",))
    contact: Contact | None = rows.filter(pk=as_uuid(contact_id)).first()
    if contact is None:
        raise NotFound()
    claim(actor, contact)
    return contact


def _told_by_the_line(contact: Contact, number: str) -> dict[str, Any]:
    """What the form has no say in: from when the call is counted, and that its caller withheld the number."""
    if not contact.external_id:
        return {}
    came = max(contact.came_at, now() - OLDEST_RECEIPT + _MARGIN)
    return {"received_at": came, "caller_number_withheld": contact.cli_withheld and number == contact.cli}


def _stop_if_recorded(contact: Contact, key: UUID | None) -> None:
    """Not for a form that was taken before: sent again, it is the same incident."""
    recorded = contact.links.filter(incident__client_key=rang_off_key(contact.pk), incident__status=IncidentStatus.OPEN)
    link = recorded.select_related("incident__force").first()
    if link is None or (key is not None and contact.links.filter(incident__client_key=key).exists()):
        return
    raise RangOffMeanwhileError(link.incident)


def _contact_of_key(actor: Actor, incident: Incident, key: UUID | None) -> Contact:
    """The contact that this form made before, else a new one: somebody typed it, no telephony system told of it."""
    if key is not None:
        earlier: Contact | None = Contact.objects.visible_to(actor).filter(client_key=key).first()
        if earlier is not None:
            if not earlier.links.filter(incident=incident).exists():
                raise Conflict(
                    "This call was already attached elsewhere. What you typed is kept: send it again.", code="key_used"
                )
            return earlier
    moment = now()
    return Contact(
        force_id=incident.force_id, client_key=key, recorded_at=moment, answered_by_id=actor.user_id,
        answered_at=moment if actor.user_id else None,
    )  # fmt: skip


def _write(actor: Actor, contact: Contact, told: dict[str, Any], incident: Incident) -> None:
    """What was typed. The line's own facts (CLI, EISEC, times) stay as the telephony system told them."""
    if contact.pk and not contact._state.adding and contact.client_key is not None:
        if any(getattr(contact, "cli" if name == "number" else name) != value for name, value in told.items()):
            raise KeyUsed(incident)
        return  # sent twice
    given = dict(told)
    number = given.pop("number")
    if contact.external_id:
        given.pop("channel")
        if number and number != contact.cli:
            given["callback_number"] = given["callback_number"] or number
    else:
        contact.cli = number
    for name, value in given.items():
        if value not in ("", None, False):
            setattr(contact, name, value)
    contact.save()


def _link(actor: Actor, contact: Contact, incident: Incident) -> bool:
    """False when it was linked before."""
    if contact.links.filter(incident=incident).exists():
        return False
    ContactLink.objects.create(
        force_id=incident.force_id, contact=contact, incident=incident, at=now(), by_label=actor.label[:100]
    )
    publish(CallChanged(contact=contact.pk, what="linked"), incident_topic(incident.pk))
    return True


def _number(incident: Incident, contact: Contact) -> int:
    """Which of the incident's callers: it stays the same when another rings."""
    return int(incident.contact_links.filter(at__lte=contact.links.get(incident=incident).at).count())


def _log_caller(actor: Actor, incident: Incident, contact: Contact, told: dict[str, Any], who: str) -> None:
    role = f", {CallerRole(contact.role).label.lower()}" if contact.role else ""
    phone = readable_phone(told["number"] or contact.number) or "number not given"
    name = told["name"] or contact.name or "Name not given"
    urn = f" Alarm URN {contact.alarm_urn}." if contact.alarm_urn else ""
    text = f"{who.capitalize()}: {name}{role}, {phone}. {Channel(contact.channel).label} contact, attached here.{urn}"
    write_entry(actor, incident, type=LogType.CALL, text=text, channel=LogChannel.TYPED)
