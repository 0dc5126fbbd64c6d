"""What an officer types finds who is meant, in the officer's own force, on either database."""

from __future__ import annotations

import datetime as dt

import pytest

from core.actors import Actor
from core.errors import NotAllowed
from suspects.matching.keys import query_keys
from suspects.matching.results import Found, IdentifierQuery, PersonQuery, VehicleQuery
from suspects.matching.understand import read_box
from suspects.models import PersonName, SearchKey
from suspects.selectors.search import search
from suspects.selectors.search_people import KINDS, NARROW
from suspects.services import search_keys
from tests.factories import suspects as make
from tests.factories.core import make_force

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

TODAY = dt.date(2026, 11, 21)
BORN = dt.date(1998, 6, 4)

#: What is typed for Conor Patrick O'Halloran, born 04/06/1998, and the words that say why he is there.
TYPED = (
    ("O'HALLORAN, Conor 04/06/1998", "Same: surname, first name, date of birth."),
    ("Connor Halloran 4.6.98", "Same: surname, date of birth. Differs: O', Conor, one n."),
    ("conor ohalloran", "Same: surname, first name."),
    ("ohalloran conor", "Same: surname, first name."),
    ("CONOR, O'Halloran 04/06/1998", "Differs: names the other way round."),
    ("O’Halloran, Patrick 04/06/1998", "Same: surname, a forename, date of birth. Differs: forenames Conor Patrick."),
    ("HALLORAN, Conor 06/04/1998", "Same: surname, first name, year. Differs: O', day and month the other way round."),
    ("Conor O'Halloran 04/06/1997", "Differs: year by one."),
    ("Konor Ohaloron 04061998", "Same: date of birth. Differs: surname O'Halloran, sounds alike, first name Conor"),
    ("Conor O'Hallroan", "Same: first name. Differs: surname O'Halloran"),
    ("04/06/1998", "Same: date of birth."),
    ("Conor O'Halloran 1998", "Same: surname, first name, year."),
    ("Conor O'Halloran 28 yrs", "Same: surname, first name, age."),
    ("O'Halloran", "Same: surname."),
)


@pytest.fixture
def actor() -> Actor:
    force = make.make_suspect_tables()
    make.make_person(force, surname="O'Halloran", given_names="Conor Patrick", born=BORN, searchable=True)
    return make.make_officer(force=force)


def find(actor: Actor, typed: str) -> Found:
    best = read_box(typed, TODAY).best
    assert best is not None
    return search(actor, best.query)


def test_whatever_went_wrong_he_is_found_with_the_reasons(actor: Actor) -> None:
    for typed, words in TYPED:
        (match,) = find(actor, typed).people
        assert match.reasons.startswith(words) or words in match.reasons, (typed, match.reasons)
        assert match.matched_name == "O'HALLORAN, Conor Patrick"
        assert 33 <= match.score <= 100


def test_who_only_shares_a_surname_sound_or_a_year_is_not_shown_as_him(actor: Actor) -> None:
    assert find(actor, "Khan, Imran 04/06/1990").people == ()
    assert find(actor, "Mary Smith 1998").people == ()


def test_names_of_many_languages_find_each_other(actor: Actor) -> None:
    pairs = (
        ("Hussain", "Mohammed", "Mohd Husayn"), ("Wiśniewski", "Łukasz", "Lucas Vishnevski"),
        ("Dhillon", "Gurpreet Singh", "Gurpreet Singh"), ("Griffiths", "Siân", "Shan Gruffydd"),
        ("al-Hassan", "Abdulrahman", "Abdul Rahman Alhassan"), ("Begum", "Ayesha Bibi", "Aisha Begam"),
        ("Smith-Jones", "Margaret", "Peggy Jones"), ("Ó Briain", "Siobhán", "Chevonne O'Briain"),
    )  # fmt: skip
    for surname, given, typed in pairs:
        person = make.make_person(
            actor_force(actor), surname=surname, given_names=given, born=dt.date(1971, 2, 3), searchable=True
        )
        assert find(actor, typed).people[0].person_id == person.pk, typed
        assert find(actor, f"{typed} 02/03/1971").people[0].person_id == person.pk, typed


def actor_force(actor: Actor) -> object:
    assert actor.user is not None
    return actor.user.force


def test_an_alias_finds_its_person_once_and_says_so(actor: Actor) -> None:
    person = make.make_person(
        actor_force(actor), surname="Corrie", given_names="Jade", aliases=(("Jay", "Corry"),), searchable=True
    )
    (match,) = find(actor, "Jay Corry").people
    assert (match.person_id, match.matched_name, match.name_type) == (person.pk, "CORRY, Jay", "ALIAS")


def test_best_first_and_more_is_said(actor: Actor) -> None:
    for day in range(1, 13):
        make.make_person(
            actor_force(actor), surname="Smith", given_names="John", born=dt.date(1980, 1, day), searchable=True
        )
    exact = make.make_person(
        actor_force(actor), surname="Smith", given_names="John", born=dt.date(1985, 5, 5), searchable=True
    )
    found = find(actor, "Jon Smyth 05/05/1985")
    assert found.people[0].person_id == exact.pk
    assert found.people[0].score > found.people[1].score
    found = find(actor, "Smith")
    assert (len(found.matches), found.more, found.advice) == (10, True, NARROW)
    assert search(actor, PersonQuery(born=read_box("1985", TODAY).best.query.born)).advice.startswith("Add a name")


def test_another_forces_people_and_things_are_not_there(actor: Actor) -> None:
    stranger = make.make_officer(force=make_force(code="98"))
    make.make_vehicle(actor_force(actor))
    make.make_address(actor_force(actor))
    for typed in ("Conor O'Halloran 04/06/1998", "KX68 ZZB", "31 Fenside Walk", "1979/0163001B", "07700 900417"):
        assert find(stranger, typed).matches == (), typed
    with pytest.raises(NotAllowed):
        search(Actor.system(None), PersonQuery(surname="Smith"))


def test_numbers_find_their_owner_and_say_what_is_doubtful(actor: Actor) -> None:
    person = make.make_person(actor_force(actor), surname="Pyke")
    make.make_identifier(person)
    make.make_identifier(person, value="2001/0171310S", verified=False)
    make.make_contact_point(person)
    (match,) = find(actor, "79/163001B").people
    assert (match.person_id, match.score, match.reasons) == (person.pk, 100, "Same: PNC ID.")
    (match,) = search(actor, IdentifierQuery(scheme="PNC", value="2001/0171310S", verified=False)).people
    assert match.differs == ("the number on file is not verified",)
    (match,) = find(actor, "07700 900 417").people
    assert match.reasons == "Same: telephone number."


@pytest.mark.parametrize(
    ("typed", "marks", "differs"),
    [
        ("KX68ZZB", ["KX68ZZB", "KX68Z2B"], [(), ("2, not Z",)]), ("KX682ZB", ["KX68ZZB", "KX68Z2B"], None),
        ("KX6?Z*", ["KX68Z2B", "KX68ZZB"], [(), ()]), ("*8ZZ8", ["KX68Z2B", "KX68ZZB"], None),
        ("KX68ZZC", ["KX68Z2B", "KX68ZZB"], None), ("KX86ZZB", ["KX68Z2B", "KX68ZZB"], None), ("AB12CDE", [], []),
    ],
)  # fmt: skip
def test_vehicles_whole_in_part_and_nearly(
    actor: Actor, typed: str, marks: list[str], differs: list[tuple[str, ...]] | None
) -> None:
    for mark in ("KX68ZZB", "KX68Z2B", "PT19LLC"):
        make.make_vehicle(actor_force(actor), vrm=mark)
    found = search(actor, VehicleQuery(mark=typed)).vehicles
    assert [match.mark for match in found] == marks
    if differs is not None:
        assert [match.differs for match in found] == differs


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("31 Fenside Walk", "Same: street, number."), ("31 fenside wlk", "Same: street, number."),
        ("31 Fensid Walk", "Same: number. Differs: street Fenside Walk."), ("NM4 7QT", "Same: postcode."),
        ("31 NM4 7QT", "Same: postcode, number."), ("NM4 7", "Same: postcode area."),
        ("33 NM4 7QT", "Same: postcode. Differs: number 31."), ("000123456789", "Same: UPRN."),
        ("Fenside Walk, NM4 7QT", "Same: postcode, street."),
    ],
)  # fmt: skip
def test_addresses(actor: Actor, typed: str, words: str) -> None:
    make.make_address(actor_force(actor), uprn="123456789")
    (match,) = find(actor, typed).addresses
    assert match.reasons == words
    assert match.label == "31 Fenside Walk, Northmere NM4 7QT"


def test_keys_follow_the_names_and_nothing_is_written_twice(actor: Actor) -> None:
    person = make.make_person(actor_force(actor), surname="Pyke", given_names="Darren", searchable=True)
    before = set(SearchKey.objects.filter(person=person).values_list("pk", "key"))
    search_keys.refresh(person)
    assert set(SearchKey.objects.filter(person=person).values_list("pk", "key")) == before
    PersonName.objects.filter(person=person).update(surname="Pike-Rowan")
    search_keys.refresh(person)
    keys = set(SearchKey.objects.filter(person=person).values_list("key", flat=True))
    assert "srowan" in keys
    assert "spyke" not in keys


def test_every_kind_of_key_that_is_asked_for_is_looked_up():
    typed = [words for words, _ in TYPED] + ["Halloran", "Halloran 1998", "conor 04/06/1998", "27 years Smith, John"]
    queries = [reading.query for words in typed for reading in read_box(words, TODAY).readings]
    groups = [group for query in queries if isinstance(query, PersonQuery) for group in query_keys(query)]
    assert {group.kind for group in groups} == set(KINDS)
    assert all(group.named == KINDS[group.kind] for group in groups)
