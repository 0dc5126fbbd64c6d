"""The gap ledger, and looking back while the picture goes on: parse, one call, answer."""

from __future__ import annotations

import json
import re
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from core.requests import ActorRequest
from streaming.selectors import ledgers, rewinds
from streaming.services import rewinding

_RANGE = re.compile(r"^bytes=(\d{1,15})-(\d{1,15})$")


@require_GET
def ledger(request: ActorRequest, session_id: UUID) -> HttpResponse:
    """The line of a call as it is now."""
    shown = ledgers.session_ledger(request.actor, session_id)
    return _private(JsonResponse(shown.content | {"sealed": shown.sealed, "intact": shown.intact}))


@require_GET
def exhibit_ledger(request: ActorRequest, exhibit_id: UUID) -> HttpResponse:
    """The line under the player of an exhibit, as a part of its page."""
    shown = ledgers.exhibit_ledger(request.actor, exhibit_id)
    context = {"ledger": shown, "line": json.dumps(shown.content), "rows": ledgers.rows_of(shown)}
    return _private(render(request, "streaming/_ledger.html", context))


@require_POST
def start(request: ActorRequest, session_id: UUID) -> HttpResponse:
    rewind = rewinding.start_rewind(actor=request.actor, session_id=session_id)
    return _private(JsonResponse(rewinds.overview(request.actor, rewind), status=201))


@require_GET
def overview(request: ActorRequest, rewind_id: UUID) -> HttpResponse:
    rewind = rewinding.own_rewind(actor=request.actor, rewind_id=rewind_id)
    return _private(JsonResponse(rewinds.overview(request.actor, rewind)))


@require_GET
def rows(request: ActorRequest, rewind_id: UUID, number: int) -> HttpResponse:
    """Where the fragments of one part lie, from row `first` on."""
    rewind = rewinding.own_rewind(actor=request.actor, rewind_id=rewind_id)
    first = request.GET.get("first", "0")
    return _private(JsonResponse(rewinds.part_rows(rewind, number, int(first) if first.isdecimal() else 0)))


@require_GET
def film(request: ActorRequest, rewind_id: UUID, number: int) -> HttpResponse:
    """One range of one part. Without one, or with one of another form: the first bytes, as far as one answer goes."""
    rewind = rewinding.own_rewind(actor=request.actor, rewind_id=rewind_id)
    asked = _RANGE.match(request.headers.get("Range", ""))
    first, last = (int(asked[1]), int(asked[2])) if asked else (0, rewinds.LARGEST)
    data, start, whole = rewinds.part_bytes(rewind, number, first, last + 1)
    if not data:
        return _private(HttpResponse(status=416, headers={"Content-Range": f"bytes */{whole}"}))
    response = HttpResponse(data, status=206, content_type="application/octet-stream")
    response.headers["Content-Range"] = f"bytes {start}-{start + len(data) - 1}/*"
    return _private(response)


@require_POST
def stop(request: ActorRequest, rewind_id: UUID) -> HttpResponse:
    rewinding.stop_rewind(actor=request.actor, rewind_id=rewind_id)
    return HttpResponse(status=204)


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-store"
    return response
