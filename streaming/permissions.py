"""Who may do what with a video call. What the call's state allows is in `states`; capabilities are in `core.roles`."""

from __future__ import annotations

from uuid import UUID

from core.actors import Actor
from core.errors import NotAllowed
from core.permissions import can, check
from streaming.models import VideoSession

SEND_LINK = "video.send_link"
REVOKE_LINK = "video.revoke_link"
WATCH = "video.watch"
EDIT_TEXTS = "config.manage"
END = "video.end"
CHAT = "video.chat"
SNAPSHOT = "video.snapshot"
ATTACH_FEED = "video.attach_feed"
TWO_WAY = "video.two_way"
SHARE = "video.share"
UNSHARE_ANY = "video.unshare_any"
SUPERVISE = "desk.supervise"


def can_send_link(actor: Actor) -> bool:
    return can(actor, SEND_LINK)


def check_send_link(actor: Actor) -> None:
    check(actor, SEND_LINK)


def can_revoke_link(actor: Actor) -> bool:
    return can(actor, REVOKE_LINK)


def check_revoke_link(actor: Actor) -> None:
    check(actor, REVOKE_LINK)


def can_see_session(actor: Actor) -> bool:
    """To see that a call exists, its state and its texts: whoever may watch it."""
    return can(actor, WATCH)


def check_see_session(actor: Actor) -> None:
    check(actor, WATCH)


def check_watch(actor: Actor) -> None:
    check(actor, WATCH)


def can_end(actor: Actor) -> bool:
    return can(actor, END)


def check_end(actor: Actor) -> None:
    check(actor, END)


def can_chat(actor: Actor) -> bool:
    return can(actor, CHAT)


def check_chat(actor: Actor) -> None:
    check(actor, CHAT)


def can_snapshot(actor: Actor) -> bool:
    return can(actor, SNAPSHOT)


def check_snapshot(actor: Actor) -> None:
    check(actor, SNAPSHOT)


def can_attach_feed(actor: Actor) -> bool:
    return can(actor, ATTACH_FEED)


def check_attach_feed(actor: Actor) -> None:
    check(actor, ATTACH_FEED)


def can_edit_texts(actor: Actor) -> bool:
    return can(actor, EDIT_TEXTS)


def can_two_way(actor: Actor) -> bool:
    """To show a caller one's own camera."""
    return can(actor, TWO_WAY)


def check_two_way(actor: Actor) -> None:
    check(actor, TWO_WAY)


def can_share(actor: Actor) -> bool:
    """To give a partner's person a link to one incident, and to take back one's own."""
    return can(actor, SHARE)


def check_share(actor: Actor) -> None:
    check(actor, SHARE)


def can_unshare(actor: Actor, shared_by_id: int) -> bool:
    """One's own links; a supervisor anybody's."""
    return can(actor, UNSHARE_ANY) or (can(actor, SHARE) and actor.user_id == shared_by_id)


def check_unshare(actor: Actor, shared_by_id: int) -> None:
    if not can_unshare(actor, shared_by_id):
        raise NotAllowed("Only who shared it or a supervisor may withdraw it. Ask a supervisor.", code="not_yours")


def can_see_wellbeing(actor: Actor) -> bool:
    """To read how long colleagues looked at graphic pictures, and to hand their sessions over: supervisors."""
    return can(actor, SUPERVISE)


def check_see_wellbeing(actor: Actor) -> None:
    check(actor, SUPERVISE)


def can_follow_care(actor: Actor, force_id: str) -> bool:
    """The rule of live topic "care.<force>": supervisors, of their own force."""
    return actor.force_id is not None and force_id == str(actor.force_id) and can_see_wellbeing(actor)


def can_follow_wall(actor: Actor, force_id: str) -> bool:
    """The rule of live topic "wall.<force>": whoever may watch, of their own force."""
    return actor.force_id is not None and force_id == str(actor.force_id) and can_see_session(actor)


def can_follow_session(actor: Actor, key: str) -> bool:
    """The rule of live topic "session.<uuid>": the same as for the page, and only the actor's own force."""
    try:
        session_id = UUID(key)
    except ValueError:
        return False
    return can_see_session(actor) and VideoSession.objects.visible_to(actor).filter(pk=session_id).exists()
