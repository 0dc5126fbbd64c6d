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
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.helpers import services

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
PYTEST = [str(BIN / "python"), "-m", "pytest", "-q", "--durations=8"]


RULES = ["tests/architecture", "tests/unit", "tests/integration"]


ENGINE = ["tests/unit/streaming_media", "tests/unit/streaming_recorder"]

NICER = 10  # of the rules, while something beside them keeps to real time


@dataclass(frozen=True)
class Part:
    name: str
    command: list[str]
    full: bool = False  # on PostgreSQL and Redis, or on the embedded profile


@dataclass(frozen=True)
class Result:
    name: str
    code: int
    seconds: float
    output: str = ""


def stages(extra: list[str]) -> list[tuple[list[Part], list[Part]]]:
    """One after the other; in each, what gives way to the rest, and the rest. What is compiled is tested compiled, its
    rules also as plain Python.

    The rules take all the processor they can get and look at no clock; live calls and media wait most of their time for
    real time to pass. So the rules run beside those, with less right to the processor. The browsers run alone.
    """
    pytest = [*PYTEST, "-n", "2"]
    by_file = [*pytest, "--dist", "loadfile", "--no-loadscope-reorder"]  # in the order of tests/conftest.py
    rules = Part("rules", [*by_file, *RULES, *extra], full=True)
    beside_the_rules = [
        Part("checks", ["make", "-s", "check"]),
        Part("engine as plain Python", ["env", "SIGHTLINE_NATIVE=0", *pytest, *ENGINE, *extra]),
        Part("live and media", [*by_file, "tests/live", "tests/media", *extra], full=True),
    ]
    browsers = [
        Part("end to end", [*pytest, "--dist", "loadscope", "tests/e2e", *extra], full=True),
        Part("end to end, embedded", [*PYTEST, "tests/e2e/test_journey.py", *extra]),
    ]
    return [([rules], beside_the_rules), ([], browsers)]


def run(part: Part, plain: dict[str, str], scratch: Path, *, aside: bool = False) -> Result:
    """With a PostgreSQL and a Redis of its own, which nobody else empties. `aside`: what it says is kept for later."""
    started = time.monotonic()
    print(f"\n=== {part.name}{': beside what follows, its words at the end' if aside else ''}", flush=True)
    said = (scratch / "said").open("w+") if aside else None
    with ExitStack() as stack:
        env = plain
        if said is not None:
            stack.enter_context(said)
        if part.full:
            home = Path(tempfile.mkdtemp(dir=scratch))
            env = plain | {
                "DATABASE_URL": stack.enter_context(services.postgres(home)),
                "REDIS_URL": stack.enter_context(services.redis(home / "redis")),
            }
        code = subprocess.run(
            part.command, cwd=ROOT, env=env, stdout=said, stderr=said and subprocess.STDOUT
        ).returncode
        seconds = time.monotonic() - started
        if said is not None:
            said.seek(0)
        return Result(part.name, code, seconds, said.read() if said is not None else "")


def run_aside(part: Part, plain: dict[str, str], scratch: Path) -> Result:
    """In a thread: on Linux its niceness is its own, and that of all that it starts."""
    os.setpriority(os.PRIO_PROCESS, 0, os.getpriority(os.PRIO_PROCESS, 0) + NICER)
    return run(part, plain, scratch, aside=True)


def main() -> int:
    scratch = Path(tempfile.mkdtemp(prefix="sightline-run-"))
    unset = {"DATABASE_URL", "REDIS_URL", "PYTHONDONTWRITEBYTECODE"}
    plain = {key: value for key, value in os.environ.items() if key not in unset}
    # A hundred processes read what one has compiled: eight seconds each for those that collect all tests.
    plain["PYTHONPYCACHEPREFIX"] = str(ROOT / "var" / "compiled")
    results: list[Result] = []
    try:
        for yielding, others in stages(sys.argv[1:]):
            with ThreadPoolExecutor(max(1, len(yielding))) as pool:
                asides = [pool.submit(run_aside, part, plain, scratch) for part in yielding]
                results += [run(part, plain, scratch) for part in others]
                for done in asides:
                    results.append(done.result())
                    print(f"\n=== {results[-1].name}, beside the above\n{results[-1].output}", flush=True)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print()
    for result in results:
        print(f"{'passed' if result.code == 0 else 'FAILED':7} {result.seconds:6.1f} s  {result.name}")
    failed = sum(result.code != 0 for result in results)
    print(f"parts: {len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
