"""A curfew that was broken: raised once, told to the officer in the case, decided by a sergeant who did not knock."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest

from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEvent, LiveEvent, OutboxMessage
from suspects.models import CurfewBreach, SuspectRules, WantedRecord
from suspects.selectors import breaches as selectors
from suspects.services.breach_note import Logged, statement_note
from suspects.services.breaches import decide_breach, keep_statement
from suspects.states import BREACH_TRANSITIONS, BreachState, WantedState
from tests.factories import suspects as make
from tests.factories.curfews import log, london


@pytest.fixture
def broken(clock, reid, curfew):
    """Two tries, no reply: 22:16 and 22:23."""
    clock.at("22:16")
    log(reid, curfew, note="Lights were on and I heard a television")
    clock.at("22:23")
    breach = log(reid, curfew).breach
    assert breach is not None
    return breach


def test_two_tries_minutes_apart_are_a_breach_and_one_is_not(clock, reid, investigator, curfew):
    clock.at("22:16")
    assert log(reid, curfew, note="Lights were on and I heard a television").breach is None
    clock.at("22:23")
    breach = log(reid, curfew).breach
    assert breach is not None
    assert (breach.reference, breach.night, breach.raised_by_label) == ("CB-00001", dt.date(2026, 11, 21), reid.label)
    assert breach.statement == (
        "At 22:16 and 22:23 on 21 November 2026 I knocked at Flat 3, 8 Eel Pie Court, Northmere NM4 2AB. "
        "Lights were on and I heard a television. There was no reply."
    )
    heard = LiveEvent.objects.filter(kind="curfew.breach")
    assert {event.topic for event in heard} == {f"curfews.{reid.force_id}", f"person.{investigator.user_id}"}
    assert heard[0].data == {"breach": str(breach.pk), "condition": str(curfew.pk), "state": "WANTED_DRAFTED"}
    assert OutboxMessage.objects.get(kind="push.breach").payload == {"breach": str(breach.pk)}
    # Once a night, whatever comes after.
    clock.at("23:30")
    assert log(reid, curfew, "NOT_PRESENT_CONFIRMED").breach is None
    assert CurfewBreach.objects.count() == 1


@pytest.mark.parametrize("outcome", ["NOT_PRESENT_CONFIRMED", "REFUSED_TO_COME_TO_DOOR", "EM_TAMPER"])
def test_some_outcomes_are_a_breach_at_once(clock, reid, curfew, outcome):
    assert log(reid, curfew, outcome).breach is not None


@pytest.mark.parametrize("outcome", ["PRESENT_SEEN", "PRESENT_VOICE_ONLY", "MOVED", "EXCUSED", "ADDRESS_INACCESSIBLE"])
def test_others_never_are(clock, reid, curfew, outcome):
    assert log(reid, curfew, outcome).breach is None


def test_whoever_answered_between_two_tries_was_at_home(clock, reid, curfew):
    SuspectRules.objects.update(checks_per_night=5)
    clock.at("21:00")
    log(reid, curfew)
    clock.at("21:02")
    log(reid, curfew, "PRESENT_SEEN")
    clock.at("22:00")
    assert log(reid, curfew).breach is None
    clock.at("22:10")
    assert log(reid, curfew).breach is not None


def test_tries_of_two_nights_are_not_one_breach(clock, reid, curfew):
    clock.at("23:50")
    log(reid, curfew)
    clock.at("22:00", day="22/11/2026")
    assert log(reid, curfew).breach is None


def test_the_draft_waits_for_a_sergeant_after_the_forces_rule(clock, reid, curfew, door, jade):
    SuspectRules.objects.update(breaches_for_wanted=2)
    first = log(reid, curfew, "NOT_PRESENT_CONFIRMED").breach
    assert (first.state, first.wanted) == (BreachState.RAISED, None)
    clock.at("22:00", day="22/11/2026")
    second = log(reid, curfew, "NOT_PRESENT_CONFIRMED").breach
    record = WantedRecord.objects.get()
    assert (second.state, second.wanted, second.reference) == (BreachState.WANTED_DRAFTED, record, "CB-00002")
    assert (record.state, record.basis.code, record.person, record.address) == ("DRAFT", "BREACH_BAIL", jade, door)
    assert record.source == "Curfew breach CB-00002"
    # A third breach of the same bail rests on the same draft.
    clock.at("22:00", day="23/11/2026")
    assert log(reid, curfew, "NOT_PRESENT_CONFIRMED").breach.wanted == record


@pytest.mark.parametrize(
    ("type_", "basis"),
    [("PRE_CHARGE_CONDITIONAL", "BREACH_PRECHARGE_BAIL"), ("IMMIGRATION", "IMMIGRATION"), ("LICENCE", "BREACH_ORDER")],
)
def test_the_kind_of_bail_decides_the_power(clock, reid, bail, curfew, type_, basis):
    bail.type = type_
    bail.save()
    assert log(reid, curfew, "NOT_PRESENT_CONFIRMED").breach.wanted.basis.code == basis


def test_a_sergeant_puts_the_person_on_the_board(clock, sergeant, broken):
    decided = decide_breach(actor=sergeant, breach_id=broken.pk, decision="board", text="")
    assert (decided.state, decided.decision_text) == (BreachState.ACTED, "Put on the wanted board.")
    assert (decided.decided_by_label, decided.decided_at) == (sergeant.label, clock.moment)
    assert decided.wanted.pk == WantedRecord.objects.get(state=WantedState.ACTIVE).pk
    with pytest.raises(Conflict):
        decide_breach(actor=sergeant, breach_id=broken.pk, decision="nothing", text="Too late")
    entry = AuditEvent.objects.get(purpose="Put on the wanted board")
    assert entry.object == f"suspects.curfewbreach:{broken.pk}"


def test_without_a_draft_the_sergeant_opens_the_record(clock, reid, sergeant, curfew):
    SuspectRules.objects.update(breaches_for_wanted=9)
    breach = log(reid, curfew, "NOT_PRESENT_CONFIRMED").breach
    decided = decide_breach(actor=sergeant, breach_id=breach.pk, decision="board", text="Second week running")
    assert decided.wanted.state == WantedState.ACTIVE


@pytest.mark.parametrize(("decision", "state"), [("nothing", "NO_ACTION"), ("other", "ACTED")])
def test_or_takes_the_draft_back_with_a_reason(clock, sergeant, broken, decision, state):
    with pytest.raises(Invalid) as refusal:
        decide_breach(actor=sergeant, breach_id=broken.pk, decision=decision, text=" ")
    assert set(refusal.value.fields) == {"text"}
    decided = decide_breach(actor=sergeant, breach_id=broken.pk, decision=decision, text="In hospital that night")
    assert decided.state == state
    assert WantedRecord.objects.get().state == WantedState.CANCELLED


def test_a_draft_that_another_breach_rests_on_stays(clock, reid, sergeant, curfew, broken):
    clock.at("22:00", day="22/11/2026")
    log(reid, curfew, "NOT_PRESENT_CONFIRMED")
    decide_breach(actor=sergeant, breach_id=broken.pk, decision="nothing", text="Bell was broken")
    assert WantedRecord.objects.get().state == WantedState.DRAFT


def test_nobody_decides_on_their_own_knock(clock, sergeant, reid, stranger, curfew, broken):
    with pytest.raises(NotAllowed):
        decide_breach(actor=reid, breach_id=broken.pk, decision="nothing", text="x")
    with pytest.raises(NotFound):
        decide_breach(actor=stranger, breach_id=broken.pk, decision="nothing", text="x")
    with pytest.raises(Invalid):
        decide_breach(actor=sergeant, breach_id=broken.pk, decision="shrug", text="x")
    clock.at("22:00", day="22/11/2026")
    own = log(sergeant, curfew, "NOT_PRESENT_CONFIRMED").breach
    with pytest.raises(NotAllowed) as refusal:
        decide_breach(actor=sergeant, breach_id=own.pk, decision="nothing", text="x")
    assert refusal.value.code == "own_work"


def test_the_note_is_the_officers_until_it_is_decided(clock, reid, ansah, sergeant, broken):
    kept = keep_statement(actor=reid, breach_id=broken.pk, text="At 22:16 I knocked.\nNobody came.")
    assert kept.statement == "At 22:16 I knocked.\nNobody came."
    with pytest.raises(NotAllowed):
        keep_statement(actor=ansah, breach_id=broken.pk, text="I was not there.")
    with pytest.raises(Invalid):
        keep_statement(actor=reid, breach_id=broken.pk, text="x" * 2001)
    decide_breach(actor=sergeant, breach_id=broken.pk, decision="board", text="")
    with pytest.raises(Conflict):
        keep_statement(actor=reid, breach_id=broken.pk, text="Too late.")


def test_the_lifecycle_says_what_may_follow():
    assert set(BREACH_TRANSITIONS) == set(BreachState.values)
    assert BREACH_TRANSITIONS[BreachState.ACTED] == BREACH_TRANSITIONS[BreachState.NO_ACTION] == frozenset()


def test_a_breach_as_its_page_shows_it(clock, reid, sergeant, investigator, broken):
    view = selectors.breach(reid, broken.pk)
    assert view.headline == "Two tries, no reply: 22:16 and 22:23."
    assert view.told_words == "Sent to I. Moreau 7041, officer in the case"
    assert view.wanted_words == "Wanted draft: sergeant decides"
    assert (view.may_write, view.may_decide) == (True, False)
    of_sergeant = selectors.breach(sergeant, broken.pk)
    assert (of_sergeant.may_write, of_sergeant.may_decide) == (False, True)
    assert AuditEvent.objects.filter(object=f"suspects.curfewbreach:{broken.pk}", action="CONSULT").count() == 2
    decide_breach(actor=sergeant, breach_id=broken.pk, decision="board", text="")
    assert selectors.breach(investigator, broken.pk).wanted_words == "On the wanted board"


def test_who_sees_which_breaches(clock, reid, ansah, sergeant, investigator, stranger, curfew, broken):
    for actor, seen in ((reid, 1), (investigator, 1), (sergeant, 1), (ansah, 0), (stranger, 0)):
        page = selectors.breaches(actor)
        assert (page.count, len(page.rows)) == (seen, seen), actor.label
    with pytest.raises(NotFound):
        selectors.breach(stranger, broken.pk)
    clock.at("22:00", day="22/11/2026")
    log(reid, curfew, "NOT_PRESENT_CONFIRMED")
    decide_breach(actor=sergeant, breach_id=broken.pk, decision="other", text="Summons")
    rows = selectors.breaches(sergeant).rows
    assert [(row.reference, row.open) for row in rows] == [("CB-00002", True), ("CB-00001", False)]
    assert [row.reference for row in selectors.breaches(sergeant, limit=1, offset=1).rows] == ["CB-00001"]
    assert [row.reference for row in selectors.breaches(sergeant, open_only=True).rows] == ["CB-00002"]


def test_the_note_says_who_knocked_when_it_was_not_the_writer():
    at = london("21/11/2026 23:50")
    checks = [
        Logged(at=at, outcome="NO_REPLY", note="Lights on", officer=""),
        Logged(at=at + dt.timedelta(minutes=20), outcome="NO_REPLY", note="", officer=""),
        Logged(
            at=at + dt.timedelta(minutes=30), outcome="NOT_PRESENT_CONFIRMED", note="Mother!", officer="Kofi Ansah 2004"
        ),
    ]
    assert statement_note(checks, name="Jade Corrie", address="8 Eel Pie Court") == (
        "At 23:50 on 21 November 2026 and 00:10 on 22 November 2026 I knocked at 8 Eel Pie Court. Lights on. "
        "There was no reply.\n"
        "At 00:20 on 22 November 2026 Kofi Ansah 2004 knocked at 8 Eel Pie Court. Mother! "
        "Kofi Ansah 2004 was told that Jade Corrie was not there."
    )
    tag = [Logged(at=at, outcome="EM_TAMPER", note="", officer="", by_tag=True)]
    assert statement_note(tag, name="Jade Corrie", address="8 Eel Pie Court") == (
        "At 23:50 on 21 November 2026 I was told by the tag contractor about 8 Eel Pie Court. "
        "The tag had been tampered with."
    )
    long = [Logged(at=at, outcome="NO_REPLY", note="x" * 1990, officer="")]
    assert len(statement_note(long, name="J", address="8 Eel Pie Court")) == 2000


def test_references_follow_each_other_in_each_force(clock, reid, jade, curfew, force):
    log(reid, curfew, "REFUSED_TO_COME_TO_DOOR")
    other = make.make_person(force, surname="Ellwood", given_names="Tom")
    again = make.make_condition(other, "JE", start=dt.time(20), minutes=660)
    breach = log(reid, again, "REFUSED_TO_COME_TO_DOOR", place_reason="Right door", key=uuid4()).breach
    assert breach.reference == "CB-00002"
