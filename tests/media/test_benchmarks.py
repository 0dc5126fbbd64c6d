"""The benchmarks run, check themselves and print one JSON object last. Their figures are nobody's test."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

RUNS = {
    "media": (
        ["--sessions", "2", "--seconds", "2"],
        {"cpu_per_session_second", "delivery_ratio", "rss_mb_per_session", "sessions_per_core"},
    ),
    "latency": (
        ["--rounds", "1", "--seconds", "2", "--joins", "2", "--taps", "0"],
        {"added_ms_p50", "added_ms_p95", "first_frame_ms_p50"},
    ),
    "marked": (["--guests", "1", "--seconds", "3"], {"cpu_per_guest", "added_ms_p95", "mark_least"}),
    "crash": (["--kills", "2", "--longest", "2"], {"lost_s_max", "kills", "unplayable"}),
}


@pytest.mark.parametrize("name", RUNS)
def test_a_short_run(name: str) -> None:
    options, keys = RUNS[name]
    done = subprocess.run(
        [sys.executable, "-m", "bench", name, *options], capture_output=True, text=True, check=False, timeout=180
    )
    assert done.stdout, done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert keys | {"environment"} <= figures.keys(), (figures, done.stderr)
    assert done.returncode == 0, figures
