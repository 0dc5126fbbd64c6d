"""Filters of the pages: the same words as static/js/lib/clock.js writes a moment later."""

from __future__ import annotations

import pytest

from core.templatetags.pages import duration, first_word, signature, spaced_hash, span


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(194, "03:14"), (64 * 60 + 12, "64:12"), (190 * 60, "3 h 10"), (52 * 3600, "2 d 4 h"), (-3, "00:00")],
)
def test_lengths_of_time(seconds: float, words: str) -> None:
    assert span(seconds) == words


@pytest.mark.parametrize(
    ("label", "short"),
    [
        ("A. Okafor 5127", "AO 5127"),
        ("System", "System"),
        ("Caller", "Caller"),
        ("K. van der Berg 22", "Kv 22"),
        ("", ""),
    ],
)
def test_how_an_author_signs(label: str, short: str) -> None:
    assert signature(label) == short


def test_small_words() -> None:
    assert duration(89.9) == "00:01:29"
    assert duration(None) == "00:00:00"
    assert spaced_hash("9f2c41d7") == "9f2c 41d7"
    assert first_word("Resolution without deployment") == "Resolution"
    assert first_word("") == ""
