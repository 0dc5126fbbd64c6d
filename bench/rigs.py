"""What `bench media` measures side by side: this engine, stock aiortc, Janus. Each is started, loaded, ended alike."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Protocol

import av

from bench.clip import FPS
from bench.common import BenchmarkError, cpu_seconds, resident_bytes
from bench.engine_client import EngineClient, EngineProcess
from bench.janus import JanusProcess
from streaming.contracts import PartSealed, SessionStopped

Callers = dict[str, Any]  # what the load process of callers wrote


class Rig(Protocol):
    """A media server under load. `doors`: its Unix sockets, one a process; session n belongs to the n-th of them."""

    kind: str
    doors: list[Path]
    pids: list[int]
    recordings: Path

    async def listen(self) -> None:
        """Before the load: hear what it tells of itself from here on."""

    async def finish(self, sessions: int) -> None:
        """End the sessions, so that everything recorded is on the disk."""

    def recorded_ratio(self, callers: Callers) -> float:
        """Pictures (Janus: packets) recorded by what was sent after the recording's first one."""

    def log(self) -> str: ...

    def kill(self) -> None: ...


def cpu_of(rig: Rig) -> float:
    return sum(cpu_seconds(pid) for pid in rig.pids)


def memory_of(rig: Rig) -> int:
    return sum(resident_bytes(pid) for pid in rig.pids)


class _Processes:
    """Engines that speak the socket protocol of `bench.engine_process`."""

    module = "bench.engine_process"

    def __init__(self, directory: Path, *, workers: int, loop: str, host: str) -> None:
        self._engines: list[EngineProcess] = []
        try:
            for number in range(workers):
                own = directory / f"worker-{number}"
                own.mkdir()
                self._engines.append(EngineProcess(own, loop, host=host, module=self.module))
        except BaseException:
            self.kill()
            raise
        self.doors = [engine.socket for engine in self._engines]
        self.pids = [engine.pid for engine in self._engines]
        self.recordings = directory
        self._parts: list[PartSealed] = []
        self._open = AsyncExitStack()
        self._clients: list[EngineClient] = []

    async def listen(self) -> None:
        for door in self.doors:
            self._clients.append(await self._open.enter_async_context(EngineClient(door, facts=True)))

    async def finish(self, sessions: int) -> None:
        async with self._open:
            for number in range(sessions):
                await self._clients[number % len(self._clients)].end(f"bench-{number}")
            await self._ended(sessions)

    async def _ended(self, sessions: int) -> None:
        for number, client in enumerate(self._clients):
            await client.all_facts(SessionStopped, len(range(number, sessions, len(self._clients))))
            self._parts += [fact for fact in client.facts if isinstance(fact, PartSealed)]

    def log(self) -> str:
        return "\n".join(engine.log() for engine in self._engines)

    def kill(self) -> None:
        for engine in self._engines:
            engine.kill()


class Engine(_Processes):
    """This project's engine, in as many workers as asked for."""

    kind = "engine"

    def recorded_ratio(self, callers: Callers) -> float:
        sent = recorded = 0
        for name, caller in callers["peers"].items():
            own = [part for part in self._parts if part.session_id == name]
            if not own:
                return 0.0
            first = min(part.start for part in own)
            sent += sum(1 for picture in caller["pictures"] if picture[2] >= first - 0.5 / FPS)
            recorded += sum(part.frames for part in own)
        return round(recorded / sent, 6)


class Stock(_Processes):
    """aiortc as it comes: MediaRelay and MediaRecorder, every picture decoded and encoded again."""

    kind = "stock"
    module = "bench.stock_process"

    async def _ended(self, sessions: int) -> None:
        """Nothing is told: EndSession was answered when the file was closed."""

    def recorded_ratio(self, callers: Callers) -> float:
        sent = sum(len(caller["pictures"]) for caller in callers["peers"].values())
        return round(sum(map(_pictures, self.recordings.glob("worker-*/recordings/*.mp4"))) / sent, 6)


def _pictures(path: Path) -> int:
    try:
        with av.open(str(path)) as film:
            return sum(1 for packet in film.demux(video=0) if packet.size)
    except av.FFmpegError:
        return 0


class Janus:
    """Debian's Janus with a room a session."""

    kind = "janus"

    def __init__(self, directory: Path, host: str) -> None:
        self._process = JanusProcess(directory, host)
        self.doors, self.pids = [self._process.socket], [self._process.pid]
        self.recordings = self._process.recordings

    async def listen(self) -> None:
        """It tells nothing that is needed here."""

    async def finish(self, sessions: int) -> None:
        self._process.stop()

    def recorded_ratio(self, callers: Callers) -> float:
        sent = sum(picture[3] for caller in callers["peers"].values() for picture in caller["pictures"])
        return round(self._process.recorded() / sent, 6)

    def log(self) -> str:
        return self._process.log()

    def kill(self) -> None:
        self._process.kill()


def start(kind: str, directory: Path, *, workers: int, loop: str, host: str) -> Rig:
    directory.mkdir()
    if kind == "janus":
        return Janus(directory, host)
    if kind not in ("engine", "stock"):
        raise BenchmarkError(f"no such server: {kind}")
    return (Engine if kind == "engine" else Stock)(directory, workers=workers, loop=loop, host=host)
