"""Ground for a map, made here: tiles of one colour, a PMTiles file of them, and a server that answers as it is told."""

from __future__ import annotations

import json
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GREEN = (34, 136, 51)
DEEPEST = 15  # levels of zoom of the file


def picture(colour: tuple[int, int, int] = GREEN, size: int = 256) -> bytes:
    """A PNG of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes(colour) * size) * size
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def water() -> bytes:
    """A vector tile (MVT 2) with one layer, water, that covers all of it."""
    square = [9, 0, 0, 26, 8192, 0, 0, 8192, 8191, 0, 15]  # move to 0,0; three lines of 4096; close
    shape = b"\x18\x03" + _part(4, b"".join(map(_varint, square)))
    layer = _part(1, b"water") + _part(2, shape) + b"\x28" + _varint(4096) + b"\x78\x02"
    return _part(3, layer)


def pmtiles(tile: bytes, *, kind: int, about: dict[str, object] | None = None) -> bytes:
    """PMTiles version 3: the same tile everywhere, by one entry that runs through all levels. `kind`: 1 MVT, 2 PNG."""
    everywhere = (4 ** (DEEPEST + 1) - 1) // 3
    root = b"".join(map(_varint, (1, 0, everywhere, len(tile), 1)))  # entries, tile id, run, length, offset + 1
    metadata = json.dumps(about or {}).encode()
    start = 127 + len(root)
    places = (127, len(root), start, len(metadata), start + len(metadata), 0, start + len(metadata), len(tile))
    head = b"PMTiles\x03" + struct.pack("<11Q", *places, everywhere, 1, 1)
    head += struct.pack("<6B", 1, 1, 1, kind, 0, DEEPEST)  # clustered; nothing compressed
    world = (-1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000)
    return head + struct.pack("<4iB2i", *world, 0, 0, 0) + root + metadata + tile


@dataclass
class Tiles:
    """`answers`: picture, 404, 500, elsewhere or hang, for everything until it is changed."""

    url: str = ""
    answers: str = "picture"
    asked: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def style(self) -> bytes:
        source = {"type": "raster", "tiles": [f"{self.url}/tiles/{{z}}/{{x}}/{{y}}.png"], "tileSize": 256}
        layers = [{"id": "ground", "type": "raster", "source": "ground"}]
        return json.dumps({"version": 8, "sources": {"ground": source}, "layers": layers}).encode()


@contextmanager
def tile_server() -> Iterator[Tiles]:
    state = Tiles()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(self.path)
            is_style = self.path.endswith("/style.json")
            if state.answers == "hang" and not is_style:
                state.released.wait(30)
                return
            known = {"404": 404, "500": 500, "elsewhere": 302}
            self.send_response(known.get(state.answers, 200))
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Cache-Control", "no-store")
            self.send_header("Location", f"{state.url}/elsewhere")
            self.send_header("Content-Type", "application/json" if is_style else "image/png")
            self.end_headers()
            if state.answers == "picture" or is_style:
                self.wfile.write(state.style() if is_style else picture())

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: the tests say what they saw."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield state
    finally:
        state.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def _part(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(data)) + data
