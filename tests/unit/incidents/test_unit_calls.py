"""States 12 to 14: a unit asks to be called, and every dispatcher's window says so until somebody has."""

from __future__ import annotations

import importlib
from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from core.clock import now
from core.errors import NotAllowed
from core.models import LiveEvent
from incidents.models import ResourceStatus, UnitMessage
from incidents.selectors import unit_calls
from incidents.services import answer_message, set_resource_status
from incidents.services.unit_states import say_state
from incidents.states import StateEffect, StateSource
from tests.factories.incidents import make_incident, make_resource, make_stranger


@pytest.fixture
def says(dispatcher):
    def say(sign: str, state: str, minutes_ago: int = 0):
        unit = make_resource(call_sign=sign)
        at = now() - timedelta(minutes=minutes_ago)
        say_state(dispatcher, unit.pk, state, source=StateSource.RADIO, at=at)
        return unit

    return say


def line(actor) -> str:
    browser = Client()
    browser.force_login(actor.user)
    return browser.get(reverse("incidents:unit_calls")).content.decode()


def signs(actor) -> list[str]:
    return [call.message.resource.call_sign for call in unit_calls(actor)]


def test_urgent_comes_first_then_who_waits_longest(says, dispatcher):
    says("NB21", "13", 9)
    says("NC12", "12", 20)
    says("RP14", "14")
    assert signs(dispatcher) == ["RP14", "NC12", "NB21"]
    assert [call.now for call in unit_calls(dispatcher)] == [True, False, False]


@pytest.mark.parametrize("state", ["2", "5", "15", "16"])
def test_a_state_that_asks_for_nobody_is_not_said(says, dispatcher, state):
    says("NB21", state)
    assert signs(dispatcher) == []


def test_which_states_ask_is_the_forces_table(says, dispatcher):
    ResourceStatus.objects.filter(code="16").update(effect=StateEffect.CALL_NOW)
    ResourceStatus.objects.filter(code="14").update(effect=StateEffect.NONE)
    says("NB21", "16")
    says("RP14", "14")
    assert signs(dispatcher) == ["NB21"]


def test_it_is_cleared_when_somebody_dealt_with_it(says, dispatcher, hale):
    says("NB21", "14")
    answer_message(actor=hale, message_id=UnitMessage.objects.get().pk)
    assert signs(dispatcher) == []
    told = LiveEvent.objects.filter(kind="unit.message").order_by("pk")
    assert [event.data["answered"] for event in told] == [False, True]
    assert "unit-call" not in line(dispatcher)


def test_another_state_of_the_unit_does_not_answer_its_question(says, dispatcher):
    unit = says("NB21", "14")
    set_resource_status(actor=dispatcher, resource_id=unit.pk, status_code="2")
    assert signs(dispatcher) == ["NB21"]


def test_the_line_says_who_what_since_when_and_where_to_go(says, dispatcher):
    says("NB21", "14", 3)
    says("NC12", "13")
    shown = line(dispatcher)
    for part in (
        "NB21, State 14: urgent call back.", "Urgent call back", "and 1 more", "<live-clock since=", "Dealt with",
        reverse("incidents:units_board"), reverse("incidents:answer_message", args=[UnitMessage.objects.first().pk]),
    ):  # fmt: skip
        assert part in shown


def test_dispatchers_windows_have_the_place_and_handlers_have_not(dispatcher, okafor):
    make_incident(okafor)
    for actor, has in ((dispatcher, True), (okafor, False)):
        browser = Client()
        browser.force_login(actor.user)
        assert ("<unit-calls" in browser.get("/").content.decode()) is has
    with pytest.raises(NotAllowed):
        unit_calls(okafor)


@pytest.mark.parametrize("address", ["/?only=queue", "/map/?only=map"])
def test_a_panel_on_a_screen_of_its_own_does_not_say_it_again(dispatcher, address):
    browser = Client()
    browser.force_login(dispatcher.user)
    assert "<unit-calls" not in browser.get(address).content.decode()


def test_another_forces_units_do_not_ask_here(says):
    says("NB21", "14")
    stranger = make_stranger(roles=("dispatcher",))
    assert signs(stranger) == []


def test_it_costs_two_queries_however_many_ask(says, dispatcher, django_assert_num_queries):
    for number in range(12):
        says(f"NB{number}", "13")
    with django_assert_num_queries(2):
        assert len(unit_calls(dispatcher)) == 12


def test_a_force_that_was_there_before_gets_what_its_states_ask(dispatcher):
    ResourceStatus.objects.filter(kind="message").update(effect="")
    ResourceStatus.objects.filter(code="13").update(label="Bring milk")
    step = importlib.import_module("incidents.migrations.0007_states_that_ask")
    step.say_what_they_ask(apps, None)
    asks = dict(ResourceStatus.objects.filter(kind="message").values_list("code", "effect"))
    assert asks == {"12": "CALL", "13": "", "14": "CALL_NOW", "15": "", "16": ""}
