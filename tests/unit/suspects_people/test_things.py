"""Vehicles, addresses, organisations and what joins them."""

from __future__ import annotations

import datetime as dt

import pytest

from core.clock import local_date, now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEvent
from suspects.models import Address, Link
from suspects.services.addresses import AddressDetails, add_address
from suspects.services.links import add_link, confirm_link, end_link
from suspects.services.organisations import add_organisation
from suspects.services.vehicles import add_vehicle, change_vehicle
from tests.factories import suspects as make
from tests.factories.incidents import make_stranger

pytestmark = pytest.mark.django_db


def test_vehicles_by_mark_or_vin_and_a_warning_never_blocks(sergeant):
    kept = add_vehicle(actor=sergeant, vrm="kx68 zzb", make="Vauxhall", colour="Grey")
    assert (kept.vehicle.vrm, kept.vehicle.vrm_folded, kept.vehicle.vrm_reversed, kept.warning) == (
        "KX68ZZB", "KX68228", "82286XK", "",
    )  # fmt: skip
    odd = add_vehicle(actor=sergeant, vrm="WX 12345A")
    assert odd.warning
    assert add_vehicle(actor=sergeant, vrm="WX 12345 B", country="pol").warning == ""
    assert add_vehicle(actor=sergeant, vin="WVWZZZ1JZ3W386752").vehicle.vrm == ""
    with pytest.raises(Conflict):
        add_vehicle(actor=sergeant, vrm="KX68ZZB")
    for given in (
        {},
        {"vrm": "KX68;"},
        {"vin": "1"},
        {"vrm": "KX68ZZC", "country": "UK"},
        {"vrm": "KX68ZZC", "make": "x" * 31},
    ):
        with pytest.raises(Invalid):
            add_vehicle(actor=sergeant, **given)
    changed = change_vehicle(
        actor=sergeant, vehicle_id=kept.vehicle.pk, changes={"colour": "Black"}, reason="Resprayed"
    )
    assert changed.colour == "Black"
    with pytest.raises(Invalid):
        change_vehicle(actor=sergeant, vehicle_id=kept.vehicle.pk, changes={"vrm": "A1"}, reason="x")


def test_an_address_by_the_field_sizes_of_pole(sergeant):
    address = add_address(
        actor=sergeant,
        details=AddressDetails(
            flat="3", number="8a", street="Eel Pie Ct.", town="Northmere", postcode="nm42ab", uprn="000100023336",
            lat=53.7, lon=0.4,
        ),
    )  # fmt: skip
    assert address.line == "Flat 3, 8A Eel Pie Ct., Northmere NM4 2AB"
    assert (address.street_folded, address.uprn) == ("eel pie court", "100023336")
    with pytest.raises(Conflict):
        add_address(actor=sergeant, details=AddressDetails(uprn="100023336"))


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, {"street"}),
        ({"street": "x" * 36}, {"street"}),
        ({"postcode": "75008"}, {"postcode"}),
        ({"street": "High Street", "number": "123456"}, {"number"}),
        ({"street": "High Street", "lat": 53.0}, {"lat"}),
        ({"street": "High Street", "lat": float("nan"), "lon": 0.0}, {"lat"}),
        ({"street": "High Street", "lat": 91.0, "lon": 0.0}, {"lat"}),
        ({"street": "High Street", "uprn": "x", "usrn": "123456789"}, {"uprn", "usrn"}),
    ],
)
def test_what_is_no_address_is_refused(sergeant, given, fields):
    with pytest.raises(Invalid) as error:
        add_address(actor=sergeant, details=AddressDetails(**given))
    assert set(error.value.fields) >= fields
    assert not Address.objects.exists()


def test_an_organisation_is_held_once(sergeant):
    assert add_organisation(actor=sergeant, name="Brook Tyres").name == "Brook Tyres"
    with pytest.raises(Conflict):
        add_organisation(actor=sergeant, name="brook tyres")
    with pytest.raises(Invalid):
        add_organisation(actor=sergeant, name=" ")


@pytest.fixture
def pair(force):
    return make.make_person(force), make.make_address(force)


def link(actor, pair, **changes):
    ends = {"person": pair[0].pk, "address": pair[1].pk}
    return add_link(**{"actor": actor, "kind": "HOME", "ends": ends, "source": "PNC", **changes})


def test_a_link_has_kind_source_and_dates_and_ends_but_stays(sergeant, pair):
    today = local_date(now())
    home = link(sergeant, pair, valid_from=today - dt.timedelta(days=900), text="With his sister", is_opinion=True)
    with pytest.raises(Conflict):
        link(sergeant, pair)
    assert confirm_link(actor=sergeant, link_id=home.pk, source="Visit").confirmed_at
    end_link(actor=sergeant, link_id=home.pk, last_day=today - dt.timedelta(days=1), reason="Moved out")
    with pytest.raises(Conflict):
        confirm_link(actor=sergeant, link_id=home.pk, source="Visit")
    link(sergeant, pair)  # he may come back
    assert Link.objects.count() == 2
    assert AuditEvent.objects.filter(action="COMBINE").count() == 2
    for day in (today + dt.timedelta(days=1), today - dt.timedelta(days=1000)):
        with pytest.raises(Invalid):
            end_link(actor=sergeant, link_id=home.pk, last_day=day, reason="x")


def test_two_records_may_be_held_to_be_one_person_without_merging_them(sergeant, pair):
    other = make.make_person(pair[0].force, surname="Pike")
    ends = {"person": pair[0].pk, "other_person": other.pk}
    same = add_link(actor=sergeant, kind="SAME_PERSON", ends=ends, source="Fingerprints")
    with pytest.raises(Conflict):  # from the other side it is the same link
        add_link(actor=sergeant, kind="SAME_PERSON", ends={"person": other.pk, "other_person": pair[0].pk}, source="x")
    end_link(actor=sergeant, link_id=same.pk, last_day=local_date(now()), reason="Fingerprints of a brother")
    other.refresh_from_db()
    assert other.surname == "Pike"


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "KEEPER"},
        {"kind": "NEMESIS"},
        {"ends": {}},
        {"ends": {"person": "a", "wanted": "b"}},
        {"source": " "},
        {"valid_from": dt.date(2026, 2, 1), "valid_to": dt.date(2026, 1, 1)},
        {"valid_from": dt.date(2090, 1, 1)},
    ],
)
def test_what_cannot_join_is_refused(sergeant, pair, changes):
    with pytest.raises(Invalid):
        link(sergeant, pair, **changes)
    assert not Link.objects.exists()


def test_nobody_is_linked_to_themselves_or_to_another_force(sergeant, officer, pair):
    own = {"person": pair[0].pk, "other_person": pair[0].pk}
    with pytest.raises(Invalid):
        add_link(actor=sergeant, kind="ASSOCIATE", ends=own, source="x")
    theirs = make.make_address(make.make_suspect_tables(make_stranger().user.force))
    with pytest.raises(NotFound):
        link(sergeant, (pair[0], theirs))
    with pytest.raises(NotFound):
        link(make_stranger(), pair)
    with pytest.raises(NotAllowed):
        link(officer, pair)
    assert not Link.objects.exists()
