"""The outbox: work survives couriers that die, and is never done by two at once."""

from __future__ import annotations

import datetime as dt
import threading
import time
from types import SimpleNamespace

import pytest
from django.db import transaction

from core import outbox
from core.clock import now
from core.models import OutboxMessage, OutboxState

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def done(monkeypatch):
    """Work done, in order; the broker is away, so that only the sweep delivers."""
    calls: list[tuple[dict, int]] = []
    monkeypatch.setattr(outbox, "_HANDLERS", {})
    monkeypatch.setattr(outbox, "current_app", SimpleNamespace(send_task=lambda *args, **kwargs: None))
    outbox.outbox_handler("test.work", max_attempts=3)(lambda payload, attempt: calls.append((payload, attempt)))
    return calls


def enqueue(**kwargs):
    with transaction.atomic():
        return outbox.enqueue("test.work", {"n": 1}, **kwargs)


def test_work_is_done_once(done):
    message = enqueue()
    assert outbox.deliver_one(str(message.pk)) is True
    assert outbox.deliver_one(str(message.pk)) is False
    assert done == [({"n": 1}, 1)]


def test_rolled_back_work_never_happens(done):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.enqueue("test.work", {})
        raise ZeroDivisionError
    assert outbox.deliver_due() == 0


def test_a_leased_row_is_left_to_its_courier_until_the_lease_ends(done):
    message = enqueue()
    OutboxMessage.objects.filter(pk=message.pk).update(leased_until=now() + dt.timedelta(minutes=1), attempts=1)
    assert outbox.deliver_due() == 0
    OutboxMessage.objects.filter(pk=message.pk).update(leased_until=now() - dt.timedelta(seconds=1))
    assert outbox.deliver_due() == 1
    assert done == [({"n": 1}, 2)]


def test_failing_work_waits_longer_each_time_and_then_asks_for_a_person(done, monkeypatch):
    def fail(payload, attempt):
        raise OSError("disk")

    outbox.outbox_handler("test.work", max_attempts=2)(fail)
    message = enqueue()
    outbox.deliver_one(str(message.pk))
    message.refresh_from_db()
    assert message.state == OutboxState.WAITING
    assert message.due_at > now()
    OutboxMessage.objects.update(due_at=now())
    outbox.deliver_one(str(message.pk))
    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == (OutboxState.DEAD, 2, "OSError")


def test_the_same_work_is_written_once(done):
    assert enqueue(dedupe_key="a").pk == enqueue(dedupe_key="a").pk
    assert OutboxMessage.objects.count() == 1


def test_delayed_work_waits(done):
    enqueue(delay=dt.timedelta(seconds=20))
    assert outbox.deliver_due() == 0


def test_long_work_keeps_its_lease(done, monkeypatch):
    """A recording of hours takes longer to store than a lease lasts: no second courier may begin beside the first."""
    monkeypatch.setattr(outbox, "LEASE", dt.timedelta(seconds=3))
    message = enqueue()
    second = []

    def work(payload, attempt):
        first = OutboxMessage.objects.get(pk=message.pk).leased_until
        give_up = time.monotonic() + 20
        while OutboxMessage.objects.get(pk=message.pk).leased_until == first and time.monotonic() < give_up:
            threading.Event().wait(0.05)
        second.append((OutboxMessage.objects.get(pk=message.pk).leased_until > first, outbox.deliver_due()))

    outbox.outbox_handler("test.work")(work)
    assert outbox.deliver_one(str(message.pk)) is True
    assert second == [(True, 0)]
    row = OutboxMessage.objects.get(pk=message.pk)
    assert (row.state, row.attempts, row.leased_until) == (OutboxState.DONE, 1, None)
