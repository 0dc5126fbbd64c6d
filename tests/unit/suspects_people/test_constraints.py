"""Each rule the database itself keeps for people, things and knowledge, shown by the row it refuses."""

from __future__ import annotations

import datetime as dt

import pytest

from core.clock import now
from suspects.models import IntelligenceSubject, PersonRole
from tests.factories import suspects as make
from tests.factories.incidents import make_incident
from tests.helpers.refused_rows import insert, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def pyke(force):
    return make.make_person(force)


def test_people(pyke):
    free = {"source_ref": "other"}
    insert(pyke, **free)()
    insert(pyke, source_ref="")()  # recorded by hand: no reference to collide
    refused("person_once_per_source", insert(pyke))
    refused("person_named_or_unknown", insert(pyke, source_ref="a", surname="", given_names=""))
    for low, high in ((180, 170), (10, 20), (170, 300), (170, None)):
        refused("height_is_a_range", insert(pyke, source_ref="b", height_from=low, height_to=high))


def test_names_numbers_and_contacts(pyke):
    name = pyke.names.get()
    refused("name_is_not_empty", insert(name, surname="", given_names=""))
    refused("name_once_per_type", insert(name))
    refused("identifier_once_per_person", insert(make.make_identifier(pyke)))
    phone, shop = make.make_contact_point(pyke), make.make_organisation(pyke.force)
    refused("contact_point_of_one", insert(phone, organisation_id=shop.pk))
    refused("contact_point_of_one", insert(phone, person_id=None))


def test_roles(pyke):
    incident = make_incident(make.make_sergeant(force=pyke.force, roles=("call_handler",)))
    role = PersonRole.objects.create(
        force=pyke.force, person=pyke, incident_id=incident.pk, role="suspect", recorded_at=now()
    )
    refused("role_once_per_incident", insert(role))


def test_vehicles_addresses_and_organisations(pyke):
    car = make.make_vehicle(pyke.force, source="DVLA", source_ref="1")
    refused("vehicle_once_per_source", insert(car))
    refused("vehicle_has_vrm_or_vin", insert(car, source_ref="2", vrm="", vin=""))
    home = make.make_address(pyke.force, source="OS", source_ref="1")
    refused("address_once_per_source", insert(home))
    for lat, lon in ((53.7, None), (None, 0.4), (91.0, 0.4), (53.7, 181.0)):
        refused("address_position_whole", insert(home, source_ref="2", lat=lat, lon=lon))
    refused("organisation_has_a_name", insert(make.make_organisation(pyke.force), name=""))


def test_links(pyke):
    home, car = make.make_address(pyke.force), make.make_vehicle(pyke.force)
    link = make.make_link(pyke, home)
    refused("link_joins_two", insert(link, address_id=None))
    refused("link_joins_two", insert(link, vehicle_id=car.pk))
    refused("link_joins_two", insert(link, person_id=None, other_person_id=pyke.pk))
    day = dt.date(2026, 2, 1)
    refused("link_ends_after_it_begins", insert(link, valid_from=day, valid_to=day - dt.timedelta(days=1)))


def test_markers(pyke):
    marker, car = make.make_marker(pyke), make.make_vehicle(pyke.force)
    refused("marker_of_one", insert(marker, vehicle_id=car.pk))
    refused("marker_of_one", insert(marker, person_id=None))
    refused("marker_is_explained", insert(marker, text=""))
    refused("marker_is_explained", insert(marker, source=""))
    refused("marker_removed_with_reason", insert(marker, removed_at=now()))


def test_intelligence(pyke):
    report, car = make.make_intelligence(pyke), make.make_vehicle(pyke.force)
    refused("intelligence_urn_once_per_force", insert(report))
    refused("grading_is_3x5x2", insert(report, urn="other", grading="4AP"))
    refused("handling_c_says_its_conditions", insert(report, urn="other", grading="2BC"))
    subject = IntelligenceSubject.objects.get(report=report)
    refused("intelligence_about_one", insert(subject, vehicle_id=car.pk))
    refused("intelligence_about_one", insert(subject, person_id=None))
