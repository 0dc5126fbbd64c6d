"""What surrounds an engine wherever it runs: its recordings directory, its facts on disk, its manners.

Both the embedded engine and the worker process stand in this frame. It makes sure that a session's directory has one
engine at a time (`.lock`), that facts are on disk before they travel, that a session whose SessionStopped is on disk is
marked (`.stopped`), and that whatever goes wrong in a command becomes a reply.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
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
from streaming.media.admission import MAX_LOAD
from streaming.media.apart import apart, within
from streaming.media.spool import FactSpool, is_orphan

log = logging.getLogger(__name__)

DISK_SECONDS = 1.0  # for one small call to a disk that may hang
START_SECONDS = 10.0
STOPPED = ".stopped"
LOCK = ".lock"


class Engine(Protocol):
    """The part of MediaEngine a host uses."""

    async def handle(self, command: Command) -> Reply: ...

    async def close(self) -> None:
        """Drop every peer and seal every part, without ending the sessions."""


@dataclass(frozen=True, kw_only=True)
class HostSettings:
    """Where and how an engine runs. `recordings` is shared by every worker."""

    recordings: Path
    spill: Path | None = None  # a second place for recordings, on another disk; shared likewise
    ticket_key: bytes
    worker_id: str
    session_limit: int = 80
    max_load: float = MAX_LOAD  # share of a core from which on no new session is taken; 0: by the limit alone
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
        spill_dir=settings.spill,
        max_load=settings.max_load,
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
        self._roots = [root for root in (settings.recordings, settings.spill) if root is not None]
        self._locks = DirectoryLocks(*self._roots)
        self._turns: dict[str, asyncio.Lock] = {}
        self.open: dict[str, str] = {}  # label of each session that lives here
        self.spool = FactSpool(settings.recordings, settings.worker_id, written=self._fact_written)

    async def start(self) -> None:
        self._start_spool()
        self._engine = self._factory(self.settings, self.spool.put, self._on_health)

    def _start_spool(self) -> None:
        """On the first disk that takes a file. Raises OSError when none does."""
        for last, root in ((root is self._roots[-1], root) for root in self._roots):
            self.spool = FactSpool(root, self.settings.worker_id, written=self._fact_written)
            try:
                within(START_SECONDS, partial(root.mkdir, parents=True, exist_ok=True))
                within(START_SECONDS, self.spool.start)
                return
            except OSError as error:
                log.error("no facts on this disk", extra={"error": type(error).__name__})
                if last:
                    raise

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
            await apart(lambda: self._take(command.session_id))
        reply = await engine.handle(command)
        if isinstance(command, OpenSession):
            self.open[command.session_id] = command.label
        if isinstance(command, EndSession):
            self.open.pop(command.session_id, None)
            await apart(lambda: self._locks.release(command.session_id))
            self._turns.pop(command.session_id, None)
        return reply

    def _take(self, session_id: str) -> None:
        """Hold the session's directory and take back that it is over. Raises EngineError("storage")."""
        self._locks.take(session_id)
        for root in self._roots:
            with contextlib.suppress(OSError):
                within(DISK_SECONDS, partial((root / session_id / STOPPED).unlink, missing_ok=True))

    async def _recover(self, engine: Engine, command: RecoverSession) -> Reply:
        """Repair a directory unless a living engine is at work in it: then there is nothing to recover."""
        session_id = command.session_id
        if self._locks.holds(session_id):
            return await engine.handle(command)
        if not await apart(lambda: any((root / session_id).is_dir() for root in self._roots)):
            return Done()
        try:
            await apart(lambda: self._locks.take(session_id))
        except EngineError:
            return Done()
        try:
            return await engine.handle(command)
        finally:
            await apart(lambda: self._locks.release(session_id))

    def unfinished(self) -> list[str]:
        """Session directories that no SessionStopped has closed and no living engine holds."""
        names = {name for root in self._roots for name in _directories(root)}
        stopped = {name for name in names if any((root / name / STOPPED).exists() for root in self._roots)}
        return sorted(name for name in names - stopped if self._locks.free(name))

    def dead_of(self, owners: list[str]) -> list[str]:
        """Those whose spool lies on our disks and is held by nobody: their processes are gone."""
        return [owner for owner in owners if any(is_orphan(root, owner) for root in self._roots)]

    def _fact_written(self, fact: Fact) -> None:
        """Mark the session's directory; a disk that refuses even that is passed over for the other."""
        if not isinstance(fact, SessionStopped) or not is_safe_id(fact.session_id):
            return
        for root in self._roots:
            directory = root / fact.session_id
            if directory.is_dir():
                try:
                    (directory / STOPPED).touch()
                    return
                except OSError as error:
                    log.error("session not marked as stopped", extra={"error": type(error).__name__})


def _directories(root: Path) -> list[str]:
    try:
        return [path.name for path in root.iterdir() if is_safe_id(path.name) and path.is_dir()]
    except OSError:
        return []


class DirectoryLocks:
    """`<recordings>/<session>/.lock`, held while an engine works there; the kernel frees it when the process dies.

    With a second place its directory is locked too as soon as it exists, or when the first takes no lock: two engines
    then always meet at one lock at least. Every method may wait DISK_SECONDS for each disk.
    """

    def __init__(self, *roots: Path) -> None:
        self._roots = roots
        self._held: dict[str, list[int]] = {}
        self._tried: set[str] = set()
        self._changed = threading.Condition()

    def holds(self, session_id: str) -> bool:
        return session_id in self._held

    def take(self, session_id: str) -> None:
        """Hold the directory, making it when missing; EngineError("storage") when another engine holds it."""
        with self._alone(session_id):
            if session_id not in self._held:
                self._held[session_id] = self._lock_all(session_id)

    def free(self, session_id: str) -> bool:
        """Whether nobody, this process included, holds the directory."""
        with self._alone(session_id):
            if session_id in self._held:
                return False
            try:
                _close(self._lock_all(session_id))
            except EngineError:
                return False
        return True

    @contextlib.contextmanager
    def _alone(self, session_id: str) -> Iterator[None]:
        """One at a time for each directory: a lock that is only being tried must not pass for one that is held.

        The disk is waited for outside of `_changed`, so that a disk that hangs holds up its own session alone.
        """
        with self._changed:
            self._changed.wait_for(lambda: session_id not in self._tried)
            self._tried.add(session_id)
        try:
            yield
        finally:
            with self._changed:
                self._tried.discard(session_id)
                self._changed.notify_all()

    def _lock_all(self, session_id: str) -> list[int]:
        taken: list[int] = []
        refused: OSError | None = None
        try:
            for number, root in enumerate(self._roots):
                if number and not refused and not (root / session_id).is_dir():
                    continue
                try:
                    taken.append(within(DISK_SECONDS, partial(_lock, root / session_id), undo=os.close))
                except BlockingIOError:
                    raise
                except OSError as error:
                    refused = error
            if not taken:
                assert refused is not None
                raise refused
        except OSError as error:
            _close(taken)
            held = isinstance(error, BlockingIOError)
            words = "another engine holds this recording" if held else type(error).__name__
            raise EngineError("storage", words, retry_after=2.0 if held else 5.0) from error
        return taken

    def release(self, session_id: str) -> None:
        with self._alone(session_id):
            _close(self._held.pop(session_id, []))

    def release_all(self) -> None:
        for session_id in list(self._held):
            self.release(session_id)


def _close(files: list[int]) -> None:
    for file in files:
        os.close(file)


def _lock(directory: Path) -> int:
    """Make the directory and lock it. Raises BlockingIOError when it is locked, another OSError when the disk fails."""
    directory.mkdir(parents=True, exist_ok=True)
    file = os.open(directory / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        raise
    return file
