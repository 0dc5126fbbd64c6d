"""Fifty phones through a killed web process and a restarted Redis: `bench live`, small. Its times are nobody's test."""

from __future__ import annotations

import json
import subprocess
import sys


def test_every_phone_hears_every_reservation_once_whatever_is_killed() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "live", "--phones", "50", "--taps", "2"],
        capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert done.stdout, done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == 0, (figures, done.stderr)
    assert (figures["missed"], figures["doubled"], figures["reloaded"], figures["refused"]) == (0, 0, 0, 0)
    assert figures["events"] >= 2 + 2 * 15 + 5  # taps went on while things were broken
    assert figures["connections"] >= 2 * 50 + 25, "phones came to the other process, and then all to a new one"
