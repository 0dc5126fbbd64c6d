"""The console's pages and fragments: parse, one call, render."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import audit, one_time
from core.actors import Actor
from core.errors import Gone, Invalid
from core.realtime import head as live_head
from core.requests import ActorRequest, safe_next
from incidents import selectors, services
from incidents.events import board_topic, incident_topic
from incidents.forms import LINK_MODES, DutyForm, EntryForm, IntakeForm, fresh_intake
from incidents.models import Incident
from incidents.permissions import check_list, check_open
from incidents.services.duty import SHIFT_HOURS
from incidents.states import TYPED_LOG_TYPES, Channel, IncidentStatus

TITLES = {Channel.C999: "New 999 call", Channel.C101: "New 101 call"}


def _queue(actor: Actor) -> dict[str, Any]:
    # The number of the last event is read first: an event in between is heard again, never missed.
    seq = live_head(board_topic(actor.force_id))
    return {"board": selectors.board(actor), "board_seq": seq, "section": "console"}


@require_GET
def console(request: ActorRequest) -> HttpResponse:
    """No incident open: the queue, what to do, where the units are, and whether this position is ready."""
    return render(request, "incidents/console.html", _queue(request.actor) | _units(request.actor))


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
    return render(request, "incidents/_queue.html", _queue(request.actor))


@require_GET
def row(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """One row, for a queue that heard of a change. A closed incident is gone from the queue."""
    found = selectors.board_row(request.actor, incident_id)
    if found.status != IncidentStatus.OPEN:
        raise Gone("This incident is closed.")
    return render(request, "incidents/_row.html", {"row": found})


@require_GET
def detail(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    seq = live_head(incident_topic(incident_id))
    name = str(incident_id)
    with audit.one_reading(request.actor, f"incidents.incident:{name}", purpose="console", incident=name):
        incident = selectors.get_incident(request.actor, incident_id, purpose="console")
        read = {
            **_queue(request.actor),
            **_incident(request.actor, incident),
            "entries": selectors.log_entries(request.actor, incident),
        }
    context = {
        **read,
        "incident_seq": seq,
        "log_types": [(kind.value, kind.label) for kind in TYPED_LOG_TYPES],
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
    return {"incident": incident, "units": selectors.units_of(actor, incident)}


def _link_query(request: ActorRequest) -> str:
    """ "Open incident and send link" goes on in the video panel, which sends once."""
    mode = request.GET.get("link", "")
    return f"send={mode}" if mode in dict(LINK_MODES) else ""


@require_http_methods(["GET", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    """The intake form; when it is refused everything typed stays in it."""
    check_open(request.actor)
    categories = selectors.categories(request.actor)
    if request.method == "GET":
        form = IntakeForm(initial=fresh_intake(request.GET.get("channel", "")), categories=categories)
        return _intake(request, form, status=200)
    form = IntakeForm(request.POST, categories=categories)
    if form.is_valid():
        try:
            return _opened(request, _open(request.actor, form.cleaned_data), form)
        except Invalid as refusal:
            form.refuse(refusal)
    return _intake(request, form, status=422)


def _open(actor: Actor, data: dict[str, Any]) -> Incident:
    return services.open_incident(
        actor=actor,
        channel=data["channel"],
        caller_number=data["caller_number"],
        caller_name=data["caller_name"],
        location_text=data["location_text"],
        description=data["description"],
        grade_code=data["grade_code"],
        category_code=data["category_code"],
        client_key=data["client_key"],
        received_at=_moment(data["opened"]),
    )


def _moment(milliseconds: int | None) -> datetime | None:
    """When the form was opened; None when it cannot be read, which means now."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None
    except (OverflowError, OSError, ValueError):
        return None


def _opened(request: ActorRequest, incident: Incident, form: IntakeForm) -> HttpResponse:
    target = reverse("incidents:detail", args=[incident.pk])
    if not form.wants_link:
        return redirect(target)
    mode = form.cleaned_data["link_mode"] or "video"
    one_time.allow(request, f"send_link:{incident.pk}", mode)  # the address alone sends nothing
    return redirect(f"{target}?link={mode}")


def _intake(request: ActorRequest, form: IntakeForm, status: int) -> HttpResponse:
    channel = form["channel"].value()
    context = {
        **_queue(request.actor),
        "form": form,
        "title": TITLES.get(channel, "New contact"),
        "grades": selectors.grades(request.actor),
        "categories": form.categories,
        "link_modes": LINK_MODES,
    }
    return render(request, "incidents/new.html", context, status=status)


@require_http_methods(["GET", "POST"])
def log(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """GET: entries after `after`. POST: one entry, numbered once however often its key is sent."""
    if request.method == "GET":
        entries = selectors.log_entries(request.actor, incident_id, _number(request.GET.get("after")))
        return render(request, "incidents/_log.html", {"entries": entries})
    form = EntryForm(request.POST)
    if not form.is_valid():
        raise Invalid(fields={name: str(words[0]) for name, words in form.errors.items()})
    data = form.cleaned_data
    entry = services.append_log(
        actor=request.actor,
        incident_id=incident_id,
        type=data["type"],
        text=data["text"],
        occurred_at=_when(data["occurred_at"]),
        client_key=data["client_key"],
        corrects_seq=data["corrects_seq"],
    )
    if request.headers.get("X-Requested-With") != "fetch":
        return redirect("incidents:detail", incident_id)
    return render(request, "incidents/_entry.html", {"entry": entry}, status=201)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def _when(text: str) -> datetime | None:
    try:
        return parse_datetime(text) if text else None
    except ValueError:
        return None


@require_POST
def book_on(request: ActorRequest) -> HttpResponse:
    form = DutyForm(request.POST)
    if not form.is_valid():
        raise Invalid(fields={name: str(words[0]) for name, words in form.errors.items()})
    hours = form.cleaned_data["shift_hours"]
    services.book_on(
        actor=request.actor,
        call_sign=form.cleaned_data["call_sign"],
        shift_hours=SHIFT_HOURS if hours is None else hours,
    )
    return redirect(safe_next(request, reverse("incidents:console")))


@require_POST
def book_off(request: ActorRequest) -> HttpResponse:
    services.book_off(actor=request.actor)
    return redirect(safe_next(request, reverse("incidents:console")))
