"""The tab Close, opening again, and putting right what the caller said. Parse, one call, render."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import Conflict, Invalid
from core.requests import ActorRequest
from incidents import permissions, selectors, services
from incidents.forms.risk import FACTS, CloseForm, FactsForm, ReasonForm
from incidents.selectors import risk as pages
from incidents.selectors.risk_tables import crime_number_pattern, qualifiers, qualifiers_of
from incidents.views.fragments import answer, whole


@require_http_methods(["GET", "POST"])
def closing(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """POST: a supervisor closes; a call handler asks a supervisor to."""
    if request.method == "GET":
        return _closing(request, incident_id)
    permissions.check_ask(request.actor)
    form = CloseForm(request.POST, categories=selectors.categories(request.actor))
    if form.is_valid():
        given = form.given(request.POST.getlist("qualifiers"))
        try:
            if permissions.can_close(request.actor):
                services.close_incident(actor=request.actor, incident_id=incident_id, **given)
                said = "Closed."
            else:
                services.ask_close(actor=request.actor, incident_id=incident_id, given=given)
                said = "Asked. The supervisors see it now."
            return answer(request, incident_id, lambda: _closing(request, incident_id, said=said))
        except (Invalid, Conflict) as refusal:
            form.refuse(refusal)
    return _closing(request, incident_id, form=form)


@require_POST
def reopen(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    form = ReasonForm(request.POST)
    try:
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        services.reopen_incident(actor=request.actor, incident_id=incident_id, reason=reason)
        return answer(request, incident_id, lambda: _closing(request, incident_id, said="Open again."))
    except (Invalid, Conflict) as refusal:
        form.refuse(refusal)
    return _closing(request, incident_id, again=form)


def _closing(
    request: ActorRequest,
    incident_id: UUID,
    form: CloseForm | None = None,
    said: str = "",
    again: ReasonForm | None = None,
) -> HttpResponse:
    page = pages.close_page(request.actor, incident_id)
    incident, categories = page.incident, selectors.categories(request.actor)
    first = {
        "category_code": str(incident.opening_category), "text": incident.closing_text,
        "crime_numbers": ", ".join(page.crime_numbers), "no_crime_rationale": incident.no_crime_rationale,
        "asb_class": incident.asb_class, "asb_type": incident.asb_type,
    }  # fmt: skip
    bound = form is not None or again is not None
    held = [one.word.code for one in qualifiers_of(incident)]
    context = {
        "page": page, "form": form or CloseForm(initial=first, categories=categories), "said": said,
        "categories": categories, "qualifiers": qualifiers(request.actor), "again": again or ReasonForm(),
        "chosen": request.POST.getlist("qualifiers") if form else held,
        "pattern": crime_number_pattern(incident.force_id), "may_close": permissions.can_close(request.actor),
    }  # fmt: skip
    return whole(request, "incidents/_close.html", context, bound=bound)


@require_http_methods(["GET", "POST"])
def facts(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    if request.method == "GET":
        return _facts(request, incident_id)
    form = FactsForm(request.POST)
    if form.is_valid():
        seen = form.cleaned_data["seen"] or 0
        try:
            made = services.amend_facts(actor=request.actor, incident_id=incident_id, given=form.typed(), seen=seen)
            said = "Put right; the log quotes what it was." if made else "Nothing was different."
            return answer(request, incident_id, lambda: _facts(request, incident_id, said=said))
        except (Invalid, Conflict) as refusal:
            form.refuse(refusal)
            return _facts(request, incident_id, form=form, told=isinstance(refusal, Conflict))
    return _facts(request, incident_id, form=form)


def _facts(
    request: ActorRequest, incident_id: UUID, form: FactsForm | None = None, said: str = "", told: bool = False
) -> HttpResponse:
    """`told`: the actor has now read what somebody else changed, and the next save counts it as seen."""
    page = pages.facts_page(request.actor, incident_id)
    newest = page.amendments[0].number if page.amendments else 0
    seen = form["seen"].value() if form and not told else newest
    incident = page.incident
    held = {name: str(getattr(incident, name)) for name in FACTS}
    if form and told:
        form.show_theirs(held)
    first = held | {f"saw_{name}": words for name, words in held.items()}
    context = {"page": page, "form": form or FactsForm(initial=first), "said": said, "seen": seen}
    return whole(request, "incidents/_facts.html", context, bound=form is not None)
