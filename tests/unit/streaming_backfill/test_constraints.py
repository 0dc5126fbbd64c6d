"""Each rule the database itself keeps for the phone's pieces, shown by the row it refuses."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from tests.helpers.refused_rows import insert, refused
from tests.unit.streaming_backfill.conftest import FILM, Phone

HASH = "f" * 64


def test_pieces(phone: Phone) -> None:
    row = phone.row(phone.piece())
    free = {"run": uuid4()}
    insert(row, **free)()
    refused("piece_number_once", insert(row))
    refused("piece_state_known", insert(row, run=uuid4(), state="eaten"))
    refused("piece_verdict_known", insert(row, run=uuid4(), verdict="perhaps"))
    refused("piece_from_one", insert(row, run=uuid4(), sequence=0))
    refused("piece_runs_forward", insert(row, run=uuid4(), ended_at=row.started_at - timedelta(seconds=1)))
    refused("piece_no_longer_than_announced", insert(row, run=uuid4(), received_bytes=len(FILM) + 1))
    refused("piece_commitment_has_time", insert(row, run=uuid4(), committed_at=None))
    refused("piece_commitment_has_time", insert(row, run=uuid4(), sha256=""))
    refused("piece_received_is_judged", insert(row, run=uuid4(), state="received"))
    refused("piece_matches_only_when_equal", insert(row, run=uuid4(), verdict="matches", received_sha256=HASH))
    done = {"state": "registered", "verdict": "differs", "received_sha256": HASH, "received_at": row.announced_at}
    refused("piece_registered_has_item", insert(row, run=uuid4(), **done))
