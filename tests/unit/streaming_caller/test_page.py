"""The caller's page over HTTP: what it says before the tap, and what a tap does."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from streaming.languages import LANGUAGES
from streaming.models import LinkToken, NoticeAcceptance
from streaming.notice import accepted_version, notice
from streaming.services import links
from streaming.states import SessionMode, SessionState
from streaming.tokens import digest, new_token
from tests.factories import links as make

JSON: Any = {"headers": {"accept": "application/json"}}
IPHONE_APP = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 [FBAN/FBIOS]"


@pytest.fixture
def session(okafor):
    return make.send(okafor)


@pytest.fixture
def url(session) -> str:
    return reverse("streaming:caller", args=[make.token_of(session)])


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found.group(1)


def form(client: Client, url: str) -> dict[str, str]:
    page = client.get(url).content.decode()
    return {name: field(page, name) for name in ("notice", "browser", "locale")}


def tap(client: Client, url: str, **changes: str):
    return client.post(f"{url}/claim", form(client, url) | changes, **JSON)


def test_reading_spends_nothing(session, url):
    for _ in range(5):
        assert Client().get(url).status_code == 200
        assert Client().head(url).status_code == 200
    assert LinkToken.objects.get(session=session).claimed_at is None
    assert tap(Client(), url).status_code == 200


def test_the_page_says_what_it_must_before_the_tap(session, url):
    page = Client().get(url).content.decode()
    for words in (
        "Northmere Police",
        "Police see your camera",
        "Police see where you are",
        "It is recorded and can be evidence",
        "You can stop at any time.",
        "Do not go closer to film.",
        "Other people and children may be in the picture.",
        "Information Commissioner",
        f'aria-label="{" ".join(session.trust_code)}"',
    ):
        assert words in page, words


def test_headers_keep_the_link_on_the_phone(url):
    response = Client().get(url)
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "camera=(self)" in response.headers["Permissions-Policy"]
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self' ws://testserver" in policy
    assert "unsafe" not in policy


def test_no_inline_script_style_or_handler(url):
    page = Client().get(url).content.decode()
    assert not re.search(r"<(script|style)(?![^>]*nonce=)[^>]*>", page)
    assert not re.search(r"<[^>]+\s(style|on\w+)=", page)
    assert not re.search(r"(src|href)=\"(https?:)?//", page)


def test_the_tap_claims_for_this_browser(session, url):
    phone = Client()
    response = tap(phone, url)
    assert response.json() == {"session": str(session.pk), "ws": f"/ws/caller/{session.pk}/"}
    cookie = response.cookies["sl_caller"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    link = LinkToken.objects.get(session=session)
    assert link.claim_hash == digest(cookie.value)
    session.refresh_from_db()
    assert session.state == SessionState.OPENED
    assert cookie.value not in response.content.decode()


def test_the_acceptance_keeps_the_version_of_the_words_that_were_shown(session, url):
    phone = Client()
    page = phone.get(f"{url}?lang=cy").content.decode()
    data = {name: field(page, name) for name in ("notice", "browser", "locale")}
    assert phone.post(f"{url}/claim", data, **JSON).status_code == 200
    kept = NoticeAcceptance.objects.get(link__session=session)
    assert kept.locale == "cy"
    assert kept.notice_hash == accepted_version(data["notice"])
    assert kept.notice_hash != notice("Northmere Police", SessionMode.VIDEO).version


def test_a_version_we_never_showed_is_refused_and_spends_nothing(session, url):
    for forged in ("", "0" * 64, "0" * 64 + ":forged", "<script>"):
        assert tap(Client(), url, notice=forged).status_code == 422
    assert LinkToken.objects.get(session=session).claimed_at is None


def test_an_answer_lost_on_the_way_does_not_lock_the_caller_out(session, url):
    phone = Client()
    data = form(phone, url)
    assert phone.post(f"{url}/claim", data, **JSON).status_code == 200
    phone.cookies.pop("sl_caller")  # the answer with the cookie never came
    again = phone.post(f"{url}/claim", data, **JSON)
    assert again.status_code == 200
    assert LinkToken.objects.get(session=session).claim_hash == digest(again.cookies["sl_caller"].value)


def test_one_secret_opens_one_link_only(session, url, okafor):
    phone = Client()
    data = form(phone, url)
    assert phone.post(f"{url}/claim", data, **JSON).status_code == 200
    other = make.send(okafor, number="07700 900456")
    second = reverse("streaming:caller", args=[make.token_of(other)])
    response = phone.post(f"{second}/claim", form(phone, second) | {"browser": data["browser"]}, **JSON)
    assert response.status_code == 200
    assert response.cookies["sl_caller"].value != data["browser"]


def test_the_same_browser_comes_back_with_one_tap(session, url):
    phone = Client()
    first = tap(phone, url)
    page = phone.get(url)
    assert page.status_code == 200
    assert 'data-start="resume"' in page.content.decode()
    assert "Turn camera back on" in page.content.decode()
    assert tap(phone, url).json() == first.json()


def test_another_browser_is_told_that_it_is_in_use_and_learns_nothing(session, url):
    tap(Client(), url)
    stranger = Client()
    page = stranger.get(url)
    assert page.status_code == 409
    assert "This link is in use" in page.content.decode()
    assert session.trust_code not in page.content.decode()
    data = {"notice": notice("Northmere Police", SessionMode.VIDEO).signed_version, "locale": "en"}
    assert stranger.post(f"{url}/claim", data, **JSON).status_code == 409


def test_dead_links_are_one_page(okafor, session, url):
    bodies = set()
    unknown = reverse("streaming:caller", args=[new_token()])
    links.revoke_link(actor=okafor, session_id=session.pk)
    for dead in (unknown, url, "/v/short", f"/v/{'a' * 300}"):
        response = Client().get(dead)
        assert response.status_code == 404
        bodies.add(response.content)
    assert len(bodies) == 1
    body = bodies.pop().decode()
    assert "This link has ended" in body
    assert 'href="tel:999"' in body


def test_a_tap_on_a_dead_link_is_gone_for_the_script_and_the_page_for_a_form(okafor, session, url):
    phone = Client()
    data = form(phone, url)
    links.revoke_link(actor=okafor, session_id=session.pk)
    assert phone.post(f"{url}/claim", data, **JSON).status_code == 410
    plain = phone.post(f"{url}/claim", data)
    assert (plain.status_code, plain.headers["Location"]) == (303, url)


def test_a_form_without_script_is_taken_back_to_the_page(session, url):
    phone = Client()
    response = phone.post(f"{url}/claim", form(phone, url))
    assert (response.status_code, response.headers["Location"]) == (303, url)
    assert LinkToken.objects.get(session=session).claimed_at is not None


def test_a_tap_from_another_site_is_refused(session, url):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"{url}/claim", form(strict, url), **JSON).status_code == 403
    assert LinkToken.objects.get(session=session).claimed_at is None


def test_guessing_is_slowed_down_in_words(db, held_clock):
    phone = Client()
    answers = [phone.get(reverse("streaming:caller", args=[new_token()])) for _ in range(60)]
    assert answers[0].status_code == 404
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "Too many tries" in answers[-1].content.decode()


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_every_language_by_link_and_remembered(url, language):
    phone = Client(headers={"accept-language": "en-GB"})
    page = phone.get(url, {"lang": language.code})
    start = f'<html lang="{language.code}" dir="{language.direction}">'
    assert start in page.content.decode()
    assert page.headers["Content-Language"] == language.code
    assert start in phone.get(url).content.decode(), "remembered"


def test_the_browsers_language_is_used_unasked(url):
    page = Client(headers={"accept-language": "ar-SY,ar;q=0.9"}).get(url).content.decode()
    assert 'dir="rtl"' in page
    assert "أرِ الشرطة الكاميرا" in page


def test_the_handlers_language_goes_before_the_browsers(okafor):
    session = make.send(okafor, locale="pl")
    url = reverse("streaming:caller", args=[make.token_of(session)])
    assert '<html lang="pl"' in Client(headers={"accept-language": "cy"}).get(url).content.decode()


def test_what_is_asked_as_a_language_is_never_shown(url):
    page = Client().get(url, {"lang": '"><script>alert(1)</script>'})
    assert "alert(1)" not in page.content.decode()
    assert "sl_lang" not in page.cookies


def test_a_page_inside_an_app_is_shown_the_way_out_before_anything_is_spent(session, url):
    page = Client(headers={"user-agent": IPHONE_APP}).get(url).content.decode()
    assert 'data-start="app"' in page
    assert "Open this page in Safari" in page
    assert LinkToken.objects.get(session=session).claimed_at is None


def test_a_location_link_asks_for_the_place_only(okafor):
    session = make.send(okafor, mode=SessionMode.LOCATION)
    url = reverse("streaming:caller", args=[make.token_of(session)])
    page = Client().get(url).content.decode()
    first = page[page.index('data-screen="first"') : page.index('data-screen="asking"')]
    assert "Police see your camera" not in first
    assert "Show police where I am" in first


def test_clearing_the_page_forgets_this_browser(session, url):
    phone = Client()
    tap(phone, url)
    response = phone.post(f"{url}/claim", {"forget": "1"}, **JSON)
    assert response.status_code == 204
    assert response.cookies["sl_caller"].value == ""


def test_a_force_with_markup_in_its_name_is_text(okafor, session, url):
    session.force.name = "<b>North & mere</b>"
    session.force.save()
    page = Client().get(url).content.decode()
    assert "<b>North" not in page
    assert "&lt;b&gt;North &amp; mere" in page
