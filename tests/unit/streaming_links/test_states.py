"""The lifecycles are tables: complete, reachable, and only forward."""

from __future__ import annotations

from pathlib import Path

import pytest

from streaming.states import (
    FINAL_STATES,
    FIRST_STATE,
    SESSION_TRANSITIONS,
    SMS_TRANSITIONS,
    SessionState,
    SmsStatus,
    may_move,
    sms_may_move,
)


@pytest.mark.parametrize(("table", "states"), [(SESSION_TRANSITIONS, SessionState), (SMS_TRANSITIONS, SmsStatus)])
def test_every_state_is_in_the_table_and_can_be_reached(table, states):
    assert set(table) == set(states)
    reached, frontier = {states.QUEUED}, {states.QUEUED}
    while frontier:
        frontier = set().union(*(table[state] for state in frontier)) - reached
        reached |= frontier
    assert reached == set(states)


def test_final_states_lead_nowhere_and_all_others_lead_to_the_end():
    assert FIRST_STATE == SessionState.QUEUED
    for state in SessionState:
        assert (not SESSION_TRANSITIONS[state]) == (state in FINAL_STATES)
        assert state in FINAL_STATES or SessionState.ENDED in SESSION_TRANSITIONS[state]


def test_no_session_ever_goes_back_along_the_console_row():
    row = [state for state in SessionState if state != SessionState.FAILED]
    for later, state in enumerate(row):
        for earlier in row[: later + 1]:
            assert not may_move(state, earlier), f"{state} → {earlier}"


def test_only_a_text_can_fail():
    assert {s for s in SessionState if may_move(s, SessionState.FAILED)} == {SessionState.QUEUED, SessionState.SENT}


def test_late_and_repeated_reports_are_no_news():
    assert not sms_may_move(SmsStatus.DELIVERED, SmsStatus.SENT)
    assert not sms_may_move(SmsStatus.DELIVERED, SmsStatus.DELIVERED)
    assert not sms_may_move(SmsStatus.DELIVERED, SmsStatus.FAILED)
    assert sms_may_move(SmsStatus.FAILED, SmsStatus.DELIVERED)


def diagram(table):
    """A Mermaid state diagram of the table: one line per allowed move, in the order of the states."""
    moves = [f"    {old.value} --> {new.value}" for old in table for new in type(old) if new in table[old]]
    ends = [f"    {state.value} --> [*]" for state in table if not table[state]]
    return "\n".join(["```mermaid", "stateDiagram-v2", "    [*] --> queued", *moves, *ends, "```"])


@pytest.mark.parametrize("table", [SESSION_TRANSITIONS, SMS_TRANSITIONS])
def test_the_diagram_in_the_docs_is_current(table):
    page = Path(__file__).resolve().parents[3] / "docs" / "states" / "video-session.md"
    assert diagram(table) in page.read_text(), f"put this into {page.name}:\n{diagram(table)}"
