"""Pictures that people send: proved to be one by decoding them, made small without metadata, marked for the viewer.

The original is kept as it came; what is shown is always a JPEG made here, so that nothing hidden in a file (a place in
EXIF, a thumbnail, a script after the image) reaches a screen.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFile, ImageFont, ImageOps, UnidentifiedImageError

from core.errors import Invalid
from evidence.services.kept import PICTURE_LIMIT

JPEG = "image/jpeg"
PIXEL_LIMIT = 40_000_000  # 40 megapixels: more is a bomb or a scan, and costs 160 MB to open
_FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_QUALITY = 82
NOT_A_PICTURE = "This is not a picture that can be opened. Send a JPEG, PNG or WebP."
TOO_MANY_PIXELS = "The picture has too many pixels. Send one of at most 40 megapixels."


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A decoded picture. `mime` is what the bytes are, whatever the sender called them; width and height in pixels,
    upright."""

    data: bytes
    mime: str
    width: int
    height: int


def read_picture(data: bytes, *, field: str = "picture") -> Picture:
    """Decode every pixel once. Raises Invalid (field) for what is no picture, cut short, animated, over 10 MB or
    over 40 megapixels."""
    if len(data) > PICTURE_LIMIT:
        raise Invalid(fields={field: f"The picture is larger than {PICTURE_LIMIT // (1024 * 1024)} MB."})
    try:
        with _opened(data) as image:
            if image.width * image.height > PIXEL_LIMIT:
                raise Invalid(fields={field: TOO_MANY_PIXELS})
            if getattr(image, "n_frames", 1) > 1:
                raise Invalid(fields={field: "Send a picture that does not move."})
            mime = _FORMATS[str(image.format)]
            upright = ImageOps.exif_transpose(image)
            upright.load()
            return Picture(data=data, mime=mime, width=upright.width, height=upright.height)
    except Image.DecompressionBombError as error:
        raise Invalid(fields={field: TOO_MANY_PIXELS}) from error
    except UNREADABLE as error:
        raise Invalid(fields={field: NOT_A_PICTURE}) from error


# What Pillow raises for damaged or hostile files, by its own documentation and by trying.
UNREADABLE = (UnidentifiedImageError, OSError, ValueError, SyntaxError, TypeError, KeyError, EOFError, OverflowError)


def reduce_picture(data: bytes, *, width: int, height: int | None = None) -> bytes:
    """A JPEG of the same picture, upright, no larger than `width` (and `height`) pixels, with no metadata at all.

    `data` has passed `read_picture`.
    """
    with _opened(data) as image:
        box = (width, height or width * 2)
        image.draft("RGB", box)  # of a JPEG decodes only as many pixels as are wanted
        upright = _on_white(ImageOps.exif_transpose(image))
        upright.thumbnail(box, Image.Resampling.LANCZOS)
        return _as_jpeg(upright)


def mark_picture(data: bytes, text: str, *, width: int) -> bytes:
    """A JPEG of at most `width` pixels with `text` drawn across it, again and again: who looked, and when.

    The marks are in the pixels: saving or photographing the screen keeps them.
    """
    with _opened(data) as image:
        image.draft("RGB", (width, width * 2))
        picture = _on_white(image)
        picture.thumbnail((width, width * 2), Image.Resampling.LANCZOS)
        marks = _marks(text, picture.width, picture.height)
        picture.paste(marks, (0, 0), marks)
        return _as_jpeg(picture)


def _opened(data: bytes) -> ImageFile.ImageFile:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is asked right after
        return Image.open(io.BytesIO(data), formats=tuple(_FORMATS))


def _on_white(image: Image.Image) -> Image.Image:
    """RGB; what was transparent is white."""
    if image.mode in {"RGBA", "LA", "P", "PA"}:
        layered = image.convert("RGBA")
        ground = Image.new("RGB", layered.size, "white")
        ground.paste(layered, (0, 0), layered)
        return ground
    return image.convert("RGB")


def _as_jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    bare = Image.new("RGB", image.size)  # a new image has no EXIF, profile, comment or thumbnail to carry over
    bare.paste(image)
    bare.save(out, "JPEG", quality=_QUALITY, optimize=False)
    return out.getvalue()


@lru_cache(maxsize=64)
def _marks(text: str, width: int, height: int) -> Image.Image:
    """A transparent layer with the text in rows, each shifted, light on dark so that it shows on any picture."""
    layer = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    size = max(10, width // 20)
    font = ImageFont.load_default(size)
    length = int(draw.textlength(text, font=font)) + size * 2
    for row, top in enumerate(range(size, height + size, size * 7)):
        for left in range(-(row % 2) * length // 2, width, length):
            draw.text((left, top), text, font=font, fill=(255, 255, 255, 96), stroke_width=1, stroke_fill=(0, 0, 0, 56))
    return layer
