"""Telling the crews of an incident on phones whose page is not open: one row for each browser, written before it is
sent, sent again until the push service has it, and only while the officer is still assigned."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from core import outgoing, web_push
from core.clock import now
from core.models import User
from core.outbox import Retry, enqueue
from incidents.models import Assignment, Duty, Incident, Push, PushSubscription, Resource
from incidents.services.push_subscriptions import allowed
from incidents.states import PUSH_TRANSITIONS, PushStatus, PushWord

log = structlog.get_logger(__name__)

WORTH = timedelta(minutes=10)  # what is older has been heard by radio
SECONDS = 8.0
MOST_BYTES = 16 * 1024
WAIT, LONGEST_WAIT = 2.0, 60.0
GONE = frozenset({404, 410})
AGAIN = frozenset({408, 425, 429})


def push_to_crews(
    incident: Incident, word: PushWord, subject: UUID, *, only: Resource | None = None, but_not: int | None = None
) -> None:
    """In the transaction of what happened. For services that have asked who may; `but_not` knows it already."""
    if not settings.PUSH_PRIVATE_KEY:
        return
    people = [user for user in _crews(incident, only) if user != but_not]
    for subscription in PushSubscription.objects.filter(force_id=incident.force_id, user_id__in=people):
        push, made = Push.objects.get_or_create(
            subscription=subscription, word=word, subject=subject,
            defaults={
                "force_id": incident.force_id, "user_id": subscription.user_id, "incident": incident, "made_at": now(),
            },
        )  # fmt: skip
        if made:
            enqueue("push.send", {"push": str(push.pk)})


def tell_crews(incident_id: UUID, subject: UUID, *, but_not: int | None = None) -> None:
    """Somebody was described, or something: every crew on the incident hears that there is something to see. For
    services of other apps, in their transaction."""
    push_to_crews(Incident.objects.get(pk=incident_id), PushWord.DESCRIBED, subject, but_not=but_not)


def _crews(incident: Incident, only: Resource | None = None) -> set[int]:
    """User ids of whoever is on duty now with a unit that is on the incident now."""
    jobs = Assignment.objects.filter(incident=incident).active()
    if only is not None:
        jobs = jobs.filter(resource=only)
    duties = Duty.objects.on_at(now()).filter(
        force_id=incident.force_id, call_sign__in=jobs.values("resource__call_sign")
    )
    return set(duties.values_list("user_id", flat=True))


def send_push(push_id: UUID, attempt: int) -> None:
    """The courier's work. Raises Retry while the push service has not answered and the word is still worth saying."""
    push: Push | None = (
        Push.objects.select_related("subscription", "incident").filter(pk=push_id, status=PushStatus.WAITING).first()
    )
    if push is None:
        return None
    subscription = push.subscription
    if subscription is None or subscription.user_id != push.user_id:
        return _over(push, PushStatus.GONE)
    if now() - push.made_at > WORTH or not _still_theirs(push):
        return _over(push, PushStatus.DROPPED)
    status = _post(push, subscription)
    if status in GONE:
        with transaction.atomic():
            _over(push, PushStatus.GONE)
            subscription.delete()
        return None
    if 200 <= status < 300:
        return _over(push, PushStatus.SENT)
    if status in AGAIN or status >= 500 or status == 0:
        raise Retry(min(LONGEST_WAIT, WAIT * 2 ** min(attempt - 1, 6)), f"push service said {status}")
    log.warning("push.refused", push=str(push.pk), status=status)
    return _over(push, PushStatus.FAILED)


def _still_theirs(push: Push) -> bool:
    person = User.objects.filter(pk=push.user_id, is_active=True).exists()
    return person and push.user_id in _crews(push.incident)


def _post(push: Push, subscription: PushSubscription) -> int:
    """What the push service answered, 0 for nothing. The words are a number and a kind, and encrypted all the same."""
    if not allowed(subscription.endpoint):
        return 410  # the force uses this push service no more
    words = {
        "title": f"Incident {push.incident.serial}",
        "body": str(PushWord(push.word).label),
        "url": reverse("incidents:own_unit"),
        "tag": str(push.pk),
    }
    key = web_push.private_key(settings.PUSH_PRIVATE_KEY)
    headers = {
        "Authorization": web_push.authorisation(subscription.endpoint, key, settings.PUSH_CONTACT, now()),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(WORTH.total_seconds())),
        "Urgency": "high",
        "Topic": push.pk.hex,  # sent twice after a crash, the phone has it once
    }
    body = web_push.encrypt(json.dumps(words).encode(), subscription.p256dh, subscription.auth)
    try:
        return outgoing.post(subscription.endpoint, body, headers, seconds=SECONDS, limit=MOST_BYTES).status
    except outgoing.TooMuch:
        return 500
    except outgoing.NoAnswer:
        return 0


def _over(push: Push, status: PushStatus) -> None:
    assert status in PUSH_TRANSITIONS[PushStatus.WAITING]
    Push.objects.filter(pk=push.pk, status=PushStatus.WAITING).update(status=status, ended_at=now())
