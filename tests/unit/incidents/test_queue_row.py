"""A row of the queue: drawn once for as long as it is the same, with clocks of the moment and nobody else's words."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from core.clock import now
from incidents.selectors import board_row
from incidents.templatetags import incident_log
from incidents.templatetags.incident_log import queue_row
from tests.factories.incidents import make_incident


@pytest.fixture
def row(okafor):
    incident_log._drawn_row.cache_clear()
    return board_row(okafor, make_incident(okafor, grade_code="P").pk)


def test_the_same_row_is_drawn_once_and_its_clock_goes_on(row):
    first = queue_row(row)
    later = queue_row(dataclasses.replace(row))
    assert incident_log._drawn_row.cache_info()[:2] == (1, 1)
    assert ">00:0" in first
    assert "\x01" not in first + later


def test_clocks_are_those_of_the_moment(row):
    row = dataclasses.replace(row, received_at=now() - timedelta(minutes=65), attend_by=now() - timedelta(minutes=5))
    queue_row(row)
    assert incident_log._drawn_row.cache_info().misses == 1
    assert ">65:0" in queue_row(row)
    assert ">05:00 over" in queue_row(row)


def test_any_change_of_the_row_draws_it_anew(row):
    queue_row(row)
    moved = queue_row(dataclasses.replace(row, location_text="Behind the Ropewalk", version=row.version + 1))
    assert "Behind the Ropewalk" in moved
    assert "Harbour Lane" not in moved


def test_the_open_incident_is_marked_for_the_one_who_has_it_open(row):
    assert 'aria-current="true"' in queue_row(row, row.id)
    assert 'aria-current="true"' not in queue_row(row)


def test_on_a_screen_of_its_own_a_row_opens_in_the_console(row):
    assert 'target="sightline-console"' in queue_row(row, "", "queue")
    assert "target=" not in queue_row(row)


def test_words_are_escaped(row):
    drawn = queue_row(dataclasses.replace(row, location_text="<script>alert(1)</script>\x01since\x01"))
    assert "<script>" not in drawn
