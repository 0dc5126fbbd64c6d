"""coturn as docker-compose.yml runs it, and a real browser that has no other way out than TLS over TCP."""

from __future__ import annotations

import asyncio
import base64
import functools
import hashlib
import hmac
import http.server
import ssl
import threading
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aioice.stun import TransactionFailed
from aioice.turn import TurnClientTcpProtocol
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from playwright.async_api import Page, async_playwright

from streaming.contracts import FirstFrame, PeerRole, PublishOffer, WatchOffer
from streaming.media.engine import MediaEngine
from streaming.turn import TurnTrouble
from streaming.turn.coturn import Coturn
from streaming.turn.probe import probe
from tests.helpers.coturn import ROOT, SECRET, Relay, coturn, own_address

from .rig import KEY, Rig, ticket

ENGINE = "198.51.100.7"  # nobody's address (RFC 5737): permission to send there is all that is asked for
ELSEWHERE = [
    "127.0.0.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
    "255.255.255.255", "198.51.100.6", "198.51.100.8", "203.0.113.9", "::1", "::ffff:127.0.0.1", "fd00::1", "fe80::1",
]  # fmt: skip


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    with coturn(tmp_path_factory.mktemp("coturn"), peer=ENGINE) as relay:
        yield relay


def granted(settings: Any, relay: Relay, role: PeerRole = "caller") -> dict[str, Any]:
    settings.TURN_SECRET, settings.TURN_URLS = SECRET, [relay.secure]
    (server,) = Coturn().grant(uuid.uuid4(), role).servers
    return server


@asynccontextmanager
async def allocation(relay: Relay, server: dict[str, Any]) -> AsyncIterator[TurnClientTcpProtocol]:
    """A relayed address got over TLS, with the certificate checked."""
    trusting = ssl.create_default_context(cafile=str(relay.certificate))
    address = ("127.0.0.1", relay.tls_port)
    client = TurnClientTcpProtocol(address, server["username"], server["credential"], 600, 500)
    transport, _ = await asyncio.get_running_loop().create_connection(
        lambda: client, *address, ssl=trusting, server_hostname="localhost"
    )
    try:
        await client.connect()
        yield client
    finally:
        transport.abort()  # a closing handshake would outlive the test's loop
        await asyncio.sleep(0)


async def test_the_relay_reaches_the_engine_and_nothing_else(shipped: Relay, settings: Any) -> None:
    """Private networks, loopback, cloud metadata, other phones, the next address: refused (RFC 8656, 403 or 443)."""
    async with allocation(shipped, granted(settings, shipped)) as client:
        await client.channel_bind(0x4000, (ENGINE, 50_000))
        assert client.relayed_address is not None
        for number, host in enumerate([*ELSEWHERE, client.relayed_address[0]], start=0x4001):
            with pytest.raises(TransactionFailed) as refused:
                await client.channel_bind(number, (host, 50_000))
            assert refused.value.response.error_code in (403, 443), host


@pytest.mark.parametrize("wrong", ["password", "expired", "none of ours"])
async def test_without_good_credentials_there_is_no_relay(shipped: Relay, settings: Any, wrong: str) -> None:
    server = granted(settings, shipped)
    if wrong == "password":
        server["credential"] = "guessed"
    elif wrong == "expired":
        name = f"{int(time.time()) - 5}:somebody"
        digest = hmac.new(SECRET.encode(), name.encode(), hashlib.sha1).digest()
        server = {"username": name, "credential": base64.b64encode(digest).decode()}
    else:
        settings.TURN_SECRET = "another secret than the relay has"
        (server,) = Coturn().grant(uuid.uuid4(), "caller").servers
    with pytest.raises(TransactionFailed) as refused:
        async with allocation(shipped, server):
            pass
    assert refused.value.response.error_code == 401


def test_operators_learn_that_it_answers_and_that_its_certificate_is_good(
    shipped: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    probe(shipped.plain)
    probe(f"turn:localhost:{shipped.port}?transport=tcp")
    with pytest.raises(TurnTrouble, match="certificate"):
        probe(shipped.secure)
    trusting = ssl.create_default_context(cafile=str(shipped.certificate))
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
    probe(shipped.secure)
    with pytest.raises(TurnTrouble, match="no_answer"):
        probe("turn:localhost:9?transport=tcp")


# --- a browser ---

# Only relayed addresses, and the only relay is over TLS: what is left to a browser behind an office's firewall.
NO_UDP = """
const Peer = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Peer {
  constructor(configuration) { super({ ...configuration, iceTransportPolicy: 'relay' }); }
};
"""
FLAGS = [
    "--no-sandbox", "--disable-background-networking", "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip
SEND = """async (server) => {
  const { Sender } = await import('/static/js/caller/sender.js');
  const { open } = await import('/static/js/caller/camera.js');
  const camera = await open(navigator.mediaDevices, 'rear', true);
  window.sender = new Sender(RTCPeerConnection, [server], camera, (state) => { window.state = state; });
  window.peer = window.sender.pc;
  return window.sender.offer();
}"""
WATCH = """async (server) => {
  const { Watcher } = await import('/static/js/lib/watcher.js');
  const video = document.createElement('video');
  document.body.append(video);
  video.muted = true;
  window.frames_drawn = 0;
  const count = () => { window.frames_drawn += 1; video.requestVideoFrameCallback(count); };
  video.requestVideoFrameCallback(count);
  return new Promise((resolve) => {
    const said = (message) => { if (message.t === 'offer') resolve(message.sdp); };
    const socket = { readyState: 1, close() {}, send(text) { said(JSON.parse(text)); } };
    const openPeer = (configuration) => (window.peer = new RTCPeerConnection(configuration));
    const stream = (given) => { video.srcObject = given; video.play(); };
    new Watcher('', { message() {}, link() {}, stream }, { openSocket: () => socket, openPeer }).start();
    const source = { state: 'live', codec: 'H264', has_audio: true, alarm: null };
    window.tell = (message) => socket.onmessage({ data: JSON.stringify(message) });
    window.tell({ t: 'welcome', ...source, ice_servers: [server], peer: 'p', server_time: 1 });
  });
}"""
PATH = """async () => {
  const stats = [...(await window.peer.getStats()).values()];
  const pair = stats.find((one) => one.type === 'candidate-pair' && one.state === 'succeeded' && one.nominated);
  const local = stats.find((one) => one.id === pair?.localCandidateId);
  return local ? { kind: local.candidateType, over: local.relayProtocol } : null;
}"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        """Nothing on the test's output."""

    def do_GET(self) -> None:
        if self.path != "/":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>.</title>")


@pytest.fixture
def pages() -> Iterator[str]:
    """The repository's files over HTTP: the modules that the real pages load."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(ROOT))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def key_of(certificate: Path) -> str:
    """The SHA-256 of a certificate's public key, as Chromium's flag takes it."""
    public = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


async def test_a_browser_without_udp_shows_and_watches_through_tls(tmp_path: Path, settings: Any, pages: str) -> None:
    """Both ends, the caller's own sender and the desk's own watcher, have nothing but TLS over TCP to the relay."""
    here = own_address()
    rig = Rig(tmp_path / "engine")
    rig.engine = MediaEngine(
        tmp_path / "engine", KEY, session_limit=2, emit_fact=rig._fact, emit_health=rig._health, bind_hosts=(here,),
        recorder_factory=rig._noted,
    )  # fmt: skip
    with coturn(tmp_path, peer=here, relay=here) as relay:
        async with async_playwright() as driver:
            trust = f"--ignore-certificate-errors-spki-list={key_of(relay.certificate)}"
            browser = await driver.chromium.launch(executable_path="/usr/bin/chromium", args=[*FLAGS, trust])
            try:
                context = await browser.new_context()
                await context.add_init_script(NO_UDP)
                caller, viewer = await context.new_page(), await context.new_page()
                await rig.open()
                await caller.goto(pages)
                offer = await caller.evaluate(SEND, granted(settings, relay, "caller"))
                answer = await rig.engine.handle(
                    PublishOffer(session_id="s1", ticket=ticket("s1", "phone", "caller"), sdp=offer)
                )
                await caller.evaluate("(sdp) => window.sender.accept(sdp)", answer.sdp)
                await rig.fact(FirstFrame)
                await viewer.goto(pages)
                offer = await viewer.evaluate(WATCH, granted(settings, relay, "viewer"))
                answer = await rig.engine.handle(
                    WatchOffer(session_id="s1", ticket=ticket("s1", "desk", "viewer"), sdp=offer)
                )
                told = {"t": "answer", "id": 1, "sdp": answer.sdp, "codec": answer.video_codec}
                await viewer.evaluate("(message) => window.tell(message)", told)
                await viewer.wait_for_function("() => window.frames_drawn > 30")
                assert await path_of(caller) == await path_of(viewer) == {"kind": "relay", "over": "tls"}
                assert "typ host" not in offer
            finally:
                await browser.close()
                await rig.engine.close()


async def path_of(page: Page) -> Any:
    return await page.evaluate(PATH)
