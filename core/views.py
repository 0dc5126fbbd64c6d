"""Sign in, sign out, health."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe
from django_prometheus.exports import ExportToDjangoView

from core import audit, health, outages, realtime, signed_in
from core.actors import Actor, position_of, request_ip
from core.errors import DomainError, NotAllowed, NotFound, TooLarge, TooMany
from core.forms import SignInForm
from core.models import AuditAction
from core.pages import refusal_page
from core.requests import ActorRequest, keep_position, safe_next


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignInForm(
        request, request.POST if request.method == "POST" else None, initial={"position": position_of(request)}
    )
    if request.method == "POST" and form.is_valid():
        actor = Actor.for_user(form.user, terminal=form.cleaned_data["position"])
        with transaction.atomic():
            audit.record(actor, AuditAction.LOGIN, f"core.user:{form.user.pk}")
            login(request, form.user)
            signed_in.arrive(actor)
        answer = HttpResponseRedirect(safe_next(request, resolve_url(settings.LOGIN_REDIRECT_URL)))
        return keep_position(answer, actor.terminal)
    status = 422 if form.is_bound else 200
    context = {"form": form, "services": health.summary()}
    return render(request, "registration/sign_in.html", context, status=status)


@require_POST
def sign_out(request: ActorRequest) -> HttpResponse:
    """Ends the shift, the sign-in and what every open screen of the person still follows by it."""
    actor = request.actor
    signed_in.leave(actor)
    logout(request)
    if actor.user_id is not None:
        realtime.recheck(actor.user_id)
    return redirect("core:sign_in")


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """200 with each part's state when everything that a call needs answers, else 503."""
    parts = health.check_all()
    ready = all(part.ok for part in parts if part.needed)
    body = {"status": "ok" if ready else "degraded", "parts": {part.name: part.word for part in parts}}
    return JsonResponse(body, status=200 if ready else 503)


@never_cache
@require_GET
def past_faults(request: ActorRequest) -> HttpResponse:
    """What was away and is back: the rows of the card behind F9."""
    return render(request, "components/_faults_past.html", {"ended": outages.ended_lately()})


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Counts of everything that happens here are not for strangers: this machine, or whoever brings the token."""
    expected = f"Bearer {settings.METRICS_TOKEN}"
    given = request.headers.get("Authorization", "")
    known = bool(settings.METRICS_TOKEN) and constant_time_compare(given, expected)
    if not known and request_ip(request) not in {"127.0.0.1", "::1"}:
        raise NotFound()
    return ExportToDjangoView(request)


def locked_out(request: HttpRequest, credentials: object, *args: object, **kwargs: object) -> HttpResponse:
    """Too many wrong passwords (django-axes)."""
    return refusal_page(
        request,
        TooMany(
            "Too many wrong passwords for this collar number. Wait 15 minutes, or ask the help desk.", retry_after=900
        ),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    message = (
        "This page was open too long or was sent from somewhere else. Nothing was changed. Reload it and try again."
    )
    return refusal_page(request, NotAllowed(message, code="csrf"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What cannot be read as a request of ours: too large, too many fields, a host that is not ours, broken framing."""
    if isinstance(exception, RequestDataTooBig):
        return refusal_page(request, TooLarge())
    return refusal_page(request, DomainError("This could not be read. Go back, reload the page and try again."))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal_page(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/500.html", {"request_id": getattr(request, "request_id", "")}, status=500)
