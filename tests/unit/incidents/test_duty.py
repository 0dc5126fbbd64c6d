"""On duty and off: what alerts, boards and the phone's bar go by."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from core.clock import now
from core.errors import Invalid, NotAllowed
from core.models import AuditEvent, LiveEvent, RoleGrant
from core.roles import ROLES
from incidents import selectors, services
from incidents.models import Duty
from tests.factories.core import make_actor


@pytest.fixture
def rechecked(monkeypatch) -> list[int]:
    """Whose screens were asked again."""
    asked: list[int] = []
    for place in ("incidents.services.duty.recheck", "core.realtime.recheck"):
        monkeypatch.setattr(place, asked.append)
    return asked


def signed_in(actor) -> Client:
    client = Client()
    client.force_login(actor.user)
    return client


def run_out(duty: Duty) -> None:
    ended = now() - dt.timedelta(seconds=1)
    Duty.objects.filter(pk=duty.pk).update(booked_on_at=ended - dt.timedelta(hours=12), until=ended)


def test_a_shift_from_booking_on_to_booking_off(reid, rechecked):
    assert not selectors.is_on_duty(reid)
    duty = services.book_on(actor=reid)
    assert selectors.is_on_duty(reid)
    assert (duty.call_sign, duty.until - duty.booked_on_at) == ("NB21", dt.timedelta(hours=12))
    assert selectors.own_duty(reid) == duty
    services.book_off(actor=reid)
    assert not selectors.is_on_duty(reid)
    assert services.book_off(actor=reid) is None, "off stays off, and leaves nothing behind"
    said = LiveEvent.objects.filter(topic=f"person.{reid.user_id}").order_by("id").values_list("data", flat=True)
    assert [event["until"] is None for event in said] == [False, True]
    kept = AuditEvent.objects.filter(object=f"incidents.duty:{duty.pk}").order_by("at")
    assert [entry.fields for entry in kept] == [["call_sign", "until"], ["booked_off_at"]]
    assert rechecked == [reid.user_id, reid.user_id]


def test_booking_on_again_is_the_same_shift_with_a_new_call_sign_and_end(reid):
    first = services.book_on(actor=reid, shift_hours=1)
    again = services.book_on(actor=reid, call_sign=" nb  24 ", shift_hours=10)
    assert (again.pk, again.booked_on_at) == (first.pk, first.booked_on_at)
    assert again.until > first.until
    assert selectors.on_duty_call_sign(reid) == "NB 24"
    assert Duty.objects.count() == 1


def test_a_shift_that_ran_out_is_off_duty_and_closed_at_its_end(reid):
    old = services.book_on(actor=reid, call_sign="NB24")
    run_out(old)
    assert not selectors.is_on_duty(reid)
    assert selectors.on_duty_call_sign(reid) == "NB21", "the account's own"
    new = services.book_on(actor=reid)
    old.refresh_from_db()
    assert new.pk != old.pk
    assert old.booked_off_at == old.until


def test_without_any_call_sign_the_collar_number_stands(okafor):
    assert services.book_on(actor=okafor).call_sign == okafor.user.collar_number


@pytest.mark.parametrize("given", [{"call_sign": "x" * 17}, {"call_sign": "<b>"}, {"shift_hours": 0},
                                   {"shift_hours": 25}, {"shift_hours": -1}])  # fmt: skip
def test_what_is_no_call_sign_and_no_shift_is_refused(reid, given):
    with pytest.raises(Invalid) as refusal:
        services.book_on(actor=reid, **given)
    assert refusal.value.fields.keys() == given.keys()
    assert not Duty.objects.exists()


@pytest.mark.parametrize("role", sorted(ROLES))
def test_who_may_book_on(db, role):
    actor = make_actor(roles=(role,))
    if "duty.book" in ROLES[role].capabilities:
        assert services.book_on(actor=actor)
    else:
        with pytest.raises(NotAllowed):
            services.book_on(actor=actor)


def test_the_list_names_who_is_on_duty_in_ones_own_force_and_is_written_down(reid, okafor, hale, stranger):
    services.book_on(actor=reid)
    run_out(services.book_on(actor=okafor))
    services.book_on(actor=stranger)
    assert [duty.user.last_name for duty in selectors.on_duty(hale)] == ["Reid"]
    entry = AuditEvent.objects.get(object="incidents.duty", action="LIST")
    assert (entry.actor_id, entry.result_ids) == (hale.id, [str(reid.user_id)])
    with pytest.raises(NotAllowed):
        selectors.on_duty(make_actor(roles=("admin",)))


def test_signing_out_ends_the_shift_and_the_screens(reid, rechecked):
    services.book_on(actor=reid)
    RoleGrant.objects.filter(user=reid.user).delete()  # who may no longer book is not kept on duty by it
    client = signed_in(reid)
    assert client.post("/sign-out/").status_code == 302
    assert not selectors.is_on_duty(reid)
    assert set(rechecked) == {reid.user_id}
    client = signed_in(make_actor())
    assert client.post("/sign-out/").status_code == 302, "who is not on duty signs out as ever"


def test_the_pages_buttons(reid):
    client = signed_in(reid)
    assert client.post("/duty/on/", {"call_sign": "NB24", "next": "/wanted/"}).headers["Location"] == "/wanted/"
    assert selectors.on_duty_call_sign(reid) == "NB24"
    for elsewhere in ("https://evil.example/", "//evil.example", "javascript:alert(1)", ""):
        assert client.post("/duty/off/", {"next": elsewhere}).headers["Location"] == "/"
    assert not selectors.is_on_duty(reid)
    for wrong in ({"shift_hours": "0"}, {"shift_hours": "x"}, {"call_sign": "<script>"}):
        assert client.post("/duty/on/", wrong).status_code == 422
    assert client.get("/duty/on/").status_code == 405


def test_the_api(reid, okafor):
    client = signed_in(reid)
    assert client.get("/api/v1/duty/me/").json()["on_duty"] is False
    made = client.post("/api/v1/duty/on/", {"shift_hours": 8}, content_type="application/json").json()
    assert (made["on_duty"], made["call_sign"]) == (True, "NB21")
    assert client.get("/api/v1/duty/me/").json() == made
    [person] = signed_in(okafor).get("/api/v1/duty/").json()
    assert (person["name"], person["call_sign"], person["user"]) == ("T. Reid", "NB21", reid.user_id)
    assert client.post("/api/v1/duty/off/").json()["on_duty"] is False
    assert client.post("/api/v1/duty/on/", {"shift_hours": 99}, content_type="application/json").status_code == 422


def test_many_are_asked_in_one_query(reid, okafor, hale, stranger, django_assert_num_queries):
    for actor in (reid, stranger):
        services.book_on(actor=actor)
    run_out(services.book_on(actor=okafor))
    everybody = [reid.user_id, okafor.user_id, hale.user_id, stranger.user_id]
    with django_assert_num_queries(1):
        assert selectors.who_is_on_duty(everybody) == {reid.user_id, stranger.user_id}
