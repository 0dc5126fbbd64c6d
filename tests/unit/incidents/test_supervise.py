"""What Inspector Hale sees from three metres away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import NotAllowed
from incidents.selectors import board
from incidents.selectors.supervise import of_board, supervision
from incidents.services import assign, at_scene
from tests.factories.incidents import make_incident, make_resource


def states(found):
    return [(clock.row.grade, clock.state) for clock in found.rows]


def test_an_immediate_nobody_goes_to_is_above_everything(okafor, hale):
    late = make_incident(okafor, grade_code="P")
    going = make_incident(okafor)
    alone = make_incident(okafor)
    assign(actor=hale, incident_id=going.pk, resource_id=make_resource().pk)
    found = of_board(board(hale), late.attend_by + timedelta(minutes=1))
    assert [clock.row.id for clock in found.rows] == [alone.pk, going.pk, late.pk]
    assert states(found) == [("I", "unassigned"), ("I", "over"), ("P", "over")]
    assert found.longest_unassigned.id == alone.pk
    assert (found.immediates, found.immediates_in_target, len(found.unassigned)) == (2, 0, 1)
    assert [clock.row.id for clock in found.others_near] == [late.pk]


def test_a_clock_is_near_in_its_last_fifth_and_done_when_somebody_is_there(okafor, hale):
    incident = make_incident(okafor, grade_code="P")
    whole = incident.attend_by - incident.received_at
    rows = lambda part: of_board(board(hale), incident.received_at + whole * part).rows  # noqa: E731 - said thrice below
    assert [(one.state, one.part) for one in rows(0.5)] == [("running", 50)]
    assert [(one.state, one.part) for one in rows(0.8)] == [("near", 80)]
    assert [(one.state, one.part) for one in rows(1.01)] == [("over", 100)]
    unit = make_resource()
    assign(actor=hale, incident_id=incident.pk, resource_id=unit.pk)
    at_scene(actor=hale, incident_id=incident.pk, resource_id=unit.pk)
    assert [one.state for one in rows(3)] == ["attended"]


def test_without_a_target_there_is_nothing_to_miss(okafor, hale):
    incident = make_incident(okafor, grade_code="R")
    [clock] = of_board(board(hale), incident.received_at + timedelta(days=3)).rows
    assert (clock.state, clock.part) == ("none", 0)


def test_only_supervisors_of_the_force(okafor, hale, stranger, incident):
    assert supervision(hale).total == 1
    assert supervision(stranger).total == 0
    with pytest.raises(NotAllowed):
        supervision(okafor)
