"""The installation of `bench live`: PostgreSQL, Redis, web processes, a courier, and processes of phones around it."""

from __future__ import annotations

import contextlib
import http.client
import json
import resource
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.common import BenchmarkError, cpu_seconds, resident_bytes, say
from bench.site_settings import ROOT, environment
from tests.helpers import services

START_SECONDS = 120.0
CSRF = "b" * 32


class Redis:
    """A Redis that can be stopped and started again at the same address. It keeps nothing, as a cache may."""

    def __init__(self) -> None:
        self.port = services.free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        server = shutil.which("redis-server")
        if server is None:
            raise BenchmarkError("redis-server is not installed: `make test` installs what is needed")
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen([server, *options], stdout=subprocess.DEVNULL)
        services.wait_for(lambda: services.answers(self.port), "Redis", process=self.process)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)


class Web:
    """One Daphne process on a port of its own."""

    def __init__(self, env: dict[str, str], log: Path, port: int = 0) -> None:
        self.port = port or services.free_port()
        # The queue of a listening socket must hold everyone who comes back at once.
        endpoint = f"tcp:port={self.port}:interface=127.0.0.1:backlog=4096"
        command = [str(Path(sys.executable).parent / "daphne"), "-v", "0", "-e", endpoint, "bench.live_app:application"]
        with log.open("ab") as out:
            self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out)

    def reserve(self, wanted_id: str, cookie: str) -> int:
        """The officer's tap, as the phone sends it. Returns the HTTP status."""
        headers = {
            "Host": f"localhost:{self.port}",
            "Content-Type": "application/json",
            "Cookie": f"{cookie}; sl_csrf={CSRF}",
            "X-CSRFToken": CSRF,
        }
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            body = json.dumps({"client_key": str(uuid4()), "acknowledged": []})
            line.request("POST", f"/api/v1/wanted/{wanted_id}/reserve/", body, headers)
            answer = line.getresponse()
            said = answer.read()
            if answer.status not in (200, 201):
                raise BenchmarkError(f"a reservation was answered {answer.status}: {said[:300]!r}")
            return answer.status
        finally:
            line.close()

    def get(self, path: str, seconds: float = 60.0) -> int:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers={"Host": f"localhost:{self.port}"}
        )
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            answer.read()
            return int(answer.status)

    def answers(self) -> bool:
        try:
            return self.get("/healthz", 5) == 200
        except OSError:
            return False

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)


class Phones:
    """A process of phones and its answers."""

    def __init__(self, given: dict[str, Any], directory: Path, number: int, log: Path) -> None:
        mine = directory / f"phones-{number}.json"
        mine.write_text(json.dumps(given))
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bench.live_client", "--phones", str(mine)],
                cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=out, text=True,
            )  # fmt: skip

    def ask(self, **command: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise BenchmarkError("a process of phones ended")
        told: dict[str, Any] = json.loads(line)
        return told


class Site:
    def __init__(self, directory: Path, database: str, redis: Redis) -> None:
        self.directory, self.redis, self.log = directory, redis, directory / "site.log"
        self.env = environment(directory / "data", database, redis.url)
        self.webs: list[Web] = []
        self.phones: list[Phones] = []
        self.cookies: list[str] = []
        self.wanted: list[str] = []

    def fill(self, phones: int, wanted: int) -> dict[str, Any]:
        out = self.directory / "people.json"
        start = "import sys, django, pathlib; django.setup(); from bench import live_people; "
        start += "live_people.make(pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))"
        command = [sys.executable, "-c", start, str(out), str(phones), str(wanted)]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True)
        if done.returncode:
            raise BenchmarkError(f"the people could not be made: {done.stderr[-2000:]}")
        given: dict[str, Any] = json.loads(out.read_text())
        self.cookies, self.wanted = given["cookies"], given["wanted"]
        return given

    def start(self, given: dict[str, Any], webs: int, clients: int) -> None:
        self.webs = [Web(self.env, self.log) for _ in range(webs)]
        courier = [sys.executable, "-m", "celery", "-A", "config", "worker", "-B", "--pool", "threads", "--concurrency",
                   "2", "--schedule", str(self.directory / "beat"), "--loglevel", "error"]  # fmt: skip
        with self.log.open("ab") as out:
            self.courier = subprocess.Popen(courier, cwd=ROOT, env=self.env, stdout=out, stderr=out)
        for web in self.webs:
            services.wait_for(web.answers, "a web process", START_SECONDS, web.process)
        for number in range(clients):
            share = given["cookies"][number::clients]
            self.phones.append(Phones(given | {"cookies": share}, self.directory, number, self.log))

    def start_web(self, port: int) -> Web:
        """Another one in the place of one that was killed."""
        web = Web(self.env, self.log, port)
        self.webs.append(web)
        services.wait_for(web.answers, "a web process", START_SECONDS, web.process)
        return web

    def ask_all(self, **command: Any) -> list[dict[str, Any]]:
        """Every process of phones at once; their answers."""
        for phones in self.phones:
            phones.ask(**command)
        return [phones.answer() for phones in self.phones]

    @property
    def ports(self) -> list[int]:
        return [web.port for web in self.webs]

    def cpu(self) -> dict[str, float]:
        """Seconds of each part so far."""
        return {
            "web": sum(cpu_seconds(web.process.pid) for web in self.webs if web.process.poll() is None),
            "phones": sum(cpu_seconds(phones.process.pid) for phones in self.phones),
        }

    def said(self) -> str:
        """The end of what the processes wrote."""
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""

    def resident_mb(self) -> float:
        """Of the web processes together."""
        return sum(resident_bytes(web.process.pid) for web in self.webs) / 1e6

    def stop(self) -> None:
        for phones in self.phones:
            services.stop(phones.process, 5, signal.SIGKILL)
        services.stop(self.courier, 15)
        for web in self.webs:
            services.stop(web.process, 5, signal.SIGKILL)


@contextlib.contextmanager
def installed(directory: Path, *, phones: int, webs: int, clients: int, wanted: int) -> Iterator[Site]:
    """Everything running, nobody connected yet."""
    allow_many_files()
    redis = Redis()
    try:
        with services.postgres(directory / "postgres") as database:
            site = Site(directory, database, redis)
            started = time.monotonic()
            given = site.fill(phones, wanted)
            say(f"{phones} officers signed in and on duty ({time.monotonic() - started:.1f} s)")
            try:
                site.start(given, webs, clients)
                yield site
            except (RuntimeError, TimeoutError) as error:
                raise BenchmarkError(f"{error}; the log ends:\n{site.said()}") from error
            finally:
                site.stop()
    finally:
        services.stop(redis.process)


def allow_many_files() -> None:
    """Every phone is a file in its process and another in the server's."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
