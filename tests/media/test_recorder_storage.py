"""A disk that is full, broken or stuck: an alarm, no crash, and recording again as soon as it can."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from streaming.media.recorder.opus import SILENCE
from streaming.media.recorder.packets import Packet
from streaming.media.recorder.session_recorder import MOST
from tests.fakes.disks import BROKEN, FULL, FaultyDisk, StuckDisk
from tests.helpers.recording import START, Rig, numbers_of, packets_of, wait_for
from tests.helpers.rtp import Sender
from tests.media.clips import clip


@pytest.fixture(autouse=True)
def quick_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streaming.media.recorder.session_recorder.TICK", 0.002)
    monkeypatch.setattr("streaming.media.recorder.watchdog.PERIOD", 0.005)


def packets(first: int, last: int) -> list[Packet]:
    """Frames `first` to `last` of five seconds; a key frame every half second."""
    begin, end = (START + 0.02 + number / 30 for number in (first, last + 1))
    return [p for p in Sender("H264").frames(clip("H264").frames) if begin - 1e-6 <= p.arrival < end - 1e-6]


def hand_over(rig: Rig, some: list[Packet]) -> None:
    """Packets and their time, without waiting for the recorder."""
    for packet in some:
        rig.now = max(rig.now, packet.arrival)
        rig.recorder.video_packet(packet.seq, packet.timestamp, packet.marker, packet.payload, packet.arrival)


def stick(rig: Rig, disk: StuckDisk, some: list[Packet]) -> None:
    """The disk hangs while these are written."""
    disk.stuck.set()
    hand_over(rig, some)
    assert disk.waiting.wait(30)


@pytest.mark.parametrize(("fault", "words"), [(FULL, "No space left"), (BROKEN, "Input/output error")])
@pytest.mark.parametrize("half", [True, False])
def test_a_write_that_fails_ends_the_part_and_the_next_one_follows(
    fault: int, words: str, half: bool, tmp_path: Path
) -> None:
    disk = FaultyDisk()
    rig = Rig(tmp_path, disk)
    rig.join()
    rig.feed(packets(0, 49))
    disk.half = half
    disk.fault = fault
    rig.feed(packets(50, 69))
    (alarm,) = rig.of("recording_alarm")
    assert words in alarm.reason
    assert rig.recorder.status().state != "writing" or rig.recorder.status().last_write_age < 1
    disk.fault = 0
    rig.feed(packets(70, 149))
    wait_for(lambda: rig.of("recording_resumed"))
    assert rig.recorder.status().state == "writing"
    parts, _, _ = rig.close()
    sealed = sorted(rig.of("part_sealed"), key=lambda fact: fact.number)
    assert parts == len(sealed) == 2
    first, second = sealed
    assert (first.recovered, second.recovered) == (True, False)
    saved = numbers_of(first.path)
    assert saved == list(range(len(saved)))
    assert 44 <= len(saved) <= 52
    assert numbers_of(second.path)[-1] == 149
    assert numbers_of(second.path)[0] <= 105  # a second of patience with the disk, then the next key frame
    for fact in sealed:
        assert fact.sha256 == hashlib.sha256(Path(fact.path).read_bytes()).hexdigest()
    (gap,) = rig.of("gap_recorded")
    assert gap.cause == "storage"
    assert gap.start == pytest.approx(first.end, abs=0.001)
    assert gap.end == pytest.approx(second.start, abs=0.001)
    if half:
        assert (tmp_path / "part-0001.tail").stat().st_size > 0


def test_a_part_that_cannot_be_made_is_tried_again(tmp_path: Path) -> None:
    disk = FaultyDisk()
    disk.fault_on_create = FULL
    rig = Rig(tmp_path, disk)
    rig.join()
    rig.feed(packets(0, 59))
    assert rig.of("part_opened") == []
    assert len(rig.of("recording_alarm")) == 1
    assert len(rig.requests) >= 1
    disk.fault_on_create = 0
    rig.feed(packets(60, 149))
    wait_for(lambda: rig.of("recording_resumed"))
    rig.close()
    (sealed,) = rig.of("part_sealed")
    assert sealed.number == 1
    assert numbers_of(sealed.path)[-1] == 149


def test_a_stuck_disk_raises_the_alarm_although_the_writer_hangs(tmp_path: Path) -> None:
    disk = StuckDisk()
    rig = Rig(tmp_path, disk)
    rig.join()
    rig.feed(packets(0, 29))
    stick(rig, disk, packets(30, 45))
    hand_over(rig, packets(46, 149))
    (alarm,) = wait_for(lambda: rig.of("recording_alarm"))
    assert alarm.reason == "the writer is blocked"
    assert rig.recorder.status().state == "stalled"
    disk.stuck.clear()
    disk.free.set()
    rig.settle()
    wait_for(lambda: rig.of("recording_resumed"))
    rig.close()
    (sealed,) = rig.of("part_sealed")
    assert numbers_of(sealed.path) == list(range(150))


def test_what_waits_for_a_stuck_disk_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streaming.media.recorder.session_recorder.MAX_QUEUED", 3_000)
    disk = StuckDisk()
    rig = Rig(tmp_path, disk)
    rig.join()
    rig.feed(packets(0, 29))
    stick(rig, disk, packets(30, 45))
    hand_over(rig, packets(46, 119))
    recorder = rig.recorder
    assert 3_000 < recorder._bytes_in - recorder._bytes_out < 5_000
    disk.stuck.clear()
    disk.free.set()
    rig.settle()
    rig.feed(packets(120, 149))
    rig.close()
    sealed = rig.of("part_sealed")
    numbers = [number for part in sealed for number in numbers_of(part.path)]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == 149
    assert rig.of("gap_recorded")


def test_all_that_waited_for_a_stuck_disk_is_written_turn_by_turn(tmp_path: Path) -> None:
    disk = StuckDisk()
    rig = Rig(tmp_path, disk)
    rig.join(audio=True)
    rig.feed(packets(0, 29))
    stick(rig, disk, packets(30, 45))
    hand_over(rig, packets(46, 149))
    minute = 3 * MOST  # packets of sound: what one turn takes, and more
    for number in range(minute):
        rig.recorder.audio_packet(number, 960 * number, SILENCE, rig.now + number / 50)
    disk.stuck.clear()
    disk.free.set()
    rig.close()
    (sealed,) = rig.of("part_sealed")
    assert numbers_of(sealed.path) == list(range(150))
    assert [data for _, data in packets_of(sealed.path, "audio")] == [SILENCE] * minute


def test_a_camera_without_key_frames_is_an_alarm(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.join()
    film = Sender("H264").frames(clip("H264", 120, keyframe_every=120).frames)
    rig.feed([p for p in film if p.arrival > START + 0.1])
    (alarm,) = wait_for(lambda: rig.of("recording_alarm"))
    assert alarm.reason == "no key frame from the camera"
    assert rig.recorder.status().state == "stalled"
    assert len(rig.requests) >= 8
    rig.close()
    assert rig.of("part_sealed") == []


def test_a_name_that_is_taken_is_passed_over(tmp_path: Path) -> None:
    """Another part appeared after this recorder looked into its directory."""
    rig = Rig(tmp_path)
    rig.settle()
    (tmp_path / "part-0001.mp4").write_bytes(b"of somebody else")
    rig.join()
    rig.feed(packets(0, 149))
    rig.close()
    (sealed,) = rig.of("part_sealed")
    assert sealed.number == 2
    assert (tmp_path / "part-0001.mp4").read_bytes() == b"of somebody else"
