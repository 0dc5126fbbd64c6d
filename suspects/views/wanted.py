"""The wanted gallery: the board, its next cards, the count in the filter sheet's button, one card."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.realtime import head as live_head
from core.requests import ActorRequest
from suspects.forms.wanted import DISTANCES, ONLY, FilterForm, as_query, filter_words
from suspects.selectors.wanted import gallery, gallery_choices, gallery_count, wanted_card

PAGE = 24  # cards; the phone asks for more as the thumb nears the end
LATEST = 2000


@require_http_methods(["GET", "POST"])
def board(request: ActorRequest) -> HttpResponse:
    """GET: the page. POST: the list alone, for a position (which is never part of an address) or for the next cards."""
    if request.method == "POST":
        return render(request, "suspects/_wanted_list.html", _cards(request, request.POST, position=True))
    # The number of the last event is read first: an event in between is heard again, never missed.
    seq = live_head(f"wanted.{request.actor.force_id}")
    context = _cards(request, request.GET, position=False)
    return render(request, "suspects/wanted.html", context | {"seq": seq, "section": "wanted"})


def _cards(request: ActorRequest, data: QueryDict, *, position: bool) -> dict[str, Any]:
    choices = gallery_choices(request.actor)
    filters = FilterForm(data, choices).filters(position=position)
    offset = _number(data.get("offset"))
    found = gallery(request.actor, filters, limit=PAGE, offset=offset)
    view = "faces" if data.get("view") == "faces" else "list"
    shown = offset + len(found.cards)
    return {
        "gallery": found,
        "filters": filters,
        "choices": choices,
        "words": filter_words(filters, choices, view),
        "only": [(name, label, icon, getattr(filters, name)) for name, label, icon in ONLY],
        "distances": DISTANCES,
        "view": view,
        "other_view": urlencode(as_query(filters) + ([("view", "faces")] if view == "list" else [])),
        "next_offset": shown if found.cards and shown < min(found.total, LATEST) else None,
    }


@require_POST
def count(request: ActorRequest) -> HttpResponse:
    """How many the sheet's filters would show: `{"count": 12}`."""
    filters = FilterForm(request.POST, gallery_choices(request.actor)).filters(position=True)
    return JsonResponse({"count": gallery_count(request.actor, filters)})


@require_GET
def card(request: ActorRequest, wanted_id: UUID) -> HttpResponse:
    """One card, for a board that heard of a new or changed record."""
    return render(request, "suspects/_wanted_card.html", {"card": wanted_card(request.actor, wanted_id)})


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else 0
