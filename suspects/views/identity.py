"""Is this who they say? (B5.4): what was said is recorded, then shown beside what we hold; the officer decides."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.errors import Invalid
from core.requests import ActorRequest
from suspects.forms.identity import AnswerForm, SaidForm
from suspects.selectors.identity import identity_page, may_begin
from suspects.services.identity import begin_identity_check, end_identity_check, record_answer

_WORDS = {"M": ("Him", "Not him"), "F": ("Her", "Not her")}


@require_http_methods(["GET", "POST"])
def identity(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """GET: what do they say? It shows nothing of the record, so it is no look. POST: begin."""
    may_begin(request.actor, person_id)
    form = SaidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            one = begin_identity_check(actor=request.actor, person_id=person_id, said=form.said())
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("suspects:identity_check", one.pk)
    context = {"form": form, "person_id": person_id, "section": "check"}
    return render(request, "suspects/identity.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
def identity_check(request: ActorRequest, identity_id: UUID) -> HttpResponse:
    """POST: an answer, or with `verdict` the end."""
    problem: dict[str, str] = {}
    form = AnswerForm(request.POST or None)
    if request.method == "POST":
        try:
            _take(request, identity_id, form)
        except Invalid as refusal:
            problem = {"question": request.POST.get("question", ""), "about": request.POST.get("about", "")}
            problem["words"] = " ".join(refusal.fields.values()) or refusal.message
            problem["said"] = request.POST.get("said", "")
        else:
            return redirect("suspects:identity_check", identity_id)
    page = identity_page(request.actor, identity_id)
    him, not_him = _WORDS.get(page.sex, ("It is them", "It is not"))
    context = {
        "page": page,
        "verdicts": (("HIM", him, "check"), ("NOT_HIM", not_him, "x"), ("NOT_SURE", "Not sure", "eye")),
        "problem": problem,
        "section": "check",
    }
    return render(request, "suspects/identity_check.html", context, status=422 if problem else 200)


def _take(request: ActorRequest, identity_id: UUID, form: AnswerForm) -> None:
    if "verdict" in request.POST:
        end_identity_check(actor=request.actor, identity_id=identity_id, verdict=request.POST["verdict"])
        return
    if not form.is_valid():
        raise Invalid(fields={"said": "Type what they said, in at most 200 characters."})
    data = form.cleaned_data
    record_answer(
        actor=request.actor, identity_id=identity_id, question=data["question"], about=data["about"],
        said=data["said"], refused=data["then"] == "refused",
    )  # fmt: skip
