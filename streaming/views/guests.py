"""The desk's side of guest links, in the incident's Share tab: the form, the list, withdrawing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import audit
from core.errors import Conflict, Invalid
from core.requests import ActorRequest
from streaming.forms import GuestForm
from streaming.permissions import check_share
from streaming.selectors.guests import guest_rows
from streaming.services import guests
from streaming.sms import mail


@require_http_methods(["GET", "POST"])
def panel(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """GET: the form and the guests. POST: share; a refused form comes back with what was typed."""
    check_share(request.actor)
    of = f"incidents.incident:{incident_id}"
    with audit.one_reading(request.actor, of, purpose="share with a partner", incident=str(incident_id)):
        if request.method == "GET":
            return _panel(request, incident_id, _form(request, incident_id))
        form = _form(request, incident_id, request.POST)
        _share(request, incident_id, form)
        if form.errors:
            return _panel(request, incident_id, form, status=422)
        if request.headers.get("HX-Request"):
            return _panel(request, incident_id, _form(request, incident_id))
    return redirect("incidents:detail", incident_id)


def _share(request: ActorRequest, incident_id: UUID, form: GuestForm) -> None:
    """What is wrong goes beside its field."""
    if not form.is_valid():
        return
    try:
        guests.share(actor=request.actor, incident_id=incident_id, wanted=_wanted(form.cleaned_data))
    except Invalid as refusal:
        form.refuse(refusal)
    except Conflict as refusal:
        form.add_error(None, refusal.message)


@require_GET
def rows(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """The list alone, fetched again at each event of a guest."""
    return render(request, "streaming/_guest_rows.html", _list(request, incident_id))


@require_POST
def revoke(request: ActorRequest, link_id: UUID) -> HttpResponse:
    link = guests.revoke(actor=request.actor, link_id=link_id)
    if not request.headers.get("HX-Request"):
        return redirect("incidents:detail", link.incident_id)
    return render(request, "streaming/_guest_rows.html", _list(request, link.incident_id))


def _panel(request: ActorRequest, incident_id: UUID, form: GuestForm, *, status: int = 200) -> HttpResponse:
    rule = guests.rule_of(request.actor.force_id or 0)
    context = _list(request, incident_id) | {"form": form, "rule": rule, "email": mail.is_on()}
    response = render(request, "streaming/_guests.html", context, status=status)
    response["X-Fragment"] = "whole"
    return response


def _list(request: ActorRequest, incident_id: UUID) -> dict[str, Any]:
    return {"incident_id": incident_id, "guests": guest_rows(request.actor, incident_id)}


def _form(request: ActorRequest, incident_id: UUID, data: Any = None) -> GuestForm:
    films = [(str(one.pk), one.ref) for one in guests.playable_films(request.actor, incident_id)]
    rule = guests.rule_of(request.actor.force_id or 0)
    return GuestForm(data, films=films, minutes=rule.usual_minutes, email=mail.is_on())


def _wanted(given: dict[str, Any]) -> guests.Wanted:
    return guests.Wanted(**given | {"exhibits": [UUID(one) for one in given["exhibits"]]})
