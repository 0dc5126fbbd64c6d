"""Nair, the administrator, sets up a partner; and the pages that show what partners say."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from core.machine_door import own_public_key
from core.models import AuditEvent
from core.roles import ADMIN
from incidents.admin import PartnerAgencyForm
from incidents.models import PartnerAgency, Transfer
from tests.factories.core import make_force, make_user
from tests.factories.incidents import make_incident
from tests.factories.partners import Machine, make_partner
from tests.unit.incidents.test_partners_sharing import share

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def given(**changes: str) -> dict[str, str]:
    return {
        "force": str(make_force().pk), "name": "Northmere Fire", "kind": "fire", "telephone": "01632 960112",
        "standard": "JSON", "endpoint": "https://fire.example/transfers/", "code": "northmere-fire",
        "our_code": "northmere-police", "our_key_id": "police-fire-1", "their_key_id": "fire-1",
        "their_public_key": own_public_key("fire"), "active": "on", **changes,
    }  # fmt: skip


def test_a_partner_is_set_up_and_that_is_on_the_trail() -> None:
    form = PartnerAgencyForm(given())
    assert form.is_valid(), form.errors
    assert form.save().telephone == "01632 960112"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"endpoint": "http://fire.example/"}, "endpoint"),
        ({"endpoint": ""}, "endpoint"),
        ({"their_public_key": "short"}, "their_public_key"),
        ({"their_public_key": ""}, "their_public_key"),
        ({"code": "two words"}, "code"),
    ],
)
def test_what_a_machine_needs_is_asked_in_words(changes, field) -> None:
    assert field in PartnerAgencyForm(given(**changes)).errors


def test_an_address_without_tls_is_refused_in_words() -> None:
    assert "https" in str(PartnerAgencyForm(given(endpoint="http://fire.example/")).errors["endpoint"])
    assert "endpoint" not in PartnerAgencyForm(given(endpoint="http://127.0.0.1:8000/")).errors


def test_mait_cannot_be_chosen_yet_and_says_why() -> None:
    assert "British APCO" in str(PartnerAgencyForm(given(standard="MAIT")).errors["standard"])


def test_the_tab_costs_as_many_queries_with_many_messages_as_with_few(okafor, incident, django_assert_num_queries):
    client = signed_in(okafor.user)
    address = reverse("incidents:share", args=[incident.pk])
    client.get(address)
    with django_assert_num_queries(QUERIES):
        client.get(address)
    for _ in range(4):
        share(okafor, incident, make_partner())
    with django_assert_num_queries(QUERIES):
        assert client.get(address).status_code == 200


QUERIES = 9


def test_what_was_typed_stays_when_something_is_missing(okafor, incident) -> None:
    client = signed_in(okafor.user)
    partner = make_partner()
    given = {"partner": str(partner.pk), "purpose": "Treat the injured man", "legal_basis": "", "seen": "x"}
    answer = client.post(reverse("incidents:share", args=[incident.pk]), given, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert b'value="Treat the injured man"' in answer.content
    assert b"Choose the legal basis." in answer.content


def test_the_head_says_who_is_told_and_an_offer_can_be_taken_without_a_mouse(okafor, incident) -> None:
    client = signed_in(okafor.user)
    share(okafor, incident, make_partner())
    head = client.get(reverse("incidents:head", args=[incident.pk])).content.decode()
    assert "Northmere Ambulance: waiting for them" in head
    machine = Machine.of()
    machine.send(machine.message())
    strip = client.get(reverse("incidents:offers")).content.decode()
    assert 'data-act="offers"' in strip
    page = client.get(reverse("incidents:offer", args=[Transfer.objects.get(status="OFFERED").pk])).content.decode()
    assert "autofocus" in page
    assert "AMB-2211-0417" in page


def test_an_administrator_sees_the_public_key_and_no_content() -> None:
    nair = make_user(roles=(ADMIN,), is_staff=True)
    client = signed_in(nair)
    partner = make_partner()
    page = client.get(reverse("admin:incidents_partneragency_change", args=[partner.pk]))
    if page.status_code == 200:
        assert own_public_key(partner.our_key_id) in page.content.decode()
    assert client.get(reverse("incidents:offers")).status_code == 403
    assert PartnerAgency.objects.count() == 1
    assert AuditEvent.objects.filter(action="DISCLOSE").count() == 0
    make_incident()
