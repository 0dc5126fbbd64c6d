"""The media engine: commands in, facts and health out. It knows neither Django nor a database.

One instance lives on one event loop. `handle` may be called again while another call waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from weakref import WeakValueDictionary

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
    Fact,
    MakePlayback,
    NoteEvent,
    OpenSession,
    PeerRole,
    PlaybackMade,
    PublishOffer,
    PullFeed,
    RecoverSession,
    Reply,
    SdpAnswer,
    StreamHealth,
    Ticket,
    TuneViewer,
    WatchOffer,
    is_safe_id,
)

from .admission import MAX_LOAD, Admission
from .aiortc_bridge import Identity
from .apart import apart
from .join import Place
from .keeping import Recorder
from .mark.words import Mark
from .peering import Network
from .recorder import ROOM, SessionRecorder, make_playback, recover_directory, session_stopped, two_places
from .session import Session

log = logging.getLogger(__name__)

TICK = 0.25  # seconds
HEALTH_EVERY = 2  # ticks


class ClosableRecorder(Recorder, Protocol):
    def close(self, reason: str) -> tuple[int, Path, str]:
        """Seal the last part; blocks. Returns (parts, timeline's path, its SHA-256)."""


RecorderFactory = Callable[[Path, str, str, Callable[[Fact], None], Callable[[], None]], ClosableRecorder]


def session_recorder(
    directory: Path,
    session_id: str,
    label: str,
    emit: Callable[[Fact], None],
    request_keyframe: Callable[[], None],
    *,
    spill_dir: Path | None = None,
) -> ClosableRecorder:
    """The real recorder: (directory, session id, label, emit, request_keyframe). `spill_dir`: see MediaEngine."""
    places = None if spill_dir is None else two_places(directory, spill_dir / session_id)
    return SessionRecorder(directory, session_id, label, emit=emit, request_keyframe=request_keyframe, places=places)


class MediaEngine:
    """Sessions of one process.

    Args:
        recordings_dir: holds one directory per session.
        spill_dir: a second such place, on another disk, for when the first is full, slow or broken.
        ticket_key: HMAC key of the tickets that peers bring.
        ice_servers: TURN servers for the engine's own use; none by default.
        session_limit: sessions open at once; one more is refused as "full".
        max_load: share of a core from which on no new session is taken; 0 takes them by `session_limit` alone.
        emit_fact, emit_health: called on the event loop, must not block.
        bind_hosts: local addresses for media; empty means every one that is not loopback.
        advertise_host: public IPv4 address in front of us, added to the answers.
        udp_ports: ports for media, inclusive; None means any.
    """

    def __init__(
        self,
        recordings_dir: Path,
        ticket_key: bytes,
        *,
        session_limit: int,
        emit_fact: Callable[[Fact], None],
        emit_health: Callable[[StreamHealth], None],
        ice_servers: Sequence[Mapping[str, Any]] = (),
        worker_id: str = "local",
        bind_hosts: Sequence[str] = (),
        advertise_host: str = "",
        udp_ports: tuple[int, int] | None = None,
        recorder_factory: RecorderFactory | None = None,
        spill_dir: Path | None = None,
        max_load: float = MAX_LOAD,
    ) -> None:
        ports = range(udp_ports[0], udp_ports[1] + 1) if udp_ports else None
        network = Network(tuple(bind_hosts), advertise_host, ports, tuple(ice_servers))
        self.worker_id = worker_id
        self.limit = session_limit
        self._admission = Admission(session_limit, max_load)
        self._word = worker_id.rpartition("-")[2]
        self.draining = False
        self._recordings, self._spill = recordings_dir, spill_dir
        self._key = ticket_key
        self._emit_fact = emit_fact
        self._emit_health = emit_health
        self._make_recorder = recorder_factory or partial(session_recorder, spill_dir=spill_dir)
        self._place = Place(network, Identity())
        self._sessions: dict[str, Session] = {}
        self._recorders: dict[str, ClosableRecorder] = {}
        # Opening, ending and repairing one session wait for each other; a lock lives while somebody holds or awaits it.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._ticker: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()

    async def handle(self, command: Command) -> Reply:
        """Carry out a command.

        Raises:
            EngineError: refused; the code says why.
        """
        match command:
            case OpenSession():
                return await self._open(command)
            case PublishOffer():
                return await self._publish(command)
            case WatchOffer():
                return await self._watch(command)
            case PullFeed():
                ticket = self._ticket(command.ticket, command.session_id, "caller")
                self._session(command.session_id).pull(command, ticket.peer_id)
                return Done()
            case AddCandidates():
                await self._session(command.session_id).add_candidates(command.peer_id, command.sdp)
                return Done()
            case TuneViewer():
                if command.session_id in self._sessions:
                    self._sessions[command.session_id].tune(command.peer_id, command.rate)
                return Done()
            case ClosePeer():
                if command.session_id in self._sessions:
                    self._sessions[command.session_id].close_peer(command.peer_id)
                return Done()
            case NoteEvent():
                self._session(command.session_id).recorder.note(command.name, command.at, **_plain(command.data))
                return Done()
            case EndSession():
                return await self._end(command)
            case RecoverSession():
                return await self._recover(command)
            case MakePlayback():
                return await self._make_playback(command)
            case EngineStatus():
                return self.status()
        raise EngineError("unavailable", f"unknown command {command.kind}")

    def status(self) -> EngineHealth:
        recordings = [recorder.status() for recorder in self._recorders.values()]
        return EngineHealth(
            worker_id=self.worker_id,
            sessions=len(self._sessions),
            peers=sum(session.peers for session in self._sessions.values()),
            limit=self.limit,
            draining=self.draining,
            cpu_seconds=round(time.process_time(), 3),
            rss_bytes=resident_bytes(),
            capacity=self._admission.capacity(len(self._sessions)),
            load=round(self._admission.load, 3),
            lag_ms=round(1000 * self._admission.worst_lag, 1),
            disk_free=ROOM.free(self._recordings),
            spill_free=None if self._spill is None else ROOM.free(self._spill),
            has_spill=self._spill is not None,
            alarms=sum(recording.state == "stalled" for recording in recordings),
            spilled=sum(recording.elsewhere for recording in recordings),
        )

    async def drain(self) -> None:
        """Take no new session; those that are open go on."""
        self.draining = True

    async def close(self) -> None:
        """Drop every peer and seal every part. The sessions are not ended: another engine may open them."""
        self.draining = True
        if self._ticker is not None:
            self._ticker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._ticker
        for session_id in list(self._sessions):
            async with self._turn(session_id):
                await self._seal(session_id, "shutdown")

    # --- commands ---

    async def _open(self, command: OpenSession) -> Done:
        if not is_safe_id(command.session_id):
            raise EngineError("no_session", "not a session id")
        async with self._turn(command.session_id):
            if command.session_id in self._sessions:
                return Done()
            if self.draining:
                raise EngineError("unavailable", "draining", retry_after=2.0)
            await self._admit(command.session_id)
            session, recorder = await self._new_session(command.session_id, command.label)
            self._sessions[command.session_id] = session
            self._recorders[command.session_id] = recorder
        if self._ticker is None:
            self._ticker = self._loop.create_task(self._tick_forever())
        return Done()

    async def _admit(self, session_id: str) -> None:
        """Raises EngineError("full"). A session that was recorded before is under way: only the limit stops it."""
        open_now = len(self._sessions)
        if open_now < self._admission.capacity(open_now):
            return
        if open_now < self.limit:
            directory = self._recordings / session_id
            if await apart(lambda: (directory / "session.json").exists()):
                return
        raise EngineError("full", f"{open_now} sessions", retry_after=10.0)

    async def _new_session(self, session_id: str, label: str) -> tuple[Session, ClosableRecorder]:
        directory = self._recordings / session_id

        def request_keyframe() -> None:  # in the recorder's thread
            self._from_thread(self._want_keyframe, session_id)

        def make() -> ClosableRecorder:
            if self._spill is None:
                directory.mkdir(parents=True, exist_ok=True)
            return self._make_recorder(directory, session_id, label, self._emit_from_thread, request_keyframe)

        try:
            recorder = await apart(make)
        except OSError as error:
            raise EngineError("storage", f"{type(error).__name__}: {error.strerror}", retry_after=5.0) from error
        return Session(session_id, recorder, self._place, self._emit), recorder

    async def _publish(self, command: PublishOffer) -> SdpAnswer:
        ticket = self._ticket(command.ticket, command.session_id, "caller")
        return await self._session(command.session_id).publish(ticket.peer_id, command.sdp)

    async def _watch(self, command: WatchOffer) -> SdpAnswer:
        ticket = self._ticket(command.ticket, command.session_id, "viewer")
        mark = Mark(ticket.label, ticket.code) if ticket.label else None
        return await self._session(command.session_id).watch(ticket.peer_id, command.sdp, command.rate, mark)

    def _ticket(self, text: str, session_id: str, role: PeerRole) -> Ticket:
        ticket = Ticket.verify(text, self._key)
        if ticket.session_id != session_id or ticket.role != role:
            raise EngineError("bad_ticket", "for another session or role")
        return ticket

    def _session(self, session_id: str) -> Session:
        session = self._sessions.get(session_id)
        if session is None:
            raise EngineError("no_session", "not open here")
        return session

    async def _end(self, command: EndSession) -> Done:
        async with self._turn(command.session_id):
            sealed = await self._seal(command.session_id, command.reason)
            if sealed is not None:
                self._emit(session_stopped(command.session_id, command.reason, *sealed, time.time()))
        return Done()

    async def _seal(self, session_id: str, reason: EndReason) -> tuple[int, Path, str] | None:
        session = self._sessions.pop(session_id, None)
        if session is None:
            return None
        await session.end()
        recorder = self._recorders.pop(session_id)
        return await apart(lambda: recorder.close(reason))

    async def _recover(self, command: RecoverSession) -> Done:
        if not is_safe_id(command.session_id):
            raise EngineError("no_session", "not a session id")
        async with self._turn(command.session_id):
            if command.session_id in self._sessions:
                return Done()
            directory = self._recordings / command.session_id
            spill = None if self._spill is None else self._spill / command.session_id

            def repair() -> None:
                if directory.is_dir() or (spill is not None and spill.is_dir()):
                    recover_directory(directory, command.session_id, emit=self._emit_from_thread, spill=spill)

            try:
                await apart(repair)
            except OSError as error:
                raise EngineError("storage", f"{type(error).__name__}: {error.strerror}", retry_after=5.0) from error
        return Done()

    async def _make_playback(self, command: MakePlayback) -> PlaybackMade:
        parts = [Path(path) for path in command.part_paths]
        try:
            return await self._loop.run_in_executor(
                None, make_playback, parts, list(command.part_starts), Path(command.out_path)
            )
        except (OSError, ValueError) as error:
            raise EngineError("storage", f"{type(error).__name__}: {error}") from error

    # --- reporting ---

    async def _tick_forever(self) -> None:
        turn = 0
        while True:
            due = self._loop.time() + TICK
            await asyncio.sleep(TICK)
            turn += 1
            now = time.time()
            self._admission.sample(self._loop.time(), time.process_time(), self._loop.time() - due)
            for session in list(self._sessions.values()):
                try:
                    session.tick(now)
                    if turn % HEALTH_EVERY == 0:
                        self._emit_health(replace(session.health(now), engine=self._word))
                except Exception:  # one session's fault must not stop the clock of the others
                    log.exception("session tick failed", extra={"session": session.session_id})

    def _emit(self, fact: Fact) -> None:
        try:
            self._emit_fact(fact)
        except Exception:  # the recipient's fault must not break a call
            log.exception("fact not taken", extra={"session": fact.session_id, "fact": fact.kind})

    def _emit_from_thread(self, fact: Fact) -> None:
        self._from_thread(self._emit, fact)

    def _from_thread(self, call: Callable[[Any], None], value: Any) -> None:
        """Hand a call of the recorder's thread to the loop; facts keep their order."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: the process is on its way out
            self._loop.call_soon_threadsafe(call, value)

    def _want_keyframe(self, session_id: str) -> None:
        session = self._sessions.get(session_id)
        if session is not None:
            session.want_keyframe()

    def _turn(self, session_id: str) -> asyncio.Lock:
        return self._turns.setdefault(session_id, asyncio.Lock())


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a note as keyword arguments that cannot stand for the note's own name and time."""
    return {(f"{key}_" if key in ("self", "name", "at") else key): value for key, value in data.items()}


def resident_bytes() -> int:
    """Memory of this process in RAM; its peak where the system does not tell (macOS)."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
