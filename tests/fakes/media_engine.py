"""An engine without media: it keeps the promises of the contract and writes one file per session."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace

from streaming.contracts import (
    Command,
    Done,
    EndSession,
    EngineError,
    EngineHealth,
    EngineStatus,
    Fact,
    MakePlayback,
    NoteEvent,
    OpenSession,
    PeerJoined,
    PublishOffer,
    RecoverSession,
    Reply,
    SdpAnswer,
    SessionStopped,
    StreamHealth,
    Ticket,
    WatchOffer,
)
from streaming.media.host import HostSettings

HEALTH = StreamHealth(
    session_id="",
    at=0.0,
    recording="writing",
    recorded_seconds=1.0,
    last_write_age=0.1,
    joined=True,
    frame_age=0.1,
    width=640,
    height=480,
    fps=30.0,
    bitrate=1_600_000.0,
    loss=0.0,
    rtt=0.02,
    has_audio=True,
    viewers=0,
)


class FakeEngine:
    """Same signature as `make_engine`'s product. `commands` is what it was asked, in order."""

    def __init__(
        self, settings: HostSettings, emit_fact: Callable[[Fact], None], emit_health: Callable[[StreamHealth], None]
    ) -> None:
        self.settings, self.emit_fact, self.emit_health = settings, emit_fact, emit_health
        self.commands: list[Command] = []
        self.open: dict[str, str] = {}
        self.closed = False

    async def handle(self, command: Command) -> Reply:
        self.commands.append(command)
        match command:
            case OpenSession():
                self.open[command.session_id] = command.label
            case PublishOffer() | WatchOffer():
                return self._join(command)
            case NoteEvent(name="explode"):
                raise RuntimeError("the text of an error may hold 192.0.2.7")
            case EndSession():
                if self.open.pop(command.session_id, None) is not None:
                    self._stopped(command.session_id, command.reason)
            case RecoverSession():
                if command.session_id not in self.open:
                    self._stopped(command.session_id, "lost")
            case EngineStatus():
                return self._health()
            case MakePlayback():
                raise EngineError("storage", "no parts")
        return Done()

    async def close(self) -> None:
        self.closed = True

    def _join(self, command: PublishOffer | WatchOffer) -> SdpAnswer:
        if command.session_id not in self.open:
            raise EngineError("no_session")
        ticket = Ticket.verify(command.ticket, self.settings.ticket_key)
        if ticket.session_id != command.session_id:
            raise EngineError("bad_ticket", "other session")
        now = time.time()
        self.emit_fact(PeerJoined(session_id=command.session_id, at=now, peer_id=ticket.peer_id, role=ticket.role))
        self.emit_health(replace(HEALTH, session_id=command.session_id, at=now))
        return SdpAnswer(sdp=f"answer of {self.settings.worker_id}", video_codec="VP8")

    def _stopped(self, session_id: str, reason: str) -> None:
        self.emit_fact(
            SessionStopped(
                session_id=session_id,
                at=time.time(),
                reason=reason,  # type: ignore[arg-type]  # the tests pass reasons of the contract only
                parts=0,
                timeline_path="",
                timeline_sha256="",
            )
        )

    def _health(self) -> EngineHealth:
        return EngineHealth(
            worker_id=self.settings.worker_id,
            sessions=len(self.open),
            peers=0,
            limit=self.settings.session_limit,
            draining=False,
            cpu_seconds=sum(os.times()[:2]),
            rss_bytes=1,
        )
