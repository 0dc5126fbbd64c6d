"""The request as our views get it: with the actor that `core.middleware.ActorMiddleware` put there."""

from __future__ import annotations

from django.http import HttpRequest

from core.actors import Actor


class ActorRequest(HttpRequest):
    """For annotations only; Django makes plain requests and the middleware sets `actor` and `request_id`."""

    actor: Actor
    request_id: str
