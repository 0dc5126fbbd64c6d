"""A what3words of our own: real HTTP on a free loopback port. `script` holds what it answers next."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

SQUARE = {"coordinates": {"lat": 53.73361, "lng": 0.45213}, "nearestPlace": "Northmere", "words": "filled.count.soap"}


@dataclass
class ThreeWordsState:
    script: list[str] = field(default_factory=list)
    asked: list[tuple[str, str, str]] = field(default_factory=list)  # path, words, key
    released: threading.Event = field(default_factory=threading.Event)


@contextmanager
def three_words_server() -> Iterator[tuple[str, ThreeWordsState]]:
    state = ThreeWordsState()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            words = parse_qs(parts.query).get("words", [""])[0]
            state.asked.append((parts.path, words, self.headers.get("X-Api-Key", "")))
            step = state.script.pop(0) if state.script else json.dumps(SQUARE)
            if step == "hang":
                state.released.wait(20)
                return
            if step == "elsewhere":
                self.send_response(302)
                self.send_header("Location", "http://127.0.0.1:9/secrets")
                self.end_headers()
                return
            self.send_response(400 if step == "bad words" else 500 if step == "broken" else 200)
            self.end_headers()
            self.wfile.write(step.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: the tests say what they saw."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", state
    finally:
        state.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
