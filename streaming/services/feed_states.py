"""How a camera feed moves: the only code that changes `Feed.state`, by the table and always announced."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.clock import now
from core.realtime import publish
from streaming.events import FeedChanged, incident_topic, session_topic
from streaming.models import Feed, VideoSession
from streaming.states import FEED_TRANSITIONS, FeedState


def lock_feed(feed_id: UUID) -> Feed:
    """The feed's row, locked until the end of the transaction. Where both are locked, its session comes first."""
    return Feed.objects.select_for_update(of=("self",)).get(pk=feed_id)


def move_feed(
    session: VideoSession, state: FeedState, *, reason: str = "", tries: int = 0, retry_at: datetime | None = None
) -> bool:
    """Move the feed of `session`, if it has one, by the table. A further try in vain is announced too, without a move.

    False, and nothing changed, when the table does not allow it. In the caller's transaction.
    """
    if session.feed_id is None:
        return False
    feed = lock_feed(session.feed_id)
    moves = state in FEED_TRANSITIONS[FeedState(feed.state)]
    if not moves and not (state == feed.state and tries != feed.tries):
        return False
    if moves:
        feed.state_at = now()
    feed.state, feed.reason, feed.tries, feed.retry_at = state, reason, tries, retry_at
    feed.version += 1
    feed.save(update_fields=["state", "state_at", "reason", "tries", "retry_at", "version"])
    event = FeedChanged(
        feed=feed.pk,
        session=session.pk,
        incident=session.incident_id,
        state=str(state),
        reason=reason,
        tries=tries,
        retry_at=retry_at,
        version=feed.version,
    )
    publish(event, incident_topic(session.incident_id), session_topic(session.pk))
    return True
