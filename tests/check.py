"""`make check`: every static check, two at a time; prints only what fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
PACKAGES = [
    "bench",
    "briefing",
    "config",
    "core",
    "evidence",
    "incidents",
    "manage.py",
    "streaming",
    "suspects",
    "tests",
]

#: What mypy's plugin says by mistake when models have changed since its cache was written. Without the cache it knows.
CONFUSED = "[django-manager-missing]"

CHECKS: dict[str, list[str]] = {
    "mypy": [str(BIN / "mypy")],
    "ruff": [str(BIN / "ruff"), "check", "-q", *PACKAGES],
    "ruff format": [str(BIN / "ruff"), "format", "-q", "--check", *PACKAGES],
    "import-linter": [str(BIN / "lint-imports"), "--no-cache"],
    "tsc": ["node", "node_modules/typescript/bin/tsc", "--noEmit"],
    "node --test": ["node", "--test", *sorted(map(str, (ROOT / "tests" / "js").rglob("*.test.*js")))],
    "djlint": [str(BIN / "djlint"), "--lint", "--quiet", "templates"],
    "migrations": [str(BIN / "python"), "manage.py", "makemigrations", "--check", "--dry-run"],
    "deploy check": [str(BIN / "python"), "manage.py", "check"],
    "openapi": [str(BIN / "python"), "-m", "tests.openapi"],
}


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        env = os.environ | {
            "DATA_DIR": scratch,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        }
        for name in ("DATABASE_URL", "REDIS_URL"):
            env.pop(name, None)

        def run(item: tuple[str, list[str]]) -> tuple[str, int, str, float]:
            name, command = item
            started = time.monotonic()
            done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
            if name == "mypy" and CONFUSED in done.stdout:
                shutil.rmtree(ROOT / ".mypy_cache", ignore_errors=True)
                done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
            return name, done.returncode, done.stdout + done.stderr, time.monotonic() - started

        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(run, CHECKS.items()))
    failed = [result for result in results if result[1]]
    for name, _, output, _ in failed:
        print(f"--- {name}\n{output.rstrip()}\n")
    summary = ", ".join(f"{name} {seconds:.0f} s" for name, _, _, seconds in results)
    print(f"{len(results) - len(failed)} of {len(results)} checks passed ({summary})")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
