"""The gallery: what a card says, what filters let through, what the trail keeps."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.test.utils import CaptureQueriesContext

from core.clock import now
from core.errors import NotAllowed, NotFound
from core.models import AuditEvent
from core.roles import DISPATCHER, SERGEANT
from suspects.models import Reservation
from suspects.selectors.wanted import (
    GalleryFilters,
    Near,
    gallery,
    gallery_choices,
    gallery_count,
    wanted_card,
)
from tests.factories.core import make_actor
from tests.factories.wanted import (
    make_marker,
    make_operation,
    make_picture,
    make_place,
    make_pyke,
    make_record,
)

ALL = GalleryFilters()
FENSIDE = Near(lat=52.41, lon=-1.51, km=5)


def names(actor, **filters):
    return [card.name for card in gallery(actor, GalleryFilters(**filters)).cards]


def hold(record, actor, **changes):
    moment = now()
    given = {
        "state": "RESERVED",
        "holder_id": actor.user_id,
        "holder_label": actor.label,
        "call_sign": actor.call_sign,
        "reserved_at": moment,
        "active_at": moment,
        "expires_at": moment + dt.timedelta(minutes=45),
        "client_key": record.pk,
    }
    return Reservation.objects.create(force=record.force, wanted=record, person=record.person, **{**given, **changes})


def test_a_card_says_who_why_what_power_and_how_soon(reid):
    record = make_record()
    make_picture(record.person, dt.date(2024, 1, 2))
    newest = make_picture(record.person, now().date() - dt.timedelta(days=100))
    [card] = gallery(reid, ALL).cards
    assert (card.name, card.band, card.target_words, card.icon_kind) == ("Darren Pyke", "P1", "24 h", "cuffs")
    assert (card.power_text, card.may_arrest) == ("Arrest: unlawfully at large", True)
    assert (card.due_words, card.overdue, card.area) == ("Due in 9 h", False, "Fenside")
    assert (card.lat, card.lon) == (52.41, -1.51)
    assert (card.image_id, card.image_old, card.image_hidden, card.reservation) == (newest.pk, False, False, None)
    today = now().date()
    assert card.age == today.year - 1985 - ((today.month, today.day) < (3, 14))
    json.dumps(dataclasses.asdict(card), cls=DjangoJSONEncoder)


@pytest.mark.parametrize("basis", ["LOCATE_TRACE", "MISSING", "STOP_REPORT"])
def test_who_may_not_be_arrested_never_looks_so(reid, basis):
    make_record(basis=basis, band="P3", contact_text="Ask her to call DC 5518 Varga")
    [card] = gallery(reid, ALL).cards
    assert (card.power_text, card.may_arrest, card.icon_kind) == ("No power of arrest", False, "none")
    assert "arrest" not in card.basis_label.lower()
    assert card.contact_text == "Ask her to call DC 5518 Varga"
    assert names(reid, power_now=True) == []


def test_a_warrant_says_whether_it_is_backed_for_bail(reid):
    make_record(basis="WARRANT_FTA", band="P3", warrant_category="A")
    make_record(make_pyke(surname="Daud"), basis="WARRANT_FTA", band="P3", bail_backed=True)
    cards = {card.name: card for card in gallery(reid, ALL).cards}
    assert cards["Darren Pyke"].power_text == "Arrest: the warrant, no bail"
    assert cards["Darren Daud"].power_text == "Arrest: the warrant, backed for bail"
    assert {card.icon_kind for card in cards.values()} == {"warrant"}
    assert names(reid, warrant_category="A") == ["Darren Pyke"]


def test_under_18_and_old_images(reid):
    today = now().date()
    child = make_pyke(given_names="Lee", date_of_birth=today - dt.timedelta(days=365 * 17))
    make_record(child, band="P3")
    make_picture(child, today - dt.timedelta(days=3 * 365))
    [card] = gallery(reid, ALL).cards
    assert (card.under_18, card.image_hidden, card.image_old) == (True, True, True)
    unknown = make_pyke(date_of_birth=None, surname="Nobody")
    assert wanted_card(reid, make_record(unknown).pk).age is None


def test_warnings_critical_first_health_and_secret_by_role(reid, sergeant):
    record = make_record()
    make_marker(record.person, "DR", "May have needles")
    make_marker(record.person, "WE")
    make_marker(record.person, "SU", "Cell, 2025")
    make_marker(record.person, "OB", "Offends on bail")  # a note: for the profile, not for the card
    make_marker(record.address, "DOG", "Alsatian, loose")
    make_marker(record.person, "VI", expires_at=now() - dt.timedelta(days=1))
    make_marker(record.person, "FI", removed_at=now(), removed_reason="Wrong man")
    [card] = gallery(reid, ALL).cards
    assert [one.code for one in card.warnings] == ["WE", "DR", "DOG"]
    assert [one.about for one in card.warnings] == ["person", "person", "address"]
    [card] = gallery(sergeant, ALL).cards
    assert [one.code for one in card.warnings] == ["WE", "DR", "SU", "DOG"]


def test_a_planned_operation_hides_the_place_and_the_power(reid, sergeant):
    record = make_record(contact_text="Call DC Varga")
    operation = make_operation(record.person, sergeant)
    [card] = gallery(reid, ALL).cards
    assert (card.do_not_approach, card.may_arrest, card.icon_kind) == (True, False, "none")
    assert (card.power_text, card.instruction) == ("No power of arrest", "Do not approach. Planned operation.")
    assert (card.lat, card.lon, card.area, card.contact_text) == (None, None, "", "")
    text = json.dumps(dataclasses.asdict(card), cls=DjangoJSONEncoder)
    assert operation.name not in text
    assert operation.call_number not in text
    assert operation.looks.count() == 0
    assert names(reid, power_now=True) == []
    assert gallery(reid, GalleryFilters(near=FENSIDE)).cards[0].distance_km is None


def test_who_has_the_person_is_said_until_the_lease_runs_out(reid, ansah):
    record = make_record()
    held = hold(record, ansah)
    [card] = gallery(reid, ALL).cards
    taken = card.reservation
    assert (taken.who, taken.call_sign, taken.collar, taken.mine) == ("PC 7741 Ansah", "NB24", "7741", False)
    assert (taken.since, taken.until, taken.state_label) == (held.reserved_at, held.expires_at, "Reserved")
    assert wanted_card(ansah, record.pk).reservation.mine
    assert names(reid, not_taken=True) == []
    assert names(ansah, not_taken=True) == ["Darren Pyke"]
    Reservation.objects.update(expires_at=now() - dt.timedelta(seconds=1))
    assert gallery(reid, ALL).cards[0].reservation is None
    assert names(reid, not_taken=True) == ["Darren Pyke"]


def test_band_first_then_the_longest_wanted(reid):
    moment = now()
    for surname, band, days in (("New", "P2", 1), ("Old", "P2", 9), ("First", "P1", 1), ("Last", "P3", 90)):
        make_record(make_pyke(surname=surname), band=band, issued_at=moment - dt.timedelta(days=days))
    assert names(reid) == ["Darren First", "Darren Old", "Darren New", "Darren Last"]
    assert names(reid, bands=("P2", "P3")) == ["Darren Old", "Darren New", "Darren Last"]
    page = gallery(reid, ALL, limit=2, offset=1)
    assert ([card.name for card in page.cards], page.total) == (["Darren Old", "Darren New"], 4)


def test_filters(reid):
    make_record(offence_code="TH68010")
    far = make_place(lat=52.9, lon=-1.51, area="Northgate")
    late = now() - dt.timedelta(hours=31)
    make_record(make_pyke(surname="Daud"), basis="WARRANT_FTA", band="P3", address=far, offence="Theft", due_at=late)
    make_record(make_pyke(surname="Ilett"), basis="LOCATE_TRACE", band="P3", address=None, area="Fenside")
    assert names(reid, near=FENSIDE) == ["Darren Pyke"]
    assert gallery(reid, GalleryFilters(near=FENSIDE)).cards[0].distance_km == 0.1
    corner = Near(lat=52.41 + 0.043, lon=-1.51 + 0.07, km=5)  # inside the square, outside the circle
    assert names(reid, near=corner) == []
    assert gallery_count(reid, GalleryFilters(near=corner)) == 0
    assert names(reid, area="Fenside") == ["Darren Pyke", "Darren Ilett"]
    assert names(reid, offence="theft") == names(reid, overdue=True) == names(reid, bases=("WARRANT_FTA",))
    assert names(reid, offence="th68010") == ["Darren Pyke"]
    assert names(reid, power_now=True) == ["Darren Pyke", "Darren Daud"]
    [card] = gallery(reid, GalleryFilters(overdue=True)).cards
    assert (card.due_words, card.overdue, card.target_words) == ("Overdue by 31 h", True, "14 d")
    for filters in (ALL, GalleryFilters(area="Fenside"), GalleryFilters(near=FENSIDE), GalleryFilters(bands=("P3",))):
        assert gallery_count(reid, filters) == gallery(reid, filters).total
    choices = gallery_choices(reid)
    assert choices.areas == ("Fenside", "Northgate")
    assert {one.code for one in choices.bases} == {"RECALL_PRISON", "WARRANT_FTA", "LOCATE_TRACE"}
    assert [one.target_words for one in choices.bands] == ["24 h", "72 h", "14 d"]


def test_one_look_leaves_one_entry_with_filters_and_ids(reid):
    record = make_record()
    before = AuditEvent.objects.count()
    gallery_count(reid, ALL)
    assert AuditEvent.objects.count() == before
    gallery(reid, GalleryFilters(bands=("P1",), near=FENSIDE, overdue=False), "wanted page")
    [entry] = AuditEvent.objects.order_by("at")[before:]
    assert (entry.action, entry.object, entry.purpose) == ("LIST", "suspects.wantedrecord", "wanted page")
    assert entry.fields == ["near=52.41,-1.51,5", "bands=P1"]
    assert (entry.result_ids, entry.result_count) == ([str(record.pk)], 1)


def test_drafts_and_other_forces_are_not_in_it(reid, sergeant, stranger):
    draft = make_record(state="DRAFT")
    assert gallery(reid, ALL).cards == ()
    with pytest.raises(NotFound):
        wanted_card(reid, draft.pk)
    assert wanted_card(sergeant, draft.pk).state == "DRAFT"
    record = make_record(make_pyke(surname="Teague"))
    assert gallery(stranger, ALL).cards == ()
    with pytest.raises(NotFound):
        wanted_card(stranger, record.pk)
    with pytest.raises(NotFound):
        wanted_card(reid, "no key")


def test_roles(reid):
    partner = make_actor(roles=("partner_agency",))
    for read in (
        lambda: gallery(partner, ALL),
        lambda: gallery_count(partner, ALL),
        lambda: gallery_choices(partner),
        lambda: wanted_card(partner, "x"),
    ):
        with pytest.raises(NotAllowed):
            read()
    for role in (SERGEANT, DISPATCHER):
        assert gallery(make_actor(roles=(role,)), ALL).cards == ()


def test_many_records_cost_no_more_queries_than_one(reid, django_assert_max_num_queries):
    from django.db import connection

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            gallery(reid, ALL)
        return len(seen)

    record = make_record()
    make_marker(record.person)
    hold(record, reid)
    one = queries()
    for number in range(12):
        again = make_record(make_pyke(surname=f"Number {number}"))
        make_marker(again.person)
        make_picture(again.person, dt.date(2026, 1, 1))
    assert queries() == one
    with django_assert_max_num_queries(13):
        gallery(reid, ALL)
