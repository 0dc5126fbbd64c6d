"""What the local servers that speak the text providers' APIs have in common: real HTTP on a free loopback port.

`script` holds what to answer next, oldest first: "ok", "busy" (429), "refuse" (400), "broken" (500), "hang" (no answer
until released). An empty script means "ok". `requests` keeps what arrived.
"""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class ProviderState:
    script: list[str] = field(default_factory=list)
    requests: list[Received] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    answer_hung: float = 60.0  # seconds a hung request is held at most
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_step(self, received: Received) -> str:
        with self.lock:
            self.requests.append(received)
            return self.script.pop(0) if self.script else "ok"


Answer = Callable[[ProviderState, Received, str], tuple[int, bytes]]


@contextmanager
def serve(answer: Answer) -> Iterator[tuple[str, ProviderState]]:
    """Run a server whose POSTs are answered by `answer`; yields its base address and its state."""
    state = ProviderState()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            received = Received(self.path, {k.lower(): v for k, v in self.headers.items()}, self.rfile.read(length))
            step = state.next_step(received)
            if step == "hang":
                state.released.wait(state.answer_hung)
                self.close_connection = True
                return
            status, body = answer(state, received, step)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", state
    finally:
        state.released.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """How a provider calls back: returns the HTTP status."""
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
