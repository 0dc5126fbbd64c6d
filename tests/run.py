"""`make test`: every check and every test, on PostgreSQL and Redis of the tests' own, then the embedded journey.

Ends non-zero when any part fails, and says at the end which, with the time each took.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
PYTEST = [str(BIN / "python"), "-m", "pytest", "-q", "--durations=8"]


RULES = ["tests/architecture", "tests/unit", "tests/integration"]


ENGINE = ["tests/unit/streaming_media", "tests/unit/streaming_recorder"]


def parts(extra: list[str]) -> list[tuple[str, list[str], bool]]:
    """(name, command, on the full profile?). What is compiled is tested compiled, its rules also as plain Python."""
    return [
        ("checks", ["make", "-s", "check"], False),
        ("rules", [*PYTEST, "-n", "2", "--dist", "loadgroup", *RULES, *extra], True),
        ("engine as plain Python", ["env", "SIGHTLINE_NATIVE=0", *PYTEST, "-n", "2", *ENGINE, *extra], False),
        ("live and media", [*PYTEST, "-n", "2", "--dist", "loadfile", "tests/live", "tests/media", *extra], True),
        ("end to end", [*PYTEST, "-n", "2", "--dist", "loadgroup", "tests/e2e", *extra], True),
        ("end to end, embedded", [*PYTEST, "tests/e2e/test_journey.py", *extra], False),
    ]


def main() -> int:
    scratch = Path(tempfile.mkdtemp(prefix="sightline-run-"))
    unset = {"DATABASE_URL", "REDIS_URL", "PYTHONDONTWRITEBYTECODE"}
    plain = {key: value for key, value in os.environ.items() if key not in unset}
    # A hundred processes read what one has compiled: eight seconds each for those that collect all tests.
    plain["PYTHONPYCACHEPREFIX"] = str(ROOT / "var" / "compiled")
    results: list[tuple[str, int, float]] = []
    sys.path.insert(0, str(ROOT))
    from tests.helpers import services

    try:
        with ExitStack() as stack:
            full = plain | {
                "DATABASE_URL": stack.enter_context(services.postgres(scratch)),
                "REDIS_URL": stack.enter_context(services.redis(scratch / "redis")),
            }
            for name, command, on_full in parts(sys.argv[1:]):
                print(f"\n=== {name}", flush=True)
                started = time.monotonic()
                code = subprocess.run(command, cwd=ROOT, env=full if on_full else plain).returncode
                results.append((name, code, time.monotonic() - started))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print()
    for name, code, seconds in results:
        print(f"{'passed' if code == 0 else 'FAILED':7} {seconds:6.1f} s  {name}")
    failed = sum(code != 0 for _, code, _ in results)
    print(f"parts: {len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
