"""What turns up after the seal, or nobody can place: sealed in, played, and reported once."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

import evidence.selectors
from core import outbox
from evidence.models import Exhibit, WorkingCopy
from evidence.services import NotStored
from streaming import contracts
from streaming.contracts import EngineError
from streaming.models import Recording
from streaming.services import recordings, recovery, sessions, sweeping
from streaming.states import RecordingProgress
from tests.factories.sessions import Call
from tests.fakes.gateway import FakeGateway, write_part
from tests.integration.streaming_sessions.test_recording_to_evidence import directory, ended_call, finish

pytestmark = pytest.mark.django_db


def late_part(call: Call, content: bytes = b"the last second") -> None:
    call.fact(contracts.PartSealed, **write_part(call.id, 2, content, at=time.time()), recovered=True)


def played(call: Call) -> bytes:
    with evidence.selectors.open_playback(call.handler, call.fresh().exhibit_id).path.open("rb") as file:
        return file.read()


def test_what_turns_up_after_the_seal_is_played_too(call: Call, gateway: FakeGateway) -> None:
    """The first part is in the store only by now: it is copied out for the new playback copy, and cleared away."""
    ended_call(call, parts=1)
    finish(call)
    assert not directory(call).exists()
    assert b"the last second" not in played(call)
    late_part(call)
    gateway.refusals["make_playback"] = EngineError("unavailable")
    with pytest.raises(outbox.Retry):
        recordings.register_part(call.session.pk, 2)
    gateway.refusals.clear()
    for _ in range(2):
        recordings.register_part(call.session.pk, 2)
    assert played(call) == b"frames of part 1" + b"the last second"
    assert WorkingCopy.objects.filter(purpose="view").count() == 2
    assert Exhibit.objects.get(pk=call.session.exhibit_id).is_sealed
    (directory(call) / recordings.AGAIN).mkdir()
    (directory(call) / recordings.AGAIN / "part-0001.webm").write_bytes(b"left by a kill")
    assert recordings.sweep(Recording.objects.select_related("session").get(session=call.session))
    assert not directory(call).exists()


def test_a_part_that_turns_up_while_the_copy_is_made_is_in_the_copy(call: Call, monkeypatch) -> None:
    ended_call(call, parts=1)
    real, turned_up = recordings.call_sync, []

    def meanwhile(work: Any) -> Any:
        done = real(work)
        if not turned_up:
            turned_up.append(True)
            late_part(call)
            recordings.register_part(call.session.pk, 2)
        return done

    monkeypatch.setattr(recordings, "call_sync", meanwhile)
    finish(call)
    assert b"the last second" in played(call)
    assert Recording.objects.get(session=call.session).progress == RecordingProgress.DONE


def test_a_damaged_master_is_never_played_from_a_new_copy(call: Call) -> None:
    ended_call(call, parts=1)
    finish(call)
    before = played(call)
    stored = next(path for path in Path(settings.EVIDENCE_DIR, "masters").rglob("*.webm"))
    stored.chmod(0o644)
    stored.write_bytes(b"damaged")
    late_part(call)
    with pytest.raises(NotStored):
        recordings.register_part(call.session.pk, 2)
    assert played(call) == before


def test_a_tail_nobody_can_place_is_reported_once_not_every_minute(call: Call, monkeypatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(sweeping, "_said", set())
    monkeypatch.setattr(sweeping.log, "error", lambda event, **_: said.append(event))
    call.join()
    sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    call.stop(parts=0)
    (directory(call) / "part-0001.tail").write_bytes(b"something was sent")
    finish(call)
    for _ in range(5):
        recovery.recover()
    assert said == ["recording.unknown_media"]
    (directory(call) / "part-0002.tail").write_bytes(b"and something more")
    recovery.recover()
    assert said == ["recording.unknown_media"] * 2
