"""Fuzzing by hand, for as long as one likes.

    python -m tests.fuzz --seconds 600                    every target, random feeds
    python -m tests.fuzz --target sdp --seconds 3600
    python -m tests.fuzz --target record --engine hypothesis    finds small examples
    python -m tests.fuzz --target sdp --engine atheris    guided by coverage; needs `pip install atheris` beside it

A feed that breaks a target is printed as `python -m tests.fuzz --target NAME --feed HEX`, which runs it again.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
import tracemalloc

MAX_GROWTH = 8 * 1024 * 1024  # bytes that may stay allocated after all feeds of one target


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("--target", default="")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--engine", choices=["random", "hypothesis", "atheris"], default="random")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--feed", default="", help="one feed in hex")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if options.engine == "atheris":
        return with_atheris(options.target, options.seconds)
    from tests.fuzz.targets import TARGETS

    names = [options.target] if options.target else list(TARGETS)
    if options.feed:
        TARGETS[names[0]](bytes.fromhex(options.feed))
        return 0
    run = with_hypothesis if options.engine == "hypothesis" else at_random
    return max(run(name, options.seconds / len(names), options.seed) for name in names)


def at_random(name: str, seconds: float, seed: int) -> int:
    """Random feeds; prints the first that breaks the target, and how much memory stayed."""
    from tests.fuzz.targets import TARGETS

    dice = random.Random(seed)
    TARGETS[name](dice.randbytes(300))  # what is made once is not growth
    tracemalloc.start()
    began, before, count = time.monotonic(), tracemalloc.get_traced_memory()[0], 0
    while time.monotonic() - began < seconds:
        feed = dice.randbytes(dice.choice([0, 20, 100, 400, 1500, 6000]))
        try:
            TARGETS[name](feed)
        except Exception as error:
            print(
                f"{name}: {type(error).__name__}: {error}\n  python -m tests.fuzz --target {name} --feed {feed.hex()}"
            )
            return 1
        count += 1
    after, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    growth = after - before
    print(f"{name:12} {count:8} feeds, peak {peak / 1e6:6.1f} MB, stayed {growth / 1e6:5.2f} MB, seed {seed}")
    return int(growth > MAX_GROWTH)


def with_hypothesis(name: str, seconds: float, seed: int) -> int:
    """Rounds of hypothesis, which makes a small example out of what breaks the target."""
    from hypothesis import HealthCheck, given, settings
    from hypothesis import seed as seeded
    from hypothesis import strategies as st

    from tests.fuzz.targets import TARGETS

    until, rounds = time.monotonic() + seconds, 0
    while time.monotonic() < until:

        @seeded(seed + rounds)
        @settings(max_examples=1000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(st.binary(max_size=3000))
        def attack(data: bytes) -> None:
            TARGETS[name](data)

        attack()
        rounds += 1
    print(f"{name:12} {rounds} rounds of 1000")
    return 0


def with_atheris(name: str, seconds: float) -> int:
    """Guided by coverage of our own packages; libFuzzer prints and keeps what breaks the target."""
    import atheris  # type: ignore[import-not-found]  # not a dependency: installed by hand where it is wanted

    with atheris.instrument_imports(include=["streaming"]):
        from tests.fuzz.targets import TARGETS
    atheris.Setup([sys.argv[0], f"-max_total_time={int(seconds)}", "-max_len=3000"], TARGETS[name])
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
