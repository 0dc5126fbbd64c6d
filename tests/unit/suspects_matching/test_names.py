"""Names of these islands and of those who came here: folded, heard, shortened, carried into our letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suspects.matching.diminutives import formal, near_forms, short_form
from suspects.matching.folding import given_words, letters, plain, surname_words
from suspects.matching.phonetics import LONGEST, soundex, sounds
from suspects.matching.spellings import same_name

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("O’Halloran", "ohalloran"), ("ŁUKASZ", "lukasz"), ("Żak", "zak"), ("Siân", "sian"),
        ("Jürgen Groß", "jurgengross"), ("D'Souza", "dsouza"), ("Smith-Jones", "smithjones"), ("李小龙", ""),
        ("Þór", "thor"), ("", ""),
    ],
)  # fmt: skip
def test_letters_are_bare(written: str, bare: str) -> None:
    assert letters(written) == bare


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O'Halloran", "Halloran"), ("O'Halloran", "OHalloran"), ("OBrien", "Brien"), ("Smith-Jones", "Jones"),
        ("Smith Jones", "Smith-Jones"), ("al-Hassan", "Hassan"), ("AlHassan", "El Hassan"), ("De Silva", "Desilva"),
        ("Van Der Berg", "Berg"), ("Mac Donald", "MacDonald"), ("St. John", "St John"),
    ],
)  # fmt: skip
def test_surnames_with_and_without_their_particles_share_a_form(one: str, other: str) -> None:
    assert set(surname_words(one)) & set(surname_words(other))


@pytest.mark.parametrize("whole", ["Alderson", "Oliver", "Alan", "Elliott", "Osborne"])
def test_names_that_only_look_as_if_they_had_a_particle_stay_whole(whole: str) -> None:
    assert surname_words(whole) == (whole.lower(),)


@pytest.mark.parametrize("written", ["Abdulrahman", "Abdul Rahman", "Abdur-Rahman", "Abd al-Rahman", "Abdurrahman"])
def test_servants_of_the_merciful_are_one_name(written: str) -> None:
    assert given_words(written) == ("abdul", "rahman")


def test_titles_are_no_names() -> None:
    assert given_words("Dr Conor Patrick") == ("conor", "patrick")
    assert given_words("Sir") == ("sir",)  # unless nothing else is left


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("smith", "smyth"), ("connor", "conor"), ("callaghan", "callahan"), ("hussain", "husayn"),
        ("mohammed", "muhammad"), ("gruffydd", "griffith"), ("pawel", "pavel"), ("thompson", "tomson"),
        ("philips", "fillips"), ("wright", "rite"), ("catherine", "kathryn"), ("qureshi", "kureshi"),
        ("szymanski", "shimansky"), ("hall", "all"), ("jan", "yan"), ("schmidt", "smith"), ("geoffrey", "jeffrey"),
        ("czarnecki", "charnetski"), ("bhatti", "batti"), ("dhillon", "dillon"),
    ],
)  # fmt: skip
def test_what_sounds_alike_shares_a_sound(one: str, other: str) -> None:
    assert not set(sounds(one)).isdisjoint(sounds(other)), (sounds(one), sounds(other))


def test_different_names_sound_different() -> None:
    assert set(sounds("halloran")).isdisjoint(sounds("hanlon"))
    assert set(sounds("khan")).isdisjoint(sounds("singh"))


@pytest.mark.parametrize(
    ("name", "code"),
    [("Robert", "R163"), ("Rupert", "R163"), ("Ashcraft", "A261"), ("Tymczak", "T522"), ("Pfister", "P236"),
     ("Honeyman", "H555"), ("Lee", "L000")],
)  # fmt: skip
def test_soundex_is_the_national_archives(name: str, code: str) -> None:
    assert soundex(name.lower()) == code


@pytest.mark.parametrize(
    ("short", "name"),
    [("bill", "william"), ("peggy", "margaret"), ("paddy", "patrick"), ("gwilym", "william"), ("kasia", "katarzyna"),
     ("gosia", "malgorzata"), ("jassi", "jaswinder"), ("mo", "muhammad"), ("dai", "david"), ("hamish", "james")],
)  # fmt: skip
def test_short_forms_lead_to_the_name(short: str, name: str) -> None:
    assert name in formal(short)
    assert short_form(short, name)


def test_short_forms_meet_and_slips_in_them_are_understood() -> None:
    assert short_form("bill", "will")
    assert not short_form("bill", "bob")
    assert "tommy" in near_forms("tomy")
    assert near_forms("xq") == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [("mohd", "mohammed"), ("hussein", "husayn"), ("siobhan", "chevonne"), ("eoin", "owen"), ("chowdhury", "chaudhry"),
     ("kaur", "kour"), ("wisniewski", "vishnevsky"), ("niamh", "neve"), ("krzysztof", "kristof")],
)  # fmt: skip
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert same_name(one, other)
    assert not same_name(one, one)


@given(st.text(max_size=60))
def test_any_text_folds_without_a_crash_and_folds_once(text: str) -> None:
    bare = letters(text)
    assert letters(bare) == bare
    assert plain(plain(text)) == plain(text)
    assert all("a" <= char <= "z" for word in (*surname_words(text), *given_words(text)) for char in word)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=35))
def test_every_word_has_one_or_two_short_sounds(word: str) -> None:
    codes = sounds(word)
    assert 1 <= len(codes) <= 2
    assert all(code and len(code) <= LONGEST and code.isupper() for code in codes)
    assert len(soundex(word)) == 4
