"""The guest's door: the link asks for a code, the code opens one browser.

A look at the link (GET) spends nothing. A code goes to the verified address only, works in the browser that asked for
it, for ten minutes, five tries, once. Unknown, ended and withdrawn links get one and the same answer.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Invalid, NotFound, TooMany
from core.models import AuditAction
from streaming.models import MOST_TRIES, GuestCode, GuestLink, GuestSession
from streaming.services import guest_messages, guests, rates
from streaming.states import GuestState
from streaming.tokens import digest, looks_like_browser_secret, looks_like_token, new_browser_secret

COOKIE = "sl_guest"  # sent below the link's own address only
CODE_MINUTES = 10
CODE_DIGITS = 8
CODES_AT_ONCE = 3  # in CODE_MINUTES, of one link
MOST_CODES = 12  # of one link, ever: 60 tries at 100 million codes
ENDED = "This link has ended, or it was never there. Ask the police control room for a new one."
WRONG = "That is not the code that was sent to you for this browser. Ask for a new code."

Ended = Literal["revoked", "expired", "closed", "left"]


@dataclass(frozen=True)
class Opened:
    """`secret` goes into the browser's cookie and is kept nowhere else."""

    session: GuestSession
    secret: str


def read_link(token: str, *, ip: str) -> GuestLink:
    """The open link of a token. Spends nothing. Raises NotFound (unknown, ended, withdrawn alike), TooMany."""
    rates.check_guessing(ip)
    link = _find(token)
    if link is None:
        rates.count_miss(ip)
        raise NotFound(ENDED)
    if link.is_over or link.expires_at <= now():
        raise NotFound(ENDED)
    return link


def ask_code(*, token: str, ip: str, device: str = "") -> str:
    """Send a new code to the link's address; the one before is void. Returns the asking browser's secret.

    Raises NotFound, TooMany.
    """
    found = read_link(token, ip=ip)
    secret, code = new_browser_secret(), f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    with transaction.atomic():
        link = _lock(found)
        moment = now()
        _check_codes(link)
        link.codes.filter(used_at__isnull=True, void_at__isnull=True).update(void_at=moment)
        row = GuestCode(
            force_id=link.force_id, link=link, browser_hash=digest(secret), created_at=moment,
            expires_at=moment + timedelta(minutes=CODE_MINUTES),
        )  # fmt: skip
        row.code_hash = _hash(row, code)
        row.save(force_insert=True)
        _record(_actor(link, ip, device), link, AuditAction.PERMISSION, "One-time code sent")
        guests.move(link, GuestState.CODE_SENT)
        guest_messages.queue_code(link, code, CODE_MINUTES)
    return secret


def enter_code(*, token: str, code: str, browser_secret: str, ip: str, device: str = "") -> Opened:
    """Open this browser with a code. Raises NotFound, Invalid(code), TooMany."""
    found = read_link(token, ip=ip)
    digits = "".join(char for char in code[:40] if char.isascii() and char.isdigit())
    with transaction.atomic():
        link = _lock(found)
        opened = _try(link, digits, browser_secret, ip, device)
    if isinstance(opened, str):  # after the commit: the try that failed stays counted
        raise Invalid(fields={"code": opened})
    return opened


def guest_of(token: str, secret: str) -> GuestSession | None:
    """The session of a browser whose link is open at this moment. One query, no counting, no exception."""
    if not (looks_like_token(token) and looks_like_browser_secret(secret)):
        return None
    moment = now()
    rows = GuestSession.objects.select_related("link__force")
    session: GuestSession | None = rows.filter(
        secret_hash=digest(secret),
        link__token_hash=digest(token),
        link__closed_at__isnull=True,
        link__expires_at__gt=moment,
        ended_at__isnull=True,
    ).first()
    return session


def why_ended(token: str, secret: str) -> Ended | None:
    """For the browser that had been let in, and for nobody else: why it is not any more."""
    if not (looks_like_token(token) and looks_like_browser_secret(secret)):
        return None
    rows = GuestSession.objects.select_related("link")
    session = rows.filter(secret_hash=digest(secret), link__token_hash=digest(token)).first()
    if session is None:
        return None
    if session.link.state == GuestState.REVOKED:
        return "revoked"
    if session.link.ended_early:
        return "closed"
    return "expired" if session.link.is_over or session.link.expires_at <= now() else "left"


def leave(*, token: str, secret: str) -> None:
    """The guest closes this browser. Idempotent."""
    session = guest_of(token, secret)
    if session is None:
        return
    with transaction.atomic():
        GuestSession.objects.filter(pk=session.pk, ended_at__isnull=True).update(ended_at=now())
        _record(_actor(session.link, "", ""), session.link, AuditAction.PERMISSION, "Guest left")


# --- inside ---------------------------------------------------------------------------------------------------------


def _find(token: str) -> GuestLink | None:
    if not looks_like_token(token):
        return None
    found: GuestLink | None = GuestLink.objects.select_related("force").filter(token_hash=digest(token)).first()
    return found


def _lock(found: GuestLink) -> GuestLink:
    """The link, locked, still open. Raises NotFound."""
    link: GuestLink = GuestLink.objects.select_for_update(of=("self",)).select_related("force").get(pk=found.pk)
    if link.is_over or link.expires_at <= now():
        raise NotFound(ENDED)
    return link


def _check_codes(link: GuestLink) -> None:
    sent = link.codes.order_by("-created_at")
    if sent.count() >= MOST_CODES:
        raise TooMany("Too many codes were sent for this link. Ask the police control room for a new link.")
    since = now() - timedelta(minutes=CODE_MINUTES)
    recent = list(sent.filter(created_at__gt=since).values_list("created_at", flat=True))
    if len(recent) >= CODES_AT_ONCE:
        wait = int((recent[CODES_AT_ONCE - 1] - since).total_seconds()) + 1
        raise TooMany(f"A code was sent {len(recent)} times. Wait {wait // 60 + 1} minutes.", retry_after=wait)


def _try(link: GuestLink, digits: str, browser_secret: str, ip: str, device: str) -> Opened | str:
    """One try at the live code, counted whatever comes of it. The words of the refusal, or the open session."""
    moment, actor = now(), _actor(link, ip, device)
    row = link.codes.filter(used_at__isnull=True, void_at__isnull=True, expires_at__gt=moment).first()
    browser = digest(browser_secret) if looks_like_browser_secret(browser_secret) else ""
    # Compared also when there is nothing to compare with: the answer takes as long.
    right = constant_time_compare(_hash(row or GuestCode(), digits), row.code_hash if row else "")
    same_browser = constant_time_compare(browser, row.browser_hash if row else "-")
    if row is None or not same_browser or len(digits) != CODE_DIGITS or not right:
        _record(actor, link, AuditAction.LOGIN_FAIL, "Wrong one-time code")
        return _count_try(row) if row is not None and same_browser else WRONG
    row.used_at = moment
    row.save(update_fields=["used_at"])
    secret = new_browser_secret()
    session = GuestSession.objects.create(
        force_id=link.force_id, link=link, code=row, secret_hash=digest(secret), opened_at=moment, last_seen_at=moment,
        device=device[:200],
    )  # fmt: skip
    _record(actor, link, AuditAction.LOGIN, "One-time code accepted")
    guests.move(link, GuestState.OPEN)
    return Opened(session=session, secret=secret)


def _count_try(row: GuestCode) -> str:
    row.tries += 1
    if row.tries >= MOST_TRIES:
        row.void_at = now()
    row.save(update_fields=["tries", "void_at"])
    left = MOST_TRIES - row.tries
    return f"That is not the code. {left} more {'try' if left == 1 else 'tries'}." if left else WRONG


def _hash(row: GuestCode, digits: str) -> str:
    """Keyed with the server's secret and the row: a copy of the database does not tell eight digits."""
    return salted_hmac("streaming.guest.code", f"{row.pk}:{digits}", algorithm="sha256").hexdigest()


def _actor(link: GuestLink, ip: str, device: str) -> Actor:
    return Actor.guest(link.force_id, link.pk, link.label, ip=ip, device=device[:200])


def _record(actor: Actor, link: GuestLink, action: AuditAction, purpose: str) -> None:
    audit.record(
        actor,
        action,
        f"streaming.guestlink:{link.pk}",
        purpose=purpose,
        incident=str(link.incident_id),
        recipient=link.label,
    )
