"""The demonstration force is written by the services everybody uses, so whatever they newly refuse shows here."""

from __future__ import annotations

import pytest

from config.demo import force
from core.models import User
from incidents.models import Incident, LogEntry
from suspects.models import BailCondition, WantedRecord

pytestmark = pytest.mark.django_db


def test_the_demonstration_is_written_whole_and_only_once(settings):
    settings.DEMO = True
    force.ensure()
    assert LogEntry.objects.filter(restricted=True).count() == 1  # so that the look of it can be seen
    counts = [model.objects.count() for model in (User, Incident, WantedRecord, BailCondition)]
    assert all(counts), counts
    force.ensure()
    assert [model.objects.count() for model in (User, Incident, WantedRecord, BailCondition)] == counts
