"""What a call form gets back: a page for a plain form, JSON for one whose script keeps it on the screen."""

from __future__ import annotations

from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from core.errors import Conflict, Invalid
from core.pages import error_body, wants_json


def taken(request: HttpRequest, target: str) -> HttpResponse:
    """It is stored: on to `target`. A script goes there itself, so that the page is read once."""
    return JsonResponse({"next": target}, status=201) if wants_json(request) else redirect(target)


def stop_if_json(request: HttpRequest, *parts: forms.Form) -> None:
    """For a script: Invalid with the first words of each field of all the form's parts."""
    if not wants_json(request):
        return
    words = {name: str(errors[0]) for part in parts for name, errors in part.errors.items()}
    raise Invalid(words.pop("__all__", "") or "Check what is marked red.", fields=words)


def key_used(request: HttpRequest, form: forms.Form, refusal: Conflict) -> HttpResponse | None:
    """The form's key was used for other contents: it gets a new one, and all that was typed stays in it.

    JSON for a script; None for a plain form, which is shown again, as one is whose call rang off meanwhile. Any other
    Conflict is raised.
    """
    if refusal.code == "rang_off" and not wants_json(request):
        form.add_error(None, refusal.message)
        return None
    if refusal.code != "key_used":
        raise refusal
    fresh = str(uuid4())
    if wants_json(request):
        return JsonResponse({**error_body(refusal), "client_key": fresh}, status=refusal.status)
    typed = request.POST.copy()
    typed["client_key"] = fresh
    form.data = typed
    form.add_error(None, refusal.message)
    return None
