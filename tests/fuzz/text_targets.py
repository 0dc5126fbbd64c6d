"""Targets that read text: SDP offers, signalling frames, messages of the engine's contract."""

from __future__ import annotations

import json
import uuid
from typing import Any

from streaming.contracts import ContractError, EngineError, Ticket, dumps, loads
from streaming.media.answer import LocalTransport, write_answer
from streaming.media.join import Agreement, agree_with_caller, agree_with_viewer
from streaming.media.sdp import MAX_BYTES, MAX_CANDIDATES, MAX_CODECS, MAX_SECTIONS
from streaming.signalling import CALLER_MESSAGES, ERROR_CODES, MAX_CHAT, WATCH_MESSAGES, BadMessage, Chat, parse
from tests.fuzz.feed import Feed
from tests.unit.streaming_media import offers

TRANSPORT = LocalTransport(
    "ufrag", "password" * 3, "sha-256 AB", "passive", [("192.0.2.1", 5000, "1 1 udp 1 x 1 typ host")]
)
MAX_ANSWER = 32 * 1024  # characters; ours to Chrome are 3 KB


def known(code: str, *codes: str) -> None:
    assert code in codes


# --- SDP ------------------------------------------------------------------------------------------------------------

BOMB_LINES = (
    "a=rtcp-fb:* nack",
    "a=rtpmap:{n} VP8/90000",
    "a=fmtp:96 " + "a=b;" * 30,
    "a=candidate:{n} 1 udp 1 192.0.2.{n} 5 typ host",
    "a=ssrc:{n} cname:x",
    "a=ssrc-group:FID {n} 2",
    "a=fingerprint:" + offers.FINGERPRINT,
    "m=video 9 UDP/TLS/RTP/SAVPF {n}",
    "m=video 0 RTP/AVP 99999",
    "a=mid:{n}",
    "a=group:BUNDLE 0 0 0",
    "a=",
    "a=rtpmap:\u0663 VP8/90000",
    "a=fmtp:96 apt",
    "\u2028a=mid:9",
    "a=fmtp:108 packetization-mode=1;profile-level-id=42\u0660\u06600f",
    "a=setup:holdconn",
    "a=ice-lite",
    "c=IN IP4 0",
)


def sdp(data: bytes) -> None:
    """An offer with lines taken away, doubled, damaged or put in without end: an answer of ours, or a refusal."""
    feed = Feed(data)
    lines = (offers.caller_offer() if feed.flag() else offers.viewer_offer()).split("\r\n")
    for _ in range(feed.below(8)):
        at = feed.u16() % (len(lines) + 1)
        match feed.below(6):
            case 0:
                del lines[at : at + 1 + feed.below(3)]
            case 1:
                lines[at:at] = [feed.pick(BOMB_LINES).format(n=feed.u8())]
            case 2:
                bomb = feed.pick(BOMB_LINES)
                lines[at:at] = [bomb.format(n=n) for n in range(feed.u16() % 3500)]
            case 3:
                lines[at : at + 1] = [
                    feed.mutated(line.encode()).decode("utf-8", "replace") for line in lines[at : at + 1]
                ]
            case 4:
                lines[at:at] = lines[at : at + 20]
            case 5:
                lines[at:at] = ["a=" + feed.text(), feed.text()]
    text = "\r\n".join(lines)
    for agree in (lambda: agree_with_caller(text, ""), lambda: agree_with_viewer(text, "H264")):
        try:
            check_agreement(agree(), text)
        except EngineError as error:
            known(error.code, "bad_sdp", "no_codec")


def check_agreement(agreement: Agreement, text: str) -> None:
    assert len(text) <= MAX_BYTES
    assert len(agreement.offer.sections) <= MAX_SECTIONS
    assert all(len(section.codecs) <= MAX_CODECS for section in agreement.offer.sections)
    assert len(agreement.remote.candidates) <= MAX_CANDIDATES
    answer = write_answer(agreement.offer, agreement.sections, TRANSPORT, session=1, cname="x")
    assert len(answer) <= MAX_ANSWER
    assert answer.isascii() or not text.isascii()
    assert all(line[1:2] == "=" for line in answer.split("\r\n")[:-1])
    assert "\n" not in answer.replace("\r\n", "")


# --- JSON -----------------------------------------------------------------------------------------------------------


def value(feed: Feed, depth: int = 0) -> Any:
    """Some JSON value, often one that nearly fits."""
    match feed.below(14 if depth < 4 else 11):
        case 0:
            return feed.flag()
        case 1:
            return feed.u32() - 2**31
        case 2:
            return feed.pick([10**400, -(10**30), 2**63, 1e308, -0.0, 91, 1e-320])
        case 3:
            return feed.text()
        case 4:
            return str(uuid.UUID(bytes=feed.bytes(16).ljust(16, b"\0")))
        case 5:
            return feed.pick(["rear", "on", "first", "v=0\r\n", "caller", "vp8", "\ud800", "\u202e", "\0", "x" * 2000])
        case 6:
            return feed.pick(["\ufb2c", "\U0001d160", "e\u0301", "\u1e9b\u0323"]) * feed.u16()
        case 7:
            return None
        case 8:
            return feed.pick([0.5, 1, 0, -1, 1_763_000_000_000])
        case 9:
            return float(feed.u32())
        case 10:
            return ""
        case 11:
            return [value(feed, depth + 1) for _ in range(feed.below(6))]
        case 12:
            return {feed.text(8): value(feed, depth + 1) for _ in range(feed.below(4))}
        case _:
            nested: Any = 0
            for _ in range(feed.pick([2, 70, 900, 3000])):
                nested = [nested]
            return nested


def dumped(thing: Any, feed: Feed) -> str:
    try:
        text = json.dumps(thing, ensure_ascii=feed.flag())
    except (RecursionError, ValueError):
        text = "[" * 100_000
    if feed.below(6) == 0:
        text = feed.mutated(text.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")
    old, new = feed.pick([("", ""), ("", ""), ("", ""), ("null", "NaN"), ("1", "1e999"), ("}", "},1"), ("{", "{{")])
    return text.replace(old, new) if old else text


def signalling(data: bytes) -> None:
    """A frame of either socket: a message whose every field is in bounds, or one of our codes."""
    feed = Feed(data)
    messages = feed.pick([CALLER_MESSAGES, WATCH_MESSAGES])
    kind = feed.pick([*messages, "x"])
    names = [*(messages[kind].__dataclass_fields__ if kind in messages else ()), "t", "zz"]
    frame = {"t": kind, **{feed.pick(names): value(feed) for _ in range(feed.below(8))}}
    if kind in messages and feed.flag():
        frame = {"t": kind, **{name: value(feed) for name in messages[kind].__dataclass_fields__}}
    text = dumped(frame, feed)
    try:
        message = parse(text, messages)
    except BadMessage as error:
        known(error.code, *ERROR_CODES)
        return
    if isinstance(message, Chat):
        assert 0 < len(message.text) <= MAX_CHAT  # what the column holds
        message.text.encode()


def contract(data: bytes) -> None:
    """A line on Redis or in a spool: a message that writes itself the same again, or a refusal."""
    from streaming.contracts.wire import _KINDS, _field_types

    feed = Feed(data)
    kind = feed.pick([*_KINDS, "x"])
    line: dict[str, Any] = {
        "v": feed.pick([1, 1, 1, 1, 2, True, "1", None]),
        "kind": feed.pick([kind, kind, kind, [], 1]),
    }
    for name in _field_types(kind) if kind in _KINDS else ():
        if feed.below(8):
            line[name] = value(feed)
    try:
        message = loads(dumped(line, feed))
    except ContractError:
        return
    assert loads(dumps(message)) == message


def ticket(data: bytes) -> None:
    """A ticket that is not ours opens nothing."""
    feed = Feed(data)
    good = Ticket(session_id="s1", peer_id="p", role="caller", expires_at=4e9).sign(b"k" * 32)
    text = feed.mutated(good.encode()).decode("utf-8", "replace") if feed.flag() else feed.text(300)
    try:
        # base64 reads several spellings of one signature as the same; what it signs is ours in all of them
        assert Ticket.verify(text, b"k" * 32) == Ticket.verify(good, b"k" * 32)
    except EngineError as error:
        known(error.code, "bad_ticket")
