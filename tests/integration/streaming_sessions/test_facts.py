"""What the engine reports becomes states, log entries, alarms and rows: each fact once, whatever is repeated."""

from __future__ import annotations

import re
import time
import uuid

import pytest

from core.models import LiveEvent, OutboxMessage
from incidents.models import LogEntry
from streaming import contracts
from streaming.models import Recording, RecordingGap, RecordingPart, TakenFact
from streaming.services import facts, sessions
from streaming.states import PartState, RecordingProgress, SessionState
from tests.factories.sessions import Call
from tests.fakes.gateway import write_part

pytestmark = pytest.mark.django_db


def log_of(call: Call) -> list[str]:
    return list(
        LogEntry.objects.filter(incident=call.session.incident_id).order_by("seq").values_list("text", flat=True)
    )


def recording_of(call: Call) -> Recording:
    return Recording.objects.get(session=call.session)


def test_the_camera_comes_on_then_the_picture_is_live(call: Call) -> None:
    call.join()
    assert call.fresh().state == SessionState.CAMERA_ON
    assert call.session.camera_on_at is not None
    call.fact(contracts.FirstFrame, peer_id="p-1", width=640, height=480)
    assert call.fresh().state == SessionState.LIVE
    assert call.session.first_frame_at is not None
    assert call.session.exhibit_id is not None


def test_the_first_frame_is_logged_in_the_words_of_the_field(call: Call) -> None:
    call.join()
    at = call.session.requested_at.timestamp() + 53
    if at > time.time():  # the log takes no future: the call is moved back instead
        call.session.requested_at = call.session.requested_at - (
            call.session.requested_at.__class__.fromtimestamp(at, call.session.requested_at.tzinfo)
            - call.session.requested_at
        )
        call.session.save(update_fields=["requested_at"])
        at -= 53
    call.fact(contracts.FirstFrame, peer_id="p-1", width=640, height=480, at=at)
    assert (
        log_of(call)[-1] == "First frame, 53 s after text. Recording AO/1, video only: microphone is on the 999 call."
    )


def test_sound_is_said_too(call: Call) -> None:
    call.go_live(has_audio=True)
    assert log_of(call)[-1].endswith("Recording AO/1, with sound.")


def test_every_fact_twice_is_every_fact_once(call: Call) -> None:
    sent = [
        contracts.PeerJoined(session_id=call.id, at=time.time(), peer_id="p-1", role="caller"),
        contracts.SourceChanged(session_id=call.id, at=time.time(), video_codec="VP8", has_audio=False),
        contracts.FirstFrame(session_id=call.id, at=time.time(), peer_id="p-1", width=640, height=480),
        contracts.GapRecorded(session_id=call.id, at=time.time(), start=10.0, end=12.5, frames=70, cause="loss"),
        contracts.PartSealed(**write_part(call.id, 1)),
        contracts.RecordingAlarm(session_id=call.id, at=time.time(), reason="disk full"),
    ]
    assert [facts.take_fact(fact) for fact in sent] == [True] * 6
    before = (log_of(call), call.fresh().version, OutboxMessage.objects.count(), LiveEvent.objects.count())
    assert [facts.take_fact(fact) for fact in sent] == [False] * 6
    assert (log_of(call), call.fresh().version, OutboxMessage.objects.count(), LiveEvent.objects.count()) == before
    assert recording_of(call).lost_seconds == 2.5
    assert recording_of(call).joins == 1


def test_a_fact_that_fails_half_way_leaves_nothing_and_comes_again(call: Call, monkeypatch) -> None:
    call.join()
    fact = contracts.FirstFrame(session_id=call.id, at=time.time(), peer_id="p-1", width=640, height=480)
    real = facts.advance

    def broken(*args: object, **kwargs: object) -> bool:
        raise RuntimeError("the database went away")

    monkeypatch.setattr(facts, "advance", broken)
    before = log_of(call)
    with pytest.raises(RuntimeError):
        facts.take_fact(fact)
    assert log_of(call) == before
    assert not TakenFact.objects.filter(message_id=fact.message_id).exists()
    assert call.fresh().first_frame_at is None
    monkeypatch.setattr(facts, "advance", real)
    assert facts.take_fact(fact)
    assert call.fresh().state == SessionState.LIVE


@pytest.mark.parametrize("session_id", ["5c4f4e1e-6f0b-4f5e-9a55-2f9d52a3c0de", "not-a-uuid", "../../etc/passwd", ""])
def test_facts_of_sessions_nobody_knows_are_taken_off_the_line(call: Call, session_id: str) -> None:
    fact = contracts.FramesStopped(session_id=session_id, at=time.time())
    assert not facts.take_fact(fact)
    assert TakenFact.objects.filter(message_id=fact.message_id).exists()


def test_a_viewer_joining_changes_no_state(call: Call) -> None:
    call.fact(contracts.PeerJoined, peer_id="p-9", role="viewer")
    assert call.fresh().state == SessionState.OPENED
    call.fact(contracts.PeerLeft, peer_id="p-9", role="viewer", reason="closed")
    assert recording_of(call).left_at is None


def test_a_rejoin_is_the_same_session_and_says_so(call: Call) -> None:
    call.go_live("p-1")
    exhibit = call.fresh().exhibit_id
    call.fact(contracts.PeerLeft, peer_id="p-1", role="caller", reason="timeout")
    assert recording_of(call).caller_peer == ""
    call.go_live("p-2")
    assert call.fresh().exhibit_id == exhibit
    assert call.session.state == SessionState.LIVE
    assert recording_of(call).joins == 2
    assert sum("First frame" in line for line in log_of(call)) == 1
    assert "The caller's phone is connected again. Same recording, next part." in log_of(call)


@pytest.mark.parametrize(("reason", "words"), [("flood", "far more than a picture"), ("malformed", "was damaged")])
def test_a_phone_that_was_dropped_for_what_it_sent_is_named_in_the_log(call: Call, reason: str, words: str) -> None:
    call.go_live("p-1")
    call.fact(contracts.PeerLeft, peer_id="p-1", role="caller", reason=reason)
    assert words in log_of(call)[-1]


def test_a_phone_that_reconnects_without_end_does_not_fill_the_log(call: Call) -> None:
    start = time.time() - 3600
    call.join("p-0")
    before = len(log_of(call))
    for n in range(150):  # five minutes, each second the phone goes or comes
        call.fact(contracts.PeerLeft, peer_id=f"p-{n}", role="caller", reason="timeout", at=start + 2 * n)
        call.fact(contracts.PeerJoined, peer_id=f"p-{n + 1}", role="caller", at=start + 2 * n + 1)
    lines = log_of(call)[before:]
    assert len(lines) == facts.LINE_ENTRIES + 4
    assert recording_of(call).joins == 151
    said = sum(int(found[1]) for line in lines if (found := re.search(r"came or went (\d+) times more", line)))
    assert said + len(lines) + recording_of(call).line_unsaid == 300
    call.stop()
    assert re.search(r"came or went \d+ times more; the recording's timeline has each time", log_of(call)[-1])
    assert recording_of(call).line_unsaid == 0


def test_the_old_connection_leaving_late_does_not_hide_the_new_one(call: Call) -> None:
    call.go_live("p-1")
    call.go_live("p-2")
    call.fact(contracts.PeerLeft, peer_id="p-1", role="caller", reason="replaced")
    assert recording_of(call).caller_peer == "p-2"
    assert recording_of(call).left_at is None


def test_an_alarm_is_on_the_row_in_the_log_and_on_the_wire_and_ends(call: Call) -> None:
    call.go_live()
    call.fact(contracts.RecordingAlarm, reason="write failed: <No space left>")
    assert call.fresh().alarm == "write failed: No space left"
    assert log_of(call)[-1].startswith("NOT RECORDING.")
    event = LiveEvent.objects.filter(kind="video.session_changed").latest("id")
    assert event.data["alarm"] == call.session.alarm
    call.fact(contracts.RecordingResumed)
    assert call.fresh().alarm == ""
    assert log_of(call)[-1] == "Recording again."


def test_a_recording_in_the_second_place_is_a_warning_until_the_first_is_back(call: Call) -> None:
    call.go_live()
    call.fact(contracts.RecordingAlarm, reason="No space left on device")
    call.fact(contracts.RecordingAlarm, reason="No space left on device", spilled=True)
    assert call.fresh().alarm == "second place: No space left on device"[:40]
    assert log_of(call)[-1].startswith("Recording goes on to the second disk.")
    call.fact(contracts.RecordingResumed)
    assert call.fresh().alarm == ""
    assert log_of(call)[-1] == "Recording to the first disk again."


@pytest.mark.parametrize(("reason", "word"), [("", "not writing"), ("💥", "not writing"), ("x" * 90, "x" * 40)])
def test_any_reason_becomes_a_word_that_an_event_may_carry(call: Call, reason: str, word: str) -> None:
    call.fact(contracts.RecordingAlarm, reason=reason)
    assert call.fresh().alarm == word


def test_short_gaps_stay_out_of_the_log_long_ones_are_in_it(call: Call) -> None:
    call.go_live()
    before = log_of(call)
    call.fact(contracts.FramesStopped)
    call.fact(contracts.FramesResumed, gap_seconds=2.4)
    assert log_of(call) == before
    call.fact(contracts.FramesStopped)
    call.fact(contracts.FramesResumed, gap_seconds=12.2)
    assert log_of(call)[len(before) :] == ["Picture back after 12 s without frames."]


def test_gaps_are_rows_with_their_cause(call: Call) -> None:
    now = time.time()
    call.fact(contracts.GapRecorded, start=now, end=now + 2, frames=60, cause="no_rtp")
    call.fact(contracts.GapRecorded, start=now + 9, end=now + 8, frames=-4, cause="rejoin")
    gaps = list(RecordingGap.objects.filter(session=call.session))
    assert [(gap.cause, gap.frames, (gap.ended_at - gap.started_at).total_seconds()) for gap in gaps] == [
        ("no_rtp", 60, 2.0),
        ("rejoin", 0, 0.0),
    ]


def test_a_part_is_open_then_sealed_and_its_work_is_written_once(call: Call) -> None:
    fields = write_part(call.id, 1)
    call.fact(
        contracts.PartOpened, number=1, path=fields["path"], container="webm", video_codec="VP8", has_audio=True,
        width=640, height=480,
    )  # fmt: skip
    assert RecordingPart.objects.get().state == PartState.OPEN
    facts.take_fact(contracts.PartSealed(**fields))
    facts.take_fact(contracts.PartSealed(**{**fields, "recovered": True}))
    part = RecordingPart.objects.get()
    assert (part.state, part.sha256, part.frames) == (PartState.SEALED, fields["sha256"], 285)
    assert OutboxMessage.objects.filter(kind="recording.register").count() == 1


def test_a_registered_part_is_never_overwritten(call: Call) -> None:
    call.seal(1)
    RecordingPart.objects.update(state=PartState.REGISTERED, item_id=uuid.uuid4())
    kept = RecordingPart.objects.get().sha256
    call.seal(1, content=b"something else")
    assert RecordingPart.objects.get().sha256 == kept


def test_the_end_waits_for_both_the_session_and_the_engine(call: Call) -> None:
    call.go_live()
    call.seal(1)
    call.stop(parts=1, reason="shutdown")
    assert not OutboxMessage.objects.filter(kind="recording.finish").exists()
    sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    assert OutboxMessage.objects.filter(kind="recording.finish").count() == 1


def test_a_phone_that_comes_back_after_the_engine_died_opens_the_recording_again(call: Call) -> None:
    call.go_live()
    call.seal(1)
    call.stop(parts=1, reason="lost")
    assert recording_of(call).progress == RecordingProgress.STOPPED
    call.join("p-2")
    recording = recording_of(call)
    assert recording.progress == RecordingProgress.COLLECTING
    assert recording.stopped_at is None
    assert recording.caller_peer == "p-2"


def test_a_camera_that_slips_in_while_the_session_ends_is_put_out_again(call: Call) -> None:
    sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    before = OutboxMessage.objects.filter(kind="video.close").count()
    call.fact(contracts.PeerJoined, peer_id="p-late", role="caller")
    assert call.fresh().state == SessionState.ENDED
    assert OutboxMessage.objects.filter(kind="video.close").count() == before + 1


def test_live_events_of_a_whole_call_hold_no_words_of_anybody(call: Call) -> None:
    call.go_live()
    call.seal(1)
    call.stop()
    text = " ".join(str(event.data) for event in LiveEvent.objects.all())
    assert "Harper" not in text
    assert "07700" not in text
    assert "Harbour" not in text


def test_every_fact_of_the_contract_has_a_taker() -> None:
    kinds = {cls for cls in contracts.Fact.__subclasses__() if cls is not contracts.StreamHealth}
    assert kinds == set(facts._TAKERS)
