"""A media gateway that records what it is asked and plays an engine's part on request.

It keeps the promises of `streaming.gateway.MediaGateway` that Django relies on (tests/media holds the same contract
test for the real one): idempotent open, end and recover, tickets checked, facts in order, real files on the disk.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from streaming import contracts
from streaming.contracts import EngineError, EngineHealth, PlaybackMade, SdpAnswer, Ticket
from streaming.gateway import OnFact, OnHealth


@dataclass
class Call:
    name: str
    session_id: str
    data: dict[str, Any]


@dataclass
class _Session:
    label: str
    caller: str = ""
    viewers: set[str] = field(default_factory=set)
    codec: str = ""
    parts: list[dict[str, Any]] = field(default_factory=list)
    open_part: dict[str, Any] | None = None


class FakeGateway:
    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.sessions: dict[str, _Session] = {}
        self.refusals: dict[str, EngineError] = {}
        self.facts: list[contracts.Fact] = []  # every fact ever reported, in order: "at least once" can be played again
        self._on_fact: OnFact | None = None
        self._on_health: OnHealth | None = None
        self.started = 0

    # --- the Protocol ---------------------------------------------------------------------------------------------

    def start(self, on_fact: OnFact | None = None, on_health: OnHealth | None = None) -> None:
        self.started += 1
        self._on_fact, self._on_health = on_fact or self._on_fact, on_health or self._on_health

    def stop(self) -> None:
        self.started = 0

    async def open_session(self, session_id: object, label: str) -> None:
        self._called("open_session", session_id, label=label)
        self.sessions.setdefault(str(session_id), _Session(label))

    async def publish_offer(self, session_id: object, ticket: str, sdp: str) -> SdpAnswer:
        self._called("publish_offer", session_id, sdp=sdp)
        session, peer = self._enter(session_id, ticket, "caller")
        if "m=video" not in sdp:
            raise EngineError("bad_sdp", "no video section")
        session.caller, session.codec = peer, "VP8"
        return SdpAnswer(sdp=f"v=0 answer to {peer}", video_codec="VP8")

    async def watch_offer(self, session_id: object, ticket: str, sdp: str, rate: contracts.Rate = "full") -> SdpAnswer:
        self._called("watch_offer", session_id, sdp=sdp, rate=rate, ticket=ticket)
        session, peer = self._enter(session_id, ticket, "viewer")
        if not session.codec:
            raise EngineError("no_source")
        session.viewers.add(peer)
        return SdpAnswer(sdp=f"v=0 answer to {peer}", video_codec=session.codec)

    async def pull_feed(
        self, session_id: object, ticket: str, url: str, login: str, allowed: Sequence[str], *, now: bool = False
    ) -> None:
        self._called("pull_feed", session_id, url=url, login=login, allowed=list(allowed), now=now)
        self._enter(session_id, ticket, "caller")

    async def tune_viewer(self, session_id: object, peer_id: object, rate: contracts.Rate) -> None:
        self._called("tune_viewer", session_id, peer_id=str(peer_id), rate=rate)

    async def add_candidates(self, session_id: object, peer_id: object, sdp: str) -> None:
        self._called("add_candidates", session_id, peer_id=str(peer_id), sdp=sdp)

    async def close_peer(self, session_id: object, peer_id: object) -> None:
        self._called("close_peer", session_id, peer_id=str(peer_id))

    async def note_event(self, session_id: object, name: str, at: float, data: dict[str, Any] | None = None) -> None:
        self._called("note_event", session_id, event=name, at=at, **(data or {}))
        if str(session_id) not in self.sessions:
            raise EngineError("no_session")

    async def end_session(self, session_id: object, reason: contracts.EndReason) -> None:
        self._called("end_session", session_id, reason=reason)

    async def recover_session(self, session_id: object) -> None:
        self._called("recover_session", session_id)

    async def make_playback(
        self, session_id: object, part_paths: Sequence[str], part_starts: Sequence[float], out_path: str
    ) -> PlaybackMade:
        self._called("make_playback", session_id, parts=list(part_paths), starts=list(part_starts))
        return _join([Path(path) for path in part_paths], Path(f"{out_path}.webm"))

    async def workers(self) -> list[EngineHealth]:
        return [await self.status()]

    async def status(self) -> EngineHealth:
        return EngineHealth(
            worker_id="fake",
            sessions=len(self.sessions),
            peers=0,
            limit=9,
            draining=False,
            cpu_seconds=0,
            rss_bytes=0,
        )

    # --- the engine's part ------------------------------------------------------------------------------------------

    def report(self, fact: contracts.Fact) -> contracts.Fact:
        self.facts.append(fact)
        if self._on_fact is not None:
            self._on_fact(fact)
        return fact

    def named(self, name: str) -> list[Call]:
        return [call for call in self.calls if call.name == name]

    def notes(self, event: str) -> list[dict[str, Any]]:
        return [call.data for call in self.named("note_event") if call.data["event"] == event]

    def _called(self, name: str, session_id: object, **data: Any) -> None:
        self.calls.append(Call(name, str(session_id), data))
        if name in self.refusals:
            raise self.refusals[name]

    def _enter(self, session_id: object, ticket: str, role: contracts.PeerRole) -> tuple[_Session, str]:
        claims = Ticket.verify(ticket, settings.MEDIA_TICKET_KEY)
        if (claims.session_id, claims.role) != (str(session_id), role):
            raise EngineError("bad_ticket")
        if str(session_id) not in self.sessions:
            raise EngineError("no_session")
        return self.sessions[str(session_id)], claims.peer_id


def _join(parts: list[Path], out: Path) -> PlaybackMade:
    joined = b"".join(part.read_bytes() for part in parts)
    out.write_bytes(joined)
    return PlaybackMade(
        path=str(out),
        sha256=hashlib.sha256(joined).hexdigest(),
        size=len(joined),
        mime="video/webm",
        duration=float(len(parts)),
        tool="fake 1",
    )


def write_part(session_id: object, number: int, content: bytes = b"frames", at: float | None = None) -> dict[str, Any]:
    """A finished part on the disk; returns the fields of its PartSealed."""
    directory = Path(settings.MEDIA_RECORDINGS_DIR) / str(session_id)
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"part-{number:04d}.webm"
    path.write_bytes(content)
    start = time.time() - 60 + number * 10 if at is None else at
    return {
        "session_id": str(session_id),
        "at": start + 10,
        "number": number,
        "path": str(path),
        "container": "webm",
        "video_codec": "VP8",
        "audio_codec": "",
        "width": 640,
        "height": 480,
        "start": start,
        "end": start + 9.5,
        "frames": 285,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "prev_sha256": "",
    }


def write_timeline(session_id: object) -> dict[str, Any]:
    """A finished timeline on the disk; returns its fields of SessionStopped."""
    directory = Path(settings.MEDIA_RECORDINGS_DIR) / str(session_id)
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "timeline.jsonl"
    content = json.dumps({"name": "joined"}).encode() + b"\n"
    path.write_bytes(content)
    return {"timeline_path": str(path), "timeline_sha256": hashlib.sha256(content).hexdigest()}
