"""What a guest does once in: watch, be counted, write a line into the log; and how their pictures end."""

from __future__ import annotations

from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import QuerySet

from core.actors import Actor
from core.clock import now
from core.errors import Conflict, NotFound
from core.limits import Limit, spend
from core.outbox import Retry
from incidents.services import append_log, clean_text
from incidents.states import LogChannel, LogType
from streaming.contracts import EngineError
from streaming.gateway import call_sync, get_gateway, mint_ticket
from streaming.models import GuestLink, GuestSession, VideoSession, Viewing
from streaming.selectors.guests import sessions_of
from streaming.services import guest_films, guests, viewing

log = structlog.get_logger(__name__)

LINE_LIMIT = 500
LINES = Limit("guest-line", most=6, seconds=60)  # of one link
LOOKS = Limit("guest-look", most=240, seconds=60)  # requests of one browser: pages, states and ranges of film


def actor_of(session: GuestSession, *, ip: str = "", device: str = "") -> Actor:
    link = session.link
    return Actor.guest(link.force_id, link.pk, link.label, ip=ip, device=device[:200])


def is_open(session_id: UUID) -> bool:
    """Whether this browser may go on watching at this moment."""
    rows = GuestSession.objects.filter(pk=session_id, ended_at__isnull=True, link__closed_at__isnull=True)
    return rows.filter(link__expires_at__gt=now()).exists()


def start(*, actor: Actor, guest: GuestSession, session_id: UUID, peer_id: str) -> Viewing:
    """Open a picture of the link's incident. Raises NotFound (another incident's, not shared), Conflict("ended")."""
    session = _watchable(guest, session_id)
    with transaction.atomic():
        opened = viewing.start_guest_viewing(actor=actor, session=session, guest=guest, peer_id=peer_id)
        _seen(guest)
    return opened


def stop(*, actor: Actor, viewing_id: UUID) -> None:
    """End a guest's viewing, and tell the desk. Idempotent."""
    with transaction.atomic():
        viewing.stop_viewing(actor=actor, viewing_id=viewing_id)
        found = Viewing.objects.select_related("guest__link").filter(pk=viewing_id).first()
        if found is not None and found.guest is not None:
            _seen(found.guest)


def ticket(*, guest: GuestSession, session_id: UUID, peer_id: str) -> str:
    """A ticket for the peer of an open viewing; it dies with the link, and opens only pictures that bear
    the guest's name. Raises NotFound, Conflict("ended")."""
    _watchable(guest, session_id)
    if not is_open(guest.pk) or not Viewing.objects.filter(guest=guest, peer_id=peer_id, ended_at=None).exists():
        raise NotFound()
    link = guest.link
    until, code = link.expires_at.timestamp(), guest_films.code_of(link)
    return mint_ticket(session_id, peer_id, "viewer", until=until, label=link.label, code=code)


def look(guest: GuestSession) -> None:
    """The guest's page is open. Raises TooMany."""
    spend(LOOKS, str(guest.pk))
    GuestSession.objects.filter(pk=guest.pk).update(last_seen_at=now())


def post_line(*, actor: Actor, guest: GuestSession, text: str, key: UUID) -> None:
    """A partner's line in the incident's log. The same key is written once. Raises Invalid, TooMany."""
    words = clean_text(text, field="text", limit=LINE_LIMIT, required=True, lines=True)
    spend(LINES, str(guest.link_id))
    append_log(
        actor=actor,
        incident_id=guest.link.incident_id,
        type=LogType.TRANSFER,
        channel=LogChannel.PARTNER,
        text=words,
        client_key=key,
    )


def close_at_engine(link_id: UUID, attempt: int = 1) -> None:
    """Outbox work "guest.close": drop the films and hang up every picture of a link that is over.

    Raises Retry without an engine."""
    guest_films.forget(link_id)
    for found in _open_ones().filter(guest__link_id=link_id):
        try:
            _hang_up(found)
        except EngineError as error:
            raise Retry(after=2 if attempt <= 30 else 30, reason=error.code) from error


def sweep() -> int:
    """Every few seconds: end links whose time is over, and pictures that outlived their link. Returns how many."""
    ended = guests.expire_due()
    for found in _open_ones():
        if found.guest_id is None or is_open(found.guest_id):
            continue
        try:
            _hang_up(found)
            ended += 1
        except EngineError as error:
            log.warning("guest.not_closed", session=str(found.session_id), code=error.code)
    guests.forget_old()
    guest_films.sweep()
    return ended


def _open_ones() -> QuerySet[Viewing]:
    rows: QuerySet[Viewing] = Viewing.objects.filter(guest__isnull=False, ended_at__isnull=True)
    return rows.select_related("guest__link", "session")


def _hang_up(found: Viewing) -> None:
    """Hang up first: a viewing is over when nothing is sent any more."""
    call_sync(get_gateway().close_peer(found.session_id, found.peer_id))
    if found.guest is not None:
        stop(actor=actor_of(found.guest), viewing_id=found.pk)


def _watchable(guest: GuestSession, session_id: UUID) -> VideoSession:
    rows = sessions_of(guest.link).filter(pk=session_id)
    session: VideoSession | None = rows.first() if is_open(guest.pk) else None
    if session is None:
        raise NotFound()
    if session.ended:
        raise Conflict("The video session has ended.", code="ended")
    return session


def _seen(guest: GuestSession) -> None:
    link = GuestLink.objects.select_for_update(of=("self",)).get(pk=guest.link_id)
    link.last_look_at = now()
    link.version += 1
    link.save(update_fields=["last_look_at", "version"])
    guests.announce(link)
