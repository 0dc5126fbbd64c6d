"""Nothing stays orphaned: after a crash of engine, web or worker, find what is unfinished and finish it.

Runs when the process that takes the engine's facts starts, and again every minute. Everything it does is idempotent,
so it may run in several processes and be killed anywhere.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

import structlog
from django.db import transaction
from django.db.models import Q

from core.actors import Actor
from core.clock import now
from core.errors import DomainError
from core.outbox import enqueue
from streaming.contracts import EndReason, EngineError
from streaming.gateway import call_sync, get_gateway
from streaming.models import Recording, RecordingPart, VideoSession
from streaming.services import rewinding
from streaming.services.recordings import finish_when_ready, recordings_dirs, recordings_roots, sweep
from streaming.services.sessions import end_session
from streaming.services.viewing import stop_forgotten
from streaming.states import WITH_CALLER, PartState, RecordingProgress

log = structlog.get_logger(__name__)

#: A caller whose camera and page have both been away for this long does not come back: the recording is sealed.
LOST_AFTER = timedelta(minutes=10)
#: An ended session whose engine has not reported the end by now gets its recording repaired.
STOP_OVERDUE = timedelta(seconds=20)
#: A sealed part that is not in the evidence store by now gets its work written again.
REGISTER_OVERDUE = timedelta(minutes=2)


@dataclass
class Recovered:
    """Counts of one run. `unknown_directories` need a person: media without a session is never removed."""

    repaired: int = 0
    lost: int = 0
    registered: int = 0
    finished: int = 0
    viewings: int = 0
    swept: int = 0
    unknown_directories: int = 0
    engine_refused: int = 0

    @property
    def anything(self) -> bool:
        return any(vars(self).values())


def recover(*, starting: bool = False, is_silent: Callable[[uuid.UUID], bool] | None = None) -> Recovered:
    """One run. With `starting`, sessions that should be live are repaired too: their engine may have died with us.

    `is_silent` says of a session with a connected camera whether its engine has gone quiet.
    """
    done = Recovered()
    done.viewings = stop_forgotten() + rewinding.stop_forgotten()
    _end_lost(done)
    _repair(done, _to_repair(starting, is_silent))
    _register_again(done)
    _finish_again(done)
    _look_at_directories(done)
    if done.anything:
        log.info("recovery", **vars(done))
    return done


def _end_lost(done: Recovered) -> None:
    before = now() - LOST_AFTER
    gone = Recording.objects.filter(
        Q(page_seen_at__lt=before) | Q(page_seen_at__isnull=True),
        session__feed__isnull=True,  # a camera that was put on an incident stays there until somebody takes it off
        session__state__in=WITH_CALLER,
        caller_peer="",
        left_at__lt=before,
    )
    for session_id, force_id in gone.values_list("session_id", "force_id"):
        end_session(actor=Actor.system(force_id), session_id=session_id, reason="lost")
        done.lost += 1


def _to_repair(starting: bool, is_silent: Callable[[uuid.UUID], bool] | None) -> list[uuid.UUID]:
    """Sessions whose recording an engine should have closed, or that a dead engine left open."""
    collecting = Recording.objects.filter(progress=RecordingProgress.COLLECTING)
    ids = set(collecting.filter(session__ended_at__lt=now() - STOP_OVERDUE).values_list("session_id", flat=True))
    if starting:
        keys = collecting.values_list("session_id", flat=True)
        ids |= {key for key in keys if any(place.is_dir() for place in recordings_dirs(key))}
        ids |= set(collecting.filter(session__ended_at__isnull=False).values_list("session_id", flat=True))
    if is_silent is not None:
        joined = collecting.filter(session__state__in=WITH_CALLER).exclude(caller_peer="")
        ids |= {key for key in joined.values_list("session_id", flat=True) if is_silent(key)}
    return sorted(ids)


def _repair(done: Recovered, session_ids: list[uuid.UUID]) -> None:
    """Ask the engine to close what has ended and to repair and report what is on disk."""
    for session_id in session_ids:
        session = VideoSession.objects.get(pk=session_id)
        try:
            if session.ended:
                call_sync(get_gateway().end_session(session_id, cast(EndReason, session.end_reason or "lost")))
            call_sync(get_gateway().recover_session(session_id))
            done.repaired += 1
        except EngineError as error:
            done.engine_refused += 1
            log.warning("recovery.engine", session=str(session_id), code=error.code)


def _register_again(done: Recovered) -> None:
    overdue = RecordingPart.objects.filter(state=PartState.SEALED, ended_at__lt=now() - REGISTER_OVERDUE)
    for session_id, number in overdue.values_list("session_id", "number"):
        done.registered += _write_once("recording.register", {"session": str(session_id), "number": number})


def _finish_again(done: Recovered) -> None:
    unfinished = (RecordingProgress.STOPPED, RecordingProgress.SEALED, RecordingProgress.PLAYABLE)
    waiting = Recording.objects.filter(progress__in=unfinished, session__ended_at__lt=now() - REGISTER_OVERDUE)
    for recording in waiting.select_related("session"):
        with transaction.atomic():
            finish_when_ready(recording.session)
        done.finished += _write_once("recording.finish", {"session": str(recording.session_id)})


def _write_once(kind: str, payload: dict[str, object]) -> int:
    """Write the work again, at most once an hour: the row of the first time may have been given up."""
    hour = now().strftime("%Y%m%d%H")
    key = f"{kind}:again:{payload['session']}:{payload.get('number', '')}:{hour}"
    with transaction.atomic():
        message = enqueue(kind, dict(payload), dedupe_key=key)
    return int(message.attempts == 0)


def _look_at_directories(done: Recovered) -> None:
    for directory in (found for root in recordings_roots() if root.is_dir() for found in root.iterdir()):
        if directory.name.startswith(".") or not directory.is_dir() or directory.is_symlink():
            continue  # the engine's own, such as the spool of its facts
        recording = _recording_of(directory.name)
        if recording is None:
            done.unknown_directories += 1
        elif recording.progress in (RecordingProgress.DONE, RecordingProgress.EMPTY):
            done.swept += _sweep_again(recording)


def _sweep_again(recording: Recording) -> bool:
    """What one recording refuses (a copy that differs, a locked exhibit) must not stop the run for the others."""
    try:
        return sweep(recording)
    except DomainError as error:
        log.error("recovery.not_swept", session=str(recording.session_id), code=error.code)
        return False


def _recording_of(name: str) -> Recording | None:
    try:
        session_id = uuid.UUID(name)
    except ValueError:
        return None
    return Recording.objects.select_related("session").filter(session_id=session_id).first()
