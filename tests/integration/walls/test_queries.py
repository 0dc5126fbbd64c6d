"""What each page asks of the database, pinned: a page that begins to ask more fails here, and says which."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.integration.walls.queries import PINNED
from tests.integration.walls.rule import GET, Rule
from tests.integration.walls.rulebook import RULES
from tests.integration.walls.world import World, another_place

pytestmark = pytest.mark.django_db

#: Every page and part of a page that is shown; what the API answers has tests of its own.
PAGES = [rule for rule in RULES if rule.method == GET and rule.gets == 200 and not rule.is_api]
#: What these read of each row is bounded by how many are on screen, and counted by tests of their own.
OF_ONE = frozenset({"incident", "call", "exhibit"})


def asked(world: World, rule: Rule) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        answer = world.visit(rule, rule.visitor, world.ours)
    assert answer.status == rule.gets, answer.body[:300]
    said = [query["sql"] for query in seen.captured_queries]
    return [sql for sql in said if not sql.startswith(("SAVEPOINT", "RELEASE"))]


@pytest.mark.parametrize("rule", PAGES, ids=lambda rule: rule.name)
def test_a_page_asks_as_much_as_is_pinned(world: World, rule: Rule) -> None:
    found = asked(world, rule)
    assert len(found) == PINNED.get(rule.name), "\n".join(found)


def test_every_page_is_pinned_and_nothing_else() -> None:
    assert set(PINNED) == {rule.name for rule in PAGES}


def test_three_more_incidents_with_all_that_is_on_them_cost_no_page_a_query(world: World) -> None:
    lists = [rule for rule in PAGES if rule.about not in OF_ONE]
    before = {rule.name: len(asked(world, rule)) for rule in lists}
    for number in range(3):
        another_place(world, f"Caller {number}", f"07700 90050{number}")
    queue = next(rule for rule in lists if rule.route == "incidents:queue")
    assert "Before the door of Caller 2" in world.visit(queue, queue.visitor, world.ours).body
    after = {rule.name: len(asked(world, rule)) for rule in lists}
    grown = {name: (before[name], after[name]) for name in before if after[name] > before[name]}
    assert grown == {}
