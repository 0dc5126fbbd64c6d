"""Background work of links and texts. Outbox rows are the truth; the sweep is the net under them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from celery import shared_task

from core.outbox import outbox_handler
from streaming import facts_taker
from streaming.services import (
    delivery,
    exposure,
    feeds,
    guest_messages,
    guest_viewing,
    guests,
    links,
    phone_register,
    recordings,
    sessions,
    translating,
    upload_register,
    whep,
)


@outbox_handler("sms.send", max_attempts=5)
def send_text(payload: dict[str, Any], attempt: int) -> None:
    delivery.send_text(UUID(payload["message"]))


@outbox_handler("sms.fallback")
def fall_back(payload: dict[str, Any], attempt: int) -> None:
    delivery.fall_back(UUID(payload["message"]))


@outbox_handler("link.expire", max_attempts=20)
def expire_link(payload: dict[str, Any], attempt: int) -> None:
    links.expire_link(UUID(payload["link"]))


@shared_task(name="streaming.expire_links")
def expire_links() -> None:
    links.expire_due_links()


# The engine, the evidence store or the disk may be away for hours; this work is never given up.
NEVER_GIVE_UP = 10_000


@outbox_handler("video.close", max_attempts=NEVER_GIVE_UP)
def close_at_engine(payload: dict[str, Any], attempt: int) -> None:
    sessions.close_at_engine(UUID(payload["session"]), payload["reason"], attempt)


@outbox_handler("recording.register", max_attempts=NEVER_GIVE_UP)
def register_part(payload: dict[str, Any], attempt: int) -> None:
    recordings.register_part(UUID(payload["session"]), int(payload["number"]))


@outbox_handler("recording.finish", max_attempts=NEVER_GIVE_UP)
def finish_recording(payload: dict[str, Any], attempt: int) -> None:
    recordings.finish(UUID(payload["session"]), attempt)


@outbox_handler("feed.pull", max_attempts=20)
def pull_feed(payload: dict[str, Any], attempt: int) -> None:
    feeds.pull(UUID(payload["session"]))


@outbox_handler("feed.hang_up", max_attempts=20)
def hang_up_feed(payload: dict[str, Any], attempt: int) -> None:
    feeds.hang_up(UUID(payload["session"]))


@shared_task(name="streaming.look_after_feeds")
def look_after_feeds() -> None:
    """Feeds go on being fetched when an engine died; whoever may no longer watch with a token is hung up."""
    feeds.keep_pulling()
    whep.recheck()


@outbox_handler("guest.send", max_attempts=20)
def send_to_guest(payload: dict[str, Any], attempt: int) -> None:
    guest_messages.send(UUID(payload["message"]), attempt)


@outbox_handler("guest.expire", max_attempts=20)
def expire_guest(payload: dict[str, Any], attempt: int) -> None:
    guests.expire(UUID(payload["link"]))


@outbox_handler("incident.closed", max_attempts=NEVER_GIVE_UP)
def end_with_incident(payload: dict[str, Any], attempt: int) -> None:
    guests.end_with_incident(UUID(payload["incident"]), datetime.fromisoformat(payload["at"]))


@outbox_handler("guest.close", max_attempts=NEVER_GIVE_UP)
def close_guest(payload: dict[str, Any], attempt: int) -> None:
    guest_viewing.close_at_engine(UUID(payload["link"]), attempt)


@shared_task(name="streaming.look_after_guests")
def look_after_guests() -> None:
    guest_viewing.sweep()


@outbox_handler("backfill.register", max_attempts=NEVER_GIVE_UP)
def register_phone_pieces(payload: dict[str, Any], attempt: int) -> None:
    phone_register.register(UUID(payload["session"]))


@outbox_handler("upload.register", max_attempts=NEVER_GIVE_UP)
def register_upload(payload: dict[str, Any], attempt: int) -> None:
    upload_register.register(UUID(payload["file"]))


@outbox_handler("chat.translate", max_attempts=translating.TRIES)
def translate_chat(payload: dict[str, Any], attempt: int) -> None:
    translating.translate_chat(UUID(payload["id"]), attempt)


@outbox_handler("prompt.translate", max_attempts=translating.TRIES)
def translate_prompt(payload: dict[str, Any], attempt: int) -> None:
    translating.translate_prompt(UUID(payload["id"]), attempt)


@shared_task(name="streaming.close_phone_uploads")
def close_phone_uploads() -> None:
    phone_register.close_overdue()
    upload_register.close_overdue()


@shared_task(name="streaming.recover_recordings")
def recover_recordings() -> None:
    facts_taker.recover()


@shared_task(name="streaming.purge_exposure")
def purge_exposure() -> None:
    """How long people looked is kept for as long as their force says, and no longer."""
    exposure.purge()
