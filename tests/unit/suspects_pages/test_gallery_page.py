"""The wanted gallery on a phone: what a card says, filters in words, the next cards, other forces."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from core.clock import now
from core.models import AuditEvent
from suspects.selectors.wanted_cards import warnings_for
from suspects.services.reservations import Tick, reserve
from suspects.views import wanted as views
from tests.factories.core import make_actor
from tests.factories.wanted import make_officer, make_operation, make_picture, make_pyke, make_record
from tests.unit.suspects_pages.conftest import phone_of, words


def test_nobody_sees_the_board_without_signing_in_or_without_the_role(db, record) -> None:
    assert Client().get("/wanted/").url.startswith("/sign-in/")
    assert phone_of(make_actor(roles=("admin",))).get("/wanted/").status_code == 403


def test_a_card_says_band_warnings_name_why_power_and_when_in_this_order(phone, record) -> None:
    response = phone.get("/wanted/")
    card = response.content.decode().split('<li class="wanted-card"')[1].split("</li>")[0]
    order = [
        "P1",
        "24 h",
        "Weapons",
        "Drugs",
        "Darren Pyke",
        "wounding",
        "Arrest: unlawfully at large",
        "Fenside",
        "Due in 9 h",
    ]
    text = re.sub(r"<[^>]+>", " ", card.partition(">")[2])
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "data-taken" not in card
    assert response.headers["Cache-Control"] == "no-store"


def test_no_power_never_looks_like_an_arrest(phone, reid) -> None:
    make_record(
        make_pyke(surname="Ilett", given_names="Joanne"),
        basis="LOCATE_TRACE",
        band="P3",
        contact_text="Ask her to call DC 5518 Varga",
    )
    make_record(lee := make_pyke(surname="Castell", given_names="Lee"), band="P3")
    make_operation(lee, reid)
    cards = [card.split("</li>")[0] for card in phone.get("/wanted/").content.decode().split('<li class="wanted-card"')]
    ilett = next(card for card in cards if "Ilett" in card)
    castell = next(card for card in cards if "Castell" in card)
    assert "No power of arrest" in ilett
    assert "Ask her to call DC 5518 Varga" in ilett
    assert "Do not approach" in castell
    for card in (ilett, castell):
        assert "Arrest" not in card
        assert "#cuffs" not in card
        assert "Fenside" not in castell


def test_under_18_has_no_picture_until_a_reason_is_given(phone, record) -> None:
    child = make_pyke(surname="Brand", given_names="Tyler", date_of_birth=now().date() - dt.timedelta(days=365 * 16))
    picture = make_picture(child, now().date())
    make_record(child, basis="BREACH_BAIL", band="P3")
    page = phone.get("/wanted/").content.decode()
    assert "Show, give reason" in page
    assert str(picture.pk) not in page


def test_filters_are_words_that_clear_with_one_tap_and_unknown_ones_are_ignored(phone, record) -> None:
    page = words(phone.get("/wanted/?band=P2&power_now=1&area=Nowhere&band=P9"))
    assert "P2 Clear" in page
    assert "Power of arrest now Clear" in page
    assert "Nowhere" not in page
    assert "Nobody with these filters" in page
    assert 'href="?power_now=1"' in phone.get("/wanted/?band=P2&power_now=1").content.decode()
    assert "Darren Pyke" in words(phone.get("/wanted/?band=P1&basis=RECALL_PRISON&offence=wound"))


def test_an_empty_board_says_so(phone, record) -> None:
    record.state, record.closed_at = "CANCELLED", now()
    record.save()
    assert "Nobody is wanted now" in words(phone.get("/wanted/"))


def test_a_position_comes_in_the_body_alone(phone, record) -> None:
    near, far = {"lat": "52.41", "lon": "-1.51", "km": "5"}, {"lat": "51.5", "lon": "0", "km": "5"}
    assert "Darren Pyke" in words(phone.post("/wanted/", near))
    assert "100 m, Fenside" in words(phone.post("/wanted/", near | {"lat": "52.4100"}))
    assert "Darren Pyke" not in words(phone.post("/wanted/", far))
    assert phone.post("/wanted/count/", near).json() == {"count": 1}
    assert phone.post("/wanted/count/", far | {"overdue": "1"}).json() == {"count": 0}
    assert "Darren Pyke" in words(phone.get("/wanted/?lat=51.5&lon=0&km=5")), "an address carries no position"


def test_more_cards_come_in_parts_and_each_look_is_one_entry(phone, record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PAGE", 2)
    for number in range(3):
        make_record(make_pyke(surname=f"Cole{number}"), band="P3")
    looks = AuditEvent.objects.filter(object="suspects.wantedrecord", action="LIST")
    before = looks.count()
    first = phone.get("/wanted/").content.decode()
    assert first.count('<li class="wanted-card"') == 2
    assert 'data-next="2"' in first
    second = phone.post("/wanted/", {"offset": "2"}).content.decode()
    assert second.count('<li class="wanted-card"') == 2
    assert "data-next" not in second
    assert looks.count() == before + 2


def test_one_card_for_a_board_that_heard_of_a_change(phone, stranger_phone, record) -> None:
    assert "Darren Pyke" in words(phone.get(f"/wanted/{record.pk}/card/"))
    assert stranger_phone.get(f"/wanted/{record.pk}/card/").status_code == 404
    assert "Pyke" not in words(stranger_phone.get("/wanted/"))


def test_a_taken_card_stays_and_says_who(phone, other_phone, reid, record) -> None:
    ticks = [Tick(marker_id=one.marker_id) for one in warnings_for(reid, record.person_id, record.address_id, now())]
    reserve(actor=reid, wanted_id=record.pk, acknowledged=ticks, client_key="8d4f6a52-3f0e-4d51-9a7e-0c2a54f0d9f1")
    page = other_phone.get("/wanted/")
    assert 'data-taken="other"' in page.content.decode()
    assert "Reserved by NB21 until" in words(page)
    assert 'data-taken="mine"' in phone.get("/wanted/").content.decode()
    assert "Darren Pyke" not in words(other_phone.get("/wanted/?not_taken=1"))


def test_the_frame_says_who_is_on_duty_and_offers_only_pages_that_the_role_may_open(phone, record) -> None:
    page = phone.get("/wanted/")
    text = words(page)
    assert "NB21 On duty until" in text
    assert "OFFICIAL-SENSITIVE" in text
    assert f'data-wanted-topic="wanted.{record.force_id}"' in page.content.decode()
    off = phone_of(make_officer("NB30", on_duty=False)).get("/wanted/")
    assert "NB30 Off duty Book on" in words(off)
    assert "data-wanted-topic" not in off.content.decode()
    tabs = page.content.decode().split('aria-label="Pages"')[1].split("</nav>")[0]
    assert [f">{tab}<" in tabs for tab in ("Wanted", "Check", "Incidents")] == [True] * 3
    assert 'aria-current="page"' in tabs
