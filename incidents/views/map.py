"""The map: the force's units and open incidents, the facts of a chosen one, a search, the ground when it is a file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST, require_safe

from core import audit
from core.actors import Actor
from core.errors import Invalid, NotFound
from core.realtime import head as live_head
from core.requests import ActorRequest
from incidents import os_maps, selectors, services
from incidents.events import board_topic
from incidents.forms.places import PointForm
from incidents.permissions import check_list
from incidents.places import UnreadablePlaceError, read_place
from incidents.states import LocationSource

MOST_AT_ONCE = 32 * 1024 * 1024  # bytes of one range: a map's reader asks for some kilobytes
RADII = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)  # metres round a point chosen on the map
_RANGE = re.compile(r"^bytes=(\d{1,15})-(\d{1,15})$", re.ASCII)


@require_GET
def map_page(request: ActorRequest) -> HttpResponse:
    """The page; `?only=map` is the map alone, on a screen of its own; `?incident=` is chosen when it opens."""
    seq = live_head(board_topic(request.actor.force_id))
    only = "map" if request.GET.get("only") == "map" else ""
    context = _placed(request.actor) | {"seq": seq, "only": only, "section": "map", "tears": True}
    context |= {"radii": RADII, "asked": _key(request.GET.get("incident", ""))}
    states = {state.code: state.label for state in selectors.resource_statuses(request.actor)}
    context |= {"units_on_map": selectors.resources_on_map(request.actor), "states_json": json.dumps(states)}
    return render(request, "incidents/map.html", context | {"base_map": settings.BASE_MAP.for_page})


def _key(raw: str) -> UUID | None:
    """An incident to choose first. What it is, and whether it may be seen, its facts say."""
    try:
        return UUID(raw)
    except ValueError:
        return None


@require_GET
def map_incidents(request: ActorRequest) -> HttpResponse:
    """The open incidents, for a map that heard of a change."""
    return render(request, "incidents/_map_incidents.html", _placed(request.actor))


@require_GET
def map_facts(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """What stands beside the map of the chosen incident."""
    name = str(incident_id)
    with audit.one_reading(request.actor, f"incidents.incident:{name}", purpose="map", incident=name):
        incident = selectors.get_incident(request.actor, incident_id, purpose="map")
        units = selectors.units_on(request.actor, incident)
    return render(request, "incidents/_map_facts.html", {"incident": incident, "units": units})


@require_POST
def map_find(request: ActorRequest) -> JsonResponse:
    """A place in any form, as a point to go to. It may be a caller's: it came in the body and nothing is kept."""
    check_list(request.actor)
    try:
        place = read_place(request.POST.get("find", ""))
    except UnreadablePlaceError as refusal:
        return JsonResponse({"words": refusal.words}, status=422)
    found = {"kind": place.kind, "shown": place.shown, "lat": place.lat, "lon": place.lon, "radius": place.radius_m}
    return JsonResponse(found)


@require_POST
def map_point(request: ActorRequest, incident_id: UUID) -> JsonResponse:
    """A point that somebody chose on the map and confirmed becomes a report of the incident's place."""
    form = PointForm(request.POST)
    if not form.is_valid():
        raise Invalid(fields={name: str(words[0]) for name, words in form.errors.items()})
    point = form.cleaned_data
    use = not point.pop("keep_only")
    kept = services.report_point(
        actor=request.actor, incident_id=incident_id, source=LocationSource.MAP_CLICK, use=use, **point
    )
    return JsonResponse({"in_use": kept.in_use, "words": kept.words}, status=201)


@require_safe
def map_base(request: ActorRequest) -> HttpResponse:
    """A range of the force's own PMTiles file. A whole one is never asked for, and never given."""
    check_list(request.actor)
    path: Path | None = settings.MAP_PMTILES
    if path is None or not path.is_file():
        raise NotFound("No base map is kept here. The map shows a plain grid.")
    return _part(request, path)


@require_safe
def map_tile(request: ActorRequest, z: int, x: int, y: int) -> HttpResponse:
    """A tile of the OS Maps API, fetched here so that its key stays here."""
    check_list(request.actor)
    picture = os_maps.tile(z, x, y)
    return HttpResponse(picture.body, content_type=picture.kind, headers={"Cache-Control": "private, max-age=86400"})


def _part(request: HttpRequest, path: Path) -> HttpResponse:
    size, changed = path.stat().st_size, path.stat().st_mtime_ns
    asked = _RANGE.match(request.headers.get("Range", ""))
    start = int(asked[1]) if asked else 0
    stop = min(int(asked[2]) + 1, size) if asked else 0
    if not asked or start >= stop or stop - start > MOST_AT_ONCE:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    with path.open("rb") as file:
        file.seek(start)
        body = file.read(stop - start)
    return HttpResponse(body, status=206, content_type="application/octet-stream", headers={
        "Content-Range": f"bytes {start}-{stop - 1}/{size}", "Accept-Ranges": "bytes",
        "ETag": f'"{changed:x}-{size:x}"', "Cache-Control": "private, max-age=3600",
    })  # fmt: skip


def _placed(actor: Actor) -> dict[str, Any]:
    return {"placed": selectors.incidents_on_map(actor)}
