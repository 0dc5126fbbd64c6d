"""Telephony systems and their tokens: made and shown once, kept as a hash, revoked at once."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from django.db import transaction

from core import audit
from core.actors import Actor
from core.errors import DomainError, Invalid, NotAllowed
from core.models import AuditAction
from core.permissions import check
from incidents.models import TelephonyConnection
from incidents.services import limits
from incidents.services.text import clean_text

_BEARER = re.compile(r"bearer +([A-Za-z0-9_-]{43})", re.IGNORECASE)
MISSES = limits.Limit("telephony-miss", most=30, seconds=600)  # wrong tokens of one address
#: A storm of 1,000 calls a minute with six events each goes through, twice over.
REQUESTS = limits.Limit("telephony-request", most=12_000, seconds=60)


class NotKnown(DomainError):
    """No token, or one that is nobody's. One answer for every reason."""

    status = 401
    code = "invalid_token"

    def __init__(self) -> None:
        super().__init__("A valid token is needed: Authorization: Bearer …")


def make_connection(*, actor: Actor, force_id: int, name: str) -> tuple[TelephonyConnection, str]:
    """A new connection and its token, which nobody can read again. Raises NotAllowed, Invalid (name)."""
    check(actor, "config.manage")
    _own(actor, force_id)
    name = clean_text(name, field="name", limit=60, required=True)
    with transaction.atomic():
        if TelephonyConnection.objects.filter(force_id=force_id, name=name).exists():
            raise Invalid(fields={"name": "There is a connection of this name. Revoke it, or choose another name."})
        token = secrets.token_urlsafe(32)
        made = TelephonyConnection.objects.create(force_id=force_id, name=name, token_hash=digest(token))
        audit.record(actor, AuditAction.CONFIG, f"incidents.telephonyconnection:{made.pk}", fields=["made"])
    return made, token


def new_token(*, actor: Actor, connection: TelephonyConnection) -> str:
    """Another token; the old one stops working with the commit. Raises NotAllowed."""
    check(actor, "config.manage")
    _own(actor, connection.force_id)
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        TelephonyConnection.objects.filter(pk=connection.pk).update(token_hash=digest(token), enabled=True)
        audit.record(actor, AuditAction.CONFIG, f"incidents.telephonyconnection:{connection.pk}", fields=["new token"])
    return token


def revoke(*, actor: Actor, connection: TelephonyConnection) -> None:
    """Its token stops working. Raises NotAllowed."""
    check(actor, "config.manage")
    _own(actor, connection.force_id)
    with transaction.atomic():
        TelephonyConnection.objects.filter(pk=connection.pk).update(enabled=False)
        audit.record(actor, AuditAction.CONFIG, f"incidents.telephonyconnection:{connection.pk}", fields=["revoked"])


def connection_of(header: str, address: str) -> TelephonyConnection:
    """The connection whose token an Authorization header brings. Raises NotKnown, NotAllowed (revoked), TooMany.

    Only misses are limited: somebody else's wrong tokens behind the same address must not shut out the right one.
    """
    found = _BEARER.fullmatch(header.strip())
    hashed = digest(found[1]) if found else ""
    rows = TelephonyConnection.objects.select_related("force").filter(token_hash=hashed)
    connection: TelephonyConnection | None = rows.first() if found else None
    if connection is None or not hmac.compare_digest(connection.token_hash, hashed):
        limits.check(MISSES, limits.network_of(address))
        limits.count(MISSES, limits.network_of(address))
        raise NotKnown()
    limits.check(REQUESTS, str(connection.pk))
    limits.count(REQUESTS, str(connection.pk))
    if not connection.enabled:
        raise NotAllowed("This connection's token is revoked. Ask an administrator for another.", code="revoked")
    return connection


def actor_of(connection: TelephonyConnection) -> Actor:
    """Who the audit trail and the log say it was."""
    return Actor.provider(connection.force_id, connection.name)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _own(actor: Actor, force_id: int) -> None:
    if actor.kind == "user" and actor.force_id != force_id and not (actor.user and actor.user.is_superuser):
        raise NotAllowed()
