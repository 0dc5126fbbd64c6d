"""Where an incident is: its reports, the strip in its head, and what the words of a new call were recognised as."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core.actors import Actor
from core.errors import Invalid
from core.requests import ActorRequest
from incidents import selectors, services
from incidents.forms.places import WhereForm
from incidents.permissions import check_open
from incidents.places import places_in


@require_http_methods(["GET", "POST"])
def where(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """GET: every report of the place; `?part=list` without the field. POST: report one, use one, read one back."""
    if request.method == "GET":
        part = "incidents/_where_list.html" if request.GET.get("part") == "list" else "incidents/_where.html"
        return render(request, part, _context(request.actor, incident_id))
    form = WhereForm(request.POST)
    if not form.is_valid():
        raise Invalid(fields={name: str(words[0]) for name, words in form.errors.items()})
    try:
        said = _act(request.actor, incident_id, form.cleaned_data)
    except Invalid as refusal:
        words = {"wrong": refusal.message, "typed": form.cleaned_data["place"]}
        return _answer(request, incident_id, words, status=422)
    return _answer(request, incident_id, {"said": said})


@require_POST
def recognise(request: ActorRequest) -> HttpResponse:
    """What stands in the words of a new call. Nothing is kept and nobody is asked; nothing personal comes back."""
    check_open(request.actor)
    typed = request.POST.get("location_text", "")
    return render(request, "incidents/_recognised.html", {"found": places_in(typed), "typed": bool(typed.strip())})


def _act(actor: Actor, incident_id: UUID, data: dict[str, Any]) -> str:
    """What was done, in words for the person who did it."""
    seen, location = data["seen"], data["location"] or ""
    if data["act"] == "report":
        kept = services.report_place(
            actor=actor, incident_id=incident_id, text=data["place"], use=not data["keep_only"], seen=seen
        )
        return kept.words
    if data["act"] == "use":
        services.use_place(actor=actor, incident_id=incident_id, location_id=location, seen=seen)
        return "In use."
    services.mark_read_back(actor=actor, incident_id=incident_id, location_id=location)
    return "Read back."


def _answer(request: ActorRequest, incident_id: UUID, words: dict[str, str], status: int = 200) -> HttpResponse:
    if not request.headers.get("HX-Request") and status < 400:
        return redirect("incidents:detail", incident_id)
    strip = request.POST.get("part") == "strip"
    context = _context(request.actor, incident_id) | words
    template = "incidents/_place_strip.html" if strip else "incidents/_where.html"
    response = render(request, template, context, status=status)
    if status == 422:
        response.headers["X-Fragment"] = "whole"  # the form itself, with its error beside the field
    return response


def _context(actor: Actor, incident_id: UUID) -> dict[str, Any]:
    incident, reports = selectors.places_of(actor, incident_id)
    return {"incident": incident, "reports": reports}
