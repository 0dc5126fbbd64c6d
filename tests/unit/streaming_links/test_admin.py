"""Administration of message texts: own force, rules kept, audited."""

from __future__ import annotations

import pytest
from django.test import Client

from core.models import AuditEvent, User
from core.roles import ADMIN
from streaming.models import MessageText
from tests.factories.core import make_actor, make_force

URL = "/admin/streaming/messagetext/"


@pytest.fixture
def browser(admin):
    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.get(pk=admin.user_id))
    return client


def test_the_force_edits_its_words(browser, admin):
    given = {"force": admin.force_id, "kind": "video_link", "locale": "en", "text": "{force}: {link}"}
    answer = browser.post(f"{URL}add/", given)
    assert answer.status_code == 302
    assert MessageText.objects.get().text == "{force}: {link}"
    assert AuditEvent.objects.filter(action="CONFIG", object__startswith="streaming.messagetext:").count() == 1


@pytest.mark.parametrize("text", ["no link", "{link} www.evil.example", "{link}" + "x" * 200, "\x07 {link}"])
def test_words_that_break_a_rule_come_back_with_the_reason(browser, admin, text):
    given = {"force": admin.force_id, "kind": "video_link", "locale": "en", "text": text}
    answer = browser.post(f"{URL}add/", given)
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["text"]
    assert not MessageText.objects.exists()


def test_another_forces_words_are_not_there(browser):
    other = make_actor(force=make_force("98", "Southmere Police"), roles=(ADMIN,))
    words = MessageText.objects.create(force_id=other.force_id, kind="video_link", locale="en", text="{link} theirs")
    assert b"theirs" not in browser.get(URL).content
    assert browser.get(f"{URL}{words.pk}/change/").status_code in (302, 404)
    given = {"force": other.force_id, "kind": "location_link", "locale": "en", "text": "{link}"}
    assert browser.post(f"{URL}add/", given).status_code == 200
    assert MessageText.objects.count() == 1


def test_content_has_no_administration_page(browser):
    for model in ("videosession", "linktoken", "smsmessage", "outboxtext", "noticeacceptance"):
        assert browser.get(f"/admin/streaming/{model}/").status_code == 404
