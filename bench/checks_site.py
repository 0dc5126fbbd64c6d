"""The installation of `bench checks`: a filled PostgreSQL, Redis, web processes; officers signed in with a reason."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psycopg2  # type: ignore[import-untyped]  # no stubs among our pins

from bench.common import BenchmarkError, cpu_seconds, say
from bench.population import populated
from bench.site_settings import ROOT, environment
from tests.helpers import services


class Site:
    """Web processes on `ports`; `plan` holds the sessions and the checks to run, made by `bench.checks_plan`."""

    def __init__(self, directory: Path, database: str, redis: str) -> None:
        self.root, self.directory, self.database = ROOT, directory, database
        self.log, self.plan = directory / "site.log", directory / "plan.json"
        self.env = environment(directory / "data", database, redis, LOG_LEVEL="ERROR", CHECK_SOURCES="")
        self.webs: list[tuple[subprocess.Popen[bytes], int]] = []
        self.cpu_before = 0.0

    @property
    def ports(self) -> list[int]:
        return [port for _, port in self.webs]

    def python(self, module: str) -> list[str]:
        """The command that runs a module's `main` with Django set up."""
        return [sys.executable, "-c", f"import django; django.setup(); from {module} import main; main()"]

    def prepare(self, officers: int) -> None:
        command = [*self.python("bench.checks_plan"), "--officers", str(officers), "--out", str(self.plan)]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True)
        if done.returncode:
            raise BenchmarkError(f"the officers could not be made: {done.stderr[-2000:]}")

    def read_in(self) -> None:
        """The whole database into PostgreSQL's memory, where a server that was not started a moment ago has it."""
        with contextlib.closing(psycopg2.connect(self.database)) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
            cursor.execute("SELECT sum(pg_prewarm(oid)) FROM pg_class WHERE relkind IN ('r', 'i', 't')")
            connection.commit()

    def start(self, webs: int) -> None:
        daphne = str(Path(sys.executable).parent / "daphne")
        for _ in range(webs):
            port = services.free_port()
            command = [daphne, "-v", "0", "-b", "127.0.0.1", "-p", str(port), "config.asgi:application"]
            with self.log.open("ab") as out:
                process = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=out, stderr=out)
            self.webs.append((process, port))
        for process, port in self.webs:
            services.wait_for(partial(_healthy, port), "a web process", 60, process)
        self.cpu_before = self._cpu()

    def stop(self) -> None:
        for process, _ in self.webs:
            services.stop(process, 5, signal.SIGKILL)

    def _cpu(self) -> float:
        return sum(cpu_seconds(process.pid) for process, _ in self.webs)

    def cpu_per_check(self, checks: int) -> float:
        """Seconds of the web processes for each check, the warming up included."""
        return round((self._cpu() - self.cpu_before) / max(1, checks), 4)

    def counts(self) -> dict[str, int]:
        with contextlib.closing(psycopg2.connect(self.database)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM suspects_check")
            checks = cursor.fetchone()
            cursor.execute("SELECT count(*) FROM core_auditevent WHERE action = 'SEARCH'")
            entries = cursor.fetchone()
        return {"checks": checks[0], "audit_entries": entries[0]}

    def verify(self) -> str:
        """What is wrong with the audit chain; empty when it holds and leaves no entry out."""
        code = (
            "import django; django.setup(); from core import audit; audit.chain(); found = audit.verify(); "
            "print(found.problem or (found.unchained and f'{found.unchained} unchained') or '')"
        )
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=self.env, capture_output=True, text=True)
        return done.stdout.strip() if done.returncode == 0 else done.stderr[-300:]


def _healthy(port: int) -> bool:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": "localhost"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return int(answer.status) == 200
    except OSError:
        return False


@contextlib.contextmanager
def installed(directory: Path, people: int, officers: int, webs: int) -> Iterator[Site]:
    started = time.monotonic()
    with services.redis(directory / "redis") as redis, populated(people=people) as database:
        site = Site(directory, database, redis)
        site.prepare(officers)
        say(f"{people:,} people on file, {officers} officers signed in ({time.monotonic() - started:.0f} s)")
        try:
            site.start(webs)
            yield site
        finally:
            site.stop()
