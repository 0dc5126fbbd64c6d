"""Asking a service outside at the one address that the force's settings name: no redirect, no proxy of the environment,
an answer of a bounded size in a bounded time.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from typing import IO


class NoAnswerError(Exception):
    """`status` is what it answered instead: 0 nothing, 200 more than was wanted."""

    def __init__(self, status: int = 0) -> None:
        super().__init__(f"answered {status}" if status else "did not answer")
        self.status = status


@dataclass(frozen=True, kw_only=True)
class Answer:
    body: bytes
    kind: str


def ask(url: str, *, seconds: float, most_bytes: int, headers: dict[str, str] | None = None) -> Answer:
    """What is there. Raises NoAnswerError, also for more than `most_bytes`."""
    request = urllib.request.Request(url, headers=headers or {})  # noqa: S310 - an address of the force's settings, never of a request
    try:
        with _OPENER.open(request, timeout=seconds) as response:
            body = response.read(most_bytes + 1)
            kind = response.headers.get_content_type()
    except urllib.error.HTTPError as error:
        error.close()
        raise NoAnswerError(error.code) from error
    except (OSError, ValueError, HTTPException) as error:
        raise NoAnswerError() from error
    if len(body) > most_bytes:
        raise NoAnswerError(200)
    return Answer(body=body, kind=kind)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """An answer that sends us elsewhere is no answer: the address is the force's choice alone."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects, urllib.request.ProxyHandler({}))
