"""Leah hides upstairs; he must not see whom she writes to, nor find it on her phone afterwards."""

from __future__ import annotations

import gzip
import html
import re
import uuid
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from core.errors import Conflict, Invalid
from core.models import Force
from incidents.models import LogEntry
from streaming.languages import LANGUAGES
from streaming.models import CarePolicy, LinkToken, MessageText, VideoSession
from streaming.models.care import EXIT_URL
from streaming.phrase_bank import answers_for
from streaming.services import chat, covert, links, prompts, texts, two_way
from streaming.services.phrases import find_phrase
from streaming.tokens import digest
from streaming.views import panel_context
from tests.factories import links as make
from tests.factories.sessions import Call, make_call
from tests.fakes.sms import RecordingProvider

TELLING = re.compile(r"northmere|police|999|heddlu", re.IGNORECASE)
JSON = {"headers": {"accept": "application/json"}}


@pytest.fixture(autouse=True)
def provider(settings) -> None:
    settings.SMS_PROVIDERS = ["tests.fakes.sms.RecordingProvider"]
    RecordingProvider.forget()


@pytest.fixture
def session(okafor) -> VideoSession:
    return make.send(okafor, mode="covert")


@pytest.fixture
def token(session) -> str:
    return make.token_of(session)


@pytest.fixture
def url(token) -> str:
    return reverse("streaming:caller", args=[token])


def fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(notice|browser|locale)" value="([^"]*)"', page))


def tapped(seen: str, url: str = "") -> Client:
    """The browser that has tapped Start on the page it saw."""
    client = Client()
    assert client.post(f"{url or seen}/claim", fields(client.get(seen).content.decode()), **JSON).status_code == 200
    return client


# --- the text


def test_the_text_names_nobody_and_comes_from_nobody(session):
    make.work("sms.send")
    [sent] = RecordingProvider.sent
    assert sent.body.startswith("Here is the link you asked for. http")
    assert not TELLING.search(sent.body)
    assert sent.sender == "", "not the force's registered name"
    assert TELLING.search("NORTHMERE"), "which is what another link would have come from"


def test_a_force_may_have_a_sender_and_an_address_that_tell_nothing(okafor):
    CarePolicy.objects.create(force_id=okafor.force_id, covert_sender="LINKS", covert_address="https://links.example/")
    make.send(okafor, mode="covert")
    make.work("sms.send")
    [sent] = RecordingProvider.sent
    assert sent.sender == "LINKS"
    assert " https://links.example/v/" in sent.body


@pytest.mark.parametrize("text", ["{force}: {link}", "Police: {link}", "Heddlu {link}", "Your 999 call {link}"])
def test_a_covert_wording_that_tells_is_refused(okafor, text):
    force = Force.objects.get(pk=okafor.force_id)
    with pytest.raises(Invalid):
        texts.check_wording(text, force, MessageText.Kind.COVERT_LINK)
    assert texts.check_wording("Your parcel: {link}", force, MessageText.Kind.COVERT_LINK)


def test_the_log_says_covert_and_the_call_is_live_video(session, okafor):
    assert (session.mode, session.covert) == ("video", True)
    assert session.incident.log.order_by("seq").last().text.startswith("Covert link sent to mobile ending")
    assert not make.send(okafor).covert


# --- the page


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_the_page_is_neutral_by_name_and_keeps_nothing_by_header(url, language):
    answer = Client().get(url + f"?lang={language.code}")
    page = answer.content.decode()
    assert f'dir="{language.direction}"' in page
    title = re.search(r"<title>(.*?)</title>", page)[1]
    assert title
    assert not TELLING.search(title)
    assert "Northmere" not in page, "the force is named nowhere"
    assert 'rel="icon" href="data:,"' in page
    assert "manifest" not in page
    assert "<audio" not in page
    assert "aria-live" not in page
    assert 'role="alert"' not in page
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_she_may_say_that_she_does_not_know_in_her_words_and_the_handler_reads_it_in_english(url, language):
    page = html.unescape(Client().get(url + f"?lang={language.code}").content.decode())
    offered = re.findall(r'data-say="([^"]+)"><span>([^<]+)</span>', page)
    assert [said for said, _ in offered] == ["Yes", "No", "I don't know", "Help"]
    bank = {one["say"]: one["words"] for one in answers_for("yes_no", language.code)}
    assert dict(offered)["I don't know"] == bank["I don't know"], "the words of every other caller's page"


def test_the_page_of_any_other_link_is_as_it_was(okafor):
    page = Client().get(reverse("streaming:caller", args=[make.token_of(make.send(okafor))])).content.decode()
    assert 'id="caller"' in page
    assert "Northmere Police" in page


# --- leaving


def test_the_quick_exit_ends_the_call_and_forgets_this_browser(session, url):
    client = tapped(url)
    answer = client.post(f"{url}/claim", {"forget": "1", "left": "1"})
    assert answer.status_code == 204
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert all(not cookie.value for cookie in client.cookies.values())
    session.refresh_from_db()
    assert (session.state, session.end_reason) == ("ended", "caller")
    assert panel_context.words(session).startswith("Left by quick exit ")
    assert "The caller left the covert page by its quick exit." in [one.text for one in session.incident.log.all()]


def test_leaving_twice_is_leaving_once(session, url, token):
    client = tapped(url)
    secret = client.cookies["sl_caller"].value
    assert covert.leave(token=token, browser_secret=secret)
    assert covert.leave(token=token, browser_secret=secret)
    assert [one.text for one in session.incident.log.all()].count(
        "The caller left the covert page by its quick exit."
    ) == 1  # fmt: skip


@pytest.mark.parametrize("secret", ["", "x", "A" * 43, "\x00" * 43, "é" * 5000])
def test_nobody_else_ends_the_call(session, url, token, secret):
    tapped(url)
    assert not covert.leave(token=token, browser_secret=secret)
    other = Client()
    assert other.post(f"{url}/claim", {"forget": "1", "left": "1"}).status_code == 204
    session.refresh_from_db()
    assert session.state == "opened"


def test_a_page_that_is_not_covert_has_no_quick_exit(okafor, settings):
    call: Call = make_call(okafor)
    found = LinkToken.objects.get(session=call.session)
    LinkToken.objects.filter(pk=found.pk).update(token_hash=digest("T" * 22))
    assert not covert.leave(token="T" * 22, browser_secret=call.secret)
    assert call.fresh().state == "opened"


# --- found later on the phone


def test_a_covert_link_that_is_over_or_anothers_leads_to_the_weather(session, url, okafor):
    tapped(url)
    stranger = Client().get(url)
    assert (stranger.status_code, stranger.headers["Location"]) == (302, EXIT_URL)
    links.revoke_link(actor=okafor, session_id=session.pk)
    over = Client().get(url)
    assert (over.status_code, over.headers["Location"]) == (302, EXIT_URL)
    assert "no-store" in over.headers["Cache-Control"]
    assert not TELLING.search(over.content.decode())


def test_the_force_chooses_where_the_exit_leads(session, url, okafor):
    CarePolicy.objects.create(force_id=okafor.force_id, exit_url="https://news.example/")
    assert 'data-exit="https://news.example/"' in Client().get(url).content.decode()


# --- the handler's side


def test_the_handler_reads_covert_and_asks_what_yes_or_no_answers(session, okafor):
    client = Client()
    client.force_login(okafor.user)
    page = client.get(reverse("streaming:panel", args=[session.incident_id])).content.decode()
    assert "COVERT" in page
    assert "Is the person in the room with you?" in page
    assert "Which way did they go?" not in page, "a question without a Yes"


def test_a_silent_caller_reads_the_ready_question_in_her_language(session, url, okafor):
    tapped(f"{url}?lang=pl", url)
    client = Client()
    client.force_login(okafor.user)
    page = client.get(reverse("streaming:panel", args=[session.incident_id])).content.decode()
    offered = re.findall(r'data-preset="[^"]+" data-phrase="([^"]*)"', page)
    assert offered == ["silent_danger", "silent_in_room", "silent_hurt", "silent_weapon", "silent_leave"]
    asked = chat.send_to_caller(actor=okafor, session_id=session.pk, key=uuid.uuid4(), text="", phrase="silent_in_room")
    assert (asked.translation, asked.translation_locale) == ("Czy ta osoba jest z tobą w pokoju?", "pl")
    assert {find_phrase(okafor.force_id, code).answers for code in offered} == {"yes_no"}


def test_what_is_asked_of_a_silent_caller_is_not_among_the_questions_of_others(okafor):
    call = make_call(okafor)
    client = Client()
    client.force_login(okafor.user)
    page = client.get(reverse("streaming:panel", args=[call.session.incident_id])).content.decode()
    assert 'data-phrase="which_way"' in page
    assert 'data-phrase="silent_' not in page


def test_nothing_is_put_over_a_silent_page_and_the_log_does_not_say_that_it_was(okafor):
    """The page would show nothing of it: a handler who reads “Stay inside” shown would be wrong."""
    call = make_call(okafor, mode="covert")
    call.go_live()
    for kind, phrase in (("point", "stay_inside"), ("torch_on", "")):
        with pytest.raises(Conflict, match="Ask in the chat"):
            prompts.prompt(actor=okafor, session_id=call.session.pk, key=uuid.uuid4(), kind=kind, phrase=phrase)
    client = Client()
    client.force_login(okafor.user)
    page = client.get(reverse("streaming:panel", args=[call.session.incident_id])).content.decode()
    assert 'data-tool="point"' not in page
    assert 'data-tool="ask"' not in page
    assert 'data-tool="mark"' in page
    assert not LogEntry.objects.filter(text__contains="Stay inside").exists()


def test_nobody_is_shown_to_a_caller_who_must_be_silent(okafor, hale):
    call = make_call(okafor, mode="covert")
    call.go_live()
    with pytest.raises(Conflict, match="must not be seen"):
        two_way.ask(actor=hale, session_id=call.session.pk)


def test_covert_is_offered_with_the_incident_and_in_the_panel(okafor):
    client = Client()
    client.force_login(okafor.user)
    assert 'value="covert"' in client.get(reverse("incidents:new")).content.decode()
    incident = make.open_call(okafor)
    answer = client.post(
        reverse("streaming:send_link", args=[incident.pk]),
        {"number": "07700 900123", "mode": "covert", "consent": "on"},
    )
    assert answer.status_code == 302
    assert VideoSession.objects.get(incident=incident).covert


def test_the_page_with_all_it_loads_is_light(url, settings):
    """Whatever its modules import is counted, gzipped as the server sends it: at most the caller's 60 KB."""
    root = Path(settings.BASE_DIR) / "static" / "js"
    wanted, seen = [root / "covert" / "main.js"], set()
    while wanted:
        path = wanted.pop().resolve()
        if path not in seen:
            seen.add(path)
            wanted += [path.parent / name for name in re.findall(r'from "(\.[^"]+)"', path.read_text())]
    assert root / "caller" / "session.js" in seen
    sent = [Client().get(url).content, (root.parent / "css" / "covert.css").read_bytes()]
    total = sum(len(gzip.compress(each)) for each in [*sent, *(path.read_bytes() for path in seen)])
    assert 5_000 < total < 60 * 1024, total
