"""Where an incident is: every report stays, one is in use, what is in use is read back (STANDARDS 3.1)."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEvent, LiveEvent, User
from core.roles import ROLES
from incidents.models import Location, LogEntry
from incidents.selectors import grid_reference, incidents_on_map, places_of
from incidents.services import (
    close_incident,
    keep_typed_place,
    mark_read_back,
    report_place,
    report_point,
    use_place,
)
from tests.factories.core import make_actor
from tests.factories.incidents import assess_again, make_incident, make_location
from tests.fakes.three_words_server import three_words_server

GRID = "TQ 30087 80483"


def last_entry(incident):
    return LogEntry.objects.filter(incident=incident).latest("seq")


def test_a_place_is_reported_put_in_use_logged_and_told(okafor, incident):
    kept = report_place(actor=okafor, incident_id=incident.pk, text=GRID)
    incident.refresh_from_db()
    assert (kept.in_use, incident.location, incident.version) == (True, kept.location, 2)
    assert (kept.location.source, kept.location.method, kept.location.radius_m) == ("OS_GRID", "grid reference", 5.0)
    entry = last_entry(incident)
    assert (entry.type, entry.channel) == ("LOCATION", "typed")
    assert entry.text.startswith("Place in use: OS grid reference, TQ 30087 80483, 51.5")
    assert entry.text.endswith("within 5 m.")
    event = LiveEvent.objects.filter(kind="incident.changed").latest("id")
    assert event.data["version"] == 2
    assert "TQ" not in str(event.data)


def test_every_report_stays_and_the_last_chosen_is_in_use(okafor, incident):
    first = report_place(actor=okafor, incident_id=incident.pk, text=GRID).location
    second = report_place(actor=okafor, incident_id=incident.pk, text="53.73361, 0.45213", use=False)
    assert (second.in_use, second.words) == (False, "Kept.")
    assert use_place(actor=okafor, incident_id=incident.pk, location_id=second.location.pk).location == second.location
    assert use_place(actor=okafor, incident_id=incident.pk, location_id=first.pk).location == first
    _, reports = places_of(okafor, incident.pk)
    assert [report.pk for report in reports] == [second.location.pk, first.pk]


def test_plain_words_are_a_place_without_a_point(okafor, incident):
    kept = report_place(actor=okafor, incident_id=incident.pk, text="Behind the lifeboat station, red door").location
    assert (kept.source, kept.has_point, kept.radius_m, kept.words) == (
        "CALLER", False, None, "Behind the lifeboat station, red door",
    )  # fmt: skip


@pytest.mark.parametrize("typed", ["", "TQ 3008 804", "nan, nan", "91.0, 0.0", "x" * 10_240, "٥٣.٧, ٠.٤"])
def test_what_cannot_be_a_place_is_refused_and_changes_nothing(okafor, incident, typed):
    before = LogEntry.objects.count()
    with pytest.raises(Invalid) as refusal:
        report_place(actor=okafor, incident_id=incident.pk, text=typed)
    assert list(refusal.value.fields) == ["place"]
    assert (Location.objects.count(), LogEntry.objects.count()) == (0, before)


@pytest.mark.parametrize("numbers", [(math.nan, 0.0, 5.0), (0.0, math.inf, 5.0), (0.0, 0.0, -1.0), (91.0, 0.0, 5.0)])
def test_a_device_cannot_put_an_incident_nowhere(okafor, incident, numbers):
    lat, lon, radius = numbers
    with pytest.raises(Invalid):
        report_point(actor=okafor, incident_id=incident.pk, source="MAP_CLICK", lat=lat, lon=lon, radius_m=radius)
    with pytest.raises(Invalid):
        report_point(actor=okafor, incident_id=incident.pk, source="CRYSTAL_BALL", lat=0, lon=0, radius_m=5)


def test_a_fix_from_the_future_is_one_of_now(okafor, incident):
    kept = report_point(
        actor=okafor, incident_id=incident.pk, source="MAP_CLICK", lat=53.7, lon=0.45, radius_m=20.0,
        fixed_at=now() + timedelta(hours=3),
    )  # fmt: skip
    assert kept.location.fixed_at == kept.location.received_at


def test_reading_back_counts_once_with_who_and_when(okafor, hale, incident):
    place = report_place(actor=okafor, incident_id=incident.pk, text=GRID).location
    read = mark_read_back(actor=okafor, incident_id=incident.pk, location_id=place.pk)
    again = mark_read_back(actor=hale, incident_id=incident.pk, location_id=place.pk)
    assert (again.read_back_at, again.read_back_by_label) == (read.read_back_at, okafor.label)
    assert last_entry(incident).text.startswith("Read back and confirmed: OS grid reference, TQ 30087 80483")


def test_two_handlers_choose_at_once_both_are_told_and_nothing_is_lost(okafor, hale, incident):
    seen = ""  # both screens show no report in use
    first = report_place(actor=okafor, incident_id=incident.pk, text=GRID, seen=seen)
    second = report_place(actor=hale, incident_id=incident.pk, text="53.73361, 0.45213", seen=seen)
    incident.refresh_from_db()
    assert (first.in_use, second.in_use, incident.location) == (True, False, first.location)
    assert "Somebody else chose another place" in second.words
    assert last_entry(incident).text.startswith("Place reported: GPS device")
    with pytest.raises(Conflict) as stale:
        use_place(actor=hale, incident_id=incident.pk, location_id=second.location.pk, seen=seen)
    assert stale.value.code == "stale"
    use_place(actor=hale, incident_id=incident.pk, location_id=second.location.pk, seen=first.location.pk)
    incident.refresh_from_db()
    assert incident.location == second.location


def test_a_closed_incident_keeps_late_reports_but_not_another_place(okafor, hale, incident):
    assess_again(hale, incident)
    close_incident(actor=hale, incident_id=incident.pk, category_code="307", text="All safe.")
    late = report_place(actor=okafor, incident_id=incident.pk, text=GRID)
    assert (late.in_use, late.words) == (False, "Kept.")
    with pytest.raises(Conflict, match="closed"):
        use_place(actor=okafor, incident_id=incident.pk, location_id=late.location.pk)


def test_another_force_and_another_incident_s_report_are_not_there(okafor, stranger, incident):
    other = make_location(make_incident(okafor))
    for act in (use_place, mark_read_back):
        with pytest.raises(NotFound):
            act(actor=okafor, incident_id=incident.pk, location_id=other.pk)
        with pytest.raises(NotFound):
            act(actor=stranger, incident_id=incident.pk, location_id=other.pk)
    with pytest.raises(NotFound):
        report_place(actor=stranger, incident_id=incident.pk, text=GRID)
    with pytest.raises(NotFound):
        places_of(stranger, incident.pk)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_who_may_report(incident, role):
    actor = make_actor(roles=(role,))
    if {"incident.log", "incident.view"} <= ROLES[role].capabilities:
        assert report_place(actor=actor, incident_id=incident.pk, text=GRID).in_use
    else:
        with pytest.raises(NotAllowed):
            report_place(actor=actor, incident_id=incident.pk, text=GRID)


def test_a_new_call_s_words_become_its_first_report(okafor):
    incident = make_incident(okafor, location_text="Layby past Saltmarsh Court, SW1A 1AA, TQ 30087 80483 he says")
    kept = keep_typed_place(actor=okafor, incident_id=incident.pk)
    incident.refresh_from_db()
    assert incident.location == kept
    assert (kept.source, kept.postcode, kept.words) == ("OS_GRID", "SW1A 1AA", incident.location_text)
    assert last_entry(incident).text.startswith("Place recognised in the words: OS grid reference")
    assert keep_typed_place(actor=okafor, incident_id=incident.pk) is None  # the form came twice


def test_a_new_call_without_a_place_has_no_report(okafor):
    incident = make_incident(okafor, location_text="")
    assert keep_typed_place(actor=okafor, incident_id=incident.pk) is None


def test_the_reference_read_out_is_no_finer_than_the_radius(incident):
    def read(radius):
        return grid_reference(make_location(incident, lat=51.50809, lon=-0.12823, radius_m=radius, chosen=False))

    assert read(5.0).split()[0] == "TQ"
    assert [len(read(radius)) for radius in (5.0, 11.0, 400.0, 2000.0)] == [14, 12, 10, 8]
    at_sea = make_location(incident, lat=10.0, lon=100.0, radius_m=5.0, chosen=False)
    assert grid_reference(at_sea) == ""


def test_the_map_knows_the_point_in_use_and_who_sees_no_content_sees_no_place(okafor, incident):
    make_location(incident)
    [shown] = incidents_on_map(okafor)
    assert (shown.grade, shown.lat, shown.radius_m) == ("I", 53.73615, 11.0)
    assert AuditEvent.objects.filter(purpose="map", action="LIST").count() == 1
    [bare] = incidents_on_map(make_actor(roles=("records",)))
    assert (bare.lat, bare.lon, bare.place) == (None, None, "")


# --- three words, asked of somebody else: only with a key
def test_without_a_key_nobody_is_asked_for_three_words(okafor, incident, settings):
    with three_words_server() as (url, state):
        settings.WHAT3WORDS_KEY, settings.WHAT3WORDS_URL = "", url
        kept = report_place(actor=okafor, incident_id=incident.pk, text="///filled.count.soap").location
    assert (kept.source, kept.w3w, kept.has_point, state.asked) == ("W3W", "filled.count.soap", False, [])


def test_with_a_key_three_words_have_a_point_and_a_place_to_read_back(okafor, incident, settings):
    with three_words_server() as (url, state):
        settings.WHAT3WORDS_KEY, settings.WHAT3WORDS_URL = "key-1", url
        kept = report_place(actor=okafor, incident_id=incident.pk, text="Filled.Count.Soap").location
    assert state.asked == [("/v3/convert-to-coordinates", "filled.count.soap", "key-1")]
    assert (kept.lat, kept.lon, kept.radius_m, kept.w3w, kept.words) == (
        53.73361, 0.45213, 3.0, "filled.count.soap", "Northmere",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("bad words", "No square is called"),
        ("broken", "refused"),
        ("elsewhere", "refused"),  # a redirect is not followed
        ("not json", "cannot be read"),
        ('{"coordinates": {"lat": 1e400, "lng": 0}}', "impossible"),
        ('{"coordinates": null}', "cannot be read"),
        ('{"coordinates": {"lat": NaN, "lng": 0}}', "impossible"),
        ("[" * 70_000, "cannot be read"),
    ],
)
def test_a_strange_answer_about_three_words_is_told_and_nothing_is_kept(okafor, incident, settings, answer, words):
    with three_words_server() as (url, state):
        settings.WHAT3WORDS_KEY, settings.WHAT3WORDS_URL = "key-1", url
        state.script.append(answer)
        with pytest.raises(Invalid, match=words):
            report_place(actor=okafor, incident_id=incident.pk, text="///filled.count.soap")
    assert not Location.objects.exists()


def test_three_words_that_are_not_answered_in_time(okafor, incident, settings, monkeypatch):
    monkeypatch.setattr("incidents.what3words.SECONDS", 0.2)
    with three_words_server() as (url, state):
        settings.WHAT3WORDS_KEY, settings.WHAT3WORDS_URL = "key-1", url
        state.script.append("hang")
        with pytest.raises(Invalid, match="did not answer"):
            report_place(actor=okafor, incident_id=incident.pk, text="///filled.count.soap")


# --- the pages
@pytest.fixture
def desk(okafor):
    client = Client()
    client.force_login(User.objects.get(pk=okafor.user_id), backend="core.signed_in.PersonBackend")
    return client


def test_the_strip_never_shows_a_point_without_its_radius(desk, incident):
    make_location(incident, words="Ropewalk")
    page = desk.get(reverse("incidents:detail", args=[incident.pk])).content.decode()
    strip = page[page.index('id="incident-place"') : page.index('id="incident-units"')]
    for part in ("Ropewalk", "Not yet", "53.73615, 0.44712", "±11 m", "<fix-age", "GNSS", 'data-fix="coords"'):
        assert part in strip


def test_a_null_fix_has_no_point_in_the_strip(desk, incident):
    make_location(incident, lat=None, lon=None, radius_m=None, method="none", words="")
    page = desk.get(reverse("incidents:head", args=[incident.pk])).content.decode()
    assert "No point" in page
    assert "±" not in page


def test_the_tab_keeps_what_was_typed_and_says_what_is_wrong(desk, incident):
    asked = {"act": "report", "place": "TQ 3008 804", "seen": ""}
    answer = desk.post(reverse("incidents:where", args=[incident.pk]), asked, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["X-Fragment"]) == (422, "whole")
    assert 'value="TQ 3008 804"' in answer.content.decode()
    assert "as many digits for east" in answer.content.decode()


def test_the_tab_reports_uses_and_reads_back(desk, incident):
    address = reverse("incidents:where", args=[incident.pk])

    def press(**sent):
        return desk.post(address, sent, headers={"HX-Request": "true"})

    assert "Read back" in press(act="report", place=GRID, seen="").content.decode()
    first = Location.objects.get()
    told = press(act="report", place="53.73361, 0.45213", seen="").content.decode()
    assert "Your place is kept below. Somebody else chose another place" in told
    second = Location.objects.exclude(pk=first.pk).get()
    assert press(act="use", location=second.pk, seen="").status_code == 409
    assert press(act="use", location=second.pk, seen=first.pk).status_code == 200
    strip = press(act="read_back", location=second.pk, part="strip").content.decode()
    assert "Read back" in strip
    assert strip.strip().startswith('<div class="location-strip"')
    incident.refresh_from_db()
    assert incident.location == second


def test_names_that_look_like_markup_stay_words(desk, okafor, incident):
    report_place(actor=okafor, incident_id=incident.pk, text="<script>alert(1)</script> \u202egnip Lane")
    page = desk.get(reverse("incidents:where", args=[incident.pk])).content.decode()
    assert "<script>alert" not in page
    assert "\u202e" not in page


def test_opening_from_the_form_keeps_the_recognised_place_once(desk, okafor):
    from tests.factories.incidents import contact

    typed = {**contact(location_text=f"Ropewalk, {GRID}"), "opened": "", "then": "open"}
    for _ in range(2):
        assert desk.post(reverse("incidents:new"), typed).status_code == 302
    assert Location.objects.get().source == "OS_GRID"


def test_words_of_a_new_call_are_recognised_without_keeping_anything(desk):
    said = desk.post(reverse("incidents:recognise"), {"location_text": f"near {GRID} or SW1A 1AA"}).content.decode()
    for part in ("OS grid reference", GRID, "±5 m", "Postcode", "SW1A 1AA", "no point"):
        assert part in said
    assert (
        "Kept as words"
        in desk.post(reverse("incidents:recognise"), {"location_text": "22 Fish Street"}).content.decode()
    )
    assert not Location.objects.exists()


def test_the_tab_costs_the_same_however_many_reports(desk, okafor, incident, django_assert_max_num_queries):
    for number in range(30):
        make_location(incident, chosen=False, words=f"Report {number}")
    with django_assert_max_num_queries(12):
        desk.get(reverse("incidents:where", args=[incident.pk]))
