"""After a crash of engine, web or worker: nothing stays orphaned, and nothing unknown is thrown away."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from core.clock import now
from core.models import OutboxMessage
from streaming import contracts, facts_taker
from streaming.contracts import EngineError
from streaming.models import Recording, RecordingPart
from streaming.services import recordings, recovery, sessions
from streaming.states import RecordingProgress, SessionState
from tests.factories.sessions import Call
from tests.fakes.gateway import FakeGateway, write_part, write_timeline

pytestmark = pytest.mark.django_db


def progress(call: Call) -> str:
    return Recording.objects.get(session=call.session).progress


def test_a_quiet_house_has_nothing_to_do(call: Call, gateway: FakeGateway) -> None:
    assert not recovery.recover(starting=True).anything
    assert not gateway.calls


def test_at_the_start_a_recording_left_on_disk_is_repaired(call: Call, gateway: FakeGateway) -> None:
    call.go_live()
    write_part(call.id, 1)
    assert recovery.recover(starting=True).repaired == 1
    assert [item.name for item in gateway.calls] == ["recover_session"]
    assert call.fresh().state == SessionState.LIVE, "the phone may come back to the same session"


def test_an_engine_that_died_before_its_first_fact_is_found_by_its_directory(call: Call, gateway: FakeGateway) -> None:
    sessions.page_joined(actor=call.caller, session_id=call.session.pk, peer_id="p-1")
    write_part(call.id, 1)
    assert recovery.recover(starting=True).repaired == 1
    assert gateway.named("recover_session")[0].session_id == call.id


def test_while_running_a_live_recording_is_left_alone(call: Call, gateway: FakeGateway) -> None:
    call.go_live()
    write_part(call.id, 1)
    assert recovery.recover(is_silent=lambda _: False).repaired == 0
    assert not gateway.calls


def test_an_engine_that_went_quiet_mid_call_is_recovered(call: Call, gateway: FakeGateway) -> None:
    call.go_live()
    assert recovery.recover(is_silent=lambda _: True).repaired == 1
    call.seal(1, recovered=True)
    call.stop(parts=1, reason="lost")
    assert progress(call) == RecordingProgress.STOPPED
    assert recovery.recover(is_silent=lambda _: True).repaired == 0


def test_an_ended_session_whose_engine_never_said_so_is_closed_and_repaired(call: Call, gateway: FakeGateway) -> None:
    call.go_live()
    sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    assert recovery.recover().repaired == 0, "the engine gets its time"
    call.session.ended_at = now() - recovery.STOP_OVERDUE * 2
    call.session.save(update_fields=["ended_at"])
    assert recovery.recover().repaired == 1
    assert [item.name for item in gateway.calls] == ["end_session", "recover_session"]


def test_an_engine_that_is_away_stops_nothing_else(call: Call, gateway: FakeGateway) -> None:
    call.go_live()
    write_part(call.id, 1)
    gateway.refusals["recover_session"] = EngineError("unavailable")
    found = recovery.recover(starting=True)
    assert (found.repaired, found.engine_refused) == (0, 1)
    gateway.refusals.clear()
    assert recovery.recover(starting=True).repaired == 1


def test_a_phone_that_does_not_come_back_is_lost_after_a_while(call: Call) -> None:
    call.go_live()
    call.fact(contracts.PeerLeft, peer_id="p-1", role="caller", reason="timeout")
    long_ago = now() - recovery.LOST_AFTER * 2
    Recording.objects.update(left_at=long_ago, page_seen_at=now())
    assert recovery.recover().lost == 0, "the page is still there: location and chat go on"
    Recording.objects.update(page_seen_at=long_ago)
    assert recovery.recover().lost == 1
    assert (call.fresh().state, call.session.end_reason) == (SessionState.ENDED, "lost")
    assert recovery.recover().lost == 0


def test_a_phone_that_is_sending_is_never_lost(call: Call) -> None:
    call.go_live()
    Recording.objects.update(page_seen_at=now() - timedelta(hours=2))
    assert recovery.recover().lost == 0


def test_work_that_was_given_up_is_written_again_once(call: Call) -> None:
    call.go_live()
    call.seal(1)
    sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    call.stop(parts=1)
    OutboxMessage.objects.update(state="dead")
    old = now() - recovery.REGISTER_OVERDUE * 2
    RecordingPart.objects.update(ended_at=old)
    call.session.ended_at = old
    call.session.save(update_fields=["ended_at"])
    found = recovery.recover()
    assert (found.registered, found.finished) == (1, 1)
    waiting = OutboxMessage.objects.filter(state="waiting")
    assert sorted(waiting.values_list("kind", flat=True)) == ["recording.finish", "recording.register"]
    recovery.recover()
    assert waiting.count() == 2


def test_what_a_killed_broom_left_is_swept(call: Call) -> None:
    call.go_live()
    call.seal(1)
    sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    call.stop(parts=1)
    recordings.finish(call.session.pk)
    directory = Path(settings.MEDIA_RECORDINGS_DIR) / call.id
    directory.mkdir()
    (directory / "part-0001.json").write_text("{}")
    assert recovery.recover().swept == 1
    assert not directory.exists()


@pytest.mark.parametrize("name", ["lost+found", "5c4f4e1e-6f0b-4f5e-9a55-2f9d52a3c0de"])
def test_a_directory_of_no_session_is_counted_and_kept(call: Call, name: str) -> None:
    directory = Path(settings.MEDIA_RECORDINGS_DIR) / name
    directory.mkdir(parents=True)
    (directory / "part-0001.webm").write_bytes(b"whose is this?")
    assert recovery.recover(starting=True).unknown_directories == 1
    assert (directory / "part-0001.webm").exists()


# --- the ear ----------------------------------------------------------------------------------------------------------


def test_the_taker_starts_and_stops_once(call: Call, gateway: FakeGateway, monkeypatch) -> None:
    monkeypatch.setattr(facts_taker, "_recover_at_start", lambda: None)
    try:
        facts_taker.start()
        facts_taker.start()
        assert gateway.started == 1
        gateway.report(contracts.PeerJoined(session_id=call.id, at=time.time(), peer_id="p-1", role="caller"))
        assert call.fresh().state == SessionState.CAMERA_ON
    finally:
        facts_taker.stop()
    facts_taker.stop()
    assert gateway.started == 0


def test_a_fact_that_cannot_be_taken_is_given_back(call: Call, gateway: FakeGateway, monkeypatch) -> None:
    def broken(fact: contracts.Fact) -> bool:
        raise RuntimeError("no database")

    monkeypatch.setattr(facts_taker.facts, "take_fact", broken)
    with pytest.raises(RuntimeError):
        facts_taker.take(contracts.FramesStopped(session_id=call.id, at=time.time()))


def test_silence_is_known_only_to_who_listens(monkeypatch) -> None:
    session_id = uuid.uuid4()
    assert not facts_taker.is_silent(session_id)
    monkeypatch.setattr(facts_taker, "_started", True)
    monkeypatch.setattr(facts_taker, "_heard", {})
    assert not facts_taker.is_silent(session_id), "the clock starts when it is asked for first"
    facts_taker._heard[str(session_id)] -= facts_taker.SILENCE + 1
    assert facts_taker.is_silent(session_id)


def test_the_command_recovers_and_does_the_work(call: Call, gateway: FakeGateway, capsys) -> None:
    call.go_live()
    fields = write_part(call.id, 1)
    sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    OutboxMessage.objects.all().delete()

    async def recover(session_id: object) -> None:
        gateway.facts.append(contracts.PartSealed(**{**fields, "recovered": True}))
        gateway.facts.append(
            contracts.SessionStopped(
                session_id=call.id, at=time.time(), reason="lost", parts=1, **write_timeline(call.id)
            )
        )

    gateway.recover_session = recover  # type: ignore[method-assign]  # an engine that reports at once
    report = recovery.call_sync

    def call_then_report(coroutine: object) -> object:
        result = report(coroutine)  # type: ignore[arg-type]  # the gateway's coroutine
        waiting, gateway.facts = gateway.facts, []
        for fact in waiting:
            facts_taker.take(fact)
        return result

    recovery.call_sync, before = call_then_report, recovery.call_sync
    try:
        call_command("recover_recordings", skip_checks=True)
    finally:
        recovery.call_sync = before
    assert progress(call) == RecordingProgress.DONE
    assert "repaired: 1" in capsys.readouterr().out
