"""The gateway's methods as commands of the contract: an adapter only has to carry a command and bring its reply."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, TypeVar

from streaming.contracts import (
    AddCandidates,
    ClosePeer,
    Command,
    Done,
    EndReason,
    EndSession,
    EngineError,
    EngineHealth,
    EngineStatus,
    MakePlayback,
    NoteEvent,
    OpenSession,
    PlaybackMade,
    PublishOffer,
    PullFeed,
    Rate,
    RecoverSession,
    Refused,
    Reply,
    SdpAnswer,
    TuneViewer,
    WatchOffer,
    is_safe_id,
)

R = TypeVar("R", bound=Reply)

# Seconds an answer may take. An offer waits for ICE gathering; ending and recovering for the disk.
TIMEOUTS: dict[type[Command], float] = {
    OpenSession: 5.0,
    PublishOffer: 10.0,
    WatchOffer: 10.0,
    TuneViewer: 3.0,
    PullFeed: 5.0,
    AddCandidates: 5.0,
    ClosePeer: 5.0,
    NoteEvent: 3.0,
    EndSession: 20.0,
    RecoverSession: 120.0,
    MakePlayback: 600.0,
    EngineStatus: 3.0,
}

RETRY_SECONDS = 2.0


class CommandGateway:
    """Implements MediaGateway's commands over `carry`."""

    async def carry(self, command: Command, seconds: float) -> Reply:
        """Bring the command to its engine and return the reply, a `Refused` included."""
        raise NotImplementedError

    async def open_session(self, session_id: object, label: str) -> None:
        await self._ask(OpenSession(session_id=_id(session_id), label=label), Done)

    async def publish_offer(self, session_id: object, ticket: str, sdp: str) -> SdpAnswer:
        return await self._ask(PublishOffer(session_id=_id(session_id), ticket=ticket, sdp=sdp), SdpAnswer)

    async def watch_offer(self, session_id: object, ticket: str, sdp: str, rate: Rate = "full") -> SdpAnswer:
        return await self._ask(WatchOffer(session_id=_id(session_id), ticket=ticket, sdp=sdp, rate=rate), SdpAnswer)

    async def tune_viewer(self, session_id: object, peer_id: object, rate: Rate) -> None:
        await self._ask(TuneViewer(session_id=_id(session_id), peer_id=_id(peer_id), rate=rate), Done)

    async def pull_feed(
        self, session_id: object, ticket: str, url: str, login: str, allowed: Sequence[str], *, now: bool = False
    ) -> None:
        session, hosts = _id(session_id), list(allowed)
        command = PullFeed(session_id=session, ticket=ticket, url=url, login=login, allowed=hosts, now=now)
        await self._ask(command, Done)

    async def add_candidates(self, session_id: object, peer_id: object, sdp: str) -> None:
        await self._ask(AddCandidates(session_id=_id(session_id), peer_id=_id(peer_id), sdp=sdp), Done)

    async def close_peer(self, session_id: object, peer_id: object) -> None:
        await self._ask(ClosePeer(session_id=_id(session_id), peer_id=_id(peer_id)), Done)

    async def note_event(self, session_id: object, name: str, at: float, data: dict[str, Any] | None = None) -> None:
        await self._ask(NoteEvent(session_id=_id(session_id), name=name, at=at, data=data or {}), Done)

    async def end_session(self, session_id: object, reason: EndReason) -> None:
        await self._ask(EndSession(session_id=_id(session_id), reason=reason), Done)

    async def recover_session(self, session_id: object) -> None:
        await self._ask(RecoverSession(session_id=_id(session_id)), Done)

    async def make_playback(
        self, session_id: object, part_paths: Sequence[str], part_starts: Sequence[float], out_path: str
    ) -> PlaybackMade:
        command = MakePlayback(
            session_id=_id(session_id),
            part_paths=[str(path) for path in part_paths],
            part_starts=[float(start) for start in part_starts],
            out_path=str(out_path),
        )
        return await self._ask(command, PlaybackMade)

    async def workers(self) -> list[EngineHealth]:
        return [await self.status()]

    async def status(self) -> EngineHealth:
        return await self._ask(EngineStatus(), EngineHealth)

    async def _ask(self, command: Command, expected: type[R]) -> R:
        seconds = TIMEOUTS[type(command)]
        try:
            async with asyncio.timeout(seconds):
                reply = await self.carry(command, seconds)
        except TimeoutError as error:
            message = f"no answer to {command.kind} in {seconds:g} s"
            raise EngineError("unavailable", message, retry_after=RETRY_SECONDS) from error
        if isinstance(reply, Refused):
            raise EngineError(reply.code, reply.message, retry_after=reply.retry_after)
        if not isinstance(reply, expected):
            raise EngineError("unavailable", f"{command.kind} was answered with {reply.kind}")
        return reply


def _id(value: object) -> str:
    text = str(value)
    if not is_safe_id(text):
        raise EngineError("no_session", "not an id")
    return text
