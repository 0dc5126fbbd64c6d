"""A bad network between a peer and the engine, made by dropping datagrams at the peer."""

from __future__ import annotations

import random
from collections.abc import Callable

from aiortc import RTCPeerConnection


def is_media(data: bytes) -> bool:
    """SRTP, not SRTCP, STUN or DTLS."""
    return len(data) > 12 and 127 < data[0] < 192 and not 192 <= data[1] <= 223


def uplink(pc: RTCPeerConnection, passes: Callable[[bytes], bool]) -> None:
    """Let only those datagrams of the peer out."""
    for transceiver in pc.getTransceivers():
        ice = transceiver.sender.transport.transport
        send = ice._connection.send

        async def filtered(data: bytes, send: Callable = send) -> None:
            if passes(data):
                await send(data)

        ice._send = filtered


def downlink(pc: RTCPeerConnection, passes: Callable[[bytes], bool]) -> None:
    """Let only those datagrams reach the peer."""
    for transceiver in pc.getTransceivers():
        ice = transceiver.sender.transport.transport
        recv = ice._connection.recv

        async def filtered(recv: Callable = recv) -> bytes:
            while True:
                data = await recv()
                if passes(data):
                    return data

        ice._recv = filtered


def losing(share: float, seed: int) -> Callable[[bytes], bool]:
    """Drop that share of the media."""
    dice = random.Random(seed)
    return lambda data: not is_media(data) or dice.random() >= share
