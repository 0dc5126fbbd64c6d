"""Camera feeds, and sessions in which they show their picture."""

from __future__ import annotations

from typing import Any

from core.actors import Actor
from core.bearer import new_token
from incidents.models import Incident
from streaming.models import Feed
from streaming.services import feeds
from tests.factories.links import open_call
from tests.factories.sessions import Call


def make_feed(force_id: int | None, name: str = "Hawk 1", **fields: Any) -> tuple[Feed, str]:
    """A drone that sends to us, and its token; with a `transport` that fetches, a fixed camera and no token."""
    given: dict[str, Any] = {"kind": "drone", "transport": "whip", **fields}
    token = ""
    if given["transport"] == "whip":
        token, given["token_hash"] = new_token()
    else:
        given.setdefault("address", f"{given['transport']}://192.0.2.7:8554/quay")
    return Feed.objects.create(force_id=force_id, name=name, **given), token


def attach(handler: Actor, feed: Feed, incident: Incident | None = None) -> Call:
    """The feed on an incident of the handler's."""
    incident = incident or open_call(handler)
    return Call(handler, feeds.attach(actor=handler, feed_id=feed.pk, incident_id=incident.pk), "")
