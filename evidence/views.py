"""Exhibits on the console: parse, one call, render. Bytes are served with ranges, so that a player can seek."""

from __future__ import annotations

from uuid import UUID

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST, require_safe

from core import ranges
from core.requests import ActorRequest
from evidence import selectors, services
from evidence.permissions import can_verify
from evidence.selectors import OpenedFile
from evidence.selectors.sheet import sheet
from incidents import selectors as incidents

_SHOWN_INLINE = frozenset({"video/mp4", "video/webm", "image/png", "image/jpeg"})


@require_GET
def panel(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """The exhibits of one incident, as a part of its page."""
    exhibits = selectors.incident_exhibits(request.actor, incident_id)
    return render(request, "evidence/_panel.html", {"exhibits": exhibits})


@require_GET
def exhibit(request: ActorRequest, exhibit_id: UUID) -> HttpResponse:
    found = selectors.get_exhibit(request.actor, exhibit_id, purpose="exhibit page")
    incident = incidents.incident_key(request.actor, found.incident_id)
    context = {"exhibit": found, "incident": incident, "sheet": sheet(found), "may_verify": can_verify(request.actor)}
    return render(request, "evidence/exhibit.html", context)


@require_POST
def verify(request: ActorRequest, exhibit_id: UUID) -> HttpResponse:
    """Read every master again and compare; the page then shows the verdict that was written."""
    services.verify_exhibit(actor=request.actor, exhibit_id=exhibit_id)
    return redirect("evidence:exhibit", exhibit_id)


@require_safe
def item(request: ActorRequest, item_id: UUID) -> HttpResponseBase:
    """The master itself."""
    return _served(request, selectors.open_item(request.actor, item_id, purpose="open master"))


@require_safe
def playback(request: ActorRequest, exhibit_id: UUID) -> HttpResponseBase:
    """The playback copy."""
    return _served(request, selectors.open_playback(request.actor, exhibit_id, purpose="play"))


def _served(request: ActorRequest, opened: OpenedFile) -> HttpResponseBase:
    """The whole file or one range of it (RFC 9110 section 14); an unreadable range gets the whole."""
    span = ranges.asked(request.headers.get("Range", ""), opened.size)
    if span is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{opened.size}"})
    start, stop = span
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse()
    else:
        pieces = opened.read(start, stop - start)
        # Under ASGI Django gathers a plain iterator whole before it sends: an hour of video would lie in memory.
        response = StreamingHttpResponse(ranges.one_by_one(pieces) if isinstance(request, ASGIRequest) else pieces)
    if request.headers.get("Range") and (start, stop) != (0, opened.size):
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{opened.size}"
    _describe(response, opened, stop - start, download="download" in request.GET)
    return response


def _describe(response: HttpResponseBase, opened: OpenedFile, length: int, *, download: bool) -> None:
    inline = opened.mime in _SHOWN_INLINE and not download and not opened.as_file
    # Anything but plain pictures and video is handed over as a file: evidence must never run in our page.
    response.headers["Content-Type"] = opened.mime if inline else "application/octet-stream"
    response.headers["Content-Length"] = str(length)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["ETag"] = f'"{opened.sha256}"'
    disposition = content_disposition_header(not inline, opened.filename)
    if disposition:
        response.headers["Content-Disposition"] = disposition
