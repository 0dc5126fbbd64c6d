"""Checks on a phone or at a desk: why (B5.1), what (B5.2), what we found and where we looked (B5.3)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from core import audit
from core.errors import Conflict, DomainError, Invalid, TooMany
from core.permissions import check as check_permission
from core.realtime import head as live_head
from core.requests import ActorRequest
from suspects.forms.checks import CheckForm, StopForm
from suspects.selectors.cards import address_card, vehicle_card
from suspects.selectors.checks import get_check, get_looks, open_stop
from suspects.services.asking import topic, try_again
from suspects.services.checks import run_check
from suspects.services.receipts import keep_receipt
from suspects.services.stops import end_stop, is_mobile, start_stop
from suspects.services.volume import guard_looks
from suspects.states import CheckSystem, ReasonCode, Subject

FIRST_REASONS = ("1", "2", "4", "5")
OTHER_ON_MOBILE, OTHER_AT_DESK = ("3", "7", "8"), ("3", "7", "8", "0", "6", "9")


@require_http_methods(["GET", "POST"])
def stop(request: ActorRequest) -> HttpResponse:
    """The reason. What was typed for a check meanwhile is carried along and searched for next."""
    check_permission(request.actor, "person.check")
    if request.method == "GET":
        return _stop_page(request, StopForm(), CheckForm())
    if request.POST.get("then") == "end":
        end_stop(actor=request.actor)
        return redirect("suspects:stop")
    form, waiting = StopForm(request.POST), CheckForm(request.POST)
    if form.is_valid():
        try:
            start_stop(actor=request.actor, **form.values())
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return _check_page(request, waiting) if waiting.filled else redirect("suspects:check")
    return _stop_page(request, form, waiting, status=422)


def _stop_page(
    request: ActorRequest, form: StopForm, waiting: CheckForm, status: int = 200, note: str = ""
) -> HttpResponse:
    others = OTHER_ON_MOBILE if is_mobile(request.actor) else OTHER_AT_DESK
    context = {
        "form": form,
        "first": [(code, ReasonCode(code).label) for code in FIRST_REASONS],
        "others": [(code, ReasonCode(code).label) for code in others],
        "others_open": form["reason_code"].value() in others,
        "waiting": waiting.filled,
        "note": note,
        "section": "check",
    }
    return render(request, "suspects/stop.html", context, status=status)


@require_http_methods(["GET", "POST"])
def check(request: ActorRequest) -> HttpResponse:
    """GET: what to search for. POST: search; the result is the answer, so that it is one look and one audit entry."""
    check_permission(request.actor, "person.check")
    if request.method == "GET":
        return _check_page(request, CheckForm()) if open_stop(request.actor) else redirect("suspects:stop")
    form = CheckForm(request.POST)
    if not form.is_valid():
        return _check_page(request, form, status=422)
    try:
        answer = run_check(actor=request.actor, typed=form.typed(), subject=form.chosen, place=form.place())
    except Invalid as refusal:
        form.refuse(refusal)
        return _check_page(request, form, status=422)
    except Conflict as refusal:
        return _stop_page(request, StopForm(), form, status=409, note=refusal.message)
    except TooMany as refusal:
        return _check_page(request, form, refusal=refusal)
    return _result_page(request, answer.check, answer.looks, answer.advice)


def _check_page(
    request: ActorRequest, form: CheckForm, status: int = 200, refusal: DomainError | None = None
) -> HttpResponse:
    context = {"form": form, "stop": open_stop(request.actor), "refusal": refusal, "section": "check"}
    response = render(request, "suspects/check.html", context, status=refusal.status if refusal else status)
    if refusal is not None and refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


@require_GET
def result(request: ActorRequest, check_id: UUID) -> HttpResponse:
    """A check looked at again, as it was answered then."""
    seq = live_head(topic(check_id))
    found = get_check(request.actor, check_id)
    return _result_page(request, found.check, found.looks, "", seq=seq)


def _result_page(request: ActorRequest, one: Any, looks: Any, advice: str, seq: int = 0) -> HttpResponse:
    context = {
        "check": one,
        "looks": looks,
        "advice": advice,
        "waiting": any(look.state == "waiting" for look in looks),
        "topic": topic(one.pk),
        "seq": seq,
        "section": "check",
    }
    response = render(request, "suspects/check_result.html", context)
    response.headers["Content-Location"] = reverse("suspects:check_result", args=[one.pk])
    return response


@require_http_methods(["GET", "POST"])
def sources(request: ActorRequest, check_id: UUID) -> HttpResponse:
    """GET: "Where we looked", for a page that heard of an answer. POST: ask one register again."""
    if request.method == "POST":
        system = request.POST.get("system", "")
        try_again(actor=request.actor, check_id=check_id, system=system if system in CheckSystem.values else "")
        return HttpResponseRedirect(reverse("suspects:check_result", args=[check_id]))
    found = get_looks(request.actor, check_id)
    return render(request, "suspects/_check_sources.html", {"check": found.check, "looks": found.looks})


@require_GET
def vehicle(request: ActorRequest, vehicle_id: UUID) -> HttpResponse:
    return _card_page(request, Subject.VEHICLE, vehicle_id)


@require_GET
def address(request: ActorRequest, address_id: UUID) -> HttpResponse:
    return _card_page(request, Subject.ADDRESS, address_id)


def _card_page(request: ActorRequest, subject: Subject, key: UUID) -> HttpResponse:
    """What is shown is frozen first: one look, one audit entry; the card links its receipt."""
    purpose = f"{subject.lower()} card"
    guard_looks(request.actor)
    with audit.one_reading(request.actor, f"suspects.{subject.lower()}:{key}", purpose=purpose):
        card = (vehicle_card if subject is Subject.VEHICLE else address_card)(request.actor, key)
        receipt = keep_receipt(
            actor=request.actor, subject=subject, record_id=key, title=card.title, facts=card.as_facts(),
            purpose=purpose,
        )  # fmt: skip
    return render(request, "suspects/card.html", {"card": card, "receipt": receipt, "section": "check"})
