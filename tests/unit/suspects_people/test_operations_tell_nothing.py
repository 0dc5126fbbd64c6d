"""A planned operation about Darren Pyke: whichever way somebody looks, nothing says where he is or what is planned."""

from __future__ import annotations

import pytest

from core.clock import now
from suspects.selectors.cards import address_card, vehicle_card
from suspects.selectors.checks import get_check
from suspects.selectors.people import links_of
from suspects.selectors.profile import person_profile
from suspects.selectors.wanted import GalleryFilters, Near, gallery, gallery_choices, gallery_count
from suspects.services.checks import run_check
from suspects.services.stops import start_stop
from suspects.services.typed import Typed
from suspects.states import Outcome, Subject
from suspects.templatetags.officer import spoken
from tests.factories import suspects as make


@pytest.fixture
def home(db):
    return make.make_address(make.make_suspect_tables())


@pytest.fixture
def pyke(home):
    person = make.make_person(home.force, searchable=True)
    make.make_link(person, home)
    return person


@pytest.fixture
def reid(pyke):
    return make.make_officer(force=pyke.force)


@pytest.fixture
def sergeant(pyke):
    return make.make_sergeant(force=pyke.force)


def test_no_filter_of_the_gallery_finds_the_place_that_its_card_hides(pyke, home, reid, sergeant):
    make.make_wanted(pyke, address=home)
    here, far = Near(lat=home.lat, lon=home.lon, km=0.1), Near(lat=home.lat + 5, lon=home.lon, km=0.1)
    asked = [GalleryFilters(near=here), GalleryFilters(near=far), GalleryFilters(area="Harbour"),
             GalleryFilters(area="Hilltop")]  # fmt: skip
    assert [gallery(reid, one).total for one in asked] == [1, 0, 1, 0]
    make.make_operation(pyke, sergeant)
    assert [gallery(reid, one).total for one in asked] == [gallery_count(reid, one) for one in asked] == [1, 1, 1, 1]
    assert gallery_choices(reid).areas == ()


def test_an_address_names_nobody_under_an_operation_from_either_end(pyke, home, reid, sergeant):
    make.make_wanted(pyke)
    make.make_operation(pyke, sergeant)
    assert address_card(reid, home.pk).linked == ()
    assert links_of(reid, "address", home.pk).count == links_of(reid, "person", pyke.pk).count == 0
    start_stop(actor=reid, reason_code="1", justification="Trying car doors, Weir Street")
    row = run_check(actor=reid, typed=Typed(text="31 Fenside Walk"), subject=Subject.ADDRESS).check.shown[0]
    assert (row["id"], row["wanted_people"]) == (str(home.pk), 0)
    assert len(address_card(sergeant, home.pk).linked) == links_of(sergeant, "address", home.pk).count == 1


def test_a_report_that_also_speaks_of_him_is_on_nobody_elses_record(pyke, home, reid, sergeant):
    sister = make.make_person(pyke.force, surname="Pyke", given_names="Elaine", sex="F")
    make.make_intelligence(sister, pyke, home)
    make.make_operation(pyke, sergeant)
    assert person_profile(reid, sister.pk, "").intelligence == ()
    assert address_card(reid, home.pk).intelligence == ()
    assert len(person_profile(sergeant, sister.pk, "").intelligence) == 1


def test_a_warning_of_his_address_does_not_say_which(pyke, home, reid, sergeant):
    code = make.models.MarkerKind.objects.filter(force=pyke.force, family="ADDRESS", secret=False, health=False)[0].code
    make.make_marker(home, code, "Two large dogs loose in the yard.")
    assert [one.about for one in person_profile(reid, pyke.pk, "").warnings] == [home.line]
    make.make_operation(pyke, sergeant)
    assert [one.about for one in person_profile(reid, pyke.pk, "").warnings] == [""]


def test_somebody_who_is_not_wanted_is_not_to_be_approached_either(pyke, reid, sergeant):
    """The officer is told the number, the operation who looked; the check itself does not say that he is wanted."""
    car = make.make_vehicle(pyke.force)
    make.make_link(pyke, car, kind="KEEPER")
    operation = make.make_operation(pyke, sergeant)
    start_stop(actor=reid, reason_code="1", justification="Trying car doors, Weir Street")
    check = run_check(actor=reid, typed=Typed(surname="Pyke", given="Darren")).check
    [row] = check.shown
    assert row["wanted"]["do_not_approach"]
    assert operation.call_number in row["wanted"]["basis"]
    assert not row["wanted"]["may_arrest"]
    assert check.outcome == Outcome.TRACE
    [linked] = vehicle_card(reid, car.pk).linked
    assert linked.wanted is not None
    assert operation.call_number in linked.wanted["basis"]
    assert list(operation.looks.values_list("what", flat=True).order_by("at")) == ["check", "card"]


def test_a_check_of_before_does_not_go_on_telling_to_arrest(pyke, reid, sergeant):
    make.make_wanted(pyke)
    start_stop(actor=reid, reason_code="1", justification="Trying car doors, Weir Street")
    before = run_check(actor=reid, typed=Typed(surname="Pyke", given="Darren")).check
    assert before.shown[0]["wanted"]["may_arrest"]
    operation = make.make_operation(pyke, sergeant, starts_at=now())
    [again] = get_check(reid, before.pk).check.shown
    assert not again["wanted"]["may_arrest"]
    assert operation.call_number in again["wanted"]["basis"]
    assert operation.looks.get().what == "check"
    before.refresh_from_db()
    assert before.shown[0]["wanted"]["may_arrest"]  # what was answered then is kept as it was


def test_who_may_run_operations_is_not_told_to_arrest_either(pyke, home, reid, sergeant):
    """A sergeant sees where he lives; nobody hears of a power, on the screen or read aloud."""
    make.make_wanted(pyke)
    assert "Arrest" in spoken(person_profile(sergeant, pyke.pk, ""))
    make.make_operation(pyke, reid)
    for actor, addresses in ((reid, 0), (sergeant, 1)):
        seen = person_profile(actor, pyke.pk, "")
        assert len(seen.addresses) == addresses
        assert [(one.may_arrest, one.power) for one in seen.wanted] == [(False, "No power of arrest")]
        assert spoken(seen).startswith("Darren Pyke. Do not approach.")
        assert "rrest" not in spoken(seen)
