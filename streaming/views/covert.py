"""What differs for a covert link: what its page is given, its way out, and that its dead links tell nothing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from streaming import languages
from streaming.services import covert

MODULES = ("camera", "chat", "claim", "line", "place", "sender", "session", "state", "../lib/pieces")


def context(token: str) -> dict[str, Any]:
    return {"exit_url": covert.exit_of(token), "modules": MODULES}


def away(token: str) -> HttpResponse | None:
    """A covert link that is over or somebody else's leads to the harmless page, as if it had been that all along."""
    address = covert.exit_of(token)
    if address is None:
        return None
    return HttpResponse(status=302, headers={"Location": address, "Referrer-Policy": "no-referrer"})


def left(request: HttpRequest, token: str, cookie: str) -> HttpResponse:
    """The quick exit: ends the call, and asks the browser to keep nothing of ours."""
    if request.POST.get("left") == "1":  # else the call was over and the page goes by itself
        covert.leave(token=token, browser_secret=request.COOKIES.get(cookie, ""))
    response = HttpResponse(status=204, headers={"Clear-Site-Data": '"cache", "cookies", "storage"'})
    for name in (cookie, languages.COOKIE, settings.CSRF_COOKIE_NAME):
        response.delete_cookie(name, samesite="Lax")
    return response
