"""The intake form: one screen from the ring of the phone to an open incident."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core import one_time
from core.errors import Invalid
from core.requests import ActorRequest
from incidents import selectors, services
from incidents.forms.intake import LINK_MODES, IntakeForm, fresh_intake
from incidents.models import Incident
from incidents.permissions import check_open
from incidents.selectors.risk_tables import criteria, thrive_lines, vulnerability_flags
from incidents.states import Channel
from incidents.views.queue_context import queue_context

TITLES = {Channel.C999: "New 999 call", Channel.C101: "New 101 call"}


@require_http_methods(["GET", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    """The intake form; when it is refused everything typed stays in it."""
    check_open(request.actor)
    categories = selectors.categories(request.actor)
    if request.method == "GET":
        form = IntakeForm(initial=fresh_intake(request.GET.get("channel", "")), categories=categories)
        form.asked = thrive_lines(request.actor.force_id)
        return _intake(request, form, status=200)
    form = IntakeForm(request.POST, categories=categories)
    form.asked = thrive_lines(request.actor.force_id)
    if form.is_valid():
        try:
            return _opened(request, _open(request, form), form)
        except Invalid as refusal:
            form.refuse(refusal)
    return _intake(request, form, status=422)


def _open(request: ActorRequest, form: IntakeForm) -> Incident:
    data = form.cleaned_data
    return services.open_incident(
        actor=request.actor,
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
        return redirect(target)
    mode = form.cleaned_data["link_mode"] or "video"
    one_time.allow(request, f"send_link:{incident.pk}", mode)  # the address alone sends nothing
    return redirect(f"{target}?link={mode}")


def _intake(request: ActorRequest, form: IntakeForm, status: int) -> HttpResponse:
    channel = form["channel"].value()
    context = {
        **queue_context(request.actor),
        "form": form,
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
