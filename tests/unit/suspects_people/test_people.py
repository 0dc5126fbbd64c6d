"""Recording people by POLE: names many and never lost, numbers verified or not, nothing half-written."""

from __future__ import annotations

import datetime as dt

import pytest

from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEvent
from suspects.models import Person, SearchKey
from suspects.services.contacts import add_contact_point, end_contact_point
from suspects.services.details import PersonDetails
from suspects.services.links import add_link
from suspects.services.marks import MarkDetails, add_mark, add_police_contact, add_role
from suspects.services.names import add_identifier, add_name, show_first
from suspects.services.people import add_person, change_person
from tests.factories import suspects as make
from tests.factories.incidents import make_incident, make_stranger

pytestmark = pytest.mark.django_db

PYKE = {
    "surname": "Pyke", "given_names": "Darren Michael", "date_of_birth": "06/03/1985", "sex": "M", "build": "stocky",
    "ethnicity_self": "w1", "ethnicity_observed": "2", "height_from": 178, "hair": "dark brown", "eye_left": "blue",
    "eye_right": "brown", "birthplace": "Northmere",
}  # fmt: skip


def add(actor, **changes):
    top = {
        name: changes.pop(name)
        for name in ("unknown_suspect", "marks", "source", "source_ref", "name_type")
        if name in changes
    }
    return add_person(actor=actor, details=PersonDetails(**{**PYKE, **changes}), **{"source": "Custody", **top})


def test_a_person_is_kept_in_the_lists_own_words_and_can_be_found(sergeant):
    person = add(sergeant)
    assert (person.filename, person.date_of_birth) == ("PYKE, Darren Michael", dt.date(1985, 3, 6))
    assert (person.build, person.hair, person.eye_right) == ("Stocky", "Dark Brown", "Brown")
    assert (person.ethnicity_self, person.ethnicity_observed) == ("W1", "IC2")
    assert (person.height_from, person.height_to) == (178, 178)
    assert [(name.type, str(name)) for name in person.names.all()] == [("LEGAL", "Darren Michael Pyke")]
    assert SearchKey.objects.filter(person=person).count() > 5
    assert AuditEvent.objects.get(object=f"suspects.person:{person.pk}").action == "COLLECT"


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"surname": "UNKNOWN"}, {"surname"}),
        ({"given_names": "Mr Darren"}, {"given_names"}),
        ({"given_names": "D4rren"}, {"given_names"}),
        ({"date_of_birth": "31/02/1985"}, {"date_of_birth"}),
        ({"date_of_birth": "06/03/2085"}, {"date_of_birth"}),
        ({"date_of_birth": "06/03/1885"}, {"date_of_birth"}),
        ({"died_on": "05/03/1985"}, {"date_of_birth"}),
        ({"died_on": "05/03/2085"}, {"died_on"}),
        ({"ethnicity_self": "IC1"}, {"ethnicity_self"}),
        ({"ethnicity_observed": "W1"}, {"ethnicity_observed"}),
        ({"ethnicity_ns_reason": "N1"}, {"ethnicity_ns_reason"}),
        ({"sex": "X", "build": "huge", "hair": "mauve"}, {"sex", "build", "hair"}),
        ({"height_from": 190, "height_to": 170}, {"height_from"}),
        ({"height_from": 5}, {"height_from"}),
        ({"source": ""}, {"source"}),
        ({"surname": "", "given_names": ""}, {"surname"}),
        ({"unknown_suspect": True}, {"unknown_suspect"}),
        ({"marks": (MarkDetails(feature="Scar", location="", text="x"),)}, {"feature", "location"}),
    ],
)
def test_what_cannot_be_is_refused_by_name_and_nothing_is_written(sergeant, changes, fields):
    with pytest.raises(Invalid) as error:
        add(sergeant, **changes)
    assert set(error.value.fields) == fields
    assert all(error.value.fields.values())
    assert not Person.objects.exists()


def test_an_unknown_suspect_has_four_features_until_a_name_is_known(sergeant):
    blank = {"surname": "", "given_names": "", "date_of_birth": "", "unknown_suspect": True}
    with pytest.raises(Invalid, match="four of"):
        add(sergeant, **blank, build="", eye_left="", eye_right="", ethnicity_self="", marks=())
    stranger = add(sergeant, **blank, marks=(MarkDetails(feature="tattoo", location="Neck", text="Swallow"),))
    assert stranger.filename == "Name not known"
    assert stranger.marks.get().feature == "Tattoo"
    add_name(actor=sergeant, person_id=stranger.pk, type="ALIAS", surname="Hart", given_names="Owen", source="Intel")
    stranger.refresh_from_db()
    assert (stranger.unknown_suspect, stranger.filename) == (False, "HART, Owen")


def test_the_pole_minimum_is_flagged_until_it_is_there(sergeant):
    person = add(sergeant)
    assert person.pole_incomplete
    add_contact_point(actor=sergeant, person_id=person.pk, kind="MOBH", value="07700 900417", source="Custody")
    person.refresh_from_db()
    assert person.pole_incomplete  # nothing joins it to another record
    address = make.make_address(person.force)
    add_link(actor=sergeant, kind="HOME", ends={"person": person.pk, "address": address.pk}, source="Custody")
    person.refresh_from_db()
    assert not person.pole_incomplete
    change_person(
        actor=sergeant, person_id=person.pk, version=1, changes={"date_of_birth": ""}, reason="Not his: false details"
    )
    person.refresh_from_db()
    assert person.pole_incomplete


def test_names_are_many_and_the_first_shown_is_chosen_never_overwritten(sergeant):
    person = add(sergeant)
    alias = add_name(
        actor=sergeant, person_id=person.pk, type="USED_ON_ARREST", surname="Pike", given_names="Daz", source="Custody"
    )
    again = add_name(
        actor=sergeant, person_id=person.pk, type="USED_ON_ARREST", surname="Pike", given_names="Daz", source="PNC"
    )
    assert again == alias
    add_name(actor=sergeant, person_id=person.pk, type="NICKNAME", given_names="K1NG  #5", source="Intel")
    before = set(SearchKey.objects.filter(person=person).values_list("key", flat=True))
    show_first(actor=sergeant, person_id=person.pk, name_id=alias.pk, reason="Proven in court")
    person.refresh_from_db()
    assert person.filename == "PIKE, Daz"
    assert {str(name) for name in person.names.all()} == {"Darren Michael Pyke", "Daz Pike", "K1NG #5"}
    assert any("pike" in key or "pk" in key.lower() for key in before)
    for given in ({"type": "LEGAL", "surname": "P1ke"}, {"type": "PET", "surname": "Pike"}, {"type": "ALIAS"}):
        with pytest.raises(Invalid):
            add_name(actor=sergeant, person_id=person.pk, source="x", **given)


def test_a_change_needs_the_version_that_was_looked_at_and_a_reason(sergeant):
    person = add(sergeant)
    changed = change_person(
        actor=sergeant,
        person_id=person.pk,
        version=1,
        changes={"date_of_birth": "03/06/1985"},
        reason="Birth certificate",
    )
    assert (changed.date_of_birth, changed.version) == (dt.date(1985, 6, 3), 2)
    entry = AuditEvent.objects.filter(action="ALTER").get()
    assert (entry.fields, entry.justification) == (["date_of_birth"], "Birth certificate")
    with pytest.raises(Conflict):
        change_person(actor=sergeant, person_id=person.pk, version=1, changes={"build": "Slim"}, reason="Seen")
    for changes, reason in (({"surname": "Pike"}, "x"), ({"force_id": 2}, "x"), ({}, "x"), ({"build": "Slim"}, " ")):
        with pytest.raises(Invalid):
            change_person(actor=sergeant, person_id=person.pk, version=2, changes=changes, reason=reason)


def test_a_wrong_check_letter_is_kept_as_said_and_never_verified(sergeant):
    person = add(sergeant)
    right, nothing = add_identifier(actor=sergeant, person_id=person.pk, kind="PNC", value="79/163001b", source="PNC")
    wrong, words = add_identifier(
        actor=sergeant, person_id=person.pk, kind="PNC", value="2001/0171310S", source="He said"
    )
    assert (right.value, right.verified, nothing) == ("1979/0163001B", True, "")
    assert (wrong.value, wrong.verified) == ("2001/0171310S", False)
    assert words
    again, _ = add_identifier(actor=sergeant, person_id=person.pk, kind="PNC", value="1979/0163001B", source="PNC")
    assert again == right
    for kind, value in (("PNC", "Pyke"), ("SHOE", "44"), ("CRO", "1979/0163001B")):
        with pytest.raises(Invalid):
            add_identifier(actor=sergeant, person_id=person.pk, kind=kind, value=value, source="x")


def test_contacts_have_kinds_of_their_own_and_end(sergeant):
    person = add(sergeant)
    safe = add_contact_point(actor=sergeant, person_id=person.pk, kind="SAFE", value="07700 900999", source="She said")
    assert (safe.kind, safe.value) == ("SAFE", "+447700900999")
    assert add_contact_point(actor=sergeant, person_id=person.pk, kind="SAFE", value="07700900999", source="x") == safe
    add_contact_point(actor=sergeant, person_id=person.pk, kind="EMAIL", value="jade@example.org", source="x")
    shop = make.make_organisation(person.force)
    add_contact_point(
        actor=sergeant, organisation_id=shop.pk, kind="LANW", value="020 7946 0123", extension="12", source="x"
    )
    for given in (
        {"kind": "MOBH", "value": "999"},
        {"kind": "EMAIL", "value": "jade@"},
        {"kind": "FAX", "value": "020 7946 0123"},
        {"kind": "MOBH", "value": "07700 900417", "extension": "x"},
        {"kind": "MOBH", "value": "07700 900417", "source": ""},
        {"kind": "MOBH", "value": "07700 900417", "organisation_id": shop.pk},
    ):
        with pytest.raises(Invalid):
            add_contact_point(**{"actor": sergeant, "person_id": person.pk, "source": "x", **given})
    end_contact_point(actor=sergeant, contact_id=safe.pk, reason="Phone seized")
    safe.refresh_from_db()
    assert safe.ended_at


def test_marks_meetings_and_roles(sergeant):
    person, incident = (
        add(sergeant),
        make_incident(make.make_sergeant(force=sergeant.user.force, roles=("call_handler",))),
    )
    add_mark(
        actor=sergeant,
        person_id=person.pk,
        mark=MarkDetails(feature="Scarred", location="Chin", text="3 cm"),
        source="x",
    )
    at = now() - dt.timedelta(days=171)
    add_police_contact(
        actor=sergeant, person_id=person.pk, kind="Arrest", occurred_at=at, text="Kicked out", source="Custody"
    )
    with pytest.raises(Invalid):
        add_police_contact(
            actor=sergeant,
            person_id=person.pk,
            kind="Arrest",
            occurred_at=at + dt.timedelta(days=172),
            text="x",
            source="x",
        )
    add_role(actor=sergeant, person_id=person.pk, incident_id=incident.pk, role="suspect")
    with pytest.raises(Conflict):
        add_role(actor=sergeant, person_id=person.pk, incident_id=incident.pk, role="suspect")
    with pytest.raises(Invalid):
        add_role(actor=sergeant, person_id=person.pk, incident_id=incident.pk, role="villain")


def test_a_record_of_a_source_is_held_once(sergeant):
    add(sergeant, source_ref="N1")
    with pytest.raises(Conflict):
        add(sergeant, source_ref="N1")
    assert Person.objects.count() == 1


def test_another_forces_person_cannot_be_touched_and_officers_do_not_write(sergeant, officer):
    person, stranger = add(sergeant), make_stranger()
    calls = [
        lambda actor: change_person(actor=actor, person_id=person.pk, version=1, changes={"build": "Slim"}, reason="x"),
        lambda actor: add_name(actor=actor, person_id=person.pk, type="ALIAS", surname="Pike", source="x"),
        lambda actor: add_identifier(actor=actor, person_id=person.pk, kind="PNC", value="79/163001B", source="x"),
        lambda actor: add_contact_point(
            actor=actor, person_id=person.pk, kind="SAFE", value="07700 900999", source="x"
        ),
        lambda actor: add_mark(
            actor=actor, person_id=person.pk, mark=MarkDetails(feature="Mark", location="Arm", text="x"), source="x"
        ),
        lambda actor: show_first(actor=actor, person_id=person.pk, name_id=person.names.get().pk, reason="x"),
    ]
    for call in calls:
        with pytest.raises(NotFound):
            call(stranger)
        with pytest.raises(NotAllowed):
            call(officer)
    with pytest.raises(NotAllowed):
        add(officer)
    person.refresh_from_db()
    assert person.version == 1
