"""The secrets of a link: made here, compared by hash, never stored in the open.

The token is 128 random bits, the browser's secret 256. The database holds their SHA-256. Until the link is claimed or
closed, a fallback text may need the token again; it waits sealed under a key derived from SECRET_KEY, so that neither
the database nor a backup of it opens anybody's link.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

TOKEN_LENGTH = 22  # characters of base64url: 16 bytes
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


class SealBroken(Exception):
    """What was sealed cannot be opened: another key, or tampered with."""


def new_token() -> str:
    return secrets.token_urlsafe(16)


def new_browser_secret() -> str:
    return secrets.token_urlsafe(32)


def new_trust_code() -> str:
    """Four random digits the caller hears and reads; not a secret against guessing, a proof of who is speaking."""
    return f"{secrets.randbelow(10_000):04d}"


def looks_like_token(text: str) -> bool:
    return _TOKEN.fullmatch(text) is not None


def looks_like_browser_secret(text: str) -> bool:
    return _SECRET.fullmatch(text) is not None


def digest(secret: str) -> str:
    """SHA-256 in hex. Plain, not salted: the input is random and long, and the lookup needs equality."""
    return hashlib.sha256(secret.encode()).hexdigest()


def seal(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What `seal` was given, or SealBroken."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBroken("not sealed by this server's key") from error


def _box() -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"sightline link token v1")
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))
