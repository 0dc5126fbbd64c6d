"""The profile: warnings first, source and age on every fact, health by role, one audit entry, few queries."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.clock import local_date, now
from core.errors import NotAllowed, NotFound
from core.models import AuditEvent
from core.roles import RECORDS
from suspects.selectors.profile import person_profile
from tests.factories import suspects as make
from tests.factories.core import make_actor
from tests.factories.incidents import make_stranger

pytestmark = pytest.mark.django_db


@pytest.fixture
def pyke():
    person = make.make_person(
        aliases=(("Daz", "Pike"),), ethnicity_self="W1", ethnicity_observed="IC2", height_from=178, height_to=178,
        eye_left="Blue", eye_right="Brown", hair="None",
    )  # fmt: skip
    home = make.make_address(person.force)
    make.make_link(person, home, is_opinion=True)
    make.make_link(person, make.make_vehicle(person.force), kind="DRIVER", source="ANPR")
    make.make_link(make.make_person(person.force, surname="Hart", given_names="Owen"), person, kind="ASSOCIATE")
    old = local_date(now()) - dt.timedelta(days=1000)
    make.make_link(person, make.make_organisation(person.force), kind="EMPLOYEE", valid_from=old, valid_to=old)
    make.make_marker(person, "DR", "May have needles.", source="Custody 22/1187/26")
    make.make_marker(person, "VI", "Fights when told he is under arrest.", review_due=old)
    make.make_marker(person, "WE")
    make.make_marker(person, "SU", "Said so in 2025.")
    make.make_marker(person, "AL", "Removed.", removed_at=now(), removed_reason="Wrong person")
    make.make_marker(home, "CHILD", "Girl of four.")
    make.make_wanted(person)
    make.make_intelligence(person, grading="2BC")
    make.make_intelligence(person, text="Not yet graded.", state="SUBMITTED")
    make.make_identifier(person)
    make.make_identifier(person, "CRO", "85227/65G", verified=False)
    make.make_contact_point(person)
    make.make_contact_point(person, "SAFE", "+447700900999")
    make.make_image(person)
    return person


def test_a_profile_reads_in_display_order_with_source_and_age(pyke):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        seen = person_profile(make.make_officer(force=pyke.force), pyke.pk, "Reservation")
    assert seen.title == f"Darren Pyke, {seen.age}"
    assert [one.code for one in seen.warnings] == ["VI", "WE", "DR", "CHILD"]
    assert seen.warnings[0].review_overdue
    assert seen.warnings[3].about == "31 Fenside Walk, Northmere NM4 7QT"
    assert [(one.power, one.band, one.due) for one in seen.wanted] == [
        ("Arrest: unlawfully at large", "P1", "Due in 8 h")
    ]
    assert [one.grade for one in seen.intelligence] == ["2BC"]
    assert seen.intelligence[0].conditions == "Do not say where this came from"
    assert {one.text for one in seen.numbers} == {"1979/0163001B", "85227/65G (not verified)"}
    assert [one.text for one in seen.safe_numbers] == ["07700 900999"]
    assert [one.text for one in seen.contacts] == ["07700 900417"]
    assert [(one.text, one.opinion) for one in seen.description[:3]] == [
        ("W1 White British", None), ("IC2 White, South European", True), ("178 cm (5 ft 10)", None),
    ]  # fmt: skip
    assert "left blue, right brown" in [one.text for one in seen.description]
    assert [one.text for one in seen.associates] == ["Owen Hart"]
    assert seen.vehicles[0].text == "KX68 ZZB, Grey Vauxhall Astra"
    assert seen.known[-1].text == "Brook Tyres"
    assert seen.known[-1].old
    assert all(fact.source and fact.age for fact in seen.all_facts if fact.section != "image")
    assert seen.pole_missing == ()
    reads = [one["sql"] for one in queries if one["sql"].startswith(("SELECT", "(SELECT"))]
    assert len(reads) <= 16, reads


def test_a_look_is_one_entry_and_the_facts_can_be_frozen(pyke):
    officer = make.make_officer(force=pyke.force)
    before = AuditEvent.objects.count()
    seen = person_profile(officer, pyke.pk, "Stop", reason_code="1", justification="Ran from the car", incident="x")
    entries = list(AuditEvent.objects.order_by("at"))[before:]
    assert [(one.action, one.object, one.reason_code) for one in entries] == [
        ("CONSULT", f"suspects.person:{pyke.pk}", "1")
    ]
    facts = json.loads(json.dumps(seen.as_facts()))
    assert facts[0]["title"] == seen.title
    assert [one["section"] for one in facts[1:4]] == ["warning"] * 3
    assert facts[1]["review_due"] == seen.warnings[0].review_due.isoformat()
    assert len({(one["ref"], one["title"]) for one in facts}) == len(facts)


def test_health_markers_are_for_roles_that_need_them(pyke):
    sergeant = make.make_sergeant(force=pyke.force)
    assert "SU" in [one.code for one in person_profile(sergeant, pyke.pk, "").warnings]
    text = json.dumps(person_profile(make.make_officer(force=pyke.force), pyke.pk, "").as_facts())
    assert "Said so" not in text


def test_another_forces_person_is_not_there_and_a_role_without_people_may_not(pyke):
    for key in (pyke.pk, "not-a-key", make.make_person(make.make_suspect_tables(make_stranger().user.force)).pk):
        with pytest.raises(NotFound):
            actor = make_stranger() if key == pyke.pk else make.make_officer(force=pyke.force)
            person_profile(actor, key, "")
    with pytest.raises(NotAllowed):
        person_profile(make_actor(force=pyke.force, roles=(RECORDS,)), pyke.pk, "")


def test_pictures_of_somebody_under_18_are_hidden_without_a_reason(pyke):
    child = make.make_person(pyke.force, given_names="Ty", born=local_date(now()) - dt.timedelta(days=5000))
    make.make_image(child)
    officer = make.make_officer(force=pyke.force)
    assert person_profile(officer, child.pk, "").hidden_images
    assert person_profile(officer, child.pk, "", images_of_minor=True).picture.hidden
    shown = person_profile(officer, child.pk, "", images_of_minor=True, justification="Missing from care tonight")
    assert not shown.picture.hidden


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2026-11-21T21:52:00+00:00", "2026-11-22T07:00:00+00:00"),
        ("2026-11-22T06:59:59+00:00", "2026-11-22T07:00:00+00:00"),
        ("2026-11-22T07:00:00+00:00", None),
        ("2026-11-21T20:59:59+00:00", None),
        ("2026-03-28T23:00:00+00:00", "2026-03-29T06:00:00+00:00"),  # the clocks go on: 07:00 is an hour earlier
        ("2026-10-25T06:30:00+00:00", "2026-10-25T07:00:00+00:00"),
    ],
)
def test_what_binds_her_now_is_open_the_rest_folded(moment, until):
    corrie = make.make_person(surname="Corrie", given_names="Jade", sex="F", born=dt.date(2000, 1, 1))
    bail = make.make_bail(corrie, starts_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    make.make_condition(corrie, "JE", bail=bail)
    make.make_condition(corrie, "JK", bail=bail, text="Not to contact Owen Hart in any way")
    make.make_condition(corrie, "JD", bail=bail, cancelled_at=now())
    seen = person_profile(
        make.make_officer(force=corrie.force), corrie.pk, "", moment=dt.datetime.fromisoformat(moment)
    )
    curfews = [one for one in (*seen.in_force, *seen.not_in_force) if one.code == "JE"]
    assert curfews[0].in_force is (until is not None)
    if until:
        assert curfews[0].until == dt.datetime.fromisoformat(until)
    assert curfews[0].knock == "You may knock (JE doorstep check)"
    assert "JK" in [one.code for one in seen.in_force]
    assert [one.knock for one in seen.not_in_force if one.code == "JD"] in ([], ["Do not knock (JD)."])


def test_under_an_operation_a_profile_says_neither_where_nor_by_what_power(pyke):
    officer, sergeant = make.make_officer(force=pyke.force), make.make_sergeant(force=pyke.force)
    make.make_operation(pyke, sergeant)
    seen = person_profile(officer, pyke.pk, "")
    assert seen.do_not_approach == "Do not approach. Planned operation."
    assert (seen.addresses, seen.intelligence) == ((), ())
    assert not seen.wanted[0].may_arrest
    assert [one.code for one in seen.warnings] == ["VI", "WE", "DR", "CHILD"]
    assert person_profile(sergeant, pyke.pk, "").addresses
