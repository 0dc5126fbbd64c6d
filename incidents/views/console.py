"""The console's pages and fragments: parse, one call, render."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core import audit
from core.actors import Actor
from core.errors import Gone
from core.realtime import heads as live_heads
from core.requests import ActorRequest
from incidents import selectors
from incidents.decisions import NDM
from incidents.events import board_topic, incident_topic
from incidents.forms.intake import LINK_MODES
from incidents.models import Incident
from incidents.permissions import check_list
from incidents.selectors.risk import head_risk
from incidents.states import TYPED_LOG_TYPES, IncidentStatus
from incidents.views.queue_context import queue_context


@require_GET
def console(request: ActorRequest) -> HttpResponse:
    """No incident open: the queue, what to do, where the units are, and whether this position is ready."""
    if _only(request, "queue"):
        # A browser without scripts follows a link to all rows; with scripts the rest comes by itself.
        whole = request.GET.get("rows") == "all"
        context = queue_context(request.actor, whole=whole) | {"only": "queue", "tears": True}
    else:
        context = queue_context(request.actor) | _units(request.actor) | {"tears": True}
    return render(request, "incidents/console.html", context)


def _only(request: ActorRequest, *panels: str) -> str:
    """Which panel this window shows, when it shows only one: it was torn off to a screen of its own."""
    asked = request.GET.get("only", "")
    return asked if asked in panels else ""


@require_GET
def units(request: ActorRequest) -> HttpResponse:
    """Where the units are, for a map that opens or comes back. Vehicles and States: nothing personal in it."""
    check_list(request.actor)
    return render(request, "incidents/_unit_places.html", _units(request.actor))


def _units(actor: Actor) -> dict[str, Any]:
    states = {state.code: state.label for state in selectors.resource_statuses(actor)}
    return {"units_on_map": selectors.resources_on_map(actor), "states_json": json.dumps(states)}


@require_GET
def queue(request: ActorRequest) -> HttpResponse:
    """The whole queue, for a page that began with its first rows or was away for too long."""
    return render(request, "incidents/_queue.html", queue_context(request.actor, whole=True))


@require_GET
def row(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """One row, for a queue that heard of a change. A closed incident is gone from the queue."""
    found = selectors.board_row(request.actor, incident_id)
    if found.status != IncidentStatus.OPEN:
        raise Gone("This incident is closed.")
    return render(request, "incidents/_one_row.html", {"row": found, "only": _only(request, "queue")})


@require_GET
def detail(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    name, only = str(incident_id), _only(request, "incident", "video")
    ours, one = board_topic(request.actor.force_id), incident_topic(incident_id)
    seen = live_heads([ours, one])
    with audit.one_reading(request.actor, f"incidents.incident:{name}", purpose="console", incident=name):
        incident = selectors.get_incident(request.actor, incident_id, purpose="console")
        read = {
            **({} if only else queue_context(request.actor, seq=seen.get(ours, 0))),
            **_incident(request.actor, incident),
            "entries": []
            if only == "video"
            else selectors.newest_log(request.actor, incident, limit=selectors.LOG_FIRST),
        }
    context = {
        **read,
        "only": only,
        "tears": True,
        "section": "console",
        "incident_seq": seen.get(one, 0),
        "log_types": [(kind.value, kind.label) for kind in TYPED_LOG_TYPES],
        "ndm": NDM,
        "log_page": selectors.LOG_PAGE,
        "client_key": uuid4(),
        "send_link": _link_query(request),
    }
    return render(request, "incidents/detail.html", context)


@require_GET
def head(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """Reference, grade, clocks and units of a page that heard of a change."""
    incident = selectors.get_incident(request.actor, incident_id, purpose="console head")
    return render(request, "incidents/_head_parts.html", _incident(request.actor, incident))


def _incident(actor: Actor, incident: Incident) -> dict[str, Any]:
    return {
        "incident": incident,
        "units": selectors.units_on(actor, incident),
        "shares": selectors.share_lines(actor, incident),
        "risk": head_risk(incident),
    }


def _link_query(request: ActorRequest) -> str:
    """ "Open incident and send link" goes on in the video panel, which sends once."""
    mode = request.GET.get("link", "")
    return f"send={mode}" if mode in dict(LINK_MODES) else ""
