"""The door for machines: a request is believed for its signature, never for a session or an address.

Checked in this order, and nothing of the request is acted on before the last: size, shape of the signature, what it
covers, its age, the body's digest, the signature itself, and that its nonce was never seen. Every refusal is the same
answer, whichever check said no and whether or not the key is known: who tries keys learns nothing. The reason is in our
log. TLS, and client certificates where a force wants them, are the reverse proxy's (docs/transfers.md).
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Generic, TypeVar

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from core.clock import from_epoch, now
from core.errors import DomainError, Invalid, TooLarge
from core.http_signatures import BadSignature, Claim, Request, content_digest, digest_holds, read_claim, sign, verify
from core.models import MachineNonce

log = structlog.get_logger(__name__)

WINDOW = timedelta(minutes=5)  # a signature older, or further ahead, is refused
COVERED = ("@method", "@target-uri", "content-digest", "content-type")
_NONCE_LENGTHS = range(16, 65)
# What is signed with it is refused all the same: it belongs to no partner.
_NOBODYS_KEY = Ed25519PublicKey.from_public_bytes(
    Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
)

Owner = TypeVar("Owner")


class NotSigned(DomainError):
    """One answer for every reason."""

    status: ClassVar[int] = 401
    code = "not_signed"

    def __init__(self) -> None:
        super().__init__(
            "This request is not signed by a key we know. See docs/transfers.md: method, address, digest and type of "
            "the body, with a fresh time and nonce."
        )


@dataclass(frozen=True)
class Visitor(Generic[Owner]):
    """A machine that proved who it is, and what it brought."""

    owner: Owner
    body: bytes
    content_type: str


@dataclass(frozen=True)
class KnownKey(Generic[Owner]):
    """`public` is the raw key in base64, as `read_public_key` takes it."""

    public: str
    owner: Owner


def let_in(request: HttpRequest, find_key: Callable[[str], KnownKey[Owner] | None], *, limit: int) -> Visitor[Owner]:
    """The owner of the key that signed this request, and its body of at most `limit` bytes.

    Raises TooLarge, NotSigned. The nonce is spent even when what follows fails: a sender signs each try anew.
    """
    body = _body(request, limit)
    try:
        return _believed(request, body, find_key)
    except (BadSignature, UnicodeError) as refused:
        log.warning("machine_door.refused", reason=str(refused))
        raise NotSigned from refused


def _believed(request: HttpRequest, body: bytes, find_key: Callable[[str], KnownKey[Owner] | None]) -> Visitor[Owner]:
    seen = Request(
        method=request.method or "",
        target_uri=f"{settings.PUBLIC_URL}{request.get_full_path()}",
        headers={name.lower(): value for name, value in request.headers.items()},
    )
    claim = read_claim(seen.headers)
    _check_claim(claim)
    known = find_key(claim.keyid)
    # A key nobody has is tried all the same: the answer takes as long.
    verify(seen, claim, read_public_key(known.public) if known else _NOBODYS_KEY)
    if known is None:
        raise BadSignature("unknown key")
    if not digest_holds(seen.headers["content-digest"], body):
        raise BadSignature("the body is not what was signed")
    _spend(claim)
    return Visitor(owner=known.owner, body=body, content_type=seen.headers["content-type"].strip())


def _check_claim(claim: Claim) -> None:
    if not set(COVERED) <= set(claim.components):
        raise BadSignature("something is not covered")
    if not claim.keyid or len(claim.keyid) > 80 or len(claim.nonce) not in _NONCE_LENGTHS:
        raise BadSignature("no key or no nonce")
    moment = now()
    if abs((moment - from_epoch(min(claim.created, 10**11))).total_seconds()) > WINDOW.total_seconds():
        raise BadSignature("made too long ago, or ahead of our clock")
    expires = claim.parameters.get("expires")
    if expires is not None and int(expires) < moment.timestamp():
        raise BadSignature("expired")


def _spend(claim: Claim) -> None:
    try:
        with transaction.atomic():
            MachineNonce.objects.create(
                keyid=claim.keyid, nonce=claim.nonce, until=from_epoch(claim.created) + 2 * WINDOW
            )
    except IntegrityError as error:
        raise BadSignature("seen before") from error


def _body(request: HttpRequest, limit: int) -> bytes:
    """Read here and no further than the limit: nothing is parsed, and no header is believed about the length."""
    announced = request.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise TooLarge()
    body = request.read(limit + 1)
    if len(body) > limit:
        raise TooLarge()
    return body


def purge_nonces() -> int:
    """Forget nonces whose signature is too old to be believed anyway."""
    return MachineNonce.objects.filter(until__lt=now()).delete()[0]


def signed_headers(*, url: str, body: bytes, content_type: str, keyid: str) -> dict[str, str]:
    """Headers of a POST of ours, signed now with the key of `keyid`. A second try is signed again."""
    headers = {"content-type": content_type, "content-digest": content_digest(body)}
    request = Request(method="POST", target_uri=url, headers=headers)
    signature = sign(
        request, own_key(keyid), keyid=keyid, created=int(now().timestamp()), nonce=secrets.token_urlsafe(24),
        components=COVERED,
    )  # fmt: skip
    return {"Content-Type": content_type, "Content-Digest": headers["content-digest"], **signature}


def own_key(keyid: str) -> Ed25519PrivateKey:
    """Our private key of that name: derived from SECRET_KEY, so that neither the database nor a backup of it holds one.
    Another key is another name."""
    info = f"sightline machine key v1 {keyid}".encode()
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(settings.SECRET_KEY.encode())
    return Ed25519PrivateKey.from_private_bytes(derived)


def own_public_key(keyid: str) -> str:
    """What a partner is given: the raw public key in base64."""
    raw = own_key(keyid).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def read_public_key(text: str) -> Ed25519PublicKey:
    """A raw ed25519 public key in base64. Raises Invalid."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError) as error:
        raise Invalid(fields={"public_key": "Give the ed25519 key: 32 bytes in base64, 44 characters."}) from error
