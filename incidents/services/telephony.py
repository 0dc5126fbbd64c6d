"""Telephony systems and their tokens: made and shown once, kept as a hash, revoked at once."""

from __future__ import annotations

from django.db import transaction

from core import audit, bearer
from core.actors import Actor
from core.errors import Invalid, NotAllowed
from core.limits import Limit
from core.models import AuditAction
from core.permissions import check
from incidents.models import TelephonyConnection
from incidents.services.text import clean_text

MISSES = Limit("telephony-miss", most=30, seconds=600)  # wrong tokens of one network
#: A storm of 1,000 calls a minute with six events each goes through, twice over.
REQUESTS = Limit("telephony-request", most=12_000, seconds=60)


def make_connection(*, actor: Actor, force_id: int, name: str) -> tuple[TelephonyConnection, str]:
    """A new connection and its token, which nobody can read again. Raises NotAllowed, Invalid (name)."""
    check(actor, "config.manage")
    _own(actor, force_id)
    name = clean_text(name, field="name", limit=60, required=True)
    with transaction.atomic():
        if TelephonyConnection.objects.filter(force_id=force_id, name=name).exists():
            raise Invalid(fields={"name": "There is a connection of this name. Revoke it, or choose another name."})
        token, hashed = bearer.new_token()
        made = TelephonyConnection.objects.create(force_id=force_id, name=name, token_hash=hashed)
        audit.record(actor, AuditAction.CONFIG, f"incidents.telephonyconnection:{made.pk}", fields=["made"])
    return made, token


def new_token(*, actor: Actor, connection: TelephonyConnection) -> str:
    """Another token; the old one stops working with the commit. Raises NotAllowed."""
    check(actor, "config.manage")
    _own(actor, connection.force_id)
    token, hashed = bearer.new_token()
    with transaction.atomic():
        TelephonyConnection.objects.filter(pk=connection.pk).update(token_hash=hashed, enabled=True)
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
    """The connection whose token an Authorization header brings. Raises NotKnown, NotAllowed (revoked), TooMany."""
    connection = bearer.owner_of(header, address, _of_token, misses=MISSES, requests=REQUESTS)
    if not connection.enabled:
        raise NotAllowed("This connection's token is revoked. Ask an administrator for another.", code="revoked")
    return connection


def _of_token(hashed: str) -> TelephonyConnection | None:
    rows = TelephonyConnection.objects.select_related("force")
    found: TelephonyConnection | None = rows.filter(token_hash=hashed).first()
    return found


def actor_of(connection: TelephonyConnection) -> Actor:
    """Who the audit trail and the log say it was."""
    return Actor.provider(connection.force_id, connection.name, force_code=connection.force.code)


def _own(actor: Actor, force_id: int) -> None:
    if actor.kind == "user" and actor.force_id != force_id and not (actor.user and actor.user.is_superuser):
        raise NotAllowed()
