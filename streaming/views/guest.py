"""A partner's guest: the page behind their link. Without the code it shows nothing of the incident, not even which."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from core import ranges
from core.errors import DomainError, Invalid, NotFound
from core.requests import ActorRequest
from streaming.models import GuestSession
from streaming.selectors.guests import guest_page, open_pictures
from streaming.services import guest_codes, guest_films, guest_viewing

COOKIE_SECONDS = 24 * 3600  # never longer than a link may last


@login_not_required
@require_safe
def page(request: ActorRequest, token: str) -> HttpResponse:
    """GET and HEAD. Preview bots may come as often as they like: they spend nothing."""
    guest = _guest(request, token)
    if guest is not None:
        guest_viewing.look(guest)
        shown = guest_page(_actor(request, guest), guest)
        context = {"token": token, "page": shown, "force": guest.link.force.name, "server_ms": _ms(time.time())}
        return _private(request, render(request, "guest/view.html", context))
    try:
        link = guest_codes.read_link(token, ip=request.actor.ip)
    except DomainError as error:
        return _closed(request, token, error)
    context = {"token": token, "force": link.force.name}
    return _private(request, render(request, "guest/door.html", context))


@login_not_required
@require_POST
def ask(request: ActorRequest, token: str) -> HttpResponse:
    """Send a code. The cookie that comes with the answer belongs to the asking alone; the code's answer replaces it."""
    try:
        secret = guest_codes.ask_code(token=token, ip=request.actor.ip, device=request.actor.device)
    except DomainError as error:
        return _refusal(request, error)
    response = JsonResponse({"sent": True, "minutes": guest_codes.CODE_MINUTES})
    return _with_cookie(request, response, token, secret)


@login_not_required
@require_POST
def code(request: ActorRequest, token: str) -> HttpResponse:
    try:
        opened = guest_codes.enter_code(
            token=token,
            code=request.POST.get("code", ""),
            browser_secret=request.COOKIES.get(guest_codes.COOKIE, ""),
            ip=request.actor.ip,
            device=request.actor.device,
        )
    except DomainError as error:
        return _refusal(request, error)
    return _with_cookie(request, JsonResponse({"open": True}), token, opened.secret)


@login_not_required
@require_GET
def state(request: ActorRequest, token: str) -> HttpResponse:
    """Every few seconds: whether the link is still open, until when, and which pictures there are."""
    guest = _guest(request, token)
    if guest is None:
        why = guest_codes.why_ended(token, request.COOKIES.get(guest_codes.COOKIE, ""))
        return _private(request, JsonResponse({"open": False, "why": why or "unknown"}, status=404))
    guest_viewing.look(guest)
    pictures = [
        {"id": str(one.pk), "source": one.source_label or "Caller's phone"} for one in open_pictures(guest.link)
    ]
    until = _ms(guest.link.expires_at.timestamp())
    return _private(
        request, JsonResponse({"open": True, "until": until, "now": _ms(time.time()), "pictures": pictures})
    )


@login_not_required
@require_POST
def line(request: ActorRequest, token: str) -> HttpResponse:
    """A line for the incident's log."""
    guest = _guest(request, token)
    try:
        if guest is None:
            raise NotFound(guest_codes.ENDED)
        text, key = request.POST.get("text", ""), _key(request.POST.get("key", ""))
        guest_viewing.post_line(actor=_actor(request, guest), guest=guest, text=text, key=key)
    except DomainError as error:
        return _refusal(request, error)
    return _private(request, JsonResponse({"written": True}, status=201))


@login_not_required
@require_POST
def leave(request: ActorRequest, token: str) -> HttpResponse:
    guest_codes.leave(token=token, secret=request.COOKIES.get(guest_codes.COOKIE, ""))
    return _private(request, HttpResponse(status=204))


@login_not_required
@require_safe
def film(request: ActorRequest, token: str, exhibit_id: UUID) -> HttpResponseBase:
    """The guest's own copy of a chosen film, their name in its pixels, to a browser that a code has opened and to no
    other. `?ready=1` says how far it is. While there is no such copy there is no film."""
    guest = _guest(request, token)
    if guest is None or not guest.link.films.filter(exhibit_id=exhibit_id).exists():
        return _private(request, HttpResponse("Not found.\n", status=404, content_type="text/plain"))
    guest_viewing.look(guest)
    try:
        if request.GET.get("ready"):
            guest_films.prepare(actor=_actor(request, guest), guest=guest, exhibit_id=exhibit_id)
            return _private(request, JsonResponse({"ready": True}))
        return _bytes(request, guest_films.open_film(actor=_actor(request, guest), guest=guest, exhibit_id=exhibit_id))
    except guest_films.NotReady as error:
        return _refusal(request, error, percent=error.percent)


# --- inside ---------------------------------------------------------------------------------------------------------


def _bytes(request: HttpRequest, opened: guest_films.MarkedFilm) -> HttpResponseBase:
    """The whole copy or the range that was asked for."""
    span = ranges.asked(request.headers.get("Range", ""), opened.size)
    if span is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{opened.size}"})
    start, stop = span
    pieces = opened.read(start, stop - start) if request.method == "GET" else iter(())
    response = StreamingHttpResponse(ranges.one_by_one(pieces) if isinstance(request, ASGIRequest) else pieces)
    if request.headers.get("Range"):
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{opened.size}"
    response.headers["Content-Type"] = guest_films.MIME
    response.headers["Content-Length"] = str(stop - start)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Disposition"] = "inline"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return _private(request, response)


def _guest(request: HttpRequest, token: str) -> GuestSession | None:
    return guest_codes.guest_of(token, request.COOKIES.get(guest_codes.COOKIE, ""))


def _actor(request: ActorRequest, guest: GuestSession) -> Any:
    return guest_viewing.actor_of(guest, ip=request.actor.ip, device=request.actor.device)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid(fields={"key": "Open the page again, then send the line."}) from error


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _with_cookie(request: HttpRequest, response: HttpResponse, token: str, secret: str) -> HttpResponse:
    response.set_cookie(
        guest_codes.COOKIE, secret, max_age=COOKIE_SECONDS, path=reverse("streaming:guest", args=[token]),
        httponly=True, samesite="Strict", secure=request.is_secure(),
    )  # fmt: skip
    return _private(request, response)


def _refusal(request: HttpRequest, error: DomainError, **more: Any) -> HttpResponse:
    response = JsonResponse({"code": error.code, "message": error.message, **more}, status=error.status)
    if error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    return _private(request, response)


def _closed(request: HttpRequest, token: str, error: DomainError) -> HttpResponse:
    """One page for every link that opens nothing; only the browser that was let in before reads why."""
    why = guest_codes.why_ended(token, request.COOKIES.get(guest_codes.COOKIE, ""))
    context = {"why": why or ("wait" if error.status == 429 else "unknown")}
    response = render(request, "guest/closed.html", context, status=error.status)
    if error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    return _private(request, response)


def _private(request: HttpRequest, response: Any) -> Any:
    """Kept by nobody, found by nobody, and saying to no other page where it came from."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), display-capture=()"
    socket = "wss" if request.is_secure() else "ws"
    response._csp_update = {"connect-src": [f"{socket}://{request.get_host()}"]}
    return response
