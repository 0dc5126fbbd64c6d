"""Targets that take media apart: depacketisers, recorder, RTP and RTCP readers, the header rewriter, a caller."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import math
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from streaming.contracts import Fact, GapRecorded, PartSealed
from streaming.media import h264, rtcp, rtp, vp8
from streaming.media.answer import Chosen
from streaming.media.caller import Caller, Stream
from streaming.media.feedback import NACK_WINDOW
from streaming.media.recorder.files import Storage
from streaming.media.recorder.gaps import Continuity, Gap
from streaming.media.recorder.h264 import MAX_FRAME, MAX_UNITS, H264Assembler
from streaming.media.recorder.join import Join
from streaming.media.recorder.keeper import Keeper
from streaming.media.recorder.opus import packet_samples
from streaming.media.recorder.packets import Broken, Frame, Packet
from streaming.media.recorder.timeline import Timeline
from streaming.media.recorder.vitals import Alarm, Vitals
from streaming.media.recorder.vp8 import Vp8Assembler
from streaming.media.recorder.walk import walk
from streaming.media.sdp import Codec, Section
from streaming.media.source import HISTORY, Source
from streaming.media.viewer import Outgoing, Viewer
from tests.fuzz.feed import Feed
from tests.helpers.rtp import Sender, opus_packets
from tests.media.clips import clip

CODECS = ("H264", "VP8")
START = 1_760_000_000.0
MAX_STEPS = 80


@functools.cache
def film(codec: str) -> tuple[list[Packet], ...]:
    """Thirty pictures as packets, a keyframe every fifteen, in two sizes."""
    sender = Sender(codec, start=START, mtu=400)
    small, large = clip(codec, 30).frames, clip(codec, 30, width=480, height=368).frames
    return tuple(sender.frame(n, frame) for n, frame in enumerate((*small[:20], *large[:20])))


def broken_payload(feed: Feed, codec: str) -> bytes:
    """A payload that looks like one of the codec's for its first bytes at least."""
    if codec == "VP8":
        return feed.pick([b"\x10", b"\x90\x80\x80", b"\x90\xff\xff", b"\x80", b"\x00"]) + feed.blob(200)
    heads = (b"\x7c\x85", b"\x7c\x05", b"\x7c\x45", b"\x78\x00", b"\x78\xff\xff", b"\x78\x00\x00", b"\x67", b"\x68",
             b"\x65", b"\x61", b"\x7d", b"\x9c", b"\x00", b"\x7c\x87\x42\xe0\x1f", b"\x7c\xc7")  # fmt: skip
    return feed.pick(heads) + feed.blob(200)


def some_packets(feed: Feed, codec: str, seq: int) -> list[Packet]:
    """The packets of one good picture, perhaps damaged, or one of nonsense."""
    good = film(codec)[feed.below(len(film(codec)))]
    kind = feed.below(4)
    if kind == 0:
        packets = list(good)
    elif kind == 1:
        packets = [Packet(p.seq, p.timestamp, p.marker, feed.mutated(p.payload), p.arrival) for p in good]
    elif kind == 2:
        packets = [Packet(0, feed.u32(), feed.flag(), broken_payload(feed, codec), good[0].arrival)]
    else:
        kept = feed.u16()
        packets = [packet for n, packet in enumerate(good) if not kept >> (n % 16) & 1]
    return [Packet(seq + n, p.timestamp, p.marker, p.payload, p.arrival) for n, p in enumerate(packets)]


# --- the depacketisers -------------------------------------------------------------------------------------------


def depacketise(data: bytes) -> None:
    """Whatever comes: whole frames as the file needs them or `Broken`, and never more memory than one picture."""
    feed = Feed(data)
    codec = feed.pick(CODECS)
    assembler = H264Assembler() if codec == "H264" else Vp8Assembler()
    for _ in range(MAX_STEPS):
        if not feed.left:
            break
        if feed.below(8) == 0:
            assembler.lost()
        for packet in some_packets(feed, codec, 0):
            for picture in assembler.push(packet):
                check_picture(picture, codec)
        assert assembler._size <= MAX_FRAME + rtp.MAX_PACKET
        if isinstance(assembler, H264Assembler):
            assert len(assembler._units) <= MAX_UNITS
            assert sum(len(unit) for sets in assembler._sets.values() for unit in sets.values()) < 1 << 16


def check_picture(picture: Frame | Broken, codec: str) -> None:
    if isinstance(picture, Broken):
        return
    assert 0 < len(picture.data) <= 2 * MAX_FRAME
    assert (picture.format is not None) == picture.keyframe
    if picture.format is not None:
        assert 0 < picture.format.width <= h264.MAX_SIDE
        assert 0 < picture.format.height <= h264.MAX_SIDE
        assert bool(picture.format.parameter_sets) == (codec == "H264")
    if codec == "H264":
        at, data = 0, picture.data
        while at < len(data):
            size = int.from_bytes(data[at : at + 4], "big")
            assert size
            at += 4 + size
        assert at == len(data)


# --- the recorder: order, clocks, parts, files --------------------------------------------------------------------


class QuickDisk(Storage):
    """The real one without waiting for the disk."""

    def sync(self, descriptor: int) -> None:
        pass

    def sync_directory(self, directory: Path) -> None:
        pass


@dataclass
class Tape:
    """A recorder without its thread, on a directory of its own."""

    directory: Path
    now: float = START
    facts: list[Fact] = field(default_factory=list)

    def __post_init__(self) -> None:
        disk, vitals = QuickDisk(), Vitals()
        self.timeline = Timeline(self.directory, disk)
        self.keeper = Keeper(
            self.directory, "s1", storage=disk, timeline=self.timeline, emit=self.facts.append, vitals=vitals,
            alarm=Alarm("s1", self.facts.append, lambda event, reason: None), clock=lambda: self.now,
        )  # fmt: skip
        self.continuity = Continuity(lambda: None, self._gap)
        self.joined: Callable[[str, bool], Join] = lambda codec, audio: Join(
            codec, 90000, audio, keeper=self.keeper, continuity=self.continuity, timeline=self.timeline, vitals=vitals
        )

    def _gap(self, gap: Gap) -> None:
        self.facts.append(GapRecorded(session_id="s1", at=self.now, **gap.as_dict()))


def record(data: bytes) -> None:
    """Whatever comes, in whatever order and by whatever clock: nothing raises, and every sealed part is a whole file
    with the hash that was told."""
    feed = Feed(data)
    with tempfile.TemporaryDirectory() as scratch:
        tape = Tape(Path(scratch))
        join, seq = tape.joined(codec := feed.pick(CODECS), feed.flag()), 1000
        for _ in range(MAX_STEPS):
            if not feed.left:
                break
            match feed.below(12):
                case 0:
                    join.release(tape.now, everything=True)
                    tape.keeper.seal(tape.now)
                    tape.continuity.begin("rejoin", tape.now)
                    join = tape.joined(codec := feed.pick(CODECS), feed.flag())
                case 1:
                    tape.now += feed.pick([0.2, 3.0, 100.0, 90_000.0, 3e8, -0.5, -30.0, -90_000.0])
                case 2:
                    seq += feed.pick([1, 3, 70_000, -5, -3000])
                case 3:
                    join.give_up(feed.pick(["video", "audio"]), seq - feed.u8(), seq + feed.u8())
                case 4:
                    join.sender_report(feed.pick(["video", "audio"]), feed.u32() * 4.0, feed.u32(), tape.now)
                case 5:
                    for sound in opus_packets(feed.below(6), start=tape.now, seq=seq & 0xFFFF, offset=feed.u32()):
                        sound.payload = feed.mutated(sound.payload)
                        join.packet("audio", sound)
                case _:
                    shift = tape.now - START
                    for packet in some_packets(feed, codec, seq):
                        packet.arrival = packet.arrival - film(codec)[0][0].arrival + START + shift
                        join.packet("video", packet)
                        seq += 1
            tape.now += 0.05
            join.release(tape.now)
            tape.keeper.tick(tape.now)
        join.release(tape.now, everything=True)
        tape.keeper.close(tape.now)
        tape.timeline.close()
        check_parts(tape)


def check_parts(tape: Tape) -> None:
    sealed = {Path(fact.path).name: fact for fact in tape.facts if isinstance(fact, PartSealed)}
    files = {path.name: path for path in tape.directory.iterdir() if path.suffix in (".mp4", ".webm")}
    assert sealed.keys() == files.keys()
    for name, fact in sealed.items():
        content = files[name].read_bytes()
        assert hashlib.sha256(content).hexdigest() == fact.sha256
        assert walk(files[name]).size == len(content) == fact.size
        assert math.isfinite(fact.start)
        assert fact.end >= fact.start
    for fact in tape.facts:
        if isinstance(fact, GapRecorded):
            assert fact.end >= fact.start
            assert fact.frames < 1 << 31


# --- readers -----------------------------------------------------------------------------------------------------


def read_packets(data: bytes) -> None:
    """RTP, RTCP and the small readers of payloads: an answer or a refusal."""
    packet = rtp.parse(data)
    if packet is not None:
        assert len(packet.media) <= len(packet.payload) <= len(data)
    for codec in (h264, vp8):
        for payload in (data, data[1:]):
            codec.starts_keyframe(payload)
            size = codec.picture_size(payload)
            assert size is None or (0 < size[0] <= h264.MAX_SIDE and 0 < size[1] <= h264.MAX_SIDE)
    assert 0 <= packet_samples(data) <= 5760
    try:
        for item in rtcp.parse(data):
            if isinstance(item, rtcp.Nack):
                assert len(item.lost) <= 17 * len(data) // 4
    except ValueError:
        pass


# --- the header rewriter -------------------------------------------------------------------------------------------


class Wire:
    """Where packets to a viewer end up; each sequence number must stand for one packet."""

    def __init__(self) -> None:
        self.sent: dict[tuple[int, int], bytes] = {}  # (SSRC, sequence number) -> payload, the last HISTORY of them
        self.packets = 0
        self.reports = 0

    def send_rtp(self, first: int, second: int, seq: int, timestamp: int, ssrc: int, payload: bytes) -> bool:
        rtp.HEADER.pack(first, second, seq, timestamp, ssrc)  # every field fits its bits
        assert self.sent.setdefault((ssrc, seq), payload) == payload
        self.packets += 1
        while len(self.sent) > HISTORY:
            self.sent.pop(next(iter(self.sent)))
        return True

    def send_rtcp(self, compound: bytes) -> bool:
        list(rtcp.parse(compound))
        self.reports += 1
        return True

    async def close(self) -> None: ...


class Deaf:
    """A feeder that makes nothing of what it hears."""

    def gap(self, source: Source, first: int, end: int) -> None:
        assert first < end

    def filled(self, source: Source, number: int) -> None: ...

    def keyframe(self, source: Source, number: int, packet: rtp.Packet) -> None: ...

    def restarted(self, source: Source, first: int, end: int) -> None:
        assert first <= end


KEY, DELTA = b"\x10\x00\x00\x00\x9d\x01\x2a\x40\x01\xf0\x00", b"\x10\x01\x00\x00"


def rewrite(data: bytes) -> None:
    """Packets in any order, joins, restarts, requests without end: what leaves has a number of its own, and the memory
    held for a viewer does not grow."""
    feed, wire = Feed(data), Wire()
    source = Source("video", 90000)
    source.begin("VP8")
    section = Section("video", 9, "UDP/TLS/RTP/SAVPF", ["96"])
    chosen = Chosen(section, Codec(120, "VP8", 90000), Codec(121, "RTX", 90000), True, 777, 888)
    viewer = Viewer("v", "VP8", "cname", joined=lambda v: None, left=lambda v, r: None, want_keyframe=lambda: None)
    out = Outgoing(wire, source, chosen)  # type: ignore[arg-type]  # a wire is all that is used of a transport
    viewer.attach(wire, [out])  # type: ignore[arg-type]  # as above
    viewer.connected()
    seq, now, unique = feed.u16(), START, 0
    for _ in range(3 * MAX_STEPS):
        if not feed.left:
            break
        now += feed.pick([0.03, 0.0, 2.0, -1.0])
        match feed.below(11):
            case 0:
                source.begin("VP8")
            case 10:
                viewer.tune(feed.pick(["full", "thumbnail", "thumbnail_with_sound"]))
            case 1:
                seq += feed.pick([2, 900, 4000, 0x8000, -3, -2000])
            case 2:
                viewer.rtcp_received(feed.mutated(rtcp.nack(1, 777, [feed.u16() for _ in range(feed.u8())])), now)
            case 3:
                viewer.rtcp_received(rtcp.receiver_report(1) + feed.blob(), now)
                viewer.tick()
            case 4:
                source.clock_pair = (feed.u32() << 32, feed.u32())
                viewer.clock_reported(source)
            case _:
                unique += 1
                payload = (KEY if feed.below(6) == 0 else DELTA) + unique.to_bytes(4, "big")
                marker = 0x80 if feed.flag() else 0
                source.receive(rtp.Packet(0x80, marker, 96, seq & 0xFFFF, feed.u32(), 5, payload), now, Deaf())
                seq += 1
    viewer.tick()
    assert len(out._again) <= HISTORY
    assert len(source._history) == HISTORY


# --- a caller -------------------------------------------------------------------------------------------------------


class Ears:
    """A session that only counts what its caller tells."""

    def __init__(self) -> None:
        self.dropped = ""

    def caller_offends(self, caller: Caller, reason: str) -> None:
        self.dropped = reason

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *args, **kwargs: None


def call(data: bytes) -> None:
    """A phone that has the keys and means harm: nothing raises, all that is kept is bounded."""
    asyncio.run(_call(data))  # the caller sets timers on the loop


async def _call(data: bytes) -> None:
    feed, ears, wire = Feed(data), Ears(), Wire()
    caller = Caller("phone", "VP8", ears)  # type: ignore[arg-type]  # hears everything
    source, sound = Source("video", 90000), Source("audio", 48000)
    streams = [Stream("video", source, 96, 97, 5, 6), Stream("audio", sound, 111, -1, 7)]
    caller.attach(wire, streams)  # type: ignore[arg-type]  # only sends
    source.begin("VP8")
    sound.begin("OPUS")
    caller.is_current = True
    now = START
    for _ in range(2 * MAX_STEPS):
        if not feed.left:
            break
        now += feed.pick([0.01, 0.0, 1.0, -5.0])
        if feed.below(5) == 0:
            report = rtcp.sender_report(feed.pick([5, 7, 9]), feed.u32() << 32 | feed.u32(), feed.u32(), 1, 1)
            caller.rtcp_received(feed.mutated(report), now)
            continue
        head = rtp.HEADER.pack(
            feed.pick([0x80, 0xA0, 0x90, 0x8F, 0xB1]), feed.pick([96, 97, 111, 224]), feed.u16(), feed.u32(),
            feed.pick([5, 6, 7, 8]),
        )  # fmt: skip
        packet = head + feed.pick([KEY, DELTA, b"", b"\x00\x01"]) + feed.blob(300)
        caller.rtp_received(memoryview(bytearray(packet)), now)
        assert len(caller._retransmissions) <= 2 * NACK_WINDOW
    for timer in (caller._nack_timer, caller._pli_timer):
        if timer is not None:
            timer.cancel()
    caller._report(time.time())
