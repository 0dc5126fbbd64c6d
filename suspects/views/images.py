"""Pictures of people, as they may be shown: parse, one call, answer."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from core.requests import ActorRequest, safe_next
from suspects.selectors.images import KEPT_FOR, person_image
from suspects.services.images import show_minor


@require_http_methods(["GET", "POST"])
def image(request: ActorRequest, image_id: UUID) -> HttpResponse:
    """GET: the JPEG, marked for the viewer; `size` is card, face or full. POST `reason`: leave to see somebody under
    18, then back to `next` with `grant`, which the picture's address takes."""
    if request.method == "POST":
        return _allowed(request, image_id)
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


def _allowed(request: ActorRequest, image_id: UUID) -> HttpResponse:
    grant = show_minor(actor=request.actor, image_id=image_id, reason=request.POST.get("reason", ""))
    here = reverse("suspects:image", args=[image_id])
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"grant": grant, "image": f"{here}?{urlencode({'size': 'full', 'grant': grant})}"})
    target = safe_next(request, f"{here}?size=full")
    return redirect(f"{target}{'&' if '?' in target else '?'}{urlencode({'grant': grant})}")
