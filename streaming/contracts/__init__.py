"""What Django and the media engine say to each other: plain dataclasses, JSON, a version.

This package is the only thing both sides import (ADR 0002). It knows neither Django nor aiortc. Commands go to
the engine and have a reply; facts come back, at least once, and are taken idempotently by `message_id`; health is
ephemeral and may be lost. Times are seconds since the Unix epoch (float, UTC); sizes are bytes; rates are bit/s.
"""

from __future__ import annotations

from streaming.contracts.base import (
    VERSION,
    EndReason,
    PeerRole,
    RecordingState,
    is_safe_id,
)
from streaming.contracts.commands import (
    AddCandidates,
    ClosePeer,
    Command,
    EndSession,
    EngineStatus,
    MakePlayback,
    NoteEvent,
    OpenSession,
    PublishOffer,
    RecoverSession,
    WatchOffer,
)
from streaming.contracts.errors import ENGINE_ERROR_CODES, ContractError, EngineError
from streaming.contracts.facts import (
    Fact,
    FirstFrame,
    FramesResumed,
    FramesStopped,
    GapRecorded,
    PartOpened,
    PartSealed,
    PeerJoined,
    PeerLeft,
    RecordingAlarm,
    RecordingResumed,
    SessionStopped,
    SizeChanged,
    SourceChanged,
    StreamHealth,
)
from streaming.contracts.replies import (
    Done,
    EngineHealth,
    PlaybackMade,
    Refused,
    Reply,
    SdpAnswer,
)
from streaming.contracts.tickets import Ticket
from streaming.contracts.wire import Message, dumps, loads

__all__ = [
    "ENGINE_ERROR_CODES",
    "VERSION",
    "AddCandidates",
    "ClosePeer",
    "Command",
    "ContractError",
    "Done",
    "EndReason",
    "EndSession",
    "EngineError",
    "EngineHealth",
    "EngineStatus",
    "Fact",
    "FirstFrame",
    "FramesResumed",
    "FramesStopped",
    "GapRecorded",
    "MakePlayback",
    "Message",
    "NoteEvent",
    "OpenSession",
    "PartOpened",
    "PartSealed",
    "PeerJoined",
    "PeerLeft",
    "PeerRole",
    "PlaybackMade",
    "PublishOffer",
    "RecordingAlarm",
    "RecordingResumed",
    "RecordingState",
    "RecoverSession",
    "Refused",
    "Reply",
    "SdpAnswer",
    "SessionStopped",
    "SizeChanged",
    "SourceChanged",
    "StreamHealth",
    "Ticket",
    "WatchOffer",
    "dumps",
    "is_safe_id",
    "loads",
]
