"""Tabs of an incident: THRIVE, Grade, M/ETHANE; and what supervisors are asked. Parse, one call, render."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.clock import from_epoch
from core.errors import Conflict, Invalid
from core.requests import ActorRequest
from incidents import permissions, selectors, services
from incidents.forms.risk import AgreedForm, GradeForm, MethaneForm, ReasonForm, ThriveForm
from incidents.models import MethaneReport
from incidents.selectors import risk as pages
from incidents.selectors.risk_tables import criteria, thrive_lines, vulnerability_flags
from incidents.services.methane import METHANE_COUNTS, METHANE_WORDS
from incidents.views.fragments import answer, whole


@require_http_methods(["GET", "POST"])
def thrive(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    if request.method == "GET":
        return _thrive(request, incident_id)
    form = ThriveForm(request.POST)
    form.asked = thrive_lines(request.actor.force_id)
    if form.is_valid():
        seen = form.cleaned_data["seen"] or 0
        try:
            made = services.assess_risk(
                actor=request.actor, incident_id=incident_id, given=form.assessment(),
                occasion=form.cleaned_data["occasion"], seen_version=seen,
            )  # fmt: skip
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            newer = made.version - 1 > made.based_on
            said = (
                f"Saved as version {made.version}. Version {made.version - 1} came in while you wrote: read it below."
            )
            said = said if newer else f"Saved as version {made.version}."
            return answer(request, incident_id, lambda: _thrive(request, incident_id, said=said, newer=newer))
    return _thrive(request, incident_id, form=form)


def _thrive(
    request: ActorRequest, incident_id: UUID, form: ThriveForm | None = None, said: str = "", newer: bool = False
) -> HttpResponse:
    page = pages.thrive_page(request.actor, incident_id)
    prompts = page.head.prompts
    if form is None:
        initial = {"occasion": prompts[0].occasion if prompts else "REVIEW", "seen": page.head.thrive_version}
        form = ThriveForm(initial=initial)
        form.asked = thrive_lines(request.actor.force_id)
    flags = vulnerability_flags(request.actor)
    context = {"page": page, "form": form, "flags": flags, "said": said, "newer": newer}
    return whole(request, "incidents/_thrive.html", context, bound=form.is_bound)


@require_POST
def flags(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    services.set_flags(
        actor=request.actor, incident_id=incident_id, codes=request.POST.getlist("flags"),
        seen=request.POST.getlist("seen_flags"),
    )  # fmt: skip
    return answer(request, incident_id, lambda: _thrive(request, incident_id, said="Flags saved."))


@require_http_methods(["GET", "POST"])
def grade(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """POST: a supervisor, and everybody who grades up, sets it; who may not grade down asks a supervisor for it."""
    if request.method == "GET":
        return _grade(request, incident_id)
    permissions.check_ask(request.actor)
    form = GradeForm(request.POST)
    if form.is_valid():
        try:
            said = _set_or_ask(request, incident_id, form.cleaned_data)
            return answer(request, incident_id, lambda: _grade(request, incident_id, said=said))
        except (Invalid, Conflict) as refusal:
            form.refuse(refusal)
    return _grade(request, incident_id, form=form)


def _set_or_ask(request: ActorRequest, incident_id: UUID, data: dict[str, Any]) -> str:
    if request.POST.get("act") == "ask" and not permissions.can_decide_grade(request.actor):
        services.ask_grade(
            actor=request.actor, incident_id=incident_id, grade_code=data["grade_code"], reason=data["reason"],
            cites_seq=data["cites_seq"],
        )  # fmt: skip
        return "Asked. The supervisors see it now."
    services.change_grade(
        actor=request.actor, incident_id=incident_id, grade_code=data["grade_code"], reason=data["reason"],
        seen_grade=data["seen_grade"], criteria=request.POST.getlist("criteria"),
        cites_seq=data["cites_seq"],
    )  # fmt: skip
    return "Grade set."


def _grade(
    request: ActorRequest, incident_id: UUID, form: GradeForm | None = None, said: str = "",
    agreed: AgreedForm | None = None,
) -> HttpResponse:  # fmt: skip
    page = pages.grade_page(request.actor, incident_id)
    form = form or GradeForm(initial={"grade_code": page.incident.current_grade.code})
    words = {one.code: one.label for one in criteria(request.actor)}
    ticks = pages.ticks_of(page.changes)
    history = [(one, [words.get(code, code) for code in ticks.get(one.pk, [])]) for one in page.changes]
    context = {
        "page": page, "form": form, "said": said, "grades": selectors.grades(request.actor), "history": history,
        "criteria": criteria(request.actor), "ticked": request.POST.getlist("criteria"),
        "pictures": selectors.citable_pictures(page.incident),
        "may_lower": permissions.can_decide_grade(request.actor), "agreed": agreed or AgreedForm.of(page.incident),
    }  # fmt: skip
    return whole(request, "incidents/_grade.html", context, bound=form.is_bound or agreed is not None)


@require_POST
def agreed(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """The time agreed with the caller."""
    permissions.check_assess(request.actor)
    form = AgreedForm(request.POST)
    if form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            services.agree_time(
                actor=request.actor, incident_id=incident_id, slot=form.slot(), reason=form.cleaned_data["reason"],
                seen=None if seen is None else from_epoch(seen),
            )  # fmt: skip
            return answer(request, incident_id, lambda: _grade(request, incident_id, said="Time agreed."))
        except (Invalid, Conflict) as refusal:
            form.refuse(refusal)
    return _grade(request, incident_id, agreed=form)


@require_POST
def rural(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    chosen = request.POST.get("rural") == "on"
    services.set_rural(actor=request.actor, incident_id=incident_id, rural=chosen)
    said = "Rural target counts." if chosen else "Urban target counts."
    return answer(request, incident_id, lambda: _grade(request, incident_id, said=said))


@require_http_methods(["GET", "POST"])
def methane(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    if request.method == "GET":
        part = request.GET.get("part") == "versions"
        return _methane(request, incident_id, template="incidents/_methane_versions.html" if part else "")
    form = MethaneForm(request.POST)
    if form.is_valid():
        seen = form.cleaned_data["seen"] or 0
        given = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
        try:
            made = services.save_methane(actor=request.actor, incident_id=incident_id, given=given, seen_version=seen)
            said = f"Saved as version {made.version}."
            return answer(request, incident_id, lambda: _methane(request, incident_id, said=said))
        except Invalid as refusal:
            form.refuse(refusal)
        except Conflict as refusal:
            form.refuse(refusal)
            return _methane(request, incident_id, form=form, beside=True)
    return _methane(request, incident_id, form=form)


def _methane(
    request: ActorRequest, incident_id: UUID, form: MethaneForm | None = None, said: str = "", beside: bool = False,
    template: str = "",
) -> HttpResponse:  # fmt: skip
    """`beside`: theirs stand beside the lines that differ, and the next save counts them as seen."""
    page = pages.methane_page(request.actor, incident_id)
    newest = page.reports[0] if page.reports else None
    names = [name for name, *_ in (*METHANE_WORDS, *METHANE_COUNTS)]
    if form is None:
        first = {name: getattr(newest, name) for name in names} if newest else {}
        first.setdefault("exact_location", page.incident.location_text)
        form = MethaneForm(initial=first | {"seen": newest.version if newest else 0})
    theirs = _theirs(form, newest, names) if beside and newest else {}
    context = {
        "page": page, "form": form, "said": said, "theirs": theirs, "newest": newest,
        "seen": newest.version if newest and (beside or not form.is_bound) else form["seen"].value(),
    }  # fmt: skip
    return whole(request, template or "incidents/_methane.html", context, bound=form.is_bound)


def _theirs(form: MethaneForm, newest: MethaneReport, names: list[str]) -> dict[str, str]:
    held = {name: getattr(newest, name) for name in names}
    shown = {name: "" if value is None else str(value) for name, value in held.items()}
    return {name: value for name, value in shown.items() if value != str(form[name].value() or "")}


@require_POST
def major(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    services.declare_major(actor=request.actor, incident_id=incident_id)
    return answer(request, incident_id, lambda: _methane(request, incident_id, said="Major incident declared."))


@require_GET
def requests(request: ActorRequest) -> HttpResponse:
    """What waits for a supervisor, on every page of the console that a supervisor has open."""
    asked = pages.open_requests(request.actor)
    return render(request, "incidents/_requests.html", {"asked": asked, "form": ReasonForm()})


@require_POST
def request(request: ActorRequest, request_id: UUID) -> HttpResponse:
    accept = request.POST.get("act") == "accept"
    incident = services.decide_request(
        actor=request.actor, request_id=request_id, accept=accept, words=request.POST.get("reason", "")
    )
    if request.headers.get("HX-Request"):
        asked = pages.open_requests(request.actor)
        return render(request, "incidents/_requests.html", {"asked": asked, "form": ReasonForm()})
    return redirect("incidents:detail", incident.pk)
