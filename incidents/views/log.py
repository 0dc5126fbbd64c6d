"""The log of one incident."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from core.errors import Invalid
from core.requests import ActorRequest
from incidents import selectors, services
from incidents.forms.log import EntryForm


@require_http_methods(["GET", "POST"])
def log(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """GET: entries after `after`, or the page before `before`. POST: one entry, numbered once for its key."""
    if request.method == "GET":
        if before := _number(request.GET.get("before")):
            entries = selectors.newest_log(request.actor, incident_id, before)
        else:
            entries = selectors.log_entries(request.actor, incident_id, _number(request.GET.get("after")))
        return render(request, "incidents/_log.html", {"entries": entries})
    form = EntryForm(request.POST)
    if not form.is_valid():
        raise Invalid(fields={name: str(words[0]) for name, words in form.errors.items()})
    data = form.cleaned_data
    entry = services.append_log(
        actor=request.actor,
        incident_id=incident_id,
        type=data["type"],
        text=data["text"],
        terminal_time=data["occurred_at"],
        client_key=data["client_key"],
        corrects_seq=data["corrects_seq"],
        decision=form.decision(),
        cites_seq=data["cites_seq"],
    )
    if request.headers.get("X-Requested-With") != "fetch":
        return redirect("incidents:detail", incident_id)
    return render(request, "incidents/_entry.html", {"entry": entry}, status=201)


@require_GET
def check(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """Whether the log still says what was written, computed anew from its first entry."""
    verdict = selectors.verify_log(request.actor, incident_id)
    return render(request, "incidents/_log_check.html", {"verdict": verdict, "at": timezone.now()})


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
