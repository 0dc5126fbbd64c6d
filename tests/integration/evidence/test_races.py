"""Exhibits, items and continuity written by many at the same moment."""

from __future__ import annotations

from uuid import uuid4

import pytest

from core.actors import Actor
from evidence import services
from evidence.models import ContinuityEvent, EvidenceItem, Exhibit, ProducerSerial
from evidence.selectors import open_item
from tests.factories.core import make_actor
from tests.factories.evidence import digest, make_exhibit, make_file, make_item, register
from tests.factories.incidents import make_incident, make_tables
from tests.helpers.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def okafor(transactional_db: None) -> Actor:
    make_tables()
    return make_actor(first_name="Amara Jane")


def test_one_producers_exhibits_are_numbered_without_gaps(okafor):
    incident = make_incident(okafor)
    outcomes = at_once(20, lambda _: make_exhibit(incident, okafor))
    assert sorted(one.number for one in outcomes) == list(range(1, 21)), outcomes
    assert {one.initials for one in outcomes} == {"AJO"}


def test_namesakes_at_the_same_moment_get_a_digit_each(okafor):
    incident = make_incident(okafor)
    producers = [make_actor(first_name="Amara Jane") for _ in range(8)]
    outcomes = at_once(16, lambda number: make_exhibit(incident, producers[number % 8]))
    assert all(isinstance(outcome, Exhibit) for outcome in outcomes), outcomes
    assert {one.initials for one in outcomes} == {"AJO", *(f"AJO{digit}" for digit in range(2, 9))}
    assert sorted(one.number for one in outcomes) == [1] * 8 + [2] * 8
    assert ProducerSerial.objects.count() == 8


def test_one_source_opened_twenty_times_is_one_exhibit(okafor):
    incident, key = make_incident(okafor), f"session:{uuid4()}"
    outcomes = at_once(20, lambda _: make_exhibit(incident, okafor, source_key=key))
    assert {one.pk for one in outcomes} == {Exhibit.objects.get().pk}, outcomes
    assert ContinuityEvent.objects.count() == 1


def test_one_file_registered_ten_times_is_one_item(okafor, tmp_path):
    exhibit, path, key = make_exhibit(producer=okafor), make_file(tmp_path), f"part:{uuid4()}"
    outcomes = at_once(10, lambda _: register(exhibit, path, source_key=key))
    assert {one.pk for one in outcomes} == {EvidenceItem.objects.get().pk}, outcomes
    acts = list(ContinuityEvent.objects.filter(exhibit=exhibit).order_by("seq").values_list("seq", "act"))
    assert acts == [(1, "OPENED"), (2, "RECEIVED"), (3, "STORED"), (4, "SEALED_ITEM")]


def test_ten_parts_at_once_are_ten_parts(okafor, tmp_path):
    exhibit = make_exhibit(producer=okafor)
    paths = [make_file(tmp_path) for _ in range(10)]
    outcomes = at_once(10, lambda number: register(exhibit, paths[number]))
    assert sorted(one.part_number for one in outcomes) == list(range(1, 11)), outcomes
    services.seal_exhibit(actor=Actor.system(exhibit.force_id), exhibit_id=exhibit.pk)
    assert services.verify_exhibit(actor=Actor.system(exhibit.force_id), exhibit_id=exhibit.pk).ok


def test_a_player_that_asks_for_many_ranges_at_once_is_one_viewing(okafor, tmp_path):
    item = make_item(tmp_path, make_exhibit(producer=okafor))
    opened = at_once(15, lambda _: open_item(okafor, item.pk, "review"))
    assert {one.sha256 for one in opened} == {item.sha256}, opened
    assert ContinuityEvent.objects.filter(act="VIEWED").count() == 1
    assert digest(b"".join(opened[0].read())) == item.sha256
