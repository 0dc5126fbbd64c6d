"""A browsers' push service of our own: real HTTP on a free loopback port. It opens what it gets as the browser would,
and checks who sent it. `script` holds the statuses it answers next; 0 hangs up without an answer."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.web_push import CURVE, decode, encode, public_point


@dataclass
class FakeBrowser:
    """One subscription: its keys never leave the phone."""

    base: str
    name: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def said(self) -> dict[str, str]:
        """What its page tells the server."""
        public = encode(public_point(self.key))
        return {"endpoint": f"{self.base}/{self.name}", "p256dh": public, "auth": encode(self.auth)}

    def opens(self, body: bytes) -> dict[str, Any]:
        """RFC 8291, the receiver's side."""
        salt, length = body[:16], body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))

        def derive(secret: bytes, with_salt: bytes, info: bytes, size: int) -> bytes:
            return HKDF(algorithm=hashes.SHA256(), length=size, salt=with_salt, info=info).derive(secret)

        secret = derive(shared, self.auth, b"WebPush: info\0" + public_point(self.key) + theirs, 32)
        cipher = AESGCM(derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16))
        plain = cipher.decrypt(derive(secret, salt, b"Content-Encoding: nonce\0", 12), sealed, None)
        found: dict[str, Any] = json.loads(plain.rstrip(b"\x02"))
        return found


@dataclass
class Delivery:
    path: str
    headers: dict[str, str]
    body: bytes

    def claims(self) -> dict[str, Any]:
        """Who says they sent it; raises InvalidSignature when the key beside it did not sign."""
        parts = dict(
            one.strip().split("=", 1) for one in self.headers["authorization"].removeprefix("vapid ").split(",")
        )
        signed, _, signature = parts["t"].rpartition(".")
        raw = decode(signature)
        pair = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decode(parts["k"]))
        key.verify(pair, signed.encode(), ec.ECDSA(hashes.SHA256()))
        found: dict[str, Any] = json.loads(decode(signed.split(".")[1]))
        return found


@dataclass
class PushService:
    base: str = ""
    script: list[int] = field(default_factory=list)
    got: list[Delivery] = field(default_factory=list)

    def browser(self, name: str) -> FakeBrowser:
        return FakeBrowser(self.base, name)


@contextmanager
def push_service() -> Iterator[PushService]:
    service = PushService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.got.append(Delivery(self.path, headers, body))
            status = service.script.pop(0) if service.script else 201
            if status == 0:
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: the tests say what they saw."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
