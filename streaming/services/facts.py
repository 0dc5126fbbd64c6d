"""Taking what the media engine reports: each fact once, in one transaction with everything it changes.

The engine repeats a fact until it is taken. `TakenFact` is written in the same transaction as the change, so a repeat
after a crash either finds nothing done, or everything.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F

from core.actors import Actor
from core.clock import from_epoch, now
from core.outbox import enqueue
from core.realtime import publish
from incidents.services import append_log
from streaming import contracts, sockets
from streaming.events import CameraChanged, session_topic
from streaming.models import Recording, RecordingGap, RecordingPart, TakenFact, VideoSession
from streaming.services import alarms, interruptions, recordings, whep
from streaming.services.feed_states import move_feed
from streaming.services.progress import advance, announce_session
from streaming.states import FeedState, PartState, RecordingProgress, SessionState

log = structlog.get_logger(__name__)

#: Seconds without frames that are worth a line in the incident log; every gap is in the recording's timeline.
LONG_GAP = 5.0
#: How often a call's log says that the phone came or went before it says so once a minute only. A phone may be made to
#: reconnect without end, and a log that may not be shortened must not be filled; the timeline has every time.
LINE_ENTRIES = 8
LINE_EVERY = timedelta(minutes=1)

#: The engine's word for a feed without a picture (contracts.FEED_REASONS), as the log says it.
TROUBLES = {
    "unreachable": "not reached",
    "login": "name or password refused",
    "not_found": "no stream at its address",
    "not_allowed": "its address is not on the list of allowed hosts",
    "not_h264": "not H264",
    "reordered": "B-frames",
    "stalled": "connected, but nothing comes",
    "closed": "it ended the stream",
    "handshake": "no encryption agreed with it",
    "unsupported": "this server cannot fetch that protocol",
    "unreadable": "what it sends is not a stream",
}
#: What the incident log says when the engine dropped a phone for what it sent (`contracts.PeerLeft.reason`).
_LEFT_WORDS = {
    "flood": "was disconnected: it sent far more than a picture needs. It may be back in 10 s.",
    "malformed": "was disconnected: what it sent was damaged. It may be back in 10 s.",
}


@dataclass
class _Taking:
    """One fact being taken: the locked session, its recording, and the moment by the engine's clock."""

    session: VideoSession
    recording: Recording
    message_id: str
    at: datetime

    def write_log(self, text: str, type_: str = "MEDIA") -> None:
        """An entry in the incident log; the fact's id makes a repeat harmless."""
        append_log(
            actor=Actor.system(self.session.force_id),
            incident_id=self.session.incident_id,
            type=type_,
            channel="system",
            text=text,
            occurred_at=min(self.at, now()),
            client_key=uuid.uuid5(uuid.NAMESPACE_OID, self.message_id),
        )

    def write_line(self, text: str) -> None:
        """An entry about the phone's connection; the ones too many are counted in the next entry."""
        recording = self.recording
        last = recording.line_entry_at
        if recording.line_entries >= LINE_ENTRIES and last is not None and abs(self.at - last) < LINE_EVERY:
            self.save_recording(line_unsaid=recording.line_unsaid + 1)
            return
        self.write_log(text + _unsaid(recording))
        self.save_recording(line_entries=recording.line_entries + 1, line_entry_at=self.at, line_unsaid=0)

    @property
    def whose(self) -> str:
        """Whose camera it is, at the start of a sentence."""
        return self.session.source[:1].upper() + self.session.source[1:]

    def save_recording(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self.recording, name, value)
        self.recording.save(update_fields=list(changes))

    def camera(self, change: str) -> None:
        event = CameraChanged(session=self.session.pk, incident=self.session.incident_id, change=change)
        publish(event, session_topic(self.session.pk))

    def set_alarm(self, alarm: str) -> None:
        if self.session.alarm == alarm:
            return
        self.session.alarm = alarm
        self.session.version += 1
        self.session.save(update_fields=["alarm", "version"])
        announce_session(self.session)
        sockets.tell_all_after_commit(self.session.pk, "alarm", {"reason": alarm or None})


def take_fact(fact: contracts.Fact) -> bool:
    """Act on one fact. False when it was taken before or its session is not known here; raises to have it again."""
    with transaction.atomic():
        _, fresh = TakenFact.objects.get_or_create(
            message_id=fact.message_id,
            defaults={"session_id": fact.session_id[:64], "kind": fact.kind, "taken_at": now()},
        )
        if not fresh:
            return False
        session = _locked_session(fact.session_id)
        if session is None:
            log.warning("fact.unknown_session", kind=fact.kind)
            return False
        recording, _ = Recording.objects.get_or_create(session=session, defaults={"force_id": session.force_id})
        recording.session = session
        _TAKERS[type(fact)](_Taking(session, recording, fact.message_id, from_epoch(fact.at)), fact)
    return True


def _locked_session(session_id: str) -> VideoSession | None:
    try:
        key = uuid.UUID(session_id)
    except ValueError:
        return None
    rows = VideoSession.objects.select_for_update(of=("self",)).select_related("requested_by__force")
    session: VideoSession | None = rows.filter(pk=key).first()
    return session


# --- one function a fact --------------------------------------------------------------------------------------------


def _peer_joined(take: _Taking, fact: contracts.PeerJoined) -> None:
    if fact.role != "caller":
        return
    if take.session.ended:
        _close_again(take)
        return
    _grows_again(take)
    take.save_recording(caller_peer=fact.peer_id, joins=take.recording.joins + 1, left_at=None)
    advance(take.session, SessionState.CAMERA_ON)
    _interrupted(take, fact)
    if take.recording.joins > 1:
        take.write_line(f"{take.whose} is connected again. Same recording, next part.")
    take.camera("joined")


def _peer_left(take: _Taking, fact: contracts.PeerLeft) -> None:
    if fact.role == "viewer":
        whep.connection_ended(take.session.pk, fact.peer_id)
    if fact.role == "caller" and fact.reason == "handshake" and not take.recording.caller_peer:
        if not take.session.ended and move_feed(take.session, FeedState.LOST, reason=fact.reason):
            take.write_line(f"{take.whose}: no picture ({TROUBLES[fact.reason]}).")
        return
    if fact.role != "caller" or take.recording.caller_peer != fact.peer_id:
        return
    take.save_recording(caller_peer="", left_at=take.at)
    if not take.session.ended:
        move_feed(take.session, FeedState.LOST, reason="closed" if fact.reason == "closed" else "stalled")
        take.write_line(_left_words(take, fact.reason))
    take.camera("left")


def _left_words(take: _Taking, reason: str) -> str:
    why = _LEFT_WORDS.get(reason, "is not connected. It reconnects by itself when it can.")
    return f"{take.whose} {why}"


def _unsaid(recording: Recording) -> str:
    if not recording.line_unsaid:
        return ""
    times = "once more" if recording.line_unsaid == 1 else f"{recording.line_unsaid} times more"
    return f" Before this it came or went {times}; the recording's timeline has each time."


def _source_changed(take: _Taking, fact: contracts.SourceChanged) -> None:
    take.save_recording(video_codec=fact.video_codec[:8], has_audio=fact.has_audio)
    data = {"codec": fact.video_codec, "has_audio": fact.has_audio}
    sockets.tell_viewers_after_commit(take.session.pk, "source", data)


def _first_frame(take: _Taking, fact: contracts.FirstFrame) -> None:
    if take.session.first_frame_at is None:
        take.session.first_frame_at = take.at
        take.session.save(update_fields=["first_frame_at"])
        exhibit = recordings.open_exhibit(take.session)
        after = max(0, round((take.at - take.session.requested_at).total_seconds()))
        take.write_log(f"First frame, {_waited(take.session, after)}. Recording {exhibit.ref}, {_sound(take)}.")
        recordings.announce(take.recording)
    advance(take.session, SessionState.LIVE)
    if not take.session.ended:
        move_feed(take.session, FeedState.LIVE)


def _waited(session: VideoSession, seconds: int) -> str:
    if session.feed_id is not None:
        return f"{session.source}, {seconds} s after it was put on the incident"
    return f"{seconds} s after text"


def _sound(take: _Taking) -> str:
    if take.recording.has_audio:
        return "with sound"
    return "no sound" if take.session.feed_id is not None else "video only: microphone is on the 999 call"


def _feed_trouble(take: _Taking, fact: contracts.FeedTrouble) -> None:
    """Each try in vain moves the row; the log has the first of them, and the end of trying."""
    if take.session.ended or take.session.feed_id is None:
        return
    reason = fact.reason if fact.reason in contracts.FEED_REASONS else "unreadable"
    gives_up = fact.retry_after is None
    again = None if fact.retry_after is None else take.at + timedelta(seconds=max(0.0, min(fact.retry_after, 3600.0)))
    state = FeedState.REFUSED if gives_up else FeedState.LOST
    moved = move_feed(take.session, state, reason=reason, tries=max(0, fact.tries), retry_at=again)
    if moved and (gives_up or fact.tries == 1):
        what = "Nobody tries again by itself." if gives_up else "It is tried again and again."
        take.write_line(f"{take.whose}: no picture ({TROUBLES[reason]}). {what}")


def _size_changed(take: _Taking, fact: contracts.SizeChanged) -> None:
    """Nothing to keep: the next part carries its own size, and the timeline has the moment."""


def _frames_stopped(take: _Taking, fact: contracts.FramesStopped) -> None:
    _interrupted(take, fact)
    take.camera("frames_stopped")


def _frames_resumed(take: _Taking, fact: contracts.FramesResumed) -> None:
    if fact.gap_seconds >= LONG_GAP:
        take.write_log(f"Picture back after {fact.gap_seconds:.0f} s without frames.")
    _interrupted(take, fact)
    take.camera("frames_resumed")


def _interrupted(take: _Taking, fact: contracts.Fact) -> None:
    interruptions.by_engine(take.session, fact, take.at)


def _gap_recorded(take: _Taking, fact: contracts.GapRecorded) -> None:
    seconds = max(0.0, fact.end - fact.start)
    start = from_epoch(fact.start)
    RecordingGap.objects.create(
        force_id=take.session.force_id,
        session=take.session,
        started_at=start,
        ended_at=start + timedelta(seconds=seconds),
        frames=max(0, fact.frames),
        cause=fact.cause[:16],
    )
    Recording.objects.filter(pk=take.recording.pk).update(lost_seconds=F("lost_seconds") + seconds)


def _part_opened(take: _Taking, fact: contracts.PartOpened) -> None:
    _grows_again(take)
    RecordingPart.objects.get_or_create(
        session=take.session,
        number=fact.number,
        defaults={
            "force_id": take.session.force_id,
            "path": fact.path,
            "container": fact.container,
            "video_codec": fact.video_codec,
            "audio_codec": "opus" if fact.has_audio else "",
            "width": fact.width,
            "height": fact.height,
            "started_at": take.at,
        },
    )
    if take.session.ended:
        _close_again(take)
    recordings.announce(take.recording)


def _part_sealed(take: _Taking, fact: contracts.PartSealed) -> None:
    values = {
        "force_id": take.session.force_id,
        "state": PartState.SEALED,
        "path": fact.path,
        "container": fact.container,
        "video_codec": fact.video_codec,
        "audio_codec": fact.audio_codec,
        "width": fact.width,
        "height": fact.height,
        "started_at": from_epoch(fact.start),
        "ended_at": from_epoch(max(fact.start, fact.end)),
        "frames": fact.frames,
        "size_bytes": fact.size,
        "sha256": fact.sha256,
        "prev_sha256": fact.prev_sha256,
        "recovered": fact.recovered,
    }
    part = RecordingPart.objects.select_for_update().filter(session=take.session, number=fact.number).first()
    if part is not None and part.state in (PartState.REGISTERED, PartState.REMOVED):
        if part.sha256 != fact.sha256:
            log.error("recording.part_differs", part=str(part.pk))
        return
    part, _ = RecordingPart.objects.update_or_create(session=take.session, number=fact.number, defaults=values)
    enqueue(
        "recording.register",
        {"session": str(take.session.pk), "number": fact.number},
        dedupe_key=f"recording.register:{take.session.pk}:{fact.number}",
    )
    if fact.recovered:
        take.write_log(f"Part {fact.number} of the recording was repaired after the video service stopped.", "SYSTEM")
    recordings.announce(take.recording)


def _recording_alarm(take: _Taking, fact: contracts.RecordingAlarm) -> None:
    word, line = alarms.raised(fact)
    take.set_alarm(word)
    take.write_log(line, "SYSTEM")


def _recording_resumed(take: _Taking, fact: contracts.RecordingResumed) -> None:
    line = alarms.ended(take.session.alarm)
    take.set_alarm("")
    take.write_log(line, "SYSTEM")


def _session_stopped(take: _Taking, fact: contracts.SessionStopped) -> None:
    recordings.move(
        take.recording,
        RecordingProgress.STOPPED,
        expected_parts=fact.parts,
        stopped_at=take.at,
        timeline_path=fact.timeline_path,
        timeline_sha256=fact.timeline_sha256,
    )
    if take.recording.progress == RecordingProgress.STOPPED:
        _newest_timeline(take, fact)
    take.set_alarm("")
    if take.recording.line_unsaid:
        take.write_log("The recording has stopped." + _unsaid(take.recording))
        take.save_recording(line_unsaid=0)
    if take.session.ended:
        recordings.finish_when_ready(take.session)
        sockets.tell_caller_after_commit(take.session.pk, "ended", {"by": take.session.end_reason})


def _newest_timeline(take: _Taking, fact: contracts.SessionStopped) -> None:
    """A repaired recording may be stopped twice: the later report holds the longer timeline."""
    away = {"caller_peer": "", "left_at": take.recording.left_at or take.at}
    take.save_recording(
        expected_parts=fact.parts,
        stopped_at=take.at,
        timeline_path=fact.timeline_path,
        timeline_sha256=fact.timeline_sha256,
        **away,
    )


def _grows_again(take: _Taking) -> None:
    """A recording the engine had closed (it died and was repaired) goes on: the caller's phone came back."""
    recordings.move(take.recording, RecordingProgress.COLLECTING, stopped_at=None, expected_parts=None)


def _close_again(take: _Taking) -> None:
    """The camera came in while the session was ending: the engine is told once more."""
    enqueue("video.close", {"session": str(take.session.pk), "reason": take.session.end_reason or "lost"})


_TAKERS: dict[type[contracts.Fact], Callable[[_Taking, Any], None]] = {
    contracts.PeerJoined: _peer_joined,
    contracts.PeerLeft: _peer_left,
    contracts.SourceChanged: _source_changed,
    contracts.FeedTrouble: _feed_trouble,
    contracts.FirstFrame: _first_frame,
    contracts.SizeChanged: _size_changed,
    contracts.FramesStopped: _frames_stopped,
    contracts.FramesResumed: _frames_resumed,
    contracts.PictureStill: _interrupted,
    contracts.PictureMoving: _interrupted,
    contracts.SoundStopped: _interrupted,
    contracts.SoundResumed: _interrupted,
    contracts.GapRecorded: _gap_recorded,
    contracts.PartOpened: _part_opened,
    contracts.PartSealed: _part_sealed,
    contracts.RecordingAlarm: _recording_alarm,
    contracts.RecordingResumed: _recording_resumed,
    contracts.SessionStopped: _session_stopped,
}
