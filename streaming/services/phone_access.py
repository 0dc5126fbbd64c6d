"""Which browser may send which session's film, until when, and how fast. Everybody else is told one and the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core.actors import Actor
from core.clock import now
from core.errors import NotAllowed, TooMany
from core.limits import Limit, count
from streaming.models import CloseReason, LinkToken
from streaming.tokens import digest, looks_like_browser_secret

#: After the call the browser that held its link may go on sending for this long: as long as its cookie lives.
AFTER_THE_END = timedelta(hours=24)
#: Requests and bytes of one session in ten seconds. A page makes about two requests a second at its fastest.
REQUESTS = Limit("phone-asks", most=200, seconds=10)
BYTES = Limit("phone-bytes", most=64 * 1024 * 1024, seconds=10)
#: Ends that nobody chose: what the phone filmed after them, while it could not know, is still meant for us.
_NOBODYS_END = frozenset({"lost", "shutdown"})


@dataclass(frozen=True)
class Passage:
    """A browser at the door: who it is in the trail, and up to when it may have filmed (None: the call goes on)."""

    actor: Actor
    session_id: UUID
    until: datetime | None


def passage(secret: str, session_id: UUID, *, ip: str = "", device: str = "") -> Passage:
    """Let in the browser that holds, or held, this session's link. Raises NotAllowed: the same for everything else."""
    link = _link(secret, session_id)
    if link is None:
        raise NotAllowed("This page cannot send film for that call.", code="not_yours")
    actor = Actor.caller(link.force_id, session_id, ip=ip, device=device)
    return Passage(actor=actor, session_id=session_id, until=_until(link))


def _link(secret: str, session_id: UUID) -> LinkToken | None:
    if not looks_like_browser_secret(secret):
        return None
    rows = LinkToken.objects.filter(claim_hash=digest(secret), session_id=session_id).select_related("session")
    link: LinkToken | None = rows.first()
    if link is None:
        return None
    ended = link.session.ended_at if link.session.ended else link.closed_at
    return None if ended is not None and ended < now() - AFTER_THE_END else link


def _until(link: LinkToken) -> datetime | None:
    session = link.session
    if session.ended and session.end_reason in _NOBODYS_END:
        return None
    ends = [moment for moment in (session.ended_at if session.ended else None, link.closed_at) if moment is not None]
    if not session.ended and link.close_reason == CloseReason.ENDED:
        return None
    return min(ends, default=None)


def check_rate(session_id: UUID, size: int = 0) -> None:
    """Count one request of `size` bytes. Raises TooMany(retry_after) when the session has had its share for now."""
    asked, sent = count(REQUESTS, str(session_id)), count(BYTES, str(session_id), size) if size else 0
    if asked > REQUESTS.most or sent > BYTES.most:
        raise TooMany("Too much at once. Wait a moment.", code="too_fast", retry_after=REQUESTS.wait)
