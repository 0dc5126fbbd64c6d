"""The words of a mark as a layer of light and how much of it: who looks, when, and a code that leads to the link.

Rows of both lines fill the whole picture, so that no crop is without a name, and stand elsewhere every few seconds, so
that no average over time takes them out. Light letters with a dark edge: legible on snow and at night.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from .words import Mark, NotMarked

MOVES_EVERY = 4  # seconds
LIGHT, DARK = 235, 16  # luma
LETTER, EDGE = 110, 100  # of 255: how much of the picture a letter and its edge take


@dataclass(frozen=True)
class Layer:
    """Greyscale pictures of one size: what is drawn, and 0 to 255 how much of it."""

    light: Image.Image
    share: Image.Image


def draw(mark: Mark, width: int, height: int, *, at: float, turn: int) -> Layer:
    """The layer of a moment (`at`, epoch seconds) in its place of that `turn`. Raises NotMarked."""
    light, share = Image.new("L", (width, height), DARK), Image.new("L", (width, height), 0)
    lines = mark.lines(at)
    font, length = _fitting(lines, width)
    size = int(font.size)
    step_x, step_y = length + 2 * size, max(3 * size, height // 4)
    own = int(hashlib.sha256(mark.code.encode()).hexdigest()[:8], 16) % 1000 / 1000
    move_x = int((turn * 0.381966 + own) % 1 * step_x)
    move_y = int((turn * 0.618034 + own) % 1 * step_y)
    for row, top in enumerate(range(move_y - step_y, height, step_y)):
        for left in range(move_x - step_x - row % 2 * step_x // 2, width, step_x):
            for number, words in enumerate(lines):
                place = (left, top + number * size * 1.25)
                _write(light, place, words, font, LIGHT, DARK)
                _write(share, place, words, font, LETTER, EDGE)
    if share.getbbox() is None:
        raise NotMarked("the mark is empty")
    return Layer(light, share)


def _fitting(lines: tuple[str, str], width: int) -> tuple[ImageFont.FreeTypeFont, int]:
    """The largest letters with which the longer line still stands once in the picture, within reason."""
    for size in range(max(12, width // 28), 8, -1):
        font = ImageFont.load_default(size)
        if not isinstance(font, ImageFont.FreeTypeFont):
            break
        length = int(max(font.getlength(words) for words in lines))
        if length <= width * 0.8 or size == 9:
            return font, length
    raise NotMarked("no letters to draw with")


def _write(
    image: Image.Image, place: tuple[float, float], words: str, font: ImageFont.FreeTypeFont, inside: int, edge: int
) -> None:
    ImageDraw.Draw(image).text(place, words, font=font, fill=inside, stroke_width=2, stroke_fill=edge)
