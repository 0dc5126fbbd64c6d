"""Pictures and documents of people, as they may be shown: parse, one call, answer."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from core.requests import ActorRequest
from suspects.selectors.documents import open_document
from suspects.selectors.images import KEPT_FOR, person_image


@require_GET
def image(request: ActorRequest, image_id: UUID) -> HttpResponse:
    """The JPEG, marked for the viewer; `size` is card, face or full, `grant` the leave to see somebody under 18."""
    shown = person_image(
        request.actor, image_id, size=request.GET.get("size", "face"), grant=request.GET.get("grant", ""),
        known_etag=request.headers.get("If-None-Match", "").strip('W/"'),
    )  # fmt: skip
    response = HttpResponse(shown.jpeg, content_type="image/jpeg", status=200 if shown.jpeg else 304)
    response.headers["ETag"] = f'"{shown.etag}"'
    response.headers["Cache-Control"] = f"private, max-age={int(KEPT_FOR.total_seconds())}"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    patch_vary_headers(response, ["Cookie"])
    return response


@require_GET
def document(request: ActorRequest, document_id: UUID) -> HttpResponse:
    """A document as a download: it never runs in our page."""
    opened = open_document(request.actor, document_id, purpose="document")
    response = HttpResponse(b"".join(opened.read()), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, opened.filename) or "attachment"
    response.headers["Cache-Control"] = "private, no-store"
    return response
