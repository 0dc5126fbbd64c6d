"""A LibreTranslate-compatible server on this machine: right, slow, wrong and away. The chat never waits for it."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator

import pytest

from core.models import OutboxMessage
from core.roles import CALL_HANDLER
from streaming.models import ChatMessage, Prompt
from streaming.services import chat, prompts
from streaming.translator import LibreTranslate, NotTranslated, translator
from tests.factories import links
from tests.factories.core import make_actor
from tests.factories.sessions import Call
from tests.fakes.provider_server import ProviderState, Received, serve

POLISH = {"Stay behind the wall.": "Zostań za murem.", "Look at the van": "Spójrz na furgonetkę"}


def answer(state: ProviderState, received: Received, step: str) -> tuple[int, bytes]:
    if step == "broken":
        return 500, b"{}"
    if step == "odd":
        return 200, b'{"translatedText": 7}'
    if step == "huge":
        return 200, json.dumps({"translatedText": "x" * 70_000}).encode()
    asked = json.loads(received.body)
    said = POLISH.get(asked["q"], "He went that way") if asked["target"] == "pl" else "He went left"
    return 200, json.dumps({"translatedText": said}).encode()


@pytest.fixture
def server(settings) -> Iterator[ProviderState]:
    with serve(answer) as (url, state):
        settings.TRANSLATOR_URL, settings.TRANSLATOR_KEY, settings.TRANSLATOR_SECONDS = url, "secret-key", 1
        yield state


@pytest.fixture
def call(db: None, recording: object) -> Call:
    """A caller whose page is in Polish."""
    handler = make_actor(roles=(CALL_HANDLER,))
    session = links.send(handler, links.open_call(handler))
    claimed = links.claims.claim_link(
        token=links.token_of(session), browser_secret=None, notice_hash=links.NOTICE, ip="198.51.100.7", ua="Phone",
        locale="pl",
    )  # fmt: skip
    made = Call(handler, session, claimed.secret)
    made.go_live()
    return made


def write(call: Call, text: str) -> ChatMessage:
    return chat.send_to_caller(actor=call.handler, session_id=call.session.pk, key=uuid.uuid4(), text=text)


def test_it_is_off_without_an_address(settings, call: Call) -> None:
    settings.TRANSLATOR_URL = ""
    assert translator() is None
    write(call, "Stay behind the wall.")
    assert not OutboxMessage.objects.filter(kind="chat.translate").exists()


def test_the_original_is_kept_and_the_translation_beside_it(server: ProviderState, call: Call) -> None:
    made = write(call, "Stay behind the wall.")
    links.work("chat.translate")
    made.refresh_from_db()
    assert (made.text, made.translation, made.translation_locale) == (
        "Stay behind the wall.", "Zostań za murem.", "pl",
    )  # fmt: skip
    asked = json.loads(server.requests[0].body)
    assert (asked["source"], asked["target"], asked["api_key"]) == ("en", "pl", "secret-key")
    assert server.requests[0].path == "/translate"


def test_what_the_caller_writes_is_read_in_english(server: ProviderState, call: Call) -> None:
    stored = chat.save_from_caller(
        actor=call.caller, session_id=call.session.pk, key=uuid.uuid4(), text="Poszedł w lewo"
    )
    links.work("chat.translate")
    stored.message.refresh_from_db()
    assert (stored.message.text, stored.message.translation) == ("Poszedł w lewo", "He went left")


def test_a_slow_server_costs_the_chat_nothing(server: ProviderState, call: Call) -> None:
    server.script[:] = ["hang"]
    began = time.monotonic()
    made = write(call, "Stay behind the wall.")
    assert time.monotonic() - began < 0.9, "stored and sent before anybody asked the translator"
    links.work("chat.translate")
    server.released.set()
    made.refresh_from_db()
    assert made.translation == ""
    row = OutboxMessage.objects.get(kind="chat.translate")
    assert row.done_at is None, "it is tried again"
    links.work("chat.translate")
    made.refresh_from_db()
    assert made.translation == "Zostań za murem."


@pytest.mark.parametrize("step", ["broken", "odd", "huge"])
def test_a_wrong_answer_is_no_translation(server: ProviderState, settings, step: str) -> None:
    server.script[:] = [step]
    with pytest.raises(NotTranslated):
        LibreTranslate(settings.TRANSLATOR_URL, "", 1.0).translate("Stay", source="en", target="pl")


def test_nobody_there_is_no_translation() -> None:
    with pytest.raises(NotTranslated):
        LibreTranslate("http://127.0.0.1:9", "", 0.5).translate("Stay", source="en", target="pl")


def test_words_typed_beside_a_pointer(server: ProviderState, call: Call) -> None:
    made: Prompt = prompts.prompt(
        actor=call.handler, session_id=call.session.pk, key=uuid.uuid4(), kind="point", text="Look at the van"
    )
    shown = prompts.to_show(actor=call.caller, session_id=call.session.pk, locale="pl")
    assert shown is not None
    assert shown["words"] == "Look at the van", "at once, in English"
    links.work("prompt.translate")
    again = prompts.to_show(actor=call.caller, session_id=call.session.pk, locale="pl")
    assert again is not None
    assert again["words"] == "Spójrz na furgonetkę"
    made.refresh_from_db()
    assert made.english == "Look at the van"
