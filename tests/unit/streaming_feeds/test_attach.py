"""A feed on an incident: a session like any other, labelled by its source from the log to the exhibit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.actors import Actor
from core.clock import now
from core.errors import Conflict, NotAllowed, NotFound
from core.models import AuditEvent, LiveEvent, OutboxMessage
from core.outbox import Retry
from evidence.models import EvidenceItem, Exhibit
from incidents.models import LogEntry
from streaming import contracts
from streaming.contracts import EngineError
from streaming.models import Feed, VideoSession
from streaming.selectors import feeds as read_feeds
from streaming.services import chat, feeds, links, recordings, recovery, sessions
from tests.factories.feeds import attach, make_feed
from tests.factories.links import open_call
from tests.fakes.gateway import FakeGateway


def log_of(session: VideoSession) -> list[str]:
    return list(LogEntry.objects.filter(incident=session.incident_id).order_by("seq").values_list("text", flat=True))


def test_attached_live_lost_and_sealed_under_its_own_name(okafor: Actor, engine: FakeGateway) -> None:
    feed, _ = make_feed(okafor.force_id)
    call = attach(okafor, feed)
    assert (call.session.source, call.session.state) == ("Drone Hawk 1", "opened")
    assert AuditEvent.objects.filter(action="COLLECT", object=f"streaming.videosession:{call.id}").exists()

    call.go_live()
    feed.refresh_from_db()
    assert (feed.state, call.fresh().state) == ("live", "live")
    call.fact(contracts.PeerLeft, peer_id="p-1", role="caller", reason="consent")
    feed.refresh_from_db()
    assert (feed.state, feed.reason) == ("lost", "stalled")
    call.join("p-2")
    call.seal()
    sessions.end_session(actor=okafor, session_id=call.session.pk, reason="handler")
    feed.refresh_from_db()
    assert feed.state == "idle"

    call.stop()
    recordings.finish(call.session.pk)
    exhibit = Exhibit.objects.get(pk=call.fresh().exhibit_id)
    assert exhibit.description == "Live video from Drone Hawk 1"
    assert EvidenceItem.objects.filter(exhibit=exhibit, kind="drone").count() == 1
    lines = log_of(call.session)
    assert any(line.startswith("First frame, Drone Hawk 1") for line in lines)
    assert "Drone Hawk 1 is connected again. Same recording, next part." in lines
    assert "Drone Hawk 1: Camera taken off the incident." in lines
    assert not any("phone" in line for line in lines[1:])
    moves = LiveEvent.objects.filter(kind="video.feed_changed", topic=f"incident.{call.session.incident_id}")
    assert [event.data["state"] for event in moves.order_by("id")] == ["waiting", "live", "lost", "idle"]


def test_a_sender_without_a_common_encryption_is_named_once_and_may_come_back(
    okafor: Actor, engine: FakeGateway
) -> None:
    feed, _ = make_feed(okafor.force_id)
    call = attach(okafor, feed)
    for peer in ("p-1", "p-2"):
        call.fact(contracts.PeerLeft, peer_id=peer, role="caller", reason="handshake")
    feed.refresh_from_db()
    assert (feed.state, feed.reason) == ("lost", "handshake")
    assert sum("no encryption agreed" in line for line in log_of(call.session)) == 1
    call.go_live("p-3")
    call.fact(
        contracts.PeerLeft, peer_id="p-4", role="caller", reason="handshake"
    )  # a second sender with the same token
    feed.refresh_from_db()
    assert feed.state == "live"


def test_one_camera_is_on_one_incident_and_may_come_back_afterwards(okafor: Actor, engine: FakeGateway) -> None:
    feed, _ = make_feed(okafor.force_id)
    first = attach(okafor, feed)
    with pytest.raises(Conflict, match=first.session.incident.canonical) as refused:
        attach(okafor, feed)
    assert refused.value.code == "already_attached"
    sessions.end_session(actor=okafor, session_id=first.session.pk, reason="handler")
    attach(okafor, feed)
    feed.refresh_from_db()
    assert feed.state == "waiting"


def test_who_may_not_and_what_is_not_there(okafor: Actor, reid: Actor, stranger: Actor, engine: FakeGateway) -> None:
    feed, _ = make_feed(okafor.force_id)
    incident = open_call(okafor)
    with pytest.raises(NotAllowed):
        feeds.attach(actor=reid, feed_id=feed.pk, incident_id=incident.pk)
    with pytest.raises(NotFound):  # their feed, our incident
        feeds.attach(actor=okafor, feed_id=make_feed(stranger.force_id)[0].pk, incident_id=incident.pk)
    with pytest.raises(NotFound):  # our feed, their incident
        feeds.attach(actor=okafor, feed_id=feed.pk, incident_id=open_call(stranger).pk)
    assert not VideoSession.objects.exists()
    assert [row.feed.name for row in read_feeds(stranger)] == ["Hawk 1"]
    Feed.objects.filter(pk=feed.pk).update(enabled=False)
    with pytest.raises(Conflict, match="switched off"):
        feeds.attach(actor=okafor, feed_id=feed.pk, incident_id=incident.pk)


def test_a_camera_is_no_caller(okafor: Actor, engine: FakeGateway) -> None:
    call = attach(okafor, make_feed(okafor.force_id)[0])
    for refused in (
        lambda: links.resend_link(actor=okafor, session_id=call.session.pk),
        lambda: chat.send_to_caller(actor=okafor, session_id=call.session.pk, key=call.session.pk, text="Hello?"),
    ):
        with pytest.raises(Conflict, match="camera, not a caller"):
            refused()


def test_a_fetched_feed_is_asked_of_the_engine_until_it_is_refused(
    okafor: Actor, engine: FakeGateway, settings: object
) -> None:
    settings.FEED_HOSTS = ["192.0.2.7"]  # type: ignore[attr-defined]
    feed, _ = make_feed(okafor.force_id, "Quay", kind="fixed", transport="rtsp")
    call = attach(okafor, feed)
    assert OutboxMessage.objects.filter(kind="feed.pull", payload={"session": call.id}).count() == 1
    feeds.pull(call.session.pk)
    asked = engine.named("pull_feed")[0].data
    assert asked == {"url": "rtsp://192.0.2.7:8554/quay", "login": "", "allowed": ["192.0.2.7"], "now": True}
    engine.refusals["pull_feed"] = EngineError("unavailable", retry_after=2.0)
    with pytest.raises(Retry):
        feeds.pull(call.session.pk)
    assert feeds.keep_pulling() == 1  # the sweep bears it
    del engine.refusals["pull_feed"]

    call.fact(contracts.FeedTrouble, peer_id="f-1", reason="unreachable", tries=1, retry_after=2.0)
    call.fact(contracts.FeedTrouble, peer_id="f-1", reason="unreachable", tries=2, retry_after=4.0)
    feed.refresh_from_db()
    assert (feed.state, feed.reason, feed.tries, feed.retry_at is None) == ("lost", "unreachable", 2, False)
    call.fact(contracts.FeedTrouble, peer_id="f-1", reason="login", tries=3, retry_after=None)
    feed.refresh_from_db()
    assert (feed.state, feed.reason, feed.retry_at) == ("refused", "login", None)
    assert feeds.keep_pulling() == 0
    trouble = [line for line in log_of(call.session) if "no picture" in line]
    assert len(trouble) == 2  # the first try in vain, and the end of trying

    feeds.try_again(actor=okafor, session_id=call.session.pk)
    feed.refresh_from_db()
    assert feed.state == "waiting"
    with pytest.raises(Conflict, match="being tried"):
        feeds.try_again(actor=okafor, session_id=call.session.pk)
    assert feeds.keep_pulling() == 1


def test_a_feed_that_is_away_for_long_is_not_ended(okafor: Actor, engine: FakeGateway, time_machine: object) -> None:
    call = attach(okafor, make_feed(okafor.force_id)[0])
    call.go_live()
    call.fact(contracts.PeerLeft, peer_id="p-1", role="caller", reason="consent")
    time_machine.move_to(now() + timedelta(hours=1))  # type: ignore[attr-defined]
    recovery.recover()
    assert not call.fresh().ended
