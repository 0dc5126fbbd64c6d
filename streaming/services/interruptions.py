"""Frozen cameras, taken microphones, locked phones: one row for each stretch, told at once and cleared when over.

Two witnesses: the engine, by what arrives, and the caller's page, by its own tracks and frames. Either opens a row; it
closes when neither says that it lasts. The page knows reasons, so its word stands before the engine's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localtime

from core.actors import Actor
from core.clock import from_epoch, now
from core.errors import Conflict, NotFound
from core.realtime import publish
from incidents.services import append_log
from streaming import contracts, sockets
from streaming.events import InterruptionChanged, incident_topic, session_topic
from streaming.models import Interruption, VideoSession
from streaming.states import Interrupted

#: A phone may be made to lock and unlock without end. What is over the limit is in the recording's own timeline and
#: makes no more rows; the incident log, which nobody may shorten, gets a few.
MAX_ROWS = 200
MAX_LOGGED = 12
LONG = 5.0  # seconds worth a line in the incident log
VERY_LONG = 60.0  # worth one also after the first few

_SUBJECT = {
    (Interrupted.PAGE, "hidden"): "Caller's phone locked or in another app",
    (Interrupted.CAMERA, "frozen"): "Camera frozen",
    (Interrupted.CAMERA, "taken"): "Camera interrupted by a phone call or another app",
    (Interrupted.CAMERA, "ended"): "Camera stopped by the phone",
    (Interrupted.CAMERA, "still"): "Picture did not change (camera frozen or covered)",
    (Interrupted.MICROPHONE, "taken"): "Microphone interrupted by a phone call or another app",
    (Interrupted.MICROPHONE, "ended"): "Microphone stopped by the phone",
    (Interrupted.MICROPHONE, "muted"): "Caller muted the sound",
    (Interrupted.MICROPHONE, "silent"): "No sound from the microphone",
    (Interrupted.MICROPHONE, "no_sound"): "No sound arrived",
}


@dataclass(frozen=True)
class PageState:
    """What the caller's page says; None: nothing is wrong with that. `camera_on` False: the caller stopped it."""

    page: str | None
    camera: str | None
    microphone: str | None
    camera_on: bool = True


def page_told(*, actor: Actor, session_id: UUID, state: PageState) -> None:
    """The page's word on page, camera and microphone. Raises NotFound, Conflict("ended")."""
    with transaction.atomic():
        session = _locked_for_caller(actor, session_id)
        at = now()
        said = {
            Interrupted.PAGE: state.page,
            Interrupted.CAMERA: state.camera,
            Interrupted.MICROPHONE: state.microphone,
        }
        for what, why in said.items():
            changes: dict[str, Any] = {"page_why": why or ""}
            if not state.camera_on and what != Interrupted.PAGE:
                changes["engine_why"] = ""  # switched off on purpose is not interrupted
            _witness(session, what, at, **changes)


def _locked_for_caller(actor: Actor, session_id: UUID) -> VideoSession:
    rows = VideoSession.objects.visible_to(actor).select_for_update(no_key=True)
    session: VideoSession | None = rows.filter(pk=session_id).first()
    if session is None or actor.kind != "caller" or actor.reference != str(session_id):
        raise NotFound()
    if session.ended:
        raise Conflict("The video session has ended.", code="ended")
    return session


def by_engine(session: VideoSession, fact: contracts.Fact, at: datetime) -> None:
    """What the engine saw, inside the transaction that takes the fact, with the session locked."""
    match fact:
        case contracts.FramesStopped():
            _noticed(session, Interrupted.CAMERA, "no_frames", from_epoch(fact.since) if fact.since else at)
        case contracts.PictureStill():
            _noticed(session, Interrupted.CAMERA, "still", from_epoch(fact.since))
        case contracts.SoundStopped():
            why = "silent" if fact.how == "silence" else "no_sound"
            _noticed(session, Interrupted.MICROPHONE, why, from_epoch(fact.since))
        case contracts.FramesResumed() | contracts.PictureMoving():
            _witness(session, Interrupted.CAMERA, at, engine_why="")
        case contracts.SoundResumed():
            _witness(session, Interrupted.MICROPHONE, at, engine_why="")
        case contracts.PeerJoined():  # a new connection, perhaps a new engine: what is still wrong is noticed again
            for what in (Interrupted.CAMERA, Interrupted.MICROPHONE):
                _witness(session, what, at, engine_why="")


def _noticed(session: VideoSession, what: str, why: str, since: datetime) -> None:
    if not session.ended:
        _witness(session, what, since, engine_why=why)


def close_all(session: VideoSession) -> None:
    """The session is over, and so is whatever was wrong. Inside the transaction that ends it."""
    for row in _open(session):
        _close(session, row, session.ended_at or now())


def _open(session: VideoSession) -> Any:
    return Interruption.objects.select_for_update(no_key=True).filter(session=session, ended_at__isnull=True)


def _witness(session: VideoSession, what: str, at: datetime, **whys: str) -> None:
    row = _open(session).filter(what=what).first()
    if row is None:
        why = whys.get("page_why") or whys.get("engine_why")
        if why:
            _begin(session, what, why, at, whys)
        return
    before = row.why
    for name, value in whys.items():
        setattr(row, name, value)
    if not row.page_why and not row.engine_why:
        _close(session, row, at)
        return
    row.why = row.page_why or row.engine_why
    row.started_at = min(row.started_at, at)
    row.save(update_fields=["why", "page_why", "engine_why", "started_at"])
    if row.why != before:
        _announce(session, row)


def _begin(session: VideoSession, what: str, why: str, at: datetime, whys: dict[str, str]) -> None:
    row = Interruption(force_id=session.force_id, session=session, what=what, why=why, started_at=at, **whys)
    if Interruption.objects.filter(session=session).count() < MAX_ROWS:
        row.save(force_insert=True)
        _announce(session, row)


def _close(session: VideoSession, row: Interruption, at: datetime) -> None:
    row.engine_why = row.page_why = ""
    row.ended_at = max(at, row.started_at)
    row.save(update_fields=["engine_why", "page_why", "ended_at"])
    _announce(session, row)
    _write_log(session, row)


def _announce(session: VideoSession, row: Interruption) -> None:
    event = InterruptionChanged(
        session=session.pk,
        incident=session.incident_id,
        what=str(row.what),
        why=row.why,
        since=row.started_at,
        until=row.ended_at,
    )
    publish(event, incident_topic(session.incident_id), session_topic(session.pk))
    sockets.tell_viewers_after_commit(session.pk, "interrupted")


def _write_log(session: VideoSession, row: Interruption) -> None:
    """Frames that stopped have their own line ("Picture back after"); the rest is said here, once it is over."""
    words = _SUBJECT.get((Interrupted(row.what), row.why))
    if words is None or row.seconds < LONG:
        return
    over = Interruption.objects.filter(session=session, ended_at__isnull=False).count()
    if over > MAX_LOGGED and row.seconds < VERY_LONG:
        return
    times = f"{localtime(row.started_at):%H:%M:%S} to {localtime(row.ended_at):%H:%M:%S}"
    append_log(
        actor=Actor.system(session.force_id),
        incident_id=session.incident_id,
        type="MEDIA",
        channel="system",
        text=f"{words} from {times} ({row.seconds:.0f} s).",
        occurred_at=min(row.ended_at or now(), now()),
        client_key=row.pk,
    )
