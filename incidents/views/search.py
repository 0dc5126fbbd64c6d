"""Finding an incident: a page of its own, and the lines under the field of the top bar.

What is searched for may be a name or a number: it travels in the body, never in an address, which logs and histories
keep.
"""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from core.errors import Invalid
from core.requests import ActorRequest
from incidents import selectors
from incidents.forms.search import SearchForm
from incidents.permissions import check_view

IN_PALETTE = 8


@require_http_methods(["GET", "POST"])
def search(request: ActorRequest) -> HttpResponse:
    """GET: the empty page. POST: what was found, as a page or, for the palette, as its lines."""
    check_view(request.actor)
    in_palette = request.headers.get("X-Requested-With") == "fetch"
    template = "incidents/_found.html" if in_palette else "incidents/search.html"
    if request.method == "GET":
        return render(request, template, {"form": SearchForm()})
    form = SearchForm(request.POST)
    if not form.is_valid():
        return render(request, template, {"form": form}, status=422)
    asked = form.cleaned_data
    limit = IN_PALETTE if in_palette else selectors.SEARCH_LIMIT
    try:
        page = selectors.search_incidents(request.actor, asked["search"], limit=limit, everywhere=asked["everywhere"])
    except Invalid as refusal:
        form.add_error("search", " ".join(refusal.fields.values()) or refusal.message)
        return render(request, template, {"form": form}, status=422)
    return render(request, template, {"form": form, "page": page})
