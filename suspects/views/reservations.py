""" "Click & Collect" on the phone: tick the warnings (B4.1), yours (B4.2), somebody was first (B4.4), result (B4.5)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.actors import Actor
from core.clock import now
from core.errors import Conflict, DomainError, Gone, Invalid, NotAllowed
from core.requests import ActorRequest
from suspects.forms.reservations import OUTCOMES, ReserveForm, ResultForm, StepForm
from suspects.models import Reservation
from suspects.selectors.reservations import reservation_page, reserve_page
from suspects.services import reservations as services
from suspects.states import Necessity

BACK_REASONS = ("Sent to another job", "Needs more officers", "Not safe now", "Wrong place, somebody else is nearer")
Step = Callable[[Actor, UUID, StepForm], Reservation]


@require_http_methods(["GET", "POST"])
def reserve(request: ActorRequest, wanted_id: UUID) -> HttpResponse:
    """GET: the warnings to tick. POST: taken, or told in this same answer who was first, since when and until when."""
    if request.method == "GET":
        return _before(request, wanted_id, ReserveForm(initial={"client_key": uuid4()}))
    form = ReserveForm(request.POST)
    if not form.is_valid():
        raise Invalid(fields={name: str(words[0]) for name, words in form.errors.items()})
    data = form.cleaned_data
    try:
        row = services.reserve(
            actor=request.actor, wanted_id=wanted_id, acknowledged=form.ticks(), client_key=data["client_key"],
            plan=form.plan(), armed_authority=data["armed_authority"],
        )  # fmt: skip
    except services.Taken as first:
        return render(request, "suspects/beaten.html", {"first": first.reservation, "section": "wanted"}, status=409)
    except Invalid as refusal:
        form.refuse(refusal)
        return _before(request, wanted_id, form, refusal)
    except (NotAllowed, Conflict, Gone) as refusal:
        return _before(request, wanted_id, form, refusal)
    return redirect("suspects:reservation", row.pk)


def _before(
    request: ActorRequest, wanted_id: UUID, form: ReserveForm, refusal: DomainError | None = None
) -> HttpResponse:
    page = reserve_page(request.actor, wanted_id)
    words = refusal.message if refusal and not isinstance(refusal, Invalid) else page.refusal
    context = {
        "page": page,
        "card": page.card,
        "form": form,
        "key": form["client_key"].value(),
        "ticked": {str(tick.marker_id) for tick in form.ticks()} if form.is_bound else set(),
        "refusal": words,
        "section": "wanted",
    }
    return render(request, "suspects/reserve.html", context, status=refusal.status if refusal else 200)


@require_GET
def reservation(request: ActorRequest, reservation_id: UUID) -> HttpResponse:
    return _page(request, reservation_id, StepForm())


def _page(
    request: ActorRequest, reservation_id: UUID, form: StepForm, refusal: DomainError | None = None, verb: str = ""
) -> HttpResponse:
    page = reservation_page(request.actor, reservation_id)
    context = {
        "page": page,
        "card": page.card,
        "minutes_left": max(0, int((page.holder.until - now()).total_seconds() // 60)),
        "form": form,
        "verb": verb,
        "refusal": refusal,
        "back_reasons": BACK_REASONS,
        "section": "wanted",
    }
    return render(request, "suspects/reservation.html", context, status=refusal.status if refusal else 200)


STEPS: dict[str, Step] = {
    "extend": lambda actor, key, form: services.extend(actor=actor, reservation_id=key),
    "en_route": lambda actor, key, form: services.set_en_route(actor=actor, reservation_id=key),
    "attempted": lambda actor, key, form: services.set_attempted(actor=actor, reservation_id=key),
    "plan": lambda actor, key, form: services.set_plan(actor=actor, reservation_id=key, plan=form.plan()),
    "acknowledge": lambda actor, key, form: services.acknowledge(
        actor=actor, reservation_id=key, acknowledged=form.ticks()
    ),
    "release": lambda actor, key, form: services.release(
        actor=actor, reservation_id=key, reason=form.cleaned_data["reason"]
    ),
    "hand_over": lambda actor, key, form: services.hand_over(
        actor=actor, reservation_id=key, to=form.cleaned_data["to"], reason=form.cleaned_data["reason"]
    ),
    "override": lambda actor, key, form: services.override(
        actor=actor, reservation_id=key, to=form.cleaned_data["to"], reason=form.cleaned_data["reason"]
    ),
}
LEAVES = {"release", "hand_over", "override"}  # nothing is left for this person to do here


@require_POST
def step(request: ActorRequest, reservation_id: UUID, verb: str) -> HttpResponse:
    """One step of the reservation; a refusal comes back on the same page, with the sheet that was open."""
    form = StepForm(request.POST)
    if not form.is_valid():
        raise Invalid(fields={name: str(words[0]) for name, words in form.errors.items()})
    try:
        STEPS[verb](request.actor, reservation_id, form)
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(request, reservation_id, form, refusal, verb)
    except (NotAllowed, Conflict, Gone) as refusal:
        return _page(request, reservation_id, form, refusal, verb)
    if verb in LEAVES:
        return redirect("suspects:wanted")
    return redirect("suspects:reservation", reservation_id)


@require_http_methods(["GET", "POST"])
def result(request: ActorRequest, reservation_id: UUID) -> HttpResponse:
    """How it ended. Sent twice, the first counts."""
    form = ResultForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.record_result(actor=request.actor, reservation_id=reservation_id, result=form.given())
                return redirect("suspects:reservation", reservation_id)
            except Invalid as refusal:
                form.refuse(refusal)
            except (NotAllowed, Conflict, Gone) as refusal:
                return _page(request, reservation_id, StepForm(), refusal)
    page = reservation_page(request.actor, reservation_id)
    context = {
        "page": page,
        "card": page.card,
        "form": form,
        "outcomes": [(one.value, one.label, icon, css, line) for one, icon, css, line in OUTCOMES],
        "necessity": Necessity.choices,
        "chosen": set(form["necessity"].value() or page.necessity),
        "time": now(),
        "section": "wanted",
    }
    return render(request, "suspects/result.html", context, status=status)
