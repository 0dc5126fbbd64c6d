"""What was away while somebody was at work is in the incident's log, once, with its start and its end."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from core import health, outages
from core.models import Outage, OutboxMessage
from core.outbox import deliver_due
from incidents.models import LogEntry
from incidents.services.outages import write_outage
from incidents.states import LogChannel, LogType
from tests.factories.incidents import make_incident, make_stranger

pytestmark = pytest.mark.django_db
SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)


def over(began: dt.datetime, ended: dt.datetime, part: str = "channel_layer") -> Outage:
    return Outage.objects.create(part=part, began_at=began, seen_at=ended, ended_at=ended)


def said_of(incident) -> list[str]:
    entries = LogEntry.objects.filter(incident=incident, type=LogType.SYSTEM, channel=LogChannel.SYSTEM)
    return list(entries.order_by("seq").values_list("text", flat=True))


def test_the_entry_says_from_when_to_when_and_what_it_meant(incident):
    at = timezone.now()
    write_outage(over(at - MINUTE, at + SECOND).pk)
    began, ended = timezone.localtime(at - MINUTE), timezone.localtime(at + SECOND)
    assert said_of(incident) == [
        f"Live updates: not answering from {began:%H:%M:%S} to {ended:%H:%M:%S}. "
        "Other consoles heard of changes some seconds late."
    ]
    entry = LogEntry.objects.get(incident=incident, type=LogType.SYSTEM)
    assert (entry.author_label, entry.occurred_at) == ("System", at + SECOND)


def test_over_midnight_the_day_is_said(incident):
    at = timezone.now()
    write_outage(over(at - dt.timedelta(days=1), at + SECOND, "storage").pk)
    assert f"on {timezone.localtime(at - dt.timedelta(days=1)):%d/%m/%Y} to" in said_of(incident)[0]


def test_written_twice_it_is_there_once_and_every_force_has_it(incident):
    theirs = make_incident(make_stranger())
    row = over(timezone.now() - MINUTE, timezone.now() + SECOND)
    assert write_outage(row.pk) == 2
    assert write_outage(row.pk) == 2
    assert len(said_of(incident)) == len(said_of(theirs)) == 1


def test_an_incident_nobody_was_at_work_on_has_no_entry(incident):
    later = timezone.now() + dt.timedelta(hours=3)
    assert write_outage(over(later, later + MINUTE).pk) == 0
    earlier = timezone.now() - dt.timedelta(hours=3)
    assert write_outage(over(earlier, earlier + MINUTE).pk) == 0
    assert said_of(incident) == []


def test_what_still_lasts_is_not_written(incident):
    at = timezone.now()
    assert write_outage(Outage.objects.create(part="media", began_at=at, seen_at=at).pk) == 0


def test_from_the_first_miss_to_the_log(incident, monkeypatch):
    """The watch, the row, the outbox and the log, one after the other."""
    clock = {"at": timezone.now()}
    ok = {"media": False}
    monkeypatch.setattr(outages, "now", lambda: clock["at"])
    monkeypatch.setattr(health, "check_all", lambda: [health.Part("media", "Live video", ok["media"])])
    watch = outages.Watch()
    for _ in range(2):
        clock["at"] += 3 * SECOND
        watch.look()
    ok["media"] = True
    clock["at"] += 11 * SECOND
    assert watch.look() == []
    assert OutboxMessage.objects.filter(kind="incidents.outage").count() == 1
    deliver_due()
    assert [text.split(":")[0] for text in said_of(incident)] == ["Live video and recording"]
