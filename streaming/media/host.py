"""What surrounds an engine wherever it runs: its recordings directory, its facts on disk, its manners.

Both the embedded engine and the worker process stand in this frame. It makes sure that a session's directory has one
engine at a time (`.lock`), that facts are on disk before they travel, that a session whose SessionStopped is on disk is
marked (`.stopped`), and that whatever goes wrong in a command becomes a reply.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from streaming.contracts import (
    Command,
    Done,
    EndSession,
    EngineError,
    EngineHealth,
    Fact,
    OpenSession,
    PublishOffer,
    RecoverSession,
    Refused,
    Reply,
    SessionStopped,
    StreamHealth,
    WatchOffer,
    is_safe_id,
)
from streaming.media.spool import FactSpool

log = logging.getLogger(__name__)

STOPPED = ".stopped"
LOCK = ".lock"


class Engine(Protocol):
    """The part of MediaEngine a host uses."""

    async def handle(self, command: Command) -> Reply: ...

    async def close(self) -> None:
        """Drop every peer and seal every part, without ending the sessions."""


@dataclass(frozen=True, kw_only=True)
class HostSettings:
    """Where and how an engine runs. `recordings` is shared by every worker of the force."""

    recordings: Path
    ticket_key: bytes
    worker_id: str
    session_limit: int = 40
    ice_servers: list[dict[str, Any]] = field(default_factory=list)
    address: str = ""  # where peers reach us: one of this machine's, or its router's; empty: all of this machine's


EngineFactory = Callable[[HostSettings, Callable[[Fact], None], Callable[[StreamHealth], None]], Engine]


def make_engine(
    settings: HostSettings, emit_fact: Callable[[Fact], None], emit_health: Callable[[StreamHealth], None]
) -> Engine:
    """The real engine. Imported here, so that a process without an engine never loads aiortc."""
    from streaming.media.engine import MediaEngine

    own = bool(settings.address) and is_own_address(settings.address)
    return MediaEngine(
        settings.recordings,
        settings.ticket_key,
        ice_servers=settings.ice_servers,
        session_limit=settings.session_limit,
        emit_fact=emit_fact,
        emit_health=emit_health,
        worker_id=settings.worker_id,
        bind_hosts=(settings.address,) if own else (),
        advertise_host="" if own else settings.address,
    )


def is_own_address(address: str) -> bool:
    """Whether this machine can listen on `address`; if not it is the public face of a router in front of us."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


class EngineHost:
    """One engine in its frame. `start`, `handle` and `close` belong to the engine's event loop."""

    def __init__(
        self,
        settings: HostSettings,
        *,
        on_health: Callable[[StreamHealth], None],
        engine_factory: EngineFactory = make_engine,
    ) -> None:
        self.settings = settings
        self.draining = False
        self._on_health, self._factory = on_health, engine_factory
        self._engine: Engine | None = None
        self._locks = DirectoryLocks(settings.recordings)
        self._turns: dict[str, asyncio.Lock] = {}
        self.spool = FactSpool(settings.recordings, settings.worker_id, written=self._fact_written)

    async def start(self) -> None:
        self.settings.recordings.mkdir(parents=True, exist_ok=True)
        self.spool.start()
        self._engine = self._factory(self.settings, self.spool.put, self._on_health)

    async def close(self) -> None:
        """Seal what is being recorded and give the directories free. The spool stays open for the last facts."""
        self.draining = True
        if self._engine is not None:
            await self._engine.close()
        self._locks.release_all()

    async def handle(self, command: Command) -> Reply:
        """The engine's reply; refusals and failures are `Refused`, never an exception."""
        try:
            return await self._handle(command)
        except EngineError as error:
            return Refused(code=error.code, message=error.message, retry_after=error.retry_after)
        except Exception as error:
            # Not the error's text: an SDP in it would put a caller's address into the log.
            log.error("command failed", extra={"command": command.kind, "error": type(error).__name__})
            return Refused(code="unavailable", message=f"{command.kind}: {type(error).__name__}", retry_after=2.0)

    async def _handle(self, command: Command) -> Reply:
        if self._engine is None:
            raise EngineError("unavailable", "the engine is not started", retry_after=2.0)
        session_id = getattr(command, "session_id", None)
        if session_id is not None and not is_safe_id(session_id):
            raise EngineError("no_session", "not a session id")
        if self.draining and isinstance(command, OpenSession | PublishOffer | WatchOffer):
            raise EngineError("unavailable", "draining", retry_after=2.0)
        if isinstance(command, OpenSession | RecoverSession | EndSession):
            async with self._turns.setdefault(command.session_id, asyncio.Lock()):
                return await self._in_turn(self._engine, command)
        reply = await self._engine.handle(command)
        if isinstance(reply, EngineHealth):
            return replace(reply, draining=self.draining or reply.draining)
        return reply

    async def _in_turn(self, engine: Engine, command: OpenSession | RecoverSession | EndSession) -> Reply:
        """Opening, repairing and ending a session wait for each other."""
        if isinstance(command, RecoverSession):
            return await self._recover(engine, command)
        if isinstance(command, OpenSession):
            self._locks.take(command.session_id)
            (self.settings.recordings / command.session_id / STOPPED).unlink(missing_ok=True)
        reply = await engine.handle(command)
        if isinstance(command, EndSession):
            self._locks.release(command.session_id)
            self._turns.pop(command.session_id, None)
        return reply

    async def _recover(self, engine: Engine, command: RecoverSession) -> Reply:
        """Repair a directory unless a living engine is at work in it: then there is nothing to recover."""
        session_id = command.session_id
        if self._locks.holds(session_id):
            return await engine.handle(command)
        if not (self.settings.recordings / session_id).is_dir():
            return Done()
        try:
            self._locks.take(session_id)
        except EngineError:
            return Done()
        try:
            return await engine.handle(command)
        finally:
            self._locks.release(session_id)

    def unfinished(self) -> list[str]:
        """Session directories that no SessionStopped has closed and no living engine holds."""
        try:
            found = [path for path in self.settings.recordings.iterdir() if is_safe_id(path.name) and path.is_dir()]
        except FileNotFoundError:
            return []
        return sorted(path.name for path in found if not (path / STOPPED).exists() and self._locks.free(path.name))

    def _fact_written(self, fact: Fact) -> None:
        if isinstance(fact, SessionStopped) and is_safe_id(fact.session_id):
            directory = self.settings.recordings / fact.session_id
            if directory.is_dir():
                (directory / STOPPED).touch()


class DirectoryLocks:
    """`<recordings>/<session>/.lock`, held while an engine works there; the kernel frees it when the process dies."""

    def __init__(self, recordings: Path) -> None:
        self._recordings = recordings
        self._held: dict[str, int] = {}
        self._lock = threading.Lock()

    def holds(self, session_id: str) -> bool:
        return session_id in self._held

    def take(self, session_id: str) -> None:
        """Hold the directory, making it when missing; EngineError("storage") when another engine holds it."""
        with self._lock:
            if session_id in self._held:
                return
            directory = self._recordings / session_id
            try:
                directory.mkdir(parents=True, exist_ok=True)
                file = os.open(directory / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError as error:
                raise EngineError("storage", type(error).__name__, retry_after=5.0) from error
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                os.close(file)
                raise EngineError("storage", "another engine holds this recording", retry_after=2.0) from error
            self._held[session_id] = file

    def free(self, session_id: str) -> bool:
        """Whether nobody, this process included, holds the directory."""
        if self.holds(session_id):
            return False
        try:
            self.take(session_id)
        except EngineError:
            return False
        self.release(session_id)
        return True

    def release(self, session_id: str) -> None:
        with self._lock:
            file = self._held.pop(session_id, None)
        if file is not None:
            os.close(file)

    def release_all(self) -> None:
        for session_id in list(self._held):
            self.release(session_id)
