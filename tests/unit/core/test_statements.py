"""SQL that is written once: the same answers as Django's own, prepared once a connection on PostgreSQL."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.contrib.sessions.backends import db as django_sessions
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from core.clock import now
from core.models import AuditAction, AuditEvent, Force, User
from core.sessions import SessionStore
from core.statements import Statement, as_day, as_uuid, columns, insert, instance, prepared
from tests.factories.core import make_force, make_user

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

USERS = Statement(f"SELECT {columns(User, 'u')} FROM core_user u WHERE u.username {{in}} ORDER BY u.id")
FORCE = Statement("SELECT id FROM core_force WHERE code = %s")


def test_what_it_reads_is_what_a_queryset_reads():
    names = [make_user().username, make_user(first_name="Zoë").username]
    found = [instance(User, row) for row in USERS.rows(names)]
    assert found == list(User.objects.filter(username__in=names).order_by("id"))
    for one in found:
        kept = User.objects.get(pk=one.pk)
        fields = [field.attname for field in User._meta.concrete_fields]
        assert [getattr(one, name) for name in fields] == [getattr(kept, name) for name in fields]
    assert USERS.rows([]) == []
    assert USERS.rows(["nobody' OR '1'='1"]) == []


def event() -> AuditEvent:
    return AuditEvent(
        at=now(), force_code="99", actor_kind="user", actor_label="100% Ñandú", action=AuditAction.SEARCH,
        object="core.force:1", result_ids=[str(uuid4()), "%s"], fields=[{"a": None}], ip="127.0.0.1", result_count=2,
    )  # fmt: skip


def test_what_it_writes_is_what_save_writes():
    with transaction.atomic():
        one, other = event(), event()
        insert(one)
        other.save(force_insert=True)
    names = [field.attname for field in AuditEvent._meta.concrete_fields if field.attname not in {"id", "at"}]
    for row in (one, other):
        kept = AuditEvent.objects.get(pk=row.pk)
        assert [getattr(kept, name) for name in names] == [getattr(row, name) for name in names]
        assert kept.at == row.at
    written = AuditEvent.objects.get(pk=one.pk)
    assert written.result_ids[1:] == other.result_ids[1:] == ["%s"]


@pytest.mark.django_db(transaction=True)
def test_it_is_prepared_once_a_connection_and_outlives_what_is_rolled_back():
    force = make_force()
    connection.close()
    for _ in range(2):
        with pytest.raises(ValueError, match="undone"), transaction.atomic():
            assert FORCE.rows(force.code) == [(force.pk,)]
            raise ValueError("undone")
    with CaptureQueriesContext(connection) as queries:
        assert FORCE.rows(force.code) == [(force.pk,)]
    sent = [query["sql"] for query in queries if "core_force" in query["sql"] or FORCE.name in query["sql"]]
    assert len(sent) == 1
    if connection.vendor == "postgresql":
        assert sent[0].startswith(f"EXECUTE {FORCE.name}")
        assert FORCE in prepared()
        assert Statement(FORCE.sql).rows(force.code) == [(force.pk,)]  # written twice, prepared once
        connection.close()
        assert FORCE.rows(force.code) == [(force.pk,)]  # a new connection knows nothing of it
    else:
        assert prepared() == []


def test_behind_a_pooler_nothing_is_prepared():
    force = make_force()
    with override_settings(DATABASE_PREPARED=False), CaptureQueriesContext(connection) as queries:
        assert FORCE.rows(force.code) == [(force.pk,)]
        assert [instance(User, row) for row in USERS.rows([])] == []
    assert all("core_" in query["sql"] for query in queries)


def test_keys_and_days_of_both_databases():
    key, day = uuid4(), dt.date(1998, 6, 14)
    assert as_uuid(key) == as_uuid(key.hex) == as_uuid(str(key)) == key
    assert as_day(day) == as_day("1998-06-14") == day
    assert as_day(None) is None


def test_a_session_is_read_as_django_wrote_it_and_ends_when_it_should():
    written = django_sessions.SessionStore()
    written["answer"] = 42
    written.create()
    read = SessionStore(written.session_key)
    assert read["answer"] == 42
    written.set_expiry(dt.timedelta(seconds=-1))
    written.save()
    for key in (written.session_key, "no-such-key-at-all"):
        gone = SessionStore(key)
        assert gone.get("answer") is None
        assert gone.session_key is None


def test_the_force_wall_reads_no_other_columns():
    """`instance` counts on the order of `columns`."""
    names = [name.partition(".")[2] for name in columns(Force, "f").split(", ")]
    assert names == [field.column for field in Force._meta.concrete_fields]
