"""The supervisor's wall: clocks here, pictures and people in panels of the apps that own them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.realtime import head as live_head
from core.requests import ActorRequest
from incidents.events import board_topic
from incidents.selectors.contacts import lost_calls
from incidents.selectors.supervise import supervision


@require_GET
def supervise(request: ActorRequest) -> HttpResponse:
    """The page; `?part=clocks` is what it fetches anew when the board changes."""
    topic = board_topic(request.actor.force_id)
    context = {"seq": live_head(topic), "topic": topic, "supervision": supervision(request.actor)}
    context["lost_calls"] = lost_calls(request.actor)
    part = request.GET.get("part") == "clocks"
    template = "incidents/_supervise_clocks.html" if part else "incidents/supervise.html"
    return render(request, template, context | {"section": "supervise"})
