"""Tables of streaming. Other apps point at them by string ("streaming.VideoSession") and never import from here."""

from streaming.models.links import (
    CloseReason,
    LinkToken,
    MessageText,
    NoticeAcceptance,
    OutboxText,
    SmsMessage,
)
from streaming.models.sessions import VideoSession

__all__ = [
    "CloseReason",
    "LinkToken",
    "MessageText",
    "NoticeAcceptance",
    "OutboxText",
    "SmsMessage",
    "VideoSession",
]
