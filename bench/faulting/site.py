"""The site of `bench faults`: PostgreSQL, Redis, two media workers, a Celery worker with beat, a web process. Each can
be killed with -9 and is started again at once, as whoever supervises it would."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.common import BenchmarkError
from bench.live_site import START_SECONDS, Redis
from bench.site_settings import ROOT, environment
from tests.helpers import services

ENGINES = ("engine-1", "engine-2")


class Site:
    def __init__(self, directory: Path, database: str, redis: Redis) -> None:
        self.directory, self.redis = directory, redis
        self.port = services.free_port()
        self.env = environment(
            directory / "data", database, redis.url, REDIS_PREFIX="faults", MEDIA_HOST="127.0.0.1", MEDIA_MAX_LOAD="0",
            PUBLIC_URL=f"http://localhost:{self.port}",
        )  # fmt: skip
        beside = str(Path(sys.executable).parent)
        celery = [sys.executable, "-m", "celery", "-A", "config", "worker", "-B", "--pool", "threads",
                  "--without-gossip", "--without-mingle", "--without-heartbeat",
                  "--concurrency", "4", "--schedule", str(directory / "beat"), "--loglevel", "error"]  # fmt: skip
        engine = [sys.executable, "-m", "streaming.media"]
        web = [f"{beside}/daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(self.port), "config.asgi:application"]
        self.commands = {"engine-1": engine, "engine-2": engine, "worker": celery, "web": web}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.left: dict[str, int] = {}

    def start(self, name: str) -> None:
        if name == "redis":
            self.redis.start()
            return
        with (self.directory / "site.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self.commands[name], cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )

    def revive(self) -> None:
        """Start again what has left by itself, as whoever supervises the processes does; `left` counts it."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                self.left[name] = self.left.get(name, 0) + 1
                self.start(name)

    def kill(self, name: str) -> float:
        """kill -9 of the process and its children; the moment just before it (epoch seconds)."""
        moment = time.time()
        if name == "redis":
            self.redis.kill()
            return moment
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes[name].wait(10)
        return moment

    def people(self, what: str, *arguments: str) -> dict[str, Any]:
        """Run a step of `bench.faulting.people`; what it wrote."""
        out = self.directory / f"{what}.json"
        command = [sys.executable, "-m", "bench.faulting.people", what, str(out), *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BenchmarkError(f"{what}: {done.stderr[-2000:]}")
        found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return found

    def ready(self) -> None:
        """Wait until the whole site answers."""
        import urllib.request

        def answers() -> bool:
            try:
                with urllib.request.urlopen(f"http://localhost:{self.port}/readyz", timeout=5) as answer:
                    return int(answer.status) == 200
            except OSError:
                return False

        try:
            services.wait_for(answers, "the site", START_SECONDS, self.processes["web"])
        except (RuntimeError, TimeoutError) as error:
            raise BenchmarkError(f"{error}; its log ends:\n{self.said()}") from error

    def said(self) -> str:
        log = self.directory / "site.log"
        return log.read_text(errors="replace")[-3000:] if log.exists() else ""

    def stop(self) -> None:
        for process in self.processes.values():
            services.stop(process, 10)


@contextlib.contextmanager
def installed(directory: Path, calls: int) -> Iterator[tuple[Site, dict[str, Any]]]:
    """Everything running, the links claimed, nobody connected yet."""
    redis = Redis()
    try:
        with services.postgres(directory / "postgres") as database:
            site = Site(directory, database, redis)
            given = site.people("make", str(calls))
            try:
                for name in site.commands:
                    site.start(name)
                site.ready()
                yield site, given
            finally:
                site.stop()
    finally:
        services.stop(redis.process)
