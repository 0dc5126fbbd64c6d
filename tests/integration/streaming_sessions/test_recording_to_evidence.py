"""From the engine's disk to a sealed exhibit that plays: in order, once, and through a kill between any two steps."""

from __future__ import annotations

import hashlib
import inspect
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from core import outbox
from core.models import OutboxMessage
from evidence.models import EvidenceItem, Exhibit, WorkingCopy
from evidence.services import NotStored
from incidents.models import LogEntry
from streaming import contracts
from streaming.contracts import EngineError
from streaming.models import Recording, RecordingPart
from streaming.services import recordings, sessions
from streaming.states import PartState, RecordingProgress
from tests.factories.links import work
from tests.factories.sessions import Call, make_call
from tests.fakes.gateway import FakeGateway, write_part, write_timeline

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The process is gone: nothing after this line runs."""


def directory(call: Call) -> Path:
    return Path(settings.MEDIA_RECORDINGS_DIR) / call.id


def ended_call(call: Call, parts: int = 2) -> Call:
    call.go_live()
    for number in range(1, parts + 1):
        call.seal(number)
    sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    call.stop(parts=parts)
    (directory(call) / "part-0001.json").write_text("{}")
    return call


def run(kind: str) -> OutboxMessage:
    return work(kind)


def finish(call: Call) -> None:
    recordings.finish(call.session.pk)


def assert_finished(call: Call, parts: int = 2) -> None:
    recording = Recording.objects.get(session=call.session)
    assert recording.progress == RecordingProgress.DONE
    exhibit = Exhibit.objects.get(pk=call.fresh().exhibit_id)
    assert exhibit.is_sealed
    items = list(EvidenceItem.objects.filter(exhibit=exhibit))
    assert sorted(item.kind for item in items) == ["caller_video"] * parts + ["ledger", "timeline"]
    assert all(item.is_sealed for item in items)
    videos = {item.part_number: item.sha256 for item in items if item.kind == "caller_video"}
    rows = RecordingPart.objects.filter(session=call.session)
    assert videos == dict(rows.values_list("number", "sha256"))
    assert {row.state for row in rows} == {PartState.REMOVED}
    assert WorkingCopy.objects.filter(exhibit=exhibit).count() == 1
    assert not directory(call).exists()
    sealed = LogEntry.objects.filter(incident=call.session.incident_id, text__contains="sealed:")
    assert sealed.count() == 1


def test_the_whole_way_through_the_outbox(call: Call) -> None:
    ended_call(call)
    assert run("recording.register").state == "done"
    assert run("recording.finish").state == "done"
    assert_finished(call)
    line = LogEntry.objects.filter(incident=call.session.incident_id).latest("seq").text
    assert line.startswith("Recording AO/1 sealed: 19 s in 2 parts. Hash ")


def test_parts_of_both_places_are_one_exhibit_and_both_are_swept(call: Call, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_SPILL_DIR = tmp_path / "spill"
    second = settings.MEDIA_SPILL_DIR / call.id
    second.mkdir(parents=True)
    call.go_live()
    call.seal(1)
    moved = write_part(call.id, 2, b"second frames")
    moved["path"] = str(Path(moved["path"]).rename(second / "part-0002.webm"))
    call.fact(contracts.PartSealed, **{key: value for key, value in moved.items() if key != "session_id"})
    (second / "part-0001.tail").write_bytes(b"cut off")
    (second / "part-0001.json").write_text("{}")
    sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    call.stop(parts=2)
    finish(call)
    exhibit = Exhibit.objects.get(pk=call.fresh().exhibit_id)
    kinds = sorted(EvidenceItem.objects.filter(exhibit=exhibit).values_list("kind", flat=True))
    assert kinds == ["caller_video", "caller_video", "ledger", "recording_tail", "timeline"]
    assert not second.exists()
    assert not directory(call).exists()


def test_parts_are_safe_while_the_call_goes_on(call: Call) -> None:
    call.go_live()
    call.seal(1)
    assert run("recording.register").state == "done"
    assert RecordingPart.objects.get().state == PartState.REGISTERED
    assert (directory(call) / "part-0001.webm").exists(), "the source stays until the recording is finished"


def test_the_playback_copy_is_made_of_the_sources_in_order(call: Call, gateway: FakeGateway) -> None:
    ended_call(call, parts=3)
    finish(call)
    [made] = gateway.named("make_playback")
    assert [Path(path).name for path in made.data["parts"]] == [f"part-000{n}.webm" for n in (1, 2, 3)]
    assert made.data["starts"] == sorted(made.data["starts"])
    copy = WorkingCopy.objects.get()
    assert copy.tool == "fake 1"
    assert copy.parameters["method"] == "stream copy"


# --- killed anywhere --------------------------------------------------------------------------------------------------


class Reaper:
    """Counts the moments before and after every step, and kills at one of them."""

    def __init__(self) -> None:
        self.at: int | None = None
        self.count = 0

    def moment(self) -> None:
        self.count += 1
        if self.count == self.at:
            raise Killed

    def around(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def run_step(*args: Any, **kwargs: Any) -> Any:
            try:
                self.moment()
            except Killed:
                for coroutine in filter(inspect.iscoroutine, args):
                    coroutine.close()
                raise
            result = step(*args, **kwargs)
            self.moment()
            return result

        return run_step


@pytest.fixture
def reaper(monkeypatch) -> Iterator[Reaper]:
    reaper = Reaper()
    for name in ("open_exhibit", "register_file", "seal_exhibit", "add_working_copy", "release_source"):
        monkeypatch.setattr(recordings.evidence, name, reaper.around(getattr(recordings.evidence, name)))
    for name in ("move", "append_log", "call_sync", "sweep_directory"):
        monkeypatch.setattr(recordings, name, reaper.around(getattr(recordings, name)))
    monkeypatch.setattr(Recording, "save", reaper.around(Recording.save))
    return reaper


def moments_of_one_run() -> range:
    """More than one run of two parts has; moments that are not reached kill nothing and are not counted as tests."""
    return range(1, 60)


def test_a_kill_between_any_two_steps_loses_and_doubles_nothing(call: Call, reaper: Reaper) -> None:
    """Each moment of the work in turn: kill there, start again, and everything is there exactly once."""
    handler = call.handler
    killed = 0
    for moment in moments_of_one_run():
        victim = ended_call(make_call(handler, number=f"07700 900{moment:03d}"), parts=1)
        reaper.count, reaper.at = 0, moment
        try:
            finish(victim)
        except Killed:
            killed += 1
            sources = (
                {path.name for path in directory(victim).glob("part-*.webm")} if directory(victim).exists() else set()
            )
            for part in RecordingPart.objects.filter(session=victim.session):
                stored = EvidenceItem.objects.filter(pk=part.item_id).first() if part.item_id else None
                assert Path(part.path).name in sources or (stored is not None and stored.is_sealed)
        reached = reaper.count >= moment
        reaper.at = None
        finish(victim)
        finish(victim)
        assert_finished(victim, parts=1)
        if not reached:
            break
    else:
        raise AssertionError("the run has more moments than were tried")
    assert killed > 25


def test_a_kill_while_registering_during_the_call_is_made_good_by_the_finish(call: Call, reaper: Reaper) -> None:
    call.go_live()
    call.seal(1)
    reaper.count, reaper.at = 0, 4
    with pytest.raises(Killed):
        recordings.register_part(call.session.pk, 1)
    reaper.at = None
    sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    call.stop(parts=1)
    finish(call)
    assert_finished(call, parts=1)


# --- what is not as it should be --------------------------------------------------------------------------------------


def test_a_source_that_differs_from_its_hash_is_kept_and_never_sealed(call: Call) -> None:
    ended_call(call, parts=1)
    path = directory(call) / "part-0001.webm"
    path.write_bytes(b"somebody changed this")
    with pytest.raises(NotStored):
        finish(call)
    assert path.read_bytes() == b"somebody changed this"
    assert not Exhibit.objects.get(pk=call.fresh().exhibit_id).is_sealed
    assert Recording.objects.get(session=call.session).progress == RecordingProgress.STOPPED


def test_a_stored_copy_that_was_changed_keeps_the_source(call: Call, monkeypatch) -> None:
    ended_call(call, parts=1)
    real = recordings.sweep

    def damage_then_sweep(recording: Recording) -> bool:
        for item in EvidenceItem.objects.filter(kind="caller_video"):
            stored = next(Path(settings.EVIDENCE_DIR).rglob(f"*{item.sha256[:12]}*"), None) or next(
                path for path in Path(settings.EVIDENCE_DIR).rglob("*") if path.is_file() and path.suffix == ".webm"
            )
            stored.chmod(0o644)
            stored.write_bytes(b"damaged")
        return real(recording)

    monkeypatch.setattr(recordings, "sweep", damage_then_sweep)
    with pytest.raises(NotStored):
        finish(call)
    assert (directory(call) / "part-0001.webm").exists()


def test_missing_parts_are_waited_for_and_asked_for(call: Call, gateway: FakeGateway) -> None:
    call.go_live()
    call.seal(1)
    sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    call.stop(parts=2)
    with pytest.raises(outbox.Retry):
        recordings.finish(call.session.pk, attempt=1)
    assert not gateway.named("recover_session")
    with pytest.raises(outbox.Retry):
        recordings.finish(call.session.pk, attempt=3)
    assert gateway.named("recover_session")
    call.seal(2, recovered=True)
    finish(call)
    assert_finished(call)


def test_an_engine_that_cannot_make_the_copy_now_is_asked_again_and_the_seal_stands(
    call: Call, gateway: FakeGateway
) -> None:
    ended_call(call)
    gateway.refusals["make_playback"] = EngineError("unavailable")
    with pytest.raises(outbox.Retry):
        finish(call)
    assert Exhibit.objects.get(pk=call.fresh().exhibit_id).is_sealed
    assert directory(call).exists()
    gateway.refusals.clear()
    finish(call)
    assert_finished(call)


def test_a_call_without_a_picture_leaves_no_exhibit_and_no_directory(call: Call) -> None:
    call.join()
    sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    call.stop(parts=0)
    finish(call)
    assert Recording.objects.get(session=call.session).progress == RecordingProgress.EMPTY
    assert not Exhibit.objects.exists()
    assert not directory(call).exists()


def test_media_that_nobody_reported_is_never_removed(call: Call) -> None:
    ended_call(call)
    stranger = directory(call) / "part-0009.webm"
    stranger.write_bytes(b"who recorded this?")
    finish(call)
    assert stranger.read_bytes() == b"who recorded this?"
    assert not (directory(call) / "part-0001.webm").exists()


def test_a_link_out_of_the_directory_is_not_followed(call: Call, tmp_path: Path) -> None:
    ended_call(call)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious.txt").write_text("keep")
    (directory(call) / "link.txt").symlink_to(outside / "precious.txt")
    finish(call)
    assert (outside / "precious.txt").read_text() == "keep"


def test_a_part_that_turns_up_after_the_seal_is_sealed_in_too(call: Call) -> None:
    ended_call(call, parts=1)
    finish(call)
    first = Exhibit.objects.get(pk=call.fresh().exhibit_id).seal
    call.fact(contracts.PartSealed, **write_part(call.id, 2, b"the last second", at=time.time()), recovered=True)
    recordings.register_part(call.session.pk, 2)
    exhibit = Exhibit.objects.get(pk=call.session.exhibit_id)
    assert exhibit.is_sealed
    assert exhibit.seal != first
    assert recordings.sweep(Recording.objects.select_related("session").get(session=call.session))
    assert not directory(call).exists()


def test_the_timeline_of_the_last_report_is_the_one_that_is_kept(call: Call) -> None:
    call.go_live()
    call.seal(1)
    call.stop(parts=1, reason="lost")
    sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    fields = write_timeline(call.id)
    Path(fields["timeline_path"]).write_text("longer\n")
    sha = hashlib.sha256(b"longer\n").hexdigest()
    call.fact(
        contracts.SessionStopped, reason="lost", parts=1, timeline_path=fields["timeline_path"], timeline_sha256=sha
    )
    finish(call)
    assert EvidenceItem.objects.get(kind="timeline").sha256 == sha


def test_what_a_repair_cut_off_is_kept_as_evidence(call: Call) -> None:
    ended_call(call, parts=1)
    (directory(call) / "part-0001.tail").write_bytes(b"half a fragment, perhaps the blow itself")
    (directory(call) / "part-0002.tail").write_bytes(b"")
    finish(call)
    exhibit = Exhibit.objects.get(pk=call.fresh().exhibit_id)
    tail = EvidenceItem.objects.get(kind="recording_tail")
    assert exhibit.is_sealed
    assert (tail.is_sealed, tail.recovered) == (True, True)
    assert tail.sha256 == hashlib.sha256(b"half a fragment, perhaps the blow itself").hexdigest()
    assert not directory(call).exists()


def test_a_tail_that_belongs_to_no_recording_stays(call: Call) -> None:
    call.join()
    sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    call.stop(parts=0)
    tail = directory(call) / "part-0001.tail"
    tail.write_bytes(b"something was sent")
    finish(call)
    assert tail.read_bytes() == b"something was sent"


def test_a_timeline_that_grew_after_the_seal_is_sealed_in_too(call: Call) -> None:
    ended_call(call, parts=1)
    finish(call)
    path = Path(Recording.objects.get(session=call.session).timeline_path)
    path.parent.mkdir(parents=True)
    path.write_text("a late repair\n")
    assert recordings.sweep(Recording.objects.select_related("session").get(session=call.session))
    kept = EvidenceItem.objects.filter(kind="timeline").values_list("sha256", flat=True)
    assert hashlib.sha256(b"a late repair\n").hexdigest() in kept
    assert len(kept) == 2
    assert Exhibit.objects.get(pk=call.fresh().exhibit_id).is_sealed
    assert not directory(call).exists()


def test_a_courier_that_comes_late_does_not_turn_a_recording_back(call: Call) -> None:
    """Two couriers finish one recording; the slower one still holds the row as it was."""
    ended_call(call, parts=1)
    stale = Recording.objects.select_related("session").get(session=call.session)
    finish(call)
    recordings._seal(call.session, stale)
    assert_finished(call, parts=1)
