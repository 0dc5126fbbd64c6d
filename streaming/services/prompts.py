"""What a handler puts on the caller's screen: a ring on the picture with a phrase, or a request to the phone.

The phone obeys what its browser allows. What shows the caller's surroundings or gives them away (turning the camera,
the light) is done by the caller's own tap; sound may be stopped from here, and only the caller starts it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditAction
from core.realtime import publish
from incidents.services import append_log, clean_text
from streaming import sockets
from streaming.events import CallerPrompted, incident_topic, session_topic
from streaming.models import Prompt, VideoSession
from streaming.permissions import check_chat
from streaming.phrase_bank import ANSWERS, REQUESTS, WORDS, answer_in_english, answers_for, in_language
from streaming.services.moments import clock_words, milliseconds
from streaming.services.phrases import find_phrase
from streaming.services.sessions import caller_session
from streaming.services.translating import translate_later
from streaming.states import PROMPT_OPEN, WITH_CALLER, PromptKind, PromptState, SessionMode, may_move_prompt

REQUEST_SECONDS = 60
POINT_SECONDS = 10
WORDS_LIMIT = 120  # characters of own words: a caller reads them beside the picture
#: What is done without asking: it costs the caller nothing and shows nobody more.
BY_ITSELF = frozenset({PromptKind.QUALITY_LOW, PromptKind.QUALITY_FULL, PromptKind.SILENCE})
_LABELS = {kind.value: str(kind.label) for kind in PromptKind}
RESULTS = {
    "done": PromptState.DONE,
    "refused": PromptState.REFUSED,
    "impossible": PromptState.IMPOSSIBLE,
}


@dataclass(frozen=True)
class Point:
    """Shares of the frame's width and height, and its shape (width / height)."""

    x: float
    y: float
    frame: float


def prompt(
    *,
    actor: Actor,
    session_id: UUID,
    key: UUID,
    kind: str,
    phrase: str = "",
    text: str = "",
    point: Point | None = None,
) -> Prompt:
    """Put something on the caller's screen, once per `key`; what was open there before is withdrawn.

    Raises NotAllowed, NotFound, Conflict (a camera, nobody there, ended), Invalid.
    """
    check_chat(actor)
    if actor.user_id is None:
        raise NotAllowed()
    session: VideoSession | None = VideoSession.objects.visible_to(actor).filter(pk=session_id).first()
    if session is None:
        raise NotFound()
    known: Prompt | None = Prompt.objects.filter(session=session, key=key).first()
    if known is not None:
        return known
    _check_there(session)
    fields = _fields(session, kind, phrase, text, point)
    try:
        with transaction.atomic():
            for before in Prompt.objects.select_for_update().filter(session=session, state__in=PROMPT_OPEN):
                _move(before, PromptState.WITHDRAWN)
            made = _write(actor, session, key, fields)
    except IntegrityError:
        known = Prompt.objects.filter(session=session, key=key).first()
        if known is None:
            raise
        return known
    return made


def _check_there(session: VideoSession) -> None:
    if session.ended:
        raise Conflict("The video session has ended.", code="ended")
    if session.feed_id is not None or hasattr(session, "answering"):
        raise Conflict("This is a camera, not a caller: nobody reads there.", code="not_a_caller")
    if session.covert:
        raise Conflict("This caller must be silent: nothing is shown over their page. Ask in the chat.", code="covert")
    if session.state not in WITH_CALLER or session.mode != SessionMode.VIDEO:
        raise Conflict("The caller's camera page is not open.", code="not_there")


def _fields(session: VideoSession, kind: str, phrase: str, text: str, point: Point | None) -> dict[str, Any]:
    if kind not in PromptKind.values:
        raise Invalid(fields={"kind": "This is not known here."})
    if kind != PromptKind.POINT:
        return {"kind": kind, "english": REQUESTS[kind]["en"], "seconds": REQUEST_SECONDS}
    fields: dict[str, Any] = {"kind": kind, "seconds": POINT_SECONDS}
    if point is not None:
        if not (0 <= point.x <= 1 and 0 <= point.y <= 1 and 0.1 <= point.frame <= 10):
            raise Invalid(fields={"point": "Point at the picture itself."})
        fields |= {"x": point.x, "y": point.y, "frame": point.frame}
    typed = clean_text(text, field="text", limit=WORDS_LIMIT)
    if phrase:
        found = find_phrase(session.force_id, phrase)
        if found is None:
            raise Invalid(fields={"phrase": "This phrase is no longer in the bank. Choose another."})
        return fields | {"phrase": found.code, "english": found.english, "answers": found.answers}
    if not typed:
        raise Invalid(fields={"phrase": "Choose a phrase."})
    return fields | {"english": typed}


def _write(actor: Actor, session: VideoSession, key: UUID, fields: dict[str, Any]) -> Prompt:
    moment = now()
    offset = moment - session.first_frame_at if session.first_frame_at else None
    made: Prompt = Prompt.objects.create(
        force_id=session.force_id,
        session=session,
        key=key,
        offset_ms=milliseconds(max(timedelta(0), offset)) if offset is not None else None,
        author_label=actor.label[:80],
        author_id=actor.user_id or 0,
        asked_at=moment,
        **fields,
    )
    audit.record(actor, AuditAction.COLLECT, f"streaming.prompt:{made.pk}", incident=str(session.incident_id))
    at = f" at {clock_words(offset)}" if offset is not None else ""
    if made.kind != PromptKind.POINT:
        text = f"Asked the caller's phone{at}: {_LABELS[made.kind].lower()}."
    elif made.x is None:
        text = f"Shown to the caller{at}: “{made.english}”."
    else:
        text = f"Pointed in the caller's picture{at}: “{made.english}”."
    append_log(actor=actor, incident_id=session.incident_id, type="MEDIA", channel="system", text=text, client_key=key)
    _announce(made)
    if made.kind == PromptKind.POINT and not made.phrase:
        translate_later("prompt", made.pk, session.pk)
    sockets.tell_caller_after_commit(session.pk, "prompt", {"id": str(made.pk)})
    return made


def withdraw(*, actor: Actor, prompt_id: UUID) -> Prompt:
    """Take it off the caller's screen. Idempotent. Raises NotAllowed, NotFound."""
    check_chat(actor)
    with transaction.atomic():
        found = Prompt.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=prompt_id).first()
        if found is None:
            raise NotFound()
        if may_move_prompt(found.state, PromptState.WITHDRAWN):
            _move(found, PromptState.WITHDRAWN)
            audit.record(
                actor, AuditAction.ALTER, f"streaming.prompt:{found.pk}", incident=str(found.session.incident_id)
            )
    return found


def unheard(session_id: UUID) -> bool:
    """Whether something asked of the caller has not reached the page although it is there."""
    waiting = Prompt.objects.filter(session_id=session_id, state__in=PROMPT_OPEN, delivered_at=None)
    return waiting.filter(asked_at__lt=now() - sockets.HANDED_WITHIN).exists()


def to_show(*, actor: Actor, session_id: UUID, locale: str) -> dict[str, Any] | None:
    """What is to be on the caller's screen now, in its language; marked as delivered. None when there is nothing."""
    caller_session(actor, session_id)
    with transaction.atomic():
        found = (
            Prompt.objects.select_for_update(of=("self",))
            .filter(session_id=session_id, state__in=PROMPT_OPEN)
            .order_by("-asked_at")
            .first()
        )
        left = found.seconds - (now() - found.asked_at).total_seconds() if found else 0
        if found is None or left <= 0:
            return None
        said, language = _in_caller_language(found, locale)
        if found.delivered_at is None:
            found.delivered_at = now()
            found.shown_locale, found.shown_words = language, said[:400]
            found.save(update_fields=["delivered_at", "shown_locale", "shown_words"])
            _announce(found)
    by_itself = found.kind in BY_ITSELF
    return {
        "id": str(found.pk),
        "kind": found.kind,
        "title": in_language(WORDS["asks"], locale)[0],
        "words": said,
        "moved": in_language(WORDS["moved"], locale)[0],
        "answers": [] if by_itself else answers_for(found.answers, locale),
        "x": found.x,
        "y": found.y,
        "frame": found.frame,
        "seconds": max(1, round(left)),
    }


def _in_caller_language(found: Prompt, locale: str) -> tuple[str, str]:
    if found.kind != PromptKind.POINT:
        return in_language(REQUESTS[found.kind], locale)
    phrase = find_phrase(found.force_id, found.phrase) if found.phrase else None
    if phrase is not None and phrase.english == found.english:
        return phrase.shown(locale)
    if found.shown_locale not in ("", "en"):  # a translator was quick enough
        return found.shown_words, found.shown_locale
    return found.english, "en"


def told_by_page(*, actor: Actor, session_id: UUID, prompt_id: UUID, result: str, answer: str = "") -> None:
    """The caller's page says what became of it: "seen", "done", "refused", "impossible". What is over stays over."""
    caller_session(actor, session_id)
    with transaction.atomic():
        found = (
            Prompt.objects.select_for_update(of=("self",))
            .select_related("session")
            .filter(session_id=session_id, pk=prompt_id)
            .first()
        )
        if found is None:
            raise NotFound()
        state = PromptState.SEEN if result == "seen" else RESULTS[result]
        if answer and answer not in ANSWERS.get(found.answers, ()):
            raise Invalid(fields={"answer": "This was not among the answers."}, code="bad_value")
        if not may_move_prompt(found.state, state):
            return
        found.answer = answer
        _move(found, state)
        if state != PromptState.SEEN:
            _log_result(found)


def _log_result(found: Prompt) -> None:
    end = str(PromptState(found.state).label).lower()
    told = f"“{answer_in_english(found.answer)}”" if found.answer else end
    name = f"“{found.english}”" if found.kind == PromptKind.POINT else _LABELS[found.kind]
    append_log(
        actor=Actor.system(found.force_id),
        incident_id=found.session.incident_id,
        type="MEDIA",
        channel="system",
        text=f"{name}: the caller answered {told}." if found.answer else f"{name}: {told}.",
        client_key=uuid5(found.key, "result"),
    )


def _move(found: Prompt, state: PromptState) -> None:
    moment = now()
    found.state = state
    if state != PromptState.WITHDRAWN and found.seen_at is None:
        found.seen_at = moment if state != PromptState.IMPOSSIBLE else None
        found.delivered_at = found.delivered_at or moment
    if state not in PROMPT_OPEN:
        found.ended_at = moment
    found.save(update_fields=["state", "answer", "seen_at", "delivered_at", "ended_at"])
    _announce(found)
    if state == PromptState.WITHDRAWN:
        sockets.tell_caller_after_commit(found.session_id, "prompt_over", {"id": str(found.pk)})


def _announce(found: Prompt) -> None:
    session = found.session
    event = CallerPrompted(
        session=session.pk,
        incident=session.incident_id,
        prompt=found.pk,
        prompt_kind=str(found.kind),
        state=str(found.state),
    )
    publish(event, session_topic(session.pk), incident_topic(session.incident_id))
