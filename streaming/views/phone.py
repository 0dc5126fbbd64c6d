"""What the caller's page uses to send film from the phone: announce, upload in chunks, delete; and the words for it.

Uploads go the way of tus (resumable, by offset): HEAD tells where to go on, PATCH adds at `Upload-Offset`.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError, Invalid, TooLarge
from core.requests import ActorRequest
from streaming import languages
from streaming.models import PhonePiece
from streaming.selectors.phone import exhibit_pieces
from streaming.services import backfill
from streaming.services.backfill import Announced
from streaming.services.phone_access import Passage, check_rate, passage
from streaming.views.caller import COOKIE

LARGEST_LIST = 64 * 1024  # bytes of an announcement
CHUNK_TYPE = "application/offset+octet-stream"
_FIELDS = {
    "run", "sequence", "sha256", "previous", "size", "mime", "started", "ended", "offset", "error",
}  # fmt: skip

Answer = Callable[..., HttpResponse]


def for_its_browser(view: Answer) -> Answer:
    """Only the browser that holds the session's link comes in; refusals are JSON."""

    @wraps(view)
    def answer(request: ActorRequest, session_id: UUID, **named: Any) -> HttpResponse:
        try:
            actor = request.actor
            let_in = passage(request.COOKIES.get(COOKIE, ""), session_id, ip=actor.ip, device=actor.device)
            check_rate(session_id, declared(request))
            return view(request, let_in, **named)
        except DomainError as error:
            response = JsonResponse({"code": error.code, "message": error.message}, status=error.status)
            if error.retry_after:
                response.headers["Retry-After"] = str(error.retry_after)
            return response

    return answer


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
@for_its_browser
def pieces(request: HttpRequest, let_in: Passage) -> HttpResponse:
    """GET: how far each piece is. POST: hashes of pieces, kept with our time before any film is taken."""
    if request.method == "GET":
        found = backfill.pieces_of(passage=let_in)
    else:
        found = backfill.announce(passage=let_in, pieces=_announced(request))
    return JsonResponse({"pieces": [piece.as_told() for piece in found]})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "PATCH", "DELETE"])
@for_its_browser
def piece(request: HttpRequest, let_in: Passage, piece_id: UUID) -> HttpResponse:
    """GET, HEAD: where to go on. PATCH: a chunk. DELETE: the caller deleted it on the phone."""
    if request.method == "DELETE":
        return told(backfill.withdraw(passage=let_in, piece_id=piece_id))
    if request.method != "PATCH":
        return told(backfill.piece_of(passage=let_in, piece_id=piece_id))
    offset, data = chunk(request)
    try:
        return told(backfill.take_chunk(passage=let_in, piece_id=piece_id, offset=offset, data=data))
    except DomainError as error:
        if error.code not in ("offset", "done"):
            raise
        return told(backfill.piece_of(passage=let_in, piece_id=piece_id), status=error.status)


@login_not_required
@require_safe
def words(request: HttpRequest) -> HttpResponse:
    """The sentences and the panel of this part of the page, in the page's language; loaded when they may be needed."""
    language = languages.find(request.GET.get("lang")) or languages.ENGLISH
    with translation.override(language.code):
        return render(request, "caller/_phone.html", {"language": language})


@require_safe
def exhibit(request: ActorRequest, exhibit_id: UUID) -> HttpResponse:
    """What came from the phone, as a part of an exhibit's page."""
    shown = exhibit_pieces(request.actor, exhibit_id)
    return render(request, "streaming/_phone_pieces.html", {"pieces": shown})


def told(piece: PhonePiece, status: int = 200) -> HttpResponse:
    response = JsonResponse(piece.as_told(), status=status)
    response.headers["Upload-Offset"] = str(piece.received_bytes)
    response.headers["Upload-Length"] = str(piece.size_bytes)
    return response


def declared(request: HttpRequest) -> int:
    """Bytes of the body as the request says, before any is read. Raises TooLarge."""
    length = request.headers.get("Content-Length", "") or "0"
    size = int(length) if length.isdecimal() and len(length) < 12 else backfill.CHUNK_BYTES + 1
    if size > backfill.CHUNK_BYTES:
        raise TooLarge()
    return size


def chunk(request: HttpRequest) -> tuple[int, bytes]:
    if request.content_type != CHUNK_TYPE:
        raise Invalid(fields={"type": f"Send {CHUNK_TYPE}."})
    offset = request.headers.get("Upload-Offset", "")
    if not (offset.isdecimal() and len(offset) < 12):
        raise Invalid(fields={"offset": "Say in Upload-Offset where the chunk begins."})
    data = request.body
    if not data:
        raise Invalid(fields={"body": "The chunk is empty."})
    return int(offset), data


def _announced(request: HttpRequest) -> list[Announced]:
    """The announcements of a body, read strictly. Raises Invalid, TooLarge."""
    if declared(request) > LARGEST_LIST:
        raise TooLarge()
    try:
        rows = json.loads(request.body)["pieces"]
        if not isinstance(rows, list) or len(rows) > backfill.PIECES_AT_ONCE:
            raise ValueError
        return [_one(row) for row in rows]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as error:
        raise Invalid(fields={"pieces": "Not an announcement of pieces."}) from error


def _one(row: dict[str, Any]) -> Announced:
    if set(row) != _FIELDS or not isinstance(row["mime"], str):
        raise ValueError
    return Announced(
        run=uuid.UUID(text_of(row["run"], 36)),
        sequence=whole_of(row["sequence"], 1, 1_000_000),
        sha256=hash_of(row["sha256"], optional=True),
        previous=hash_of(row["previous"]),
        size=whole_of(row["size"], 0, 2**31 - 1),
        mime=row["mime"],
        started_ms=whole_of(row["started"], 0, 2**43),
        ended_ms=whole_of(row["ended"], 0, 2**43),
        offset_ms=_number(row["offset"]),
        error_ms=_number(row["error"]),
    )


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


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError
    return float(value)
