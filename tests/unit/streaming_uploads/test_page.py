"""What the caller reads before and behind an upload link: no camera is asked for, in ten languages."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation

from core.actors import Actor
from streaming.languages import LANGUAGES
from streaming.notice import notice
from streaming.services import texts
from tests.factories.links import send, token_of


def page(okafor: Actor, mode: str = "upload", lang: str = "en") -> str:
    return Client().get(f"/v/{token_of(send(okafor, mode=mode))}?lang={lang}").content.decode()


def test_the_page_asks_for_the_place_and_for_files_and_for_no_camera(okafor) -> None:
    shown = page(okafor)
    assert 'data-mode="upload"' in shown
    assert "Police get only the photos and films you choose" in shown
    assert "Police see where you are" in shown
    assert "Police see your camera" not in shown
    assert 'value="video"' not in shown
    assert 'accept="image/*,video/*" multiple' in shown
    assert "capture" not in shown.partition('id="files-pick"')[2][:200]
    assert f'data-most-bytes="{300 * 2**20}"' in shown


@pytest.mark.parametrize("mode", ["video", "location"])
def test_other_links_have_no_place_for_files(okafor, mode: str) -> None:
    shown = page(okafor, mode)
    assert "files-pick" not in shown
    assert "Police get only the photos" not in shown


@pytest.mark.parametrize("code", [one.code for one in LANGUAGES])
def test_the_page_speaks_the_callers_language(okafor, code: str) -> None:
    shown = page(okafor, lang=code)
    with translation.override(code):
        for words in ("Police have it", "Choose from my phone", "Send photos or films to police"):
            said = translation.gettext(words)
            assert said in shown.replace("&#x27;", "'")
            assert (said == words) == (code == "en")


def test_each_sort_of_link_has_a_notice_of_its_own() -> None:
    assert len({notice("Northmere Police", mode).version for mode in ("video", "location", "upload")}) == 3


def test_the_text_says_what_the_link_is_for(okafor) -> None:
    said = texts.preview(okafor, mode="upload")
    assert "the link to send us photos or films" in said.text
    assert said.septets <= said.limit
    assert "lluniau neu ffilmiau" in texts.preview(okafor, mode="upload", locale="cy").text
