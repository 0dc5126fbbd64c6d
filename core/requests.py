"""The request as our views get it: with the actor that `core.middleware.ActorMiddleware` put there."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from core.actors import Actor


class ActorRequest(HttpRequest):
    """For annotations only; Django makes plain requests and the middleware sets `actor` and `request_id`."""

    actor: Actor
    request_id: str


def safe_next(request: HttpRequest, fallback: str) -> str:
    """Where a form goes on to: its `next`, when that is a path of this site; never another site."""
    target = request.POST.get("next") or request.GET.get("next", "")
    if target.startswith("/") and url_has_allowed_host_and_scheme(
        target, {request.get_host()}, require_https=request.is_secure()
    ):
        return target
    return fallback
