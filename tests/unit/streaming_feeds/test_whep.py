"""Watching with another client: a token of one person for one session, audited like any viewing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from core.actors import Actor
from core.clock import now
from core.models import AuditEvent, RoleGrant, User
from streaming import contracts
from streaming.models import ViewerToken, Viewing
from streaming.services import sessions, whep
from tests.factories.feeds import attach, make_feed
from tests.factories.sessions import Call
from tests.fakes.gateway import FakeGateway

OFFER = "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=recvonly\r\n"
SDP = "application/sdp"


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def call(okafor: Actor, engine: FakeGateway) -> Call:
    call = attach(okafor, make_feed(okafor.force_id)[0])
    call.go_live()
    engine.sessions.setdefault(call.id, type("S", (), {"codec": "H264", "caller": "", "viewers": set()})())
    return call


class Player:
    def __init__(self, actor: Actor, call: Call) -> None:
        self.client = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
        signed_in = Client(HTTP_HOST="localhost")
        signed_in.force_login(User.objects.get(pk=actor.user_id))
        self.minted = signed_in.post(f"/api/v1/sessions/{call.id}/viewer-token/")
        token = self.minted.json().get("token", "")
        self.headers = {"Authorization": f"Bearer {token}"}
        self.url = f"/whep/{call.id}"

    def post(self, url: str = ""):  # type: ignore[no-untyped-def]  # Django's own response
        return self.client.post(url or self.url, OFFER, content_type=SDP, headers=self.headers)

    def delete(self, url: str):  # type: ignore[no-untyped-def]  # likewise
        return self.client.delete(url, headers=self.headers)


def entries(actor: Actor) -> list[str]:
    rows = AuditEvent.objects.filter(actor_id=str(actor.user_id), purpose__startswith="Watching")
    return [row.purpose for row in rows.order_by("at")]


def test_a_viewing_from_the_offer_to_the_goodbye(reid: Actor, call: Call, engine: FakeGateway) -> None:
    player = Player(reid, call)
    assert player.minted.status_code == 201
    assert player.minted.json()["url"].endswith(player.url)
    assert player.headers["Authorization"].split()[1] not in ViewerToken.objects.get().token_hash
    answer = player.post()
    assert (answer.status_code, answer["Content-Type"]) == (201, SDP)
    peer = answer["Location"].rpartition("/")[2]
    viewing = Viewing.objects.get(peer_id=peer)
    assert (viewing.user_id, viewing.ended_at) == (reid.user_id, None)
    assert entries(reid) == ["Watching live video: start with another client"]

    assert player.delete(answer["Location"]).status_code == 200
    assert player.delete(answer["Location"]).status_code == 200  # once more changes nothing
    assert [one.data for one in engine.named("close_peer")] == [{"peer_id": peer}]
    assert len(entries(reid)) == 2


def test_the_engine_says_that_a_player_is_gone(reid: Actor, call: Call) -> None:
    peer = Player(reid, call).post()["Location"].rpartition("/")[2]
    call.fact(contracts.PeerLeft, peer_id=peer, role="viewer", reason="consent")
    assert Viewing.objects.get(peer_id=peer).ended_at is not None
    assert entries(reid)[-1].startswith("Watching live video: end after")


def test_who_lost_the_right_or_whose_call_ended_is_hung_up(
    okafor: Actor, reid: Actor, call: Call, engine: FakeGateway
) -> None:
    player = Player(reid, call)
    player.post()
    assert whep.recheck() == 0
    RoleGrant.objects.filter(user_id=reid.user_id).delete()
    assert whep.recheck() == 1
    assert Viewing.objects.get().ended_at is not None
    assert player.post().status_code == 403

    Player(okafor, call).post()
    sessions.end_session(actor=okafor, session_id=call.session.pk, reason="handler")
    assert whep.recheck() == 1
    assert len(engine.named("close_peer")) == 2


def test_tokens_are_for_one_session_and_not_for_ever(
    okafor: Actor,
    reid: Actor,
    call: Call,
    time_machine,  # type: ignore[no-untyped-def]  # the plugin's fixture
) -> None:
    other = attach(okafor, make_feed(okafor.force_id, "Hawk 2")[0])
    player = Player(reid, call)
    assert player.post(f"/whep/{other.id}").status_code == 401
    time_machine.move_to(now() + whep.VALID_FOR + timedelta(seconds=1))
    assert player.post().status_code == 401
    assert not Viewing.objects.exists()


def test_another_force_gets_no_token(stranger: Actor, admin: Actor, call: Call) -> None:
    assert Player(stranger, call).minted.status_code == 404
    assert Player(admin, call).minted.status_code == 403
    assert not ViewerToken.objects.exists()
