"""One POST with a deadline that holds whatever the other side does, and a limit on what is read.

A time-out of the socket restarts with every byte: a server that sends one byte a second would hold a courier for
hours. Here a timer shuts the connection at the deadline. Redirects are not followed and proxies of the environment
are not used: what is sent goes to the configured address or nowhere.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Reply:
    """Status, headers (lower-case names) and body of an answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NoAnswer(Exception):
    """Nothing usable came back. `code`: "no_answer" (deadline), "unreachable", or "broken" (cut in the middle)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TooMuch(Exception):
    """The answer is longer than it may be."""


def post(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float, limit: int) -> Reply:
    """POST `body`; the whole exchange ends within `seconds`. Raises NoAnswer, and TooMuch above `limit` bytes."""
    address = urlsplit(url)
    connection = _connection(address.scheme, address.hostname or "", address.port, seconds)
    over = threading.Event()
    timer = threading.Timer(seconds, _cut, (connection, over))
    timer.daemon = True
    timer.start()
    try:
        target = address.path + (f"?{address.query}" if address.query else "")
        connection.request("POST", target or "/", body=body, headers=dict(headers))
        reply = _read(connection.getresponse(), limit)
        if over.is_set():
            raise NoAnswer("no_answer")
        return reply
    except TimeoutError as error:
        raise NoAnswer("no_answer") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NoAnswer("no_answer" if over.is_set() else _failure(connection)) from error
    finally:
        timer.cancel()
        connection.close()


def _connection(scheme: str, host: str, port: int | None, seconds: float) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=seconds, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=seconds)


def _failure(connection: http.client.HTTPConnection) -> str:
    return "unreachable" if connection.sock is None else "broken"


def _cut(connection: http.client.HTTPConnection, over: threading.Event) -> None:
    over.set()
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _read(response: http.client.HTTPResponse, limit: int) -> Reply:
    body = response.read(limit + 1)
    if len(body) > limit:
        raise TooMuch()
    if response.length:  # what was promised and did not come: `read` with a size does not say so
        raise http.client.IncompleteRead(body, response.length)
    return Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, body)
