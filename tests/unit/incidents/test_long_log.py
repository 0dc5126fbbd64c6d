"""A log longer than a page: the newest entries are on the page, the earlier ones a press away, at the same cost."""

from __future__ import annotations

import re

import pytest
from django.db import transaction

from core.errors import NotFound
from core.models import AuditEvent
from incidents.selectors import log_entries, newest_log
from incidents.services.log import write_entry
from tests.unit.console.conftest import browser_of


@pytest.fixture
def long_log(okafor, incident):
    """524 entries: four of the opening, and 520 lines."""
    with transaction.atomic():
        for number in range(520):
            write_entry(okafor, incident, type="NARRATIVE", text=f"line {number}")
    return incident


def seqs(response):
    return [
        int(seq)
        for seq in re.findall(r'<li class="log-entry" id="entry-\d+" data-seq="(\d+)"', response.content.decode())
    ]


def test_the_page_has_the_newest_and_a_way_to_the_earlier(okafor, long_log, django_assert_num_queries):
    desk = browser_of(okafor)
    page = desk.get(f"/incidents/{long_log.pk}/")
    assert seqs(page) == [*range(475, 525)]
    html = page.content.decode()
    assert "Earlier entries" in html
    assert re.search(r"data-log-count>524<", html)
    with django_assert_num_queries(7):
        earlier = desk.get(f"/incidents/{long_log.pk}/log/?before=25")
    assert seqs(earlier) == [*range(1, 25)]
    with django_assert_num_queries(7):
        assert seqs(desk.get(f"/incidents/{long_log.pk}/log/?before=520")) == [*range(20, 520)]


def test_what_is_missed_comes_in_whole_pages(okafor, long_log):
    desk = browser_of(okafor)
    assert seqs(desk.get(f"/incidents/{long_log.pk}/log/?after=4")) == [*range(5, 505)]
    assert seqs(desk.get(f"/incidents/{long_log.pk}/log/?after=504")) == [*range(505, 525)]


def test_a_short_log_has_no_earlier_entries(okafor, incident):
    page = browser_of(okafor).get(f"/incidents/{incident.pk}/")
    assert seqs(page) == [1, 2, 3, 4]
    assert "Earlier entries" not in page.content.decode()


@pytest.mark.parametrize("before", ["-1", "x", "", "9" * 40, "0", "1e3"])
def test_a_hostile_number_is_the_beginning(okafor, incident, before):
    assert seqs(browser_of(okafor).get(f"/incidents/{incident.pk}/log/", {"before": before})) == [1, 2, 3, 4]


def test_each_page_is_one_audit_entry_and_another_force_sees_nothing(okafor, stranger, incident):
    before = AuditEvent.objects.count()
    assert [entry.seq for entry in newest_log(okafor, incident, 4)] == [1, 2, 3]
    assert [entry.seq for entry in newest_log(okafor, incident, limit=2)] == [3, 4]
    assert log_entries(okafor, incident)[-1] == newest_log(okafor, incident)[-1]
    assert AuditEvent.objects.count() == before + 4
    with pytest.raises(NotFound):
        newest_log(stranger, incident)
