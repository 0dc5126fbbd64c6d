"""What the console sees and the recording holds when the phone's network is bad; real browsers, made-up networks."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import async_playwright

from bench.common import BenchmarkError, say
from bench.engine_client import EngineClient, EngineProcess
from bench.networks import judge, netem, taken
from bench.networks.profiles import PROFILES, Profile
from bench.networks.scene import Scene, recordings
from streaming.contracts import PartSealed, SessionStopped


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", choices=PROFILES, action="append", help="one, or several; all by default")
    parser.add_argument("--seconds", type=float, help="of each profile, in place of its own length")
    parser.add_argument("--seed", type=int, default=1, help="of the networks' dice")
    parser.add_argument("--netem", action="store_true", help="by the kernel, in a network namespace; needs root")
    parser.add_argument("--browser", default=shutil.which("chromium") or "/usr/bin/chromium")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """The figures of each profile; BenchmarkError when a ledger or a recording is not right."""
    figures: dict[str, Any] = {}
    wrong: list[str] = []
    for name in options.profile or PROFILES:
        say(f"{name} …")
        with tempfile.TemporaryDirectory(prefix="bench-networks-") as directory:
            figures[name], found = asyncio.run(_play(PROFILES[name], options, Path(directory)))
        wrong += [f"{name}: {fault}" for fault in found]
    if wrong:
        raise BenchmarkError("; ".join(wrong), figures)
    return figures


async def _play(profile: Profile, options: argparse.Namespace, directory: Path) -> tuple[dict[str, Any], list[str]]:
    stack = contextlib.ExitStack()
    namespace = stack.enter_context(netem.Namespace()) if options.netem else None
    engine = EngineProcess(directory, host=netem.ENGINE if namespace else "127.0.0.1")
    try:
        async with async_playwright() as playwright, EngineClient(engine.socket, facts=True) as client:
            async with Scene(playwright, options.browser, client, profile, options.seed, namespace) as scene:
                run = await scene.play(options.seconds or profile.seconds)
            await client.fact(SessionStopped)
            parts = [fact for fact in client.facts if isinstance(fact, PartSealed)]
    finally:
        engine.kill()
        stack.close()
    held, holes, start = judge.recorded(recordings(directory, scene.session), run)
    shots, wrong = [], []
    for part in parts:
        pictures, faults = taken.read(part)
        shots += pictures
        wrong += faults
    figures = {
        "console": judge.seen(run) | {"pause_s_p95": judge.smoothness(run)},
        "recording": held | judge.clock(shots),
        "joins": run.sending[-1]["joins"],
    }
    if len(run.steps) > 1:
        figures["bitrate"] = judge.followed(run)
    return figures, wrong + judge.faults(run, holes, start, shots, clean=profile.clean)
