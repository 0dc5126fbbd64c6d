"""Two-way sessions: an officer's camera and microphone to a caller, shown only after both have said yes.

The officer's direction is a session of its own at the engine (`TwoWay.answer`), with its own recording and exhibit on
the same clock as the caller's. Nothing of it reaches the caller's page before the caller has accepted, and nothing is
taken from the officer's camera before that either.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, NotAllowed, NotFound
from core.models import AuditAction
from core.outbox import enqueue
from incidents.services import append_log
from streaming import sockets
from streaming.gateway import mint_ticket
from streaming.models import TwoWay, VideoSession
from streaming.permissions import check_two_way
from streaming.services.progress import advance, lock_session
from streaming.services.sessions import Passage, caller_session
from streaming.states import WITH_CALLER, SessionMode, SessionState, TwoWayState, may_move_two_way
from streaming.tokens import new_trust_code

_WORDS = {
    TwoWayState.ACCEPTED: "The caller accepted to see {who}.",
    TwoWayState.REFUSED: "The caller did not want to see {who}.",
    TwoWayState.ENDED: "{who} is no longer shown to the caller.",
}


def ask(*, actor: Actor, session_id: UUID) -> TwoWay:
    """Ask the caller to see the actor. Raises NotAllowed, NotFound (also for another force), Conflict: the caller's
    page is not there, it is a camera and no caller, or somebody asks or is shown already."""
    check_two_way(actor)
    if actor.user_id is None:
        raise NotAllowed()
    with transaction.atomic():
        if not VideoSession.objects.visible_to(actor).filter(pk=session_id).exists():
            raise NotFound()
        session = lock_session(session_id)
        _check_can_be_asked(session)
        moment, label = now(), actor.label[:80]
        answer = VideoSession.objects.create(
            force_id=session.force_id,
            incident_id=session.incident_id,
            state=SessionState.OPENED,
            opened_at=moment,
            trust_code=new_trust_code(),
            requested_by_id=actor.user_id,
            requested_at=moment,
        )
        two_way = TwoWay.objects.create(
            force_id=session.force_id,
            session=session,
            answer=answer,
            asked_by_id=actor.user_id,
            label=label,
            asked_at=moment,
        )
        _write(actor, two_way, f"{label} asked the caller to see their camera.")
    return two_way


def _check_can_be_asked(session: VideoSession) -> None:
    if session.ended:
        raise Conflict("The video session has ended.", code="ended")
    if session.feed_id is not None or TwoWay.objects.filter(answer=session).exists():
        raise Conflict("This is a camera, not a caller: nobody sees you there.", code="not_a_caller")
    if session.covert:
        raise Conflict("This caller must not be seen or heard: nobody is shown to them.", code="covert")
    if session.mode != SessionMode.VIDEO or session.state not in WITH_CALLER:
        raise Conflict("The caller has not opened the link yet.", code="not_there")
    open_one = TwoWay.objects.filter(session=session, ended_at__isnull=True).first()
    if open_one is not None:
        raise Conflict(f"{open_one.label} is shown to the caller already, or has asked.", code="taken")


def decide(*, actor: Actor, session_id: UUID, accept: bool) -> TwoWay:
    """The caller's tap. Raises NotFound, Conflict when nobody asks."""
    caller_session(actor, session_id)
    with transaction.atomic():
        two_way = _open(session_id)
        if two_way is None or two_way.state != TwoWayState.ASKED:
            raise Conflict("Nobody asks to be seen.", code="ended")
        _move(actor, two_way, TwoWayState.ACCEPTED if accept else TwoWayState.REFUSED)
    return two_way


def stop(*, actor: Actor, session_id: UUID) -> None:
    """End it: by the officer, a supervisor or whoever may show themselves; by the caller; with the session. Idempotent.

    Raises NotAllowed, NotFound.
    """
    if actor.kind == "caller":
        caller_session(actor, session_id)
    elif actor.kind != "system":
        check_two_way(actor)
        if not VideoSession.objects.visible_to(actor).filter(pk=session_id).exists():
            raise NotFound()
    with transaction.atomic():
        two_way = _open(session_id)
        if two_way is not None:
            _move(actor, two_way, TwoWayState.ENDED)


def current(session_id: UUID) -> TwoWay | None:
    """The open one of a caller's session, if any."""
    two_way: TwoWay | None = TwoWay.objects.filter(session_id=session_id, ended_at__isnull=True).first()
    return two_way


def passage_to_show(*, actor: Actor, session_id: UUID, peer_id: str) -> tuple[UUID, Passage]:
    """The engine's session and ticket for the officer's camera: only theirs who asked, only after the caller accepted.

    Raises NotAllowed, NotFound, Conflict.
    """
    check_two_way(actor)
    with transaction.atomic():
        two_way = TwoWay.objects.visible_to(actor).filter(session_id=session_id, ended_at__isnull=True).first()
        if two_way is None or two_way.asked_by_id != actor.user_id:
            raise NotFound()
        if two_way.state != TwoWayState.ACCEPTED:
            raise Conflict("The caller has not accepted yet.", code="not_allowed")
        _audit(actor, two_way, "Own camera to the caller")
        label = two_way.session.incident.canonical
    return two_way.answer_id, Passage(ticket=mint_ticket(two_way.answer_id, peer_id, "caller"), label=label)


def ticket_to_see(*, actor: Actor, session_id: UUID, peer_id: str) -> tuple[UUID, str]:
    """The engine's session and ticket for the caller's page, which has accepted. Raises NotFound, Conflict."""
    caller_session(actor, session_id)
    two_way = current(session_id)
    if two_way is None or two_way.state != TwoWayState.ACCEPTED:
        raise Conflict("Nobody is shown.", code="no_source")
    return two_way.answer_id, mint_ticket(two_way.answer_id, peer_id, "viewer")


# --- moving it ----------------------------------------------------------------------------------------------------


def _open(session_id: UUID) -> TwoWay | None:
    rows = TwoWay.objects.select_for_update(of=("self",)).select_related("session__incident")
    two_way: TwoWay | None = rows.filter(session_id=session_id, ended_at__isnull=True).first()
    return two_way


def _move(actor: Actor, two_way: TwoWay, state: TwoWayState) -> None:
    if not may_move_two_way(two_way.state, state):
        return
    moment = now()
    two_way.state = state
    if state == TwoWayState.ACCEPTED or (state == TwoWayState.REFUSED and two_way.answered_at is None):
        two_way.answered_at = moment
    if two_way.is_over:
        two_way.ended_at = moment
    two_way.save(update_fields=["state", "answered_at", "ended_at"])
    if two_way.is_over:
        _end_answer(two_way)
    _write(actor, two_way, _WORDS[state].format(who=two_way.label))


def _end_answer(two_way: TwoWay) -> None:
    """The officer's direction ends for good: the engine seals what there is."""
    answer = lock_session(two_way.answer_id)
    if advance(answer, SessionState.ENDED, end_reason="handler"):
        enqueue("video.close", {"session": str(answer.pk), "reason": "handler"})


def _write(actor: Actor, two_way: TwoWay, words: str) -> None:
    """Audit, log and both pages, of whatever has just changed."""
    _audit(actor, two_way, words)
    append_log(
        actor=actor if actor.kind == "user" else Actor.system(two_way.force_id),
        incident_id=two_way.session.incident_id,
        type="MEDIA",
        channel="system",
        text=words,
    )
    sockets.tell_all_after_commit(two_way.session_id, "two_way", told(two_way))


def told(two_way: TwoWay | None) -> dict[str, str]:
    """What both pages are told of it."""
    return {"state": str(two_way.state), "who": two_way.label} if two_way else {"state": "none", "who": ""}


def _audit(actor: Actor, two_way: TwoWay, purpose: str) -> None:
    audit.record(
        actor,
        AuditAction.COLLECT,
        f"streaming.videosession:{two_way.session_id}",
        purpose=purpose,
        incident=str(two_way.session.incident_id),
        result_ids=[two_way.answer_id],
    )
