"""Which language a phone gets."""

from __future__ import annotations

import pytest
from django.conf import settings

from streaming import languages
from streaming.languages import LANGUAGES, choose, find


def chosen(**given: str) -> str:
    return choose(**({"asked": None, "remembered": None, "suggested": None, "accepted": None} | given)).code


def test_ten_languages_two_of_them_from_right_to_left():
    assert len({language.code for language in LANGUAGES}) == 10
    assert {language.code for language in LANGUAGES if language.direction == "rtl"} == {"ur", "ar"}


def test_the_settings_know_the_same_languages():
    assert {code.split("-")[0] for code, _ in settings.LANGUAGES} == {language.code for language in LANGUAGES}


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("pl-PL,pl;q=0.9,en;q=0.8", "pl"),
        ("en;q=0.5, cy;q=0.9", "cy"),
        ("fr, de;q=0.9, ur;q=0.1", "ur"),
        ("pt-BR", "pt"),
        ("pa-Guru-IN", "pa"),
        ("AR", "ar"),
        ("ar;q=0, bn", "bn"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
        ("pl;q=high, gu;q=0.2", "gu"),
        ("pl;q=7", "en"),
        (",;q=1,,", "en"),
        ("x" * 10_000 + ",pl", "en"),
    ],
)
def test_the_browser_names_its_languages_in_order(header, code):
    assert chosen(accepted=header) == code


def test_the_callers_own_choice_goes_first():
    everything = {"asked": "ar", "remembered": "pl", "suggested": "ro", "accepted": "cy"}
    assert chosen(**everything) == "ar"
    assert chosen(**everything | {"asked": "xx"}) == "pl"
    assert chosen(**everything | {"asked": "", "remembered": "'; DROP"}) == "ro"
    assert chosen(accepted="cy", suggested="") == "cy"


def test_a_tag_is_found_by_its_first_part_only():
    assert find("pt_PT") == find("pt")
    assert find("en-GB") is languages.ENGLISH
    assert find(None) is None
    assert find("../../etc") is None
