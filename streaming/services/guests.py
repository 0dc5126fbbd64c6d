"""Showing one incident to a partner's person: share, withdraw, end by the clock, forget.

The link alone opens nothing (`services.guest_codes`). What is shown ends for every open page within seconds: the pages
are told, a row makes the engine hang up, and a sweep looks after both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.limits import Limit, spend
from core.models import AuditAction
from core.outbox import enqueue
from core.realtime import publish
from evidence import selectors as evidence
from incidents.services import append_log, clean_text, parse_uk_mobile
from incidents.states import LogChannel, LogType
from streaming import sockets
from streaming.events import GuestChanged, incident_topic
from streaming.models import GuestCode, GuestFilm, GuestLink, GuestMessage, GuestRule, GuestSession, OutboxText, Viewing
from streaming.permissions import check_share, check_unshare
from streaming.services import guest_messages
from streaming.sms import mail
from streaming.states import AgencyKind, GuestChannel, GuestState, SharingBasis, SmsStatus, may_move_guest
from streaming.tokens import digest, new_token

LEAST_MINUTES = 5
#: Links of one person of the force in an hour: a slip of the hand must not text a whole agency.
SHARES = Limit("guest-share", most=30, seconds=3600)
#: The address of a link that is over is kept so long, for questions about a message that went astray.
KEEP_ADDRESS = timedelta(days=31)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the share form says, unchecked."""

    name: str
    agency: str
    agency_kind: str
    channel: str
    address: str
    confirmed: bool
    purpose: str
    basis: str
    minutes: int | None = None
    video: bool = True
    place: bool = False
    exhibits: list[UUID] = field(default_factory=list)


def rule_of(force_id: int) -> GuestRule:
    """The force's limits; the usual ones while it has set none."""
    return GuestRule.objects.filter(force_id=force_id).first() or GuestRule(force_id=force_id)


def share(*, actor: Actor, incident_id: UUID, wanted: Wanted) -> GuestLink:
    """Give a partner's person a link to this incident and send it. Nothing leaves before the commit.

    Raises NotAllowed, NotFound, Invalid, Conflict (closed, or shared with that address already), TooMany.
    """
    check_share(actor)
    if actor.user_id is None or actor.force_id is None:
        raise NotAllowed()
    told = _checked(wanted, rule_of(actor.force_id))
    spend(SHARES, str(actor.user_id))
    with transaction.atomic():
        films = _films(actor, incident_id, wanted.exhibits)
        if not (told.show_video or told.show_place or films):
            raise Invalid(fields={"video": "Choose what they may see: live video, place or a film."})
        entry = append_log(
            actor=actor, incident_id=incident_id, type=LogType.TRANSFER, channel=LogChannel.SYSTEM,
            text=_log_words(told, films, wanted.minutes or 0),
        )  # fmt: skip
        if not entry.incident.is_open:
            raise Conflict("This incident is closed. Open a new incident to share it.", code="closed")
        open_ones = GuestLink.objects.filter(incident_id=entry.incident_id, closed_at__isnull=True)
        if open_ones.filter(address=told.address).exists():
            raise Conflict("This incident is shared with that address already. Withdraw it first.", code="already_open")
        token = new_token()
        told.force_id, told.incident_id, told.token_hash = entry.force_id, entry.incident_id, digest(token)
        told.created_by_id, told.created_by_label = actor.user_id, actor.label[:80]
        told.save(force_insert=True)
        for exhibit_id, ref in films:
            GuestFilm.objects.create(force_id=told.force_id, link=told, exhibit_id=exhibit_id, ref=ref)
        _audit(actor, told, AuditAction.DISCLOSE, f"Shared: {told.purpose}", justification=told.basis)
        enqueue("guest.expire", {"link": str(told.pk)}, delay=told.expires_at - now())
        guest_messages.queue_link(told, token)
        announce(told)
    return told


def revoke(*, actor: Actor, link_id: UUID) -> GuestLink:
    """Withdraw a link at once, also while its guest watches. Doing it twice is doing it once.

    Raises NotFound (also for another force), NotAllowed.
    """
    with transaction.atomic():
        link = GuestLink.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=link_id).first()
        if link is None:
            check_share(actor)
            raise NotFound()
        check_unshare(actor, link.created_by_id)
        if not link.is_over:
            _close(actor, link, GuestState.REVOKED, "revoked", f"Access of {link.label} withdrawn.")
    found: GuestLink = link
    return found


def expire(link_id: UUID) -> bool:
    """Outbox work "guest.expire" and the sweep: end a link whose time is over. False when it is not, or no longer."""
    with transaction.atomic():
        rows = GuestLink.objects.select_for_update(of=("self",))
        link = rows.filter(pk=link_id, closed_at__isnull=True, expires_at__lte=now()).first()
        if link is None:
            return False
        words = f"Access of {link.label} ended: its time was over."
        _close(Actor.system(link.force_id), link, GuestState.ENDED, "expired", words)
    return True


def end_with_incident(incident_id: UUID, closed_at: datetime) -> int:
    """Outbox work "incident.closed": what was shared before the incident was closed ends, and stays ended.

    Each link in its own transaction, in the order of locks that withdrawing has. Opening the incident again brings none
    back; a link that was given after that is not of this closing. Idempotent.
    """
    rows = GuestLink.objects.filter(incident_id=incident_id, closed_at__isnull=True, created_at__lte=closed_at)
    return sum(_end_with_incident(link_id) for link_id in list(rows.values_list("pk", flat=True)))


def _end_with_incident(link_id: UUID) -> int:
    with transaction.atomic():
        link = GuestLink.objects.select_for_update(of=("self",)).filter(pk=link_id, closed_at__isnull=True).first()
        if link is None:
            return 0
        words = f"Access of {link.label} ended: the incident was closed."
        _close(Actor.system(link.force_id), link, GuestState.ENDED, "closed", words)
    return 1


def expire_due() -> int:
    due = GuestLink.objects.filter(closed_at__isnull=True, expires_at__lte=now()).values_list("pk", flat=True)
    return sum(expire(link_id) for link_id in list(due[:200]))


def forget_old() -> int:
    """Empty the addresses of links that have long been over. Who was shown what stays; how to reach them goes."""
    old = GuestLink.objects.filter(closed_at__lt=now() - KEEP_ADDRESS).exclude(address="")
    return sum(_forget(link_id) for link_id in list(old.values_list("pk", flat=True)[:200]))


def _forget(link_id: UUID) -> int:
    with transaction.atomic():
        link = GuestLink.objects.select_for_update(of=("self",)).exclude(address="").filter(pk=link_id).first()
        if link is None:
            return 0
        link.address = ""
        link.save(update_fields=["address"])
        _audit(Actor.system(link.force_id), link, AuditAction.ERASE, "Address of a guest link that is long over")
    return 1


def announce(link: GuestLink) -> None:
    """Tell the incident's pages what the row now says."""
    watching = Viewing.objects.filter(guest__link=link, ended_at__isnull=True).count()
    event = GuestChanged(
        link=link.pk, incident=link.incident_id, state=str(link.state), watching=watching, version=link.version
    )
    publish(event, incident_topic(link.incident_id))


def move(link: GuestLink, state: GuestState) -> bool:
    """Move a locked link by the table and announce it; False (and nothing changed) where the table does not allow."""
    if not may_move_guest(link.state, state):
        return False
    link.state = state
    link.version += 1
    link.save(update_fields=["state", "version", "closed_at", "closed_by_label"])
    announce(link)
    return True


# --- inside ---------------------------------------------------------------------------------------------------------


def _close(actor: Actor, link: GuestLink, state: GuestState, by: str, words: str) -> None:
    moment = now()
    link.closed_at, link.closed_by_label = moment, actor.label[:80]
    if not move(link, state):
        return
    GuestSession.objects.filter(link=link, ended_at__isnull=True).update(ended_at=moment)
    GuestCode.objects.filter(link=link, used_at__isnull=True, void_at__isnull=True).update(void_at=moment)
    waiting = GuestMessage.objects.filter(link=link, status__in=[SmsStatus.QUEUED, SmsStatus.SENDING])
    waiting.update(status=SmsStatus.CANCELLED, sealed="")
    OutboxText.objects.filter(guest_message__link=link).update(sealed="")
    append_log(actor=actor, incident_id=link.incident_id, type=LogType.TRANSFER, channel=LogChannel.SYSTEM, text=words)
    _audit(actor, link, AuditAction.PERMISSION, words)
    enqueue("guest.close", {"link": str(link.pk)})
    sockets.close_guest_after_commit(link.pk, by)


def _checked(wanted: Wanted, rule: GuestRule) -> GuestLink:
    """The link as the form wants it, not yet of an incident; Invalid names every field that is wrong."""
    wrong: dict[str, str] = {}
    texts: dict[str, str] = {}
    for name, limit in (("name", 40), ("agency", 38), ("purpose", 200)):
        try:
            texts[name] = clean_text(getattr(wanted, name), field=name, limit=limit, required=True)
        except Invalid as invalid:
            wrong |= invalid.fields
    try:
        address = _address(wanted.channel, wanted.address)
    except Invalid as invalid:
        address, wrong = "", wrong | invalid.fields
    if wanted.agency_kind not in AgencyKind.values:
        wrong["agency_kind"] = "Choose the agency from the list."
    if wanted.basis not in SharingBasis.values:
        wrong["basis"] = "Choose why the law lets you share this."
    if wanted.confirmed is not True:
        wrong["confirmed"] = "Read the address back to the partner's control room first."
    minutes = wanted.minutes or 0
    if not LEAST_MINUTES <= minutes <= rule.most_minutes:
        wrong["minutes"] = f"Choose {LEAST_MINUTES} to {rule.most_minutes} minutes."
    if wrong:
        raise Invalid(fields=wrong)
    moment = now()
    return GuestLink(
        name=texts["name"], agency=texts["agency"], purpose=texts["purpose"], agency_kind=wanted.agency_kind,
        basis=wanted.basis, channel=wanted.channel, address=address, show_video=wanted.video, show_place=wanted.place,
        created_at=moment, expires_at=moment + timedelta(minutes=minutes),
    )  # fmt: skip


def _address(channel: str, raw: str) -> str:
    if channel == GuestChannel.SMS:
        return parse_uk_mobile(raw, field="address")
    if channel != GuestChannel.EMAIL or not mail.is_on():
        raise Invalid(fields={"channel": "This system sends no e-mail. Use a mobile number."})
    address = raw.strip()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid(fields={"address": "Enter an e-mail address, for example j.smith@ambulance.nhs.uk."}) from error
    if len(address) > 254 or not address.isascii():
        raise Invalid(fields={"address": "Enter an e-mail address in plain letters."})
    return address.lower()


def _films(actor: Actor, incident_id: UUID, exhibit_ids: list[UUID]) -> list[tuple[UUID, str]]:
    """The chosen exhibits with their references: sealed, of this incident, and with a copy that plays."""
    if not exhibit_ids:
        return []
    playable = {found.pk: str(found.ref) for found in playable_films(actor, incident_id)}
    if not set(exhibit_ids) <= playable.keys():
        raise Invalid(fields={"exhibits": "A chosen film is not there or not sealed yet. Choose again."})
    return [(exhibit_id, playable[exhibit_id][:40]) for exhibit_id in dict.fromkeys(exhibit_ids)]


def playable_films(actor: Actor, incident_id: UUID) -> list[Any]:
    """Sealed exhibits of the incident that have a playback copy. Leaves evidence's own LIST entry."""
    found = evidence.incident_exhibits(actor, incident_id)
    return [one for one in found if one.is_sealed and any(_plays(copy) for copy in one.copies.all())]


def _plays(copy: Any) -> bool:
    return bool(copy.purpose == "view" and copy.mime.startswith("video/"))


def _log_words(link: GuestLink, films: list[tuple[UUID, str]], minutes: int) -> str:
    parts = [*(["live video"] if link.show_video else []), *(["place"] if link.show_place else [])]
    parts += [f"film {ref}" for _, ref in films]
    basis = SharingBasis(link.basis).label
    return f"Shared with {link.label} for {minutes} minutes: {', '.join(parts)}. Purpose: {link.purpose}. {basis}."


def _audit(actor: Actor, link: GuestLink, action: AuditAction, purpose: str, justification: str = "") -> None:
    audit.record(
        actor,
        action,
        f"streaming.guestlink:{link.pk}",
        purpose=purpose,
        incident=str(link.incident_id),
        recipient=link.label,
        justification=justification,
    )
