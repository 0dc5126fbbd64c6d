"""Whom to send, the units' board, messages of units and State 0."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import Conflict, DomainError, Invalid
from core.realtime import head as live_head
from core.requests import ActorRequest
from incidents import selectors, services
from incidents.events import board_topic
from incidents.forms.dispatch import OutcomeForm, SendForm, StateForm
from incidents.selectors.attendance import attendance


@require_http_methods(["GET", "POST"])
def send(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """GET: the list, kept as it was seen. POST: assign, ask first or stand down; the loser of a race is told and gets
    the fresh list."""
    if request.method == "GET":
        return _list(request, incident_id, status=200)
    try:
        said = _act(request, incident_id)
    except (Conflict, Invalid) as refusal:
        return _list(request, incident_id, status=refusal.status, refusal=refusal)
    if request.headers.get("X-Requested-With") != "fetch":
        return redirect("incidents:detail", incident_id)
    return _list(request, incident_id, status=200, said=said)


def _act(request: ActorRequest, incident_id: UUID) -> str:
    form = SendForm(request.POST)
    if not form.is_valid():
        raise Invalid(fields={name: str(words[0]) for name, words in form.errors.items()})
    data = form.cleaned_data
    resource = data["resource"]
    if data["call_sign"]:
        reason = None if data["act"] == "ask" else data["reason"]
        resource = services.named_unit(
            actor=request.actor, call_sign=data["call_sign"], shown_id=data["shown"], reason=reason
        )
    named: dict[str, Any] = {"actor": request.actor, "incident_id": incident_id, "resource_id": resource}
    if data["act"] == "stand_down":
        return f"{services.stand_down(**named).resource.call_sign} stood down."
    named |= {"shown_id": data["shown"], "cites_seq": data["cites_seq"]}
    if data["act"] == "ask":
        return f"{services.ask_first(**named).resource.call_sign} asked. It is in the log."
    made = services.assign(**named, divert_reason=data["reason"])
    return f"{made.resource.call_sign} assigned."


def _list(
    request: ActorRequest, incident_id: UUID, *, status: int, refusal: DomainError | None = None, said: str = ""
) -> HttpResponse:
    shown = services.show_suggestion(actor=request.actor, incident_id=incident_id)
    context = {
        "incident": shown.incident,
        "suggestion": shown.suggestion,
        "shown_id": shown.shown_id,
        "on_it": selectors.units_on(request.actor, shown.incident),
        "refusal": _plain(refusal),
        "reason": request.POST.get("reason", "") if refusal else "",
        "call_sign": request.POST.get("call_sign", "") if refusal else "",
        "pictures": selectors.citable_pictures(shown.incident),
        "cites_seq": request.POST.get("cites_seq", "")[:7] if refusal else "",
        "picked": request.POST.get("resource", "") if refusal else "",
        "said": said,
    }
    return render(request, "incidents/_send.html", context, status=status)


def _plain(refusal: DomainError | None) -> str:
    """What is to be done next stands in the fields, where there are any."""
    if isinstance(refusal, Invalid) and refusal.fields:
        return " ".join(refusal.fields.values())
    return refusal.message if refusal else ""


@require_GET
def units_board(request: ActorRequest) -> HttpResponse:
    """Every unit by State; `?part=units` is what a board fetches that was away."""
    topic = board_topic(request.actor.force_id)
    seq = live_head(topic)
    board = selectors.units_board(request.actor)
    context = {"board": board, "topic": topic, "seq": seq, "section": "units"}
    if request.GET.get("part") == "units":
        return render(request, "incidents/_units_parts.html", context)
    return render(request, "incidents/units.html", context | {"attendance": attendance(request.actor)})


@require_POST
def unit_state(request: ActorRequest, resource_id: UUID) -> HttpResponse:
    form = StateForm(request.POST)
    if not form.is_valid():
        raise Invalid(fields={"status_code": "Choose a State from the list."})
    services.set_resource_status(
        actor=request.actor, resource_id=resource_id, status_code=form.cleaned_data["status_code"]
    )
    return _done(request)


@require_GET
def unit_calls(request: ActorRequest) -> HttpResponse:
    """Units whose State asks a dispatcher to call, for the system line. Call signs, States and times."""
    return render(request, "incidents/_unit_calls.html", {"unit_calls": selectors.unit_calls(request.actor)})


@require_POST
def answer_message(request: ActorRequest, message_id: UUID) -> HttpResponse:
    services.answer_message(actor=request.actor, message_id=message_id)
    return _done(request)


@require_GET
def emergencies(request: ActorRequest) -> HttpResponse:
    """State 0 that is not over, for the system line. Call signs, numbers and times: nothing personal in it."""
    return render(request, "incidents/_emergencies.html", {"emergencies": selectors.open_emergencies(request.actor)})


@require_POST
def acknowledge_emergency(request: ActorRequest, emergency_id: UUID) -> HttpResponse:
    services.acknowledge_emergency(actor=request.actor, emergency_id=emergency_id)
    return _done(request)


@require_POST
def end_emergency(request: ActorRequest, emergency_id: UUID) -> HttpResponse:
    form = OutcomeForm(request.POST)
    outcome = form.cleaned_data["outcome"] if form.is_valid() else ""
    services.end_emergency(actor=request.actor, emergency_id=emergency_id, outcome=outcome)
    return _done(request)


def _done(request: ActorRequest) -> HttpResponse:
    """Nothing to show to a script: the live event says it. Without scripts the units' board comes again."""
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect("incidents:units_board")


@require_GET
def desk_rings(request: ActorRequest) -> JsonResponse:
    """What rings at this desk, as it stands when a window opens."""
    return JsonResponse(asdict(selectors.desk_rings(request.actor)))
