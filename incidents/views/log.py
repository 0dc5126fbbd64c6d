"""The log of one incident."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from core.errors import Conflict, Invalid
from core.requests import ActorRequest
from incidents import permissions, selectors, services
from incidents.forms.log import EntryForm, RestrictForm


@require_http_methods(["GET", "POST"])
def log(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """GET: entries after `after`, the page before `before`, or `only` one. POST: one entry, once for its key."""
    if request.method == "GET":
        if before := _number(request.GET.get("before")):
            entries = selectors.newest_log(request.actor, incident_id, before)
        elif only := _number(request.GET.get("only")):
            entries = selectors.log_entries(request.actor, incident_id, only - 1, limit=1)
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
        restricted=data["restricted"],
    )
    if not _asked_by_script(request):
        return redirect("incidents:detail", incident_id)
    may = permissions.can_restrict(request.actor)
    return render(request, "incidents/_entry.html", {"entry": entry, "may_restrict": may}, status=201)


@require_GET
def check(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """Whether the log still says what was written, computed anew from its first entry."""
    verdict = selectors.verify_log(request.actor, incident_id)
    return render(request, "incidents/_log_check.html", {"verdict": verdict, "at": timezone.now()})


@require_http_methods(["GET", "POST"])
def restrict(request: ActorRequest, incident_id: UUID, seq: int) -> HttpResponse:
    """A supervisor withholds an entry's words, or lifts that, and says why. A page, and a sheet over the log."""
    form, status = RestrictForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.restrict_entry(actor=request.actor, incident_id=incident_id, seq=seq, **given)
            return HttpResponse(status=204) if _asked_by_script(request) else redirect("incidents:detail", incident_id)
        except (Invalid, Conflict) as refusal:
            form.refuse(refusal)
            status = 422
    page = selectors.marked_entry(request.actor, incident_id, seq)
    template = "incidents/_restrict.html" if _asked_by_script(request) else "incidents/restrict.html"
    return render(request, template, {"page": page, "form": form, "incident_id": incident_id}, status=status)


def _asked_by_script(request: ActorRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
