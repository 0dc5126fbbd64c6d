"""Checks over HTTP with a million people on file: how soon, how many a second, and the bare SQL of the same checks."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.checks_site import Site, installed
from bench.common import BenchmarkError, percentile, say

P95_MS, PER_SECOND, RATIO = 50.0, 100.0, 5.0  # aims of the issue
SWEEP = (10_000, 100_000, 1_000_000)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--count", type=int, default=1_000_000, help="people; as many vehicles, twice as many addresses"
    )
    parser.add_argument("--sweep", action="store_true", help="at 10 k, 100 k and 1 M people")
    parser.add_argument("--rate", type=float, default=PER_SECOND, help="checks a second that are offered")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each measurement")
    parser.add_argument("--officers", type=int, default=400, help="signed in, each with a reason of their own")
    parser.add_argument("--webs", type=int, default=2, help="web processes")
    parser.add_argument("--clients", type=int, default=1, help="processes of officers")
    parser.add_argument("--busy", type=int, default=8, help="checks at once when as many as possible are asked for")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """The figures; BenchmarkError when an aim is missed or a check is not in the audit trail exactly once."""
    sizes = SWEEP if options.sweep else (options.count,)
    grown = {size: measure(size, options) for size in sizes}
    figures = dict(grown[sizes[-1]])
    if options.sweep:
        figures["sweep"] = {str(size): one for size, one in grown.items()}
    judge(figures)
    return figures


def measure(people: int, options: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="bench-checks-") as name:
        directory = Path(name)
        directory.chmod(0o755)
        with installed(directory, people, options.officers, options.webs) as site:
            try:
                return _measured(site, people, options)
            except BenchmarkError as error:
                say(site.log.read_text(errors="replace")[-3000:])
                raise BenchmarkError(str(error), error.figures) from error


def _measured(site: Site, people: int, options: argparse.Namespace) -> dict[str, Any]:
    # The database is a copy made a moment ago, on disk alone: memory and plans as on a working day.
    site.read_in()
    warm = _drive(site, options, seconds=min(10.0, options.seconds), busy=options.busy)
    before = site.counts()
    # No check is asked for twice: what is remembered of names is remembered from others.
    paced = _drive(site, options, seconds=options.seconds, rate=options.rate, first=warm["answers"])
    asked = warm["answers"] + paced["answers"]
    most = _drive(site, options, seconds=options.seconds / 2, busy=options.busy, first=asked)
    counted = {name: after - before[name] for name, after in site.counts().items()}
    problem = site.verify()  # before the bare statements, which write links of no chain
    cpu = site.cpu_per_check(paced["answers"] + most["answers"])
    bare = _sql_floor(site, options)
    checks = paced["answers"] + most["answers"]
    figures = {
        "people": people,
        "vehicles": people,
        "addresses": 2 * people,
        "offered_per_s": options.rate,
        "checks_per_s": round(paced["per_s"], 1),
        "p50_ms": round(percentile(paced["ms"], 0.5), 1),
        "p95_ms": round(percentile(paced["ms"], 0.95), 1),
        "p99_ms": round(percentile(paced["ms"], 0.99), 1),
        "most_per_s": round(most["per_s"], 1),
        "by_kind_p95_ms": _by_kind(paced),
        "sql_p50_ms": round(percentile(bare["ms"], 0.5), 2),
        "sql_p95_ms": round(percentile(bare["ms"], 0.95), 2),
        "sql_statements": bare["statements"],
        "ratio_to_sql": round(percentile(paced["ms"], 0.5) / percentile(bare["ms"], 0.5), 2),
        "ratio_to_sql_p95": round(percentile(paced["ms"], 0.95) / percentile(bare["ms"], 0.95), 2),
        "found_share": round(paced["found"] / max(1, paced["answers"]), 3),
        "checks": checks,
        "refused": paced["refused"] + most["refused"],
        "refusals": sorted(set(paced["errors"]) | set(most["errors"])),
        "checks_kept": counted["checks"],
        "audit_entries": counted["audit_entries"],
        "audit_problem": problem,
        "cpu_seconds_per_check": cpu,
    }
    if counted["checks"] != checks or counted["audit_entries"] != checks or figures["audit_problem"]:
        raise BenchmarkError(f"{checks} checks were answered, {counted} are kept", figures)
    say(json.dumps(figures))
    return figures


def _by_kind(result: dict[str, Any]) -> dict[str, float]:
    kinds: dict[str, list[float]] = {}
    for kind, one in zip(result["kinds"], result["ms"], strict=True):
        kinds.setdefault(kind, []).append(one)
    return {kind: round(percentile(values, 0.95), 1) for kind, values in sorted(kinds.items())}


def _drive(
    site: Site, options: argparse.Namespace, *, seconds: float, rate: float = 0.0, busy: int = 0, first: int = 0
) -> dict[str, Any]:
    """Offer `rate` checks a second, or keep `busy` at once; everything the client processes measured, together."""
    started = []
    share = max(1, options.clients)
    for number in range(share):
        out = site.directory / f"client-{number}.json"
        command = [
            sys.executable, "-m", "bench.checks_client", "--plan", str(site.plan), "--out", str(out),
            "--ports", ",".join(map(str, site.ports)), "--seconds", str(seconds), "--rate", str(rate / share),
            "--busy", str(busy // share), "--first", str(first // share), "--share", f"{number}/{share}",
        ]  # fmt: skip
        started.append((subprocess.Popen(command, cwd=site.root, env=site.env), out))
    results = []
    for process, out in started:
        if process.wait(seconds + 120):
            raise BenchmarkError("a client process failed")
        results.append(json.loads(out.read_text()))
    together: dict[str, Any] = {name: [] for name in ("ms", "kinds")}
    for name in ("ms", "kinds"):
        for one in results:
            together[name] += one[name]
    for name in ("answers", "refused", "found"):
        together[name] = sum(one[name] for one in results)
    together["errors"] = [words for one in results for words in one["errors"]]
    together["per_s"] = sum(one["answers"] / one["seconds"] for one in results)
    if not together["ms"]:
        raise BenchmarkError(f"no check was answered: {[one['errors'] for one in results]}")
    return together


def _sql_floor(site: Site, options: argparse.Namespace) -> dict[str, Any]:
    """The statements of the same checks, recorded once, sent bare at the same rate by as many connections."""
    out = site.directory / "floor.json"
    seconds = max(2.0, options.seconds / 2)
    command = [
        *site.python("bench.checks_sql"), "--plan", str(site.plan), "--out", str(out), "--rate",
        str(options.rate), "--seconds", str(seconds), "--database", site.database,
    ]  # fmt: skip
    started = time.monotonic()
    if subprocess.run(command, cwd=site.root, env=site.env, timeout=seconds + 300).returncode:
        raise BenchmarkError("the bare SQL failed")
    say(f"bare SQL in {time.monotonic() - started:.0f} s")
    floor: dict[str, Any] = json.loads(out.read_text())
    return floor


def judge(figures: dict[str, Any]) -> None:
    missed = []
    if figures["p95_ms"] > P95_MS:
        missed.append(f"p95 {figures['p95_ms']} ms, aim {P95_MS:.0f}")
    if figures["checks_per_s"] < PER_SECOND * 0.98:
        missed.append(f"{figures['checks_per_s']} checks a second, aim {PER_SECOND:.0f}")
    if figures["ratio_to_sql"] > RATIO:
        missed.append(f"{figures['ratio_to_sql']} times the bare SQL, aim {RATIO:.0f}")
    if figures["refused"]:
        missed.append(f"{figures['refused']} checks refused")
    if missed:
        raise BenchmarkError("; ".join(missed), figures)
