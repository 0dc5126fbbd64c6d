"""Where people say it is: every form of a place, read into one, or a plain word why not (STANDARDS 3.1 to 3.5, 15)."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents import osgb
from incidents.places import UnreadablePlaceError, places_in, point_place, read_place
from incidents.states import LocationSource

# Published pairs: ETRS89 degrees and OSGB36 metres from the Ordnance Survey's own test points for OSTN15.
OSTN15 = (
    (91492.146, 11318.804, 49.92226393730, -6.29977752014),
    (170370.718, 11572.405, 49.96006137820, -5.20304609998),
    (250359.811, 62016.569, 50.43885825610, -4.10864563561),
    (449816.371, 75335.861, 50.57563665000, -1.29782277240),
    (530624.974, 178388.464, 51.48936564950, -0.11992557180),
    (362269.991, 169978.690, 51.42754743020, -2.54407618349),
    (339921.145, 556034.761, 54.89542340420, -2.93827741149),
    (639821.835, 169565.858, 51.37447025550, 1.44454730409),
)
on_grid = st.tuples(st.floats(50_000, 650_000), st.floats(10_000, 1_200_000))


@pytest.mark.parametrize(("easting", "northing", "lat", "lon"), OSTN15)
def test_the_grid_is_within_what_it_says_of_itself(easting, northing, lat, lon):
    metres = osgb.to_grid(lat, lon)
    assert math.hypot(metres.easting - easting, metres.northing - northing) <= osgb.ACCURACY_M
    back = osgb.from_grid(easting, northing)
    off = math.hypot((back.lat - lat) * 111_320, (back.lon - lon) * 111_320 * math.cos(math.radians(lat)))
    assert off <= osgb.ACCURACY_M


def test_the_survey_s_worked_example():
    at = osgb.from_grid(651_409.903, 313_177.270)
    assert at.lat == pytest.approx(52 + 39 / 60 + 28.723 / 3600, abs=1e-7)
    assert at.lon == pytest.approx(1 + 42 / 60 + 57.787 / 3600, abs=1e-7)


@given(on_grid)
def test_metres_to_degrees_and_back_is_the_same_place(metres):
    back = osgb.to_grid(*osgb.from_grid(*metres))
    assert math.dist(metres, back) < 0.2


@given(on_grid)
def test_a_written_reference_holds_the_place_it_was_made_from(metres):
    at = osgb.from_grid(*metres)
    written = osgb.reference(at.lat, at.lon)
    if not written:
        return  # outside what the grid covers: the sea off Ireland
    place = read_place(written)
    assert abs(place.easting - metres[0]) <= 1.2
    assert abs(place.northing - metres[1]) <= 1.2
    assert place.shown == written


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_degrees_typed_are_degrees_read(lat, lon):
    place = read_place(f"{lat:.6f}, {lon:.6f}")
    assert (place.lat, place.lon) == (pytest.approx(lat, abs=1e-6), pytest.approx(lon, abs=1e-6))


@pytest.mark.parametrize(
    ("typed", "easting", "northing", "radius"),
    [
        ("TQ 30087 80483", 530_087.5, 180_483.5, 5.0),
        ("NN166712", 216_650, 771_250, 70.7),
        ("nn 166 712", 216_650, 771_250, 70.7),
        ("TQ38", 535_000, 185_000, 7071.1),
        ("TQ 30 80", 530_500, 180_500, 707.1),
        ("TQ3008 8048", 530_085, 180_485, 7.1),
        ("530087, 180483", 530_087, 180_483, 5.0),
        ("E530087 N180483", 530_087, 180_483, 5.0),
    ],
)
def test_a_grid_reference_names_a_corner_and_stands_for_its_square(typed, easting, northing, radius):
    place = read_place(typed)
    assert (place.source, place.easting, place.northing) == (LocationSource.OS_GRID, easting, northing)
    assert place.radius_m == radius  # precision / √2, and never better than the conversion is
    assert place.has_point


@pytest.mark.parametrize(
    "typed",
    [
        "53.7336, 0.4521", "53.7336 0.4521", "53.7336,0.4521", "53.7336; 0.4521", "(53.7336, 0.4521)",
        "geo:53.7336,0.4521", "lat 53.7336 lon 0.4521", "Latitude: 53.7336, Longitude: 0.4521",
        "53.7336N 0.4521E", "N53.7336 E0.4521",
        "53°44'00.96\"N 0°27'07.56\"E", "53° 44′ 00.96″ N, 0° 27′ 07.56″ E",
        "53 44.016N 0 27.126E", "53°44.016'N, 0°27.126'E",
        "５３.７３３６, ０.４５２１",
    ],
)  # fmt: skip
def test_latitude_and_longitude_in_any_usual_form(typed):
    place = read_place(typed)
    assert (place.lat, place.lon) == (pytest.approx(53.7336, abs=2e-5), pytest.approx(0.4521, abs=2e-5))
    assert place.radius_m >= 10


def test_few_decimals_are_a_wide_circle():
    assert read_place("53.73, 0.45").radius_m == pytest.approx(787.2, abs=0.2)
    assert read_place("53.73361, 0.45213").radius_m == 10


@pytest.mark.parametrize(
    ("typed", "kind", "shown"),
    [
        ("sw1a1aa", "Postcode", "SW1A 1AA"),
        ("M1 1AE", "Postcode", "M1 1AE"),
        ("gir0aa", "Postcode", "GIR 0AA"),
        ("BF1 3AD", "Postcode", "BF1 3AD"),
        ("UPRN 100023336956", "UPRN", "UPRN 100023336956"),
        ("uprn:000100023336956", "UPRN", "UPRN 100023336956"),
        ("USRN 8401426", "USRN", "USRN 8401426"),
        ("///filled.count.soap", "what3words", "///filled.count.soap"),
        ("Filled.Count.Soap", "what3words", "///filled.count.soap"),
        ("///größe.häuser.öffnen", "what3words", "///größe.häuser.öffnen"),
    ],
)
def test_names_of_places_are_kept_as_they_are_written_and_have_no_point_of_their_own(typed, kind, shown):
    place = read_place(typed)
    assert (place.kind, place.shown, place.has_point, place.radius_m) == (kind, shown, False, None)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter a place"),
        ("   \t", "Enter a place"),
        ("nan, nan", "Latitude goes"),
        ("inf, 0", "Latitude goes"),
        ("91.0, 0.0", "Latitude goes"),
        ("53.7, 181.0", "Latitude goes"),
        ("999999.0, 12.0", "Latitude goes"),
        ("53.7N 181.0E", "Latitude goes"),
        ("53°61'00\"N 0°27'07\"E", "Minutes"),
        ("-53.7S 0.1E", "minus"),
        ("TQ 3008 804", "as many digits"),
        ("TQ 300", "as many digits"),
        ("TQ 300878 048312", "as many digits"),
        ("OZ 12 34", "no grid square OZ"),
        ("HF 12 34", "no grid square HF"),
        ("900000, 180483", "outside Great Britain"),
        ("530087, 1380483", "outside Great Britain"),
        ("J 338 740", "Irish Grid"),
        ("100023336956", "Say what the number is"),
        ("07700 900123", "may be a telephone number.*E 07700 N 900123"),
        ("01632 960123", "may be a telephone number"),
        ("UPRN 1234567890123", "1 to 12 digits"),
        ("USRN abc", "1 to 8 digits"),
        ("٥٣.٧٣٣٦, ٠.٤٥٢١", "digits 0 to 9"),
        ("x" * 10_240, "at most 300"),
        ("Outside the Ropewalk Tavern", "No grid reference"),
        ("QV1 1AA", "No grid reference"),
        ("SW1A 1CA", "No grid reference"),
    ],
)  # fmt: skip
def test_what_is_no_place_is_told_why(typed, words):
    with pytest.raises(UnreadablePlaceError, match=words):
        read_place(typed)


def test_a_caller_s_number_in_the_place_is_no_sea_off_st_kilda():
    assert places_in("07700 900123") == []
    st_kilda = read_place("E 07700 N 900123")
    assert (st_kilda.easting, st_kilda.northing) == (7700.0, 900123.0)


def test_plain_words_are_told_from_a_slip():
    with pytest.raises(UnreadablePlaceError) as plain:
        read_place("By the war memorial")
    with pytest.raises(UnreadablePlaceError) as slip:
        read_place("TQ 3008 804")
    assert (plain.value.meant, slip.value.meant) == (False, True)


@given(st.text(max_size=400))
def test_no_text_breaks_the_reader(text):
    for place in places_in(text):
        assert place.has_point == (place.radius_m is not None)
    with contextlib.suppress(UnreadablePlaceError):
        place = read_place(text)
        assert place.lat is None or (math.isfinite(place.lat) and place.radius_m > 0)


def test_places_are_found_inside_a_caller_s_words_points_first():
    found = places_in(
        "Back of Saltmarsh Court, NM1 2AB is wrong; SW1A 1AA, map says TQ 30087 80483, ///filled.count.soap"
    )
    assert [place.shown for place in found] == ["TQ 30087 80483", "///filled.count.soap", "NM1 2AB", "SW1A 1AA"]
    assert places_in("Flat 4, 22 Fish Street, near 3 pubs. Ask for Sal") == []
    assert [place.shown for place in places_in("layby, phone says 53.73361, 0.45213 he thinks")] == [
        "53.73361, 0.45213"
    ]


@pytest.mark.parametrize(
    "numbers", [(math.nan, 0, 5), (0, math.inf, 5), (0, 0, math.nan), (91, 0, 5), (0, -181, 5), (0, 0, -1)]
)
def test_a_device_cannot_report_an_impossible_point(numbers):
    with pytest.raises(UnreadablePlaceError):
        point_place(*numbers, source=LocationSource.MAP_CLICK, kind="Map")
