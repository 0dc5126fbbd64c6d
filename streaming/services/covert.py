"""The covert page's way out: what happens when its caller leaves in a hurry, and where dead covert links lead."""

from __future__ import annotations

from django.db import transaction

from core.actors import Actor
from core.clock import now
from incidents.services import append_log
from streaming.models import LinkToken
from streaming.selectors.care import policy_of
from streaming.services.progress import lock_session
from streaming.services.sessions import end_session
from streaming.tokens import digest, looks_like_browser_secret, looks_like_token


def exit_of(token: str) -> str | None:
    """Where the covert link of this token leads away to, open or dead; None for every other token.

    Somebody else who opens the text later must not read who sent it.
    """
    link = _link(token)
    return policy_of(link.force_id).exit_url if link is not None else None


def leave(*, token: str, browser_secret: str) -> bool:
    """The browser that holds the covert link has left by its quick exit: the call ends, and police read why.

    Idempotent. False when this browser does not hold that link: then nothing happens.
    """
    link = _link(token)
    if link is None or not looks_like_browser_secret(browser_secret) or digest(browser_secret) != link.claim_hash:
        return False
    with transaction.atomic():
        session = lock_session(link.session_id)
        if session.left_at is not None or (session.ended and session.end_reason != "caller"):
            return True
        session.left_at = now()
        session.save(update_fields=["left_at"])
        append_log(
            actor=Actor.system(session.force_id), incident_id=session.incident_id, type="MEDIA", channel="system",
            text="The caller left the covert page by its quick exit.",
        )  # fmt: skip
        end_session(actor=Actor.caller(session.force_id, session.pk), session_id=session.pk, reason="caller")
    return True


def _link(token: str) -> LinkToken | None:
    if not looks_like_token(token):
        return None
    found: LinkToken | None = LinkToken.objects.filter(token_hash=digest(token), session__covert=True).first()
    return found
