"""No entry, no personal data: what a request leaves in the audit trail, and what it shows when it can leave nothing."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from core.models import AuditEvent
from core.roles import SUPERVISOR
from evidence.models import Exhibit
from incidents.models import Duty, Incident, LogEntry
from streaming.models import ChatMessage, LinkToken, VideoSession
from tests.integration.walls.rule import NONE, ONE, WRITE, Rule
from tests.integration.walls.rulebook import RULES
from tests.integration.walls.world import World, undone

pytestmark = pytest.mark.django_db

READS = {"CONSULT", "LIST", "SEARCH"}
OF_PEOPLE = [rule for rule in RULES if rule.keeps != NONE]


def left_by(world: World, rule: Rule) -> list[AuditEvent]:
    before = set(AuditEvent.objects.values_list("pk", flat=True))
    answer = world.visit(rule, rule.visitor, world.ours)
    assert answer.status == rule.gets, answer.body[:500]
    return list(AuditEvent.objects.exclude(pk__in=before))


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.keeps == ONE], ids=lambda rule: rule.name)
def test_a_reading_leaves_exactly_one_entry(world: World, rule: Rule) -> None:
    [entry] = left_by(world, rule)
    user = world.people[str(rule.visitor)]
    assert (entry.actor_id, entry.force_code, entry.request_id != "") == (str(user.pk), "99", True)
    assert entry.action in READS
    if rule.about:
        named = str(next(iter(world.ours.arguments(rule.about).values())))
        of = (entry.incident, entry.object.partition(":")[2], *entry.result_ids)
        assert named in of or str(world.ours.incident) in of
    else:
        assert entry.result_count == len(entry.result_ids) > 0


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.keeps == WRITE], ids=lambda rule: rule.name)
def test_a_change_leaves_at_least_one_entry(world: World, rule: Rule) -> None:
    assert left_by(world, rule)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.keeps == NONE], ids=lambda rule: rule.name)
def test_what_is_about_nobody_leaves_no_entry_and_names_nobody(world: World, rule: Rule) -> None:
    before = AuditEvent.objects.count()
    answer = world.visit(rule, rule.visitor, world.ours)
    assert answer.status == rule.gets
    assert AuditEvent.objects.count() == before
    assert not [word for word in world.ours.words if word in answer.body]


def test_the_words_that_are_looked_for_are_really_shown_by_pages(world: World) -> None:
    """Otherwise the tests above and below would find nothing because there is nothing to find."""
    shown = "".join(
        world.visit(rule, SUPERVISOR, world.ours).body for rule in RULES if rule.keeps == ONE and SUPERVISOR in rule.who
    )
    assert [word for word in world.ours.words if word not in shown] == ["07700900417"]


@pytest.fixture
def full_audit_table(world: World) -> None:
    """The database takes no more entries."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE core_auditevent ADD CONSTRAINT full_disk CHECK (false) NOT VALID")
        else:
            cursor.execute(
                "CREATE TRIGGER full_disk BEFORE INSERT ON core_auditevent BEGIN SELECT RAISE(ABORT, 'full disk'); END"
            )


# A row that the database does not take is a tap that came second, as far as this one knows: "tap again".
REFUSALS = {"POST suspects_api:reserve": {409}}
CHANGED = (Incident, LogEntry, Duty, VideoSession, LinkToken, ChatMessage, Exhibit)


def rows() -> list[int]:
    return [model.objects.count() for model in (*CHANGED, *apps.get_app_config("suspects").get_models())]


@pytest.mark.usefixtures("full_audit_table")
@pytest.mark.parametrize("rule", OF_PEOPLE, ids=lambda rule: rule.name)
def test_when_no_entry_can_be_written_nothing_is_shown_and_nothing_is_changed(world: World, rule: Rule) -> None:
    before = rows()
    with undone():
        answer = world.visit(rule, rule.visitor, world.ours)
        assert answer.status in REFUSALS.get(rule.name, {500, 503})
        assert not [word for word in world.ours.words if word in answer.body]
        assert rows() == before


# Readiness is asked on a connection of its own, which SQLite lets wait for the one that changed the table.
OF_NOBODY = [rule for rule in RULES if rule.keeps == NONE and rule.route != "core:readyz"]


@pytest.mark.usefixtures("full_audit_table")
@pytest.mark.parametrize("rule", OF_NOBODY, ids=lambda rule: rule.name)
def test_what_is_about_nobody_needs_no_entry(world: World, rule: Rule) -> None:
    assert world.visit(rule, rule.visitor, world.ours).status == rule.gets
