"""The board: three sections, one audit entry, as many queries for fifty incidents as for five."""

from __future__ import annotations

import dataclasses
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import NotAllowed, NotFound
from core.models import AuditEvent, LiveEvent
from core.realtime import may_follow
from core.roles import ADMIN, RECORDS, ROLES
from incidents.selectors import board, board_row
from incidents.selectors.board import row_words
from incidents.services import assign, close_incident, stand_down
from tests.factories.core import make_actor
from tests.factories.incidents import assess_again, make_incident, make_resource


def test_each_incident_is_in_its_section(okafor, hale, dispatcher):
    mine = make_incident(okafor, grade_code="P")
    theirs = make_incident(hale, grade_code="S")
    red = make_incident(hale)
    covered = make_incident(hale)
    assign(actor=dispatcher, incident_id=covered.pk, resource_id=make_resource(call_sign="NB21").pk)
    seen = board(okafor)
    assert [row.id for row in seen.unassigned_immediate] == [red.pk]
    assert [row.id for row in seen.mine] == [mine.pk]
    assert [row.id for row in seen.others] == [covered.pk, theirs.pk]
    assert seen.total == 4


def test_my_own_immediate_without_a_unit_is_in_the_top_section(okafor, incident):
    assert [row.id for row in board(okafor).unassigned_immediate] == [incident.pk]


def test_an_officers_own_are_those_their_call_sign_goes_to(reid, okafor, dispatcher, incident):
    unit = make_resource(call_sign="NB21")
    assign(actor=dispatcher, incident_id=incident.pk, resource_id=unit.pk)
    assert [row.id for row in board(reid).mine] == [incident.pk]
    assert [unit.call_sign for unit in board(reid).mine[0].units] == ["NB21"]
    stand_down(actor=dispatcher, incident_id=incident.pk, resource_id=unit.pk)
    assert board(reid).mine == ()


def test_most_urgent_first_then_oldest(okafor):
    codes = ["S", "P", "R", "P"]
    made = [make_incident(okafor, grade_code=code) for code in codes]
    assert [row.id for row in board(okafor).mine] == [made[1].pk, made[3].pk, made[0].pk, made[2].pk]


def test_closed_incidents_leave_the_board_but_their_row_says_so(hale, incident):
    assess_again(hale, incident)
    close_incident(actor=hale, incident_id=incident.pk, category_code="307", text="Done.")
    assert board(hale).total == 0
    assert board_row(hale, incident.pk).status == "CLOSED"


def test_a_row_has_what_the_clocks_need(okafor, incident):
    row = board_row(okafor, incident.pk)
    assert (row.received_at, row.attend_by, row.attended_at) == (incident.received_at, incident.attend_by, None)
    assert (row.grade, row.grade_label, row.grade_colour, row.emergency) == ("I", "Immediate", "red", True)
    assert row == board(okafor).unassigned_immediate[0]


def test_one_list_entry_names_the_ids_shown(okafor, hale):
    shown = {str(make_incident(actor).pk) for actor in (okafor, okafor, hale)}
    before = AuditEvent.objects.count()
    board(okafor)
    entry = AuditEvent.objects.latest("at")
    assert AuditEvent.objects.count() == before + 1
    assert (entry.action, set(entry.result_ids), entry.result_count) == ("LIST", shown, 3)


def test_an_empty_board_is_an_entry_too(okafor):
    board(okafor)
    assert AuditEvent.objects.get().result_count == 0


def test_no_audit_entry_no_board(okafor, incident, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr("core.audit.record", broken)
    with pytest.raises(RuntimeError):
        board(okafor)


def test_fifty_incidents_cost_as_many_queries_as_five(okafor, dispatcher, django_assert_num_queries):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            board(okafor)
        return len(counted)

    for number in range(5):
        incident = make_incident(okafor)
        if number % 2:
            assign(actor=dispatcher, incident_id=incident.pk, resource_id=make_resource().pk)
    five = queries()
    for number in range(45):
        incident = make_incident(okafor)
        if number % 2:
            assign(actor=dispatcher, incident_id=incident.pk, resource_id=make_resource().pk)
    with django_assert_num_queries(five):
        seen = board(okafor)
    assert seen.total == 50
    assert five <= 8


@pytest.mark.parametrize("role", sorted(ROLES))
def test_who_sees_the_board(incident, role):
    actor = make_actor(roles=(role,))
    if "incident.list" in ROLES[role].capabilities:
        assert board(actor).total == 1
    else:
        with pytest.raises(NotAllowed):
            board(actor)
        with pytest.raises(NotAllowed):
            board_row(actor, incident.pk)


def test_who_sees_only_the_list_reads_no_address(incident):
    [row] = board(make_actor(roles=(RECORDS,))).rows
    assert row.location_text == ""
    assert "Harbour" not in str(dataclasses.asdict(row))


def test_another_force_sees_an_empty_board_and_no_row(stranger, incident):
    assert board(stranger).total == 0
    with pytest.raises(NotFound):
        board_row(stranger, incident.pk)


def test_who_may_follow_live(okafor, stranger, incident):
    ours, one = f"board.{okafor.force_id}", f"incident.{incident.pk}"
    assert may_follow(okafor, ours)
    assert may_follow(okafor, one)
    assert not may_follow(stranger, ours)
    assert not may_follow(stranger, one)
    admin = make_actor(roles=(ADMIN,))
    assert not may_follow(admin, ours)
    assert not may_follow(admin, one)


@pytest.mark.parametrize(
    "topic", ["board.", "board.x", "board.0", "incident.1", "incident.", "incident.%27", "board.None"]
)
def test_hostile_topics_are_refused(okafor, topic):
    assert not may_follow(okafor, topic)


def last_change(incident):
    return LiveEvent.objects.filter(kind="incident.changed", topic=f"incident.{incident.pk}").latest("pk").data


def test_an_event_alone_says_what_the_row_of_a_sent_unit_shows(okafor, dispatcher, incident):
    """4,000 screens draw the row again; none of them asks."""
    before = board_row(okafor, incident.pk)
    assign(actor=dispatcher, incident_id=incident.pk, resource_id=make_resource(call_sign="NB21").pk)
    said, row = last_change(incident), board_row(okafor, incident.pk)
    assert (said["unit"], said["step"], said["units"]) == ("NB21", row.units[0].status, 1)
    assert (said["words"], said["version"]) == (before.words, row.version)


def test_other_words_of_a_row_are_told_without_saying_them(okafor, incident):
    before = row_words(incident)
    incident.location_text = "Behind the Ropewalk, Northmere"
    assert row_words(incident) != before
    assert re.fullmatch(r"[0-9a-f]{16}", row_words(incident))


def test_a_call_sign_that_is_no_short_word_stays_out_of_the_event(okafor, dispatcher, incident):
    assign(actor=dispatcher, incident_id=incident.pk, resource_id=make_resource(call_sign="Ñ<21>").pk)
    assert (last_change(incident)["unit"], last_change(incident)["units"]) == ("", 1)


def many(okafor, hale, dispatcher):
    """Two Immediates that nobody goes to, three of Okafor's own, four of others; one of those has a unit."""
    red = [make_incident(hale), make_incident(okafor)]
    own = [make_incident(okafor, grade_code=code) for code in ("S", "P", "R")]
    theirs = [make_incident(hale, grade_code=code) for code in ("P", "S", "R")]
    covered = make_incident(hale)
    assign(actor=dispatcher, incident_id=covered.pk, resource_id=make_resource(call_sign="NB21").pk)
    by_grade = [own[1], own[0], own[2]]
    return [one.pk for one in [*red, *by_grade, covered, *theirs]]


@pytest.mark.parametrize("first", [1, 2, 3, 5, 8, 9, 40])
def test_the_first_rows_are_those_at_the_top_and_the_counts_are_of_all(okafor, hale, dispatcher, first):
    order = many(okafor, hale, dispatcher)
    seen = board(okafor, first=first)
    assert [row.id for row in seen.rows] == order[:first]
    assert [section.count for section in seen.sections] == [2, 3, 4]
    assert (seen.total, seen.more) == (9, max(0, 9 - first))
    assert sum(section.more for section in seen.sections) == seen.more
    assert seen.rows == board(okafor).rows[:first]


def test_the_first_rows_entry_names_only_the_ids_that_were_shown(okafor, hale, dispatcher):
    order = many(okafor, hale, dispatcher)
    board(okafor, first=4)
    entry = AuditEvent.objects.latest("at")
    assert (entry.result_ids, entry.result_count) == ([str(one) for one in order[:4]], 4)


def test_counts_are_of_the_own_force_only(okafor, hale, dispatcher, stranger):
    many(okafor, hale, dispatcher)
    theirs = make_incident(stranger, grade_code="P")
    seen = board(stranger, first=1)
    assert [section.count for section in seen.sections] == [0, 1, 0]
    assert [row.id for row in seen.rows] == [theirs.pk]
    assert theirs.pk not in {row.id for row in board(okafor).rows}


def test_another_units_call_sign_makes_nothing_mine(reid, hale, dispatcher):
    incident = make_incident(hale)
    assign(actor=dispatcher, incident_id=incident.pk, resource_id=make_resource(call_sign="NB2").pk)
    assert [row.id for row in board(reid, first=1).others] == [incident.pk]


def test_the_first_rows_cost_six_queries_however_many_there_are(okafor, hale, dispatcher, django_assert_num_queries):
    many(okafor, hale, dispatcher)
    with django_assert_num_queries(6):  # a savepoint and its end, rows, counts, units, the entry
        board(okafor, first=3)
    for _ in range(20):
        make_incident(okafor)
    with django_assert_num_queries(6):
        board(okafor, first=3)
