"""What a file from a member of the public is, by its bytes alone, and whether it is taken: a photo or a film, whole,
and nothing else beside it. Its name and the type its sender gives are never asked.

Films are only walked, never decoded. A photo is decoded once, within a bound of pixels, to prove that it is one. The
master stays byte for byte as it came; what a screen shows is the JPEG of `small_copy`, made new from the pixels.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from core.errors import DomainError
from evidence.services.pictures import PIXEL_LIMIT, UNREADABLE, reduce_picture

#: Bytes that are enough to tell what a file says it is.
HEAD = 16
#: A photo of more pixels is a bomb; one of more than `PIXEL_LIMIT` is taken, and never decoded here.
MOST_PIXELS = 250_000_000
#: Of both ends of a file this much is read for what other programs would run.
ENDS = 64 * 1024
COPY_WIDTH = 1600
BOXES = 10_000

_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_FILM_BRANDS = re.compile(rb"iso[m2-9]|mp4[12]|avc1|M4V |M4VH|M4VP|MSNV|dash|mmp4|hvc1|XAVC|cmfc|f4v ")
_RUNS = re.compile(rb"<(?:script|html|svg|iframe|body)[\s>/]|<!doctype\s+html|<\?php|%PDF-", re.IGNORECASE)
_ZIP_END = b"PK\x05\x06"
_ZIP_END_LENGTH = 22
_PHOTOS = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}

WORDS = {
    "type": "This is not a photo or a film.",
    "hidden": "Something else is hidden in this file.",
    "broken": "This file is damaged, or not all of it is here.",
    "pixels": "This picture is too large to be a photo.",
}


class NotTaken(DomainError):
    """The file is refused for good; `code` is a key of `WORDS`."""

    status = 422

    def __init__(self, code: str) -> None:
        super().__init__(WORDS[code], code=code)


@dataclass(frozen=True, kw_only=True)
class Examined:
    """`mime` is what the bytes are. Width and height in pixels, of a photo. `shown`: `small_copy` can be made of it."""

    mime: str
    width: int | None = None
    height: int | None = None
    shown: bool = False


def mime_of(head: bytes) -> str:
    """What the first `HEAD` bytes say: one of the photos and films that are taken. Raises NotTaken("type")."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm"
    brand = head[8:12] if head[4:8] == b"ftyp" else b""
    if brand in _HEIC:
        return "image/heic"
    if brand == b"qt  ":
        return "video/quicktime"
    if brand[:3] in (b"3gp", b"3g2"):
        return "video/3gpp"
    if brand and _FILM_BRANDS.fullmatch(brand):
        return "video/mp4"
    raise NotTaken("type")


def examine(path: Path) -> Examined:
    """The file at `path`, looked at whole. Raises NotTaken."""
    with path.open("rb") as file:
        mime = mime_of(file.read(HEAD))
        size = path.stat().st_size
        _check_ends(file, size)
        if mime == "video/webm":
            _check_webm(file, size)
        elif mime not in _PHOTOS.values():
            _check_boxes(file, size, mime)
    return _photo(path, mime) if mime in _PHOTOS.values() else Examined(mime=mime)


def small_copy(path: Path) -> bytes:
    """A JPEG of an examined photo, made new from its pixels: no metadata, nothing after its end."""
    return reduce_picture(path.read_bytes(), width=COPY_WIDTH)


def _check_ends(file: BinaryIO, size: int) -> None:
    """A file may be two things at once: a photo to us, a page, an archive or a document to another program."""
    file.seek(0)
    first = file.read(ENDS)
    file.seek(max(0, size - ENDS - _ZIP_END_LENGTH))
    last = file.read()
    if _RUNS.search(first) or _RUNS.search(last):
        raise NotTaken("hidden")
    at = last.rfind(_ZIP_END)
    while at >= 0:
        comment = int.from_bytes(last[at + 20 : at + 22], "little")
        if at + _ZIP_END_LENGTH + comment == len(last):
            raise NotTaken("hidden")
        at = last.rfind(_ZIP_END, 0, at)


def _check_boxes(file: BinaryIO, size: int, mime: str) -> None:
    """Boxes of ISO/IEC 14496-12 from the first byte to the last, with the content and its index among them."""
    found: set[bytes] = set()
    at = 0
    for _ in range(BOXES):
        if at == size:
            break
        file.seek(at)
        head = file.read(16)
        length, kind = int.from_bytes(head[:4], "big"), head[4:8]
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        elif length == 0:
            length = size - at
        if length < 8 or at + length > size or not (kind.isascii() and kind.decode("ascii").isprintable()):
            raise NotTaken("broken")
        found.add(kind)
        at += length
    needed = {b"meta"} if mime == "image/heic" else {b"moov", b"mdat"}
    if at != size or not needed <= found:
        raise NotTaken("broken")


def _check_webm(file: BinaryIO, size: int) -> None:
    """An EBML header (RFC 8794) that says WebM or Matroska, then one segment to the end of the file."""
    file.seek(0)
    start = file.read(256)
    length, used = _size(start, 4)
    segment = 4 + used + length
    if not 0 < length < 200 or not (b"webm" in start[:segment] or b"matroska" in start[:segment]):
        raise NotTaken("broken")
    if start[segment : segment + 4] != b"\x18\x53\x80\x67":
        raise NotTaken("broken")
    length, used = _size(start, segment + 4)
    unknown = length == (1 << 7 * used) - 1
    if not unknown and segment + 4 + used + length != size:
        raise NotTaken("broken")


def _size(data: bytes, at: int) -> tuple[int, int]:
    """An EBML size and how many bytes it takes."""
    if at >= len(data) or not data[at]:
        raise NotTaken("broken")
    used = 9 - data[at].bit_length()
    return int.from_bytes(data[at : at + used], "big") & ((1 << 7 * used) - 1), used


def _photo(path: Path, mime: str) -> Examined:
    """Phones put a second picture (a film's frame, a depth map) behind the first: the first is the photo."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is asked right after
            with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as image:
                width, height = image.size
                if width * height > MOST_PIXELS:
                    raise NotTaken("pixels")
                shown = width * height <= PIXEL_LIMIT
                if shown:
                    image.load()
                if _PHOTOS.get(str(image.format)) != mime:
                    raise NotTaken("broken")
    except Image.DecompressionBombError as error:
        raise NotTaken("pixels") from error
    except UNREADABLE as error:
        raise NotTaken("broken") from error
    return Examined(mime=mime, width=width, height=height, shown=shown)
