"""A check: reason and audit entry first, then the answer; what it shows and what it refuses."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError

from core import audit
from core.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from core.models import AuditEvent, LiveEvent
from core.roles import ADMIN
from suspects.models import Check, CheckStop, SearchSurge, SuspectRules
from suspects.selectors import checks as checks_read
from suspects.services import checks, volume
from suspects.services.checks import run_check
from suspects.services.stops import Place, start_stop
from suspects.services.typed import Typed
from tests.factories import suspects as make
from tests.factories.core import make_actor
from tests.factories.incidents import make_stranger, make_supervisor
from tests.unit.suspects_checks.conftest import WHY


def by_name(actor, surname="HALLORAN", given="Connor", born="14/06/1998", **more):
    return run_check(actor=actor, typed=Typed(surname=surname, given=given, born=born), subject="PERSON", **more)


def test_the_answer_says_what_is_the_same_and_what_differs_and_leaves_one_entry(reid, at_a_stop, halloran):
    make.make_marker(halloran, "VI", "Fights when told he is under arrest.")
    answer = by_name(reid)
    [row] = answer.check.shown
    assert (row["id"], row["name"], row["born"], row["kind"]) == (
        str(halloran.pk),
        "Conor HALLORAN",
        "1998-06-14",
        "PERSON",
    )
    assert "surname" in row["same"]
    assert row["differs"]
    assert [warning["code"] for warning in row["warnings"]] == ["VI"]
    assert (answer.check.outcome, answer.check.subject, row["wanted"]) == ("TRACE", "PERSON", None)
    assert "HALLORAN" in answer.check.understood
    entry = AuditEvent.objects.get(object=f"suspects.check:{answer.check.pk}")
    assert (entry.action, entry.reason_code, entry.justification) == ("SEARCH", "1", WHY)
    assert entry.result_ids == [str(halloran.pk)]
    assert "HALLORAN, Connor 14/06/1998" in entry.purpose


def test_no_trace_is_an_answer_and_is_logged(reid, at_a_stop):
    answer = by_name(reid)
    assert (answer.check.outcome, answer.check.shown) == ("NO_TRACE", [])
    assert AuditEvent.objects.get(object=f"suspects.check:{answer.check.pk}").result_ids == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [("halloran, conor", "PERSON"), ("KX68 ZZB", "VEHICLE"), ("KX6? Z*", "VEHICLE"), ("NM4 7QT", "ADDRESS"),
     ("07700 900417", "PERSON"), ("1979/0163001B", "PERSON"), ("31 Fenside Walk", "ADDRESS")],
)  # fmt: skip
def test_one_box_understands_what_was_typed(reid, at_a_stop, halloran, text, kind):
    make.make_vehicle()
    make.make_address()
    make.make_contact_point(halloran)
    make.make_identifier(halloran)
    answer = run_check(actor=reid, typed=Typed(text=text))
    assert [row["kind"] for row in answer.check.shown] == [kind]


def test_the_fields_of_vehicle_and_place(reid, at_a_stop):
    vehicle, address = make.make_vehicle(), make.make_address()
    keeper = make.make_person()
    make.make_link(keeper, vehicle, kind="KEEPER")
    make.make_wanted(keeper)
    [row] = run_check(actor=reid, typed=Typed(vrm="kx68zzb"), subject="VEHICLE").check.shown
    assert (row["id"], row["wanted_people"]) == (str(vehicle.pk), 1)
    found = run_check(
        actor=reid, typed=Typed(number="31", street="Fenside Walk", postcode="NM4 7QT"), subject="ADDRESS"
    )
    assert [row["id"] for row in found.check.shown] == [str(address.pk)]


@pytest.mark.parametrize(
    ("typed", "subject", "field"),
    [
        (Typed(), "PERSON", "text"),
        (Typed(text="%%%"), "", "text"),
        (Typed(text="x" * 500), "", "text"),
        (Typed(text="KX68 ZZB", surname="Pyke"), "PERSON", "text"),
        (Typed(surname="Pyke", born="31/02/1990"), "PERSON", "born"),
        (Typed(vrm="&&"), "VEHICLE", "vrm"),
        (Typed(street="\x00"), "ADDRESS", "text"),
    ],
)
def test_what_cannot_be_searched_is_said_at_its_field_and_searches_nothing(reid, at_a_stop, typed, subject, field):
    with pytest.raises(Invalid) as refused:
        run_check(actor=reid, typed=typed, subject=subject)
    assert list(refused.value.fields) == [field]
    assert not Check.objects.exists()


def test_no_check_without_a_reason_that_still_holds(reid, halloran):
    with pytest.raises(Conflict, match="why") as refused:
        by_name(reid)
    assert refused.value.code == "reason_needed"
    start_stop(actor=reid, reason_code="1", justification=WHY, place=Place(lat=53.7361, lon=0.4471))
    near, far = Place(lat=53.7371, lon=0.4471), Place(lat=53.7461, lon=0.4471)  # 111 m and 1.1 km
    assert by_name(reid, place=near).check.pk
    with pytest.raises(Conflict, match="moved on"):
        by_name(reid, place=far)
    CheckStop.objects.update(expires_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    with pytest.raises(Conflict, match="run out"):
        by_name(reid)
    assert Check.objects.count() == 1


def test_when_the_audit_entry_cannot_be_written_nothing_is_answered(reid, at_a_stop, halloran, monkeypatch):
    def full(*given, **more):
        raise DatabaseError("disk full")

    monkeypatch.setattr(checks.audit, "record", full)
    with pytest.raises(DatabaseError):
        by_name(reid)
    assert not Check.objects.exists()


def test_nobody_of_another_force_is_found_nor_their_checks_read(reid, at_a_stop, halloran):
    one = by_name(reid).check
    stranger = make_stranger()
    make.make_suspect_tables(stranger.user.force)
    start_stop(actor=stranger, reason_code="1", justification=WHY)
    assert by_name(stranger).check.shown == []
    with pytest.raises(NotFound):
        checks_read.get_check(stranger, one.pk)


def test_a_check_is_read_again_by_its_officer_and_a_supervisor_with_an_entry_each(reid, at_a_stop, halloran):
    one = by_name(reid).check
    colleague, supervisor = make.make_officer(last_name="Ansah"), make_supervisor()
    assert checks_read.get_check(reid, one.pk).check.shown == one.shown
    assert checks_read.get_check(supervisor, one.pk).check.pk == one.pk
    with pytest.raises(NotFound):
        checks_read.get_check(colleague, one.pk)
    looks = AuditEvent.objects.filter(object=f"suspects.check:{one.pk}", action="CONSULT")
    assert {(entry.actor_id, entry.reason_code) for entry in looks} == {
        (str(reid.user_id), "1"), (str(supervisor.user_id), "1"),
    }  # fmt: skip


def test_health_and_refuges_are_shown_by_role(reid, at_a_stop, halloran):
    make.make_marker(halloran, "SU", "Took tablets in custody.")
    assert by_name(reid).check.shown[0]["warnings"] == []
    sergeant = make.make_sergeant()
    start_stop(actor=sergeant, reason_code="1", justification=WHY)
    assert [one["code"] for one in by_name(sergeant).check.shown[0]["warnings"]] == ["SU"]


def test_wanted_says_basis_and_power_and_an_operation_only_whom_to_call(reid, at_a_stop, halloran):
    make.make_wanted(halloran)
    row = by_name(reid).check.shown[0]
    assert row["wanted"]["may_arrest"]
    assert row["wanted"]["power"]
    operation = make.make_operation(halloran, make_supervisor())
    answer = by_name(reid)
    hidden = answer.check.shown[0]["wanted"]
    assert answer.check.outcome == "WANTED"
    assert (hidden["may_arrest"], hidden["power"], hidden["do_not_approach"]) == (False, "", True)
    assert operation.call_number in hidden["basis"]
    look = operation.looks.get()
    assert (look.user_id, look.what) == (reid.user_id, "check")


def test_an_administrator_searches_nobody(reid):
    with pytest.raises(NotAllowed):
        by_name(make_actor(roles=(ADMIN,)))


def test_a_thousand_searches_are_slowed_and_the_supervisors_told_once(reid, at_a_stop, monkeypatch, held_clock):
    """Slowed, not locked out: an eighth of the limit is always left."""
    SuspectRules.objects.update(searches_per_minute=8)
    for _ in range(8):
        by_name(reid)
    for _ in range(3):
        with pytest.raises(TooMany) as slowed:
            by_name(reid)
        assert slowed.value.retry_after == 5
    surge = SearchSurge.objects.get()
    assert (surge.user_id, surge.searches) == (reid.user_id, 11)
    assert LiveEvent.objects.filter(topic=f"supervisors.{reid.force_id}", kind="checks.slowed").count() == 1

    begun = surge.minute
    waits = []
    for minute in range(1, 6):
        monkeypatch.setattr(volume, "now", lambda at=minute: begun + dt.timedelta(minutes=at))
        with pytest.raises(TooMany) as slowed:
            volume.guard(reid, recent=8, limit=8)
        waits.append(slowed.value.retry_after)
    assert waits == sorted(waits)
    assert waits[-1] == 60
    assert SearchSurge.objects.count() == 6
    assert LiveEvent.objects.filter(kind="checks.slowed").count() == 1
    volume.guard(reid, recent=0, limit=8)


def test_a_check_costs_a_dozen_statements(reid, at_a_stop, halloran, django_assert_max_num_queries):
    make.make_wanted(halloran)
    with django_assert_max_num_queries(14):
        by_name(reid)


@pytest.mark.django_db(transaction=True)
def test_every_check_is_in_the_chain():
    make.make_suspect_tables()
    officer = make.make_officer()
    start_stop(actor=officer, reason_code="1", justification=WHY)
    by_name(officer)
    assert audit.verify().problem == ""
    assert audit.verify().unchained == 0
