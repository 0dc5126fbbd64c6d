"""What a recording of a numbered clip must be."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path

import av

from streaming.contracts import PartSealed
from tests.media.clips import clip, read_number


def check_part(part: PartSealed) -> None:
    """The bytes are those that were hashed, and every picture is the one after the one before."""
    assert hashlib.sha256(Path(part.path).read_bytes()).hexdigest() == part.sha256
    with av.open(part.path) as container:
        numbers = [read_number(frame) for frame in container.decode(video=0)]
    assert len(numbers) == part.frames > 0
    count = len(clip("H264").frames)
    assert all((after - before) % count == 1 for before, after in pairwise(numbers))
