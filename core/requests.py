"""The request as our views get it: with the actor that `core.middleware.ActorMiddleware` put there."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from core.actors import POSITION_COOKIE, Actor

_YEAR = 365 * 24 * 3600  # seconds


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


def keep_position(answer: HttpResponse, position: str) -> HttpResponse:
    """This terminal stands at this position, for its next sign-in too; none was named: it is forgotten."""
    if position:
        answer.set_cookie(
            POSITION_COOKIE, position, max_age=_YEAR, httponly=True, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    else:
        answer.delete_cookie(POSITION_COOKIE, samesite="Lax")
    return answer
