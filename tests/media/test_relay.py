"""Peers that reach each other only through a TURN server, as phones behind a strict network do."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from pathlib import Path

from aiortc import RTCConfiguration, RTCIceServer, RTCIceTransportPolicy

from streaming.contracts import FirstFrame
from streaming.media.join import Place
from streaming.media.peering import Network

from .clips import clip
from .peers import Publisher, Watcher, closing
from .rig import running
from .test_forwarding import consecutive

USER, PASSWORD = "phone", "secret"


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.asynccontextmanager
async def turn_server(directory: Path) -> AsyncIterator[str]:
    """coturn on a free port of the loopback interface; yields its URI."""
    port = free_port()
    options = ["-n", "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", f"--listening-port={port}", "--realm=test"]
    options += [
        "--lt-cred-mech",
        f"--user={USER}:{PASSWORD}",
        "--allow-loopback-peers",
        "--no-tls",
        "--no-dtls",
        "--no-cli",
    ]
    options += [f"--userdb={directory}/turndb", f"--pidfile={directory}/turn.pid", "--log-file=stdout", "--simple-log"]
    server = await asyncio.create_subprocess_exec(
        "turnserver", *options, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(30):
            await answers(port)
        yield f"turn:127.0.0.1:{port}?transport=udp"
    finally:
        server.terminate()
        await server.wait()


async def answers(port: int) -> None:
    """Wait until a STUN binding request is answered."""
    loop = asyncio.get_running_loop()
    request = struct.pack("!HHI12s", 1, 0, 0x2112A442, b"sightline-tt")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.setblocking(False)
        while True:
            await loop.sock_sendto(probe, request, ("127.0.0.1", port))
            with contextlib.suppress(TimeoutError, ConnectionError):
                async with asyncio.timeout(0.2):
                    await loop.sock_recv(probe, 200)
                    return


async def test_a_phone_behind_a_relay_is_seen(tmp_path: Path):
    async with turn_server(tmp_path) as uri, running(tmp_path) as rig:
        caller = Publisher(clip("H264"), configuration=relayed(uri))
        async with closing(caller, Watcher()) as (_, viewer):
            await rig.open()
            await rig.join(caller, "phone")
            await rig.fact(FirstFrame)
            await rig.join(viewer, "desk")
            assert consecutive(await viewer.seen(30), 150)
            assert "typ relay" in caller.pc.localDescription.sdp
            assert "typ host" not in caller.pc.localDescription.sdp


async def test_an_engine_with_a_relay_of_its_own(tmp_path: Path):
    """Both ends have nothing but relayed addresses."""
    async with turn_server(tmp_path) as uri, running(tmp_path) as rig:
        servers = ({"urls": uri, "username": USER, "credential": PASSWORD},)
        rig.engine._place = Place(Network(hosts=("192.0.2.254",), ice_servers=servers), rig.engine._place.identity)
        caller = Publisher(clip("VP8"), configuration=relayed(uri))
        viewer = Watcher(configuration=relayed(uri))
        async with closing(caller, viewer):
            await rig.open()
            reply = await rig.join(caller, "phone")
            assert "typ relay" in reply.sdp
            assert "typ host" not in reply.sdp
            await rig.fact(FirstFrame)
            await rig.join(viewer, "desk")
            assert consecutive(await viewer.seen(30), 150)


def relayed(uri: str) -> RTCConfiguration:
    server = RTCIceServer(urls=uri, username=USER, credential=PASSWORD)
    return RTCConfiguration(iceServers=[server], iceTransportPolicy=RTCIceTransportPolicy.RELAY)
