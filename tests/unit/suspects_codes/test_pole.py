"""Names, dates of birth and descriptions by the POLE dictionary; dates and ages in police words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from suspects.codes import dates, descriptions, grading, pole

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 14, 36, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Darren   Michael ", "Darren Michael"),
        ("Anne-Marie", "Anne-Marie"),
        ("D’Arcy", "D'Arcy"),
        ("Zoë", "Zoë"),
        ("", ""),
        ("José María", "José María"),
        ("علي", "علي"),
    ],
)
def test_given_names(typed, kept):
    assert pole.given_names(typed) == kept


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Mr Darren", "title"),
        ("UNKNOWN", "blank"),
        ("Darren2", "letters"),
        ("INC 417", "letters"),
        ("#tagger", "letters"),
        ("Jo--Ann", "letters"),
        ("-", "letters"),
        ("x" * 36, "35"),
        ("Abcdefghij " * 11, "110"),
        ("=SUM(A1)", "letters"),
    ],
)
def test_what_is_no_given_name_is_refused(typed, words):
    with pytest.raises(ValueError, match=words):
        pole.given_names(typed)


def test_surnames_and_nicknames():
    assert pole.surname("van der Berg") == "van der Berg"
    assert pole.surname("O'Neill-Smith") == "O'Neill-Smith"
    assert pole.nickname("K1NG  5ha") == "K1NG 5ha"
    for junk in ("n/k", "Pyke 2", "x" * 40, "a " * 20):
        with pytest.raises(ValueError):
            pole.surname(junk)
    with pytest.raises(ValueError, match="35"):
        pole.nickname("#" * 36)


def test_dates_of_birth_that_cannot_be():
    assert pole.date_of_birth(date(1985, 3, 6), today=TODAY) == date(1985, 3, 6)
    assert pole.date_of_birth(date(1906, 11, 22), today=TODAY)
    for born, died in [
        (TODAY, None),
        (TODAY + timedelta(1), None),
        (date(1905, 11, 20), None),
        (date(1985, 3, 6), date(1980, 1, 1)),
    ]:
        with pytest.raises(ValueError):
            pole.date_of_birth(born, today=TODAY, died=died)


def test_four_plus_one():
    whole = {
        "given": "Darren",
        "surname": "Pyke",
        "born": date(1985, 3, 6),
        "sex": "M",
        "gender": "",
        "contacts": 0,
        "addresses": 1,
    }
    assert pole.missing(**whole) == ()
    assert pole.missing(**{**whole, "addresses": 0, "sex": "U", "born": None}) == (
        "date of birth",
        "gender",
        "address, telephone or email",
    )
    assert pole.missing(**{**whole, "sex": "U", "gender": "Non-Binary"}) == ()


def test_an_unknown_suspect_needs_four_features():
    assert pole.enough_for_a_stranger(["M", "Slim", "Pale", "Tattoo", "", "", ""])
    assert not pole.enough_for_a_stranger(["U", "Slim", "Pale", "Tattoo", "U/K", "", "IC9"])


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("14/06/1998", date(1998, 6, 14)),
        ("14.6.98", date(1998, 6, 14)),
        ("140698", date(1998, 6, 14)),
        ("14061998", date(1998, 6, 14)),
        ("14 Jun 1998", date(1998, 6, 14)),
        ("14june98", date(1998, 6, 14)),
        ("1998-06-14", date(1998, 6, 14)),
        ("3rd March 2001", date(2001, 3, 3)),
        ("22/11/26", date(1926, 11, 22)),  # tomorrow would not be a birthday
        ("20/11/26", date(2026, 11, 20)),
        ("29/02/00", date(2000, 2, 29)),
        ("29 02 1996", date(1996, 2, 29)),
    ],
)
def test_dates_as_typed(typed, day):
    assert dates.parse(typed, today=TODAY) == day


@pytest.mark.parametrize(
    "junk", ["31/02/1998", "00/01/1998", "14/13/1998", "29/02/1999", "1998", "14 Ju 1998", "PYKE", "", "29/02/27"]
)
def test_impossible_dates_are_refused_with_words(junk):
    with pytest.raises(ValueError, match=r"day"):
        dates.parse(junk, today=TODAY)


def test_day_and_month_swapped():
    assert dates.swapped(date(1998, 6, 4)) == date(1998, 4, 6)
    assert dates.swapped(date(1998, 6, 14)) is None
    assert dates.swapped(date(1998, 6, 6)) is None


def test_ages():
    assert dates.age_on(date(1985, 3, 6), TODAY) == 41
    assert dates.age_on(date(2008, 11, 22), TODAY) == 17
    assert dates.age_on(date(2008, 11, 21), TODAY) == 18
    assert dates.age_on(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert dates.shown(date(1985, 3, 6)) == "06/03/1985"
    assert dates.shown(None) == ""


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (NOW - timedelta(seconds=30), "just now"),
        (NOW - timedelta(minutes=12), "12 min old"),
        (NOW - timedelta(hours=16), "16 h old"),
        (date(2026, 11, 21), "today"),
        (date(2026, 11, 20), "1 day old"),
        (date(2026, 11, 19), "2 days old"),
        (date(2026, 6, 3), "5 months old"),
        (date(2025, 6, 12), "17 months old"),
        (date(2024, 2, 2), "nearly 3 years old"),
        (date(2024, 11, 20), "2 years old"),
    ],
)
def test_the_age_of_a_fact(then, words):
    assert dates.age_words(then, NOW) == words


def test_words_of_a_description():
    assert descriptions.one_of("dark  brown", descriptions.HAIR) == "Dark Brown"
    assert descriptions.one_of("", descriptions.HAIR) == ""
    assert descriptions.ethnicity_self("o1") == "A4"
    assert descriptions.ethnicity_observed("3") == "IC3"
    assert descriptions.ethnicity_observed("ic7") == "IC9"
    assert descriptions.height_words(178, 178) == "178 cm (5 ft 10)"
    assert descriptions.height_words(175, 180) == "175 to 180 cm (5 ft 9 to 5 ft 11)"
    assert descriptions.height_words(None, None) == ""
    for call in (
        lambda: descriptions.one_of("mauve", descriptions.EYES),
        lambda: descriptions.ethnicity_self("IC1"),
        lambda: descriptions.ethnicity_observed("W1"),
    ):
        with pytest.raises(ValueError):
            call()


def test_gradings_say_what_they_mean():
    grade = grading.parse("2 bc")
    assert grade.code == "2BC"
    assert grade.has_conditions
    assert not grade.is_fact
    assert grade.words == (
        "Untested",
        "Known indirectly to the source but corroborated",
        "Lawful sharing permitted with conditions",
    )
    assert grading.parse("1AP").is_fact
    for junk in ("", "4AP", "1FP", "1AX", "5x5x5"):
        with pytest.raises(ValueError, match="3x5x2"):
            grading.parse(junk)
