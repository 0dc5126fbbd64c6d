"""Each rule the database itself keeps for the caller's files, shown by the row it refuses."""

from __future__ import annotations

from uuid import uuid4

from tests.helpers.refused_rows import insert, refused
from tests.unit.streaming_uploads.conftest import PHOTO, Phone

HASH = "f" * 64


def test_files(phone: Phone) -> None:
    row = phone.row(phone.choose())
    other = {"sha256": "a" * 64}
    insert(row, sha256="b" * 64)()
    refused("upload_once_per_session", insert(row))
    refused("upload_state_known", insert(row, **other, state="eaten"))
    refused("upload_verdict_known", insert(row, **other, verdict="unannounced"))
    refused("upload_hash_is_one", insert(row, sha256="A" * 64))
    refused("upload_hash_is_one", insert(row, sha256=""))
    refused("upload_no_longer_than_announced", insert(row, **other, received_bytes=len(PHOTO) + 1))
    refused("upload_no_longer_than_announced", insert(row, **other, size_bytes=0))
    refused("upload_refused_says_why", insert(row, **other, state="refused"))
    refused("upload_refused_says_why", insert(row, **other, refusal="type"))
    refused("upload_refused_says_why", insert(row, **other, state="refused", refusal="mood"))
    refused("upload_received_is_judged", insert(row, **other, state="received"))
    refused("upload_matches_only_when_equal", insert(row, **other, verdict="matches", received_sha256=HASH))
    done = {"state": "registered", "verdict": "differs", "received_sha256": HASH, "received_at": row.announced_at}
    refused("upload_registered_has_exhibit", insert(row, **other, **done, item_id=uuid4()))
    refused("upload_registered_has_exhibit", insert(row, **other, **done, exhibit_id=uuid4(), exhibit_ref="AO/1"))
