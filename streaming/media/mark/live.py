"""The process that draws one guest's mark into live video: `python -m streaming.media.mark.live`.

Pictures come in as the caller's phone made them; what goes out was decoded, drawn upon and encoded here. Nothing else
goes out: without a drawn mark there is no picture.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import sys
import time
from fractions import Fraction
from typing import Any, BinaryIO

import av
from av.codec.context import Flags
from av.error import FFmpegError
from av.video.frame import PictureType

from . import wire
from .confine import confine
from .layer import MOVES_EVERY
from .picture import ENCODER, MOST_FPS, OPTIONS, Marker, Thin
from .words import Mark

LONGEST = 640  # pixels of the longer side
BIT_RATE, STILLS_BIT_RATE = 700_000, 250_000
STILLS_FPS = 1.0
CLOCK = Fraction(1, 90_000)
CHUNK = 256 * 1024
KEYFRAME_EVERY = 300  # pictures, should nobody ask
DECODERS = {b"H264": "h264", b"VP8 ": "vp8"}


class Inbox:
    """Messages of a pipe, and whether more of them wait."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._held = bytearray()

    def next(self) -> tuple[bytes, bytes] | None:
        """None at the end of the pipe."""
        while not self._whole():
            piece = os.read(self._handle, CHUNK)
            if not piece:
                return None
            self._held += piece
        kind, length = wire.HEAD.unpack_from(self._held)
        end = wire.HEAD.size + length
        data = bytes(self._held[wire.HEAD.size : end])
        del self._held[:end]
        return kind, data

    @property
    def more(self) -> bool:
        while not self._whole() and select.select([self._handle], [], [], 0)[0]:
            piece = os.read(self._handle, CHUNK)
            if not piece:
                return False
            self._held += piece
        return self._whole()

    def _whole(self) -> bool:
        if len(self._held) < wire.HEAD.size:
            return False
        return len(self._held) >= wire.HEAD.size + wire.HEAD.unpack_from(self._held)[1]


class Drawing:
    """One guest's pictures."""

    def __init__(self, mark: Mark, *, stills: bool, out: BinaryIO) -> None:
        self._marker, self._stills, self._out = Marker(mark, LONGEST), stills, out
        self._join = 0
        self._decoder: Any = None
        self._encoder: Any = None
        self._thin = Thin()
        self._keyframe = True
        self._pts: int | None = None
        self._newest = -1

    def begin(self, data: bytes) -> None:
        """A join's pictures follow. Raises KeyError for a codec that no phone sends."""
        self._join, codec = wire.JOIN.unpack(data)
        self._decoder = av.CodecContext.create(DECODERS[codec], "r")
        self._decoder.thread_count = 1
        self._decoder.flags |= Flags.low_delay
        self._h264 = codec == b"H264"
        self._encoder, self._keyframe = None, True
        self._pts, self._newest = None, -1
        self._thin = Thin(STILLS_FPS if self._stills else MOST_FPS)

    def want_keyframe(self) -> None:
        self._keyframe = True

    def picture(self, data: bytes, *, late: bool) -> None:
        """`late`: the next picture is there already; this one is decoded for its sake only."""
        _, timestamp, _ = wire.ABOUT.unpack_from(data)
        body = data[wire.ABOUT.size :]
        before = timestamp if self._pts is None else self._pts
        self._pts = before + (timestamp - before + 0x80000000) % 0x100000000 - 0x80000000
        packet = av.Packet(_start_codes(body) if self._h264 else body)
        packet.pts, packet.time_base = self._pts, CLOCK
        try:
            frames = self._decoder.decode(packet)
        except FFmpegError:
            return  # damaged: the next key frame mends it
        for frame in frames:
            if not late and self._thin.takes(float((frame.pts or 0) * CLOCK)):
                self._draw(frame)

    def _draw(self, frame: Any) -> None:
        now = time.time()
        made = self._marker.marked(frame, at=now, turn=int(now // MOVES_EVERY))
        size = (made.width, made.height)
        if self._encoder is None or (self._encoder.width, self._encoder.height) != size:
            self._encoder = self._encoder_of(*size)
        made.pts, made.time_base = max(frame.pts or 0, self._newest + 1), CLOCK
        self._newest = made.pts
        made.pict_type = PictureType.I if self._keyframe else PictureType.NONE
        self._keyframe = False
        for packet in self._encoder.encode(made):
            about = wire.ABOUT.pack(self._join, made.pts & 0xFFFFFFFF, packet.is_keyframe)
            self._out.write(wire.message(wire.PICTURE, about, bytes(packet)))
        self._out.flush()

    def _encoder_of(self, width: int, height: int) -> Any:
        encoder: Any = av.CodecContext.create(ENCODER, "w")
        encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
        rate = STILLS_FPS if self._stills else MOST_FPS
        encoder.time_base, encoder.framerate = CLOCK, Fraction(rate)
        encoder.bit_rate, encoder.gop_size = STILLS_BIT_RATE if self._stills else BIT_RATE, KEYFRAME_EVERY
        encoder.thread_count = 1
        limit = str(encoder.bit_rate)
        encoder.options = {**OPTIONS, "minrate": limit, "maxrate": limit, "bufsize": limit}
        return encoder


def _start_codes(data: bytes) -> bytes:
    """Units with their lengths before them to units with start codes (H.264 annex B)."""
    found, at = [], 0
    while at + 4 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        found.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    return b"".join(b"\x00\x00\x00\x01" + unit for unit in found)


def run(inbox: Inbox, out: BinaryIO, errand: dict[str, Any]) -> None:
    """Until the pipe ends."""
    drawing = Drawing(Mark.read(errand["mark"]), stills=bool(errand["stills"]), out=out)
    while (message := inbox.next()) is not None:
        kind, data = message
        if kind == wire.BEGIN:
            drawing.begin(data)
        elif kind == wire.KEYFRAME:
            drawing.want_keyframe()
        else:
            drawing.picture(data, late=inbox.more)


def main() -> None:
    confine(with_parent=True)
    av.logging.set_level(None)
    try:
        with contextlib.suppress(BrokenPipeError):
            run(Inbox(sys.stdin.fileno()), sys.stdout.buffer, json.loads(sys.argv[1]))
    finally:
        os._exit(0)  # not through FFmpeg's clean-up: a library that hangs must not keep the process


if __name__ == "__main__":
    main()
