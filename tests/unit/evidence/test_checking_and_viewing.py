"""Checks find what was changed; opening content is noted; a failed check closes the exhibit."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from core.clock import now
from core.errors import Conflict, NotAllowed, NotFound, Unavailable
from core.models import AuditEvent
from core.roles import ROLES
from evidence import selectors, services
from evidence.models import GENESIS, ContinuityEvent, EvidenceItem, WorkingCopy
from evidence.services import NotStored
from evidence.states import EXHIBIT_TRANSITIONS, ITEM_TRANSITIONS, Act, ExhibitState, ItemState
from incidents.models import LogEntry
from tests.factories.core import make_actor
from tests.factories.evidence import digest, make_copy, make_file, register
from tests.helpers.flush import triggers_off


@pytest.fixture
def sealed(exhibit, system, tmp_path):
    """Two chained parts, a timeline, a playback copy, sealed."""
    first = register(exhibit, make_file(tmp_path))
    register(exhibit, make_file(tmp_path), prev_sha256=first.sha256)
    register(exhibit, make_file(tmp_path, b'{"name": "join"}\n'), kind="timeline", mime="application/x-ndjson")
    services.seal_exhibit(actor=system, exhibit_id=exhibit.pk)
    make_copy(exhibit, make_file(tmp_path))
    exhibit.refresh_from_db()
    return exhibit


def master(item: EvidenceItem):
    return settings.EVIDENCE_DIR / "masters" / item.master_uri.removeprefix("file:")


def damage(item: EvidenceItem) -> None:
    path = master(item)
    path.chmod(0o644)
    content = path.read_bytes()
    path.write_bytes(bytes([content[0] ^ 0xFF]) + content[1:])


def tamper(sql: str, *values: object) -> None:
    with triggers_off(connection), connection.cursor() as cursor:
        cursor.execute(sql, values)


def acts(exhibit) -> list[str]:
    return list(ContinuityEvent.objects.filter(exhibit=exhibit).order_by("seq").values_list("act", flat=True))


def test_an_unchanged_exhibit_checks(sealed, farrow):
    verdict = services.verify_exhibit(actor=farrow, exhibit_id=sealed.pk)
    assert (verdict.ok, verdict.items, verdict.problem) == (True, 3, "")
    assert acts(sealed)[-3:] == [Act.CHECKED] * 3
    item = sealed.items.first()
    one = services.verify_item(actor=farrow, item_id=item.pk)
    assert (one.ok, one.sha256) == (True, item.sha256)


@pytest.mark.parametrize("lost", [False, True])
def test_changed_or_lost_bytes_lock_the_exhibit_and_the_log_says_so(sealed, farrow, lost):
    item = sealed.items.get(kind="caller_video", part_number=2)
    master(item).unlink() if lost else damage(item)
    verdict = services.verify_exhibit(actor=farrow, exhibit_id=sealed.pk)
    assert not verdict.ok
    assert verdict.problem.startswith("Caller live video, part 2,")
    sealed.refresh_from_db()
    item.refresh_from_db()
    assert (sealed.state, item.check_ok) == (ExhibitState.LOCKED, False)
    entry = LogEntry.objects.filter(incident=sealed.incident).latest("seq")
    assert "AJO/1 failed" in entry.text
    assert Act.CHECK_FAILED in acts(sealed)


def test_a_single_changed_item_locks_too(sealed, farrow):
    item = sealed.items.first()
    damage(item)
    assert not services.verify_item(actor=farrow, item_id=item.pk).ok
    sealed.refresh_from_db()
    assert sealed.state == ExhibitState.LOCKED


def test_a_locked_exhibit_opens_only_for_an_evidence_manager(sealed, farrow, manager):
    item, other = sealed.items.order_by("kind", "part_number")[:2]
    damage(item)
    services.verify_exhibit(actor=farrow, exhibit_id=sealed.pk)
    for call in (selectors.open_item, selectors.open_playback):
        key = other.pk if call is selectors.open_item else sealed.pk
        with pytest.raises(Conflict, match="evidence manager"):
            call(farrow, key, "review")
        assert call(manager, key, "review").size > 0
    assert selectors.get_exhibit(farrow, sealed.pk).state == ExhibitState.LOCKED


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("UPDATE evidence_evidenceitem SET prev_sha256 = 'f' WHERE part_number = 2", "A part before"),
        ("DELETE FROM evidence_continuityevent WHERE seq = 3", "continuity breaks at entry 3"),
        ("UPDATE evidence_continuityevent SET actor_label = 'Nobody' WHERE seq = 2", "continuity breaks at entry 2"),
        ("UPDATE evidence_exhibit SET seal = 'f' || substr(seal, 2)", "seal does not fit"),
    ],
)
def test_changed_rows_are_found(sealed, farrow, sql, problem):
    if "seal" in sql and sealed.seal.startswith("f"):
        sql = sql.replace("'f'", "'e'")
    tamper(sql)
    verdict = services.verify_exhibit(actor=farrow, exhibit_id=sealed.pk)
    assert not verdict.ok
    assert problem in verdict.problem


def test_hash_and_file_changed_together_break_the_seal(sealed, farrow):
    item = sealed.items.get(kind="timeline")
    damage(item)
    tamper("UPDATE evidence_evidenceitem SET sha256 = %s WHERE kind = 'timeline'", digest(master(item).read_bytes()))
    assert services.verify_exhibit(actor=farrow, exhibit_id=sealed.pk).problem == "The seal does not fit the items."


def test_what_is_not_stored_yet_cannot_be_checked_or_opened(exhibit, farrow, tmp_path):
    with pytest.raises(NotStored):
        register(exhibit, make_file(tmp_path), sha256="0" * 64)
    item = EvidenceItem.objects.get()
    for call in (
        lambda: services.verify_item(actor=farrow, item_id=item.pk),
        lambda: services.verify_exhibit(actor=farrow, exhibit_id=exhibit.pk),
        lambda: selectors.open_item(farrow, item.pk),
    ):
        with pytest.raises(Conflict):
            call()


# --- the database keeps it -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql", ["UPDATE evidence_continuityevent SET act = 'VIEWED'", "DELETE FROM evidence_continuityevent"]
)
def test_continuity_refuses_rewriting(sealed, sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    "change",
    ["sha256 = '0'", "size_bytes = 1", "master_uri = 'file:other'", "state = 'RECEIVED'", "mime = 'text/html'",
     "exhibit_id = NULL", "worm_until = NULL", "captured_start = '2020-01-01 00:00:00'", "prev_sha256 = 'x'",
     "part_number = 9", "source_key = 'x'"],
)  # fmt: skip
def test_a_sealed_masters_row_keeps_what_it_was_sealed_with(sealed, change):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE evidence_evidenceitem SET {change} WHERE kind = 'timeline'")
    with pytest.raises(DatabaseError, match="sealed master"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM evidence_evidenceitem WHERE kind = 'timeline'")


# --- viewing ----------------------------------------------------------------------------------------------------------


def test_opening_a_master_gives_its_bytes_and_is_noted(sealed, farrow):
    item = sealed.items.get(kind="timeline")
    before = AuditEvent.objects.count()
    opened = selectors.open_item(farrow, item.pk, "statement")
    assert (opened.sha256, opened.size, opened.mime) == (item.sha256, item.size_bytes, "application/x-ndjson")
    assert b"".join(opened.read()) == opened.path.read_bytes() == b'{"name": "join"}\n'
    assert b"".join(opened.read(2, 4)) == b"name"
    assert AuditEvent.objects.count() == before + 1
    entry = AuditEvent.objects.latest("at")
    assert (entry.action, entry.object, entry.purpose) == ("CONSULT", f"evidence.evidenceitem:{item.pk}", "statement")
    viewed = ContinuityEvent.objects.get(act=Act.VIEWED)
    assert (viewed.actor_label, viewed.item_id, viewed.detail["purpose"]) == (farrow.label, item.pk, "statement")


def test_playback_is_the_newest_copy_and_never_the_master(sealed, farrow, tmp_path):
    newer = make_copy(sealed, make_file(tmp_path))
    opened = selectors.open_playback(farrow, sealed.pk, "review")
    assert opened.sha256 == newer.sha256
    assert opened.path.is_relative_to(settings.EVIDENCE_DIR / "copies")
    assert opened.filename.startswith("AJO-1-view-")
    assert selectors.open_copy(farrow, newer.pk).sha256 == newer.sha256


def test_a_file_name_says_nothing_about_anybody(sealed, farrow):
    assert selectors.open_playback(farrow, sealed.pk).filename.encode().isascii()
    assert "/" not in selectors.open_playback(farrow, sealed.pk).filename


def test_many_ranges_of_one_viewing_are_one_continuity_entry_and_each_is_audited(sealed, farrow, okafor):
    with time_machine.travel(now(), tick=False) as clock:
        before = AuditEvent.objects.count()
        for _ in range(5):
            selectors.open_playback(farrow, sealed.pk, "review")
        assert acts(sealed).count(Act.VIEWED) == 1
        assert AuditEvent.objects.count() == before + 5
        selectors.open_playback(okafor, sealed.pk, "review")
        assert acts(sealed).count(Act.VIEWED) == 2
        clock.shift(timedelta(minutes=11))
        selectors.open_playback(farrow, sealed.pk, "review")
        assert acts(sealed).count(Act.VIEWED) == 3


def test_no_audit_entry_no_content(sealed, farrow, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr("core.audit.record", broken)
    for call in (
        lambda: selectors.open_playback(farrow, sealed.pk),
        lambda: selectors.open_item(farrow, sealed.items.first().pk),
        lambda: selectors.get_exhibit(farrow, sealed.pk),
        lambda: selectors.incident_exhibits(farrow, sealed.incident_id),
    ):
        with pytest.raises(RuntimeError):
            call()


def test_an_exhibit_without_a_copy_says_what_can_be_opened(exhibit, farrow):
    with pytest.raises(NotFound, match="one by one"):
        selectors.open_playback(farrow, exhibit.pk)


def test_a_store_that_lost_the_file_says_so(sealed, farrow):
    item = sealed.items.first()
    master(item).unlink()
    with pytest.raises(Unavailable):
        selectors.open_item(farrow, item.pk)


def test_the_continuity_is_one_chain_from_its_beginning(sealed, farrow):
    selectors.open_playback(farrow, sealed.pk, "review")
    events = list(selectors.get_exhibit(farrow, sealed.pk).continuity.all())
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert events[0].prev_hash == GENESIS
    assert all(later.prev_hash == earlier.hash for earlier, later in itertools.pairwise(events))


# --- copies ----------------------------------------------------------------------------------------------------------


def test_a_copy_has_its_own_hash_and_leaves_the_master_alone(exhibit, farrow, tmp_path):
    item, path = register(exhibit, make_file(tmp_path)), make_file(tmp_path)
    copy = make_copy(exhibit, path, item_id=item.pk, purpose="clip", parameters={"from": 1.5})
    assert (copy.sha256, copy.item_id, copy.parameters) == (digest(path.read_bytes()), item.pk, {"from": 1.5})
    assert services.verify_item(actor=farrow, item_id=item.pk).ok
    assert Act.COPIED in acts(exhibit)


def test_one_source_is_one_copy_and_other_bytes_are_refused(exhibit, tmp_path):
    path = make_file(tmp_path)
    assert make_copy(exhibit, path, source_key="c").pk == make_copy(exhibit, path, source_key="c").pk
    with pytest.raises(Conflict):
        make_copy(exhibit, make_file(tmp_path), source_key="c")
    with pytest.raises(NotStored):
        make_copy(exhibit, path, sha256="0" * 64)
    assert WorkingCopy.objects.count() == 1


# --- who ---


@pytest.mark.parametrize("role", sorted(ROLES))
def test_who_may_see_and_check(sealed, role):
    actor, item = make_actor(roles=(role,)), sealed.items.first()
    reads = [
        lambda: selectors.open_item(actor, item.pk),
        lambda: selectors.open_playback(actor, sealed.pk),
        lambda: selectors.get_exhibit(actor, sealed.pk),
        lambda: selectors.get_item(actor, item.pk),
        lambda: selectors.incident_exhibits(actor, sealed.incident_id),
        lambda: selectors.exhibits_page(actor),
        lambda: selectors.items_page(actor),
    ]
    checks = [
        lambda: services.verify_item(actor=actor, item_id=item.pk),
        lambda: services.verify_exhibit(actor=actor, exhibit_id=sealed.pk),
    ]
    for capability, calls in (("evidence.view", reads), ("evidence.verify", checks)):
        for call in calls:
            if capability in ROLES[role].capabilities:
                call()
            else:
                with pytest.raises(NotAllowed):
                    call()


def test_lists_cost_as_many_queries_for_many_exhibits_as_for_one(
    sealed, farrow, incident, okafor, tmp_path, django_assert_max_num_queries
):
    from tests.factories.evidence import make_exhibit

    for _ in range(5):
        register(make_exhibit(incident, okafor), make_file(tmp_path))
    with django_assert_max_num_queries(9):
        rows = selectors.incident_exhibits(farrow, incident.pk)
        assert [len(row.items.all()) + len(row.copies.all()) for row in rows] == [4, 1, 1, 1, 1, 1]


@pytest.mark.parametrize(("table", "states", "first"), [
    (EXHIBIT_TRANSITIONS, ExhibitState, ExhibitState.COLLECTING), (ITEM_TRANSITIONS, ItemState, ItemState.RECEIVED),
])  # fmt: skip
def test_every_state_is_in_its_table_and_reachable(table, states, first):
    assert set(table) == set(states.values)
    assert {first}.union(*table.values()) == set(states.values)
