"""Each rule the database itself keeps, shown by the row it refuses."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError

from core.clock import local_date, now
from incidents.models import (
    Assignment,
    AttendanceArea,
    CategorySkill,
    CloseRequest,
    CrimeNumber,
    Emergency,
    GradeChange,
    GradeCriterion,
    GradeTick,
    Incident,
    IncidentCategory,
    IncidentFlag,
    IncidentQualifier,
    IncidentSerial,
    LogEntry,
    LogRestriction,
    Push,
    PushSubscription,
    Qualifier,
    RadioConnection,
    RadioMessage,
    ResourceStatus,
    ResponseGrade,
    RiskAssessment,
    RiskSettings,
    Skill,
    StateChange,
    SuggestionShown,
    TravelSpeed,
    UnitChoice,
    UnitMessage,
    VulnerabilityFlag,
)
from incidents.services import (
    amend_facts,
    ask_grade,
    book_on,
    save_methane,
)
from incidents.thrive import THRIVE
from tests.factories.incidents import assess_again, make_incident, make_location, make_resource
from tests.helpers.refused_rows import insert, refused


def test_incidents(okafor):
    incident = make_incident(okafor)
    free = {"serial": 900, "client_key": None}
    refused("incident_reference_once", insert(incident, client_key=None))
    refused("incident_client_key_once", insert(incident, serial=900))
    refused("incident_serial_in_range", insert(incident, **{**free, "serial": 0}))
    refused("incident_serial_in_range", insert(incident, **{**free, "serial": 100_000}))
    refused("incident_status_known", insert(incident, **free, status="GONE"))
    refused("incident_channel_known", insert(incident, **free, channel="PIGEON"))
    refused("incident_number_is_e164", insert(incident, **free, caller_number="07700900417"))
    refused("incident_description_length", insert(incident, **free, description="x" * 4001))
    closed = {**free, "status": "CLOSED", "closed_at": now(), "closing_category_id": incident.opening_category_id}
    refused("incident_closed_is_complete", insert(incident, **closed, closing_text=""))
    refused("incident_closed_is_complete", insert(incident, **{**closed, "closed_at": None}, closing_text="x"))
    no_category = {**closed, "closing_category_id": None}
    refused("incident_closed_is_complete", insert(incident, **no_category, closing_text="x"))
    refused("incident_closed_is_complete", insert(incident, **free, closed_at=now()))
    insert(incident, **closed, closing_text="Done.")()


def test_serials(okafor):
    make_incident(okafor)
    row = IncidentSerial.objects.get()
    refused("serial_one_row_per_day", insert(row))
    refused("serial_fits_reference", insert(row, local_date=local_date(now()) - timedelta(days=1), last=100_000))


def test_log(okafor):
    incident = make_incident(okafor)
    entry = LogEntry.objects.get(incident=incident, seq=4)
    free = {"seq": 5, "prev_hash": entry.hash, "hash": "f" * 64}
    refused("log_seq_once", insert(entry, prev_hash="e" * 64))
    refused("log_chain_does_not_fork", insert(entry, seq=5))
    key = uuid4()
    insert(entry, **free, client_key=key)()
    refused("log_client_key_once", insert(entry, seq=6, prev_hash="d" * 64, client_key=key))
    free = {"seq": 7, "prev_hash": "c" * 64}
    refused("log_seq_from_one", insert(entry, **{**free, "seq": 0}))
    refused("log_type_known", insert(entry, **free, type="GOSSIP"))
    refused("log_channel_known", insert(entry, **free, channel="smoke"))
    refused("log_text_length", insert(entry, **free, text="x" * 4001))
    refused("log_text_length", insert(entry, **free, text=""))
    refused("log_hash_length", insert(entry, **free, hash="short"))
    correction = {**free, "type": "CORRECTION"}
    refused("log_correction_names_an_earlier_entry", insert(entry, **correction))
    refused("log_cites_an_earlier_entry", insert(entry, **free, cites_seq=0))
    refused("log_cites_an_earlier_entry", insert(entry, **free, cites_seq=900))
    refused("log_restricted_has_a_key", insert(entry, **free, restricted=True))
    mark = LogRestriction.objects.create(
        force_id=entry.force_id, entry=entry, number=1, restricted=True, reason="Source.", at=now(), by_label="Hale"
    )
    refused("log_restriction_number_once", insert(mark))
    refused("log_restriction_from_one", insert(mark, number=0))
    refused("log_restriction_says_why", insert(mark, number=2, reason=""))
    refused("log_correction_names_an_earlier_entry", insert(entry, **correction, corrects_id=entry.pk, corrects_seq=7))
    refused("log_correction_names_an_earlier_entry", insert(entry, **free, corrects_id=entry.pk, corrects_seq=4))


def test_grade_changes(okafor):
    change = GradeChange.objects.get(incident=make_incident(okafor))
    refused("grade_change_changes", insert(change, from_grade_id=change.to_grade_id))


def test_units(okafor):
    unit = make_resource()
    refused("call_sign_once_per_force", insert(unit))
    refused("resource_position_whole", insert(unit, call_sign="X1", lat=1.0))
    refused("resource_position_whole", insert(unit, call_sign="X1", lat=1.0, lon=1.0))
    refused("resource_position_whole", insert(unit, call_sign="X1", lat=1.0, position_at=now()))
    refused("resource_position_whole", insert(unit, call_sign="X1", lat=91.0, lon=1.0, position_at=now()))
    incident = make_incident(okafor)
    one = Assignment(force=unit.force, incident=incident, resource=unit, assigned_at=now(), assigned_by_label="x")
    one.save()
    refused("unit_on_one_incident", insert(one))
    over = {"status": "STOOD_DOWN", "stood_down_at": now()}
    insert(one, **over)()
    refused("assignment_status_known", insert(one, status="LOST"))
    refused("assignment_stood_down_is_timed", insert(one, **{**over, "stood_down_at": None}))
    refused("assignment_stood_down_is_timed", insert(one, stood_down_at=now()))


def test_risk_words(okafor):
    refused("vulnerabilityflag_code_once_per_force", insert(VulnerabilityFlag.objects.first()))
    refused("vulnerabilityflag_code_plain", insert(VulnerabilityFlag.objects.first(), code="a b"))
    refused("qualifier_code_once_per_force", insert(Qualifier.objects.first()))
    refused("qualifier_code_plain", insert(Qualifier.objects.first(), code="<b>"))
    refused("gradecriterion_code_once_per_force", insert(GradeCriterion.objects.first()))
    refused("gradecriterion_code_plain", insert(GradeCriterion.objects.first(), code=""))
    settings = RiskSettings.objects.create(force_id=okafor.force_id)
    refused("risk_settings_once_per_force", insert(settings))


def test_risk_of_an_incident(okafor, hale):
    incident = make_incident(okafor, criteria=["VIOLENCE"], flags=["HATE"])
    refused("grade_tick_once", insert(GradeTick.objects.get()))
    flag = IncidentFlag.objects.get()
    refused("incidentflag_set_once", insert(flag))
    refused("incidentflag_removal_is_signed", insert(flag, removed_at=now()))
    word = Qualifier.objects.first()
    mark = IncidentQualifier(force_id=okafor.force_id, incident=incident, word=word, at=now(), by_label="x")
    mark.save()
    refused("incidentqualifier_set_once", insert(mark))
    refused("incidentqualifier_removal_is_signed", insert(mark, removed_at=now()))
    assess_again(okafor, incident)
    one = RiskAssessment.objects.get()
    refused("riskassessment_version_once", insert(one))
    refused("riskassessment_version_follows", insert(one, version=0))
    refused("riskassessment_version_follows", insert(one, version=2, based_on=2))
    refused("assessment_occasion_known", insert(one, version=2, occasion="WHIM"))
    refused("assessment_scores_known", insert(one, version=2, harm_score="HUGE"))
    none = {f"{name}_score": "" for name, _, _ in THRIVE}
    refused("assessment_says_something", insert(one, version=2, **none))
    report = save_methane(actor=okafor, incident_id=incident.pk, given={"exact_location": "Gate 2"}, seen_version=0)
    refused("methanereport_version_once", insert(report))
    refused("methanereport_version_follows", insert(report, version=2, based_on=2))
    free = {"serial": 900, "client_key": None}
    refused("incident_asb_known", insert(incident, **free, asb_type="LOUD"))
    refused("incident_major_is_signed", insert(incident, **free, major_declared_at=now()))
    refused("incident_reopening_is_signed", insert(incident, **free, reopened_at=now()))
    refused("incident_agreed_time_has_an_end", insert(incident, **free, agreed_from=now()))
    at = now()
    refused("incident_agreed_time_has_an_end", insert(incident, **free, agreed_from=at, agreed_until=at))


def test_requests_crime_numbers_and_amendments(okafor):
    incident = make_incident(okafor)
    asked = ask_grade(actor=okafor, incident_id=incident.pk, grade_code="P", reason="Calm.")
    decided = {"status": "REFUSED", "decided_at": now(), "decided_by_label": "x"}
    refused("graderequest_one_open", insert(asked))
    refused("graderequest_status_known", insert(asked, **{**decided, "status": "LOST"}))
    refused("graderequest_decision_is_signed", insert(asked, **{**decided, "decided_at": None}))
    refused("graderequest_changes", insert(asked, **decided, to_grade_id=asked.from_grade_id))
    close = CloseRequest(force_id=okafor.force_id, incident=incident, reason="x", asked_at=now(), asked_by_label="x")
    close.save()
    refused("closerequest_one_open", insert(close))
    refused("closerequest_status_known", insert(close, **{**decided, "status": "LOST"}))
    refused("closerequest_decision_is_signed", insert(close, **{**decided, "decided_by_label": ""}))
    number = CrimeNumber(force_id=okafor.force_id, incident=incident, number="42/1/26", at=now(), by_label="x")
    number.save()
    refused("crime_number_once", insert(number))
    refused("crime_number_given", insert(number, number=""))
    [one] = amend_facts(actor=okafor, incident_id=incident.pk, given={"caller_name": "Lea Marsden"}, seen=0)
    refused("amendment_number_once", insert(one))
    refused("amendment_fact_known", insert(one, number=2, fact="mood"))
    refused("amendment_amends", insert(one, number=2, was="x", now="x"))


def test_locations(okafor):
    location = make_location(make_incident(okafor))
    refused("location_source_known", insert(location, source="GUESS"))
    refused("location_point_has_a_radius", insert(location, radius_m=None))
    refused("location_point_has_a_radius", insert(location, lat=None))
    refused("location_point_has_a_radius", insert(location, lat=91.0))
    refused("location_point_has_a_radius", insert(location, radius_m=-1.0))
    refused("location_confidence_is_a_percentage", insert(location, confidence_pct=101))
    insert(location, lat=None, lon=None, radius_m=None)()


def test_duty(okafor):
    duty = book_on(actor=okafor)
    off = {"booked_off_at": duty.until}
    refused("duty_one_at_a_time", insert(duty))
    insert(duty, **off)()
    refused("duty_ends_after_it_begins", insert(duty, **off, booked_on_at=duty.until))
    refused("duty_off_after_on", insert(duty, booked_off_at=duty.booked_on_at - timedelta(seconds=1)))
    refused("duty_has_a_call_sign", insert(duty, **off, call_sign=""))


def test_tables(okafor):
    grade = ResponseGrade.objects.get(code="I")
    refused("grade_code_once_per_force", insert(grade, sort=50))
    refused("grade_sort_once_per_force", insert(grade, code="Z"))
    refused("grade_colour_known", insert(grade, code="Z", sort=50, colour="#f00"))
    refused("grade_clock_known", insert(grade, code="Z", sort=50, clock_start="LUNCH"))
    category = IncidentCategory.objects.get(code="401")
    refused("category_code_once_per_force", insert(category))
    refused("category_code_three_characters", insert(category, code="1"))
    refused("category_group_known", insert(category, code="999", group="MISC"))
    status = ResourceStatus.objects.get(code="2")
    refused("resource_status_once_per_force", insert(status))
    refused("resource_status_kind_known", insert(status, code="90", kind="mood"))
    refused("resource_status_deployable_known", insert(status, code="90", deployable="maybe"))
    refused("resource_status_effect_known", insert(status, code="90", effect="MAGIC"))


def test_attendance_areas(okafor):
    area = AttendanceArea.objects.create(force_id=okafor.force_id, name="Wolds", outline="53,0 53,1 52,1")
    refused("attendance_area_once_per_force", insert(area))
    refused("attendance_area_has_corners", insert(area, name="Nowhere", outline=""))


def test_skills_speeds_and_lists(okafor):
    skill = Skill.objects.get(code="TASER")
    refused("skill_code_once_per_force", insert(skill))
    refused("skill_is_named", insert(skill, code=""))
    refused("skill_is_named", insert(skill, code="X", label=""))
    asked = CategorySkill.objects.exclude(category=None).first()
    refused("category_skill_once", insert(asked))
    refused("category_skill_need_known", insert(asked, skill_id=skill.pk, need="maybe"))
    refused("emergency_skill_once_per_force", insert(CategorySkill.objects.get(category=None)))
    speed = TravelSpeed.objects.first()
    refused("travel_speed_once_per_type", insert(speed))
    refused("travel_speed_possible", insert(speed, type="Boat", kmh=0.0))
    refused("travel_speed_possible", insert(speed, type="Boat", kmh=400.0))
    refused("travel_speed_road_factor_possible", insert(speed, type="Boat", road_factor=0.5))
    incident, unit = make_incident(okafor), make_resource()
    shown = SuggestionShown(
        force=unit.force, incident=incident, at=now(), seen_by_label="x", method="x", offered=[], left_out=[], units=0
    )
    refused("suggestion_place_whole", insert(shown, lat=1.0))
    refused("suggestion_place_whole", insert(shown, lat=91.0, lon=0.0))
    choice = UnitChoice(force=unit.force, incident=incident, resource=unit, kind="asked", at=now(), by_label="x")
    refused("unit_choice_kind_known", insert(choice, kind="guessed"))
    refused("unit_choice_divert_has_a_reason", insert(choice, kind="diverted"))
    refused("unit_choice_rank_from_one", insert(choice, rank=0))


def test_pushes(reid, okafor):
    incident = make_incident(okafor)
    named = {"force": incident.force, "user": reid.user}
    browser = PushSubscription(**named, endpoint="https://p.example/1", p256dh="k", auth="a", made_at=now())
    refused("push_subscription_is_whole", insert(browser, endpoint=""))
    refused("push_subscription_is_whole", insert(browser, auth=""))
    browser.save()
    refused("incidents.PushSubscription.endpoint", insert(browser, id=uuid4()))
    push = Push(**named, incident=incident, subscription=browser, word="ASSIGNED", subject=uuid4(), made_at=now())
    push.save()
    refused("push_once", insert(push, id=uuid4()))
    refused("push_word_known", insert(push, word="GOSSIP"))
    refused("push_over_has_time", insert(push, status="SENT"))
    refused("push_over_has_time", insert(push, status="LOST", ended_at=now()))


def test_what_units_say(okafor):
    unit, incident = make_resource(call_sign="NB21", issi="4001"), make_incident(okafor)
    refused("issi_once_per_force", insert(unit, call_sign="X1"))
    refused("issi_is_digits", insert(unit, call_sign="X1", issi="40-1"))
    when = {"at": now(), "source": "radio"}
    change = StateChange(force=unit.force, resource=unit, to_code="2", received_at=now(), by_label="x", **when)
    kept = StateChange(
        force=unit.force, resource=unit, to_code="2", received_at=now(), by_label="x", key=uuid4(), **when
    )
    kept.save()
    refused("state_change_once_per_key", insert(change, key=kept.key))
    refused("state_change_source_known", insert(change, source="gossip"))
    refused("state_change_has_a_state", insert(change, to_code=""))
    refused("state_change_place_whole", insert(change, lat=1.0))
    message = UnitMessage(force=unit.force, resource=unit, code="14", label="Urgent call back", **when)
    message.save()
    refused("unit_message_waits_once", insert(message))
    refused("unit_message_source_known", insert(message, code="13", source="gossip"))
    refused("unit_message_answer_is_whole", insert(message, answered_at=now()))
    emergency = Emergency(
        force=unit.force, resource=unit, incident=incident, raised_at=now(), last_pressed_at=now(), source="radio"
    )
    emergency.save()
    refused("emergency_one_at_a_time", insert(emergency))
    seen = {"acknowledged_at": now(), "acknowledged_by_label": "x"}
    over = {**seen, "status": "OVER", "over_at": now(), "over_by_label": "x", "outcome": "Safe."}
    insert(emergency, **over)()
    refused("emergency_status_known", insert(emergency, **seen, status="LOUD"))
    refused("emergency_source_known", insert(emergency, **over, source="gossip"))
    refused("emergency_was_pressed", insert(emergency, **over, presses=0))
    refused("emergency_place_whole", insert(emergency, **over, lat=1.0))
    refused("emergency_acknowledged_by_somebody", insert(emergency, **{**over, "acknowledged_by_label": ""}))
    refused("emergency_over_is_whole", insert(emergency, **{**over, "outcome": ""}))
    refused("emergency_over_is_whole", insert(emergency, **{**over, "over_at": None}))


def test_radio_connections_and_their_messages(okafor):
    connection = RadioConnection(force=make_resource().force, name="Airwave", token_hash="a" * 64)
    connection.save()
    refused("radio_connection_named_once", insert(connection, token_hash="b" * 64))
    refused("incidents.RadioConnection.token_hash", insert(connection, name="Other"))
    refused("radio_connection_source_known", insert(connection, name="Other", token_hash="b" * 64, source="gossip"))
    refused("radio_connection_token_is_hashed", insert(connection, name="Other", token_hash="plain"))
    message = RadioMessage(
        force=connection.force, connection=connection, message_id="m1", received_at=now(), at=now(), unit="X", state="2"
    )
    message.save()
    refused("radio_message_once", insert(message))
    refused("radio_message_has_an_id", insert(message, message_id=""))


@pytest.mark.parametrize("table", ["statechange", "radiomessage", "suggestionshown", "unitchoice"])
def test_what_was_said_shown_and_chosen_is_not_rewritten(okafor, table):
    unit, incident = make_resource(), make_incident(okafor)
    connection = RadioConnection.objects.create(force=unit.force, name="Airwave", token_hash="a" * 64)
    common = {"force": unit.force, "at": now()}
    row = {
        "statechange": lambda: StateChange(
            **common, resource=unit, to_code="2", received_at=now(), by_label="x", source="radio"
        ),
        "radiomessage": lambda: RadioMessage(
            **common, connection=connection, message_id="m1", received_at=now(), unit="X", state="2"
        ),
        "suggestionshown": lambda: SuggestionShown(
            **common, incident=incident, seen_by_label="x", method="x", offered=[], left_out=[], units=0
        ),
        "unitchoice": lambda: UnitChoice(**common, incident=incident, resource=unit, kind="asked", by_label="x"),
    }[table]()
    row.save(force_insert=True)
    for rewrite in (row.save, row.delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rewrite()


def test_incidents_are_never_removed(okafor):
    with pytest.raises(ProtectedError):
        make_incident(okafor).delete()
    assert Incident.objects.count() == 1
