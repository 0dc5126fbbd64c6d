"""Translations of what was typed, made after it was stored and sent: nothing ever waits for them."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from core.outbox import Retry, enqueue
from streaming import sockets
from streaming.languages import ENGLISH, find
from streaming.models import ChatMessage, NoticeAcceptance, Prompt
from streaming.signalling import clean_text
from streaming.states import PROMPT_OPEN
from streaming.translator import NotTranslated, translator

TRIES = 3


def caller_language(session_id: UUID) -> str:
    """The language the caller's page was read in when the link was taken; English when nobody knows."""
    said = (
        NoticeAcceptance.objects.filter(link__session_id=session_id)
        .order_by("-accepted_at")
        .values_list("locale", flat=True)
        .first()
    )
    return (find(said) or ENGLISH).code


def translate_later(kind: str, row_id: UUID, session_id: UUID) -> None:
    """Ask for a translation of a "chat" or a "prompt" in the writer's transaction, if it is of any use."""
    if translator() is not None and caller_language(session_id) != ENGLISH.code:
        enqueue(f"{kind}.translate", {"id": str(row_id)})


def translate_chat(message_id: UUID, attempt: int) -> None:
    message = ChatMessage.objects.filter(pk=message_id, translation="").first()
    if message is None:
        return
    language = caller_language(message.session_id)
    from_police = message.direction == ChatMessage.Direction.POLICE
    target = language if from_police else ENGLISH.code
    words = _translated(message.text, source=ENGLISH.code if from_police else language, target=target, attempt=attempt)
    if not words:
        return
    ChatMessage.objects.filter(pk=message.pk, translation="").update(
        translation=words[:4000], translation_locale=target
    )
    if from_police:
        said = {"id": str(message.pk), "text": words[:4000], "original": message.text}
        sockets.tell_caller(message.session_id, "chat_words", said)
    sockets.tell_viewers(message.session_id, "chat", {"id": str(message.pk)})


def translate_prompt(prompt_id: UUID, attempt: int) -> None:
    """Words typed beside a pointer: shown in English at once, in the caller's language as soon as they are there."""
    found = Prompt.objects.filter(pk=prompt_id, phrase="", state__in=PROMPT_OPEN).first()
    if found is None or found.shown_locale not in ("", ENGLISH.code):
        return
    language = caller_language(found.session_id)
    words = _translated(found.english, source=ENGLISH.code, target=language, attempt=attempt)
    if not words:
        return
    with transaction.atomic():
        Prompt.objects.filter(pk=found.pk).update(shown_words=words[:400], shown_locale=language)
        sockets.tell_caller_after_commit(found.session_id, "prompt", {"id": str(found.pk)})


def _translated(text: str, *, source: str, target: str, attempt: int) -> str:
    one = translator()
    if one is None or source == target:
        return ""
    try:
        return clean_text(one.translate(text, source=source, target=target))
    except NotTranslated as error:
        if attempt >= TRIES:
            return ""
        raise Retry(2.0 * attempt, str(error)) from error
