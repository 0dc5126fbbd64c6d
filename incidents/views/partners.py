"""The Share tab of an incident, and what partners offer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import DomainError, Invalid, NotAllowed, NotFound
from core.requests import ActorRequest
from incidents import selectors, services
from incidents.forms.partners import AcceptForm, DeclineForm, ShareForm, UpdateForm
from incidents.states import LegalBasis


@require_http_methods(["GET", "POST"])
def share(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """GET: what would be sent, and what was. POST: share it with a partner."""
    if request.method == "GET":
        return _tab(request, incident_id)
    form = ShareForm(request.POST)
    try:
        data = _read(form)
        services.share_incident(
            actor=request.actor, incident_id=incident_id, partner_id=data["partner"], purpose=data["purpose"],
            legal_basis=data["legal_basis"], with_caller=data["with_caller"], seen=data["seen"],
        )  # fmt: skip
    except (NotFound, NotAllowed):
        raise
    except DomainError as error:
        return _tab(request, incident_id, form=form, error=error)
    return (
        _tab(request, incident_id) if request.headers.get("HX-Request") else redirect("incidents:detail", incident_id)
    )


@require_POST
def share_update(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    form = UpdateForm(request.POST)
    try:
        data = _read(form)
        services.send_update(actor=request.actor, incident_id=incident_id, share_id=data["share"], text=data["text"])
    except (NotFound, NotAllowed):
        raise
    except DomainError as error:
        return _tab(request, incident_id, update=form, error=error)
    return (
        _tab(request, incident_id) if request.headers.get("HX-Request") else redirect("incidents:detail", incident_id)
    )


def _done(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """The tab as it is now; without scripts, the incident."""
    if request.headers.get("HX-Request"):
        return _tab(request, incident_id)
    return redirect("incidents:detail", incident_id)


def _tab(
    request: ActorRequest,
    incident_id: UUID,
    *,
    form: Form | None = None,
    update: Form | None = None,
    error: DomainError | None = None,
) -> HttpResponse:
    """The tab as it is now, with what was typed where something was wrong."""
    incident = selectors.get_incident(request.actor, incident_id, purpose="share")
    context: dict[str, Any] = {
        "incident": incident,
        "preview": services.preview(incident),
        "shares": (lines := selectors.share_lines(request.actor, incident)),
        "open_shares": [line for line in lines if line.is_open],
        "stale": services.changed_since(incident, lines),
        "transfers": selectors.transfers_of(request.actor, incident),
        "partners": selectors.partners(request.actor),
        "bases": LegalBasis.choices,
        "typed": form.data if form else {},
        "update": update.data if update else {},
        "error": error,
        "problems": error.fields if isinstance(error, Invalid) else {},
    }
    response = render(request, "incidents/_share.html", context, status=error.status if error else 200)
    response.headers["X-Fragment"] = "whole"
    return response


@require_GET
def offers(request: ActorRequest) -> HttpResponse:
    return render(request, "incidents/_offers.html", {"desk": selectors.partner_desk(request.actor)})


@require_GET
def offer(request: ActorRequest, transfer_id: UUID) -> HttpResponse:
    return _offer(request, transfer_id)


@require_POST
def accept(request: ActorRequest, transfer_id: UUID) -> HttpResponse:
    form = AcceptForm(request.POST)
    try:
        data = _read(form)
        incident = services.accept_offer(
            actor=request.actor, transfer_id=transfer_id, grade_code=data["grade_code"],
            category_code=data["category_code"],
        )  # fmt: skip
    except (NotFound, NotAllowed):
        raise
    except DomainError as error:
        return _offer(request, transfer_id, typed=form.data, error=error)
    return redirect("incidents:detail", incident.pk)


@require_POST
def decline(request: ActorRequest, transfer_id: UUID) -> HttpResponse:
    form = DeclineForm(request.POST)
    try:
        services.decline_offer(actor=request.actor, transfer_id=transfer_id, reason=_read(form)["reason"])
    except (NotFound, NotAllowed):
        raise
    except DomainError as error:
        return _offer(request, transfer_id, typed=form.data, error=error)
    return redirect("incidents:console")


def _offer(
    request: ActorRequest, transfer_id: UUID, *, typed: Any = None, error: DomainError | None = None
) -> HttpResponse:
    found = selectors.get_offer(request.actor, transfer_id)
    context = {
        "offer": found,
        "grades": selectors.grades(request.actor),
        "categories": selectors.categories(request.actor),
        "typed": typed or services.guess(request.actor, found),
        "error": error,
        "problems": error.fields if isinstance(error, Invalid) else {},
        "section": "console",
    }
    return render(request, "incidents/offer.html", context, status=error.status if error else 200)


def _read(form: Form) -> dict[str, Any]:
    if not form.is_valid():
        raise Invalid(fields={name: str(words[0]) for name, words in form.errors.items()})
    return form.cleaned_data
