"""Each rule the database itself keeps for feeds and viewers' tokens, shown by the row it refuses."""

from __future__ import annotations

from datetime import timedelta

from core.actors import Actor
from core.clock import now
from streaming.models import Feed, VideoSession, ViewerToken
from tests.factories import links as make
from tests.helpers.refused_rows import insert, refused

HASH = "f" * 64


def test_feeds(okafor: Actor) -> None:
    assert okafor.force_id is not None
    sent = Feed.objects.create(force_id=okafor.force_id, name="Hawk 1", kind="drone", transport="whip", token_hash=HASH)
    other = {"name": "Hawk 2", "token_hash": "e" * 64}
    refused("feed_name_once_per_force", insert(sent, token_hash="e" * 64))
    refused("feed_token_once", insert(sent, name="Hawk 2"))
    refused("feed_kind_known", insert(sent, **{**other, "kind": "balloon"}))
    refused("feed_state_known", insert(sent, **{**other, "state": "gone"}))
    refused("feed_has_token_or_address", insert(sent, name="Hawk 2", token_hash=""))
    refused("feed_has_token_or_address", insert(sent, **other, address="rtsp://192.0.2.1/"))
    fetched = Feed(force_id=okafor.force_id, name="Quay", kind="fixed", transport="rtsp", address="rtsp://192.0.2.1/")
    refused("feed_has_token_or_address", insert(fetched, address=""))
    refused("feed_has_token_or_address", insert(fetched, token_hash="e" * 64))
    refused("feed_transport_known", insert(fetched, transport="pipe"))


def test_sessions_of_feeds(okafor: Actor) -> None:
    assert okafor.force_id is not None
    feed = Feed.objects.create(force_id=okafor.force_id, name="Hawk 1", kind="drone", transport="whip", token_hash=HASH)
    session = make.send(okafor)
    VideoSession.objects.filter(pk=session.pk).update(feed=feed, source_label="Drone Hawk 1")
    session.refresh_from_db()
    refused("session_one_open_per_feed", insert(session))
    refused("session_of_feed_is_labelled", insert(session, feed_id=None))
    refused("session_of_feed_is_labelled", insert(session, source_label=""))


def test_viewer_tokens(okafor: Actor) -> None:
    token = ViewerToken.objects.create(
        force_id=okafor.force_id,
        session=make.send(okafor),
        user_id=okafor.user_id,
        token_hash=HASH,
        created_at=now(),
        expires_at=now() + timedelta(hours=1),
    )
    refused("streaming.ViewerToken.token_hash", insert(token))
    refused("viewer_token_ends_after_start", insert(token, token_hash="e" * 64, expires_at=token.created_at))
