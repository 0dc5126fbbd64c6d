"""What a power cut leaves: the recordings lie on a small ext4 file system in an image; at random moments the image is
copied as it is. What the kernel had not written to it by then is not in the copy, as after a cut. The copy is mounted
(its journal is replayed), repaired by another engine, decoded and compared with what was sent.

Needs the right to mount a loop device. The image is what reached the block device; that the device itself keeps what it
said it had written (no lying cache) is the machine's promise and is not shown here.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.clip import Clip, make_clip
from bench.common import BenchmarkError, percentile, say
from bench.crash import UnplayableError, compare, film_until, recover
from bench.engine_client import EngineProcess

IMAGE_BYTES = 96 * 1024 * 1024
MUST_LOSE_LESS = 1.6  # s: an fsync every second, fragments of 200 ms looked after every 50 ms, the fsync's own time


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cuts", type=int, default=10)
    parser.add_argument("--codec", choices=("H264", "VP8"), default="H264")
    parser.add_argument("--longest", type=float, default=6.0, help="seconds of recording before a cut; the least is 3")
    parser.add_argument("--seed", type=int, default=None, help="repeat the moments of an earlier run")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """The figures; BenchmarkError when what is left cannot be played or too much is missing."""
    seed = options.seed if options.seed is not None else time.time_ns() % 2**32
    moments, clip = random.Random(seed), make_clip(options.codec)
    lost: list[float] = []
    unplayable: list[str] = []
    for number in range(options.cuts):
        seconds = moments.uniform(3.0, max(3.0, options.longest))
        with tempfile.TemporaryDirectory(prefix="bench-power-") as name:
            try:
                lost.append(_cut_once(Path(name), clip, seconds))
                say(f"cut {number + 1}: after {seconds:.2f} s, {lost[-1]:.3f} s lost")
            except UnplayableError as error:
                unplayable.append(f"after {seconds:.2f} s: {error}")
                say(f"cut {number + 1}: {unplayable[-1]}")
    figures = {
        "cuts": options.cuts,
        "seed": seed,
        "codec": options.codec,
        "lost_s_max": round(max(lost or [0.0]), 3),
        "lost_s_p50": round(percentile(lost or [0.0], 0.5), 3),
        "unplayable": len(unplayable),
        "unplayable_because": unplayable,
    }
    if unplayable:
        raise BenchmarkError("recordings were not what was sent", figures)
    if figures["lost_s_max"] > MUST_LOSE_LESS:
        raise BenchmarkError("more was lost than the cadence of fsync allows", figures)
    return figures


def _cut_once(directory: Path, clip: Clip, seconds: float) -> float:
    image, copy = directory / "disk.img", directory / "cut.img"
    with image.open("wb") as file:
        file.truncate(IMAGE_BYTES)
    _do("mkfs.ext4", "-q", "-F", str(image))
    with _mounted(image, directory / "disk") as disk:

        def cut(_: EngineProcess) -> float:
            moment = time.time()
            shutil.copyfile(image, copy)
            return moment

        caller, moment = asyncio.run(film_until(disk, clip, seconds, cut))
    with _mounted(copy, directory / "after") as disk:
        engine = EngineProcess(disk)
        try:
            part, _ = asyncio.run(recover(engine))
        finally:
            engine.kill()
        return compare(part, clip, caller, moment)[0]


@contextlib.contextmanager
def _mounted(image: Path, at: Path) -> Iterator[Path]:
    at.mkdir()
    _do("mount", "-o", "loop", str(image), str(at))
    try:
        yield at
    finally:
        _do("umount", "-l", str(at))


def _do(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchmarkError(f"{' '.join(command[:3])}: {done.stderr.strip()}: a loop device must be mounted here")
