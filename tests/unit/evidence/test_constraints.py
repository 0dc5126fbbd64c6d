"""Each rule the database itself keeps, shown by the row it refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import ProtectedError

from core.actors import Actor
from core.clock import now
from evidence.models import ContinuityEvent, ProducerSerial
from evidence.services import keep_file
from tests.factories.evidence import make_copy, make_file, make_item
from tests.helpers.refused_rows import insert, refused


def test_exhibits(exhibit):
    free = {"ref": "ZZ/9", "number": 9, "source_key": "other"}
    insert(exhibit, **free)()
    refused("exhibit_ref_once_per_incident", insert(exhibit, source_key="third"))
    refused("exhibit_source_once", insert(exhibit, ref="ZZ/8"))
    free = {"ref": "ZZ/7", "source_key": "fourth"}
    refused("exhibit_number_in_range", insert(exhibit, **free, number=0))
    refused("exhibit_number_in_range", insert(exhibit, **free, number=10_000))
    refused("exhibit_state_known", insert(exhibit, **free, state="LOST"))
    refused("exhibit_sealed_has_seal", insert(exhibit, **free, state="SEALED", sealed_at=now()))
    refused("exhibit_sealed_has_seal", insert(exhibit, **free, state="SEALED", seal="f" * 64))


def test_producers(exhibit):
    row = ProducerSerial.objects.get()
    refused("producer_once_per_incident", insert(row, initials="ZZ"))
    refused("initials_once_per_incident", insert(row, producer_key="user:0"))
    refused("producer_serial_fits_reference", insert(row, producer_key="user:0", initials="ZZ", last=10_000))


def test_items(exhibit, tmp_path):
    item = make_item(tmp_path, exhibit)
    free = {"part_number": 5, "source_key": "other"}
    refused("item_part_once", insert(item, source_key="other"))
    refused("item_source_once", insert(item, part_number=5))
    refused("item_hash_length", insert(item, **free, sha256="short"))
    refused("item_not_empty", insert(item, **free, size_bytes=0))
    refused("item_part_from_one", insert(item, **{**free, "part_number": 0}))
    refused("item_kind_known", insert(item, **free, kind="gossip"))
    refused("item_state_known", insert(item, **free, state="LOST"))
    for missing in ({"master_uri": ""}, {"sealed_at": None}, {"worm_until": None}):
        refused("item_sealed_is_stored_and_kept", insert(item, **free, **missing))
    backwards = {"captured_start": now(), "captured_end": now() - timedelta(seconds=1)}
    refused("item_capture_runs_forward", insert(item, **free, **backwards))


def test_copies(exhibit, tmp_path):
    copy = make_copy(exhibit, make_file(tmp_path))
    refused("copy_source_once", insert(copy))
    refused("copy_hash_length", insert(copy, source_key="other", sha256="short"))
    refused("copy_not_empty", insert(copy, source_key="other", size=0))
    refused("copy_purpose_known", insert(copy, source_key="other", purpose="fun"))


def test_kept_files(exhibit):
    kept = keep_file(actor=Actor.system(exhibit.force_id), data=b"x", mime="application/pdf", source_key="document:1")
    refused("kept_source_once", insert(kept))
    refused("kept_hash_length", insert(kept, source_key="other", sha256="short"))
    refused("kept_not_empty", insert(kept, source_key="other", size=0))
    refused("kept_has_a_place", insert(kept, source_key="other", uri=""))


def test_continuity(exhibit):
    event = ContinuityEvent.objects.get()
    free = {"seq": 2, "prev_hash": event.hash}
    refused("continuity_seq_once", insert(event, prev_hash=event.hash))
    refused("continuity_does_not_fork", insert(event, seq=2))
    refused("continuity_seq_from_one", insert(event, **{**free, "seq": 0}))
    refused("continuity_act_known", insert(event, **free, act="LOST"))
    refused("continuity_hash_length", insert(event, **free, hash="short"))


def test_an_exhibit_is_never_removed(exhibit):
    with pytest.raises(ProtectedError):
        exhibit.delete()
