"""The races of guests in the embedded profile: a process of their own, on a SQLite file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
RACES = Path(__file__).with_name("test_guest_races.py")


def test_the_races_on_a_sqlite_file(tmp_path):
    kept = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
    embedded = kept | {
        "TEST_SQLITE": str(tmp_path / "race.sqlite3"),
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": "a key of this race only, as long as a key has to be to be one",
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", str(RACES)],
        cwd=ROOT,
        env=embedded,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
