"""From the engine's disk into the evidence store: parts, timeline, seal, playback copy, and only then the broom.

Every step finds out for itself what has been done, so the work may be killed between any two and run again. Files of
the engine are removed last, and each only after the stored copy's hash was found equal once more.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction

from core.actors import Actor
from core.outbox import Retry, enqueue
from core.realtime import publish
from evidence import services as evidence
from incidents.services import append_log
from streaming.contracts import EngineError
from streaming.events import RecordingChanged, incident_topic, session_topic
from streaming.gateway import call_sync, get_gateway
from streaming.models import Recording, RecordingPart, VideoSession
from streaming.services.ledgers import store_ledger
from streaming.services.progress import lock_session
from streaming.services.sweeping import TAIL, sweep_directory
from streaming.states import (
    RECORDING_TRANSITIONS,
    PartState,
    RecordingProgress,
)

log = structlog.get_logger(__name__)

#: evidence.ItemKind of what a feed recorded (STANDARDS 9.3).
ITEM_KINDS: dict[str, str] = {"drone": "drone", "body_worn": "bwv", "fixed": "cctv", "vehicle": "dashcam"}
MIME = {"mp4": "video/mp4", "webm": "video/webm"}
#: Deliveries of the same work before the engine is asked to report everything again.
ASK_AGAIN_AFTER = 3
#: Directory of parts that were copied out of the store to make a playback copy.
AGAIN = ".again"
_CLOSED = (RecordingProgress.SEALED, RecordingProgress.PLAYABLE, RecordingProgress.DONE)


def recordings_dir(session_id: object) -> Path:
    return Path(settings.MEDIA_RECORDINGS_DIR) / str(session_id)


def recordings_dirs(session_id: object) -> list[Path]:
    """The session's directory in each place that engines write to."""
    return [root / str(session_id) for root in recordings_roots()]


def recordings_roots() -> list[Path]:
    roots = [settings.MEDIA_RECORDINGS_DIR, settings.MEDIA_SPILL_DIR]
    return list(dict.fromkeys(Path(root) for root in roots if root is not None))


def open_exhibit(session: VideoSession) -> Any:
    """The session's exhibit, produced by the person who asked for the video. Idempotent."""
    producer = Actor.for_user(session.requested_by)
    exhibit = evidence.open_exhibit(
        actor=Actor.system(session.force_id),
        incident_id=session.incident_id,
        producer=producer,
        description=f"Live video from {session.source}",
        source_key=str(session.pk),
    )
    if session.exhibit_id != exhibit.pk:
        VideoSession.objects.filter(pk=session.pk).update(exhibit_id=exhibit.pk)
        session.exhibit_id = exhibit.pk
    return exhibit


def move(recording: Recording, progress: RecordingProgress, **changes: Any) -> bool:
    """Move a recording by its table and announce it; False when the table does not allow it. In a transaction.

    The row decides, not the object in hand: two couriers may be finishing the same recording.
    """
    recording.progress = (
        Recording.objects.select_for_update(of=("self",)).values_list("progress", flat=True).get(pk=recording.pk)
    )
    if progress not in RECORDING_TRANSITIONS[RecordingProgress(recording.progress)]:
        return False
    for name, value in {"progress": progress, **changes}.items():
        setattr(recording, name, value)
    recording.save(update_fields=["progress", *changes])
    announce(recording)
    return True


def announce(recording: Recording) -> None:
    session = recording.session
    event = RecordingChanged(
        session=session.pk,
        incident=session.incident_id,
        progress=str(recording.progress),
        parts=RecordingPart.objects.filter(session=session).count(),
        exhibit=session.exhibit_id,
    )
    publish(event, session_topic(session.pk), incident_topic(session.incident_id))


def finish_when_ready(session: VideoSession) -> None:
    """Once the session has ended and the engine has closed the recording, write the row that finishes it."""
    recording = Recording.objects.filter(session=session).first()
    if session.ended and recording is not None and recording.progress == RecordingProgress.STOPPED:
        enqueue("recording.finish", {"session": str(session.pk)}, dedupe_key=f"recording.finish:{session.pk}")


# --- work of the outbox -------------------------------------------------------------------------------------------


def register_part(session_id: UUID, number: int) -> None:
    """Put one sealed part into the evidence store. Raises what the store raises: the source is kept, work is repeated.

    A part that turns up after the seal (an engine died in the last moment) opens the exhibit again, seals it anew and
    has the playback copy made again.
    """
    rows = RecordingPart.objects.select_related("session__requested_by__force", "session__feed")
    part = rows.get(session_id=session_id, number=number)
    late = Recording.objects.filter(session_id=session_id, progress__in=_CLOSED).exists()
    if part.state == PartState.SEALED:
        _store(part, recovered=part.recovered or late)
    if late and part.state != PartState.OPEN:
        exhibit = open_exhibit(part.session)
        store_ledger(part.session)
        evidence.seal_exhibit(actor=Actor.system(part.force_id), exhibit_id=exhibit.pk)
        _play_again(part.session)


def _store(part: RecordingPart, *, recovered: bool) -> None:
    exhibit = open_exhibit(part.session)
    item = evidence.register_file(
        actor=Actor.system(part.force_id),
        exhibit_id=exhibit.pk,
        kind=ITEM_KINDS[part.session.feed.kind] if part.session.feed else "caller_video",
        path=Path(part.path),
        sha256=part.sha256,
        mime=MIME[part.container],
        container=part.container,
        codecs=",".join(filter(None, (part.video_codec, part.audio_codec))),
        width=part.width,
        height=part.height,
        captured_start=part.started_at,
        captured_end=part.ended_at,
        part_number=part.number,
        prev_sha256=part.prev_sha256,
        recovered=recovered,
        source_key=f"{part.session_id}:part:{part.number}",
    )
    with transaction.atomic():
        locked = RecordingPart.objects.select_for_update().get(pk=part.pk)
        if locked.state == PartState.SEALED:
            locked.state, locked.item_id = PartState.REGISTERED, item.pk
            locked.save(update_fields=["state", "item_id"])


def finish(session_id: UUID, attempt: int = 1) -> None:
    """Register what is left, seal, make the playback copy, sweep. Raises Retry while parts are still to come."""
    session = VideoSession.objects.select_related("requested_by__force", "incident").get(pk=session_id)
    recording = Recording.objects.select_related("session").get(session=session)
    if recording.progress == RecordingProgress.STOPPED:
        _all_parts_known(recording, attempt)
        if not RecordingPart.objects.filter(session=session).exists():
            _close_empty(recording)
            return
        _register_everything(session, recording)
        _seal(session, recording)
    if recording.progress == RecordingProgress.SEALED:
        _make_playback(session, recording)
    if recording.progress == RecordingProgress.PLAYABLE:
        sweep(recording)
        with transaction.atomic():
            move(recording, RecordingProgress.DONE)


def _all_parts_known(recording: Recording, attempt: int) -> None:
    """Facts come at least once and in order, but this work may overtake a repeat, or an engine died between two."""
    parts = RecordingPart.objects.filter(session=recording.session)
    waiting = parts.filter(state=PartState.OPEN).count()
    missing = max(0, (recording.expected_parts or 0) - parts.count())
    if not waiting and not missing:
        return
    if attempt % ASK_AGAIN_AFTER == 0:
        call_sync(get_gateway().recover_session(recording.session_id))
    raise Retry(after=2, reason=f"{waiting} open and {missing} missing parts")


def _close_empty(recording: Recording) -> None:
    """No frame ever came: there is no exhibit. What happened is in the log and in rows."""
    with transaction.atomic():
        move(recording, RecordingProgress.EMPTY)
    _sweep_places(recording.session_id)


def _register_everything(session: VideoSession, recording: Recording) -> None:
    for number in RecordingPart.objects.filter(session=session).values_list("number", flat=True):
        register_part(session.pk, number)
    for tail in _tails(session):
        _register_beside(session, tail, file_sha256(tail))
    if recording.timeline_path:
        timeline = _register_beside(session, Path(recording.timeline_path), recording.timeline_sha256)
        recording.timeline_item_id = timeline.pk
        recording.save(update_fields=["timeline_item_id"])
    store_ledger(session)


def _tails(session: VideoSession) -> list[Path]:
    """What repairs after a crash cut off: damaged, but perhaps the last thing the phone showed."""
    found = sorted(path for place in recordings_dirs(session.pk) for path in place.glob(f"*{TAIL}"))
    return [path for path in found if path.is_file() and not path.is_symlink() and path.stat().st_size]


def _register_beside(session: VideoSession, path: Path, sha256: str) -> Any:
    """Register a timeline or a tail, each content once: a timeline that grew after it was registered is another."""
    tail = path.suffix == TAIL
    return evidence.register_file(
        actor=Actor.system(session.force_id),
        exhibit_id=open_exhibit(session).pk,
        kind="recording_tail" if tail else "timeline",
        path=path,
        sha256=sha256,
        mime="application/octet-stream" if tail else "application/x-ndjson",
        recovered=tail or Recording.objects.filter(session=session, progress__in=_CLOSED).exists(),
        source_key=f"{session.pk}:{path.name}:{sha256[:16]}",
    )


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _seal(session: VideoSession, recording: Recording) -> None:
    exhibit = open_exhibit(session)
    evidence.seal_exhibit(actor=Actor.system(session.force_id), exhibit_id=exhibit.pk)
    parts = list(RecordingPart.objects.filter(session=session).order_by("number"))
    seconds = round(sum(part.seconds for part in parts))
    lost = f", {recording.lost_seconds:.0f} s lost" if recording.lost_seconds >= 1 else ""
    many = "1 part" if len(parts) == 1 else f"{len(parts)} parts"
    with transaction.atomic():
        lock_session(session.pk)
        if move(recording, RecordingProgress.SEALED):
            append_log(
                actor=Actor.system(session.force_id),
                incident_id=session.incident_id,
                type="MEDIA",
                channel="system",
                text=f"Recording {exhibit.ref} sealed: {seconds} s in {many}{lost}. Hash {parts[-1].sha256[:16]}.",
            )


def _make_playback(session: VideoSession, recording: Recording) -> None:
    made_of = ""
    while made_of != (wanted := _parts_key(_playable(session))):  # a part may turn up while the copy is made
        _add_playback(session)
        made_of = wanted
    with transaction.atomic():
        move(recording, RecordingProgress.PLAYABLE)


def _play_again(session: VideoSession) -> None:
    """A part came late: the copy that people play lacks it. While the first copy is still to be made, `finish` does."""
    if not Recording.objects.filter(session=session, progress=RecordingProgress.SEALED).exists():
        _add_playback(session)


def _playable(session: VideoSession) -> list[RecordingPart]:
    return [part for part in RecordingPart.objects.filter(session=session).order_by("number") if part.sha256]


def _parts_key(parts: list[RecordingPart]) -> str:
    return hashlib.sha256("".join(part.sha256 for part in parts).encode()).hexdigest()[:16]


def _add_playback(session: VideoSession) -> None:
    """One copy for each set of parts; the newest is the one that is played."""
    parts = _playable(session)
    try:
        with _sources(session, parts) as paths:
            made = call_sync(
                get_gateway().make_playback(
                    session.pk,
                    paths,
                    [part.started_at.timestamp() for part in parts if part.started_at],
                    str(recordings_dir(session.pk) / "playback"),
                )
            )
    except EngineError as error:
        raise Retry(after=10, reason=error.code) from error
    evidence.add_working_copy(
        actor=Actor.system(session.force_id),
        exhibit_id=open_exhibit(session).pk,
        purpose="view",
        path=Path(made.path),
        sha256=made.sha256,
        mime=made.mime,
        tool=made.tool,
        parameters={"parts": len(parts), "method": "stream copy", "seconds": round(made.duration, 3)},
        source_key=f"{session.pk}:playback:{_parts_key(parts)}",
    )


@contextmanager
def _sources(session: VideoSession, parts: list[RecordingPart]) -> Iterator[list[str]]:
    """The parts' files. What was removed after the seal is copied out of the store meanwhile, its hash checked."""
    again = recordings_dir(session.pk) / AGAIN
    shutil.rmtree(again, ignore_errors=True)
    paths = []
    try:
        for part in parts:
            path = Path(part.path)
            if part.item_id is not None and not path.is_file():
                again.mkdir(parents=True, exist_ok=True)
                path = again / path.name
                evidence.copy_out(actor=Actor.system(part.force_id), item_id=part.item_id, path=path)
            paths.append(str(path))
        yield paths
    finally:
        shutil.rmtree(again, ignore_errors=True)


def sweep(recording: Recording) -> bool:
    """Remove the engine's files, each after its stored copy was read back and found equal once more. True when all are
    gone. Raises evidence.NotStored when a copy differs: that source, and what comes after it, stays."""
    system = Actor.system(recording.force_id)
    for part in RecordingPart.objects.filter(session=recording.session, state=PartState.REGISTERED):
        if part.item_id is not None:
            evidence.release_source(actor=system, item_id=part.item_id, path=Path(part.path))
            RecordingPart.objects.filter(pk=part.pk).update(state=PartState.REMOVED)
    _release_beside(recording)
    shutil.rmtree(recordings_dir(recording.session_id) / AGAIN, ignore_errors=True)  # a kill may have left copies
    return _sweep_places(recording.session_id)


def _sweep_places(session_id: object) -> bool:
    gone = [sweep_directory(place) for place in recordings_dirs(session_id)]
    return all(gone)


def _release_beside(recording: Recording) -> None:
    """Remove timeline and tails. What came after the seal (a late repair) is registered first and sealed in."""
    session = recording.session
    timeline = Path(recording.timeline_path)
    beside = [path for path in (timeline, *_tails(session)) if path.is_file()]
    if session.exhibit_id is None or not beside:
        return
    system = Actor.system(recording.force_id)
    store_ledger(session)  # while its timeline is here
    for path in beside:
        item = _register_beside(session, path, file_sha256(path))
        evidence.release_source(actor=system, item_id=item.pk, path=path)
    evidence.seal_exhibit(actor=system, exhibit_id=session.exhibit_id)
