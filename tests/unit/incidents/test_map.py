"""The map: what it shows, what it finds, and that no ground is fetched from anywhere unless the force named it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent, User
from incidents import osgb
from incidents.basemap import OS_CREDIT, choose_base_map
from incidents.models import LogEntry
from incidents.services import assign, close_incident
from tests.factories.core import make_actor
from tests.factories.incidents import assess_again, make_incident, make_location, make_resource, make_stranger
from tests.fakes.ground import picture, tile_server

NO_ID = "00000000-0000-0000-0000-000000000000"
KEYED = "https://api.os.uk/maps/raster/v1/zxy/Light_3857/{z}/{x}/{y}.png?key=abc%26x"


@pytest.fixture
def desk(okafor):
    client = Client()
    client.force_login(User.objects.get(pk=okafor.user_id), backend="core.signed_in.PersonBackend")
    return client


def test_the_map_shows_open_incidents_and_the_units(desk, okafor):
    make_location(make_incident(okafor, location_text="Ropewalk"))
    page = desk.get(reverse("incidents:map")).content.decode()
    for part in (
        "Ropewalk",
        'data-lat="53.736150"',
        'data-radius="11.0"',
        "No unit has said where it is",
        "Open incidents",
    ):
        assert part in page


def test_an_incident_without_a_point_stands_in_the_list_alone(desk, okafor):
    make_incident(okafor, location_text="Somewhere by the river")
    page = desk.get(reverse("incidents:map_incidents")).content.decode()
    assert "no point" in page
    assert "data-lat" not in page


def test_an_empty_map_says_what_will_fill_it(desk):
    page = desk.get(reverse("incidents:map_incidents")).content.decode()
    assert "No open incident. A new call appears here by itself." in page


def test_facts_of_the_chosen_incident(desk, okafor):
    incident = make_incident(okafor, location_text="Ropewalk")
    make_location(incident)
    facts = desk.get(reverse("incidents:map_facts", args=[incident.pk])).content.decode()
    for part in (
        incident.reference,
        "±11 m",
        "53.73615, 0.44712",
        "not read back",
        "No unit assigned",
        "Open incident",
    ):
        assert part in facts
    assert reverse("streaming:trail", args=[incident.pk]) in facts


def test_the_facts_name_the_units_and_their_states(desk, dispatcher, incident):
    unit = make_resource(call_sign="NB21")
    assign(actor=dispatcher, incident_id=incident.pk, resource_id=unit.pk)
    facts = desk.get(reverse("incidents:map_facts", args=[incident.pk])).content.decode()
    assert "<b>NB21</b>" in facts
    assert 'data-state="' in facts


def test_the_map_costs_the_same_however_much_is_on_it(desk, okafor, django_assert_max_num_queries):
    for number in range(12):
        make_location(make_incident(okafor))
        make_resource(call_sign=f"NB{number}")
    with django_assert_max_num_queries(14):
        desk.get(reverse("incidents:map"))


@pytest.mark.parametrize(
    ("typed", "status", "part"),
    [
        ("TQ 30087 80483", 200, '"radius": 5.0'),
        ("53.7336, 0.4521", 200, '"lat": 53.7336'),
        ("SW1A 1AA", 200, '"lat": null'),
        ("TQ 3008 804", 422, "as many digits"),
        ("x" * 10_240, 422, "at most 300"),
        ("", 422, "Enter a place"),
    ],
)
def test_a_place_is_found_or_told_why_not(desk, typed, status, part):
    answer = desk.post(reverse("incidents:map_find"), {"find": typed})
    assert answer.status_code == status
    assert part in answer.content.decode()


# --- a place chosen on the map
PRESSED = {"lat": "53.736154", "lon": "0.447121", "radius_m": "20", "words": "Slipway, by the steps", "seen": ""}


def press(desk, incident, **changed):
    return desk.post(reverse("incidents:map_point", args=[incident.pk]), PRESSED | changed)


def test_a_point_chosen_on_the_map_is_a_report_to_be_read_back(desk, okafor):
    incident = make_incident(okafor, location_text="Ropewalk")
    answer = press(desk, incident)
    assert (answer.status_code, answer.json()) == (201, {"in_use": True, "words": "In use."})
    incident.refresh_from_db()
    place = incident.location
    assert (place.source, place.method, place.words) == ("MAP_CLICK", "map", "Slipway, by the steps")
    assert (place.lat, place.lon, place.radius_m, place.read_back_at) == (53.736154, 0.447121, 20.0, None)
    metres = osgb.to_grid(place.lat, place.lon)
    assert (place.easting, place.northing) == (pytest.approx(metres[0], abs=0.1), pytest.approx(metres[1], abs=0.1))
    assert LogEntry.objects.filter(
        incident=incident, text__startswith="Place in use: Chosen on the map, Slipway"
    ).exists()
    assert AuditEvent.objects.filter(action="ALTER", object=f"incidents.location:{place.pk}").count() == 1
    where = desk.get(reverse("incidents:where", args=[incident.pk])).content.decode()
    assert "Chosen on the map" in where
    assert ">Read back<" in where


def test_a_point_chosen_while_somebody_else_chose_is_kept_and_told(desk, okafor):
    incident = make_incident(okafor)
    first = make_location(incident)
    told = press(desk, incident, seen="").json()  # the map showed no place in use
    assert told["in_use"] is False
    assert "Somebody else chose another place" in told["words"]
    incident.refresh_from_db()
    assert (incident.location, incident.locations.count()) == (first, 2)
    assert press(desk, incident, keep_only="on", seen=str(first.pk)).json() == {"in_use": False, "words": "Kept."}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"lat": "91"}, "Latitude goes"), ({"lon": "-180.1"}, "Latitude goes"), ({"lat": "nan"}, "Enter a number"),
        ({"lon": "inf"}, "Enter a number"), ({"radius_m": "0"}, "radius of 1"), ({"radius_m": "1e9"}, "radius of 1"),
        ({"radius_m": ""}, "radius of 1"), ({"lat": ""}, "required"), ({"words": "x" * 301}, "300"),
    ],
)  # fmt: skip
def test_a_point_that_cannot_be_is_refused_and_nothing_is_kept(desk, okafor, changed, words):
    incident = make_incident(okafor)
    answer = press(desk, incident, **changed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not incident.locations.exists()


def test_who_may_not_write_in_the_log_is_not_offered_it(desk, okafor):
    incident = make_incident(okafor)
    facts = reverse("incidents:map_facts", args=[incident.pk])
    assert "data-choose-place" in desk.get(facts).content.decode()
    reader = Client()
    reader.force_login(
        User.objects.get(pk=make_actor(roles=("intel",)).user_id), backend="core.signed_in.PersonBackend"
    )
    assert "data-choose-place" not in reader.get(facts).content.decode()


# --- the ground
def test_by_default_nothing_is_asked_of_anybody(desk):
    answer = desk.get(reverse("incidents:map"))
    policy = answer.headers["Content-Security-Policy"]
    assert "http" not in policy
    assert "connect-src 'self';" in f"{policy};"
    assert "&quot;kind&quot;: &quot;none&quot;" in answer.content.decode()


@pytest.mark.parametrize(
    ("asked", "kind", "address", "hosts"),
    [
        ({}, "none", "", ()),
        ({"style_url": "/static/map/style.json"}, "style", "/static/map/style.json", ()),
        (
            {"style_url": "https://maps.northmere.example/style.json", "hosts": ["https://tiles.northmere.example/x"]},
            "style", "https://maps.northmere.example/style.json",
            ("https://maps.northmere.example", "https://tiles.northmere.example"),
        ),
        ({"os_key": "abc&x", "os_url": "https://api.os.uk"}, "raster", "/map/os/{z}/{x}/{y}/", ()),
    ],
)  # fmt: skip
def test_a_base_map_opens_exactly_its_own_hosts(asked, kind, address, hosts):
    base = choose_base_map(**{"hosts": [], **asked})
    assert (base.kind, base.address, base.hosts) == (kind, address, hosts)
    assert json.loads(base.for_page)["credit"] == (OS_CREDIT if kind == "raster" else "")


def test_the_key_of_the_os_maps_api_is_for_this_site_alone():
    base = choose_base_map(os_key="abc&x", os_url="https://api.os.uk/", hosts=[])
    assert base.asks == KEYED
    assert "abc" not in base.for_page + repr(base)


@pytest.fixture
def os_tiles(settings):
    cache.clear()
    with tile_server() as tiles:
        settings.BASE_MAP = choose_base_map(os_key="abc&x", os_url=tiles.url, hosts=[])
        yield tiles
    cache.clear()


def tile(desk, z=14, x=8212, y=5300):
    return desk.get(reverse("incidents:map_tile", args=[z, x, y]))


def test_a_tile_is_fetched_with_the_key_and_given_without_it(desk, os_tiles):
    answer = tile(desk)
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, picture(), "image/png")
    assert os_tiles.asked == ["/maps/raster/v1/zxy/Light_3857/14/8212/5300.png?key=abc%26x"]
    assert "abc" not in str(answer.headers)


@pytest.mark.parametrize("at", [(21, 0, 0), (3, 8, 0), (3, 0, 8), (10**9, 0, 0), (0, 10**40, 0)])
def test_no_tile_outside_the_world_is_asked_for(desk, os_tiles, at):
    assert tile(desk, *at).status_code == 404
    assert os_tiles.asked == []


def test_without_a_key_there_are_no_tiles(desk):
    assert tile(desk).status_code == 404


def test_a_tile_that_is_not_there_is_not_a_service_that_is_away(desk, os_tiles):
    os_tiles.answers = "404"
    assert [tile(desk).status_code for _ in range(2)] == [404, 404]
    os_tiles.answers = "picture"
    assert tile(desk).status_code == 200


@pytest.mark.parametrize("answers", ["500", "elsewhere", "hang"])
def test_a_service_that_does_not_answer_is_left_alone_for_a_while(desk, os_tiles, monkeypatch, answers):
    monkeypatch.setattr("incidents.os_maps.SECONDS", 0.2)
    os_tiles.answers = answers
    answer = tile(desk)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "20")
    assert "plain grid stays" in answer.content.decode()
    os_tiles.answers = "picture"
    assert tile(desk).status_code == 503
    assert len(os_tiles.asked) == 1
    cache.clear()
    assert tile(desk).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "http://maps.example/style.json", "ftp://maps.example", "//maps.example/style.json", "https://*.example/",
        "https:///x", "https://a.example; script-src *",
        "https://user:pass@maps.example/", "javascript:alert(1)", "data:text/plain,x",
    ],
)  # fmt: skip
def test_no_address_widens_the_policy(address):
    with pytest.raises(ValueError, match=r"https://|address of one host"):
        choose_base_map(style_url=address, hosts=[])
    with pytest.raises(ValueError, match=r"https://|address of one host"):
        choose_base_map(hosts=[address])


def test_a_file_that_is_not_there_is_told_at_start(tmp_path):
    with pytest.raises(ValueError, match="not a file"):
        choose_base_map(pmtiles=tmp_path / "map.pmtiles", hosts=[])
    (tmp_path / "map.pmtiles").write_bytes(b"PMTiles\x03")
    base = choose_base_map(pmtiles=tmp_path / "map.pmtiles", hosts=[])
    assert (base.kind, base.address, base.hosts) == ("pmtiles", "/map/base.pmtiles", ())


def test_a_map_file_is_given_in_ranges_only(desk, settings, tmp_path):
    file: Path = tmp_path / "map.pmtiles"
    file.write_bytes(bytes(range(200)))
    settings.MAP_PMTILES = file
    address = reverse("incidents:map_base")

    def ask(span):
        return desk.get(address, headers={"Range": span} if span else {})

    part = ask("bytes=10-19")
    assert (part.status_code, part.content, part.headers["Content-Range"]) == (
        206,
        bytes(range(10, 20)),
        "bytes 10-19/200",
    )
    assert ask("bytes=190-9999").content == bytes(range(190, 200))
    for refused in (
        "",
        "bytes=0-",
        "bytes=-5",
        "bytes=200-300",
        "bytes=20-10",
        "bytes=0-1,5-6",
        "rows=1-2",
        "bytes=٠-٩",
    ):
        assert ask(refused).status_code == 416


def test_without_a_map_file_there_is_none(desk):
    assert desk.get(reverse("incidents:map_base")).status_code == 404


def test_a_dispatcher_has_whom_to_send_beside_the_map_and_a_handler_has_not(desk, okafor, dispatcher):
    incident = make_incident(okafor)
    dunn = Client()
    dunn.force_login(User.objects.get(pk=dispatcher.user_id), backend="core.signed_in.PersonBackend")
    page = dunn.get(reverse("incidents:map")).content.decode()
    assert f'data-address="{reverse("incidents:send", args=[NO_ID])}"' in page
    assert (
        'data-act="assign" data-send-to'
        in dunn.get(reverse("incidents:map_facts", args=[incident.pk])).content.decode()
    )
    assert "<send-list" not in desk.get(reverse("incidents:map")).content.decode()
    assert "data-send-to" not in desk.get(reverse("incidents:map_facts", args=[incident.pk])).content.decode()


def test_a_closed_incident_asks_for_nobody(okafor, hale, dispatcher):
    incident = make_incident(okafor)
    assess_again(hale, incident)
    close_incident(actor=hale, incident_id=incident.pk, category_code="307", text="Done.")
    dunn = Client()
    dunn.force_login(User.objects.get(pk=dispatcher.user_id), backend="core.signed_in.PersonBackend")
    assert "data-send-to" not in dunn.get(reverse("incidents:map_facts", args=[incident.pk])).content.decode()


def test_another_page_names_the_incident_to_choose(desk, okafor):
    incident = make_incident(okafor)
    page = desk.get(reverse("incidents:map"), {"incident": str(incident.pk)}).content.decode()
    assert f'data-asked="{incident.pk}"' in page


@pytest.mark.parametrize("named", ["", "418", '"><script>', "../../admin/", "0" * 400, "\x00"])
def test_what_names_no_incident_chooses_none(desk, named):
    answer = desk.get(reverse("incidents:map"), {"incident": named})
    assert answer.status_code == 200
    assert "data-asked" not in answer.content.decode()


def test_another_forces_incident_is_missing_beside_the_map(dispatcher):
    theirs = make_incident(make_stranger())
    dunn = Client()
    dunn.force_login(User.objects.get(pk=dispatcher.user_id), backend="core.signed_in.PersonBackend")
    page = dunn.get(reverse("incidents:map"), {"incident": str(theirs.pk)}).content.decode()
    assert theirs.reference not in page
    assert dunn.get(reverse("incidents:map_facts", args=[theirs.pk])).status_code == 404
    assert dunn.get(reverse("incidents:send", args=[theirs.pk])).status_code == 404


def test_the_list_says_where_the_lines_end(okafor, dispatcher):
    incident = make_incident(okafor)
    dunn = Client()
    dunn.force_login(User.objects.get(pk=dispatcher.user_id), backend="core.signed_in.PersonBackend")
    nowhere = dunn.get(reverse("incidents:send", args=[incident.pk])).content.decode()
    assert "data-lat" not in nowhere
    make_location(incident)
    placed = dunn.get(reverse("incidents:send", args=[incident.pk])).content.decode()
    assert 'data-lat="53.736150" data-lon="0.447120"' in placed
    assert f"{reverse('incidents:map')}?incident={incident.pk}" in placed
