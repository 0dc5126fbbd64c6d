"""Media workers as they run in the full profile: real processes on a Redis of the test's own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import redis

from streaming.adapters.redis import RedisGateway
from streaming.contracts import Fact, SessionStopped, StreamHealth, Ticket
from streaming.contracts.channels import FACTS_GROUP, MediaKeys
from tests.helpers import services

KEY = "live key"
PATIENCE = 30.0
FAKE_PROGRAM, REAL_PROGRAM = "tests.fakes.media_worker", "streaming.media"


class Box:
    """Collects what a gateway reports; `refuse` makes it fail first."""

    def __init__(self, refuse: Callable[[Fact], bool] = lambda fact: False) -> None:
        self.items: list[Fact | StreamHealth] = []
        self._refuse = refuse
        self._changed = threading.Condition()

    def __call__(self, item: Fact | StreamHealth) -> None:
        if isinstance(item, Fact) and self._refuse(item):
            raise RuntimeError("not now")
        with self._changed:
            self.items.append(item)
            self._changed.notify_all()

    def wait(self, enough: Callable[[list[Fact | StreamHealth]], bool]) -> list[Fact | StreamHealth]:
        with self._changed:
            assert self._changed.wait_for(lambda: enough(self.items), PATIENCE), self.items
            return list(self.items)

    def stopped(self) -> list[tuple[str, str]]:
        return [(item.session_id, item.reason) for item in self.items if isinstance(item, SessionStopped)]


class Installation:
    """A Redis, a shared recordings directory, worker processes and gateways."""

    def __init__(self, url: str, directory: Path) -> None:
        self.url, self.directory = url, directory
        self.recordings = directory / "recordings"
        self.keys = MediaKeys(f"live-{os.getpid()}")
        self.redis = redis.Redis.from_url(url)
        self.workers: list[subprocess.Popen[bytes]] = []
        self.gateways: list[RedisGateway] = []

    def worker(self, *, limit: int = 40, program: str = FAKE_PROGRAM, drain: float = 20) -> str:
        """Start one and return its id once it beats."""
        before = self.beating()
        env = {
            "PATH": os.environ["PATH"],
            "REDIS_URL": self.url,
            "REDIS_PREFIX": self.keys.prefix,
            "MEDIA_RECORDINGS_DIR": str(self.recordings),
            "MEDIA_TICKET_KEY": KEY,
            "MEDIA_SESSION_LIMIT": str(limit),
            "MEDIA_DRAIN_SECONDS": str(drain),
        }
        with (self.directory / f"worker-{len(self.workers)}.log").open("wb") as log:
            process = subprocess.Popen([sys.executable, "-m", program], env=env, stderr=log)
        self.workers.append(process)
        services.wait_for(lambda: len(self.beating() - before) == 1, "the worker", PATIENCE, process)
        return (self.beating() - before).pop()

    def beating(self) -> set[str]:
        prefix = self.keys.heartbeat("")
        return {key.decode().removeprefix(prefix) for key in self.redis.scan_iter(f"{prefix}*")}

    def process(self, worker_id: str) -> subprocess.Popen[bytes]:
        pid = int(worker_id.split("-")[1])
        return next(process for process in self.workers if process.pid == pid)

    def kill(self, worker_id: str) -> None:
        process = self.process(worker_id)
        process.kill()
        process.wait()

    def gateway(self, on_fact: Box | None = None, on_health: Box | None = None) -> RedisGateway:
        gateway = RedisGateway(self.url, self.keys)
        self.gateways.append(gateway)
        gateway.start(on_fact, on_health)
        return gateway

    def pending(self) -> int:
        """How many facts were read and not acknowledged."""
        try:
            answer: Any = self.redis.xpending(self.keys.facts, FACTS_GROUP)
        except redis.ResponseError:
            return 0  # the group is not made yet
        return int(answer["pending"])

    def logs(self) -> str:
        return "".join(path.read_text() for path in sorted(self.directory.glob("worker-*.log")))

    def close(self) -> None:
        for gateway in self.gateways:
            gateway.stop()
        for process in self.workers:
            services.stop(process, sig=signal.SIGKILL)
        self.redis.close()


def ticket(session_id: str) -> str:
    return Ticket(session_id=session_id, peer_id="p1", role="caller", expires_at=time.time() + 60).sign(KEY.encode())
