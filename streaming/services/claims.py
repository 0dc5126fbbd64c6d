"""The one-time link as the caller's browser sees it: look (never spends), claim by a tap (once), come back.

Unknown, expired, withdrawn and ended links give one and the same answer. Only lookups of tokens that never were count
as guesses. The claim is a conditional UPDATE: of any number of browsers at the same moment exactly one wins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models import F

from core.actors import Actor
from core.audit import record
from core.clock import now
from core.errors import Conflict, Gone, Invalid, NotFound
from core.models import AuditAction
from incidents.services import append_log
from incidents.states import LogChannel, LogType
from streaming.models import LinkToken, NoticeAcceptance, VideoSession
from streaming.services.progress import advance, announce_link, lock_session
from streaming.services.rates import check_guessing, count_miss
from streaming.states import SessionState
from streaming.tokens import digest, looks_like_browser_secret, looks_like_token, new_browser_secret

LINK_ENDED = "This link has ended."
IN_USE = "This link is already in use on another phone or browser."
_HASH = re.compile(r"[0-9a-f]{64}")

Holder = Literal["nobody", "this_browser", "another_browser"]


@dataclass(frozen=True)
class LinkView:
    """What the page may say before the tap. `trust_code` is "" for a browser that does not hold a claimed link."""

    session_id: UUID
    force_name: str
    holder: Holder
    trust_code: str
    mode: str  # states.SessionMode
    locale: str
    expires_at: datetime
    covert: bool = False


@dataclass(frozen=True)
class Claim:
    """`secret` goes into the browser's cookie and is kept nowhere else. `resumed`: the same browser came back."""

    session: VideoSession
    secret: str
    resumed: bool


def read_link(token: str, *, ip: str, browser_secret: str | None = None) -> LinkView:
    """What GET and HEAD show. Spends nothing, however often and by whomever; counts fetches.

    Raises NotFound (the same for unknown, expired, withdrawn and ended) and TooMany(retry_after).
    """
    link = _find(token, ip, (browser_secret,))
    moment = now()
    if link is None or not _live(link, moment):
        raise NotFound(LINK_ENDED)
    holder = _holder(link, browser_secret)
    if holder == "nobody":
        _count_fetch(link, moment)
    return LinkView(
        session_id=link.session_id,
        force_name=link.force.name,
        holder=holder,
        trust_code="" if holder == "another_browser" else link.session.trust_code,
        mode=link.session.mode,
        locale=link.session.locale,
        expires_at=link.expires_at,
        covert=link.session.covert,
    )


def claim_link(
    *,
    token: str,
    browser_secret: str | None,
    notice_hash: str,
    ip: str,
    ua: str = "",
    locale: str = "",
    offered_secret: str = "",
) -> Claim:
    """Bind the link to the browser whose user just tapped, and log the notice they accepted.

    `offered_secret` is the one the page was rendered with: an answer lost on a bad network does not lock the caller
    out, because the same page may ask again. The browser that holds the link resumes. Raises Conflict("in_use") for
    any other, Gone("link_ended") for a link that is unknown or over, Invalid (notice_hash), TooMany(retry_after).
    """
    if not _HASH.fullmatch(notice_hash):
        raise Invalid(fields={"notice_hash": "Open the page again, then tap the button."})
    link = _find(token, ip, (browser_secret, offered_secret))
    if link is None:
        raise _ended()
    secret, agent = _fresh_secret(offered_secret), _printable(ua)
    with transaction.atomic():
        session = lock_session(link.session_id)
        moment = now()
        won = (
            LinkToken.objects.live_at(moment)
            .filter(pk=link.pk, claim_hash="")
            .update(claim_hash=digest(secret), claimed_at=moment, sealed_token="")
        )
        link.refresh_from_db()
        if not won:
            secret = _resume(link, (browser_secret, offered_secret), moment)
        actor = Actor.caller(link.force_id, session.pk, ip=ip, device=agent)
        if _accept_notice(link, notice_hash, locale, agent, moment):
            record(
                actor,
                AuditAction.COLLECT,
                f"streaming.linktoken:{link.pk}",
                purpose=f"Notice accepted, version {notice_hash[:12]}",
                incident=str(session.incident_id),
            )
        if won:
            _opened(session, link)
    return Claim(session=session, secret=secret, resumed=not won)


def session_of_browser(secret: str, session_id: UUID | None = None) -> VideoSession | None:
    """The session this browser may be in right now; None when it holds no link or that link is over.

    With `session_id`, only that session. For WebSocket sign-in: no exception, no counting, one query.
    """
    if not looks_like_browser_secret(secret):
        return None
    links = LinkToken.objects.live_at(now()).filter(claim_hash=digest(secret))
    if session_id is not None:
        links = links.filter(session_id=session_id)
    link = links.select_related("session__incident", "session__force").first()
    return link.session if link else None


def _find(token: str, ip: str, secrets: tuple[str | None, ...]) -> LinkToken | None:
    """The link of a token, whatever its state. Counts a miss; raises TooMany after too many of them.

    The browser that holds the link is never stopped: thousands of phones share one address of a mobile network, and
    one of them that guesses must not cut a caller off in the middle of a call.
    """
    if not _held_by(token, secrets):
        check_guessing(ip)
    link: LinkToken | None = None
    if looks_like_token(token):
        link = LinkToken.objects.select_related("session", "force").filter(token_hash=digest(token)).first()
    if link is None:
        count_miss(ip)
    return link


def _held_by(token: str, secrets: tuple[str | None, ...]) -> bool:
    if not looks_like_token(token):
        return False
    hashes = [digest(secret) for secret in secrets if secret and looks_like_browser_secret(secret)]
    return bool(hashes) and LinkToken.objects.filter(token_hash=digest(token), claim_hash__in=hashes).exists()


def _live(link: LinkToken, moment: datetime) -> bool:
    return link.closed_at is None and link.expires_at > moment and not link.session.ended


def _holder(link: LinkToken, browser_secret: str | None) -> Holder:
    if not link.claim_hash:
        return "nobody"
    return "this_browser" if browser_secret and digest(browser_secret) == link.claim_hash else "another_browser"


def _count_fetch(link: LinkToken, moment: datetime) -> None:
    with transaction.atomic():
        first = LinkToken.objects.filter(pk=link.pk, fetched_at__isnull=True).update(fetched_at=moment)
        LinkToken.objects.filter(pk=link.pk).update(fetch_count=F("fetch_count") + 1)
        if first:
            announce_link(link.session, link, "fetched")


def _fresh_secret(offered: str) -> str:
    """The page's own secret when it is one and no link has it yet, else a new one."""
    if looks_like_browser_secret(offered) and not LinkToken.objects.filter(claim_hash=digest(offered)).exists():
        return offered
    return new_browser_secret()


def _resume(link: LinkToken, secrets: tuple[str | None, ...], moment: datetime) -> str:
    """The secret of the browser that already holds the link; raises for everybody else."""
    link.session.refresh_from_db()
    if not _live(link, moment):
        raise _ended()
    for secret in secrets:
        if _holder(link, secret) == "this_browser" and secret:
            return secret
    raise Conflict(IN_USE, code="in_use")


def _accept_notice(link: LinkToken, notice_hash: str, locale: str, agent: str, moment: datetime) -> bool:
    """Keep the acceptance of this version of the notice; False when it is kept already."""
    _, new = NoticeAcceptance.objects.get_or_create(
        link=link,
        notice_hash=notice_hash,
        defaults={
            "force_id": link.force_id,
            "locale": _printable(locale)[:16],
            "accepted_at": moment,
            "user_agent": agent,
        },
    )
    return new


def _printable(text: str) -> str:
    """What a browser says about itself, fit to be kept: at most 200 characters, none of them for control."""
    return "".join(char for char in text[:400] if char.isprintable())[:200]


def _opened(session: VideoSession, link: LinkToken) -> None:
    announce_link(session, link, "claimed")
    advance(session, SessionState.OPENED)
    append_log(
        actor=Actor.system(session.force_id),
        incident_id=session.incident_id,
        type=LogType.MEDIA,
        text="The caller opened the link and accepted the notice.",
        channel=LogChannel.SYSTEM,
    )


def _ended() -> Gone:
    return Gone(LINK_ENDED, code="link_ended")
