"""A whole site for end-to-end tests: real processes on real ports, in the profile that the environment chooses.

Embedded: the demo itself (`python -m config.demo`), as a newcomer starts it. Full: Daphne, a Celery worker with beat
and a media worker over the tests' PostgreSQL and Redis, with the same fictional force.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg2

from suspects.sources import simulator
from tests.helpers.services import free_port, stop, wait_for

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable


class Site:
    """A running site. `kill(name)` and `start(name)` are for the crash stories."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port, self.tls_port = free_port(), free_port()
        self.url = f"http://localhost:{self.port}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.env: dict[str, str] = {}
        self.commands: dict[str, list[str]] = {}

    @property
    def log(self) -> Path:
        return self.directory / "site.log"

    @property
    def evidence(self) -> Path:
        return self.directory / "data" / "evidence"

    def start(self, name: str) -> None:
        with self.log.open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self.commands[name], cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, name: str) -> None:
        """kill -9 of the process and what it started."""
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes[name].wait(10)

    def get(self, path: str) -> int:
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def wait_ready(self) -> None:
        main = self.processes["web"]
        try:
            wait_for(lambda: self.get("/readyz") == 200, "the site", seconds=120, process=main)
        except (RuntimeError, TimeoutError) as error:
            raise RuntimeError(f"{error}; its log ends:\n{self.log.read_text(errors='replace')[-4000:]}") from error

    def shell(self, code: str) -> None:
        """Run Python in the site's own settings: what an administrator or another machine did meanwhile."""
        env = {"DATA_DIR": str(self.directory / "data"), **self.env, "DEMO": "1"}
        env["DATA_DIR"] = env.get("DEMO_DIR", env["DATA_DIR"])  # the demo puts all it keeps there
        command = [PYTHON, "manage.py", "shell", "-v", "0", "-c", code]
        subprocess.run(command, cwd=ROOT, env=env, check=True, timeout=60)

    def stop(self) -> None:
        for process in self.processes.values():
            stop(process, seconds=15, sig=signal.SIGINT if "demo" in str(process.args) else signal.SIGTERM)


def _base_env(site: Site) -> dict[str, str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith(("DJANGO_", "PYTEST", "TEST_"))}
    for name in ("DATA_DIR", "SMS_PROVIDERS", "HASHED_STATIC", "REDIS_PREFIX", "SECRET_KEY", "SECURE_COOKIES"):
        env.pop(name, None)
    return env | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "PUBLIC_URL": site.url, "LOG_LEVEL": "WARNING"}


@contextlib.contextmanager
def embedded(directory: Path) -> Iterator[Site]:
    """The demo, as `make demo` starts it."""
    site = Site(directory)
    site.env = _base_env(site) | {
        "DEMO_DIR": str(directory / "data"),
        "HOST": "127.0.0.1",
        "PORT": str(site.port),
        "TLS_PORT": str(site.tls_port),
    }
    for name in ("DATABASE_URL", "REDIS_URL"):
        site.env.pop(name, None)
    site.commands = {"web": [PYTHON, "-m", "config.demo"]}
    yield from _running(site)


@contextlib.contextmanager
def full(directory: Path) -> Iterator[Site]:
    """Web, worker and media as in docker-compose.yml."""
    site = Site(directory)
    name = f"e2e_{os.getpid()}_{site.port}"
    data = directory / "data"
    registers = free_port()
    site.env = _base_env(site) | {
        "DATABASE_URL": _database(name),
        "REDIS_PREFIX": name,
        "DATA_DIR": str(data),
        "MEDIA_RECORDINGS_DIR": str(data / "recordings"),
        "MEDIA_TICKET_KEY": "e2e-ticket-key",
        "SECRET_KEY": "e2e-only-secret-key-that-is-long-enough-to-be-accepted",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SECURE_COOKIES": "0",
        "SMS_PROVIDERS": "streaming.sms.onscreen.OnScreenProvider",
        "EVIDENCE_STORAGE": "file",
        "CHECK_SOURCES": ",".join(simulator.settings_for(f"http://127.0.0.1:{registers}")),
    }
    site.commands = {
        "registers": [PYTHON, "-m", "suspects.sources.simulator", "--port", str(registers)],
        "media": [PYTHON, "-m", "streaming.media"],
        "worker": [PYTHON, "-m", "celery", "-A", "config", "worker", "-B", "--pool", "threads", "--concurrency", "4",
                   "--without-gossip", "--without-mingle", "--without-heartbeat",
                   "--schedule", str(directory / "beat"), "--loglevel", "warning"],
        "web": [str(Path(PYTHON).parent / "daphne"), "-b", "127.0.0.1", "-p", str(site.port),
                "config.asgi:application"],
    }  # fmt: skip
    _copy_of_the_seeded(site, name, data)
    yield from _running(site)


def _copy_of_the_seeded(site: Site, name: str, data: Path) -> None:
    """A database and a data directory as the seed leaves them: made once in a run, by the first site that needs them.

    A template cannot be copied while somebody is connected to it, so each takes its turn.
    """
    run = site.directory.parents[1 if "PYTEST_XDIST_WORKER" in os.environ else 0]
    template, seeded = f"seeded_{run.name}", run / "seeded"
    with contextlib.closing(psycopg2.connect(os.environ["DATABASE_URL"])) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute("SELECT pg_advisory_lock(999)")
        if not seeded.exists():
            cursor.execute(f'CREATE DATABASE "{template}"')
            _seed(site.env | {"DATABASE_URL": _database(template), "DATA_DIR": str(data)})
            data.rename(seeded)
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    shutil.copytree(seeded, data)


def _seed(env: dict[str, str]) -> None:
    seed = subprocess.run(
        [PYTHON, "-m", "tests.helpers.seed"], cwd=ROOT, env=env | {"DEMO": "1"}, capture_output=True, text=True
    )
    assert seed.returncode == 0, seed.stderr[-3000:]


def _database(name: str) -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{quote(name)}").geturl()


def _running(site: Site) -> Iterator[Site]:
    try:
        for name in site.commands:
            site.start(name)
        site.wait_ready()
        yield site
    finally:
        site.stop()


@contextlib.contextmanager
def beside(running: Site, directory: Path, **settings: str) -> Iterator[Site]:
    """Another web process over the same data, with other settings: a few seconds, where a whole site takes a minute."""
    site = Site(directory)
    data = {"DATA_DIR": str(running.directory / "data"), "DEMO": "1", "ALLOWED_HOSTS": "localhost,127.0.0.1"}
    site.env = data | running.env | {"PUBLIC_URL": site.url} | settings
    web = [str(Path(PYTHON).parent / "daphne"), "-b", "127.0.0.1", "-p", str(site.port), "config.asgi:application"]
    site.commands = {"web": web}
    yield from _running(site)


def from_environment(directory: Path) -> contextlib.AbstractContextManager[Site]:
    directory.mkdir(parents=True, exist_ok=True)
    return full(directory) if os.environ.get("DATABASE_URL") else embedded(directory)
