"""Registers outside: asked after the answer has left, over real HTTP; a slow one delays nobody."""

from __future__ import annotations

import pytest

from core import outbox
from core.errors import Conflict, NotFound
from core.models import AuditEvent, LiveEvent, OutboxMessage, OutboxState
from suspects.models import SourceResult, SuspectRules
from suspects.selectors.checks import get_looks
from suspects.services import asking
from suspects.services.checks import run_check
from suspects.services.typed import Typed
from suspects.sources.simulator import Simulator, in_thread, settings_for
from tests.factories import suspects as make


@pytest.fixture(scope="module")
def running():
    with in_thread(Simulator()) as simulator:
        yield simulator


@pytest.fixture
def registers(running, settings):
    running.script.clear()
    running.asked.clear()
    settings.CHECK_SOURCES = settings_for(running.url)
    settings.CHECK_SOURCE_SECONDS = 5
    return running


def deliver():
    for message in OutboxMessage.objects.filter(kind=asking.WORK, state=OutboxState.WAITING):
        outbox.deliver_one(str(message.pk))


def by_name(actor):
    return run_check(actor=actor, typed=Typed(surname="Halloran", given="Connor", born="14/06/1998"), subject="PERSON")


def states(looks):
    return {look.system: look.state for look in looks}


def test_the_local_answer_leaves_while_every_register_is_still_asked(reid, at_a_stop, registers):
    answer = by_name(reid)
    assert not registers.asked
    assert states(answer.looks) == {"LOCAL": "answered", "PNC": "waiting", "DVLA": "waiting", "NICHE": "waiting"}
    deliver()
    looks = get_looks(reid, answer.check.pk).looks
    assert set(states(looks).values()) == {"answered"}
    assert all(look.at for look in looks)
    assert not any(look.stale for look in looks)
    [asked] = [one for one in registers.asked if one.system == "PNC"]
    assert b'"surname": "Halloran"' in asked.body
    assert asked.headers["x-leds-justification"] == at_a_stop.justification
    events = LiveEvent.objects.filter(topic=f"check.{answer.check.pk}", kind="check.answered")
    assert {event.data["system"] for event in events} == {"PNC", "DVLA", "NICHE"}
    collected = AuditEvent.objects.filter(object=f"suspects.check:{answer.check.pk}", action="COLLECT")
    assert collected.count() == 3
    assert {(entry.actor_id, entry.reason_code) for entry in collected} == {(str(reid.user_id), "1")}


def test_work_done_twice_is_one_answer(reid, at_a_stop, registers):
    by_name(reid)
    row = SourceResult.objects.get(system="PNC")
    asking.ask(str(row.pk), 1)
    asking.ask(str(row.pk), 2)
    assert len(registers.asked) == 1
    assert LiveEvent.objects.filter(kind="check.answered").count() == 1


def test_a_register_that_fails_is_not_run_and_can_be_tried_again(reid, at_a_stop, registers):
    answer = by_name(reid)
    registers.script[:] = ["broken"]
    row = SourceResult.objects.get(system="PNC")
    asking.ask(str(row.pk), 1)
    [look] = [one for one in get_looks(reid, answer.check.pk).looks if one.system == "PNC"]
    assert (look.state, look.outcome, look.may_retry) == ("not_run", "ERROR", True)
    assert "Try again" in look.words
    asking.try_again(actor=reid, check_id=answer.check.pk, system="PNC")
    with pytest.raises(Conflict):
        asking.try_again(actor=reid, check_id=answer.check.pk, system="PNC")
    deliver()
    row.refresh_from_db()
    assert (row.attempts, row.problem, row.outcome != "") == (2, "", True)


def test_trying_again_is_for_ones_own_check_and_a_register_that_was_asked(reid, at_a_stop, registers):
    one = by_name(reid).check
    for actor, system in ((make.make_officer(last_name="Ansah"), "PNC"), (reid, "MIB"), (reid, "")):
        with pytest.raises(NotFound):
            asking.try_again(actor=actor, check_id=one.pk, system=system)


def test_a_busy_register_is_asked_again_and_then_said_to_be_busy(reid, at_a_stop, registers):
    by_name(reid)
    row = SourceResult.objects.get(system="DVLA")
    registers.script[:] = ["busy"] * asking.TRIES
    for attempt in range(1, asking.TRIES):
        with pytest.raises(outbox.Retry) as later:
            asking.ask(str(row.pk), attempt)
        assert later.value.after == 3
    asking.ask(str(row.pk), asking.TRIES)
    row.refresh_from_db()
    assert (row.outcome, row.problem) == ("NOT_RUN", "busy")


def test_an_answer_grows_old_and_is_nobodys_answer_to_another_check(reid, at_a_stop, registers):
    SuspectRules.objects.update(source_stale_hours=0)
    first = by_name(reid).check
    deliver()
    assert all(look.stale for look in get_looks(reid, first.pk).looks if look.system != "LOCAL")
    second = by_name(reid)
    assert states(second.looks)["PNC"] == "waiting"


def test_part_of_a_plate_is_not_asked_outside(reid, at_a_stop, registers):
    run_check(actor=reid, typed=Typed(text="KX6? Z*"))
    assert not SourceResult.objects.exists()
    run_check(actor=reid, typed=Typed(text="KX68 ZZB"))
    assert set(SourceResult.objects.values_list("system", flat=True)) == {"PNC", "DVLA", "MIB", "ANPR", "NICHE"}


def test_what_is_not_connected_is_said_and_asks_nobody(reid, at_a_stop, settings):
    settings.CHECK_SOURCES = []
    looks = by_name(reid).looks
    assert {(look.system, look.state, look.may_retry) for look in looks[1:]} == {
        ("PNC", "not_run", False), ("DVLA", "not_run", False), ("NICHE", "not_run", False),
    }  # fmt: skip
    assert not OutboxMessage.objects.filter(kind=asking.WORK).exists()


def test_a_register_taken_out_of_service_meanwhile_was_not_run(reid, at_a_stop, registers, settings):
    by_name(reid)
    settings.CHECK_SOURCES = []
    deliver()
    assert set(SourceResult.objects.values_list("outcome", "problem")) == {("NOT_RUN", "not_set_up")}
