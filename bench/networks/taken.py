"""When each picture of a recording was taken, read from the picture itself, and what the recording says of it.

The phone of the benchmark draws the time into its camera's picture (`pages/caller.js`): twenty squares, black for 0 and
white for 1, the lowest bit on the left, of pictures since 1970 at thirty a second. That comes round every 9.7 hours.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import av
import numpy

from streaming.contracts import PartSealed

RATE = 30
BITS = 20  # squares from side to side, as pages/caller.js draws them


@dataclass(frozen=True)
class Shot:
    """One recorded picture; epoch seconds."""

    said: float  # by the recording
    taken: float  # by the picture


def number(grey: numpy.ndarray) -> int:
    """What the squares of a picture of any size say."""
    side = grey.shape[1] / BITS
    middles = [int((bit + 0.5) * side) for bit in range(BITS)]
    return sum(1 << bit for bit, at in enumerate(middles) if grey[int(side / 2), at - 1 : at + 2].mean() > 128)


def taken(value: int, near: float) -> float:
    """The moment of that number that is nearest to `near`."""
    behind = (int(near * RATE) - value + (1 << BITS - 1)) % (1 << BITS) - (1 << BITS - 1)
    return (int(near * RATE) - behind + 0.5) / RATE


def read(part: PartSealed) -> tuple[list[Shot], list[str]]:
    """The pictures of a part, and what is wrong with it: it must be what its hash says and decode to its end."""
    path = Path(part.path)
    shots: list[Shot] = []
    wrong = []
    if hashlib.sha256(path.read_bytes()).hexdigest() != part.sha256:
        wrong.append(f"{path.name} is not what its hash says")
    first: float | None = None
    try:
        with av.open(str(path)) as container:
            for frame in container.decode(video=0):
                at = frame.time or 0.0
                first = at if first is None else first
                said = part.start + at - first
                shots.append(Shot(said, taken(number(frame.to_ndarray(format="gray")), said)))
    except av.FFmpegError as error:
        return shots, [*wrong, f"{path.name}: {type(error).__name__}"]
    if len(shots) != part.frames:
        wrong.append(f"{path.name}: {part.frames} pictures were announced, {len(shots)} decoded")
    return shots, wrong
