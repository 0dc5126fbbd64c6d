"""What the database itself refuses about ledgers and rewinds."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from core.actors import Actor
from core.clock import now
from core.roles import CALL_HANDLER
from streaming import gateway as gateways
from streaming.models import GapLedger
from streaming.services import rewinding
from tests.factories.core import make_actor
from tests.factories.sessions import Call, make_call
from tests.fakes.gateway import FakeGateway
from tests.helpers.refused_rows import insert, refused


@pytest.fixture
def call(db: None, settings):
    settings.SMS_PROVIDERS = ["tests.fakes.sms.RecordingProvider"]
    before = gateways.set_gateway(FakeGateway())
    handler: Actor = make_actor(roles=(CALL_HANDLER,))
    call = make_call(handler)
    call.go_live()
    yield call
    gateways.set_gateway(before)


def make_ledger(call: Call) -> GapLedger:
    return GapLedger.objects.create(
        force_id=call.session.force_id, session=call.session, number=1, text="{}", sha256="a" * 64, item_id=uuid4(),
        made_at=now(),
    )  # fmt: skip


def test_ledgers(call: Call) -> None:
    row = make_ledger(call)
    refused("ledger_number_once", insert(row, item_id=uuid4()))
    refused("ledger_item_once", insert(row, number=2))
    free = {"item_id": uuid4(), "number": 2}
    refused("ledger_number_from_one", insert(row, **{**free, "number": 0}))
    refused("ledger_hash_length", insert(row, **free, sha256="a" * 63))


def test_a_ledger_is_never_changed_or_removed(call: Call) -> None:
    row = make_ledger(call)
    for act in (lambda: GapLedger.objects.filter(pk=row.pk).update(text="{ }"), row.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    row.refresh_from_db()
    assert row.text == "{}"


def test_rewinds(call: Call) -> None:
    row = rewinding.start_rewind(actor=call.handler, session_id=call.session.pk)
    refused("rewind_ends_after_start", insert(row, ended_at=row.started_at - timedelta(seconds=1)))
