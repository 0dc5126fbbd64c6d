"""What the templates of the video panel are given. No rules, no queries: only words and choices for the screen."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.timezone import localtime

from core.actors import Actor
from core.permissions import can
from streaming import permissions
from streaming.descriptions import PERSON, VEHICLE
from streaming.forms import LinkForm
from streaming.models import ChatMessage, LocationFix, VideoSession
from streaming.selectors import FeedRow, SessionPanel, fix_data
from streaming.selectors.care import handled_by, veils
from streaming.services.feeds import REASONS
from streaming.services.marks import MAX_NOTE
from streaming.services.phrases import bank
from streaming.services.prompts import WORDS_LIMIT
from streaming.services.texts import preview
from streaming.signalling import MAX_CHAT
from streaming.states import COVERT_MODE, RESENDABLE, DescribedRole, FeedState, PromptKind, SessionMode, SessionState

if TYPE_CHECKING:
    from incidents.models import Incident

_WORDS: dict[str, str] = {
    SessionState.QUEUED: "The text is being sent",
    SessionState.SENT: "Sent, not yet confirmed by the network",
    SessionState.DELIVERED: "On the caller's phone, not opened",
    SessionState.OPENED: "Opened by the caller",
    SessionState.CAMERA_ON: "Camera on, first picture awaited",
    SessionState.LIVE: "Live",
}
_FEED_WORDS: dict[str, str] = {
    SessionState.OPENED: "Waiting for the camera's picture",
    SessionState.CAMERA_ON: "Camera connected, first picture awaited",
    SessionState.LIVE: "Live",
}
_ENDED: dict[str, str] = {
    "caller": "Ended by the caller",
    "handler": "Ended by police",
    "revoked": "Link withdrawn",
    "expired": "The link's time ran out",
    "lost": "The caller's phone did not come back",
    "shutdown": "The video service was stopped",
}


def panel(
    actor: Actor, incident: Incident, found: SessionPanel | None, form: LinkForm, *, auto: bool
) -> dict[str, Any]:
    """For `streaming/_panel.html`, without chat and trail."""
    session = found.session if found else None
    context: dict[str, Any] = {
        "incident_id": incident.pk,
        "session": session,
        "form": form,
        "auto": auto and session is None,
        "may_send": permissions.can_send_link(actor) and incident.is_open,
        "text_preview": preview(actor).text if permissions.can_send_link(actor) else "",
        "upload_preview": preview(actor, mode=SessionMode.UPLOAD).text if permissions.can_send_link(actor) else "",
        "covert_preview": preview(actor, mode=COVERT_MODE).text if permissions.can_send_link(actor) else "",
        "expiry_minutes": settings.LINK_EXPIRY_MINUTES,
    }
    return context | stage(actor, session, found, incident) if session else context


def stage(
    actor: Actor, session: VideoSession, found: SessionPanel | None = None, incident: Incident | None = None
) -> dict[str, Any]:
    """For the picture, its tools and its steps."""
    live = not session.ended
    return {
        "session": session,
        "session_label": session.source_label or (incident.caller_name if incident else ""),
        "session_words": words(session),
        "nothing_words": words(session),
        "reached": reached(session, found),
        "may_snapshot": live and permissions.can_snapshot(actor) and session.mode == "video",
        "may_end": live and permissions.can_end(actor),
        "may_two_way": live and permissions.can_two_way(actor) and _can_be_shown(session),
        "may_chat": permissions.can_chat(actor) and session.feed_id is None,
        "may_revoke": live and permissions.can_revoke_link(actor) and session.feed_id is None,
        "may_resend": permissions.can_send_link(actor) and session.state in RESENDABLE and session.feed_id is None,
        **desk(actor, session, live=live),
        "chat_key": uuid.uuid4(),
    }


def care(session: VideoSession) -> dict[str, Any]:
    """For the cover over the picture, and who handles it since it was handed over."""
    veil = veils(session.force_id, [session.incident_id])[session.incident_id]
    return {"veil": veil, "handed": handled_by(session.pk)}


def _can_be_shown(session: VideoSession) -> bool:
    return session.mode == "video" and session.feed_id is None and not session.covert


def desk(actor: Actor, session: VideoSession, *, live: bool) -> dict[str, Any]:
    """Marks, descriptions, pointing and requests: for `streaming/_picture_desk.html` and the chat's ready questions."""
    talks = live and permissions.can_chat(actor) and session.feed_id is None
    phrases = bank(session.force_id) if talks else []
    return {
        "may_describe": live and permissions.can_snapshot(actor) and session.mode == "video",
        "may_point": talks and session.mode == "video" and not session.covert,
        "phrases": [one for one in phrases if one.kind == "point"],
        "presets": [one for one in phrases if one.kind == "question" and one.silent == session.covert][:9],
        "requests": [(kind.value, kind.label) for kind in PromptKind if kind != PromptKind.POINT] if talks else [],
        "person_fields": PERSON,
        "vehicle_fields": VEHICLE,
        "roles": DescribedRole.choices,
        "chat_limit": MAX_CHAT,
        "note_limit": MAX_NOTE,
        "words_limit": WORDS_LIMIT,
        "first_frame_ms": round(session.first_frame_at.timestamp() * 1000) if session.first_frame_at else "",
    }


def cameras(actor: Actor, incident: Incident, rows: list[FeedRow]) -> dict[str, Any]:
    """For `streaming/_feeds.html`: the cameras on this incident, and those that can be put on it."""
    here = [row for row in rows if row.session is not None and row.session.incident_id == incident.pk]
    return {
        "incident_id": incident.pk,
        "feeds_here": [{"feed": row.feed, "session": row.session, "trouble": trouble(row)} for row in here],
        "feeds_free": [row for row in rows if row.is_free],
        "feeds_any": bool(rows),
        "may_attach": permissions.can_attach_feed(actor) and incident.is_open,
        "may_end_feed": permissions.can_end(actor),
    }


def trouble(row: FeedRow) -> str:
    """Why a camera shows nothing, "" while it does."""
    return REASONS.get(row.feed.reason, "") if row.feed.state in (FeedState.LOST, FeedState.REFUSED) else ""


def words(session: VideoSession) -> str:
    """Where the session stands, for people."""
    if session.feed_id is not None and session.state != SessionState.ENDED:
        return _FEED_WORDS.get(session.state, session.state_words)
    if session.state == SessionState.FAILED:
        return f"Not delivered: {session.failure_reason}"
    if session.state == SessionState.ENDED:
        at = f" {localtime(session.ended_at):%H:%M:%S}" if session.ended_at else ""
        return ("Left by quick exit" if session.left_at else _ENDED.get(session.end_reason, "Ended")) + at
    return _WORDS.get(session.state, session.state_words)


def reached(session: VideoSession, found: SessionPanel | None) -> str:
    """The furthest step before it ended or failed."""
    steps = ((session.live_at, "live"), (session.camera_on_at, "camera_on"), (session.opened_at, "opened"))
    for moment, step in steps:
        if moment:
            return step
    texts = found.texts if found else []
    if any(text.delivered_at for text in texts):
        return "delivered"
    return "sent" if any(text.sent_at for text in texts) else "queued"


def chat(actor: Actor, messages: list[ChatMessage]) -> dict[str, Any]:
    """Unseen messages are marked for whoever may answer, so that the caller's page can say "seen"."""
    return {"messages": messages, "marks_seen": can(actor, permissions.CHAT)}


def fixes(trail: list[LocationFix]) -> str:
    """The trail as JSON, for an attribute of the map."""
    return json.dumps([fix_data(fix) for fix in trail], separators=(",", ":"))
