"""What the caller's page uses to send film that the phone recorded by itself; and the words for it."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.requests import ActorRequest
from streaming import languages
from streaming.selectors.phone import exhibit_pieces
from streaming.services import backfill
from streaming.services.backfill import Announced
from streaming.services.phone_access import Passage
from streaming.views.chunks import Door, for_its_browser, hash_of, text_of, whole_of

_FIELDS = {
    "run", "sequence", "sha256", "previous", "size", "mime", "started", "ended", "offset", "error",
}  # fmt: skip


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
@for_its_browser
def pieces(request: HttpRequest, let_in: Passage) -> HttpResponse:
    return _DOOR.all(request, let_in)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "PATCH", "DELETE"])
@for_its_browser
def piece(request: HttpRequest, let_in: Passage, piece_id: UUID) -> HttpResponse:
    return _DOOR.one(request, let_in, piece_id)


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


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError
    return float(value)


_DOOR = Door(kind=backfill.pieces, name="pieces", read=_one, most=backfill.PIECES_AT_ONCE)
