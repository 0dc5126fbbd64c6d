"""Starting, asking and killing the engine of `bench.engine_process`."""

from __future__ import annotations

import asyncio
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from bench.common import BenchmarkError
from streaming.contracts import (
    Command,
    EndSession,
    Fact,
    OpenSession,
    PeerRole,
    PublishOffer,
    Refused,
    Reply,
    SdpAnswer,
    Ticket,
    WatchOffer,
    dumps,
    loads,
)

KEY = "benchmark key"
PATIENCE = 30.0

F = TypeVar("F", bound=Fact)


class EngineProcess:
    """`python -m bench.engine_process` with its files in `directory`; `pid` for its figures."""

    def __init__(
        self, directory: Path, loop: str = "product", *, host: str = "127.0.0.1", module: str = "bench.engine_process"
    ) -> None:
        self.directory, self.recordings = directory, directory / "recordings"
        self.socket = directory / "engine.sock"
        self.socket.unlink(missing_ok=True)
        arguments = ["--recordings", str(self.recordings), "--socket", str(self.socket), "--key", KEY, "--loop", loop]
        arguments += ["--host", host]
        with (directory / "engine.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self.process.stdout is not None
        with self.process.stdout as ready:
            if not ready.readline():
                raise BenchmarkError(f"the engine did not start: {self.log()[-2000:]}")

    @property
    def pid(self) -> int:
        return self.process.pid

    def log(self) -> str:
        return (self.directory / "engine.log").read_text(encoding="utf-8", errors="replace")

    def kill(self) -> float:
        """kill -9, and the moment just before it."""
        moment = time.time()
        self.process.kill()
        self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()
        return moment


class EngineClient:
    """One connection to the engine: `async with EngineClient(socket) as engine`."""

    def __init__(self, socket: Path, *, facts: bool = False) -> None:
        self._socket, self._wants_facts = socket, facts
        self._ids = itertools.count()
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self.facts: list[Fact] = []
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> EngineClient:
        self._reader, self._writer = await asyncio.open_unix_connection(self._socket, limit=1 << 20)
        self._task = asyncio.create_task(self._read())
        if self._wants_facts:
            self._writer.write(b'{"facts": true}\n')
        return self

    async def __aexit__(self, *error: object) -> None:
        self._task.cancel()
        self._writer.close()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _read(self) -> None:
        while line := await self._reader.readline():
            message: dict[str, Any] = json.loads(line)
            if "fact" in message:
                fact = loads(message["fact"])
                assert isinstance(fact, Fact)
                async with self._changed:
                    self.facts.append(fact)
                    self._changed.notify_all()
            elif "state" in message:
                self._waiting.pop(message["id"]).set_result(message["state"])
            else:
                reply = loads(message["reply"])
                assert isinstance(reply, Reply)
                self._waiting.pop(message["id"]).set_result(reply)

    async def inspect(self) -> dict[str, int]:
        """`tasks` of the engine's event loop and memory `blocks` of its Python."""
        state: dict[str, int] = await self._exchange({"inspect": True})
        return state

    async def ask(self, command: Command) -> Reply:
        reply: Reply = await self._exchange({"command": dumps(command)})
        if isinstance(reply, Refused) and reply.code != "no_source":
            raise BenchmarkError(f"{command.kind} was refused: {reply.code} {reply.message}")
        return reply

    async def _exchange(self, question: dict[str, Any]) -> Any:
        number = next(self._ids)
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._writer.write(json.dumps({"id": number, **question}).encode() + b"\n")
        async with asyncio.timeout(PATIENCE):
            return await future

    async def open(self, session_id: str) -> None:
        await self.ask(OpenSession(session_id=session_id, label="benchmark"))

    async def end(self, session_id: str) -> None:
        await self.ask(EndSession(session_id=session_id, reason="caller"))

    async def answer(
        self, session_id: str, peer_id: str, role: PeerRole, sdp: str, mark: tuple[str, str] = ("", "")
    ) -> str:
        """The answer to an offer; a viewer who is early asks again until the caller is there. `mark`: a partner's name
        and their link's code."""
        expires, (label, code) = time.time() + 60, mark
        ticket = Ticket(
            session_id=session_id, peer_id=peer_id, role=role, expires_at=expires, label=label, code=code
        ).sign(KEY.encode())
        kind = PublishOffer if role == "caller" else WatchOffer
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            reply = await self.ask(kind(session_id=session_id, ticket=ticket, sdp=sdp))
            if isinstance(reply, SdpAnswer):
                return reply.sdp
            await asyncio.sleep(0.1)
        raise BenchmarkError(f"no source in {session_id}")

    async def fact(self, kind: type[F], matching: Callable[[F], bool] = lambda fact: True) -> F:
        """The first fact of a kind that matches, waited for."""
        found = await self.all_facts(kind, 1, matching)
        return found[0]

    async def all_facts(self, kind: type[F], count: int, matching: Callable[[F], bool] = lambda fact: True) -> list[F]:
        def found() -> list[F]:
            return [fact for fact in self.facts if isinstance(fact, kind) and matching(fact)]

        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: len(found()) >= count)
        return found()
