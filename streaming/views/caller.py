"""The caller's page behind a one-time link. Opening it changes nothing for the link; the tap (POST) claims it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from core.errors import DomainError, Invalid, NotFound, TooMany
from core.requests import ActorRequest
from streaming import browsers, languages
from streaming.notice import accepted_version, notice
from streaming.services import uploads
from streaming.services.claims import Claim, LinkView, claim_link, read_link
from streaming.tokens import new_browser_secret
from streaming.views import covert

COOKIE = "sl_caller"
COOKIE_SECONDS = 24 * 3600  # a phone may restart during the call; the link itself ends much sooner
MODULES = (
    *("camera", "chat", "claim", "drawing", "frames", "line"),
    *("place", "sender", "session", "sheets", "state", "view"),
    "../lib/pieces",
)
_ICONS = {
    name: format_html('<span class="key"><svg class="i" aria-hidden="true"><use href="#i-{}"/></svg></span>', name)
    for name in ("menu", "lock", "dots")
}


@login_not_required
@never_cache
@gzip_page  # nothing a stranger chooses is echoed here, so compression tells nobody anything
@require_safe
def page(request: ActorRequest, token: str) -> HttpResponse:
    """GET and HEAD: what the caller reads before the tap. Preview bots may come as often as they like."""
    try:
        link = read_link(token, ip=request.actor.ip, browser_secret=request.COOKIES.get(COOKIE))
    except NotFound:
        return covert.away(token) or _closed(request, "ended", status=404)
    except TooMany as error:
        return _closed(request, "wait", status=429, retry_after=error.retry_after)
    if link.holder == "another_browser":
        return covert.away(token) or _closed(
            request, "in_use", status=409, force=link.force_name, suggested=link.locale
        )
    language = _language(request, link.locale)
    with translation.override(language.code):
        template = "caller/covert.html" if link.covert else "caller/page.html"
        response = render(request, template, _page_context(request, token, link, language))
    return _finish(request, response, language)


@login_not_required
@never_cache
@require_POST
def claim(request: ActorRequest, token: str) -> HttpResponse:
    """The tap: claims the link for this browser, or resumes it. JSON for the page's script, 303 for a plain form."""
    wants_json = "application/json" in request.headers.get("Accept", "")
    if request.POST.get("forget"):
        return covert.left(request, token, COOKIE) if request.POST.get("left") else _forget()
    try:
        claimed = _claim(request, token)
    except DomainError as error:
        return _refused(request, token, error, wants_json=wants_json)
    session_id = claimed.session.pk
    response: HttpResponse = JsonResponse({"session": str(session_id), "ws": f"/ws/caller/{session_id}/"})
    if not wants_json:
        response = _to_page(token)
    _keep(request, response, COOKIE, claimed.secret)
    return response


def _keep(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure())


def _claim(request: ActorRequest, token: str) -> Claim:
    version = accepted_version(request.POST.get("notice", ""))
    if version is None:
        raise Invalid("Open the page again, then tap the button.", code="notice")
    language = languages.find(request.POST.get("locale")) or languages.ENGLISH
    return claim_link(
        token=token,
        browser_secret=request.COOKIES.get(COOKIE),
        notice_hash=version,
        ip=request.actor.ip,
        ua=request.headers.get("User-Agent", ""),
        locale=language.code,
        offered_secret=request.POST.get("browser", ""),
    )


def _refused(request: HttpRequest, token: str, error: DomainError, *, wants_json: bool) -> HttpResponse:
    if wants_json:
        refusal = JsonResponse({"code": error.code, "message": error.message}, status=error.status)
        if error.retry_after:
            refusal.headers["Retry-After"] = str(error.retry_after)
        return refusal
    if isinstance(error, TooMany):
        return _closed(request, "wait", status=429, retry_after=error.retry_after)
    return _to_page(token)  # the page says why


def _to_page(token: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": reverse("streaming:caller", args=[token])})


def _forget() -> HttpResponse:
    """ "Clear this page from my phone": the browser keeps nothing of ours."""
    response = HttpResponse(status=204, headers={"Clear-Site-Data": '"cache"'})
    for name in (COOKIE, languages.COOKIE):
        response.delete_cookie(name, samesite="Lax")
    return response


def _page_context(request: HttpRequest, token: str, link: LinkView, language: languages.Language) -> dict[str, Any]:
    agent = request.headers.get("User-Agent", "")
    words = notice(link.force_name, link.mode)
    resume = link.holder == "this_browser"
    return {
        "force": link.force_name,
        "code": link.trust_code,
        "spoken_code": " ".join(link.trust_code),
        "mode": link.mode,
        "start": "resume" if resume else "app" if link.mode == "video" and browsers.in_app(agent) else "first",
        "notice": words,
        "browser_secret": new_browser_secret(),
        "claim_url": reverse("streaming:claim", args=[token]),
        "page_url": request.build_absolute_uri(reverse("streaming:caller", args=[token])),
        "platform": browsers.platform(agent),
        "browser": browsers.real_browser(agent),
        "icons": _ICONS,
        "modules": MODULES,
        "most_files": uploads.FILES,
        "most_bytes": uploads.FILE_BYTES,
        "most_megabytes": uploads.FILE_BYTES // 2**20,
        **(covert.context(token) if link.covert else {}),
        **_language_context(request, language),
    }


def _language(request: HttpRequest, suggested: str) -> languages.Language:
    return languages.choose(
        asked=request.GET.get("lang"),
        remembered=request.COOKIES.get(languages.COOKIE),
        suggested=suggested,
        accepted=request.headers.get("Accept-Language"),
    )


def _language_context(request: HttpRequest, language: languages.Language) -> dict[str, Any]:
    return {
        "language": language,
        "languages": languages.LANGUAGES,
        "nonce": str(getattr(request, "csp_nonce", "")),
    }


def _closed(
    request: HttpRequest, why: str, *, status: int, force: str = "", suggested: str = "", retry_after: int | None = None
) -> HttpResponse:
    """One page for every dead link, so that it gives nothing away."""
    language = _language(request, suggested)
    with translation.override(language.code):
        context = {"why": why, "force": force or translation.gettext("Police"), **_language_context(request, language)}
        response = render(request, "caller/closed.html", context, status=status)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return _finish(request, response, language)


def _finish(request: HttpRequest, response: HttpResponse, language: languages.Language) -> HttpResponse:
    """Remember a chosen language, and let the page open its socket (to Safari before 16, 'self' is not wss:)."""
    if languages.find(request.GET.get("lang")):
        _keep(request, response, languages.COOKIE, language.code)
    socket = "wss" if request.is_secure() else "ws"
    response._csp_update = {"connect-src": [f"{socket}://{request.get_host()}"]}  # type: ignore[attr-defined]
    response.headers["Content-Language"] = language.code
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
