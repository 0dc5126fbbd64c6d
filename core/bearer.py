"""Bearer tokens of machines: found by hash, guessed slowly, used within limits.

A token has 256 random bits and is kept as its SHA-256: it is looked up by equality of the hash, so that neither the
database nor the time an answer takes tells anything about it. Wrong tokens are counted by network and refused past a
limit; a right one never is, whoever else guesses behind the same address.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from typing import TypeVar

from core.errors import DomainError
from core.limits import Limit, network_of, spend
from core.models.base import ForceOwned

_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]{20,200}=*)", re.IGNORECASE)  # RFC 6750 section 2.1

Owner = TypeVar("Owner", bound=ForceOwned)


class NotKnown(DomainError):
    """No token, or one that is nobody's. One answer for every reason."""

    status = 401
    code = "invalid_token"

    def __init__(self) -> None:
        super().__init__("A valid token is needed: Authorization: Bearer …")


def new_token() -> tuple[str, str]:
    """A token to hand over once, and what is kept of it."""
    token = secrets.token_urlsafe(32)
    return token, digest(token)


def digest(token: str) -> str:
    """SHA-256 in hex. Plain, not salted: the input is random and long, and the lookup needs equality."""
    return hashlib.sha256(token.encode()).hexdigest()


def owner_of(
    header: str, address: str, find: Callable[[str], Owner | None], *, misses: Limit, requests: Limit
) -> Owner:
    """Whose token an Authorization header brings; `find` looks it up by its hash.

    Raises NotKnown, TooMany: `misses` counts wrong tokens of one network, `requests` whatever one owner asks.
    """
    found = _BEARER.fullmatch(header.strip())
    owner = find(digest(found[1])) if found else None
    if owner is None:
        spend(misses, network_of(address))
        raise NotKnown()
    spend(requests, str(owner.pk))
    return owner
