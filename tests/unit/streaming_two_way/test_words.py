"""The question is put in the ten languages of the caller's page."""

from __future__ import annotations

from streaming.languages import LANGUAGES
from streaming.two_way_words import two_way_words


def test_every_language_has_words_of_its_own() -> None:
    said = {language.code: two_way_words(language.code) for language in LANGUAGES}
    assert len(said) == 10
    for name in said["en"]:
        words = [of[name] for of in said.values()]
        assert all(words)
        assert len(set(words)) >= 9, name  # short words may be the same in two neighbours


def test_an_unknown_language_hears_english() -> None:
    assert two_way_words("tlh") == two_way_words("en-GB") == two_way_words("")
