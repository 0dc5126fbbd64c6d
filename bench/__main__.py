"""`python -m bench NAME [options]`: run a benchmark. Exit code 1: it ran and a check of it failed."""

from __future__ import annotations

import argparse
import importlib
import json
import sys

from bench.common import BenchmarkError, environment

NAMES = (
    "media",
    "latency",
    "crash",
    "live",
    "search_quality",
    "imports",
    "checks",
    "soak",
    "gallery",
    "faults",
    "power",
    "wall",
    "backfill",
    "networks",
    "console",
    "suggest",
    "map",
    "marked",
    "calls",
)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    names = parser.add_subparsers(dest="name", required=True)
    modules = {name: importlib.import_module(f"bench.{name}") for name in NAMES}
    for name, module in modules.items():
        module.add_arguments(names.add_parser(name, help=module.__doc__))
    options = parser.parse_args(arguments)
    figures: dict[str, object] = {"benchmark": options.name}
    failed = 0
    try:
        figures |= modules[options.name].run(options)
    except BenchmarkError as error:
        figures |= error.figures | {"failed": str(error)}
        failed = 1
    figures["environment"] = environment()
    print(json.dumps(figures), flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
