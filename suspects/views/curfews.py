"""Curfews on a phone: due near me (B6.1), at the door (B6.2), read back and logged (B6.3), broken (B6.4)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.actors import Actor
from core.errors import Conflict, DomainError, Invalid
from core.realtime import head as live_head
from core.requests import ActorRequest
from suspects.forms.curfews import CheckForm, DecisionForm, OutcomeForm, PlaceForm, StatementForm
from suspects.selectors import breaches as broken
from suspects.selectors import curfews as due
from suspects.selectors.curfew_door import door as read_door
from suspects.selectors.curfew_door import photo_of, read_back
from suspects.services.bail import allow_quiet_hours
from suspects.services.breaches import DECISIONS, curfews_topic, decide_breach, keep_statement
from suspects.services.curfews import record_check
from suspects.states import CurfewOutcome

# icon, outcome, one line (B6.2)
TILES = (
    ("check-circle", CurfewOutcome.PRESENT_SEEN, "Came to the door"),
    ("sound", CurfewOutcome.PRESENT_VOICE_ONLY, "Voice, not seen"),
    ("door", CurfewOutcome.NO_REPLY, ""),
    ("x", CurfewOutcome.NOT_PRESENT_CONFIRMED, "Someone told you"),
)
MORE_TILES = (
    ("no-power", CurfewOutcome.REFUSED, "Was there, did not come"),
    ("home", CurfewOutcome.MOVED, "Address wrong"),
    ("shield-check", CurfewOutcome.EXCUSED, "Has papers, or control knows"),
    ("alert", CurfewOutcome.EM_TAMPER, "Cut, loose or off"),
    ("lock", CurfewOutcome.INACCESSIBLE, "Gate, entry system"),
    ("runner", CurfewOutcome.WITHDREW, "You left. Always written down"),
)


@require_http_methods(["GET", "POST"])
def curfews(request: ActorRequest) -> HttpResponse:
    """GET: the list. POST: how far each door is from a position: `{"doors": [{"id", "metres", "words", "route"}]}`."""
    if request.method == "POST":
        position = PlaceForm(request.POST).position
        if position is None:
            raise Invalid(fields={"lat": "That is no position."})
        return JsonResponse({"doors": due.distances(request.actor, position)})
    seq = live_head(curfews_topic(request.actor.force_id))  # first: an event in between is heard again, never missed
    listed = due.due_tonight(request.actor)
    logged = request.GET.get("logged", "")
    context = {
        "listed": listed,
        "geojson": json.dumps(listed.geojson),
        "topic": curfews_topic(request.actor.force_id),
        "seq": seq,
        "logged": CurfewOutcome(logged).label if logged in CurfewOutcome.values else "",
        "outcomes": json.dumps(dict(CurfewOutcome.choices)),
    }
    return render(request, "suspects/curfews.html", context)


@require_http_methods(["GET", "POST"])
def door(request: ActorRequest, condition_id: UUID) -> HttpResponse:
    """GET: the door. POST: what happened, read back before it is logged; nothing is written yet."""
    if request.method == "POST":
        chosen = OutcomeForm(request.POST)
        outcome = chosen.cleaned_data["outcome"] if chosen.is_valid() else ""
        if outcome in CurfewOutcome.values:
            return _read_back(
                request, condition_id, outcome, CheckForm(initial={**_sent(chosen), "client_key": uuid4()})
            )
    context = {
        "door": read_door(request.actor, condition_id),
        "tiles": TILES,
        "more_tiles": MORE_TILES,
        "form": PlaceForm(),
        "nothing_chosen": request.method == "POST",
    }
    return render(request, "suspects/curfew_door.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def check(request: ActorRequest, condition_id: UUID) -> HttpResponse:
    """Log it. Refused: the same page with the words, and everything that was typed."""
    form = CheckForm(request.POST, request.FILES)
    status, refusal = 422, ""
    if form.is_valid():
        try:
            key = form.cleaned_data["client_key"]
            done = record_check(actor=request.actor, condition_id=condition_id, client_key=key, seen=form.seen())
        except Invalid as error:
            form.refuse(error)
        except Conflict as error:
            status, refusal = error.status, error.message
        else:
            if done.breach:
                return redirect("suspects:breach", done.breach.pk)
            return redirect(f"{reverse('suspects:curfews')}?{urlencode({'logged': done.check.outcome})}")
    outcome = str(form["outcome"].value() or "")
    if outcome not in CurfewOutcome.values:
        return redirect("suspects:curfew_door", condition_id)
    return _read_back(request, condition_id, outcome, form, status=status, refusal=refusal)


def _read_back(
    request: ActorRequest, condition_id: UUID, outcome: str, form: CheckForm, *, status: int = 200, refusal: str = ""
) -> HttpResponse:
    position = PlaceForm({name: form[name].value() or "" for name in PlaceForm.base_fields}).position
    back = read_back(request.actor, condition_id, outcome, position)
    context = {
        "back": back,
        "door": back.door,
        "form": form,
        "refusal": refusal,
        "at": form["at"].value() or back.door.moment.isoformat(),
        "attempt": form["attempt"].value() or back.door.attempt,
        "asks_reason": back.needs_reason or bool(form["place_reason"].value()),
    }
    return render(request, "suspects/curfew_read_back.html", context, status=status)


def _sent(form: PlaceForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in PlaceForm.base_fields}


@require_GET
def photo(request: ActorRequest, check_id: UUID) -> HttpResponse:
    """The picture of one check, marked for the viewer, never kept by the browser."""
    response = HttpResponse(photo_of(request.actor, check_id), content_type="image/jpeg")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@require_POST
def quiet_hours(request: ActorRequest, condition_id: UUID) -> HttpResponse:
    """Who reviews curfews writes down the inspector who allows a knock at night; empty takes it back."""
    allow_quiet_hours(actor=request.actor, condition_id=condition_id, inspector=request.POST.get("inspector", ""))
    return redirect("suspects:curfew_door", condition_id)


@require_GET
def breaches(request: ActorRequest) -> HttpResponse:
    return render(request, "suspects/breaches.html", {"page": broken.breaches(request.actor)})


@require_GET
def breach(request: ActorRequest, breach_id: UUID) -> HttpResponse:
    return _breach(request, request.actor, breach_id)


@require_POST
def note(request: ActorRequest, breach_id: UUID) -> HttpResponse:
    """The officer's own words for the statement."""
    form = StatementForm(request.POST)
    try:
        text = form.cleaned_data["statement"] if form.is_valid() else ""
        keep_statement(actor=request.actor, breach_id=breach_id, text=text)
    except Invalid as error:
        return _breach(request, request.actor, breach_id, note_form=form, refusal=error)
    return redirect("suspects:breach", breach_id)


@require_POST
def decide(request: ActorRequest, breach_id: UUID) -> HttpResponse:
    """A sergeant's decision."""
    form = DecisionForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {"decision": "", "text": ""}
    try:
        decide_breach(actor=request.actor, breach_id=breach_id, decision=given["decision"], text=given["text"])
    except (Invalid, Conflict) as error:
        return _breach(request, request.actor, breach_id, decision_form=form, refusal=error)
    return redirect("suspects:breach", breach_id)


def _breach(
    request: ActorRequest,
    actor: Actor,
    breach_id: UUID,
    *,
    note_form: StatementForm | None = None,
    decision_form: DecisionForm | None = None,
    refusal: DomainError | None = None,
) -> HttpResponse:
    view = broken.breach(actor, breach_id)
    context = {
        "breach": view,
        "note_form": note_form or StatementForm(initial={"statement": view.statement}),
        "note_open": note_form is not None,
        "decision_form": decision_form or DecisionForm(),
        "decisions": DECISIONS.items(),
        "refusal": refusal.message if refusal else "",
    }
    return render(request, "suspects/breach.html", context, status=refusal.status if refusal else 200)
