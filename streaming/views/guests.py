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
    if request.method == "GET":
        return _panel(request, incident_id)
    form = _form(request, incident_id, request.POST)
    if form.is_valid():
        try:
            guests.share(actor=request.actor, incident_id=incident_id, wanted=_wanted(form.cleaned_data))
        except Invalid as refusal:
            form.refuse(refusal)
        except Conflict as refusal:
            form.add_error(None, refusal.message)
    if form.errors:
        return _panel(request, incident_id, form, status=422)
    return _after(request, incident_id)


@require_GET
def rows(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """The list alone, fetched again at each event of a guest."""
    return render(request, "streaming/_guest_rows.html", _list(request, incident_id))


@require_POST
def revoke(request: ActorRequest, link_id: UUID) -> HttpResponse:
    link = guests.revoke(actor=request.actor, link_id=link_id)
    if not request.headers.get("HX-Request"):
        return redirect("incidents:detail", link.incident_id)
    return rows_of(request, link.incident_id)


def rows_of(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    return render(request, "streaming/_guest_rows.html", _list(request, incident_id))


def _after(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """The tab as it is now; a browser without scripts goes back to the incident."""
    if not request.headers.get("HX-Request"):
        return redirect("incidents:detail", incident_id)
    return _panel(request, incident_id)


def _panel(
    request: ActorRequest, incident_id: UUID, form: GuestForm | None = None, *, status: int = 200
) -> HttpResponse:
    of = f"incidents.incident:{incident_id}"
    with audit.one_reading(request.actor, of, purpose="share with a partner", incident=str(incident_id)):
        context = _list(request, incident_id) | {
            "form": form or _form(request, incident_id),
            "rule": guests.rule_of(request.actor.force_id or 0),
            "email": mail.is_on(),
        }
    return render(request, "streaming/_guests.html", context, status=status)


def _list(request: ActorRequest, incident_id: UUID) -> dict[str, Any]:
    return {"incident_id": incident_id, "guests": guest_rows(request.actor, incident_id)}


def _form(request: ActorRequest, incident_id: UUID, data: Any = None) -> GuestForm:
    with audit.one_reading(request.actor, f"incidents.incident:{incident_id}", incident=str(incident_id)):
        films = [(str(one.pk), one.ref) for one in guests.playable_films(request.actor, incident_id)]
    rule = guests.rule_of(request.actor.force_id or 0)
    return GuestForm(data, films=films, minutes=rule.usual_minutes, email=mail.is_on())


def _wanted(given: dict[str, Any]) -> guests.Wanted:
    return guests.Wanted(**given | {"exhibits": [UUID(one) for one in given["exhibits"]]})
