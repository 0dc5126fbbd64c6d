"""Files of rows, read line by line: however large, only one line is in memory.

A file is inspected from end to end before its first row is taken: what cannot be read is refused while nothing was
imported yet.
"""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_CHUNK = 1 << 20
LONGEST_LINE = 64_000  # characters; a nominal with twenty addresses has a tenth of it

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, ""),  # before UTF-16: its mark begins with the same two bytes
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAVE_AS = "Save it as UTF-8 and import it again. Nothing was imported."


class FileRefused(ValueError):
    """Why a whole file is not taken and what to do, in plain words, without anything the file says."""


@dataclass(frozen=True, kw_only=True)
class Inspected:
    """`encoding` is Python's name; `sha256` of the bytes, lower-case hex; `lines` of all kinds."""

    encoding: str
    sha256: str
    lines: int


def inspect(stream: BinaryIO) -> Inspected:
    """Read the whole stream once: its encoding, its hash, how many lines. Raises FileRefused; rewinds at the end."""
    stream.seek(0)
    first = stream.read(_CHUNK)
    encoding = _encoding(first)
    # Lines are counted as they are read later: whatever ends a line there ends one here.
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    digest = hashlib.sha256()
    lines, last, chunk = 0, "", first
    while True:
        digest.update(chunk)
        text = _decoded(decoder, chunk, lines)
        lines += text.count("\n")
        last = text[-1:] or last
        if not chunk:
            break
        chunk = stream.read(_CHUNK)
    if not last:
        raise FileRefused("The file is empty. Nothing was imported.")
    stream.seek(0)
    return Inspected(encoding=encoding, sha256=digest.hexdigest(), lines=lines + (last != "\n"))


def _encoding(first: bytes) -> str:
    for mark, encoding in _MARKS:
        if first.startswith(mark):
            if not encoding:
                raise FileRefused(f"The file is UTF-32. {_SAVE_AS}")
            return encoding
    if first.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise FileRefused("The file is a workbook, not text. Save the sheet as CSV (UTF-8). Nothing was imported.")
    if first[:2] == b"\x1f\x8b":
        raise FileRefused("The file is compressed. Unpack it first. Nothing was imported.")
    sample = first[:4000]
    if sample[::2].count(0) > len(sample) // 4 or sample[1::2].count(0) > len(sample) // 4:
        raise FileRefused(f"The file looks like UTF-16 without its byte-order mark. {_SAVE_AS}")
    return "utf-8"


def _decoded(decoder: io.IncrementalNewlineDecoder, chunk: bytes, lines: int) -> str:
    try:
        return decoder.decode(chunk, final=not chunk)
    except UnicodeDecodeError as error:
        near = lines + 1 + error.object[: error.start].count(b"\n")
        raise FileRefused(f"Line {near:,} is not in the encoding the file begins with. {_SAVE_AS}") from error


def lines(stream: BinaryIO, encoding: str) -> Iterator[tuple[int, str | None]]:
    """Number and text of each line from 1 on, without its line break; None for a line too long to be a row."""
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, newline=None)
    try:
        number = 0
        while line := text.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) <= LONGEST_LINE or line.endswith("\n"):
                yield number, line.rstrip("\n")
                continue
            while line and not line.endswith("\n"):
                line = text.readline(LONGEST_LINE)
            yield number, None
    finally:
        with contextlib.suppress(ValueError):  # its opener closed the stream before anybody read to the end
            text.detach()  # the stream is its opener's to close
