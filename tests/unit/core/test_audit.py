"""The audit trail: written before the answer, refuses rewriting, and says where it was broken."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from core import audit, tasks
from core.errors import NotFound
from core.models import AuditAction, AuditEvent, AuditHead, AuditLink
from tests.factories.core import make_actor
from tests.helpers.flush import triggers_off

pytestmark = pytest.mark.django_db(transaction=True)


def note(count: int = 1, **kwargs):
    actor = make_actor()
    for _ in range(count):
        with transaction.atomic():
            audit.record(actor, AuditAction.CONSULT, "incidents.incident:1", **kwargs)


def without_triggers(sql: str) -> None:
    """What an intruder with the table owner's rights would do."""
    with triggers_off(connection), connection.cursor() as cursor:
        cursor.execute(sql)


def test_every_entry_is_chained_right_after_commit():
    note(3)
    assert AuditLink.objects.count() == AuditEvent.objects.count() == 3
    assert audit.verify() == audit.Verdict(links=3, unchained=0)


def test_an_entry_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="transaction"):
        audit.record(make_actor(), AuditAction.CONSULT, "incidents.incident:1")


def test_a_rolled_back_read_leaves_no_entry_and_no_link():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.record(make_actor(), AuditAction.CONSULT, "incidents.incident:1")
        raise ZeroDivisionError
    assert AuditEvent.objects.count() == AuditLink.objects.count() == 0


@pytest.mark.parametrize("model", [AuditEvent, AuditLink])
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_the_database_refuses_rewriting(model, verb):
    note()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows = model.objects.all()
        if verb == "UPDATE":
            rows.update(**({"purpose": "lunch"} if model is AuditEvent else {"hash": "0" * 64}))
        else:
            rows._raw_delete(rows.db)


def test_a_changed_entry_is_found():
    note(5)
    victim = AuditLink.objects.get(seq=3)
    event_id = victim.event_id.hex if connection.vendor == "sqlite" else str(victim.event_id)
    without_triggers(f"UPDATE core_auditevent SET purpose = 'innocent' WHERE id = '{event_id}'")
    assert "link 3 was changed" in audit.verify().problem
    with pytest.raises(CommandError, match="does not hold"):
        call_command("verify_audit")


def test_a_deleted_entry_is_found():
    note(5)
    event_id = AuditLink.objects.get(seq=2).event_id
    without_triggers(
        f"DELETE FROM core_auditevent WHERE id = '{event_id.hex if connection.vendor == 'sqlite' else event_id}'"
    )
    assert "link 2 is missing" in audit.verify().problem


def test_a_cut_tail_is_found():
    note(5)
    without_triggers("DELETE FROM core_auditlink WHERE seq = 5")
    assert "ends at link 4" in audit.verify().problem


def test_the_next_writer_chains_what_a_crash_left_unchained(monkeypatch):
    monkeypatch.setattr(audit, "chain", lambda: 0)
    note(2)
    assert AuditLink.objects.count() == 0
    monkeypatch.undo()
    note(1)
    assert audit.verify() == audit.Verdict(links=3, unchained=0)


def test_only_one_head_can_exist():
    note()
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditHead.objects.create(pk=2)


def test_who_where_and_why_are_kept():
    actor = make_actor(last_name="Okafor", collar_number="5127")
    with transaction.atomic():
        audit.record(actor, AuditAction.SEARCH, "incidents.incident", result_ids=[7, 9], purpose="board")
    event = AuditEvent.objects.get()
    assert (event.actor_label, event.force_code, event.actor_roles) == ("A. Okafor 5127", "99", ["call_handler"])
    assert (event.result_ids, event.result_count, event.purpose) == (["7", "9"], 2, "board")


def test_several_reads_for_one_screen_are_one_entry():
    actor = make_actor()
    with audit.one_reading(actor, "incidents.incident:1", purpose="console", incident="1"), transaction.atomic():
        audit.record(actor, AuditAction.LIST, "incidents.incident", result_ids=[2, 1])
        audit.record(actor, AuditAction.CONSULT, "incidents.incident:1", fields=["log"])
        audit.record(actor, AuditAction.LIST, "incidents.incident", result_ids=[2, 1])
    entry = AuditEvent.objects.get()
    assert (entry.action, entry.object, entry.purpose) == ("CONSULT", "incidents.incident:1", "console")
    assert entry.fields == ["incidents.incident", "incidents.incident:1 log"]
    assert (entry.result_ids, entry.result_count) == (["2", "1"], 2)
    assert audit.verify() == audit.Verdict(links=1, unchained=0)


def test_a_change_among_the_reads_has_its_own_entry():
    actor = make_actor()
    with audit.one_reading(actor, "incidents.incident:1"):
        audit.record(actor, AuditAction.CONSULT, "incidents.incident:1")
        audit.record(actor, AuditAction.ALTER, "incidents.incident:1")
        assert AuditEvent.objects.get().action == "ALTER"
    assert AuditEvent.objects.count() == 2


def test_a_refused_read_leaves_no_entry_and_the_next_is_written_at_once():
    actor = make_actor()
    with pytest.raises(NotFound), audit.one_reading(actor, "incidents.incident:1"):
        audit.record(actor, AuditAction.CONSULT, "incidents.incident:1")
        raise NotFound()
    assert not AuditEvent.objects.exists()
    note(1)
    assert AuditEvent.objects.count() == 1


def test_chaining_after_a_read_does_not_look_through_the_years(monkeypatch):
    """Every read waits for it. What an outage left behind is chained by the hourly run."""
    monkeypatch.setattr(audit, "_chain_after_commit", list)
    with transaction.atomic():
        old = audit.record(make_actor(), AuditAction.CONSULT, "incidents.incident:1")
    monkeypatch.setattr(audit, "now", lambda: old.at + dt.timedelta(days=3))
    assert audit.chain(within=audit.JUST_WRITTEN) == 0
    assert audit.chain(within=audit.RECENT) == 0
    assert audit.verify().unchained == 1
    tasks.forget_old_events()
    assert (audit.verify().unchained, audit.verify().problem) == (0, "")


def test_what_another_process_left_when_it_died_is_chained_by_the_next_writer(monkeypatch):
    monkeypatch.setattr(audit, "_chain_after_commit", list)
    note(2)
    monkeypatch.undo()
    monkeypatch.setattr(audit, "_searched", 0.0)
    note(1)
    assert audit.verify() == audit.Verdict(links=3, unchained=0)


def test_a_thread_that_finds_another_chaining_leaves_its_entries_to_it(monkeypatch):
    """Nobody queues: the one that chains looks again before it stops."""
    chain, others = audit.chain, []

    def interrupted(**given):
        if not others:
            others.append(True)
            note(2)  # commits while this thread holds the turn
        return chain(**given)

    monkeypatch.setattr(audit, "chain", interrupted)
    note(1)
    assert audit.verify() == audit.Verdict(links=3, unchained=0)
