"""The force words its phrases anew, one line a language; another force's bank is not there."""

from __future__ import annotations

import pytest
from django.test import Client

from core.models import AuditEvent, User
from core.roles import ADMIN
from streaming.models import Phrase
from streaming.services.phrases import bank
from tests.factories.core import make_actor, make_force

URL = "/admin/streaming/phrase/"


@pytest.fixture
def nair(db: None):
    """Priya Nair, administrator."""
    return make_actor(roles=(ADMIN,), first_name="Priya", last_name="Nair", is_staff=True)


@pytest.fixture
def browser(nair) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.get(pk=nair.user_id))
    return client


def words(nair, **changes: object) -> dict[str, object]:
    given = {"force": nair.force_id, "code": "stay_low", "kind": "point", "english": "Stay low", "answers": "ok",
             "place": 5, "enabled": "on", "in_pl": "Schyl się", "in_ur": "نیچے رہیں"}  # fmt: skip
    return {**given, **changes}


def test_a_phrase_of_the_forces_own_in_two_languages(browser: Client, nair) -> None:
    assert browser.get(f"{URL}add/").status_code == 200
    assert browser.post(f"{URL}add/", words(nair)).status_code == 302
    assert Phrase.objects.get().translations == {"pl": "Schyl się", "ur": "نیچے رہیں"}
    assert next(one for one in bank(nair.force_id) if one.code == "stay_low").shown("pl") == ("Schyl się", "pl")
    assert AuditEvent.objects.filter(action="CONFIG", object__startswith="streaming.phrase:").count() == 1
    page = browser.get(f"{URL}{Phrase.objects.get().pk}/change/").content.decode()
    assert "Schyl się" in page


def test_words_that_cannot_be_come_back_with_the_reason(browser: Client, nair) -> None:
    for hostile in ("", "\u202e\u0007", "x" * 121):
        assert browser.post(f"{URL}add/", words(nair, english=hostile)).status_code == 200
    assert not Phrase.objects.exists()


def test_another_forces_bank_is_not_there(browser: Client) -> None:
    other = make_force("98", "Southmere Police")
    theirs = Phrase.objects.create(force=other, code="theirs", english="Words of Southmere")
    assert b"Words of Southmere" not in browser.get(URL).content
    assert browser.get(f"{URL}{theirs.pk}/change/").status_code in (302, 404)
