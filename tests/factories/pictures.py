"""Pictures of the tests: small, real, and some that only say they are pictures."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image


def picture(width: int = 480, height: int = 640, kind: str = "JPEG", colour: str = "#8899aa", **options: Any) -> bytes:
    """A plain picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, kind, **options)
    return out.getvalue()


def with_secrets(width: int = 300, height: int = 200) -> bytes:
    """A JPEG on its side (EXIF orientation 6) with a maker's name, a place and a comment."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9286] = 6, "SecretPhone", "Secret note"
    exif.get_ifd(0x8825)[1] = "N"
    return picture(width, height, exif=exif.tobytes(), comment=b"Secret comment")


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A few hundred bytes of PNG that say they are 900 megapixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 4096)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def moving() -> bytes:
    """A WebP of two frames."""
    out = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    return out.getvalue()
