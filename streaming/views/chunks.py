"""What a caller's phone sends in chunks, as requests: announce, upload, delete.

Uploads go the way of tus (resumable, by offset): HEAD tells where to go on, PATCH adds at `Upload-Offset`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Generic
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse

from core.errors import DomainError, Invalid, TooLarge
from core.requests import ActorRequest
from streaming.services.chunks import CHUNK_BYTES, Kind, Row, Said
from streaming.services.phone_access import Passage, check_rate, passage
from streaming.views.caller import COOKIE

LARGEST_LIST = 64 * 1024  # bytes of an announcement
CHUNK_TYPE = "application/offset+octet-stream"
_GO_ON = ("offset", "done")

Answer = Callable[..., HttpResponse]


def for_its_browser(view: Answer) -> Answer:
    """Only the browser that holds the session's link comes in; refusals are JSON."""

    @wraps(view)
    def answer(request: ActorRequest, session_id: UUID, **named: Any) -> HttpResponse:
        try:
            actor = request.actor
            let_in = passage(request.COOKIES.get(COOKIE, ""), session_id, ip=actor.ip, device=actor.device)
            check_rate(session_id, _declared(request))
            return view(request, let_in, **named)
        except DomainError as error:
            response = JsonResponse({"code": error.code, "message": error.message}, status=error.status)
            if error.retry_after:
                response.headers["Retry-After"] = str(error.retry_after)
            return response

    return answer


@dataclass(frozen=True, kw_only=True)
class Door(Generic[Row, Said]):
    """The two addresses of one kind: `name` is that of its list, in requests and answers."""

    kind: Kind[Row, Said]
    name: str
    read: Callable[[dict[str, Any]], Said]
    most: int

    def all(self, request: HttpRequest, let_in: Passage) -> HttpResponse:
        """GET: how far each is. POST: hashes, kept with our time before anything is taken."""
        if request.method == "GET":
            rows = self.kind.all_of(passage=let_in)
        else:
            rows = self.kind.announce(passage=let_in, said=self._said(request))
        return JsonResponse({self.name: [row.as_told() for row in rows]})

    def one(self, request: HttpRequest, let_in: Passage, row_id: UUID) -> HttpResponse:
        """GET, HEAD: where to go on. PATCH: a chunk. DELETE: the caller takes it back, or deleted it on the phone."""
        if request.method == "DELETE":
            return _told(self.kind.withdraw(passage=let_in, row_id=row_id))
        if request.method != "PATCH":
            return _told(self.kind.one_of(passage=let_in, row_id=row_id))
        offset, data = _chunk(request)
        try:
            return _told(self.kind.take_chunk(passage=let_in, row_id=row_id, offset=offset, data=data))
        except DomainError as error:
            if error.code not in _GO_ON:
                raise
            return _told(self.kind.one_of(passage=let_in, row_id=row_id), status=error.status)

    def _said(self, request: HttpRequest) -> list[Said]:
        """The announcements of a body, read strictly. Raises Invalid, TooLarge."""
        if _declared(request) > LARGEST_LIST:
            raise TooLarge()
        try:
            rows = json.loads(request.body)[self.name]
            if not isinstance(rows, list) or len(rows) > self.most:
                raise ValueError
            return [self.read(row) for row in rows]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as error:
            raise Invalid(fields={self.name: f"Not an announcement of {self.name}."}) from error


def _told(row: Any, status: int = 200) -> HttpResponse:
    response = JsonResponse(row.as_told(), status=status)
    response.headers["Upload-Offset"] = str(row.received_bytes)
    response.headers["Upload-Length"] = str(row.size_bytes)
    return response


def _declared(request: HttpRequest) -> int:
    """Bytes of the body as the request says, before any is read. Raises TooLarge."""
    length = request.headers.get("Content-Length", "") or "0"
    size = int(length) if length.isdecimal() and len(length) < 12 else CHUNK_BYTES + 1
    if size > CHUNK_BYTES:
        raise TooLarge()
    return size


def _chunk(request: HttpRequest) -> tuple[int, bytes]:
    if request.content_type != CHUNK_TYPE:
        raise Invalid(fields={"type": f"Send {CHUNK_TYPE}."})
    offset = request.headers.get("Upload-Offset", "")
    if not (offset.isdecimal() and len(offset) < 12):
        raise Invalid(fields={"offset": "Say in Upload-Offset where the chunk begins."})
    data = request.body
    if not data:
        raise Invalid(fields={"body": "The chunk is empty."})
    return int(offset), data


def text_of(value: object, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise ValueError
    return value


def hash_of(value: object, *, optional: bool = False) -> str:
    text = text_of(value, 64)
    if (text or not optional) and not (len(text) == 64 and set(text) <= set("0123456789abcdef")):
        raise ValueError
    return text


def whole_of(value: object, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError
    return value
