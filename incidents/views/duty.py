"""Booking on and off duty."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from core.errors import Invalid
from core.requests import ActorRequest, safe_next
from incidents import services
from incidents.forms.duty import DutyForm
from incidents.services.duty import SHIFT_HOURS


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
