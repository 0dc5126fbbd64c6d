"""The supervisor's wall: pictures, who watches them, and the day in numbers. A fragment of the incidents' page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.requests import ActorRequest
from streaming.selectors.engines import engines
from streaming.selectors.today import video_today
from streaming.selectors.watching import watching


@require_GET
def supervise(request: ActorRequest) -> HttpResponse:
    """Fetched anew every few seconds."""
    actor = request.actor
    context = {"watching": watching(actor), "today": video_today(actor), "engines": engines(actor)}
    return render(request, "streaming/_supervise.html", context)
