"""/api/v1/wanted/ and /reservations/: the same people may the same as on the pages; what is hidden is missing."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from core.clock import now
from core.models import AuditEvent
from core.roles import ADMIN
from suspects.api.reservations import VERBS
from suspects.models import OperationLook, PriorityBand, Reservation
from tests.factories.core import make_actor, make_user
from tests.factories.wanted import make_marker, make_officer, make_operation, make_place, make_pyke, make_record

API = "/api/v1"


class Phone:
    """Somebody's browser, speaking JSON."""

    def __init__(self, actor):
        self.client = Client()
        self.client.force_login(actor.user)

    def get(self, path, **query):
        return self.client.get(f"{API}/{path}", query)

    def post(self, path, **body):
        return self.client.post(f"{API}/{path}", body, content_type="application/json")


@pytest.fixture
def reids(reid):
    return Phone(reid)


def reserve(phone, record, **body):
    return phone.post(f"wanted/{record.pk}/reserve/", **{"client_key": str(uuid4()), **body})


def test_gallery_card_and_filters(reids):
    record = make_record()
    make_record(make_pyke(surname="Daud"), basis="WARRANT_FTA", band="P3", offence="Theft", address=None)
    page = reids.get("wanted/").json()
    assert (page["count"], [one["name"] for one in page["results"]]) == (2, ["Darren Pyke", "Darren Daud"])
    first = page["results"][0]
    assert (first["power"], first["target"], first["reservation"]) == ("Arrest: unlawfully at large", "24 h", None)
    assert reids.get(f"wanted/{record.pk}/").json() == first
    assert reids.get("wanted/", band=["P3"], offence="theft").json()["count"] == 1
    assert reids.get("wanted/", overdue="true").json()["count"] == 0
    assert reids.get("wanted/", limit=1, offset=1).json()["results"][0]["name"] == "Darren Daud"
    near = reids.post("wanted/near/", lat=52.41, lon=-1.51, km=2).json()
    assert [one["distance_km"] for one in near["results"]] == [0.1]
    assert reids.post("wanted/near/", lat=95, lon=0, km=2).status_code == 422
    shown = AuditEvent.objects.filter(action="LIST", object="suspects.wantedrecord", purpose="API")
    assert shown.count() == 6  # each answer is one look; refusals are none


def test_the_whole_way_from_tap_to_custody(reids, reid, ansah):
    record = make_record(basis="SUSPECT_CIRCULATED")
    knife = make_marker(record.person)
    tick = {"marker": str(knife.pk), "at": now().isoformat()}
    refused = reserve(reids, record)
    assert (refused.status_code, refused.json()["code"]) == (422, "warnings")
    made = reserve(reids, record, acknowledged=[tick], plan_units="NB24")
    assert made.status_code == 201, made.json()
    one = f"reservations/{made.json()['id']}/"
    taken = reserve(Phone(ansah), record, acknowledged=[tick])
    assert (taken.status_code, taken.json()["code"]) == (409, "taken")
    assert (taken.json()["reservation"]["call_sign"], taken.json()["reservation"]["mine"]) == ("NB21", False)
    assert reids.post(one + "extend/").json()["extensions"] == 1
    assert reids.post(one + "touch/").status_code == 200
    gate = make_place(number="33")
    planned = reids.post(one + "plan/", address=str(gate.pk), plan_text="Back gate").json()
    assert (planned["address"], planned["plan_text"]) == (str(gate.pk), "Back gate")
    assert reids.post(one + "necessity/", codes=["e"], text="Phone").status_code == 200
    assert reids.post(one + "en_route/").json()["state"] == "EN_ROUTE"
    page = reids.get(one).json()
    assert (page["live"], page["extensions_left"], page["address"]) == (True, 2, gate.line)
    assert page["warnings"][0]["ticked_at"] is not None
    handed = reids.post(one + "hand_over/", to="7741").json()
    assert (handed["call_sign"], handed["previous"]) == ("NB24", made.json()["id"])
    theirs, phone = f"reservations/{handed['id']}/", Phone(ansah)
    assert phone.post(theirs + "attempted/").status_code == 422
    assert phone.post(theirs + "acknowledge/", acknowledged=[tick]).status_code == 200
    assert phone.post(theirs + "attempted/").json()["state"] == "ATTEMPTED"
    arrest = {"outcome": "ARRESTED", "custody_ref": "22/1187/26", "place_text": "33 Fenside Walk", "cautioned": True}
    assert set(phone.post(theirs + "result/", **arrest).json()["fields"]) == {"necessity"}
    done = phone.post(theirs + "result/", **arrest, necessity=["e"], necessity_text="Phone", asn="wrong").json()
    assert (done["asn"], done["asn_verified"]) == ("WRONG", False)
    assert reids.get("wanted/").json()["count"] == 0
    assert reids.get(f"wanted/{record.pk}/").json()["state"] == "IN_CUSTODY"
    verbs = [step["verb"] for step in reids.get(f"wanted/{record.pk}/history/").json()]
    assert verbs[0] == "reserve"
    assert verbs[-1] == "record"
    assert phone.get(theirs).json()["result"]["custody_ref"] == "22/1187/26"
    gone = phone.post(theirs + "extend/")
    assert (gone.status_code, gone.json()["code"]) == (410, "over")


def test_given_back_and_taken_back(reids, sergeant):
    record = make_record()
    first = reserve(reids, record).json()["id"]
    assert reids.post(f"reservations/{first}/release/").status_code == 422
    assert reids.post(f"reservations/{first}/release/", reason="Other job").json()["state"] == "RELEASED"
    second = reserve(reids, record).json()["id"]
    assert reids.post(f"reservations/{second}/override/", reason="x").status_code == 403
    taken = Phone(sergeant).post(f"reservations/{second}/override/", reason="No answer")
    assert taken.json()["state"] == "OVERRIDDEN"


def test_records_of_a_sergeant(reids, sergeant):
    person, phone = make_pyke(), Phone(sergeant)
    given = {"person": str(person.pk), "basis": "RECALL_PRISON", "band": "P1", "offence": "Recall", "source": "PNC"}
    draft = reids.post("wanted/", **given)
    assert (draft.status_code, draft.json()["state"]) == (201, "DRAFT")
    one = f"wanted/{draft.json()['id']}/"
    assert reids.get(one).status_code == 404
    approved = phone.post(one + "approve/", expected_version=1).json()
    assert (approved["state"], approved["approved_by"]) == ("ACTIVE", sergeant.label)
    assert phone.post(one + "approve/", expected_version=1).status_code == 409
    assert phone.post(one + "band/", band="P2", reason="Lower risk").json()["band"] == "P2"
    assert phone.post(one + "cancel/", reason="Surrendered").json()["state"] == "CANCELLED"
    assert phone.post(one + "reactivate/", reason="x").status_code == 409
    assert phone.post("wanted/", **given | {"band": "P9"}).json()["fields"] == {"band": "Choose a priority."}


def test_an_operation_is_told_who_tapped_though_the_tap_is_refused(reids, reid, sergeant):
    record, phone = make_record(), Phone(sergeant)
    ends = (now() + dt.timedelta(hours=4)).isoformat()
    given = {"person_id": str(record.person_id), "name": "Larkspur", "call_number": "01632 960 417", "ends_at": ends}
    made = phone.post("operations/", **given)
    assert made.status_code == 201
    refused = reserve(reids, record)
    assert (refused.status_code, refused.json()["code"]) == (403, "do_not_approach")
    assert refused.json()["message"] == "Do not approach. Call 01632 960 417."
    assert OperationLook.objects.get().what == "reserve"
    [own] = phone.get("operations/").json()
    assert [(look["call_sign"], look["who"]) for look in own["looks"]] == [("NB21", reid.label)]
    assert reids.get("operations/").status_code == 403
    assert Phone(make_officer("NB11", roles=("sergeant",))).get("operations/").json() == []
    assert phone.post(f"operations/{own['id']}/end/").json()["ended_at"]
    assert reserve(reids, record).status_code == 201


def test_another_force_and_made_up_ids_are_missing(reid, stranger):
    record = make_record()
    row = reserve(Phone(reid), record).json()["id"]
    phone, made_up = Phone(stranger), str(uuid4())
    bodies = {
        "reserve": {"client_key": str(uuid4())}, "band": {"band": "P2", "reason": "x"}, "cancel": {"reason": "x"},
        "reactivate": {"reason": "x"}, "necessity": {"codes": ["e"], "text": "x"}, "release": {"reason": "x"},
        "hand_over": {"to": "SX1"}, "override": {"reason": "x"}, "result": {"outcome": "NO_TRACE"},
    }  # fmt: skip
    for verb in ("reserve", "approve", "band", "cancel", "reactivate"):
        answers = [phone.post(f"wanted/{key}/{verb}/", **bodies.get(verb, {})) for key in (record.pk, made_up)]
        assert [one.status_code for one in answers] == [404, 404], verb
        assert answers[0].json() == answers[1].json()
    for verb in VERBS:
        answers = [phone.post(f"reservations/{key}/{verb}/", **bodies.get(verb, {})) for key in (row, made_up)]
        assert [one.status_code for one in answers] == [404, 404], verb
        assert answers[0].json() == answers[1].json()
    for path in (f"wanted/{record.pk}/", f"wanted/{record.pk}/history/", f"reservations/{row}/"):
        assert phone.get(path).status_code == 404
    assert Reservation.objects.get().state == "RESERVED"


def test_nobody_signed_in_and_roles_without_content(reid):
    record = make_record()
    assert Client().get(f"{API}/wanted/").status_code == 401
    for role in (ADMIN, "auditor", "partner_agency"):
        phone = Phone(make_actor(roles=(role,)))
        assert phone.get("wanted/").status_code == 403
        assert reserve(phone, record).status_code == 403
        assert phone.get("operations/").status_code == 403


def test_administrators_edit_the_tables_and_see_no_record(reid):
    make_record()
    admin = make_user(roles=(ADMIN,), is_staff=True)
    client = Client()
    client.force_login(admin)
    listed = client.get(reverse("admin:suspects_priorityband_changelist"))
    assert listed.status_code == 200
    assert b"Pyke" not in listed.content
    pages = {name for name in get_resolver().namespace_dict["admin"][1].reverse_dict if isinstance(name, str)}
    tables = {"conditionkind", "markerkind", "priorityband", "suspectrules", "wantedbasis"}
    assert {name.split("_")[1] for name in pages if name.startswith("suspects_")} == tables
    band = PriorityBand.objects.get(code="P1")
    assert client.get(reverse("admin:suspects_priorityband_delete", args=[band.pk])).status_code == 403


def test_a_look_at_the_history_of_somebody_under_an_operation_says_nothing(reids, sergeant):
    record = make_record()
    assert reserve(reids, record).status_code == 201
    make_operation(record.person, sergeant)
    assert reids.get(f"wanted/{record.pk}/history/").json() == []
    assert OperationLook.objects.get().what == "card"
