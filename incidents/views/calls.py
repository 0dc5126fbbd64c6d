"""The call on the line, whoever else rang about it, and whether it is about an incident that is open already."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import audit
from core.errors import Conflict, Invalid
from core.requests import ActorRequest
from incidents import selectors, services
from incidents.forms.contacts import AttachForm, DismissForm, SameForm
from incidents.permissions import check_open
from incidents.selectors.risk_tables import thrive_lines
from incidents.views.answers import key_used, stop_if_json, taken


@require_GET
def on_the_line(request: ActorRequest) -> HttpResponse:
    """The top bar's place for the person's own calls; empty when there is none."""
    return render(request, "incidents/_call_pop.html", {"calls": selectors.own_calls(request.actor)})


@require_POST
def dismiss(request: ActorRequest, contact_id: UUID) -> HttpResponse:
    """A call that rang off needs no incident, and why. A script hears of it live; without one the queue comes."""
    form = DismissForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    services.dismiss_call(actor=request.actor, contact_id=contact_id, reason=reason)
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect("incidents:queue")


@require_POST
def take(request: ActorRequest, contact_id: UUID) -> HttpResponse:
    """The form of a call is open: of two at one position the first has it, and the other is told."""
    services.take_call(actor=request.actor, contact_id=contact_id)
    return HttpResponse(status=204)


@require_GET
def facts(request: ActorRequest, contact_id: UUID) -> HttpResponse:
    """What is known of a call now, beside what the handler typed."""
    return render(request, "incidents/_call_facts.html", {"contact": selectors.call_facts(request.actor, contact_id)})


@require_POST
def same(request: ActorRequest) -> HttpResponse:
    """Incidents that the call being typed may be about. Words travel in the body, never in an address."""
    check_open(request.actor)
    form = SameForm(request.POST)
    form.is_valid()  # what cannot be read counts as not said
    found = selectors.similar_incidents(request.actor, form.said())
    return render(request, "incidents/_same_found.html", {"found": found})


@require_GET
def compare(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """One incident as the other half of a comparison."""
    incident = selectors.get_incident(request.actor, incident_id, purpose="compare with a call")
    return render(request, "incidents/_same_compare.html", {"incident": incident})


@require_http_methods(["GET", "POST"])
def contacts(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """Everybody who rang about an incident; POST adds another caller."""
    if request.method == "GET":
        return _callers(request, incident_id, AttachForm(initial={"client_key": uuid4()}), status=200)
    form = AttachForm(request.POST)
    form.asked = thrive_lines(request.actor.force_id)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.attach_contact(
                actor=request.actor, incident_id=incident_id, caller=form.caller(data), words=data["description"],
                notes=form.notes(), client_key=data["client_key"],
            )  # fmt: skip
            return taken(request, reverse("incidents:detail", args=[incident_id]))
        except Invalid as refusal:
            for field, words in refusal.fields.items():
                form.add_error(field if field in form.fields else None, words)
        except Conflict as refusal:
            if (answer := key_used(request, form, refusal)) is not None:
                return answer
    stop_if_json(request, form)
    return _callers(request, incident_id, form, status=422)


def _callers(request: ActorRequest, incident_id: UUID, form: AttachForm, status: int) -> HttpResponse:
    name = str(incident_id)
    with audit.one_reading(request.actor, f"incidents.incident:{name}", purpose="callers", incident=name):
        incident = selectors.get_incident(request.actor, incident_id, purpose="callers")
        callers = selectors.callers_of(request.actor, incident)
    context: dict[str, Any] = {"incident": incident, "callers": callers, "form": form}
    template = "incidents/_call.html" if status == 200 else "incidents/attach.html"
    return render(request, template, context, status=status)
