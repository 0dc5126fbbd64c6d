"""An open board must fetch the card again when an operation begins or is over: it drops versions that it shows."""

from __future__ import annotations

import datetime as dt

from core import outbox
from core.clock import now
from core.models import LiveEvent, OutboxMessage
from suspects.selectors.wanted import wanted_card
from suspects.services import operations
from suspects.tasks import end_reservations
from tests.factories.wanted import make_operation, make_record


def told(actor):
    topic = f"wanted.{actor.force_id}"
    return list(
        LiveEvent.objects.filter(topic=topic, kind="wanted.changed").order_by("id").values_list("data", flat=True)
    )


def test_an_operation_is_a_newer_card_when_it_begins_and_when_it_is_ended(reid, sergeant):
    record = make_record()
    shown = wanted_card(reid, record.pk)
    given = {"person_id": record.person_id, "name": "Larkspur", "call_number": "01632 960 417"}
    operation = operations.start_operation(actor=sergeant, ends_at=now() + dt.timedelta(hours=8), **given)
    assert told(reid)[-1]["version"] > shown.version
    hidden = wanted_card(reid, record.pk)
    assert (hidden.do_not_approach, hidden.version) == (True, told(reid)[-1]["version"])
    operations.end_operation(actor=sergeant, operation_id=operation.pk)
    assert told(reid)[-1]["version"] > hidden.version
    assert not wanted_card(reid, record.pk).do_not_approach


def test_one_planned_for_later_is_told_when_its_time_comes_and_once(reid, sergeant):
    record, moment = make_record(), now()
    later = {"starts_at": moment + dt.timedelta(hours=1), "ends_at": moment + dt.timedelta(hours=8)}
    given = {"person_id": record.person_id, "name": "Larkspur", "call_number": "01632 960 417"}
    operation = operations.start_operation(actor=sergeant, **given, **later)
    end_reservations()
    assert told(reid) == []
    for changes in ({"starts_at": moment - dt.timedelta(seconds=9)}, {"ends_at": moment - dt.timedelta(seconds=1)}):
        before = wanted_card(reid, record.pk).version
        type(operation).objects.filter(pk=operation.pk).update(**changes)
        for _ in range(2):
            end_reservations()
            for key in OutboxMessage.objects.filter(kind=operations.REFRESH).values_list("pk", flat=True):
                outbox.deliver_one(str(key))
        assert [one["version"] for one in told(reid)][-1] == before + 1
    assert len(told(reid)) == 2
    make_operation(
        record.person, sergeant, ends_at=moment - dt.timedelta(hours=2), starts_at=moment - dt.timedelta(days=1)
    )
    end_reservations()
    assert OutboxMessage.objects.filter(kind=operations.REFRESH).count() == 2
