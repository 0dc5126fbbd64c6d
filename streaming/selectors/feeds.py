"""Reading camera feeds: those of the force, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.models import AuditAction
from streaming.models import Feed, VideoSession
from streaming.permissions import check_see_session


@dataclass(frozen=True)
class FeedRow:
    """One feed and the session that it is in now."""

    feed: Feed
    session: VideoSession | None

    @property
    def is_free(self) -> bool:
        return self.session is None and self.feed.enabled


def feeds(actor: Actor) -> list[FeedRow]:
    """The force's feeds by name; one LIST entry. Raises NotAllowed."""
    check_see_session(actor)
    with transaction.atomic():
        rows = _rows(actor)
        ids = [row.feed.pk for row in rows]
        audit.record(actor, AuditAction.LIST, "streaming.feed", purpose="Camera feeds", result_ids=ids)
    return rows


def feeds_for_panel(actor: Actor) -> list[FeedRow]:
    """The same for the video panel, whose reading is audited with the incident's. Raises NotAllowed."""
    check_see_session(actor)
    return _rows(actor)


def _rows(actor: Actor) -> list[FeedRow]:
    found = list(Feed.objects.visible_to(actor))
    open_ones = VideoSession.objects.visible_to(actor).not_ended().filter(feed__in=found).select_related("incident")
    sessions = {session.feed_id: session for session in open_ones}
    return [FeedRow(feed, sessions.get(feed.pk)) for feed in found]


def open_session_id(feed: Feed) -> UUID | None:
    """The session that the feed is in now."""
    found: UUID | None = VideoSession.objects.not_ended().filter(feed=feed).values_list("pk", flat=True).first()
    return found
