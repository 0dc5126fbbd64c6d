"""Peers that mean harm, or are broken: refused, counted, and nobody else notices."""

from __future__ import annotations

import asyncio
import os
import random
import re
import socket
import struct
import time
from pathlib import Path

import pytest

from streaming.contracts import (
    ClosePeer,
    EndSession,
    EngineError,
    FirstFrame,
    NoteEvent,
    OpenSession,
    PeerJoined,
    PeerLeft,
    PublishOffer,
    SdpAnswer,
    WatchOffer,
)
from streaming.media.aiortc_bridge import EARLY_MEDIA, MAX_DTLS_WAITING
from streaming.media.viewer import KEYFRAME_PATIENCE

from .clips import clip
from .peers import Publisher, Watcher, closing
from .rig import Rig, running, ticket
from .test_forwarding import consecutive


async def refusal(rig: Rig, command: PublishOffer | WatchOffer | OpenSession | NoteEvent) -> str:
    with pytest.raises(EngineError) as refused:
        await rig.engine.handle(command)
    return refused.value.code


async def test_a_certificate_that_is_not_the_offers_is_refused(tmp_path: Path):
    async with running(tmp_path) as rig, closing(Publisher(clip("VP8"))) as (caller,):
        await rig.open()
        honest = await caller.offer()
        forged = re.sub(r"(a=fingerprint:\S+ )(\S+)", lambda line: line[1] + line[2][::-1], honest)
        assert forged != honest
        offer = PublishOffer(session_id="s1", ticket=ticket("s1", "phone", "caller"), sdp=forged)
        reply = await rig.engine.handle(offer)
        assert isinstance(reply, SdpAnswer)
        await caller.answer(reply.sdp)

        left = await rig.fact(PeerLeft)

        assert (left.peer_id, left.reason) == ("phone", "handshake")
        assert rig.of(PeerJoined) == []


async def test_a_ticket_opens_only_its_own_door(tmp_path: Path):
    async with running(tmp_path) as rig, closing(Publisher(clip("VP8"))) as (caller,):
        await rig.open("s1")
        await rig.open("s2")
        sdp = await caller.offer()
        tickets = [
            ticket("s2", "phone", "caller"),
            ticket("s1", "phone", "viewer"),
            ticket("s1", "phone", "caller", seconds=-1),
            ticket("s1", "phone", "caller", key=b"x" * 32),
            ticket("s1", "phone", "caller")[:-2],
            "",
            "a.b",
            "….…",
        ]
        for text in tickets:
            assert await refusal(rig, PublishOffer(session_id="s1", ticket=text, sdp=sdp)) == "bad_ticket"
        caller_ticket = ticket("s1", "phone", "caller")
        assert await refusal(rig, WatchOffer(session_id="s1", ticket=caller_ticket, sdp=sdp)) == "bad_ticket"
        assert rig.facts == []


async def test_sessions_that_are_not_there(tmp_path: Path):
    async with running(tmp_path, limit=2) as rig:
        gone = ticket("s9", "phone", "caller")
        assert await refusal(rig, PublishOffer(session_id="s9", ticket=gone, sdp="v=0")) == "no_session"
        assert await refusal(rig, NoteEvent(session_id="s9", name="x", at=0.0)) == "no_session"
        assert await refusal(rig, OpenSession(session_id="../../etc", label="x")) == "no_session"
        await rig.engine.handle(ClosePeer(session_id="s9", peer_id="phone"))
        await rig.engine.handle(EndSession(session_id="s9", reason="handler"))
        await rig.open("s1")
        await rig.open("s2")
        assert await refusal(rig, OpenSession(session_id="s3", label="x")) == "full"
        await rig.engine.drain()
        await rig.engine.handle(EndSession(session_id="s1", reason="handler"))
        assert await refusal(rig, OpenSession(session_id="s3", label="x")) == "unavailable"


@pytest.mark.parametrize("sdp", ["", "v=0", "\x00" * 2000, "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n", "x" * 100_000])
async def test_what_is_no_offer_opens_nothing(sdp: str, tmp_path: Path):
    async with running(tmp_path) as rig:
        await rig.open()
        command = PublishOffer(session_id="s1", ticket=ticket("s1", "phone", "caller"), sdp=sdp)
        assert await refusal(rig, command) == "bad_sdp"
        assert rig.engine.status().peers == 0


async def test_packets_that_were_not_agreed_are_dropped_and_counted(tmp_path: Path):
    """The phone itself, with the right keys, sends what it may not."""
    film = clip("VP8")
    caller, other = Publisher(film), Publisher(film)
    async with running(tmp_path) as rig, closing(caller, other, Watcher(), Watcher()) as (_, _, viewer, neighbour):
        await rig.open("s1")
        await rig.open("s2")
        await rig.join(caller, "phone")
        await rig.join(other, "phone", "s2")
        await rig.join(viewer, "desk")
        await rig.join(neighbour, "desk", "s2")
        await viewer.seen(5)
        sender = caller.pc.getSenders()[0]
        ssrc, dtls = sender._ssrc, sender.transport
        their_ssrc = other.pc.getSenders()[0]._ssrc
        before = len(rig.recorders["s2"].video)
        ahead = rig.engine._sessions["s1"].video.sequence.highest + 300
        for n in range(20):
            first, second = ((ahead + 2 * n + k) & 0xFFFF for k in range(2))
            for packet in (
                struct.pack("!BBHII", 0x80, 97, n, 1, 1234) + b"unknown source",
                struct.pack("!BBHII", 0x80, 97, n, 1, their_ssrc) + b"of another session",
                struct.pack("!BBHII", 0x80, 55, first, 1, ssrc) + b"unknown payload type",
                struct.pack("!BBHII", 0xA0, 97, second, 1, ssrc) + b"\xff",
                struct.pack("!BBHII", 0x80, 98, 2 * n, 1, sender._rtx_ssrc) + b"\x00",
                struct.pack("!BBHII", 0x80, 98, 2 * n + 1, 1, sender._rtx_ssrc) + b"\x00\x01" + b"x" * 1000,
            ):
                await dtls._send_rtp(packet)
        for _ in range(200):
            await dtls._send_rtp(bytes([0x80 | random.randrange(32), 200 + random.randrange(7), 0, 2]) + os.urandom(8))

        await viewer.seen(len(viewer.numbers) + 10)
        seen = len(neighbour.numbers)
        assert consecutive((await neighbour.seen(seen + 30))[seen:], 150)
        session = rig.engine._sessions["s1"]
        assert session.caller is not None
        assert session.caller.unexpected >= 60
        assert session.caller.malformed >= 20
        assert session.caller.transport.faults == 0
        theirs = rig.recorders["s2"].video
        assert all(b"another session" not in payload for *_, payload in theirs[before:])
        assert rig.of(PeerLeft) == []


async def test_strangers_at_the_port_get_nowhere(tmp_path: Path):
    """Datagrams from elsewhere: empty, short, giant, STUN with nonsense in it, DTLS, SRTP that fails authentication."""
    film = clip("H264")
    async with running(tmp_path) as rig, closing(Publisher(film), Watcher()) as (caller, viewer):
        await rig.open()
        await rig.join(caller, "phone")
        await rig.join(viewer, "desk")
        await viewer.seen(5)
        session = rig.engine._sessions["s1"]
        assert session.caller is not None
        transport = session.caller.transport
        address = transport.candidates()[0][:2]
        stun = struct.pack("!HHI12s", 1, 8, 0x2112A442, bytes(12))
        datagrams = [
            b"",
            b"\x80",
            b"\x80\x61" + bytes(5),
            b"\x80\x61" + bytes(1400),
            b"\x80" + os.urandom(3000),
            b"\x80\xc8" + os.urandom(40),
            b"\x16\xfe\xff" + os.urandom(60),
            b"\x15\xfe\xfd\x00\x00\x00\x00\x00\x00\x00\x01\x00\x02\x01\x00",  # a close alert without a key
            stun + b"\x80\x28\x00\x03abc\x00",  # a fingerprint of three bytes
            stun + b"\x00\x09\x00\x02ab\x00\x00",  # an error code cut short
            stun + b"\x00\x06\x00\x04\xff\xff\xff\xff",  # a name that is no UTF-8
            os.urandom(200),
        ]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            for _ in range(30):
                for datagram in datagrams:
                    stranger.sendto(datagram, address)
                await asyncio.sleep(0)

        seen = len(viewer.numbers)
        assert consecutive((await viewer.seen(seen + 30))[seen:], 150)
        assert transport.refused > 0
        assert transport.faults > 0
        assert rig.of(PeerLeft) == []


async def test_datagrams_that_pile_up_before_the_handshake_are_bounded(tmp_path: Path):
    async with running(tmp_path) as rig, closing(Publisher(clip("VP8"))) as (caller,):
        await rig.open()
        reply = await rig.offer_only(caller, "phone")
        pending = rig.engine._sessions["s1"]._pending
        assert pending is not None
        transport = pending.transport
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            for _ in range(50):
                for junk in (b"\x16\xfe\xff" + os.urandom(1000), b"\x80\x61" + os.urandom(1000)):
                    for _ in range(10):
                        stranger.sendto(junk, transport.candidates()[0][:2])
                await asyncio.sleep(0.001)

        assert transport.refused > 0
        assert transport._connection._queue.qsize() <= MAX_DTLS_WAITING
        assert len(transport._early) <= EARLY_MEDIA
        await caller.answer(reply.sdp)
        await rig.fact(FirstFrame)  # and the phone itself still gets through


async def test_a_flood_at_one_port_does_not_starve_the_neighbour(tmp_path: Path):
    film = clip("VP8")
    caller, other = Publisher(film), Publisher(film)
    async with running(tmp_path) as rig, closing(caller, other, Watcher()) as (_, _, viewer):
        await rig.open("s1")
        await rig.open("s2")
        await rig.join(caller, "phone")
        await rig.join(other, "phone", "s2")
        await rig.join(viewer, "desk", "s2")
        await rig.fact(FirstFrame, 2)
        await viewer.seen(5)
        session = rig.engine._sessions["s1"]
        assert session.caller is not None
        transport = session.caller.transport
        address = transport.candidates()[0][:2]
        junk = b"\x80\x61" + os.urandom(1000)
        seen = len(viewer.numbers)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            for _ in range(300):
                for _ in range(150):
                    stranger.sendto(junk, address)
                await asyncio.sleep(0.005)

        assert consecutive((await viewer.seen(seen + 40))[seen:], 150)
        assert transport.refused + transport.flooded > 1000
        assert rig.of(PeerLeft) == []


async def test_a_viewer_cannot_send_pictures(tmp_path: Path):
    film = clip("VP8")
    async with running(tmp_path) as rig, closing(Publisher(film), Watcher()) as (caller, viewer):
        await rig.open()
        await rig.join(caller, "phone")
        await rig.join(viewer, "desk")
        await viewer.seen(5)
        dtls = viewer.pc.getReceivers()[0].transport
        ssrc = caller.pc.getSenders()[0]._ssrc
        for seq in range(50):
            await dtls._send_rtp(struct.pack("!BBHII", 0x80, 97, seq, 1, ssrc) + b"not from the caller")

        await viewer.seen(len(viewer.numbers) + 10)
        assert rig.engine._sessions["s1"].viewers["desk"].transport.refused >= 50
        assert all(b"not from the caller" not in payload for *_, payload in rig.recorders["s1"].video)


async def test_a_viewer_that_asks_for_keyframes_without_end_is_held_back(tmp_path: Path):
    film = clip("VP8", 300, 300)
    async with running(tmp_path) as rig, closing(Publisher(film), Watcher()) as (caller, viewer):
        await rig.open()
        await rig.join(caller, "phone")
        await rig.join(viewer, "desk")
        await viewer.seen(5)
        receiver = viewer.pc.getReceivers()[0]
        stream = rig.engine._sessions["s1"].viewers["desk"].streams[0]
        before, started = caller.keyframe_requests, time.monotonic()
        for _ in range(100):
            await receiver._send_rtcp_pli(stream.ssrc)
            await asyncio.sleep(0.01)
        await viewer.seen(len(viewer.numbers) + 5)

        seconds = time.monotonic() - started
        assert 1 <= caller.keyframe_requests - before <= seconds / KEYFRAME_PATIENCE + 2


async def test_facts_that_nobody_takes_do_not_stop_the_engine(tmp_path: Path):
    async with running(tmp_path) as rig, closing(Publisher(clip("VP8")), Watcher()) as (caller, viewer):

        def refuse(fact: object) -> None:
            raise RuntimeError("no room")

        rig.engine._emit_fact = refuse
        await rig.open()
        await rig.join(caller, "phone")
        await rig.join(viewer, "desk")

        await viewer.seen(20)
