"""The supervisor's view of the video service."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.requests import ActorRequest
from streaming.selectors.engines import engines


@require_GET
def overview(request: ActorRequest) -> HttpResponse:
    """The page; `?part=rows` is what it fetches anew every few seconds."""
    context = {"engines": engines(request.actor), "section": "engines"}
    part = request.GET.get("part") == "rows"
    return render(request, "streaming/_engines.html" if part else "streaming/engines.html", context)
