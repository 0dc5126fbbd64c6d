"""What WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep) share: an offer is posted, an answer comes back with the
address of the connection, PATCH brings later candidates, DELETE hangs up.

Answers are plain text for programs, never pages. Nobody is signed in here: a request is believed for its bearer token,
so it needs no CSRF token, and no cookie is read.
"""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import structlog
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from core.actors import request_ip
from core.errors import DomainError, TooLarge
from streaming.contracts import EngineError
from streaming.contracts.base import PeerRole
from streaming.ice import ice_servers

log = structlog.get_logger(__name__)

SDP = "application/sdp"
FRAGMENT = "application/trickle-ice-sdpfrag"  # RFC 8840 section 9
LIMITS = {SDP: 64 * 1024, FRAGMENT: 16 * 1024}  # bytes

View = Callable[..., HttpResponse]

# 503 for what passes: the sender comes again after Retry-After. 422 for what this engine never does.
_ENGINE_STATUS = {"bad_sdp": 400, "no_codec": 422, "ice_restart": 422, "no_source": 409}
_WORDS = {
    "bad_sdp": "The offer cannot be read, or lacks what a connection needs.",
    "no_codec": "None of the offered codecs can be used: H264 in packetization mode 1, or VP8.",
    "ice_restart": "ICE restarts are not supported: post a new offer.",
    "no_source": "There is no picture yet. Come again.",
    "full": "No more connections can be taken now.",
    "storage": "The recording cannot be opened now.",
}
RETRY_SECONDS = 2


class WrongType(DomainError):
    status = 415
    code = "unsupported_media_type"


def endpoint(*methods: str) -> Callable[[View], View]:
    """A view of those methods whose refusals are plain text with the status that the RFC gives them."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @login_not_required
        @functools.wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in methods:  # GET, HEAD and PUT are kept for later versions (RFC 9725 section 4.1)
                return _text(405, "Not a method of this address.", Allow=", ".join(methods))
            try:
                return view(request, *args, **kwargs)
            except DomainError as error:
                return _refused(error)
            except EngineError as error:
                return _engine_refused(error)

        return wrapped

    return decorate


def body_of(request: HttpRequest, content_type: str) -> str:
    """The request's SDP. Raises WrongType, TooLarge."""
    if request.content_type != content_type:
        raise WrongType(f"Send {content_type}.")
    limit = LIMITS[content_type]
    if int(request.headers.get("Content-Length") or 0) > limit:
        raise TooLarge()
    body = request.read(limit + 1)
    if len(body) > limit:
        raise TooLarge()
    return body.decode("utf-8", errors="replace")


def new_peer(letter: str) -> str:
    """A name for a connection that nobody guesses; its letter says which of the two protocols made it."""
    return f"{letter}-{secrets.token_hex(16)}"


def where(request: HttpRequest) -> dict[str, str]:
    return {"ip": request_ip(request), "device": request.headers.get("User-Agent", "")}


def authorization(request: HttpRequest) -> str:
    return request.headers.get("Authorization", "")


def created(sdp: str, location: str, links: Sequence[str]) -> HttpResponse:
    response = HttpResponse(sdp, status=201, content_type=SDP)
    response["Location"] = location
    response["Accept-Patch"] = FRAGMENT
    # No ETag: without ICE restarts a connection has one ICE session for its whole life (RFC 9725 section 4.3.1).
    return _with_links(response, links)


def options(methods: Sequence[str], links: Sequence[str] = ()) -> HttpResponse:
    response = HttpResponse(status=204)
    response["Allow"] = ", ".join(methods)
    response["Accept-Post"] = SDP
    return _with_links(response, links)


def ice_links(session_id: UUID, role: PeerRole) -> list[str]:
    """ICE servers as values of Link headers (RFC 9725 section 4.6)."""
    found = []
    for server in ice_servers(session_id, role).servers:
        urls = server["urls"] if isinstance(server["urls"], list | tuple) else [server["urls"]]
        for url in urls:
            link = f'<{url}>; rel="ice-server"'
            if server.get("credential"):
                name, secret = _quoted(server["username"]), _quoted(server["credential"])
                link += f'; username="{name}"; credential="{secret}"; credential-type="password"'
            found.append(link)
    return found


def _quoted(text: object) -> str:
    return str(text).replace("\\", "\\\\").replace('"', '\\"')


def _with_links(response: HttpResponse, links: Sequence[str]) -> HttpResponse:
    if links:
        response["Link"] = ", ".join(links)  # one list is the same as one header each (RFC 8288 section 3)
    return response


def _refused(error: DomainError) -> HttpResponse:
    log.info("wish.refused", code=error.code, status=error.status)
    headers = {"WWW-Authenticate": f'Bearer realm="Sightline", error="{error.code}"'} if error.status == 401 else {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return _text(error.status, error.message, **headers)


def _engine_refused(error: EngineError) -> HttpResponse:
    log.info("wish.engine_refused", code=error.code)
    status = _ENGINE_STATUS.get(error.code, 503)
    headers = {}
    if status in (409, 503):
        headers["Retry-After"] = str(max(1, round(error.retry_after or RETRY_SECONDS)))
    return _text(status, _WORDS.get(error.code, "The video service does not answer now. Come again."), **headers)


def _text(status: int, words: str, **headers: str) -> HttpResponse:
    return HttpResponse(words + "\n", status=status, content_type="text/plain; charset=utf-8", headers=headers)
