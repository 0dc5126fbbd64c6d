""" "Click & Collect" on the phone: ticks, yours, who was first, steps, the result, other forces."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from core.clock import local, now
from suspects.models import Marker, Reservation, WantedRecord
from tests.factories.wanted import make_officer, make_operation, make_pyke, make_record
from tests.unit.suspects_pages.conftest import phone_of, words


def ticks(record: WantedRecord) -> list[str]:
    return [
        f"{pk} {now().isoformat()}"
        for pk in Marker.objects.filter(person=record.person_id).values_list("pk", flat=True)
    ]


def tap(phone: Client, record: WantedRecord, **changes: object) -> HttpResponse:
    given = {"client_key": str(uuid4()), "tick": ticks(record)}
    return phone.post(f"/wanted/{record.pk}/reserve/", given | changes)


@pytest.fixture
def mine(phone: Client, record: WantedRecord) -> Reservation:
    tap(phone, record)
    return Reservation.objects.get()


def test_each_warning_has_its_own_tick_and_the_service_asks_for_all(phone, record) -> None:
    page = phone.get(f"/wanted/{record.pk}/reserve/").content.decode()
    assert page.count('name="tick"') == 2
    assert "Tick %d more to reserve" in page
    [first, _] = ticks(record)
    refused = tap(phone, record, tick=[first])
    assert refused.status_code == 422
    assert "Tick 1 more" in words(refused)
    assert refused.content.decode().count("checked") == 1, "what was ticked stays ticked"
    assert not Reservation.objects.exists()


def test_reserved_and_yours(phone, record, mine) -> None:
    page = phone.get(f"/reservations/{mine.pk}/")
    text = words(page)
    assert f"Reserved by you Until {local(mine.expires_at):%H:%M}" in text
    assert "Record the result" in text
    assert "31 Fenside Walk" in text
    assert len(mine.acknowledged) == 2


def test_the_same_tap_twice_is_one_reservation(phone, record) -> None:
    key = str(uuid4())
    first, second = (tap(phone, record, client_key=key) for _ in range(2))
    assert first.url == second.url
    assert Reservation.objects.count() == 1


def test_who_was_first_is_told_in_the_answer_to_the_tap(other_phone, record, mine) -> None:
    answer = tap(other_phone, record)
    assert answer.status_code == 409
    text = words(answer)
    assert "NB21 was first" in text
    assert f"{local(mine.reserved_at):%H:%M:%S}" in text
    assert f"until {local(mine.expires_at):%H:%M}" in text
    assert "Nothing is reserved by you" in text


def test_off_duty_is_told_before_and_after_the_tap(record) -> None:
    phone = phone_of(make_officer("NB30", on_duty=False))
    assert "You are off duty" in words(phone.get(f"/wanted/{record.pk}/reserve/"))
    answer = tap(phone, record)
    assert answer.status_code == 403
    assert "You are off duty" in words(answer)


def test_two_officers_have_to_be_named(phone, record) -> None:
    record.two_officers = True
    record.save()
    refused = tap(phone, record)
    assert refused.status_code == 422
    assert "two officers are needed" in words(refused)
    assert tap(phone, record, plan_units="NB24").status_code == 302


def test_an_operation_is_a_number_and_no_button(phone, record, pyke, hale) -> None:
    make_operation(pyke, hale)
    page = phone.get(f"/wanted/{record.pk}/reserve/")
    assert "Do not approach. Call 01632 960 417." in words(page)
    assert 'type="submit" form="reserve-form"' not in page.content.decode()
    assert tap(phone, record).status_code == 403


def test_steps_on_the_way(phone, mine) -> None:
    url = f"/reservations/{mine.pk}/"
    assert phone.post(f"{url}en_route/").status_code == 302
    assert "En route" in words(phone.get(url))
    assert (
        phone.post(
            f"{url}plan/", {"plan_units": "NB24", "plan_text": "Rear door first", "eta_minutes": "10"}
        ).status_code
        == 302
    )
    assert "Rear door first" in words(phone.get(url))
    assert phone.post(f"{url}extend/").status_code == 302
    mine.refresh_from_db()
    assert mine.extensions == 1


def test_handing_over_goes_to_somebody_on_duty_or_opens_the_sheet_again(phone, other_phone, mine) -> None:
    url = f"/reservations/{mine.pk}/"
    refused = phone.post(f"{url}hand_over/", {"to": "NB99"})
    assert refused.status_code == 422
    assert 'id="hand-over-sheet" aria-labelledby="hand-over-title" data-open-now' in refused.content.decode()
    assert "Nobody is on duty under that" in words(refused)
    assert phone.post(f"{url}hand_over/", {"to": "NB14"}).url == "/wanted/"
    theirs = Reservation.objects.get(ended_at=None)
    page = words(other_phone.get(f"/reservations/{theirs.pk}/"))
    assert "Reserved by you" in page
    assert "Tick before you go" in page
    assert phone.get(f"/reservations/{theirs.pk}/").status_code == 404


def test_given_back_needs_a_reason(phone, mine) -> None:
    assert phone.post(f"/reservations/{mine.pk}/release/", {"reason": ""}).status_code == 422
    assert phone.post(f"/reservations/{mine.pk}/release/", {"reason": "Sent to another job"}).url == "/wanted/"
    assert "Sent to another job" in words(phone.get(f"/reservations/{mine.pk}/"))
    assert phone.post(f"/reservations/{mine.pk}/extend/").status_code == 410


def test_arrested_says_what_is_missing_and_then_closes_the_record(phone, record, mine) -> None:
    url = f"/reservations/{mine.pk}/result/"
    assert phone.get(url).content.decode().count('name="outcome"') == 5
    refused = phone.post(url, {"outcome": "ARRESTED", "time": f"{local(now()):%H:%M}"})
    assert refused.status_code == 422
    text = words(refused)
    for missing in ("custody reference", "where the arrest was", "whether the caution was given"):
        assert missing in text
    done = phone.post(
        url,
        {
            "outcome": "ARRESTED",
            "custody_ref": "NM/1/26",
            "place_text": "Fenside Walk",
            "cautioned": "yes",
            "reply": "Fair",
        },
    )
    assert done.url == f"/reservations/{mine.pk}/"
    text = words(phone.get(done.url))
    assert "Arrested" in text
    assert "NM/1/26" in text
    record.refresh_from_db()
    assert record.state == "IN_CUSTODY"
    assert "Darren Pyke" not in words(phone.get("/wanted/"))


def test_necessity_is_asked_for_where_the_power_needs_it_and_not_for_a_recall(phone, record, mine) -> None:
    assert 'name="necessity"' not in phone.get(f"/reservations/{mine.pk}/result/").content.decode()
    other = make_record(make_pyke(surname="Teague"), basis="SUSPECT_CIRCULATED", band="P2")
    tap(phone, other)
    theirs = Reservation.objects.get(wanted=other)
    url = f"/reservations/{theirs.pk}/result/"
    assert phone.get(url).content.decode().count('name="necessity"') == 10
    arrest = {"outcome": "ARRESTED", "custody_ref": "NM/2/26", "place_text": "Weir Street", "cautioned": "yes"}
    assert "Choose at least one reason" in words(phone.post(url, arrest))
    assert (
        phone.post(url, arrest | {"necessity": ["e"], "necessity_text": "To search for the goods"}).status_code == 302
    )


def test_another_force_sees_none_of_it(stranger_phone, record, mine) -> None:
    assert stranger_phone.get(f"/wanted/{record.pk}/reserve/").status_code == 404
    assert tap(stranger_phone, record).status_code == 404
    assert stranger_phone.get(f"/reservations/{mine.pk}/").status_code == 404
    assert stranger_phone.get(f"/reservations/{mine.pk}/result/").status_code == 404
    assert stranger_phone.post(f"/reservations/{mine.pk}/release/", {"reason": "x"}).status_code == 404
