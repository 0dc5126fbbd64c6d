"""HTTP requests signed by machines: RFC 9421 (HTTP Message Signatures) with ed25519, RFC 9530 (Content-Digest).

One signature a request, one algorithm, and of the components only those that a sender of ours needs. What is not
understood is refused, never passed over: a verifier that guesses can be talked into covering something else.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALGORITHM = "ed25519"
DIGESTS = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}
DERIVED = frozenset({"@method", "@target-uri", "@authority", "@path"})
_LABEL = r"[a-z*][a-z0-9_.*-]{0,40}"
_INPUT = re.compile(rf'({_LABEL})=(\((?:"[@a-z0-9-]{{1,40}}"(?: "[@a-z0-9-]{{1,40}}")*)?\)((?:;[^;]+)*))')
_SIGNATURE = re.compile(rf"({_LABEL})=:([A-Za-z0-9+/=]{{1,200}}):")
_PARAMETER = re.compile(r'(created|expires|nonce|keyid|alg|tag)=(?:"([\x20\x21\x23-\x5b\x5d-\x7e]{0,200})"|(\d{1,15}))')
_NUMBERS = frozenset({"created", "expires"})


class BadSignature(Exception):
    """Why a request is not believed; for our own log, never for the sender."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What of a request can be covered. `headers` have lower-case names."""

    method: str
    target_uri: str
    headers: Mapping[str, str]

    @property
    def authority(self) -> str:
        return self.target_uri.partition("://")[2].partition("/")[0].lower()

    @property
    def path(self) -> str:
        return "/" + self.target_uri.partition("://")[2].partition("/")[2].partition("?")[0]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What `Signature-Input` says, before anything of it is believed."""

    components: tuple[str, ...]
    parameters: Mapping[str, str]
    line: str  # the value of "@signature-params", byte for byte as it was sent
    signature: bytes

    @property
    def keyid(self) -> str:
        return self.parameters.get("keyid", "")

    @property
    def nonce(self) -> str:
        return self.parameters.get("nonce", "")

    @property
    def created(self) -> int:
        return int(self.parameters.get("created", 0))


def content_digest(body: bytes, algorithm: str = "sha-256") -> str:
    return f"{algorithm}=:{base64.b64encode(DIGESTS[algorithm](body).digest()).decode()}:"


def digest_holds(header: str, body: bytes) -> bool:
    """Every digest that is named must be known and must fit; at least one must be there."""
    named = [part.strip().partition("=") for part in header.split(",")]
    if not header or any(name not in DIGESTS for name, _, _ in named):
        return False
    return all(hmac.compare_digest(f"{name}={value}", content_digest(body, name)) for name, _, value in named)


def sign(
    request: Request, key: Ed25519PrivateKey, *, keyid: str, created: int, nonce: str, components: tuple[str, ...]
) -> dict[str, str]:
    """The two headers of a signature over `components`, which the request has."""
    covered = " ".join(f'"{name}"' for name in components)
    line = f'({covered});created={created};nonce="{nonce}";keyid="{keyid}";alg="{ALGORITHM}"'
    signature = key.sign(signature_base(request, components, line))
    return {
        "Signature-Input": f"sig1={line}",
        "Signature": f"sig1=:{base64.b64encode(signature).decode()}:",
    }


def signature_base(request: Request, components: tuple[str, ...], line: str) -> bytes:
    """RFC 9421 section 2.5. Raises BadSignature for a component the request has not."""
    lines = [f'"{name}": {_value(request, name)}' for name in components]
    return "\n".join([*lines, f'"@signature-params": {line}']).encode("ascii", "strict")


def _value(request: Request, name: str) -> str:
    derived = {
        "@method": request.method.upper(),
        "@target-uri": request.target_uri,
        "@authority": request.authority,
        "@path": request.path,
    }
    if name in derived:
        return derived[name]
    if name.startswith("@") or name not in request.headers:
        raise BadSignature(f"{name} cannot be covered")
    value = request.headers[name].strip()
    if not value.isascii() or "\n" in value or "\r" in value:
        raise BadSignature(f"{name} is no plain header")
    return value


def read_claim(headers: Mapping[str, str]) -> Claim:
    """The one signature of a request. Raises BadSignature when there is none, more than one or another kind."""
    told, signed = headers.get("signature-input", ""), headers.get("signature", "")
    if len(told) > 2000 or len(signed) > 400:
        raise BadSignature("too long")
    about, signature = _INPUT.fullmatch(told.strip()), _SIGNATURE.fullmatch(signed.strip())
    if about is None or signature is None or about[1] != signature[1]:
        raise BadSignature("not one signature with its input")
    components = tuple(re.findall(r'"([^"]+)"', about[2].partition(")")[0]))
    if len(set(components)) != len(components):
        raise BadSignature("a component is covered twice")
    try:
        raw = base64.b64decode(signature[2], validate=True)
    except binascii.Error as error:
        raise BadSignature("the signature is no base64") from error
    return Claim(components=components, parameters=_parameters(about[3]), line=about[2], signature=raw)


def _parameters(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.split(";")[1:]:
        match = _PARAMETER.fullmatch(part.strip())
        if match is None or match[1] in found or (match[3] is not None) != (match[1] in _NUMBERS):
            raise BadSignature("a parameter is not understood")
        found[match[1]] = match[3] if match[2] is None else match[2]
    if found.get("alg", ALGORITHM) != ALGORITHM:
        raise BadSignature("another algorithm")
    return found


def verify(request: Request, claim: Claim, key: Ed25519PublicKey) -> None:
    """Raises BadSignature unless the key's owner signed exactly this."""
    base = signature_base(request, claim.components, claim.line)
    try:
        key.verify(claim.signature, base)
    except InvalidSignature as error:
        raise BadSignature("the signature does not hold") from error
