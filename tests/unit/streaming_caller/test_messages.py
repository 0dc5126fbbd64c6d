"""Every sentence of the caller's page in every language: there, sure, and with the same holes and tags."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

from streaming.languages import ENGLISH, LANGUAGES

ROOT = Path(settings.BASE_DIR)
CALLS = {"gettext": None, "_": None}
PARTS = re.compile(r"%\(\w+\)s|%%|\{\w+\}|</?\w+>")
TAGS = re.compile(r"</?\w+>")
TRANSLATED = [language.code for language in LANGUAGES if language is not ENGLISH]
# The same word in both languages, and rightly so.
SAME = {"OK", "Chat", "Stop", "{seconds} s", "Incident", "Police", "Police, {time}", "Police, {time} (last message)"}


@cache
def sentences() -> frozenset[str]:
    """What the templates and the code ask gettext for."""
    found: set[str] = set()
    for template in sorted((ROOT / "templates" / "caller").glob("*.html")):
        code = templatize(template.read_text(encoding="utf-8"), origin=str(template))
        found |= {str(text) for _, text, _, _ in extract("python", io.BytesIO(code.encode()), keywords=CALLS)}
    for module in ("notice.py", "two_way_words.py", "views/caller.py"):
        source = (ROOT / "streaming" / module).read_bytes().replace(b"translation.gettext(", b"gettext(")
        found |= {str(text) for _, text, _, _ in extract("python", io.BytesIO(source), keywords=CALLS)}
    return frozenset(found)


@cache
def catalog(code: str) -> Catalog:
    with (ROOT / "locale" / code / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=code)


def test_the_page_has_its_sentences():
    assert len(sentences()) > 140
    assert "Show police my camera" in sentences()
    assert "Police" in sentences()


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_sentence_is_missing_or_unsure(code):
    known = {message.id: message for message in catalog(code) if message.id}
    missing = sorted(text for text in sentences() if text not in known or not known[text].string)
    assert not missing
    assert not sorted(text for text in sentences() if known[text].fuzzy)


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_sentence_is_left_over(code):
    assert not sorted({message.id for message in catalog(code) if message.id} - sentences())


@pytest.mark.parametrize("code", TRANSLATED)
def test_holes_and_tags_are_those_of_the_english(code):
    for message in catalog(code):
        if message.id:
            assert set(PARTS.findall(message.string)) == set(PARTS.findall(message.id)), message.id
            assert sorted(TAGS.findall(message.string)) == sorted(TAGS.findall(message.id)), message.id


@pytest.mark.parametrize("code", TRANSLATED)
def test_english_is_not_passed_off_as_a_translation(code):
    left = {message.id for message in catalog(code) if message.id and message.id == message.string}
    assert left <= SAME


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_is_written_in_its_own_script(code):
    scripts = {
        "pa": "\u0a00-\u0a7f",
        "ur": "\u0600-\u06ff",
        "ar": "\u0600-\u06ff",
        "bn": "\u0980-\u09ff",
        "gu": "\u0a80-\u0aff",
    }
    letter = re.compile(f"[{scripts.get(code, 'A-Za-z')}]")
    for message in catalog(code):
        if message.id:
            assert letter.search(message.string), message.id


def test_a_wrong_catalogue_would_be_seen():
    """The checks above look at the right thing: a dropped hole and an untranslated sentence are found."""
    assert set(PARTS.findall("within {metres} m <b>now</b> %(force)s")) == {"{metres}", "<b>", "</b>", "%(force)s"}
    assert "No such sentence" not in sentences()
