"""The Send tab and the units' board in Dispatcher Dunn's browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core.clock import now
from core.models import AuditEvent
from incidents.models import Assignment, LogEntry, SuggestionShown, UnitChoice
from incidents.services import assign
from tests.factories.incidents import make_incident, make_location, make_resource, make_stranger

FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def desk(dispatcher):
    browser = Client()
    browser.force_login(dispatcher.user)
    return browser


@pytest.fixture
def nb21(incident):
    make_location(incident, lat=53.7362, lon=0.4471)
    return make_resource(
        call_sign="NB21", type="Response car", crew="Cole, Mir", crew_size=2, lat=53.7452, lon=0.4471, position_at=now()
    )


def send(incident):
    return reverse("incidents:send", args=[incident.pk])


def test_the_list_says_about_and_why_and_is_kept(desk, incident, nb21):
    before = AuditEvent.objects.count()
    page = desk.get(send(incident)).content.decode()
    assert "about 2 min" in page
    assert "Nearest" in page
    assert "A suggestion, not an order" in page
    assert str(SuggestionShown.objects.get().pk) in page
    assert AuditEvent.objects.count() == before + 1


def test_assign_ask_and_stand_down(desk, incident, nb21):
    desk.get(send(incident))
    shown = SuggestionShown.objects.get().pk
    asked = desk.post(send(incident), {"resource": nb21.pk, "shown": shown, "act": "ask"}, headers=FETCH)
    assert "NB21 asked. It is in the log." in asked.content.decode()
    given = desk.post(send(incident), {"resource": nb21.pk, "shown": shown, "act": "assign"}, headers=FETCH)
    assert "NB21 assigned." in given.content.decode()
    assert "Stand down" in given.content.decode()
    gone = desk.post(send(incident), {"resource": nb21.pk, "act": "stand_down"}, headers=FETCH)
    assert "NB21 stood down." in gone.content.decode()
    assert not Assignment.objects.active().exists()
    assert list(UnitChoice.objects.order_by("at").values_list("kind", "rank")) == [("asked", 1), ("assigned", 1)]


def test_when_the_radio_gateway_is_silent_any_unit_can_be_sent_by_its_call_sign(desk, incident, nb21):
    for n in range(9):
        make_resource(call_sign=f"NA1{n}", lat=53.8, lon=0.4471, position_at=now() - timedelta(seconds=181 + n))
    far = make_resource(call_sign="NC19")  # never said where it is
    nb21.position_at = now() - timedelta(minutes=5)
    nb21.save()
    page = desk.get(send(incident)).content.decode()
    assert "No unit is free and suitable" in page
    assert 'name="call_sign"' in page
    shown = SuggestionShown.objects.get().pk
    why = desk.post(send(incident), {"call_sign": "nc19", "shown": shown, "act": "assign"}, headers=FETCH)
    assert why.status_code == 422
    assert "NC19 was not offered. Say why it is sent" in why.content.decode()
    assert 'value="nc19"' in why.content.decode()
    body = {"call_sign": "nc19", "shown": shown, "act": "assign", "reason": "Said by radio it is round the corner."}
    assert "NC19 assigned." in desk.post(send(incident), body, headers=FETCH).content.decode()
    assert Assignment.objects.active().get().resource == far
    said = LogEntry.objects.filter(incident=incident).order_by("-seq").first().text
    assert said == "NC19 assigned, not among the 0 suggested. Said by radio it is round the corner."
    unknown = desk.post(send(incident), {"call_sign": "ZZ1", "act": "assign", "reason": "x"}, headers=FETCH)
    assert "There is no unit ZZ1" in unknown.content.decode()
    assert (
        "NB21 asked" in desk.post(send(incident), {"call_sign": "NB21", "act": "ask"}, headers=FETCH).content.decode()
    )


def test_a_call_sign_that_was_offered_needs_no_reason_and_counts_before_the_list(desk, incident, nb21):
    other = make_resource(call_sign="NB22", lat=53.7452, lon=0.4471, position_at=now())
    desk.get(send(incident))
    body = {"resource": nb21.pk, "call_sign": "NB22", "shown": SuggestionShown.objects.get().pk, "act": "assign"}
    assert "NB22 assigned." in desk.post(send(incident), body, headers=FETCH).content.decode()
    assert Assignment.objects.active().get().resource == other
    nothing = desk.post(send(incident), {"act": "assign"}, headers=FETCH)
    assert (nothing.status_code, "Choose a unit" in nothing.content.decode()) == (422, True)


def test_another_forces_unit_is_not_there_by_its_call_sign_either(desk, incident):
    make_resource(force=make_stranger().user.force, call_sign="XX11")
    answer = desk.post(send(incident), {"call_sign": "XX11", "act": "assign", "reason": "Near."}, headers=FETCH)
    assert "There is no unit XX11" in answer.content.decode()
    assert not Assignment.objects.exists()


def test_without_scripts_it_goes_back_to_the_incident(desk, incident, nb21):
    answer = desk.post(send(incident), {"resource": nb21.pk})
    assert (answer.status_code, answer.url) == (302, reverse("incidents:detail", args=[incident.pk]))


def test_who_is_late_is_told_by_whom_and_sees_the_fresh_list(desk, incident, nb21, hale, okafor):
    other = make_incident(okafor)
    desk.get(send(incident))
    assign(actor=hale, incident_id=other.pk, resource_id=nb21.pk)
    answer = desk.post(send(incident), {"resource": nb21.pk, "act": "assign"}, headers=FETCH)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "NB21 is on another incident" in page
    assert f"assigned to another: {other.serial} I" in page


def test_what_was_typed_is_kept_when_it_is_refused(desk, incident, nb21, hale, okafor):
    other = make_incident(okafor)
    assign(actor=hale, incident_id=other.pk, resource_id=nb21.pk)
    answer = desk.post(send(incident), {"resource": nb21.pk, "reason": "Nobody <b>nearer"}, headers=FETCH)
    assert "Nobody &lt;b&gt;nearer" in answer.content.decode()
    for wrong in ({}, {"resource": "x"}, {"resource": nb21.pk, "act": "fly"}, {"resource": nb21.pk, "shown": "x"}):
        assert desk.post(send(incident), wrong, headers=FETCH).status_code == 422


def test_the_units_board_names_no_crew_and_leaves_no_entry(desk, nb21):
    before = AuditEvent.objects.count()
    page = desk.get(reverse("incidents:units_board")).content.decode()
    assert "NB21" in page
    assert "Response car, double" in page
    assert "Cole" not in page
    part = desk.get(reverse("incidents:units_board"), {"part": "units"}).content.decode()
    assert 'id="unit-groups"' in part
    assert "<html" not in part
    assert AuditEvent.objects.count() == before


def test_a_state_is_set_from_the_board(desk, nb21):
    url = reverse("incidents:unit_state", args=[nb21.pk])
    assert desk.post(url, {"status_code": "8"}, headers=FETCH).status_code == 204
    assert desk.post(url, {"status_code": "3"}).url == reverse("incidents:units_board")
    for wrong in ({}, {"status_code": "99"}, {"status_code": "x" * 9}):
        assert desk.post(url, wrong, headers=FETCH).status_code == 422
    nb21.refresh_from_db()
    assert nb21.status_code == "3"


def test_a_call_handler_sees_no_tab_and_no_board(okafor, incident, desk):
    browser = Client()
    browser.force_login(okafor.user)
    page = browser.get(reverse("incidents:detail", args=[incident.pk])).content.decode()
    assert "tab-send" not in page
    assert "units_board" not in page
    assert browser.get(reverse("incidents:units_board")).status_code == 403
    assert 'id="tab-send"' in desk.get(reverse("incidents:detail", args=[incident.pk])).content.decode()
