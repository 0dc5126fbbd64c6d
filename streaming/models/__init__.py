"""Tables of streaming. Other apps point at them by string ("streaming.VideoSession") and never import from here."""

from streaming.models.backfill import PhonePiece
from streaming.models.care import CarePolicy, Exposure, ExposureTally, HandOver
from streaming.models.chat import ChatMessage
from streaming.models.feeds import Feed, ViewerToken
from streaming.models.guests import (
    MOST_TRIES,
    GuestCode,
    GuestFilm,
    GuestLink,
    GuestMessage,
    GuestRule,
    GuestSession,
)
from streaming.models.interruptions import Interruption
from streaming.models.ledgers import GapLedger, Rewind
from streaming.models.links import (
    CloseReason,
    LinkToken,
    MessageText,
    NoticeAcceptance,
    OutboxText,
    SmsMessage,
)
from streaming.models.locations import LocationFix
from streaming.models.picture import Description, DescriptionVersion, Phrase, PictureMark, Prompt
from streaming.models.recordings import Recording, RecordingGap, RecordingPart, TakenFact
from streaming.models.sessions import VideoSession
from streaming.models.two_way import TwoWay
from streaming.models.uploads import CallerFile
from streaming.models.viewings import Viewing

__all__ = [
    "MOST_TRIES",
    "CallerFile",
    "CarePolicy",
    "ChatMessage",
    "CloseReason",
    "Description",
    "DescriptionVersion",
    "Exposure",
    "ExposureTally",
    "Feed",
    "GapLedger",
    "GuestCode",
    "GuestFilm",
    "GuestLink",
    "GuestMessage",
    "GuestRule",
    "GuestSession",
    "HandOver",
    "Interruption",
    "LinkToken",
    "LocationFix",
    "MessageText",
    "NoticeAcceptance",
    "OutboxText",
    "PhonePiece",
    "Phrase",
    "PictureMark",
    "Prompt",
    "Recording",
    "RecordingGap",
    "RecordingPart",
    "Rewind",
    "SmsMessage",
    "TakenFact",
    "TwoWay",
    "VideoSession",
    "ViewerToken",
    "Viewing",
]
