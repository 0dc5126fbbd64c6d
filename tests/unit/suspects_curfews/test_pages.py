"""The curfew pages and their API: three taps, words when it is refused, and no position in any address."""

from __future__ import annotations

import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from core.models import AuditEvent
from suspects.models import CurfewBreach, CurfewCheck, WantedRecord
from tests.factories import suspects as make
from tests.factories.curfews import AT_DOOR, log, london
from tests.factories.wanted import make_operation


@pytest.fixture
def phone(client, reid):
    client.force_login(reid.user)
    return client


@pytest.fixture
def desk(client, sergeant):
    client.force_login(sergeant.user)
    return client


def page(client, name, *args, status=200, **query) -> str:
    answer = client.get(reverse(f"suspects:{name}", args=args), query)
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


def test_three_taps_from_the_list_to_a_record(clock, phone, curfew, door, jade):
    make.make_marker(jade, "VI", "Threw a glass. Stand back from the door.")
    listed = page(phone, "curfews")
    assert "May knock (JE)" in listed
    assert "I am at the door" in listed

    at_door = page(phone, "curfew_door", curfew.pk)
    assert at_door.index("Threw a glass") < at_door.index("Flat 3, 8 Eel Pie Court") < at_door.index("No reply")
    assert "You may knock (JE doorstep check)" in at_door
    assert "First try of 2" in at_door

    url = reverse("suspects:curfew_door", args=[curfew.pk])
    back = phone.post(url, {"outcome": "NO_REPLY", **AT_DOOR, "accuracy_m": "6"})
    words = " ".join(back.content.decode().split())
    assert "Jade Corrie. No reply at Flat 3, 8 Eel Pie Court, at 22:14. First try." in words
    assert "Within 9 m of the door" in words
    assert not CurfewCheck.objects.exists()  # nothing is written before Log it

    form = back.context["form"]
    sent = {
        "outcome": "NO_REPLY", "client_key": str(form["client_key"].value()), "at": back.context["at"],
        "attempt": back.context["attempt"], "lat": form["lat"].value(), "lon": form["lon"].value(),
        "accuracy_m": form["accuracy_m"].value(), "note": "Lights on", "body_worn_ref": "BWV 0417",
    }  # fmt: skip
    tapped = clock.moment
    clock.at("22:15")  # ten seconds of Undo, and a slow phone
    for _ in range(2):  # a page that was left and sent again is one check
        answer = phone.post(reverse("suspects:curfew_check", args=[curfew.pk]), sent)
        assert answer.url == f"{reverse('suspects:curfews')}?logged=NO_REPLY"
    row = CurfewCheck.objects.get()
    assert (row.at, row.recorded_at, row.note, row.accuracy_m) == (tapped, clock.moment, "Lights on", 6)
    assert "Logged: No reply." in page(phone, "curfews", logged="NO_REPLY")
    assert "1 no reply at 22:14. Second try after 22:19" in page(phone, "curfews")
    assert "Try again after 22:19." in page(phone, "curfew_door", curfew.pk)
    assert "logged=" not in page(phone, "curfews", logged="<script>")


def test_a_refusal_keeps_what_was_typed_and_says_what_to_do(clock, phone, reid, curfew):
    url = reverse("suspects:curfew_check", args=[curfew.pk])
    sent = {"outcome": "NO_REPLY", "client_key": str(uuid4()), "note": "Lights on"}
    answer = phone.post(url, {**sent, "lat": "53.7418", "lon": "0.4471"})
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "You are 630 m from this address." in words
    assert "Lights on</textarea>" in words
    assert "630 m from this address" in words

    picture = SimpleUploadedFile("door.jpg", b"not a picture", "image/jpeg")
    answer = phone.post(url, {**sent, **AT_DOOR, "photo": picture})
    assert (answer.status_code, "This is not a picture that can be opened." in answer.content.decode()) == (422, True)

    log(reid, curfew)
    clock.at("22:16")
    answer = phone.post(url, {**sent, **AT_DOOR})
    words = answer.content.decode()
    assert answer.status_code == 409
    assert "NB21 logged No reply at 22:14. Try again after 22:19." in words
    assert phone.post(reverse("suspects:curfew_door", args=[curfew.pk]), {"outcome": "ASLEEP"}).status_code == 422
    assert phone.post(url, {"outcome": "ASLEEP"}).url == reverse("suspects:curfew_door", args=[curfew.pk])


def test_distances_are_asked_for_in_a_body(phone, clock, curfew):
    url = reverse("suspects:curfews")
    before = AuditEvent.objects.count()
    doors = phone.post(url, {"lat": "53.743", "lon": "0.4471"}).json()["doors"]
    assert doors == [{"id": str(curfew.pk), "metres": 767, "words": "770 m", "route": 1}]
    assert AuditEvent.objects.count() == before  # ids and metres of a list that was read before
    for wrong in ({}, {"lat": "91", "lon": "0"}, {"lat": "nan", "lon": "0"}, {"lat": "x", "lon": "y"}):
        assert phone.post(url, wrong, headers={"Accept": "application/json"}).status_code == 422
    # A position in an address is not even read.
    assert "770 m" not in page(phone, "curfews", lat="53.743", lon="0.4471")


def test_a_door_that_may_not_be_knocked_at(clock, phone, sergeant, jade, bail, curfew):
    clock.at("02:00", day="22/11/2026")
    assert "Come back after 06:00" in page(phone, "curfew_door", curfew.pk)
    assert 'name="outcome"' not in page(phone, "curfew_door", curfew.pk)
    tagged = make.make_condition(jade, "JD", bail=bail, tagged=True)
    assert "Do not knock (JD). Tag only." in page(phone, "curfew_door", tagged.pk)
    make_operation(jade, sergeant, starts_at=london("01/01/2026 00:00"), ends_at=london("01/01/2030 00:00"))
    words = page(phone, "curfew_door", curfew.pk)
    assert "01632 960 417" in words
    assert "Eel Pie Court" not in words
    assert 'name="outcome"' not in words


def test_a_breach_from_the_officer_to_the_sergeant(clock, phone, reid, sergeant, curfew):
    url = reverse("suspects:curfew_check", args=[curfew.pk])
    answer = phone.post(url, {"outcome": "NOT_PRESENT_CONFIRMED", "client_key": str(uuid4()), **AT_DOOR})
    breach = CurfewBreach.objects.get()
    assert answer.url == reverse("suspects:breach", args=[breach.pk])
    words = page(phone, "breach", breach.pk)
    assert "Not there at 22:14." in words
    assert "Reference CB-00001" in words
    assert "Next curfew" in words
    assert 'name="decision"' not in words
    note = reverse("suspects:breach_note", args=[breach.pk])
    assert phone.post(note, {"statement": " "}).status_code == 422
    assert phone.post(note, {"statement": "At 22:14 I knocked."}).status_code == 302
    decision = reverse("suspects:breach_decision", args=[breach.pk])
    assert phone.post(decision, {"decision": "board"}).status_code == 403

    phone.force_login(sergeant.user)
    assert "For you to decide" in page(phone, "breaches")
    assert "At 22:14 I knocked." in page(phone, "breach", breach.pk)
    assert phone.post(decision, {"decision": "nothing", "text": ""}).status_code == 422
    assert phone.post(decision, {}).status_code == 422
    assert phone.post(decision, {"decision": "board", "text": ""}).status_code == 302
    assert WantedRecord.objects.get().state == "ACTIVE"
    assert phone.post(decision, {"decision": "board", "text": ""}).status_code == 409
    assert "On the wanted board" in page(phone, "breach", breach.pk)


def test_empty_lists_say_so(clock, phone):
    assert "No curfew is open now" in page(phone, "curfews")
    assert "No broken curfew" in page(phone, "breaches")


def test_another_forces_pages_are_missing(clock, client, reid, stranger, curfew):
    breach = log(reid, curfew, "NOT_PRESENT_CONFIRMED").breach
    client.force_login(stranger.user)
    for name, key in (("curfew_door", curfew.pk), ("breach", breach.pk)):
        page(client, name, key, status=404)
    assert "Jade" not in page(client, "curfews")
    assert client.post(reverse("suspects:breach_decision", args=[breach.pk]), {"decision": "board"}).status_code == 404
    client.logout()
    assert client.get(reverse("suspects:curfews")).status_code == 302


def test_the_api_lists_logs_and_decides(clock, phone, reid, sergeant, stranger, curfew):
    curfews = reverse("suspects_api:curfews")
    assert [row["name"] for row in phone.get(curfews).json()["rows"]] == ["Jade Corrie"]
    near = phone.post(curfews, {"lat": 53.743, "lon": 0.4471}, "application/json").json()
    assert (near["rows"][0]["route"], round(near["rows"][0]["distance_m"])) == (1, 767)
    assert near["geojson"]["features"][0]["properties"]["route"] == 1

    checks = reverse("suspects_api:curfew_checks", args=[curfew.pk])
    key = str(uuid4())
    sent = {"client_key": key, "outcome": "NOT_PRESENT_CONFIRMED", **AT_DOOR}
    first = phone.post(checks, sent, "application/json")
    again = phone.post(checks, sent, "application/json")
    assert (first.status_code, again.json()) == (201, first.json())
    assert [row["outcome"] for row in phone.get(checks).json()] == ["NOT_PRESENT_CONFIRMED"]
    late = phone.post(checks, {**sent, "client_key": str(uuid4()), "attempt": 1}, "application/json")
    assert (late.status_code, late.json()["code"]) == (409, "already_logged")
    far = phone.post(checks, {**sent, "client_key": str(uuid4()), "lat": 53.7}, "application/json")
    assert (far.status_code, set(far.json()["fields"])) == (422, {"place_reason"})

    one = reverse("suspects_api:breach", args=[first.json()["breach_id"]])
    assert phone.get(reverse("suspects_api:breaches"), {"open": "true"}).json()["count"] == 1
    phone.force_login(stranger.user)
    assert (phone.get(one).status_code, phone.get(checks).status_code) == (404, 404)
    phone.force_login(sergeant.user)
    decided = phone.post(one, {"decision": "nothing", "text": "In hospital"}, "application/json").json()
    assert (decided["state"], decided["decision_text"]) == ("NO_ACTION", "No action. In hospital")


def test_a_photo_is_shown_marked_and_never_to_another_force(clock, phone, reid, stranger, curfew):
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(out, "PNG")
    row = log(reid, curfew, photo=out.getvalue()).check
    url = reverse("suspects:curfew_photo", args=[row.pk])
    assert url in page(phone, "curfew_door", curfew.pk)
    shown = phone.get(url)
    assert (shown.status_code, shown.content[:3], shown["Cache-Control"]) == (200, b"\xff\xd8\xff", "private, no-store")
    assert AuditEvent.objects.get(purpose="photo of a curfew check").object == f"suspects.curfewcheck:{row.pk}"
    phone.force_login(stranger.user)
    assert phone.get(url).status_code == 404


def test_a_sergeant_writes_down_who_allows_a_knock_at_night(clock, desk, reid, curfew):
    url = reverse("suspects:curfew_quiet_hours", args=[curfew.pk])
    assert desk.post(url, {"inspector": "Insp. Dowd 1021"}).status_code == 302
    assert "Knocking in quiet hours allowed by Insp. Dowd 1021." in page(desk, "curfew_door", curfew.pk)
    desk.force_login(reid.user)
    assert desk.post(url, {"inspector": "Me"}).status_code == 403
    assert "The inspector who allows it" not in page(desk, "curfew_door", curfew.pk)
