"""Each rule the database itself keeps for the kernel's tables, shown by the row it refuses."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from core import audit
from core.clock import now
from core.models import (
    AuditAction,
    AuditHead,
    AuditLink,
    Force,
    LiveEvent,
    LiveTopic,
    MachineNonce,
    Outage,
    OutboxMessage,
    RoleGrant,
)
from tests.factories.core import make_actor, make_force, make_user
from tests.helpers.refused_rows import insert, refused

pytestmark = pytest.mark.django_db


def test_forces() -> None:
    force = make_force()
    refused("core.Force.code", insert(force))
    refused("force_code_is_two_digits", insert(force, code="9x"))
    refused("force_code_is_two_digits", insert(force, code="9"))
    assert Force.objects.count() == 1


def test_people() -> None:
    user = make_user()
    other = make_force("98", "Southmere Police")
    insert(user, username="98-1", force_id=other.pk)()
    refused("core.User.username", insert(user, collar_number="9999"))
    refused("collar_number_once_per_force", insert(user, username="99-other"))
    refused("role_granted_once", insert(RoleGrant.objects.get(user=user)))


def test_audit() -> None:
    with transaction.atomic():
        event = audit.record(make_actor(), AuditAction.CONSULT, "incidents.incident:1")
    audit.chain()
    link = AuditLink.objects.get(event_id=event.pk)
    refused("core.AuditLink.event_id", insert(link, seq=link.seq + 1))
    refused("one_audit_head", insert(AuditHead.objects.get(), id=2))


def test_live_events() -> None:
    topic = LiveTopic(name="board.1")
    topic.save()
    refused("core.LiveTopic.name", insert(topic))
    event = LiveEvent(topic="board.1", seq=1, kind="test.moved", data={}, at=now())
    event.save()
    insert(event, topic="board.2")()
    refused("live_seq_once_per_topic", insert(event))
    insert(event, seq=None)()
    insert(event, seq=None)()


def test_outbox() -> None:
    message = OutboxMessage(kind="sms.send", payload={}, due_at=now(), dedupe_key="once")
    message.save()
    refused("core.OutboxMessage.dedupe_key", insert(message))
    insert(message, dedupe_key=None)()


def test_a_machines_nonce_is_spent_once():
    row = MachineNonce.objects.create(keyid="ambulance-1", nonce="n" * 24, until=now())
    refused("machine_nonce_once", insert(row))
    insert(row, keyid="fire-1")()


def test_a_part_is_away_once_at_a_time():
    began = now()
    row = Outage.objects.create(part="media", began_at=began, seen_at=began)
    refused("outage_open_once", insert(row))
    insert(row, part="storage")()
    insert(row, ended_at=began)()
    refused("outage_seen_after_it_began", insert(row, part="relay", seen_at=began - dt.timedelta(seconds=1)))
    refused("outage_ends_after_it_began", insert(row, part="relay", ended_at=began - dt.timedelta(seconds=1)))
