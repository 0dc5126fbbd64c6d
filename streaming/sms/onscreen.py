"""The text "network" of the embedded profile: the text appears on the force's outbox page and counts as delivered."""

from __future__ import annotations

from typing import ClassVar

from core.clock import now
from streaming.models import OutboxText
from streaming.sms.provider import OutgoingSms, SendResult
from streaming.states import SmsStatus
from streaming.tokens import seal


class OnScreenProvider:
    name: ClassVar[str] = "onscreen"

    def send(self, message: OutgoingSms) -> SendResult:
        """Idempotent: the same message shown twice is one row."""
        OutboxText.objects.update_or_create(
            message_id=None if message.to_guest else message.message_id,
            guest_message_id=message.message_id if message.to_guest else None,
            defaults={"force_id": message.force_id, "sealed": seal(message.body), "created_at": now()},
        )
        return SendResult(provider_ref=str(message.message_id), status=SmsStatus.DELIVERED)
