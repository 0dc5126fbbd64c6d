"""The pages and the API of checks: what is typed stays, one look is one entry, refusals say what to do."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.models import AuditEvent
from suspects.models import Check, CheckStop, SourceResult, SuspectRules
from suspects.services.checks import run_check
from suspects.services.typed import Typed
from tests.factories import suspects as make
from tests.factories.incidents import make_stranger
from tests.unit.suspects_checks.conftest import WHY

STOP = {"reason_code": "1", "justification": WHY, "place_text": "Weir Street"}
TYPED = {"subject": "PERSON", "surname": "Halloran", "given": "Connor", "born": "14/06/1998"}


@pytest.fixture
def phone(client, reid):
    client.force_login(reid.user)
    return client


def test_reason_then_search_then_result(phone, halloran, reid):
    assert phone.get("/checks/")["Location"] == "/checks/stop/"
    page = phone.get("/checks/stop/").content.decode()
    assert "Vehicle or person stopped" in page
    assert 'value="6"' not in page
    assert phone.post("/checks/stop/", STOP)["Location"] == "/checks/"
    assert "Weir Street" in phone.get("/checks/").content.decode()
    before = AuditEvent.objects.count()
    answer = phone.post("/checks/", TYPED)
    assert AuditEvent.objects.count() == before + 1
    one = Check.objects.get()
    assert answer["Content-Location"] == f"/checks/{one.pk}/"
    for words in ("Conor HALLORAN", "14/06/1998", "<b>Same:</b>", "<b>Differs:</b>", "Local and intel", "1 trace"):
        assert words in answer.content.decode()
    assert phone.get(f"/checks/{one.pk}/").status_code == 200
    assert AuditEvent.objects.count() == before + 2


def test_a_reason_that_is_not_one_keeps_what_was_typed(phone):
    answer = phone.post("/checks/stop/", {**STOP, "justification": "check", "place_text": "Fen Road"})
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in ("Error:", "at least 10 characters", "Fen Road", ">\ncheck<"):
        assert words in page
    assert not CheckStop.objects.exists()


def test_a_search_without_a_reason_asks_for_it_and_goes_on_with_what_was_typed(phone):
    answer = phone.post("/checks/", TYPED)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert 'name="surname" value="Halloran"' in page
    assert "What you typed is kept" in page
    then = phone.post("/checks/stop/", {**STOP, **TYPED})
    assert then.status_code == 200
    assert 'value="Halloran"' in then.content.decode()
    assert not Check.objects.exists()


def test_what_cannot_be_searched_stays_in_its_field(phone, at_a_stop):
    answer = phone.post("/checks/", {**TYPED, "born": "31/02/1998"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="31/02/1998"' in page
    assert 'role="alert"' in page
    hostile = phone.post("/checks/", {"text": "<script>alert(1)</script>\x00"})
    assert hostile.status_code == 422
    assert "<script>alert" not in hostile.content.decode()


def test_searching_too_fast_is_slowed_in_words(phone, at_a_stop):
    SuspectRules.objects.update(searches_per_minute=1)
    assert phone.post("/checks/", TYPED).status_code == 200
    slowed = phone.post("/checks/", TYPED)
    assert (slowed.status_code, slowed["Retry-After"]) == (429, "5")
    assert 'value="Halloran"' in slowed.content.decode()


def test_end_forgets_the_reason(phone, at_a_stop):
    phone.post("/checks/stop/", {"then": "end"})
    assert phone.get("/checks/")["Location"] == "/checks/stop/"


def test_no_trace_is_said_as_clearly_as_a_trace(phone, at_a_stop):
    page = phone.post("/checks/", TYPED).content.decode()
    assert "No trace in our records" in page
    assert "not connected here" in page


def test_where_we_looked_is_fetched_with_its_own_entry_and_asked_again(phone, reid, at_a_stop, settings):
    settings.CHECK_SOURCES = ["PNC=http://127.0.0.1:9"]
    one = run_check(actor=reid, typed=Typed(text="Halloran, Connor"), subject="PERSON").check
    url = reverse("suspects:check_sources", args=[one.pk])
    before = AuditEvent.objects.count()
    assert 'data-state="waiting"' in phone.get(url).content.decode()
    assert AuditEvent.objects.count() == before + 1
    row = SourceResult.objects.get()
    row.outcome, row.problem, row.returned_at = "NOT_RUN", "no_answer", row.asked_at
    row.save()
    page = phone.get(url).content.decode()
    assert "no answer in time" in page
    assert "Try again" in page
    assert phone.post(url, {"system": "PNC"})["Location"] == f"/checks/{one.pk}/"
    row.refresh_from_db()
    assert row.outcome == ""


def test_cards_and_receipts_are_one_entry_each(phone, reid, at_a_stop):
    vehicle, address = make.make_vehicle(), make.make_address()
    make.make_marker(address, "DOG", "A large dog in the yard.")
    keeper = make.make_person()
    make.make_wanted(keeper)
    make.make_link(keeper, vehicle, kind="KEEPER")
    make.make_intelligence(vehicle, text="Seen at the yard at night.")
    for url, words in (
        (f"/vehicles/{vehicle.pk}/", ["KX68 ZZB", "Grey Vauxhall Astra", "Shows wanted", "Seen at the yard", "KR-"]),
        (f"/addresses/{address.pk}/", ["31 Fenside Walk", "A large dog", "KR-"]),
    ):
        before = AuditEvent.objects.count()
        page = phone.get(url).content.decode()
        assert [word for word in words if word not in page] == []
        assert AuditEvent.objects.count() == before + 1
    receipt = page.split("/receipts/")[1].split("/")[0]
    before = AuditEvent.objects.count()
    page = phone.get(f"/receipts/{receipt}/").content.decode()
    assert "What you knew" in page
    assert "A large dog in the yard." in page
    assert "Sealed" in page
    assert AuditEvent.objects.count() == before + 1


def test_another_forces_records_and_checks_are_not_there(client, reid, at_a_stop):
    one = run_check(actor=reid, typed=Typed(text="KX68 ZZB")).check
    vehicle, address = make.make_vehicle(), make.make_address()
    client.force_login(make_stranger().user)
    for url in (
        f"/checks/{one.pk}/",
        f"/checks/{one.pk}/sources/",
        f"/vehicles/{vehicle.pk}/",
        f"/addresses/{address.pk}/",
    ):
        assert client.get(url).status_code == 404


def test_the_same_by_api(phone, reid, halloran):
    make.make_wanted(halloran)
    assert phone.get("/api/v1/stops/").status_code == 404
    refused = phone.post("/api/v1/checks/", TYPED, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "reason_needed")
    wrong = phone.post("/api/v1/stops/", {**STOP, "justification": "test test test"}, content_type="application/json")
    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["justification"])
    assert phone.post("/api/v1/stops/", STOP, content_type="application/json").status_code == 201
    answer = phone.post("/api/v1/checks/", TYPED, content_type="application/json")
    body = answer.json()
    assert (answer.status_code, body["outcome"], body["rows"][0]["id"]) == (201, "WANTED", str(halloran.pk))
    assert body["rows"][0]["wanted"]["may_arrest"]
    assert [look["system"] for look in body["looks"]] == ["LOCAL", "PNC", "DVLA", "NICHE"]
    again = phone.get(f"/api/v1/checks/{body['id']}/").json()
    assert again["rows"] == body["rows"]
    assert phone.delete("/api/v1/stops/").status_code == 204
    assert phone.get("/api/v1/stops/").status_code == 404
