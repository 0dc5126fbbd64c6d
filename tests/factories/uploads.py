"""Photos and films as a member of the public has them on a phone, and files that only pretend to be."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image

from tests.factories.films import box, element

PAGE = b"<!doctype html><script>alert(document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'


def jpeg(colour: str = "navy", *, size: tuple[int, int] = (640, 480), exif: bool = True) -> bytes:
    """A photo with the place it was taken at in its EXIF, as phones write it."""
    out = io.BytesIO()
    marks = Image.Exif()
    if exif:
        marks[0x010F] = "Phonemaker"
        marks[0x9003] = "2026:11:22 13:58:07"
    Image.new("RGB", size, colour).save(out, "JPEG", exif=marks)
    return out.getvalue()


def png(size: tuple[int, int] = (32, 32)) -> bytes:
    out = io.BytesIO()
    Image.new("L", size).save(out, "PNG")
    return out.getvalue()


def two_in_one() -> bytes:
    """A JPEG with a second picture behind it, as phones with two lenses write it (CIPA DC-007)."""
    out = io.BytesIO()
    first, second = Image.new("RGB", (64, 48), "navy"), Image.new("RGB", (64, 48), "gray")
    first.save(out, "MPO", save_all=True, append_images=[second])
    return out.getvalue()


def film(brand: bytes = b"mp42", size: int = 9000) -> bytes:
    return box(b"ftyp", brand, bytes(4), b"isom") + box(b"moov", bytes(200)) + box(b"mdat", bytes(size))


def heic() -> bytes:
    return box(b"ftyp", b"heic", bytes(4), b"mif1") + box(b"meta", bytes(300)) + box(b"mdat", bytes(4000))


def webm() -> bytes:
    head = element(0x1A45DFA3, element(0x4282, b"webm"))
    return head + element(0x18538067, element(0x1F43B675, bytes(900)))


def archive() -> bytes:
    """Ten megabytes of nothing in some kilobytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("bomb.txt", bytes(10_000_000))
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that says it has four thousand million pixels."""
    whole = bytearray(png())
    whole[16:24] = struct.pack(">II", 65_000, 65_000)
    whole[29:33] = struct.pack(">I", zlib.crc32(bytes(whole[12:29])))
    return bytes(whole)
