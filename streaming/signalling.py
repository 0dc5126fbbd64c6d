"""The typed messages of the two signalling sockets (docs/signalling.md), parsed strictly.

Everything a browser sends is hostile until one of the dataclasses below holds it: a frame is text, at most
`MAX_FRAME` bytes, one JSON object with a known `t` and exactly the fields of that type. Anything else raises
`BadMessage` with a code the page can act on. This module knows no Django and no database.
"""

from __future__ import annotations

import json
import math
import unicodedata
import uuid
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar, NoReturn

MAX_FRAME = 64 * 1024  # bytes of one text frame; a full-ICE offer is 5-12 KB
MAX_SDP = 60_000  # characters
MAX_CHAT = 1_000  # characters of one chat message
MAX_SEEN = 100  # ids in one `seen`

#: WebSocket close codes (RFC 6455 section 7.4; 4000-4999 are ours). The page decides by the code alone.
CLOSE_BINARY = 1003
CLOSE_TOO_LARGE = 1009
CLOSE_SIGN_IN = 4401
CLOSE_NOT_ALLOWED = 4403
CLOSE_NOT_FOUND = 4404
CLOSE_REPLACED = 4409
CLOSE_ENDED = 4410
CLOSE_FLOOD = 4429


class BadMessage(ValueError):
    """A frame that is not a message of this protocol. `code` is one of ERROR_CODES, `message` is plain words."""

    def __init__(self, code: str, message: str, *, request_id: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.request_id = request_id


#: Every code a socket may answer with, and what it says.
ERROR_CODES: dict[str, str] = {
    "bad_json": "That was not a JSON object.",
    "unknown_type": "This message type is not known here.",
    "unknown_field": "The message has a field that is not known here.",
    "missing_field": "The message lacks a field.",
    "bad_value": "A field has a value that cannot be used.",
    "too_long": "The text is too long. Send it in shorter pieces.",
    "too_large": "The message is too large.",
    "hello_first": "Say hello first.",
    "too_fast": "Too many messages. Wait a moment.",
    "binary": "Only text messages are taken here.",
    "bad_sdp": "The video offer could not be read.",
    "ice_restart": "The connection began anew. Offer the video again.",
    "no_source": "No picture from the caller yet.",
    "no_codec": "This browser cannot send or show the video of this session.",
    "no_session": "The video session is not open.",
    "bad_ticket": "The permission for this connection has run out. Ask again.",
    "full": "All video places are in use.",
    "storage": "The recording could not be opened.",
    "unavailable": "The video service is not answering. Trying again.",
    "not_found": "Not found.",
    "not_allowed": "You may not do this.",
    "sign_in": "Sign in again.",
    "replaced": "This page was opened again on this phone.",
    "ended": "The session has ended.",
}


# --- field readers: value in, clean value out, or BadMessage("bad_value"|"too_long") ------------------------------


def _refuse(name: str, code: str = "bad_value") -> NoReturn:
    raise BadMessage(code, f"{ERROR_CODES[code]} ({name})")


def _uuid(name: str, value: Any) -> uuid.UUID:
    if not isinstance(value, str) or len(value) > 36:
        _refuse(name)
    try:
        return uuid.UUID(value)
    except ValueError:
        _refuse(name)


def _whole(low: int, high: int) -> Callable[[str, Any], int]:
    def read(name: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            _refuse(name)
        return value

    return read


def _number(low: float, high: float) -> Callable[[str, Any], float]:
    def read(name: str, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            _refuse(name)
        if not low <= value <= high or not math.isfinite(value):
            _refuse(name)
        return float(value)

    return read


def _optional(reader: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    return lambda name, value: None if value is None else reader(name, value)


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        _refuse(name)
    return value


def _one_of(*values: str) -> Callable[[str, Any], str]:
    def read(name: str, value: Any) -> str:
        if not isinstance(value, str) or value not in values:
            _refuse(name)
        return value

    return read


def _short(limit: int) -> Callable[[str, Any], str]:
    """A word such as a locale: letters, digits, hyphen and underscore."""

    def read(name: str, value: Any) -> str:
        if not isinstance(value, str) or len(value) > limit or not value.replace("-", "").replace("_", "").isalnum():
            _refuse(name)
        return value

    return read


def _sdp(name: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_SDP or not value.startswith("v=0") or "\x00" in value:
        raise BadMessage("bad_sdp", ERROR_CODES["bad_sdp"])
    return value


#: Bidirectional embeddings, overrides and isolates: they make text read as something it is not (Unicode TR 36).
#: LRM, RLM and ALM stay, Arabic and Urdu need them.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_text(text: str) -> str:
    """`text` in NFC without control characters (new lines stay), bidi overrides or surrogates, stripped.

    HTML is left as it is: it is text, and every page escapes text.
    """
    kept = (
        char
        for char in text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
        if char == "\n" or (char not in _BIDI and unicodedata.category(char) not in ("Cc", "Cs"))
    )
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def _chat_text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        _refuse(name)
    if len(value) > MAX_CHAT:
        _refuse(name, "too_long")
    text = clean_text(value)
    if not text:
        _refuse(name)
    if len(text) > MAX_CHAT:  # some characters are two or three in NFC, and the column counts those
        _refuse(name, "too_long")
    return text


def _ids(name: str, value: Any) -> tuple[uuid.UUID, ...]:
    if not isinstance(value, list) or not 0 < len(value) <= MAX_SEEN:
        _refuse(name)
    return tuple(_uuid(name, item) for item in value)


def _read(reader: Callable[[str, Any], Any]) -> dict[str, Any]:
    """Metadata of a dataclass field that is filled by `reader`; with a default the field is optional."""
    return {"read": reader}


_EPOCH_MS = _whole(0, 4_102_444_800_000)  # up to the year 2100
_REQUEST = _whole(0, 2**31 - 1)


# --- client -> server ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ClientMessage:
    t: ClassVar[str]


@dataclass(frozen=True, kw_only=True)
class Hello(ClientMessage):
    """First message of a caller's page. `page` is new for each page load; `client_time` measures the phone's clock."""

    t: ClassVar[str] = "hello"
    page: uuid.UUID = field(metadata=_read(_uuid))
    locale: str = field(metadata=_read(_short(16)))
    reason: str = field(metadata=_read(_one_of("first", "reload", "reconnect")))
    client_time: int = field(metadata=_read(_EPOCH_MS))
    microphone: str = field(metadata=_read(_one_of("on", "muted", "refused", "busy", "off", "taken")))


@dataclass(frozen=True, kw_only=True)
class Offer(ClientMessage):
    """An SDP offer after ICE gathering has finished (RFC 8866; no trickle)."""

    t: ClassVar[str] = "offer"
    id: int = field(metadata=_read(_REQUEST))
    sdp: str = field(metadata=_read(_sdp))


@dataclass(frozen=True, kw_only=True)
class Fix(ClientMessage):
    """A position: degrees WGS 84, accuracy in metres (95 %), `at` epoch ms by the phone, heading degrees, speed m/s."""

    t: ClassVar[str] = "fix"
    lat: float = field(metadata=_read(_number(-90, 90)))
    lon: float = field(metadata=_read(_number(-180, 180)))
    accuracy: float = field(metadata=_read(_number(0, 10_000_000)))
    at: int = field(metadata=_read(_EPOCH_MS))
    heading: float | None = field(metadata=_read(_optional(_number(0, 360))), default=None)
    speed: float | None = field(metadata=_read(_optional(_number(0, 400))), default=None)


@dataclass(frozen=True, kw_only=True)
class Chat(ClientMessage):
    """A chat message. Sent again with the same `key` until `chat_saved` comes, and stored once."""

    t: ClassVar[str] = "chat"
    key: uuid.UUID = field(metadata=_read(_uuid))
    text: str = field(metadata=_read(_chat_text))


@dataclass(frozen=True, kw_only=True)
class Seen(ClientMessage):
    """These messages from the police were on the caller's screen."""

    t: ClassVar[str] = "seen"
    ids: tuple[uuid.UUID, ...] = field(metadata=_read(_ids))


@dataclass(frozen=True, kw_only=True)
class Device(ClientMessage):
    """What the phone is doing now; sent whenever any of it changes. `why` the camera is `frozen`; `battery` 0 to 1.

    `front`: what a covert page shows instead of itself while the call goes on.
    """

    t: ClassVar[str] = "device"
    camera: str = field(metadata=_read(_one_of("rear", "front", "off")))
    microphone: str = field(metadata=_read(_one_of("on", "muted", "refused", "busy", "off", "taken")))
    torch: bool = field(metadata=_read(_flag), default=False)
    visible: bool = field(metadata=_read(_flag), default=True)
    frozen: bool = field(metadata=_read(_flag), default=False)
    why: str = field(metadata=_read(_one_of("", "frozen", "taken", "ended")), default="")
    battery: float | None = field(metadata=_read(_optional(_number(0, 1))), default=None)
    front: str = field(metadata=_read(_one_of("", "dark", "weather")), default="")


@dataclass(frozen=True, kw_only=True)
class Stop(ClientMessage):
    """The caller stops showing. With `keep_location` only the camera stops; otherwise the session ends."""

    t: ClassVar[str] = "stop"
    keep_location: bool = field(metadata=_read(_flag), default=False)


@dataclass(frozen=True, kw_only=True)
class Consent(ClientMessage):
    """The caller's answer to an officer who asks to be seen; `accept` false also ends one that is shown."""

    t: ClassVar[str] = "consent"
    accept: bool = field(metadata=_read(_flag))


@dataclass(frozen=True, kw_only=True)
class See(ClientMessage):
    """A caller's page that has accepted offers to receive the officer's picture."""

    t: ClassVar[str] = "see"
    id: int = field(metadata=_read(_REQUEST))
    sdp: str = field(metadata=_read(_sdp))


@dataclass(frozen=True, kw_only=True)
class Prompted(ClientMessage):
    """What became of something the control room put on this screen; `answer` is the code of the tapped button."""

    t: ClassVar[str] = "prompted"
    prompt: uuid.UUID = field(metadata=_read(_uuid))
    result: str = field(metadata=_read(_one_of("seen", "done", "refused", "impossible")))
    answer: str = field(metadata=_read(_optional(_short(16))), default="")


@dataclass(frozen=True, kw_only=True)
class Typing(ClientMessage):
    """Somebody is writing here. Told on at once, kept nowhere."""

    t: ClassVar[str] = "typing"


@dataclass(frozen=True, kw_only=True)
class Talk(ClientMessage):
    """The officer's page offers its own camera, after the caller has accepted."""

    t: ClassVar[str] = "talk"
    id: int = field(metadata=_read(_REQUEST))
    sdp: str = field(metadata=_read(_sdp))


@dataclass(frozen=True, kw_only=True)
class Tune(ClientMessage):
    """How much of the picture a viewer is sent from now on (`contracts.Rate`)."""

    t: ClassVar[str] = "tune"
    rate: str = field(metadata=_read(_one_of("full", "thumbnail", "thumbnail_with_sound")))


@dataclass(frozen=True, kw_only=True)
class Leave(ClientMessage):
    """A viewer closes the picture."""

    t: ClassVar[str] = "leave"


@dataclass(frozen=True, kw_only=True)
class Ping(ClientMessage):
    t: ClassVar[str] = "ping"
    n: int = field(metadata=_read(_REQUEST))


def _by_type(*messages: type[ClientMessage]) -> dict[str, type[ClientMessage]]:
    return {message.t: message for message in messages}


CALLER_MESSAGES = _by_type(Hello, Offer, Fix, Chat, Seen, Device, Stop, Consent, See, Prompted, Typing, Ping)
WATCH_MESSAGES = _by_type(Offer, Tune, Talk, Typing, Leave, Ping)
GUEST_MESSAGES = _by_type(Offer, Tune, Leave, Ping)


def _no_constant(text: str) -> NoReturn:
    raise ValueError(text)


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise ValueError("a key twice")
    return data


def parse(text: str, known: dict[str, type[ClientMessage]]) -> ClientMessage:
    """The message of one frame, or BadMessage. `known` is CALLER_MESSAGES or WATCH_MESSAGES."""
    if len(text) > MAX_FRAME or len(text.encode("utf-8", "surrogatepass")) > MAX_FRAME:
        raise BadMessage("too_large", ERROR_CODES["too_large"])
    try:
        data = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_doubles)
    except (ValueError, RecursionError) as error:
        raise BadMessage("bad_json", ERROR_CODES["bad_json"]) from error
    if not isinstance(data, dict):
        raise BadMessage("bad_json", ERROR_CODES["bad_json"])
    kind = data.pop("t", None)
    message = known.get(kind) if isinstance(kind, str) else None
    if message is None:
        raise BadMessage("unknown_type", ERROR_CODES["unknown_type"])
    request_id = data.get("id") if type(data.get("id")) is int else None
    try:
        return _fill(message, data)
    except BadMessage as error:
        error.request_id = request_id
        raise


def _fill(message: type[ClientMessage], data: dict[str, Any]) -> ClientMessage:
    wanted = {item.name: item for item in fields(message)}
    if data.keys() - wanted.keys():
        raise BadMessage("unknown_field", ERROR_CODES["unknown_field"])
    values = {}
    for name, item in wanted.items():
        if name in data:
            values[name] = item.metadata["read"](name, data[name])
        elif item.default is MISSING:
            raise BadMessage("missing_field", f"{ERROR_CODES['missing_field']} ({name})")
    return message(**values)
