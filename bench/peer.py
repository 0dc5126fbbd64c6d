"""Load peers: WebRTC down to SRTP, but no picture is encoded or decoded, so that one process can be many phones.

They stand on the engine's own ICE/DTLS/SRTP bridge, used from the other side: what they prove is the engine's delivery,
packet by packet. That it understands real browsers is shown by `bench latency` and by the tests.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import time
import zlib
from collections import OrderedDict, deque
from dataclasses import replace
from typing import Any

from bench.clip import FPS, Clip
from bench.payload import payloads
from streaming.media import rtcp
from streaming.media.aiortc_bridge import Identity, Network, SecureTransport
from streaming.media.rtp import VERSION, parse
from streaming.media.sdp import parse_offer

VIDEO_TYPE, AUDIO_TYPE = 96, 111
HELD_PACKETS = 1024
LONG = 500  # bytes of payload
NACK_SECONDS, NACK_EVERY = 1.0, 0.05

_CODEC_LINES = {
    "H264": "H264/90000\r\na=fmtp:96 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
    "VP8": "VP8/90000",
}


class Peer:
    """One side of a call with the engine. `offer()`, have it answered, `accept(answer)`, `await connected`."""

    direction = "sendonly"

    def __init__(self, identity: Identity, codec: str, host: str = "127.0.0.1") -> None:
        self.codec = codec
        self.ssrcs = {"video": secrets.randbelow(2**31) + 1, "audio": secrets.randbelow(2**31) + 1}
        self.is_connected = asyncio.Event()
        self.lost_reason = ""
        self.transport = SecureTransport(Network(hosts=(host,)), identity, self)
        # The offering side controls (RFC 8445 section 6.1.1); the bridge is made for the answering one.
        self.transport._connection.ice_controlling = True

    async def offer(self) -> str:
        await self.transport.gather()
        head = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1"]
        video = self._section("video", VIDEO_TYPE, 0, _CODEC_LINES[self.codec])
        audio = self._section("audio", AUDIO_TYPE, 1, "opus/48000/2")
        video += [f"a=rtcp-fb:{VIDEO_TYPE} {kind}" for kind in ("nack", "nack pli", "goog-remb")]
        return "\r\n".join([*head, *video, *audio]) + "\r\n"

    def _section(self, kind: str, payload_type: int, mid: int | str, codec: str, setup: str = "actpass") -> list[str]:
        host, port, _ = self.transport.candidates()[0]
        lines = [
            f"m={kind} {port} UDP/TLS/RTP/SAVPF {payload_type}",
            f"c=IN IP4 {host}",
            f"a=mid:{mid}",
            f"a={self.direction}",
            "a=rtcp-mux",
            f"a=ice-ufrag:{self.transport.ufrag}",
            f"a=ice-pwd:{self.transport.password}",
            f"a=fingerprint:{self.transport.fingerprint}",
            f"a=setup:{setup}",
            f"a=rtpmap:{payload_type} {codec}",
            *(f"a=candidate:{line}" for _, _, line in self.transport.candidates()),
        ]
        if self.direction == "sendonly":
            lines.append(f"a=ssrc:{self.ssrcs[kind]} cname:load")
        return lines

    def accept(self, answer: str) -> None:
        parsed = parse_offer(answer)
        video = parsed.first("video")
        if video is None:
            raise ValueError("the engine refused the video")
        self._read(video)
        self.transport.start(parsed.remote(video))

    def _read(self, video: Any) -> None:
        """Take from the answer what the peer wants to know."""

    async def close(self) -> None:
        await self.transport.close()

    # --- Sink of the transport

    def admits(self, payload_type: int, ssrc: int) -> bool:
        return False

    def rtp_received(self, data: memoryview, arrival: float) -> None:
        """Nothing is admitted unless a peer says so."""

    def rtcp_received(self, data: bytes, arrival: float) -> None:
        for item in rtcp.parse(data):
            self.control(item, arrival)

    def control(self, item: rtcp.Item, arrival: float) -> None:
        """Feedback from the engine."""

    def connected(self) -> None:
        self.is_connected.set()

    def disconnected(self, reason: str) -> None:
        self.lost_reason = reason
        self.is_connected.set()


class Caller(Peer):
    """A phone that films `clip`. `log` has an entry for each picture sent: (number, timestamp, sent at, packets)."""

    def __init__(self, identity: Identity, clip: Clip, host: str = "127.0.0.1") -> None:
        super().__init__(identity, clip.codec, host)
        self.clip = clip
        self.log: list[tuple[int, int, float, int]] = []
        self.resent = self.keyframes_asked = 0
        self._payloads = [payloads(clip.codec, frame) for frame in clip.frames]
        self._video_seq, self._audio_seq = random.getrandbits(16), random.getrandbits(16)
        self._held: OrderedDict[int, tuple[int, int, int, bytes]] = OrderedDict()
        self._next, self._wants_keyframe = 0, False
        self._base = {"video": random.getrandbits(32), "audio": random.getrandbits(32)}
        self._counts = {"video": [0, 0], "audio": [0, 0]}

    async def film(self, until: asyncio.Event) -> None:
        """Send pictures at 30 a second and sound at 50 until told to stop or hung up on."""
        started = time.monotonic() + random.random() / FPS
        video = audio = reports = 0
        while not until.is_set() and not self.lost_reason:
            at = started + min(video / FPS, audio / 50)
            if (wait := at - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            now = time.monotonic() - started
            if now >= video / FPS:
                self._send_picture(video)
                video += 1
            if now >= audio / 50:
                self._send_sound(audio)
                audio += 1
            if now >= reports:
                self._send_reports(now)
                reports += 1

    def _send_picture(self, count: int) -> None:
        if self._wants_keyframe:
            self._next, self._wants_keyframe = self.clip.keyframe_after(self._next), False
        number = self._next
        self._next = (number + 1) % len(self._payloads)
        timestamp = (self._base["video"] + count * (90000 // FPS)) & 0xFFFFFFFF
        pieces = self._payloads[number]
        self.log.append((number, timestamp, time.time(), len(pieces)))
        for piece in pieces:
            marker = 0x80 if piece is pieces[-1] else 0
            self._held[self._video_seq] = held = (marker | VIDEO_TYPE, self._video_seq, timestamp, piece)
            if len(self._held) > HELD_PACKETS:
                self._held.popitem(last=False)
            self._video_seq = (self._video_seq + 1) & 0xFFFF
            self._send("video", *held)

    def _send_sound(self, count: int) -> None:
        piece = self.clip.sound[count % len(self.clip.sound)]
        timestamp = (self._base["audio"] + count * 960) & 0xFFFFFFFF
        self._send("audio", AUDIO_TYPE, self._audio_seq, timestamp, piece)
        self._audio_seq = (self._audio_seq + 1) & 0xFFFF

    def _send(self, kind: str, second: int, seq: int, timestamp: int, piece: bytes) -> None:
        self.transport.send_rtp(VERSION, second, seq, timestamp, self.ssrcs[kind], piece)
        self._counts[kind][0] += 1
        self._counts[kind][1] += len(piece)

    def _send_reports(self, elapsed: float) -> None:
        """Sender reports with one clock for sound and picture (RFC 3550 section 6.4.1)."""
        ntp = int((time.time() + rtcp.NTP_EPOCH) * 2**32)
        for kind, clock in (("video", 90000), ("audio", 48000)):
            timestamp = self._base[kind] + int(elapsed * clock)
            report = rtcp.sender_report(self.ssrcs[kind], ntp, timestamp & 0xFFFFFFFF, *self._counts[kind])
            self.transport.send_rtcp(report + rtcp.source_description(self.ssrcs[kind], b"load"))

    def control(self, item: rtcp.Item, arrival: float) -> None:
        if isinstance(item, rtcp.PictureLoss):
            self._wants_keyframe = True
            self.keyframes_asked += 1
        elif isinstance(item, rtcp.Nack) and item.media == self.ssrcs["video"]:
            for seq in item.lost:
                if seq in self._held:
                    self.resent += 1
                    self._send("video", *self._held[seq])


class Viewer(Peer):
    """Counts what it is sent. `pictures`: unique packets by timestamp. `mark`: checksum, timestamp and arrival of a
    long payload, by which the timestamps (the engine shifts them) are found in the caller's log."""

    direction = "recvonly"

    def __init__(self, identity: Identity, codec: str, host: str = "127.0.0.1") -> None:
        super().__init__(identity, codec, host)
        self.pictures: dict[int, int] = {}
        self.sound = 0
        self.mark: tuple[int, int, float] | None = None
        self.connected_at = self.first_at = 0.0
        self.nacked = 0
        self._video_ssrc = self._audio_ssrc = 0
        self._video_type, self._audio_type = VIDEO_TYPE, AUDIO_TYPE
        self._highest = -1
        self._recent: deque[int] = deque(maxlen=4096)
        self._seen: set[int] = set()
        self._missing: dict[int, float] = {}

    def _read(self, video: Any) -> None:
        self._video_ssrc = video.sources[0] if video.sources else 0

    async def answer(self, offer: str) -> str:
        """To a server that offers what it has, as Janus does: take the picture and the sound as they are numbered."""
        parsed = parse_offer(offer)
        video, audio = parsed.first("video"), parsed.first("audio")
        if video is None or audio is None:
            raise ValueError("no picture or no sound on offer")
        self.transport._connection.ice_controlling = False
        await self.transport.gather()
        self._read(video)
        (self._video_type, codec), *_ = video.codecs.items()
        (self._audio_type, _), *_ = audio.codecs.items()
        lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", f"a=group:BUNDLE {' '.join(parsed.bundle)}"]
        for section in parsed.sections:
            if section is video:
                profile = f"\r\na=fmtp:{self._video_type} packetization-mode=1;profile-level-id=42e01f"
                name = "H264/90000" + profile if codec.name == "H264" else "VP8/90000"
                lines += self._section("video", self._video_type, section.mid, name, "active")
                lines += [f"a=rtcp-fb:{self._video_type} {kind}" for kind in ("nack", "nack pli")]
            elif section is audio:
                lines += self._section("audio", self._audio_type, section.mid, "opus/48000/2", "active")
            else:
                lines += [f"m={section.kind} 0 {section.protocol} {section.formats[0]}", f"a=mid:{section.mid}"]
        self.transport.start(replace(parsed.remote(video), dtls_role="client"))
        return "\r\n".join(lines) + "\r\n"

    def connected(self) -> None:
        self.connected_at = time.time()
        super().connected()

    def admits(self, payload_type: int, ssrc: int) -> bool:
        return payload_type in (self._video_type, self._audio_type)

    def rtp_received(self, data: memoryview, arrival: float) -> None:
        packet = parse(data)
        if packet is None:
            return
        if packet.payload_type == self._audio_type:
            self.sound += 1
            return
        if packet.seq in self._seen:
            return
        self._note(packet.seq, arrival)
        self.first_at = self.first_at or arrival
        if self.mark is None and len(packet.payload) > LONG:  # the short ones, SPS and PPS, are in every keyframe
            self.mark = (zlib.crc32(packet.payload), packet.timestamp, arrival)
        self.pictures[packet.timestamp] = self.pictures.get(packet.timestamp, 0) + 1

    def _note(self, seq: int, arrival: float) -> None:
        if len(self._recent) == self._recent.maxlen:
            self._seen.discard(self._recent[0])
        self._recent.append(seq)
        self._seen.add(seq)
        self._missing.pop(seq, None)
        ahead = (seq - self._highest) & 0xFFFF if self._highest >= 0 else 1
        if ahead < 0x8000:
            for lost in range(1, min(ahead, 500)):
                self._missing[(self._highest + lost) & 0xFFFF] = arrival
            self._highest = seq

    async def report(self, until: asyncio.Event) -> None:
        """A receiver report each second, and a NACK of what is missing for up to one, as from a browser."""
        own, turn = self.ssrcs["video"], 0
        while not until.is_set():
            await asyncio.sleep(NACK_EVERY)
            turn += 1
            now = time.time()
            self._missing = {seq: since for seq, since in self._missing.items() if now - since < NACK_SECONDS}
            if self._missing:
                self.nacked += len(self._missing)
                nack = rtcp.nack(own, self._video_ssrc, sorted(self._missing))
                self.transport.send_rtcp(rtcp.receiver_report(own) + nack)
            elif turn % 20 == 0 and self._highest >= 0:
                block = rtcp.Block(self._video_ssrc, 0, 0, self._highest, 0, 0, 0)
                self.transport.send_rtcp(rtcp.receiver_report(own, [block]))
