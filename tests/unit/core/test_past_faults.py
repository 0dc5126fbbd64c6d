"""The card behind F9: what was away and is back in the last 24 hours, for whoever comes to a desk afterwards."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from core import outages
from core.clock import LONDON
from core.models import Outage
from core.roles import CALL_HANDLER, PROFESSIONAL_STANDARDS
from tests.factories.core import make_user

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 22, 12, 0, tzinfo=LONDON)
URL = "/faults/past/"


@pytest.fixture(autouse=True)
def at_noon(monkeypatch) -> None:
    monkeypatch.setattr(outages, "now", lambda: NOON)


def over(part: str, began: dt.timedelta, ended: dt.timedelta) -> Outage:
    """Both before noon."""
    return Outage.objects.create(part=part, began_at=NOON - began, seen_at=NOON - ended, ended_at=NOON - ended)


def minutes(number: float) -> dt.timedelta:
    return dt.timedelta(minutes=number)


@pytest.fixture
def okafor(client: Client) -> Client:
    client.force_login(make_user(roles=[CALL_HANDLER]))
    return client


def rows_of(desk: Client) -> list[str]:
    page = desk.get(URL).content.decode()
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in page.split("<li")[1:]]


def test_each_says_which_part_from_when_to_when_and_how_long_the_newest_first(okafor):
    over("storage", minutes(200), minutes(16))
    over("channel_layer", minutes(15), minutes(12.5))
    assert [row.partition(">")[2].strip() for row in rows_of(okafor)] == [
        "Live updates 02:30 11:45:00 to 11:47:30",
        "Evidence storage 3 h 04 08:40:00 to 11:44:00",
    ]


def test_what_began_yesterday_says_the_day(okafor):
    over("media", dt.timedelta(hours=12, minutes=5), dt.timedelta(hours=11))
    assert "Sat 21/11 23:55:00 to 01:00:00" in rows_of(okafor)[0]


def test_five_at_most_none_that_goes_on_and_none_of_the_day_before(okafor):
    for number in range(1, 8):
        over("media", minutes(10 * number + 1), minutes(10 * number))
    Outage.objects.create(part="relay", began_at=NOON - minutes(1), seen_at=NOON)
    rows = rows_of(okafor)
    assert len(rows) == 5
    assert "to 11:50:00" in rows[0]
    assert "to 11:10:00" in rows[4]
    Outage.objects.all().delete()
    over("media", dt.timedelta(hours=30), dt.timedelta(hours=24))
    assert len(rows_of(okafor)) == 1


def test_a_quiet_day_is_said_in_words(okafor):
    assert "Nothing was away in the last 24 hours." in rows_of(okafor)[0]


def test_it_costs_one_question_whatever_there_is(okafor, django_assert_num_queries):
    okafor.get(URL)
    with django_assert_num_queries(3):  # who signed in, their roles, and what is over
        okafor.get(URL)
    for number in range(1, 8):
        over("media", minutes(10 * number + 1), minutes(10 * number))
    with django_assert_num_queries(3):
        okafor.get(URL)


def test_everybody_who_is_signed_in_may_know_and_nobody_else(client):
    assert client.get(URL).status_code == 302
    client.force_login(make_user(roles=[PROFESSIONAL_STANDARDS]))
    assert client.get(URL).status_code == 200
