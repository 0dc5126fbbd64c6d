"""What every request passes through: an id, security headers, the actor, and plain words when something is refused."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import cast

import structlog
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from core.actors import Actor
from core.errors import DomainError
from core.pages import refusal_page
from core.requests import ActorRequest

log = structlog.get_logger("sightline.requests")

GetResponse = Callable[[HttpRequest], HttpResponseBase]
_REQUEST_ID = re.compile(r"^[A-Za-z0-9-]{8,40}$")


class RequestIdMiddleware:
    """Takes a proxy's `X-Request-ID` when it is one, else makes one; logs and the answer carry it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _REQUEST_ID.match(given) else secrets.token_hex(8)
        cast(ActorRequest, request).request_id = request_id
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        return response


class SecurityHeadersMiddleware:
    """Camera, microphone and place belong to our own pages only; nothing with personal data is kept by a cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(self), microphone=(self), geolocation=(self), screen-wake-lock=(self)"
        )
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class ActorMiddleware:
    """Sets `request.actor`. Reads the roles once a request."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        cast(ActorRequest, request).actor = Actor.from_request(request)
        return self.get_response(request)


class ErrorMiddleware:
    """Turns a DomainError of a page's view into a page (or a fragment for htmx) that says what to do next."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        log.info("refused", code=error.code, status=error.status)
        return refusal_page(request, error)
