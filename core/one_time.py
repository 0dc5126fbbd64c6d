"""A permission that one page hands to the next through the session: given once, taken once, gone after ten minutes.

An address that somebody planted carries none, so following it does nothing that a person did not ask for.
"""

from __future__ import annotations

from django.http import HttpRequest

from core.clock import now

KEEP_SECONDS = 600
_KEY = "one_time"
_MOST = 10  # waiting at once in one session; the oldest goes first


def allow(request: HttpRequest, what: str, value: str) -> None:
    """Let the next `take` of `what` in this session have `value`."""
    waiting = _waiting(request)
    waiting.pop(what, None)
    waiting[what] = [value, now().timestamp() + KEEP_SECONDS]
    request.session[_KEY] = dict(list(waiting.items())[-_MOST:])


def take(request: HttpRequest, what: str) -> str:
    """The value, once; "" when none was given, it was taken before or its time is over."""
    waiting = _waiting(request)
    if what not in waiting:
        return ""
    value, until = waiting.pop(what)
    request.session[_KEY] = waiting
    return str(value) if now().timestamp() < float(until) else ""


def _waiting(request: HttpRequest) -> dict[str, list[str | float]]:
    return dict(request.session.get(_KEY, {}))
