"""Descriptions of people and vehicles in the picture."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import audit
from core.errors import Invalid
from core.requests import ActorRequest
from incidents import selectors as incidents
from streaming import permissions, selectors
from streaming.descriptions import FIELDS
from streaming.forms import DescribeForm
from streaming.services import descriptions as service
from streaming.services.descriptions import Box, Clash, Said
from streaming.views import picture_context
from streaming.views.picture import at, checked


@require_GET
def overview(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """The tab: every description with what was said of it before."""
    actor, purpose = request.actor, "descriptions"
    permissions.check_see_session(actor)
    with audit.one_reading(actor, f"incidents.incident:{incident_id}", purpose=purpose, incident=str(incident_id)):
        incidents.get_incident(actor, incident_id, purpose=purpose)
        found = selectors.descriptions_of(actor, incident_id, purpose=purpose)
    context = {
        "rows": [picture_context.described(one) for one in found],
        "may_describe": permissions.can_snapshot(request.actor),
    }
    return render(request, "streaming/_descriptions.html", context)


@require_POST
def describe(request: ActorRequest, session_id: UUID) -> HttpResponse:
    """A new one: what was filled in, the moment, and the picture of that moment."""
    data = checked(DescribeForm(request.POST, request.FILES))
    if data["moment"] is None:
        raise Invalid(fields={"moment": "Say which moment of the video it is."})
    made = service.describe(
        actor=request.actor,
        session_id=session_id,
        key=data["key"],
        kind=data["kind"],
        said=_said(request, data["kind"], data),
        moment=at(data["moment"]),
        picture=data["image"].read() if data["image"] else None,
    )
    return JsonResponse({"id": str(made.pk), "label": made.label}, status=201)


@require_http_methods(["GET", "POST"])
def one(request: ActorRequest, description_id: UUID) -> HttpResponse:
    """GET: the form with what is known. POST: the next version, or both sides of a clash with what was typed kept."""
    actor = request.actor
    found = selectors.description(actor, description_id, purpose="change description")
    template, key = "streaming/_description_form.html", {"key": uuid.uuid4()}
    if request.method == "GET":
        return render(request, template, picture_context.form(found.description, found.newest) | key)
    data = checked(DescribeForm(request.POST))
    said = _said(request, found.description.kind, data, box_before=found.newest)
    try:
        made = service.revise(
            actor=actor, description_id=description_id, key=data["key"], based_on=data["based_on"] or 0, said=said
        )
    except Clash as clash:
        typed: dict[str, Any] = {**said.fields, "role": said.role, "finished": said.finished}
        context = picture_context.form(found.description, clash.newest, typed=typed, both=tuple(clash.fields))
        return render(request, template, context | key | {"trouble": clash.message}, status=409)
    return JsonResponse({"id": str(description_id), "version": made.version})


def _said(request: ActorRequest, kind: str, data: dict[str, Any], box_before: Any = None) -> Said:
    numbers = [data[name] for name in ("box_x", "box_y", "box_width", "box_height")]
    box = Box(*numbers) if all(number is not None for number in numbers) else None
    if box is None and box_before is not None and box_before.has_box:
        box = Box(box_before.x, box_before.y, box_before.width, box_before.height)
    names = [field.name for field in FIELDS.get(kind, ())]
    fields = {name: request.POST.get(name, "") for name in names}
    return Said(role=data["role"], fields=fields, finished=data["finished"], box=box)
