"""An engine with its facts and health at hand, and a recorder that only notes what it is told."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from streaming.contracts import (
    Fact,
    OpenSession,
    PeerRole,
    PublishOffer,
    SdpAnswer,
    StreamHealth,
    Ticket,
    WatchOffer,
)
from streaming.media.engine import MediaEngine, session_recorder

from .peers import Peer, Publisher

KEY = b"k" * 32


@dataclass
class Status:
    state: str = "waiting"
    recorded_seconds: float = 0.0
    last_write_age: float | None = None
    elsewhere: bool = False


@dataclass
class NotedRecorder:
    """Stands in for the recorder where a test is about forwarding."""

    request_keyframe: Callable[[], None]
    joins: list[dict[str, Any]] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    video: list[tuple[int, int, bool, bytes]] = field(default_factory=list)
    audio: list[int] = field(default_factory=list)
    reports: list[tuple[str, float, int]] = field(default_factory=list)
    given_up: list[tuple[str, int, int]] = field(default_factory=list)
    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    closed: str = ""

    def start_join(self, **join: Any) -> None:
        self.joins.append(join)

    def video_packet(self, seq: int, timestamp: int, marker: bool, payload: bytes, arrival: float) -> None:
        self.video.append((seq, timestamp, marker, payload))

    def audio_packet(self, seq: int, timestamp: int, payload: bytes, arrival: float) -> None:
        self.audio.append(seq)

    def sender_report(self, media: str, ntp_time: float, rtp_timestamp: int) -> None:
        self.reports.append((media, ntp_time, rtp_timestamp))

    def give_up(self, media: str, first_seq: int, last_seq: int) -> None:
        self.given_up.append((media, first_seq, last_seq))

    def end_join(self, *, reason: str, at: float) -> None:
        self.ends.append(reason)

    def note(self, name: str, at: float, **data: Any) -> None:
        self.notes.append((name, data))

    def status(self) -> Status:
        return Status()

    def close(self, reason: str) -> tuple[int, Path, str]:
        self.closed = reason
        return 0, Path("timeline.jsonl"), "0" * 64


class Rig:
    """One engine under test."""

    def __init__(self, directory: Path, *, record: bool = False, limit: int = 10) -> None:
        self.facts: list[Fact] = []
        self.health: list[StreamHealth] = []
        self.recorders: dict[str, NotedRecorder] = {}
        self._changed = asyncio.Event()
        self.engine = MediaEngine(
            directory,
            KEY,
            session_limit=limit,
            emit_fact=self._fact,
            emit_health=self._health,
            bind_hosts=("127.0.0.1",),
            recorder_factory=session_recorder if record else self._noted,
        )

    def _noted(self, directory: Path, session_id: str, label: str, emit: Any, request_keyframe: Any) -> NotedRecorder:
        self.recorders[session_id] = NotedRecorder(request_keyframe)
        return self.recorders[session_id]

    def _fact(self, fact: Fact) -> None:
        self.facts.append(fact)
        self._changed.set()

    def _health(self, health: StreamHealth) -> None:
        self.health.append(health)
        self._changed.set()

    async def until(self, what: Callable[[], bool], within: float = 60.0) -> None:
        """Wait until a fact or a health report makes it true."""
        async with asyncio.timeout(within):
            while not what():
                self._changed.clear()
                await self._changed.wait()

    async def fact(self, kind: type[Fact], count: int = 1, within: float = 60.0) -> Any:
        """Wait for the `count`-th fact of a kind and return it."""
        await self.until(lambda: len(self.of(kind)) >= count, within)
        return self.of(kind)[count - 1]

    def of(self, kind: type[Fact]) -> list[Any]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    async def open(self, session_id: str = "s1") -> None:
        await self.engine.handle(OpenSession(session_id=session_id, label="417 of 21/11/2026"))

    async def join(
        self, peer: Peer, peer_id: str, session_id: str = "s1", *, guest: tuple[str, str] = ("", "")
    ) -> SdpAnswer:
        """Send the peer's offer to the engine and take the answer back; `guest`: the name and code of their mark."""
        reply = await self.offer_only(peer, peer_id, session_id, guest=guest)
        await peer.answer(reply.sdp)
        return reply

    async def offer_only(
        self, peer: Peer, peer_id: str, session_id: str = "s1", *, guest: tuple[str, str] = ("", "")
    ) -> SdpAnswer:
        """Send the peer's offer and keep the answer from it."""
        sdp = await peer.offer()
        role: PeerRole = "caller" if isinstance(peer, Publisher) else "viewer"
        command = PublishOffer if role == "caller" else WatchOffer
        reply = await self.engine.handle(
            command(session_id=session_id, ticket=ticket(session_id, peer_id, role, guest=guest), sdp=sdp)
        )
        assert isinstance(reply, SdpAnswer)
        return reply


def ticket(
    session_id: str, peer_id: str, role: PeerRole, *, seconds: float = 60.0, key: bytes = KEY,
    guest: tuple[str, str] = ("", ""),
) -> str:  # fmt: skip
    expires_at, (label, code) = time.time() + seconds, guest
    return Ticket(
        session_id=session_id, peer_id=peer_id, role=role, expires_at=expires_at, label=label, code=code
    ).sign(key)


@contextlib.asynccontextmanager
async def running(directory: Path, *, record: bool = False, limit: int = 10) -> AsyncIterator[Rig]:
    rig = Rig(directory, record=record, limit=limit)
    try:
        yield rig
    finally:
        await rig.engine.close()
