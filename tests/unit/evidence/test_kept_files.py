"""Files kept for other apps: written once, read back, one per key, invisible to another force."""

from __future__ import annotations

import hashlib

import pytest
from django.db import DatabaseError, transaction

from core.actors import Actor
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEvent
from evidence import selectors, services
from evidence.models import KeptFile
from evidence.storage import masters
from tests.factories.core import make_actor
from tests.factories.incidents import make_stranger

pytestmark = pytest.mark.django_db


def keep(actor: Actor, data: bytes = b"%PDF-1.7 charge sheet", key: str = "document:1") -> KeptFile:
    return services.keep_file(actor=actor, data=data, mime="application/pdf", source_key=key)


def test_a_file_is_kept_once_and_opened_with_one_entry_on_its_record():
    actor = make_actor()
    kept = keep(actor)
    assert keep(actor) == kept
    assert kept.sha256 == hashlib.sha256(b"%PDF-1.7 charge sheet").hexdigest()
    before = AuditEvent.objects.count()
    opened = selectors.open_kept(actor, kept.pk, of="suspects.persondocument:7", purpose="profile")
    assert b"".join(opened.read()) == b"%PDF-1.7 charge sheet"
    (entry,) = AuditEvent.objects.order_by("at")[before:]
    assert (entry.object, entry.fields) == ("suspects.persondocument:7", [f"evidence.keptfile:{kept.pk}"])
    assert b"".join(selectors.read_kept(actor, kept.pk).read()) == b"%PDF-1.7 charge sheet"
    assert AuditEvent.objects.count() == before + 1


def test_the_same_bytes_under_two_keys_and_a_file_from_a_path(tmp_path):
    actor = make_actor()
    path = tmp_path / "scan.pdf"
    path.write_bytes(b"%PDF-1.7 charge sheet")
    other = services.keep_file(actor=actor, path=path, mime="application/pdf", source_key="document:2")
    assert other.pk != keep(actor).pk
    assert path.exists()


def test_other_bytes_under_a_key_and_nothing_at_all_are_refused():
    actor = make_actor()
    keep(actor)
    with pytest.raises(Conflict):
        keep(actor, b"another document")
    for given in (
        {"data": b""},
        {"data": b"x", "source_key": ""},
        {"data": b"x", "path": "y"},
        {},
        {"path": "/no/file"},
    ):
        with pytest.raises(Invalid):
            services.keep_file(**{"actor": actor, "mime": "application/pdf", "source_key": "k", **given})
    with pytest.raises(NotAllowed):
        keep(Actor.nobody())
    assert KeptFile.objects.count() == 1


def test_damaged_bytes_in_the_store_are_left_alone_and_the_next_name_is_used(settings):
    actor = make_actor()
    first = keep(actor)
    path = masters().local_path(first.uri)
    path.chmod(0o644)
    path.write_bytes(b"rot")
    second = keep(actor, key="document:2")
    assert second.uri != first.uri
    assert b"".join(selectors.read_kept(actor, second.pk).read()) == b"%PDF-1.7 charge sheet"


def test_a_store_that_fails_leaves_no_row(settings, tmp_path):
    (tmp_path / "evidence").write_text("a file where the directory should be")
    with pytest.raises(services.NotStored):
        keep(make_actor())
    assert not KeptFile.objects.exists()


def test_another_forces_file_is_not_there_and_a_row_stays_as_it_was():
    kept = keep(make_actor())
    for key in (kept.pk, "nonsense"):
        with pytest.raises(NotFound):
            selectors.open_kept(make_stranger(), key, of="x:1")
    for change in (lambda: KeptFile.objects.update(mime="text/html"), lambda: KeptFile.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
