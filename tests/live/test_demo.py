"""`make demo` as a newcomer meets it: it starts, starts again, says what is wrong, and Ctrl-C ends all of it."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.demo.story import UNITS
from tests.helpers import site
from tests.helpers.services import answers, free_port, stop, wait_for


@contextmanager
def demo(directory: Path) -> Iterator[site.Site]:
    with site.embedded(directory) as running:
        yield running


def rows(directory: Path, sql: str) -> int:
    with sqlite3.connect(directory / "data" / "sightline.sqlite3") as connection:
        return int(connection.execute(sql).fetchone()[0])


def test_it_starts_holds_a_night_and_ctrl_c_ends_everything(tmp_path: Path) -> None:
    with demo(tmp_path) as first:
        parts = json.load(urllib.request.urlopen(f"{first.url}/readyz"))["parts"]
        assert parts.pop("relay") == "none set up"
        assert set(parts.values()) == {"ok"}
        assert {"database", "channel_layer", "storage", "media"} <= set(parts)
        assert rows(tmp_path, "SELECT count(*) FROM incidents_incident") == 25
        assert rows(tmp_path, "SELECT count(*) FROM core_rolegrant WHERE role = 'officer'") == 40
        assert rows(tmp_path, "SELECT count(*) FROM incidents_resource WHERE lat IS NOT NULL") == len(UNITS)
        process = first.processes["web"]
        process.send_signal(signal.SIGINT)
        assert process.wait(20) is not None
        left = subprocess.run(["pgrep", "-g", str(process.pid)], capture_output=True, text=True).stdout
        assert left == "", "a process outlived Ctrl-C"
        assert not answers(first.port)
        assert not answers(first.tls_port)
        first.start("web")
        first.wait_ready()
        assert rows(tmp_path, "SELECT count(*) FROM incidents_incident") == 25


def run_demo(directory: Path, **env: str) -> subprocess.CompletedProcess[str]:
    plain = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL", "DATA_DIR"}}
    places = {"DEMO_DIR": str(directory), "HOST": "127.0.0.1", "PORT": str(free_port()), "TLS_PORT": str(free_port())}
    return subprocess.run(
        [sys.executable, "-m", "config.demo"],
        cwd=site.ROOT, env=plain | places | env, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_a_port_in_use_is_said_in_words(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run_demo(tmp_path, PORT=str(port))
    assert done.returncode == 1
    assert f"Port {port} is in use" in done.stderr


def test_it_never_writes_into_a_real_force(tmp_path: Path) -> None:
    with demo(tmp_path):
        pass
    with sqlite3.connect(tmp_path / "data" / "sightline.sqlite3") as connection:
        connection.create_function("REGEXP", 2, lambda pattern, value: True)  # Django's own, which checks the code
        connection.execute("UPDATE core_force SET is_demo = 0, code = '35', name = 'A real force'")
    done = run_demo(tmp_path / "data")
    assert done.returncode == 1
    assert "not the demo's" in done.stderr
    assert rows(tmp_path, "SELECT count(*) FROM incidents_incident") == 25


def test_the_phones_side_speaks_tls_with_its_own_certificate(tmp_path: Path) -> None:
    import ssl

    with demo(tmp_path) as running:
        context = ssl.create_default_context(cafile=str(tmp_path / "data" / "tls.crt"))
        with urllib.request.urlopen(f"https://127.0.0.1:{running.tls_port}/healthz", context=context) as answer:
            assert answer.status == 200
        assert (tmp_path / "data" / "tls.key").stat().st_mode & 0o077 == 0
        wait_for(lambda: "Sign in with" in running.log.read_text(), "the sign-ins on the screen")
        stop(running.processes["web"], sig=signal.SIGINT)
