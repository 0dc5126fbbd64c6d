"""PostgreSQL and Redis of the tests' own, on free ports in a scratch directory; the machine's own are never touched."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(
    ready: Callable[[], bool], what: str, seconds: float = 30.0, process: subprocess.Popen | None = None
) -> None:
    """Poll until `ready()`; a process that died or a deadline that passed is an error that says so."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"{what} ended with {process.returncode}")
        if ready():
            return
        time.sleep(0.05)
    raise TimeoutError(f"{what} was not ready within {seconds:.0f} s")


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def stop(process: subprocess.Popen, seconds: float = 10.0, sig: int = signal.SIGTERM) -> None:
    if process.poll() is not None:
        return
    process.send_signal(sig)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)


def postgres_bin(name: str) -> str:
    """PostgreSQL's server programs are not on the PATH on Debian."""
    found = shutil.which(name)
    if found and name != "psql":
        return found
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    if not versions:
        raise RuntimeError(f"{name} is not installed: run `make test`, which installs what the tests need")
    return str(versions[-1])


def _as_postgres() -> tuple[list[str], int | None]:
    """PostgreSQL refuses to run as root: then it runs as its own user."""
    if os.geteuid() != 0:
        return [], None
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"], pwd.getpwnam("postgres").pw_uid


_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "128MB"}
#: A small server as a force would run it: nothing is confirmed before it is on the disk.
DURABLE = {
    "shared_buffers": "6GB", "effective_cache_size": "12GB", "max_wal_size": "8GB", "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
}  # fmt: skip


@contextlib.contextmanager
def postgres(directory: Path) -> Iterator[str]:
    """A cluster without fsync; yields the URL of its `sightline` database."""
    home = directory / "pg"
    _make_cluster(directory, home)
    with _serve(home, _FAST) as port:
        create = [postgres_bin("createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "sightline", "sightline"]
        wait_for(lambda: subprocess.run(create, stderr=subprocess.DEVNULL).returncode == 0, "createdb")
        yield f"postgres://sightline@127.0.0.1:{port}/sightline"


@contextlib.contextmanager
def kept_postgres(directory: Path, settings: dict[str, str] = DURABLE) -> Iterator[str]:
    """A cluster that stays in `directory`: made the first time, started again later. Yields the URL of the database
    `postgres`, which every cluster has."""
    home = directory / "pg"
    if not (home / "data").exists():
        _make_cluster(directory, home)
    (home / "data" / "postmaster.pid").unlink(missing_ok=True)  # of a run that was killed
    with _serve(home, settings) as port:
        yield f"postgres://sightline@127.0.0.1:{port}/postgres"


def _make_cluster(directory: Path, home: Path) -> None:
    prefix, uid = _as_postgres()
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o755)
    home.mkdir()
    if uid is not None:
        os.chown(home, uid, -1)
        for parent in (directory, *directory.parents):
            if not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)
    subprocess.run(
        [*prefix, postgres_bin("initdb"), "-D", str(home / "data"), "-U", "sightline", "-A", "trust", "-E", "UTF8",
         "--locale=C.UTF-8", "--no-sync"],
        check=True, stdout=subprocess.DEVNULL, cwd="/",
    )  # fmt: skip


@contextlib.contextmanager
def _serve(home: Path, settings: dict[str, str]) -> Iterator[int]:
    prefix, _ = _as_postgres()
    port = free_port()
    settings = settings | {
        "max_connections": "200", "listen_addresses": "127.0.0.1", "unix_socket_directories": str(home),
        "log_min_messages": "FATAL",
    }  # fmt: skip
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    process = subprocess.Popen(
        [*prefix, postgres_bin("postgres"), "-D", str(home / "data"), "-p", str(port), *options],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
    )  # fmt: skip
    try:
        check = [postgres_bin("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port), "-U", "sightline"]
        wait_for(lambda: subprocess.run(check).returncode == 0, "PostgreSQL", process=process)
        yield port
    finally:
        stop(process, sig=signal.SIGINT)


@contextlib.contextmanager
def redis(directory: Path) -> Iterator[str]:
    """A Redis without persistence; yields its URL."""
    directory.mkdir(parents=True, exist_ok=True)
    port = free_port()
    server = shutil.which("redis-server")
    if server is None:
        raise RuntimeError("redis-server is not installed: run `make test`, which installs what the tests need")
    process = subprocess.Popen(
        [
            server,
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            str(directory),
        ],
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: answers(port), "Redis", process=process)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        stop(process)
