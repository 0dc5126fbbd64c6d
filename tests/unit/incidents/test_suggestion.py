"""Dispatcher Dunn asks whom to send: who is nearest, who is suitable, why, and who is not offered."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from core.clock import now
from core.errors import NotAllowed, NotFound
from incidents.journeys import DistanceAndSpeed, Journey, Start, straight_line
from incidents.models import CategorySkill, IncidentCategory, LogEntry, Skill, SuggestionShown, UnitChoice
from incidents.selectors.suggestion import suggest
from incidents.services import ask_first, assign, en_route, set_resource_status, show_suggestion
from incidents.states import SkillNeed
from tests.factories.incidents import make_incident, make_location, make_resource

HERE = (53.7362, 0.4471)


def unit(sign, north=0.0, *, state="2", age=5, crew=2, skills=(), **changes):
    """`north` in kilometres from the incident; no position when None."""
    where = {}
    if north is not None:
        where = {"lat": HERE[0] + north / 111.2, "lon": HERE[1], "position_at": now() - timedelta(seconds=age)}
    made = make_resource(call_sign=sign, status_code=state, crew_size=crew, **where, **changes)
    made.skills.set(Skill.objects.filter(code__in=skills, force=made.force))
    return made


@pytest.fixture
def affray(okafor):
    incident = make_incident(okafor, category_code="401")
    make_location(incident, lat=HERE[0], lon=HERE[1])
    incident.refresh_from_db()
    return incident


def signs(found):
    return [one.unit.call_sign for one in found.offers]


def of(found, sign):
    return next(one for one in found.offers if one.unit.call_sign == sign)


def why(found):
    return {one.unit.call_sign: one.why for one in found.left_out}


def test_without_a_place_nobody_is_left_out_for_where_they_are(dispatcher, incident):
    unit("NC18", 1.0, age=300)
    unit("NC19", None)
    assert not incident.location_id
    assert set(signs(suggest(dispatcher, incident))) == {"NC18", "NC19"}


def test_the_nearest_comes_first_and_says_about(dispatcher, affray):
    unit("NB22", 4.0, skills=["RESPONSE"])
    unit("NB21", 1.2, skills=["RESPONSE"])
    found = suggest(dispatcher, affray)
    assert signs(found) == ["NB21", "NB22"]
    first = of(found, "NB21")
    assert first.rank == 1
    assert first.reasons == ("Nearest", "Response driver", "Double crewed", "Position 5 s old")
    assert first.minutes_words == "about 2 min"
    assert first.journey.distance_words == "about 1.6 km"
    assert not first.journey.by_road


def test_near_on_foot_is_nearest_and_a_car_a_little_further_is_quickest(dispatcher, affray):
    unit("NF61", 0.4, type="Foot patrol")
    unit("NC18", 1.0)
    unit("NB22", 3.0)
    found = suggest(dispatcher, affray)
    said = {one.unit.call_sign: set(one.reasons) & {"Nearest", "Quickest"} for one in found.offers}
    assert said == {"NF61": {"Nearest"}, "NC18": {"Quickest"}, "NB22": set()}


def test_what_speaks_against_a_unit_is_said_and_weighs(dispatcher, affray):
    unit("NB21", 1.0, crew=1, skills=["RESPONSE"])
    unit("NB22", 1.3, skills=["RESPONSE"])
    unit("NA09", 0.5, state="4", skills=["RESPONSE"])
    unit("NC14", 0.6, age=90, crew=None, skills=["RESPONSE"])
    found = suggest(dispatcher, affray)
    assert of(found, "NB21").cautions == ("Single crewed",)
    assert of(found, "NA09").cautions == ("Refreshments",)
    assert of(found, "NC14").cautions == ("Crew not known", "Position 90 s old")
    assert signs(found) == ["NC14", "NB22", "NB21", "NA09"]
    assert "Nearest" in of(found, "NA09").reasons  # the words stay true, wherever it stands


def test_a_firearm_asks_for_firearms_officers_as_the_forces_table_says(okafor, dispatcher):
    gun = IncidentCategory.objects.get(name="Firearms (non-crime)").code
    incident = make_incident(okafor, category_code=gun)
    make_location(incident, lat=HERE[0], lon=HERE[1])
    unit("NB21", 0.2, skills=["RESPONSE", "TASER"])
    unit("AR02", 9.0, skills=["AFO", "RESPONSE"])
    found = suggest(dispatcher, incident)
    assert found.needs == ("Authorised firearms officer",)
    assert signs(found) == ["AR02"]
    assert why(found) == {"NB21": "not Authorised firearms officer"}
    CategorySkill.objects.filter(need=SkillNeed.MUST).update(need=SkillNeed.HELPS)
    assert set(signs(suggest(dispatcher, incident))) == {"AR02", "NB21"}


def test_not_offered_and_why(okafor, dispatcher, affray):
    for sign, state in (("NB30", "8"), ("NB31", "11")):
        unit(sign, 0.5, state=state)
    unit("NC18", 0.5, age=260)
    unit("NC19", None)
    other, lower = make_incident(okafor), make_incident(okafor, grade_code="P")
    going, slower, arrived = unit("NB24", 0.3), unit("NB25", 0.3), unit("NB26", 0.3)
    assign(actor=dispatcher, incident_id=other.pk, resource_id=going.pk)
    en_route(actor=dispatcher, incident_id=other.pk, resource_id=going.pk)
    assign(actor=dispatcher, incident_id=lower.pk, resource_id=slower.pk)
    assign(actor=dispatcher, incident_id=affray.pk, resource_id=arrived.pk)
    found = suggest(dispatcher, affray)
    assert found.offers == ()
    assert why(found) == {
        "NB24": f"en route to another: {other.serial} I",
        "NB25": f"assigned to another: {lower.serial} P",
        "NB30": "not deployable: Committed, not deployable",
        "NB31": "not deployable: Off duty",
        "NC18": "position too old: 4 min",
        "NC19": "no position",
    }  # NB26 is on this one: neither offered nor left out
    assert {one.unit.call_sign for one in found.left_out if one.divert} == {"NB25"}


def test_who_calls_for_help_is_not_sent_to_help(dispatcher, affray):
    trouble = unit("NB27", 0.2)
    unit("NB21", 3.0)
    set_resource_status(actor=dispatcher, resource_id=trouble.pk, status_code="0")
    found = suggest(dispatcher, affray)
    assert signs(found) == ["NB21"]
    assert why(found) == {"NB27": "State 0: needs help itself"}


def test_committed_but_deployable_is_offered_with_its_job(okafor, dispatcher, affray):
    guard = make_incident(okafor, grade_code="S")
    busy = unit("NC15", 1.0, state="7")
    assign(actor=dispatcher, incident_id=guard.pk, resource_id=busy.pk)
    offer = of(suggest(dispatcher, affray), "NC15")
    assert offer.divert
    assert offer.lacks == ("Response driver",)
    assert offer.cautions == (f"On {guard.serial}, Violence against the person",)


def test_without_a_position_nothing_is_ranked_by_distance(okafor, dispatcher):
    incident = make_incident(okafor)
    unit("NB22", 1.0, crew=1)
    unit("NB21", 9.0)
    found = suggest(dispatcher, incident)
    assert not found.has_place
    assert [(one.unit.call_sign, one.minutes_words) for one in found.offers] == [("NB21", ""), ("NB22", "")]
    assert "Nearest" not in of(found, "NB21").reasons


def test_the_newest_report_with_a_point_counts_when_none_is_chosen(okafor, dispatcher):
    incident = make_incident(okafor)
    make_location(incident, chosen=False, lat=HERE[0], lon=HERE[1])
    make_location(incident, chosen=False, lat=None, lon=None, radius_m=None)
    unit("NB21", 1.0)
    assert of(suggest(dispatcher, incident), "NB21").journey is not None


def test_the_list_that_was_seen_is_kept_with_the_choice(dispatcher, affray):
    unit("NB21", 1.0, skills=["RESPONSE"])
    second = unit("NB22", 2.0, skills=["RESPONSE"])
    shown = show_suggestion(actor=dispatcher, incident_id=affray.pk)
    row = SuggestionShown.objects.get(pk=shown.shown_id)
    assert [(one["rank"], one["call_sign"]) for one in row.offered] == [(1, "NB21"), (2, "NB22")]
    assert (row.seen_by_label, row.units) == (dispatcher.label, 2)
    assign(actor=dispatcher, incident_id=affray.pk, resource_id=second.pk, shown_id=shown.shown_id)
    choice = UnitChoice.objects.get()
    assert (choice.shown_id, choice.rank, choice.kind) == (shown.shown_id, 2, "assigned")
    said = LogEntry.objects.filter(incident=affray, type="RESOURCE").get().text
    assert said.startswith("NB22 assigned, 2 of 2 suggested (1 NB21 about ")
    assert said.endswith("A suggestion, not an order.")


def test_a_list_somebody_else_saw_is_not_the_one_that_was_chosen_from(dispatcher, hale, affray):
    one = unit("NB21", 1.0)
    shown = show_suggestion(actor=hale, incident_id=affray.pk)
    assign(actor=dispatcher, incident_id=affray.pk, resource_id=one.pk, shown_id=shown.shown_id)
    assert UnitChoice.objects.get().shown is None


def test_asked_first_is_in_the_log_and_sends_nobody(dispatcher, affray):
    one = unit("NB21", 1.0)
    ask_first(actor=dispatcher, incident_id=affray.pk, resource_id=one.pk)
    assert UnitChoice.objects.get().kind == "asked"
    assert not affray.assignments.exists()
    assert LogEntry.objects.filter(incident=affray, text="NB21 asked, before it is assigned.").exists()


def test_only_who_deploys_and_only_their_own_force(okafor, stranger, dispatcher, affray):
    with pytest.raises(NotAllowed):
        show_suggestion(actor=okafor, incident_id=affray.pk)
    with pytest.raises(NotFound):
        show_suggestion(actor=stranger, incident_id=affray.pk)
    make_resource(force=stranger.user.force, call_sign="XX99", lat=HERE[0], lon=HERE[1], position_at=now())
    assert suggest(dispatcher, affray).units == 0
    assert not SuggestionShown.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_force(dispatcher, affray, django_assert_num_queries):
    def ask():
        return show_suggestion(actor=dispatcher, incident_id=affray.pk)

    unit("NB21", 1.0, skills=["RESPONSE"])
    ask()
    with django_assert_num_queries(15):
        ask()
    for number in range(30):
        unit(f"NX{number}", 1.0 + number / 10, skills=["RESPONSE", "TASER"])
    with django_assert_num_queries(15):
        found = ask()
    assert len(found.suggestion.offers) == 9
    assert dict(found.suggestion.more_left_out) == {"further away": 22}


def test_a_force_may_plug_in_its_own_road_network(dispatcher, affray):
    class Roads:
        name = "Northmere road network"

        def journeys(self, starts, lat, lon):
            return [Journey(2000.0, 240.0, by_road=True), None][: len(starts)]

    unit("NB21", 1.0)
    unit("NB22", 1.0)
    found = suggest(dispatcher, affray, by=Roads())
    assert found.method == "Northmere road network"
    assert {one.unit.call_sign: one.minutes_words for one in found.offers} == {"NB21": "4 min", "NB22": ""}


def test_the_model_knows_distance_speed_and_nothing_of_roads():
    assert straight_line(53.7362, 0.4471, 53.7362, 0.4471) == 0
    assert straight_line(53.0, 0.0, 54.0, 0.0) == pytest.approx(111_195, rel=1e-3)
    [car, foot] = DistanceAndSpeed().journeys(
        [Start(53.0, 0.0, 60.0, 1.0), Start(53.0, 0.0, 6.0, 1.0)], 53.0 + 1 / 111.195, 0.0
    )
    assert (round(car.metres), round(car.seconds), round(foot.seconds)) == (1000, 90, 630)
    assert car.minutes_words == "about 2 min"


def test_sixty_units_stand_in_the_order_they_always_stood_in(dispatcher, okafor, affray):
    """Drawn from the first version of the list: however it is made, this is what it says."""
    elsewhere = make_incident(okafor, grade_code="P")
    for number in range(60):
        made = unit(
            f"U{number:02}", None if number % 19 == 7 else (number * 37 % 60) / 4, state="2234682"[number % 7],
            age=(5, 5, 75, 5, 240)[number % 5], crew=(1, 2, 2, None, 3)[number * 7 % 5],
            skills=["RESPONSE", "TASER", "AFO", "DOG"][number % 4 : number % 4 + 2],
        )  # fmt: skip
        if number in (12, 30, 45):
            assign(actor=dispatcher, incident_id=elsewhere.pk, resource_id=made.pk)
    found = suggest(dispatcher, affray)
    assert signs(found) == ["U00", "U13", "U52", "U36", "U57", "U23", "U31", "U28", "U02"]
    assert [one.rank for one in found.offers] == list(range(1, 10))
    aged = [re.sub(r" \d+ s", "", ", ".join(one.cautions)) for one in found.offers]
    old = "Position old"
    assert aged == ["Single crewed", "", f"Refreshments, {old}", "", old, "", "Refreshments", "", old]
    assert [one.journey.minutes for one in found.offers] == [1, 1, 2, 5, 4, 5, 3, 6, 6]
    lacking = [place for place, one in enumerate(found.offers) if "Response driver" in one.lacks]
    assert lacking == [1, 4, 5, 6, 8]
    assert [one.unit.call_sign for one in found.offers if "Nearest" in one.reasons] == ["U00"]
    assert [(one.unit.call_sign, one.why.split(":")[0]) for one in found.left_out] == [
        ("U39", "not deployable"),
        ("U05", "not deployable"),
        ("U18", "not deployable"),
        ("U44", "position too old"),
        ("U49", "position too old"),
        ("U54", "not deployable"),
        ("U33", "not deployable"),
        ("U46", "not deployable"),
    ]
    assert found.more_left_out == (
        ("further away", 24),
        ("not deployable", 9),
        ("position too old", 6),
        ("assigned to another", 3),
        ("no position", 1),
    )
