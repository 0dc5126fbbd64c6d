"""Web Push without a library: the message encrypted for one browser (RFC 8291, RFC 8188) and who sends it (RFC 8292).

The push service in between sees lengths, times and the address, never the words.
"""

from __future__ import annotations

import base64
import json
import os
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD = 4096
LONGEST = 3000  # bytes of a message: every push service takes them
TOKEN_FOR = timedelta(hours=1)  # RFC 8292 allows a day
CURVE = ec.SECP256R1()


def encode(raw: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(words: str) -> bytes:
    """Raises ValueError."""
    return base64.b64decode(words.encode("ascii") + b"=" * (-len(words) % 4), altchars=b"-_", validate=True)


def new_private_key() -> str:
    """A key for PUSH_PRIVATE_KEY: 32 bytes as base64url."""
    return encode(ec.generate_private_key(CURVE).private_numbers().private_value.to_bytes(32, "big"))


def private_key(words: str) -> ec.EllipticCurvePrivateKey:
    """Raises ValueError."""
    return ec.derive_private_key(int.from_bytes(decode(words), "big"), CURVE)


def public_point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """65 bytes: what a browser wants as `applicationServerKey`."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def check_keys(p256dh: str, auth: str) -> None:
    """What a browser says of its subscription: a point of the curve and 16 bytes. Raises ValueError."""
    ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decode(p256dh))
    if len(decode(auth)) != 16:
        raise ValueError("auth has 16 bytes")


def encrypt(
    message: bytes, p256dh: str, auth: str, *, key: ec.EllipticCurvePrivateKey | None = None, salt: bytes | None = None
) -> bytes:
    """The body to POST. `key` and `salt` are fresh each time; tests give the RFC's. Raises ValueError."""
    if len(message) > LONGEST:
        raise ValueError("too long for a push")
    theirs = decode(p256dh)
    key, salt = key or ec.generate_private_key(CURVE), salt or os.urandom(16)
    ours = public_point(key)
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
    secret = _derive(shared, decode(auth), b"WebPush: info\0" + theirs + ours, 32)
    cipher = AESGCM(_derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16))
    sealed = cipher.encrypt(_derive(secret, salt, b"Content-Encoding: nonce\0", 12), message + b"\x02", None)
    return salt + RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours + sealed


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def authorisation(endpoint: str, key: ec.EllipticCurvePrivateKey, contact: str, moment: datetime) -> str:
    """The Authorization header: who sends, to this push service only, for an hour."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((moment + TOKEN_FOR).timestamp()),
        "sub": contact,
    }
    said = ".".join(encode(json.dumps(one).encode()) for one in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(key.sign(said.encode(), ec.ECDSA(hashes.SHA256())))
    token = f"{said}.{encode(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
    return f"vapid t={token}, k={encode(public_point(key))}"
