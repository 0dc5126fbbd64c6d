"""WHIP over HTTP, as RFC 9725 has it, and those who should not get in."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client

from core.actors import Actor
from core.models import AuditEvent, User
from streaming.contracts import EngineError
from streaming.models import Feed
from streaming.services import bearer, feeds
from tests.factories.feeds import attach, make_feed
from tests.fakes.gateway import FakeGateway

OFFER = "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
SDP, FRAGMENT = "application/sdp", "application/trickle-ice-sdpfrag"


class Sender:
    def __init__(self, feed: Feed, token: str) -> None:
        self.client = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
        self.url = f"/whip/{feed.pk}"
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def post(self, body: str = OFFER, content_type: str = SDP, **headers: str):  # type: ignore[no-untyped-def]  # Django's own response
        return self.client.post(self.url, body, content_type=content_type, headers=self.headers | headers)

    def send(self, method: str, url: str, body: str = "", content_type: str = ""):  # type: ignore[no-untyped-def]  # likewise
        return self.client.generic(method, url, body, content_type=content_type, headers=self.headers)


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def sender(okafor: Actor, engine: FakeGateway) -> Sender:
    feed, token = make_feed(okafor.force_id)
    attach(okafor, feed)
    return Sender(feed, token)


def test_an_offer_is_answered_with_the_address_of_the_connection(sender: Sender, engine: FakeGateway) -> None:
    answer = sender.post()
    assert answer.status_code == 201, answer.content
    assert (answer["Content-Type"], answer["Accept-Patch"]) == (SDP, FRAGMENT)
    assert answer["Location"].startswith(f"{sender.url}/w-")
    assert "ETag" not in answer
    peer = answer["Location"].rpartition("/")[2]
    assert answer.content.decode() == f"v=0 answer to {peer}"
    assert AuditEvent.objects.filter(action="COLLECT", actor_label="Drone Hawk 1").count() == 1

    fragment = "a=ice-ufrag:abcd\r\na=ice-pwd:" + "p" * 24
    assert sender.send("PATCH", answer["Location"], fragment, FRAGMENT).status_code == 204
    assert engine.named("add_candidates")[0].data == {"peer_id": peer, "sdp": fragment}
    assert sender.send("PATCH", answer["Location"], fragment, SDP).status_code == 415
    engine.refusals["add_candidates"] = EngineError("ice_restart")
    assert sender.send("PATCH", answer["Location"], fragment, FRAGMENT).status_code == 422
    assert sender.send("DELETE", answer["Location"]).status_code == 200
    assert engine.named("close_peer")[0].data == {"peer_id": peer}


def test_a_token_is_needed_and_only_that_feeds_token_will_do(
    okafor: Actor, stranger: Actor, sender: Sender, engine: FakeGateway
) -> None:
    theirs, their_token = make_feed(stranger.force_id, "Kite")
    attach(stranger, theirs)
    wrong = [{}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer " + "x" * 43}]
    wrong.append({"Authorization": f"Bearer {their_token}"})  # another force's camera, our address
    for headers in wrong:
        sender.headers = headers
        answer = sender.post()
        assert (answer.status_code, answer["WWW-Authenticate"][:7]) == (401, "Bearer "), headers
        for method in ("PATCH", "DELETE"):
            assert sender.send(method, f"{sender.url}/w-1", "", FRAGMENT).status_code == 401
    sender.headers, sender.url = {"Authorization": f"Bearer {their_token}"}, f"/whip/{uuid4()}"
    assert sender.post().status_code == 401  # the same as for a feed that is there
    assert not engine.named("publish_offer")


@pytest.mark.usefixtures("held_clock")
def test_guessing_tokens_is_slow_and_shuts_out_no_right_one(sender: Sender, engine: FakeGateway) -> None:
    right, sender.headers = sender.headers, {"Authorization": "Bearer " + "x" * 43}
    for _ in range(bearer.MISSES.most):
        assert sender.post().status_code == 401
    answer = sender.post()
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (429, True)
    sender.headers = right  # a camera behind the same address: 256 bits are not guessed, its picture may be needed now
    assert sender.post().status_code == 201


@pytest.mark.usefixtures("held_clock")
def test_a_storm_of_offers_and_of_goodbyes_ends_in_429(sender: Sender, engine: FakeGateway) -> None:
    codes = [sender.post().status_code for _ in range(bearer.OFFERS.most + 3)]
    assert codes == [201] * bearer.OFFERS.most + [429] * 3
    codes = [sender.send("DELETE", f"{sender.url}/w-{n}").status_code for n in range(bearer.REQUESTS.most)]
    assert codes[0] == 200
    assert codes[-1] == 429
    assert len(engine.named("publish_offer")) == bearer.OFFERS.most
    assert not engine.named("close_peer")  # none of those was a connection of this feed


@pytest.mark.parametrize(
    ("refusal", "status"),
    [("bad_sdp", 400), ("no_codec", 422), ("full", 503), ("storage", 503), ("unavailable", 503), ("no_session", 503)],
)
def test_what_the_engine_refuses_has_the_status_of_the_rfc(
    sender: Sender, engine: FakeGateway, refusal: str, status: int
) -> None:
    engine.refusals["publish_offer"] = EngineError(refusal, "an SDP with 192.0.2.55 in it")
    answer = sender.post()
    assert answer.status_code == status
    assert ("Retry-After" in answer) == (status == 503)
    assert b"192.0.2.55" not in answer.content


def test_other_bodies_and_methods_are_refused(sender: Sender, engine: FakeGateway) -> None:
    assert sender.post(content_type="application/json").status_code == 415
    assert sender.post("v=0\r\n" + "a=candidate:x\r\n" * 6000).status_code == 413
    for method in ("GET", "HEAD", "PUT"):
        answer = sender.send(method, sender.url)
        assert (answer.status_code, answer["Allow"]) == (405, "POST, OPTIONS")
    assert sender.send("POST", f"{sender.url}/w-1", OFFER, SDP).status_code == 405
    assert not engine.named("publish_offer")


def test_options_name_the_relay_to_who_has_the_token(sender: Sender, settings) -> None:  # type: ignore[no-untyped-def]  # pytest-django's fixture
    settings.MEDIA_ICE_SERVERS = [
        {"urls": "stun:stun.example:3478"},
        {"urls": ["turns:turn.example:443?transport=tcp"], "username": "u:1", "credential": 'se"cret'},
    ]
    answer = sender.send("OPTIONS", sender.url)
    assert (answer.status_code, answer["Accept-Post"]) == (204, SDP)
    assert answer["Link"] == (
        '<stun:stun.example:3478>; rel="ice-server", <turns:turn.example:443?transport=tcp>; rel="ice-server"; '
        'username="u:1"; credential="se\\"cret"; credential-type="password"'
    )
    assert sender.post()["Link"] == answer["Link"]
    sender.headers = {}
    assert "Link" not in sender.send("OPTIONS", sender.url)


def test_a_camera_on_no_incident_and_one_switched_off(okafor: Actor, engine: FakeGateway) -> None:
    feed, token = make_feed(okafor.force_id)
    sender = Sender(feed, token)
    answer = sender.post()
    assert (answer.status_code, answer["Retry-After"]) == (409, "5")
    call = attach(okafor, feed)
    assert sender.post().status_code == 201
    feed.enabled = False
    feeds.switched_off(feed)
    feed.save(update_fields=["enabled"])
    assert sender.post().status_code == 403
    assert (call.fresh().state, call.session.end_reason) == ("ended", "revoked")


def test_a_feed_closes_no_connection_but_its_own(sender: Sender, okafor: Actor, engine: FakeGateway) -> None:
    other, token = make_feed(okafor.force_id, "Hawk 2")
    attach(okafor, other)
    location = sender.post()["Location"]
    peer = location.rpartition("/")[2]
    thief = Sender(other, token)
    assert thief.send("DELETE", f"/whip/{other.pk}/{peer}").status_code == 200
    assert thief.send("PATCH", f"/whip/{other.pk}/{peer}", "a=ice-ufrag:abcd", FRAGMENT).status_code == 404
    assert thief.send("DELETE", location).status_code == 401
    assert not engine.named("close_peer")


def test_a_signed_in_browser_is_nobody_here(sender: Sender, okafor: Actor, engine: FakeGateway) -> None:
    sender.headers = {}
    sender.client.force_login(User.objects.get(pk=okafor.user_id))
    assert sender.post().status_code == 401
