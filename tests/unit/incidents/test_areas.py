"""Urban or rural: the force draws its areas, the place tells which target counts, and what a person chose stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from core.models import AuditEvent
from incidents.models import AttendanceArea, LogEntry, ResponseGrade
from incidents.outlines import lies_in, read_outline
from incidents.selectors import board_row
from incidents.services import change_grade, close_incident, reopen_incident, report_place, report_point, set_rural
from tests.factories.core import make_force
from tests.factories.incidents import assess_again, make_incident, make_tables

WOLDS = "53.90,0.20 53.90,0.60 53.60,0.60 53.60,0.20"
TOWN = "53.75,0.43 53.75,0.47 53.72,0.47 53.72,0.43"
IN_TOWN, ON_THE_WOLDS, AT_SEA = (53.7385, 0.4421), (53.85, 0.30), (53.7, 1.5)


@pytest.fixture
def areas(okafor):
    for name, rural, outline in (("Northmere Wolds", True, WOLDS), ("Northmere town", False, TOWN)):
        AttendanceArea.objects.create(force_id=okafor.force_id, name=name, rural=rural, outline=outline)


def move(actor, incident, to, radius=20.0):
    report_point(actor=actor, incident_id=incident.pk, source="MAP_CLICK", lat=to[0], lon=to[1], radius_m=radius)
    incident.refresh_from_db()


def minutes(incident) -> int:
    return round((incident.attend_by - incident.received_at) / timedelta(minutes=1))


def said(incident) -> list[str]:
    rows = LogEntry.objects.filter(incident=incident, text__contains="attendance target").order_by("seq")
    return list(rows.values_list("text", flat=True))


def test_the_place_tells_which_target_counts_and_the_clock_follows(okafor, incident, areas):
    assert minutes(incident) == 15
    move(okafor, incident, ON_THE_WOLDS)
    assert (incident.rural, incident.target_area, minutes(incident)) == (True, "Northmere Wolds", 20)
    assert said(incident)[-1].startswith("Rural attendance target, Northmere Wolds. Attend by ")
    assert board_row(okafor, incident.pk).attend_by == incident.attend_by
    assert AuditEvent.objects.filter(fields=["rural"], incident=str(incident.pk)).count() == 1


def test_the_smaller_of_two_areas_counts(okafor, incident, areas):
    move(okafor, incident, ON_THE_WOLDS)
    move(okafor, incident, IN_TOWN)
    assert (incident.rural, incident.target_area, minutes(incident)) == (False, "Northmere town", 15)
    assert len(said(incident)) == 2


def test_outside_of_every_area_it_is_urban(okafor, incident, areas):
    move(okafor, incident, ON_THE_WOLDS)
    move(okafor, incident, AT_SEA)
    assert (incident.rural, incident.target_area, minutes(incident)) == (False, "", 15)


def test_what_a_person_chose_stays_when_the_place_changes(okafor, incident, areas):
    set_rural(actor=okafor, incident_id=incident.pk, rural=False)
    set_rural(actor=okafor, incident_id=incident.pk, rural=True)
    move(okafor, incident, IN_TOWN)
    assert (incident.rural, incident.rural_by_hand, incident.target_area) == (True, True, "")
    assert said(incident)[-1].startswith("Rural attendance target, chosen by hand. Attend by ")


def test_rural_ticked_on_the_call_form_is_a_choice(okafor, areas):
    incident = make_incident(okafor, rural=True)
    move(okafor, incident, IN_TOWN)
    assert (incident.rural, minutes(incident)) == (True, 20)


def test_a_coarse_cell_and_plain_words_tell_nothing(okafor, incident, areas):
    move(okafor, incident, ON_THE_WOLDS, radius=9000.0)
    report_place(actor=okafor, incident_id=incident.pk, text="somewhere on the moor")
    incident.refresh_from_db()
    assert (incident.rural, said(incident)) == (False, [])


def test_without_areas_nothing_is_known_and_another_forces_areas_are_not_ours(okafor, incident):
    other = make_tables(make_force("98", "Southmere Police"))
    AttendanceArea.objects.create(force=other, name="Theirs", outline=WOLDS)
    move(okafor, incident, ON_THE_WOLDS)
    assert (incident.rural, said(incident)) == (False, [])


def test_an_area_that_cannot_be_read_or_is_switched_off_stops_no_incident(okafor, incident, areas):
    AttendanceArea.objects.filter(name="Northmere town").update(outline="here,there")
    AttendanceArea.objects.filter(name="Northmere Wolds").update(active=False)
    move(okafor, incident, IN_TOWN)
    assert (incident.rural, incident.location.lat) == (False, IN_TOWN[0])


def test_another_grade_keeps_the_area_and_takes_its_own_minutes(okafor, hale, incident, areas):
    move(okafor, incident, ON_THE_WOLDS)
    ResponseGrade.objects.filter(force_id=okafor.force_id, code="P").update(rural_target_min=90)
    change_grade(actor=hale, incident_id=incident.pk, grade_code="P", reason="He has gone.")
    incident.refresh_from_db()
    assert (incident.rural, minutes(incident)) == (True, 90)


def test_a_target_does_not_move_once_a_unit_was_there_or_it_is_closed(okafor, hale, incident, areas):
    assess_again(hale, incident)
    close_incident(actor=hale, incident_id=incident.pk, category_code="307", text="Area searched, no trace.")
    move(okafor, incident, ON_THE_WOLDS)
    assert not incident.rural
    reopen_incident(actor=hale, incident_id=incident.pk, reason="Back again.")
    incident.refresh_from_db()
    incident.attended_at = incident.received_at
    incident.save(update_fields=["attended_at"])
    move(okafor, incident, ON_THE_WOLDS)
    assert (incident.rural, said(incident)) == (False, [])


@pytest.mark.parametrize(
    ("outline", "words"),
    [
        ("", "at least three"),
        ("53.7,0.4 53.8,0.5", "at least three"),
        ("53.7,0.4 53.8,0.5 53.7,0.4", "at least three"),
        ("53,0 54,0 55,0", "on one line"),
        ("53;0 54,0 55,1", "no corner"),
        ("nan,nan 54,0 55,1", "no corner"),
        ("inf,0 54,0 55,1", "no corner"),
        ("91,0 54,0 55,1", "no corner"),
        ("53,181 54,0 55,1", "no corner"),
        (" ".join(f"53.{n:03d},0.{n:03d}" for n in range(501)), "at most 500"),
    ],
)
def test_an_outline_that_is_none_is_refused_in_words(okafor, outline, words):
    area = AttendanceArea(force_id=okafor.force_id, name="x", outline=outline or " ")
    with pytest.raises((ValidationError, ValueError), match=words):
        read_outline(outline)
    with pytest.raises(ValidationError):
        area.full_clean()


def test_a_bent_outline_holds_what_is_in_it():
    bay = read_outline("0,0 0,10 10,10 10,0 5,5 0,0")
    assert lies_in(bay, 5, 7)
    assert not lies_in(bay, 5, 2)
    assert not lies_in(bay, 5, 11)
    assert read_outline("0,0 0,1 1,1") == read_outline("0,0 0,1 1,1 0,0")
