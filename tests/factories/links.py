"""Incidents with one-time links, made through the services as a call handler would."""

from __future__ import annotations

import hashlib
from uuid import UUID, uuid4

from core.actors import Actor
from core.models import Force, OutboxMessage
from core.outbox import deliver_one
from incidents.models import Incident, IncidentCategory, ResponseGrade
from incidents.services import open_incident, seed_force
from streaming.models import LinkToken, VideoSession
from streaming.services import claims, links
from streaming.tokens import unseal
from tests.factories.seeding import seeded

MOBILE = "07700 900123"
E164 = "+447700900123"
NOTICE = hashlib.sha256(b"the notice as the test shows it").hexdigest()


def open_call(actor: Actor, number: str = MOBILE) -> Incident:
    """An incident of the actor's force, opened by the actor."""
    force = Force.objects.get(pk=actor.force_id)
    seeded(force, seed_force, ResponseGrade)
    return open_incident(
        actor=actor,
        channel="999",
        caller_number=number,
        caller_name="Jo Harper",
        location_text="Harbour Lane car park",
        description="Two cars have collided.",
        grade_code=ResponseGrade.objects.filter(force=force).order_by("sort")[0].code,
        category_code=IncidentCategory.objects.filter(force=force).order_by("code")[0].code,
        client_key=uuid4(),
    )


def send(actor: Actor, incident: Incident | None = None, **kwargs: object) -> VideoSession:
    incident = incident or open_call(actor)
    given: dict[str, object] = {"number": MOBILE, "consent": True, **kwargs}
    return links.send_link(actor=actor, incident_id=incident.pk, **given)  # type: ignore[arg-type]  # test input


def open_link(session: VideoSession) -> LinkToken:
    return LinkToken.objects.open().get(session=session)


def token_of(session: VideoSession) -> str:
    """The token of the session's open, unclaimed link."""
    return unseal(open_link(session).sealed_token)


def claim(session: VideoSession, secret: str | None = None, ip: str = "198.51.100.7") -> claims.Claim:
    return claims.claim_link(token=token_of(session), browser_secret=secret, notice_hash=NOTICE, ip=ip, ua="Test phone")


def work(kind: str) -> OutboxMessage:
    """Do the newest piece of outbox work of this kind as the courier would, due or not; returns its row afterwards.

    A handler that breaks fails the test; one that asks to be run again (Retry) does not.
    """
    message = OutboxMessage.objects.filter(kind=kind).latest("created_at")
    OutboxMessage.objects.filter(pk=message.pk).update(due_at=message.created_at)
    deliver_one(str(message.pk))
    message.refresh_from_db()
    assert message.last_error in ("", "Retry"), f"{kind}: {message.last_error}"
    return message


def stranger_id() -> UUID:
    return uuid4()
