"""Calls that a telephony system knows by the position alone: CH 12 rang, and whoever sits there has the call."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.clock import now
from core.errors import Conflict, NotAllowed, NotFound
from core.models import AuditEvent, LiveEvent, User
from core.roles import CALL_HANDLER, OFFICER
from incidents.models import Contact, Seat
from incidents.selectors import lost_calls, own_calls
from incidents.selectors.seats import people_at, position_key
from incidents.services import Caller, get_up, open_from_contact, sit_down, take_call, take_event
from tests.factories.calls import told
from tests.factories.core import PASSWORD, make_actor
from tests.factories.incidents import make_stranger


@pytest.fixture
def mir(okafor: Actor) -> Actor:
    """The second handler of the room."""
    return make_actor(roles=(CALL_HANDLER,), first_name="Sana", last_name="Mir")


def at(actor: Actor, position: str) -> Actor:
    """The actor as they are after signing in at a position."""
    assert actor.user
    there = Actor.for_user(actor.user, terminal=position)
    sit_down(there)
    return there


def rings(iccs: Actor, position: str = "CH 12", **more: object) -> Contact:
    start = now() - timedelta(seconds=20)
    take_event(actor=iccs, told=told(at=start))
    take_event(actor=iccs, told=told("ANSWERED", at=start + timedelta(seconds=4), position=position, **more))
    return Contact.objects.get()


def warned(iccs: Actor, **more: object) -> dict[str, str]:
    return take_event(actor=iccs, told=told("ANSWERED", **more)).warnings


# --- one person there
@pytest.mark.parametrize("said", ["CH 12", "ch12", "CH-12", " Ch.12 ", "\u202eCH 12", "CH\x0012"])
def test_whoever_sits_there_has_the_call(okafor, iccs, said):
    at(okafor, "CH 12")
    call = rings(iccs, said)
    assert call.answered_by_id == okafor.user_id
    assert [one.id for one in own_calls(okafor)] == [call.pk]
    assert LiveEvent.objects.get(kind="call.changed").topic == f"person.{okafor.user_id}"


def test_the_collar_number_counts_before_the_position(okafor, mir, iccs):
    at(okafor, "CH 12")
    assert rings(iccs, collar_number=mir.user.collar_number).answered_by_id == mir.user_id


def test_a_collar_number_of_nobody_leaves_the_position(okafor, iccs):
    at(okafor, "CH 12")
    assert "collar_number" in warned(iccs, position="CH 12", collar_number="NOBODY")
    assert Contact.objects.get().answered_by_id == okafor.user_id


def test_a_call_that_is_transferred_goes_to_the_other_position(okafor, mir, iccs):
    at(okafor, "CH 12")
    at(mir, "CH 14")
    rings(iccs)
    take_event(actor=iccs, told=told("ANSWERED", position="CH 14"))
    assert own_calls(okafor) == []
    assert len(own_calls(mir)) == 1
    assert {event.topic for event in LiveEvent.objects.filter(kind="call.changed")} == {
        f"person.{okafor.user_id}", f"person.{mir.user_id}",
    }  # fmt: skip


# --- nobody there
def test_nobody_there_the_call_goes_where_unanswered_calls_go(okafor, hale, iccs):
    assert warned(iccs, position="CH 12") == {"position": "Nobody who takes calls is signed in at that position."}
    take_event(actor=iccs, told=told("ENDED"))
    assert own_calls(okafor) == []
    assert [call.answered_by for call in lost_calls(hale)] == ["nobody"]


@pytest.mark.parametrize("how", ["signed out", "moved", "ran out", "switched off", "lost the role"])
def test_who_is_no_longer_there_gets_no_call(okafor, iccs, how):
    there = at(okafor, "CH 12")
    if how == "signed out":
        get_up(there)
    elif how == "moved":
        at(okafor, "CH 14")
    elif how == "ran out":
        Seat.objects.update(since=now() - timedelta(hours=13), until=now() - timedelta(hours=1))
    elif how == "switched off":
        User.objects.filter(pk=okafor.user_id).update(is_active=False)
    else:
        okafor.user.role_grants.all().delete()
    assert rings(iccs).answered_by_id is None
    assert own_calls(Actor.for_user(User.objects.get(pk=okafor.user_id))) == []


def test_signing_out_of_another_terminal_keeps_the_seat(okafor, iccs):
    at(okafor, "CH 12")
    get_up(Actor.for_user(okafor.user, terminal=""))
    get_up(Actor.for_user(okafor.user, terminal="CH 14"))
    assert rings(iccs).answered_by_id == okafor.user_id


def test_the_same_position_of_another_force_hears_nothing(okafor, iccs):
    stranger = make_stranger()
    at(stranger, "CH 12")
    assert rings(iccs).answered_by_id is None
    assert own_calls(stranger) == []
    assert not LiveEvent.objects.filter(kind="call.changed").exists()
    with pytest.raises(NotFound):
        take_call(actor=stranger, contact_id=Contact.objects.get().pk)


def test_who_may_take_no_calls_cannot_sit_down_for_them(okafor, iccs):
    reid = make_actor(roles=(OFFICER,), first_name="Tom", last_name="Reid")
    assert sit_down(Actor.for_user(reid.user, terminal="CH 12")) is None
    call = rings(iccs)
    assert call.answered_by_id is None
    with pytest.raises(NotAllowed):
        take_call(actor=reid, contact_id=call.pk)


@pytest.mark.parametrize("said", ["", "---", "Leitstelle \u0661\u0662", "x" * 80])
def test_a_position_that_names_no_desk_names_nobody(okafor, iccs, said):
    at(okafor, "CH 12")
    assert warned(iccs, position=said).keys() <= {"position"}
    assert Contact.objects.get().answered_by_id is None


def test_a_position_of_signs_alone_is_nobodys(okafor):
    assert position_key(" -./") == ""
    assert people_at(okafor.force_id, " -./") == []


# --- two there
@pytest.fixture
def two(okafor, mir):
    """A pupil sits with Okafor: both are signed in at CH 12."""
    return at(okafor, "CH 12"), at(mir, "CH 12")


def test_both_get_it_and_the_first_has_it(two, okafor, mir, iccs):
    call = rings(iccs)
    assert call.answered_by_id is None
    assert [[one.id for one in own_calls(actor)] for actor in two] == [[call.pk], [call.pk]]
    asked = LiveEvent.objects.filter(kind="call.changed", data__what="answered")
    assert {event.topic for event in asked} == {f"person.{okafor.user_id}", f"person.{mir.user_id}"}

    assert take_call(actor=two[1], contact_id=call.pk).answered_by_id == mir.user_id
    assert own_calls(okafor) == []
    assert len(own_calls(mir)) == 1
    told_so = LiveEvent.objects.filter(kind="call.changed", data__what="taken")
    assert {event.topic for event in told_so} == {f"person.{okafor.user_id}", f"person.{mir.user_id}"}
    with pytest.raises(Conflict, match=r"S\. Mir \d+ took this call first"):
        take_call(actor=two[0], contact_id=call.pk)


def test_taking_it_again_changes_nothing(two, iccs):
    call = rings(iccs)
    take_call(actor=two[0], contact_id=call.pk)
    before = AuditEvent.objects.count()
    take_call(actor=two[0], contact_id=call.pk)
    assert AuditEvent.objects.count() == before


def test_the_same_answer_told_again_does_not_take_it_away(two, okafor, iccs):
    call = rings(iccs)
    take_call(actor=two[0], contact_id=call.pk)
    take_event(actor=iccs, told=told("ANSWERED", position="CH 12"))
    call.refresh_from_db()
    assert call.answered_by_id == okafor.user_id


def test_who_opens_the_incident_has_the_call_and_nothing_typed_is_refused(two, okafor, mir, iccs):
    call = rings(iccs)
    given = {"channel": "999", "grade_code": "I", "location_text": "Ropewalk", "category_code": "308"}
    for actor in two:
        said = {**given, "caller_number": "", "caller_name": "", "client_key": uuid4(), "description": actor.label}
        assert open_from_contact(actor=actor, caller=Caller(contact_id=call.pk), **said).pk
    call.refresh_from_db()
    assert call.answered_by_id == okafor.user_id


def test_a_call_that_came_elsewhere_is_not_taken_by_looking_at_it(two, mir, iccs):
    call = rings(iccs, "CH 30")
    assert take_call(actor=two[0], contact_id=call.pk).answered_by_id is None


# --- signing in
def sign_in(user: User, **given: str) -> tuple[Client, HttpResponse]:
    browser = Client()
    body = {"collar_number": user.collar_number, "password": PASSWORD, "force": str(user.force_id), **given}
    return browser, browser.post(reverse("core:sign_in"), body)


def test_the_position_of_the_sign_in_is_the_seat_until_signing_out(okafor, iccs):
    browser, _ = sign_in(okafor.user, position="CH 12")
    assert browser.cookies["sl_position"].value == "CH 12"
    assert browser.cookies["sl_position"]["httponly"]
    assert Seat.objects.get(left_at=None).position == "CH12"
    assert AuditEvent.objects.filter(action="LOGIN").latest("pk").terminal == "CH 12"
    assert "This position, CH 12" in browser.get("/").content.decode()
    browser.post(reverse("core:sign_out"))
    assert not Seat.objects.filter(left_at=None).exists()
    assert 'value="CH 12"' in browser.get(reverse("core:sign_in")).content.decode()


def test_signing_in_without_a_position_works_and_forgets_the_last(okafor):
    browser, answer = sign_in(okafor.user)
    assert answer.status_code == 302
    assert not Seat.objects.exists()
    assert browser.cookies["sl_position"].value == ""


@pytest.mark.parametrize("position", ["<b>CH", "CH\u202e12", "CH\n12", "x" * 21, "\u0661\u0662"])
def test_a_position_that_no_desk_can_be_called_is_refused_in_words(okafor, position):
    _, answer = sign_in(okafor.user, position=position)
    assert answer.status_code == 422
    assert not Seat.objects.exists()


def test_a_forged_position_of_the_cookie_names_nothing(okafor):
    browser = Client()
    browser.force_login(okafor.user)
    browser.cookies["sl_position"] = "<script>alert(1)</script>"
    page = browser.get("/").content.decode()
    assert "alert(1)" not in page
    assert "This position</h2>" in page


def test_the_call_form_takes_it_and_tells_the_second(two, okafor, mir, iccs):
    call = rings(iccs)
    first, second = Client(), Client()
    first.force_login(okafor.user)
    second.force_login(mir.user)
    url = reverse("incidents:take_call", args=[call.pk])
    assert url in first.get(reverse("incidents:new"), {"call": str(call.pk)}).content.decode()
    assert first.post(url).status_code == 204
    refusal = second.post(url, headers={"Accept": "application/json"})
    assert refusal.status_code == 409
    assert "took this call first" in refusal.json()["message"]
