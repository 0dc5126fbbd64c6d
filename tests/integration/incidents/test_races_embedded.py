"""The races once more in the embedded profile: one process of their own for all, on a SQLite file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
RACES = [
    ROOT / f"tests/integration/{room}/test_races.py"
    for room in ("incidents", "evidence", "suspects_wanted", "suspects_bulk", "suspects_curfews", "partners")
] + [
    ROOT / "tests/integration" / race
    for race in ("incidents/test_call_storm.py", "streaming/test_claim_race.py", "streaming/test_guest_races.py")
]


def test_the_races_on_a_sqlite_file(tmp_path):
    kept = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
    embedded = kept | {
        "TEST_SQLITE": str(tmp_path / "race.sqlite3"),
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": "a key of this race only, as long as a key has to be to be one",
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", *map(str, RACES)],
        cwd=ROOT,
        env=embedded,
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
