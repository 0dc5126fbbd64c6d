"""What A. Okafor puts on Jo Harper's screen, in Jo's language, and what comes back."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from core.actors import Actor
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from incidents.models import LogEntry
from streaming.languages import LANGUAGES
from streaming.models import Phrase, Prompt
from streaming.phrase_bank import _ANSWER, PHRASES, REQUESTS, WORDS
from streaming.services import chat, prompts, sessions
from streaming.services.phrases import bank
from streaming.services.prompts import Point
from streaming.states import PromptKind
from streaming.views import picture_context
from tests.factories.sessions import Call


def ask(call: Call, kind: str = "point", **changes: Any) -> Prompt:
    given = {"actor": call.handler, "session_id": call.session.pk, "key": uuid.uuid4(), "kind": kind}
    return prompts.prompt(**{**given, **({"phrase": "stay_inside"} if kind == "point" else {}), **changes})


def show(call: Call, locale: str = "pl") -> dict[str, Any] | None:
    return prompts.to_show(actor=call.caller, session_id=call.session.pk, locale=locale)


def told(call: Call, made: Prompt, result: str, answer: str = "") -> Prompt:
    prompts.told_by_page(actor=call.caller, session_id=call.session.pk, prompt_id=made.pk, result=result, answer=answer)
    made.refresh_from_db()
    return made


def log_of(call: Call) -> list[str]:
    entries = LogEntry.objects.filter(type="MEDIA", incident=call.session.incident_id)
    return list(entries.values_list("text", flat=True))


def test_stay_inside_in_polish_seen_and_answered(call: Call) -> None:
    made = ask(call, point=Point(0.25, 0.5, 1.78))
    shown = show(call)
    assert shown is not None
    assert (shown["words"], shown["x"], shown["y"]) == ("Zostań w środku", 0.25, 0.5)
    assert [one["words"] for one in shown["answers"]] == ["Dobrze", "Nie mogę"]
    made.refresh_from_db()
    assert (made.delivered_at is not None, made.shown_locale, made.seen_at) == (True, "pl", None)
    assert told(call, made, "seen").state == "seen"
    assert told(call, made, "done", "ok").state == "done"
    assert told(call, made, "refused", "cannot").state == "done", "what is over stays over"
    assert [line for line in log_of(call) if "Stay inside" in line] == [
        "Pointed in the caller's picture at 00:00:00: “Stay inside”.",
        "“Stay inside”: the caller answered “OK”.",
    ]
    assert show(call) is None


@pytest.mark.parametrize(
    ("answers", "code", "read"),
    [("way", "left", "Left"), ("yes_no", "unknown", "I don't know"), ("yes_no", "no", "No")],
)
def test_the_handler_reads_what_the_caller_tapped(call: Call, answers: str, code: str, read: str) -> None:
    Phrase.objects.create(force_id=call.session.force_id, code="went", english="He went where?", answers=answers)
    made = ask(call, phrase="went")
    show(call)
    told(call, made, "done", code)
    assert picture_context.prompt(made)["words"] == f"“He went where?” answered “{read}”"


def test_a_newer_one_takes_the_place_and_withdrawing_is_idempotent(call: Call) -> None:
    first, second = ask(call), ask(call, phrase="look_here")
    first.refresh_from_db()
    assert first.state == "withdrawn"
    for _ in range(2):
        assert prompts.withdraw(actor=call.handler, prompt_id=second.pk).state == "withdrawn"
    assert show(call) is None


def test_the_same_key_twice_is_one_prompt_and_one_entry(call: Call) -> None:
    key = uuid.uuid4()
    assert ask(call, "flip", key=key).pk == ask(call, "flip", key=key).pk
    assert sum("turn the camera round" in line for line in log_of(call)) == 1


@pytest.mark.parametrize("kind", [kind for kind in PromptKind if kind != PromptKind.POINT])
def test_every_request_is_logged_once_and_its_end_once(call: Call, kind: str) -> None:
    made = ask(call, kind)
    show(call)
    for _ in range(3):
        told(call, made, "impossible")
    assert made.state == "impossible"
    assert len([line for line in log_of(call) if str(PromptKind(kind).label).lower() in line.lower()]) == 2


def test_nothing_starts_a_microphone() -> None:
    assert not [kind for kind in PromptKind.values if "unmute" in kind or "sound_on" in kind]
    assert {PromptKind.QUALITY_LOW, PromptKind.QUALITY_FULL, PromptKind.SILENCE} == prompts.BY_ITSELF


def test_whom_one_may_ask_and_who_may(call: Call, reid: Actor, stranger: Actor) -> None:
    with pytest.raises(NotAllowed):
        ask(call, actor=reid)
    with pytest.raises(NotFound):
        ask(call, actor=stranger)
    with pytest.raises(NotFound):
        prompts.withdraw(actor=stranger, prompt_id=ask(call).pk)
    sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    with pytest.raises(Conflict):
        ask(call)


@pytest.mark.parametrize(
    "point", [Point(1.1, 0.5, 1), Point(float("nan"), 0.5, 1), Point(0.5, 0.5, float("inf")), Point(0.5, -0.1, 1)]
)
def test_a_point_beside_the_picture_is_refused(call: Call, point: Point) -> None:
    with pytest.raises(Invalid):
        ask(call, point=point)


def test_hostile_pages_change_nothing(call: Call, stranger: Actor) -> None:
    made = ask(call)
    with pytest.raises(Invalid):
        told(call, made, "done", "left")  # not among its answers
    with pytest.raises(NotFound):
        prompts.told_by_page(actor=stranger, session_id=call.session.pk, prompt_id=made.pk, result="done")
    with pytest.raises(NotFound):
        told(call, Prompt(pk=uuid.uuid4()), "done")
    with pytest.raises(Invalid):
        ask(call, phrase="no_such_phrase")
    with pytest.raises(Invalid):
        ask(call, "siren")


# --- the bank ---


def test_every_shipped_sentence_is_there_in_every_language_and_short() -> None:
    codes = {language.code for language in LANGUAGES}
    everything = [phrase.words for phrase in PHRASES]
    everything += [words for group in (REQUESTS, WORDS, _ANSWER) for words in group.values()]
    for words in everything:
        assert set(words) == codes, words["en"]
        assert all(text.strip() and len(text) <= 60 for text in words.values()), words["en"]
    assert set(REQUESTS) == set(PromptKind.values) - {"point"}


@pytest.mark.parametrize("locale", ["ar", "ur"])
def test_arabic_and_urdu_are_in_their_own_letters(call: Call, locale: str) -> None:
    ask(call)
    shown = show(call, locale)
    assert shown is not None
    assert all("\u0600" <= char <= "\u06ff" or char in " .؟" for char in shown["words"])


def test_a_forces_own_wording_goes_before_the_shipped_one(call: Call) -> None:
    force = call.session.force_id
    Phrase.objects.create(
        force_id=force, code="stay_inside", english="Stay in your house", translations={"pl": "Zostań w domu"}
    )
    Phrase.objects.create(force_id=force, code="come_closer", english="Come closer", enabled=False)
    Phrase.objects.create(force_id=force, code="dog", english="Call your dog", translations={"pl": "  ", "ar": 7})
    found = {one.code: one for one in bank(force)}
    assert found["stay_inside"].shown("pl") == ("Zostań w domu", "pl")
    assert found["stay_inside"].shown("ur") == ("Stay in your house", "en"), "not the translation of another sentence"
    assert "come_closer" not in found
    assert found["dog"].shown("pl-PL") == ("Call your dog", "en")


def test_only_translations_changed_keeps_the_other_languages(call: Call) -> None:
    Phrase.objects.create(
        force_id=call.session.force_id, code="hold_still", english="Hold still", translations={"pl": "Nie ruszaj"}
    )
    found = next(one for one in bank(call.session.force_id) if one.code == "hold_still")
    assert found.shown("pl") == ("Nie ruszaj", "pl")
    assert found.shown("cy")[1] == "cy"


# --- ready questions in the chat ---


def test_a_ready_question_brings_its_answers_in_the_callers_language(call: Call) -> None:
    from streaming.selectors import chat_for_caller

    made = chat.send_to_caller(
        actor=call.handler, session_id=call.session.pk, key=uuid.uuid4(), text="", phrase="which_way"
    )
    assert (made.text, made.answers) == ("Which way did they go?", "way")
    line = chat_for_caller(call.session.pk, "pt")[0]
    assert [one["words"] for one in line["answers"]] == ["Esquerda", "Direita", "Em frente", "Não sei"]
    assert line["answers"][0]["say"] == "Left"
    with pytest.raises(Invalid):
        chat.send_to_caller(actor=call.handler, session_id=call.session.pk, key=uuid.uuid4(), text="", phrase="gone")
