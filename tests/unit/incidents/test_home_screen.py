"""PC Reid puts Sightline on an iPhone's home screen: without that an iPhone takes no messages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from core.roles import CALL_HANDLER
from core.web_push import new_private_key
from tests.factories.core import make_actor

MANIFEST = reverse("incidents:app_manifest")


def page(actor, address):
    browser = Client()
    browser.force_login(actor.user)
    return browser.get(address)


def test_the_manifest_says_all_that_a_home_screen_asks(db):
    answer = Client().get(MANIFEST)  # browsers ask without cookies
    said = answer.json()
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert said["name"] == said["short_name"] == "Sightline"
    assert (said["start_url"], said["scope"], said["display"]) == (reverse("incidents:own_unit"), "/", "standalone")
    dark = re.search(r"--bg: (#[0-9a-f]{6});", Path("static/css/tokens.css").read_text())
    assert dark is not None
    assert said["background_color"] == said["theme_color"] == dark[1]


@pytest.mark.parametrize("size", [180, 192, 512])
def test_each_icon_is_there_in_its_size(db, size):
    found = finders.find(f"img/app-{size}.png")
    assert found is not None
    head = Path(found).read_bytes()[:24]
    assert head[1:4] == b"PNG"
    assert [int.from_bytes(head[at : at + 4]) for at in (16, 20)] == [size, size]
    sizes = {(icon["sizes"], icon["purpose"]) for icon in Client().get(MANIFEST).json()["icons"]}
    assert sizes == {(f"{one}x{one}", purpose) for one in (192, 512) for purpose in ("any", "maskable")}


def test_officers_pages_name_it_and_the_console_does_not(reid):
    ours = page(reid, reverse("incidents:own_unit"))
    assert f'rel="manifest" href="{MANIFEST}"' in ours.content.decode()
    assert re.search(r'rel="apple-touch-icon" href="/static/img/app-180[^"]*\.png"', ours.content.decode())
    assert "manifest-src 'self'" in ours.headers["Content-Security-Policy"]
    desk = page(make_actor(roles=(CALL_HANDLER,)), reverse("incidents:console"))
    assert desk.status_code == 200
    assert "manifest" not in desk.content.decode()


def test_the_officer_is_told_how_only_where_the_force_sends_messages(reid, settings):
    settings.PUSH_PRIVATE_KEY = ""
    assert "Add to Home Screen" not in page(reid, reverse("incidents:own_unit")).content.decode()
    settings.PUSH_PRIVATE_KEY = new_private_key()
    assert "Tap Share, then Add to Home Screen." in page(reid, reverse("incidents:own_unit")).content.decode()
