"""Marks, and what is put on the caller's screen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from core.errors import Invalid
from core.requests import ActorRequest
from streaming import permissions, selectors
from streaming.forms import MarkForm, PromptForm
from streaming.services import marks, prompts
from streaming.views import picture_context


def checked(form: forms.Form) -> dict[str, Any]:
    """What the form holds, or Invalid with the words of each field."""
    if not form.is_valid():
        raise Invalid(fields={name: str(words[0]) for name, words in form.errors.items()})
    return form.cleaned_data


def at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


@require_GET
def notes(request: ActorRequest, session_id: UUID) -> HttpResponse:
    """What lies over the picture of a session: boxes, marks, and how the last prompt went."""
    found = selectors.picture_notes(request.actor, session_id, purpose="picture notes")
    may_point = permissions.can_chat(request.actor)
    return render(request, "streaming/_picture_notes.html", picture_context.notes(found) | {"may_withdraw": may_point})


@require_GET
def job_picture(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """What the desk sends from the picture, on the page of the officers who go there."""
    found, marks = selectors.picture_of(request.actor, incident_id, purpose="own job")
    context = {"rows": [picture_context.described(one) for one in found], "marks": marks}
    return render(request, "streaming/_job_picture.html", context)


@require_GET
def exhibit_notes(request: ActorRequest, exhibit_id: UUID) -> HttpResponse:
    """What was marked and described while the exhibit's film was live, under its player."""
    found = selectors.exhibit_notes(request.actor, exhibit_id)
    if found is None:
        return HttpResponse(status=204)
    return render(request, "streaming/_exhibit_notes.html", {"rows": picture_context.moments(found)})


@require_POST
def mark(request: ActorRequest, session_id: UUID) -> HttpResponse:
    data = checked(MarkForm(request.POST))
    made = marks.mark(
        actor=request.actor, session_id=session_id, key=data["key"], moment=at(data["moment"]), note=data["note"]
    )
    return JsonResponse({"id": str(made.pk), "offset_ms": made.offset_ms}, status=201)


@require_POST
def prompt(request: ActorRequest, session_id: UUID) -> HttpResponse:
    data = checked(PromptForm(request.POST))
    point = None
    if data["x"] is not None and data["y"] is not None:
        point = prompts.Point(data["x"], data["y"], data["frame"] or 1.0)
    made = prompts.prompt(
        actor=request.actor,
        session_id=session_id,
        key=data["key"],
        kind=data["kind"],
        phrase=data["phrase"],
        text=data["text"],
        point=point,
    )
    return JsonResponse({"id": str(made.pk), "state": made.state}, status=201)


@require_POST
def withdraw(request: ActorRequest, prompt_id: UUID) -> HttpResponse:
    found = prompts.withdraw(actor=request.actor, prompt_id=prompt_id)
    return JsonResponse({"id": str(found.pk), "state": found.state})
