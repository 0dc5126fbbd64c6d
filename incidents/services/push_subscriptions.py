"""Which browsers of an officer take pushes. An address is only ever one of the push services of the settings."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from core import audit, web_push
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid
from core.models import AuditAction
from incidents.models import PushSubscription
from incidents.permissions import check_work_unit

MOST = 5  # browsers of one person; the oldest goes
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def push_key() -> str:
    """The public key that a browser subscribes with; "" while the force sends no pushes."""
    words = settings.PUSH_PRIVATE_KEY
    return web_push.encode(web_push.public_point(web_push.private_key(words))) if words else ""


def subscribe(*, actor: Actor, endpoint: str, p256dh: str, auth: str) -> PushSubscription:
    """This browser is this person's from now on. Raises NotAllowed, Conflict (off), Invalid (endpoint, keys)."""
    check_work_unit(actor)
    if not settings.PUSH_PRIVATE_KEY:
        raise Conflict("This force sends no messages to phones.", code="push_off")
    if len(endpoint) > 500 or not allowed(endpoint):
        raise Invalid(fields={"endpoint": "This browser's push service is not one the force uses."})
    try:
        web_push.check_keys(p256dh, auth)
    except ValueError as error:
        raise Invalid(fields={"keys": "The browser's keys are damaged. Switch it on again."}) from error
    with transaction.atomic():
        given = {"force_id": actor.force_id, "user_id": actor.user_id, "p256dh": p256dh, "auth": auth}
        row: PushSubscription
        row, _ = PushSubscription.objects.update_or_create(endpoint=endpoint, defaults={**given, "made_at": now()})
        own = PushSubscription.objects.filter(user_id=actor.user_id or 0).order_by("-made_at")
        PushSubscription.objects.filter(pk__in=[one.pk for one in own[MOST:]]).delete()
        audit.record(actor, AuditAction.COLLECT, f"incidents.pushsubscription:{row.pk}", fields=["endpoint"])
    return row


def unsubscribe(*, actor: Actor, endpoint: str) -> None:
    """This browser takes no more. One that is not this person's stays. Raises NotAllowed."""
    check_work_unit(actor)
    with transaction.atomic():
        row = (
            PushSubscription.objects.visible_to(actor)
            .filter(user_id=actor.user_id or 0, endpoint=endpoint[:500])
            .first()
        )
        if row is not None:
            audit.record(actor, AuditAction.ALTER, f"incidents.pushsubscription:{row.pk}", fields=["endpoint"])
            row.delete()


def allowed(endpoint: str) -> bool:
    """An https address of a push service in the settings; of this machine, and without TLS, only where they say so."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    named = any(host == one or (one.startswith(".") and host.endswith(one)) for one in settings.PUSH_HOSTS)
    secure = parts.scheme == "https" and port in (None, 443)
    plain = not (parts.username or parts.password) and endpoint.isprintable() and endpoint.isascii()
    return named and plain and (secure or (parts.scheme == "http" and host in LOOPBACK))
