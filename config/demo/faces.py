"""Drawn faces for the demo's wanted gallery: no photograph of anybody, and nobody's likeness."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw

SKINS = ((236, 188, 158), (196, 140, 104), (120, 78, 56), (224, 172, 138))
HAIRS = ((34, 28, 26), (108, 62, 38), (72, 72, 78), (150, 96, 52), (206, 168, 96), None)
WIDTH, HEIGHT = 480, 600


def draw(*, seed: str, sex: str, skin: int, hair: int) -> bytes:
    """A JPEG of a head and shoulders before a grey wall; the same seed draws the same face."""
    dice = random.Random(seed)  # noqa: S311 - a drawing
    picture = Image.new("RGB", (WIDTH, HEIGHT), (160, 170, 180))
    pen = ImageDraw.Draw(picture)
    tone, colour = SKINS[skin % len(SKINS)], HAIRS[hair % len(HAIRS)]
    shade = (int(tone[0] * 0.86), int(tone[1] * 0.86), int(tone[2] * 0.86))
    wide, chin = dice.randint(92, 112), dice.randint(372, 398)
    middle = WIDTH // 2
    if sex == "F" and colour:
        pen.rounded_rectangle((middle - wide - 34, 110, middle + wide + 34, 500), 110, fill=colour)
    pen.rounded_rectangle(
        (60, 470, WIDTH - 60, HEIGHT + 90), 110, fill=dice.choice(((28, 36, 48), (92, 38, 46), (52, 64, 58)))
    )
    pen.rounded_rectangle((middle - 46, 350, middle + 46, 500), 40, fill=shade)
    pen.ellipse((middle - wide - 18, 240, middle - wide + 18, 300), fill=shade)
    pen.ellipse((middle + wide - 18, 240, middle + wide + 18, 300), fill=shade)
    pen.rounded_rectangle((middle - wide, 130, middle + wide, chin + 20), wide - 4, fill=tone)
    if colour:
        pen.pieslice((middle - wide - 8, 96, middle + wide + 8, 300), 180, 360, fill=colour)
        pen.rectangle((middle - wide + 24, 196, middle + wide - 24, 216), fill=tone)
    _features(pen, dice, middle, chin, shade, colour or (70, 60, 56))
    if sex == "M" and dice.random() < 0.55:
        beard = colour or (96, 88, 84)
        pen.arc((middle - wide + 8, 236, middle + wide - 8, chin + 16), 20, 160, fill=beard, width=26)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82)
    return out.getvalue()


def _features(
    pen: ImageDraw.ImageDraw, dice: random.Random, middle: int, chin: int, shade: tuple[int, int, int],
    brow: tuple[int, int, int],
) -> None:  # fmt: skip
    eyes, apart = dice.randint(252, 268), dice.randint(40, 48)
    for side in (-1, 1):
        x = middle + side * apart
        pen.ellipse((x - 19, eyes - 10, x + 19, eyes + 10), fill=(246, 244, 240))
        pen.ellipse((x - 8, eyes - 8, x + 8, eyes + 8), fill=dice.choice(((58, 84, 110), (74, 52, 36), (66, 86, 62))))
        pen.line((x - 24, eyes - 26, x + 24, eyes - 26 - side * dice.randint(-3, 3)), fill=brow, width=8)
    pen.line((middle, eyes + 14, middle + 8, 322, middle - 8, 326), fill=shade, width=7, joint="curve")
    mouth = (chin + 330) // 2
    pen.line((middle - 34, mouth, middle + 34, mouth + dice.randint(-4, 4)), fill=(140, 72, 66), width=7)
