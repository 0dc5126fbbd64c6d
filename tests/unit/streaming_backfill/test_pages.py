"""What people read about film from the phone: the caller in ten languages, police on the exhibit's page."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from core.models import User
from core.roles import CALL_HANDLER, SUPERVISOR
from streaming.languages import LANGUAGES
from tests.factories.core import make_force, make_user
from tests.unit.streaming_backfill.conftest import FILM, Phone


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="core.signed_in.PersonBackend")
    return client


@pytest.fixture
def exhibit(phone: Phone) -> str:
    """One piece as announced, one altered, one not sent."""
    phone.send_all(phone.piece())
    phone.send_all(phone.piece(), FILM[:-1] + b"\xff")
    phone.piece()
    phone.register()
    return f"/phone/exhibits/{phone.call.fresh().exhibit_id}/"


def test_the_exhibit_says_what_each_piece_is_worth(exhibit: str, phone: Phone) -> None:
    page = signed_in(make_user(roles=(SUPERVISOR,))).get(exhibit).content.decode()
    assert page.count("Equal to the announced hash") == 1
    assert page.count("Differs from the hash announced before") == 2, "in the table and in the player's label"
    assert page.count("On the phone, its hash is here") == 1
    assert page.count("data-film=") == 2
    assert "± 0.02 s" in page


def test_another_force_sees_none_of_it(exhibit: str) -> None:
    stranger = make_user(force=make_force("98", "Southmere Police"), roles=(CALL_HANDLER, SUPERVISOR))
    assert signed_in(stranger).get(exhibit).status_code == 404
    assert Client().get(exhibit).status_code == 302


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_the_callers_words_come_in_the_pages_language(language: object, db: None) -> None:
    code = language.code  # type: ignore[attr-defined]  # a Language
    page = Client().get("/phone/words/", {"lang": code}).content.decode()
    said = dict(re.findall(r'data-w="(\w+)">([^<]+)<', page))
    assert set(said) == {"keeping", "full", "sending", "waiting", "sent", "deleted", "stuck"}
    assert "{done}" in said["sending"]
    assert "{all}" in said["sending"]
    assert (said["keeping"] == "Recording on your phone until the connection is back") == (code == "en")


def test_a_language_nobody_has_is_never_shown(db: None) -> None:
    page = Client().get("/phone/words/", {"lang": '"><script>alert(1)</script>'}).content.decode()
    assert "alert(1)" not in page
