"""One decoded picture, made small and marked. What a decoder gave is never written to: it may still predict from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import av
from PIL import Image

from . import layer
from .words import Mark

MOST_FPS = 15
SLACK = 0.005  # seconds: clocks of cameras are not exact
ENCODER = "libvpx"  # VP8: every browser that can show a caller's picture can show it
OPTIONS = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "auto-alt-ref": "0", "error-resilient": "1"}
_TURNS = {
    90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, -180: Image.Transpose.ROTATE_180,
    -90: Image.Transpose.ROTATE_270,
}  # fmt: skip


class Marker:
    """Draws one guest's mark. `longest`: pixels of the longer side, at most."""

    def __init__(self, mark: Mark, longest: int) -> None:
        self._mark, self._longest = mark, longest
        self._of: tuple[int, int, int] | None = None
        self._layer: layer.Layer | None = None

    def marked(self, frame: Any, *, at: float, turn: int) -> Any:
        """A new picture with the mark of that moment; it moves with each `turn`. Raises NotMarked."""
        small = reduced(frame, self._longest)
        planes = list(_planes(small, frame.rotation))
        width, height = planes[0].size
        if self._layer is None or self._of != (turn, width, height):
            self._of, self._layer = (turn, width, height), layer.draw(self._mark, width, height, at=at, turn=turn)
        planes[0].paste(self._layer.light, (0, 0), self._layer.share)
        made = av.VideoFrame(width, height, "yuv420p")
        for plane, image in zip(made.planes, planes, strict=True):
            plane.update(image.tobytes("raw", "L", plane.line_size, 1))
        made.pts, made.time_base = frame.pts, frame.time_base
        return made


def reduced(frame: Any, longest: int) -> Any:
    """The picture with even sides of at most `longest` pixels, as planes of light and colour."""
    scale = min(1.0, longest / max(frame.width, frame.height))
    width, height = (max(2, int(side * scale) // 2 * 2) for side in (frame.width, frame.height))
    return frame.reformat(width=width, height=height, format="yuv420p")


def _planes(frame: Any, rotation: int) -> Iterator[Image.Image]:
    """Copies of the planes, upright: a phone that was held otherwise says so beside the picture."""
    for plane in frame.planes:
        size = (plane.width, plane.height)
        image = Image.frombuffer("L", size, bytes(plane), "raw", "L", plane.line_size, 1)
        yield image.transpose(_TURNS[rotation]) if rotation in _TURNS else image.copy()


class Thin:
    """Leaves out pictures above so many a second. Times in seconds."""

    def __init__(self, fps: float = MOST_FPS) -> None:
        self._least = 1 / fps - SLACK
        self._last: float | None = None

    def takes(self, moment: float) -> bool:
        if self._last is not None and 0 <= moment - self._last < self._least:
            return False
        self._last = moment
        return True
