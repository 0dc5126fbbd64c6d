"""Telling the pages of one session something: the caller's page, the viewers' pages, or both.

Goes through the channel layer, so it reaches sockets held by any web process; it may be lost, and nothing depends on
its arrival: every page is told the truth again by `welcome` when it comes back, and by health twice a second.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

log = structlog.get_logger(__name__)

HANDED_WITHIN = timedelta(seconds=2)  # what a page that is there has not taken by then was not heard by it


def caller_group(session_id: object) -> str:
    return f"video.caller.{session_id}"


def watch_group(session_id: object) -> str:
    return f"video.watch.{session_id}"


def told(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """The channel-layer message that `consumers` dispatch by `kind`."""
    return {"type": "video.told", "kind": kind, "data": data}


def tell_caller(session_id: object, kind: str, data: dict[str, Any] | None = None) -> None:
    _send(caller_group(session_id), told(kind, data or {}))


def tell_viewers(session_id: object, kind: str, data: dict[str, Any] | None = None) -> None:
    _send(watch_group(session_id), told(kind, data or {}))


def _send(group: str, message: dict[str, Any]) -> None:
    """The writer's work is done: a channel layer that is away does not undo it, nor tell the writer that it failed."""
    try:
        async_to_sync(get_channel_layer().group_send)(group, message)
    except Exception as error:  # each channel layer has its own way of being away
        log.error("pages.untold", kind=message["kind"], error=type(error).__name__)


def tell_caller_after_commit(session_id: object, kind: str, data: dict[str, Any] | None = None) -> None:
    def tell_caller_page() -> None:
        tell_caller(session_id, kind, data)

    transaction.on_commit(tell_caller_page, robust=True)


def tell_viewers_after_commit(session_id: object, kind: str, data: dict[str, Any] | None = None) -> None:
    def tell_viewer_pages() -> None:
        tell_viewers(session_id, kind, data)

    transaction.on_commit(tell_viewer_pages, robust=True)


def tell_all_after_commit(session_id: object, kind: str, data: dict[str, Any] | None = None) -> None:
    tell_caller_after_commit(session_id, kind, data)
    tell_viewers_after_commit(session_id, kind, data)


def guest_group(link_id: object) -> str:
    return f"video.guest.{link_id}"


def close_guest_after_commit(link_id: object, by: str) -> None:
    """Every open picture of a link ends now; `by`: revoked, expired, closed (its incident), caller (who left)."""

    def close_guest_pages() -> None:
        _send(guest_group(link_id), told("ended", {"by": by}))

    transaction.on_commit(close_guest_pages, robust=True)
