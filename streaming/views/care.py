"""The exposure guard: cover and reveal, one's own minutes, the supervisor's list and handing over."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from core.errors import Invalid
from core.requests import ActorRequest
from streaming.forms import HandOverForm, LookForm, VeilForm
from streaming.selectors import care
from streaming.services import exposure


@require_POST
def veil(request: ActorRequest, session_id: UUID) -> HttpResponse:
    """POST `level`: cover, soften or reveal. POST `graphic` (on or off): mark the incident's pictures."""
    form = VeilForm(request.POST)
    if not form.is_valid():
        raise Invalid(fields={name: str(words[0]) for name, words in form.errors.items()})
    data = form.cleaned_data
    if data["graphic"]:
        found = exposure.set_graphic(actor=request.actor, session_id=session_id, graphic=data["graphic"] == "on")
    else:
        found = exposure.set_level(actor=request.actor, session_id=session_id, level=data["level"])
    return JsonResponse({"level": found.level, "graphic": found.graphic, "counts": found.counts})


@require_POST
def look(request: ActorRequest) -> HttpResponse:
    """A sign of looking: ids of the sessions that are uncovered on this screen. None: only one's own figure."""
    form = LookForm(request.POST)
    if not form.is_valid():
        raise Invalid(fields={"session": "These are not sessions."})
    found = exposure.look(actor=request.actor, session_ids=form.cleaned_data["session"])
    return JsonResponse({"seconds": found.seconds, "mark": found.mark})


@require_GET
def wellbeing(request: ActorRequest) -> HttpResponse:
    """For the supervisor's wall: fetched when somebody reaches a mark, and now and then."""
    return render(request, "streaming/_wellbeing.html", {"wellbeing": care.wellbeing(request.actor)})


@require_POST
def hand_over(request: ActorRequest, session_id: UUID) -> HttpResponse:
    form = HandOverForm(request.POST)
    if not form.is_valid():
        raise Invalid(fields={name: str(words[0]) for name, words in form.errors.items()})
    exposure.hand_over(actor=request.actor, session_id=session_id, **form.cleaned_data)
    if request.headers.get("X-Requested-With") == "fetch" or request.headers.get("HX-Request"):
        return wellbeing_after(request)
    return redirect("incidents:supervise")


def wellbeing_after(request: ActorRequest) -> HttpResponse:
    return render(request, "streaming/_wellbeing.html", {"wellbeing": care.wellbeing(request.actor)})
