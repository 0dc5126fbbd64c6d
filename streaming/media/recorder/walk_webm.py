"""Walks the elements of a WebM file as `webm.py` writes it (RFC 8794, RFC 9559)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from streaming.media.recorder import webm
from streaming.media.recorder.walk import Damaged, Reader, Track, Walked

Element = tuple[int, bytes]


def walk_webm(file: BinaryIO) -> Walked:
    """Accept `EBML Segment(unknown size) Info Tracks Cluster*` up to the last cluster that its blocks fill exactly."""
    reader, walked = Reader(file), Walked("webm")
    tracks: dict[int, Track] = {}
    try:
        while not reader.at_end():
            identity, size = _read_head(reader)
            if identity == webm.SEGMENT:
                reader.accept(walked, fragment=False)
                continue
            if size is None:
                raise Damaged("unknown size")
            body = reader.read(size)
            if identity == webm.INFO:
                date = dict(_elements(body)).get(webm.DATE_UTC)
                walked.zero = webm.WEBM_EPOCH + struct.unpack(">q", date)[0] / 1e9 if date else None
            elif identity == webm.TRACKS:
                tracks = _read_tracks(body, walked)
                reader.accept(walked, fragment=False)
            elif identity == webm.CLUSTER:
                for track, time in _read_cluster(body, tracks):
                    track.add(time)
                reader.accept(walked)
            elif identity != webm.EBML:
                raise Damaged("unknown element")
    except (Damaged, struct.error, IndexError):
        pass
    return walked


def _read_head(reader: Reader) -> tuple[int, int | None]:
    first = reader.read(1)
    length = _width(first[0], 4)
    identity = int.from_bytes(first + reader.read(length - 1), "big")
    first = reader.read(1)
    length = _width(first[0], 8)
    value = int.from_bytes(first + reader.read(length - 1), "big") & ((1 << (7 * length)) - 1)
    return identity, None if value == (1 << (7 * length)) - 1 else value


def _width(first: int, limit: int) -> int:
    """Length of an EBML number from its first byte."""
    length = 9 - first.bit_length()
    if length > limit:
        raise Damaged("number")
    return length


def _elements(data: bytes) -> Iterator[Element]:
    position = 0
    while position < len(data):
        length = _width(data[position], 4)
        identity = int.from_bytes(data[position : position + length], "big")
        position += length
        length = _width(data[position], 8)
        size = int.from_bytes(data[position : position + length], "big") & ((1 << (7 * length)) - 1)
        position += length
        if position + size > len(data):
            raise Damaged("element size")
        yield identity, data[position : position + size]
        position += size


def _read_tracks(body: bytes, walked: Walked) -> dict[int, Track]:
    tracks = {}
    for identity, entry in _elements(body):
        if identity != webm.TRACK:
            continue
        fields = dict(_elements(entry))
        if webm.VIDEO in fields:
            size = dict(_elements(fields[webm.VIDEO]))
            walked.width = int.from_bytes(size.get(webm.WIDTH, b""), "big")
            walked.height = int.from_bytes(size.get(webm.HEIGHT, b""), "big")
        track = walked.video if webm.VIDEO in fields else walked.audio
        track.kind = fields.get(webm.CODEC, b"").decode("ascii", "replace")
        tracks[int.from_bytes(fields.get(0xD7, b""), "big")] = track
    if not tracks:
        raise Damaged("no track")
    return tracks


def _read_cluster(body: bytes, tracks: dict[int, Track]) -> list[tuple[Track, float]]:
    """(track, time in seconds) of each block; the whole cluster is checked before any of it counts."""
    found: list[tuple[Track, float]] = []
    start: int | None = None
    for identity, content in _elements(body):
        if identity == webm.CLUSTER_TIME:
            start = int.from_bytes(content, "big")
        elif identity == webm.SIMPLE_BLOCK and start is not None and len(content) > 4:
            number, offset, _ = struct.unpack_from(">BhB", content)
            if number & 0x7F not in tracks:
                raise Damaged("unknown track")
            found.append((tracks[number & 0x7F], (start + offset) / 1000))
        else:
            raise Damaged("unknown element in cluster")
    if not found:
        raise Damaged("empty cluster")
    return found
