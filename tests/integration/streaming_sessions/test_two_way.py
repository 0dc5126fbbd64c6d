"""An officer shows a witness their camera: both say yes first, each step is in the log and the audit trail."""

from __future__ import annotations

import pytest

from core.actors import Actor
from core.errors import Conflict, NotAllowed, NotFound
from core.models import AuditEvent
from core.roles import DISPATCHER
from streaming.models import TwoWay, VideoSession
from streaming.selectors import session_panel, wall_sessions
from streaming.services import sessions, two_way
from streaming.states import SessionState, TwoWayState
from tests.factories.core import make_actor
from tests.factories.sessions import Call, make_call
from tests.fakes.gateway import FakeGateway
from tests.integration.streaming_sessions.sockets import OFFER, db, phone, watching
from tests.integration.streaming_sessions.test_facts import log_of

pytestmark = pytest.mark.django_db(transaction=True)


async def test_asked_accepted_shown_and_ended(call: Call, reid: Actor, gateway: FakeGateway) -> None:
    async with phone(call.id, call.secret) as witness, watching(call.id, reid.user) as officer:
        await officer.until("welcome")
        await officer.send("talk", id=7, sdp=OFFER)
        assert (await officer.until("error", id=7))["code"] == "not_found"  # nobody was asked
        shown = await db(two_way.ask)(actor=reid, session_id=call.session.pk)
        asked = await witness.until("two_way", state="asked")
        assert asked["who"] == reid.label
        assert asked["words"]["yes"] == "See the officer"
        await officer.until("two_way", state="asked")
        await officer.send("talk", id=8, sdp=OFFER)
        assert (await officer.until("error", id=8))["code"] == "not_allowed"  # the caller has not said yes
        await witness.send("see", id=1, sdp=OFFER)
        assert (await witness.until("error", id=1))["code"] == "no_source"
        assert not gateway.named("publish_offer")

        await witness.send("consent", accept=True)
        await witness.until("two_way", state="accepted")
        await officer.until("two_way", state="accepted")
        await officer.send("talk", id=9, sdp=OFFER)
        await officer.until("talk_answer", id=9)
        await witness.send("see", id=2, sdp=OFFER)
        await witness.until("see_answer", id=2)
        answer = str(shown.answer_id)
        assert [one.session_id for one in gateway.named("publish_offer")] == [answer]
        assert [one.session_id for one in gateway.named("watch_offer")] == [answer]

        await witness.send("consent", accept=False)
        await officer.until("two_way", state="ended")
        await officer.send("talk", id=10, sdp=OFFER)
        assert (await officer.until("error", id=10))["code"] == "not_found"
    ended = await db(VideoSession.objects.get)(pk=shown.answer_id)
    assert ended.state == SessionState.ENDED
    log = await db(log_of)(call)
    assert [words for words in log if reid.label in words] == [
        f"{reid.label} asked the caller to see their camera.",
        f"The caller accepted to see {reid.label}.",
        f"{reid.label} is no longer shown to the caller.",
    ]
    audited = AuditEvent.objects.filter(object=f"streaming.videosession:{call.id}", purpose="Own camera to the caller")
    assert await db(audited.count)() == 1


def test_who_may_ask_and_whom(call: Call, reid: Actor, okafor: Actor, stranger: Actor) -> None:
    with pytest.raises(NotAllowed):
        two_way.ask(actor=make_actor(roles=(DISPATCHER,), first_name="Ida"), session_id=call.session.pk)
    with pytest.raises(NotFound):
        two_way.ask(actor=stranger, session_id=call.session.pk)
    shown = two_way.ask(actor=reid, session_id=call.session.pk)
    with pytest.raises(Conflict):
        two_way.ask(actor=okafor, session_id=call.session.pk)
    with pytest.raises(Conflict):
        two_way.ask(actor=okafor, session_id=shown.answer_id)
    with pytest.raises(NotFound):
        two_way.passage_to_show(actor=okafor, session_id=call.session.pk, peer_id="p-1")


def test_another_browser_says_nothing_for_the_caller(call: Call, reid: Actor, okafor: Actor) -> None:
    two_way.ask(actor=reid, session_id=call.session.pk)
    other = make_call(okafor, number="07700 900761")
    with pytest.raises(NotFound):
        two_way.decide(actor=other.caller, session_id=call.session.pk, accept=True)
    with pytest.raises(Conflict):
        two_way.decide(actor=other.caller, session_id=other.session.pk, accept=True)


def test_it_ends_with_the_call_and_stands_on_no_wall(call: Call, reid: Actor, okafor: Actor) -> None:
    shown = two_way.ask(actor=reid, session_id=call.session.pk)
    two_way.decide(actor=call.caller, session_id=call.session.pk, accept=True)
    assert [one.pk for one in wall_sessions(okafor)] == [call.session.pk]
    sessions.end_session(actor=okafor, session_id=call.session.pk, reason="handler")
    shown.refresh_from_db()
    assert shown.state == TwoWayState.ENDED
    assert shown.answer.state == SessionState.ENDED
    assert wall_sessions(okafor) == []


def test_the_incidents_panel_goes_on_showing_the_caller(call: Call, reid: Actor, okafor: Actor) -> None:
    two_way.ask(actor=reid, session_id=call.session.pk)
    panel = session_panel(okafor, call.session.incident_id)
    assert panel is not None
    assert panel.session.pk == call.session.pk


def test_no_is_an_answer_and_he_may_ask_again(call: Call, reid: Actor) -> None:
    two_way.ask(actor=reid, session_id=call.session.pk)
    two_way.decide(actor=call.caller, session_id=call.session.pk, accept=False)
    assert "did not want to see" in log_of(call)[-1]
    two_way.ask(actor=reid, session_id=call.session.pk)
    assert TwoWay.objects.count() == 2


def test_the_wall_shows_what_is_open_of_ones_own_force(call: Call, okafor: Actor, stranger: Actor) -> None:
    other = make_call(okafor, number="07700 900762")
    assert {one.pk for one in wall_sessions(okafor)} == {call.session.pk, other.session.pk}
    assert [one.pk for one in wall_sessions(okafor, other.session.incident_id)] == [other.session.pk]
    assert wall_sessions(stranger) == []
