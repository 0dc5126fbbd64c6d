"""The intake form: one screen from the ring of the phone to an open incident."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core import audit, one_time
from core.errors import Conflict, Invalid
from core.requests import ActorRequest
from incidents import selectors, services
from incidents.forms.contacts import CallerForm
from incidents.forms.intake import LINK_MODES, IntakeForm, fresh_intake
from incidents.models import Contact, Incident, IncidentCategory
from incidents.permissions import check_open
from incidents.selectors.risk_tables import criteria, thrive_lines, vulnerability_flags
from incidents.states import Channel
from incidents.views.answers import key_used, stop_if_json, taken
from incidents.views.queue_context import queue_context

TITLES = {Channel.C999: "New 999 call", Channel.C101: "New 101 call"}


@require_http_methods(["GET", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    """The intake form; when it is refused everything typed stays in it."""
    check_open(request.actor)
    categories = selectors.categories(request.actor)
    if request.method == "GET":
        return _fresh(request, categories)
    form, caller = IntakeForm(request.POST, categories=categories), CallerForm(request.POST)
    form.asked = thrive_lines(request.actor.force_id)
    if form.is_valid() & caller.is_valid():
        try:
            with transaction.atomic():  # the incident and the place in its words, or neither
                incident = _open(request, form, caller)
                services.keep_typed_place(actor=request.actor, incident_id=incident.pk)
            return _opened(request, incident, form)
        except Invalid as refusal:
            form.refuse_beside(refusal, caller)
        except Conflict as refusal:
            if (answer := key_used(request, form, refusal)) is not None:
                return answer
    stop_if_json(request, form, caller)
    with audit.one_reading(request.actor, "incidents.incident", purpose="call form"):
        return _intake(request, form, caller, status=422)


def _fresh(request: ActorRequest, categories: list[IncidentCategory]) -> HttpResponse:
    """An empty form, or the call that was answered here with what its line says of it."""
    with audit.one_reading(request.actor, "incidents.incident", purpose="call form"):
        call = request.GET.get("call", "")
        contact = selectors.call_facts(request.actor, call) if call else None
        first = fresh_intake(request.GET.get("channel", ""), contact)
        form, caller = IntakeForm(initial=first, categories=categories), CallerForm(initial=first)
        form.asked = thrive_lines(request.actor.force_id)
        return _intake(request, form, caller, status=200, contact=contact)


def _open(request: ActorRequest, form: IntakeForm, caller: CallerForm) -> Incident:
    data = form.cleaned_data
    return services.open_from_contact(
        actor=request.actor,
        caller=caller.caller(data),
        channel=data["channel"],
        caller_number=data["caller_number"],
        caller_name=data["caller_name"],
        location_text=data["location_text"],
        description=data["description"],
        grade_code=data["grade_code"],
        category_code=data["category_code"],
        client_key=data["client_key"],
        received_at=_moment(data["opened"]),
        rural=data["rural"],
        criteria=request.POST.getlist("criteria"),
        assessment=form.assessment(),
        flags=request.POST.getlist("flags"),
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
        return taken(request, target)
    mode = form.cleaned_data["link_mode"] or "video"
    one_time.allow(request, f"send_link:{incident.pk}", mode)  # the address alone sends nothing
    return taken(request, f"{target}?link={mode}")


def _intake(
    request: ActorRequest, form: IntakeForm, caller: CallerForm, status: int, contact: Contact | None = None
) -> HttpResponse:
    channel = form["channel"].value()
    call = caller["call"].value()
    if contact is None and call and not caller["call"].errors:
        contact = selectors.call_facts(request.actor, call)
    context = {
        **queue_context(request.actor),
        "form": form,
        "caller": caller,
        "contact": contact,
        "unspoken": selectors.unspoken_starts(request.actor),
        "title": TITLES.get(channel, "New contact"),
        "grades": selectors.grades(request.actor),
        "categories": form.categories,
        "link_modes": LINK_MODES,
        "criteria": criteria(request.actor),
        "ticked": request.POST.getlist("criteria"),
        "flags": vulnerability_flags(request.actor),
        "flagged": request.POST.getlist("flags"),
    }
    return render(request, "incidents/new.html", context, status=status)
