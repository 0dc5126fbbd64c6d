"""The recorder whole: packets in, files that decode out."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path
from typing import Any

import pytest

from streaming.contracts import dumps
from streaming.media.recorder import recover_directory
from streaming.media.recorder.packets import Packet
from tests.helpers.recording import START, Rig, numbers_of, packets_of
from tests.helpers.rtp import Sender, nal_units, opus_packets
from tests.media.clips import clip

CODECS = ["H264", "VP8"]


@pytest.fixture(autouse=True)
def quick_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streaming.media.recorder.session_recorder.TICK", 0.002)


def sha256(path: Path | str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def timeline(directory: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (directory / "timeline.jsonl").read_text().splitlines()]


def identical(codec: str, stored: bytes, source: bytes) -> bool:
    if codec == "VP8":
        return stored == source
    return stored == b"".join(len(unit).to_bytes(4, "big") + unit for unit in reordered(nal_units(source)))


def reordered(units: list[bytes]) -> list[bytes]:
    sets = [unit for unit in units if unit[0] & 0x1F in (7, 8)]
    return sets + [unit for unit in units if unit[0] & 0x1F not in (7, 8)]


@pytest.mark.parametrize("codec", CODECS)
def test_packets_late_twice_and_out_of_order_make_a_whole_film(codec: str, tmp_path: Path) -> None:
    film = clip(codec)
    dice = random.Random(5)
    packets = []
    for packet in Sender(codec, mtu=300).frames(film.frames):
        late = dice.random()
        delay = 0.4 if late < 0.03 else 0.03 if late < 0.1 else 0.0  # sent again after a NACK, or overtaken
        packets.append(Packet(packet.seq, packet.timestamp, packet.marker, packet.payload, packet.arrival + delay))
        if dice.random() < 0.05:
            packets.append(Packet(packet.seq, packet.timestamp, packet.marker, packet.payload, packet.arrival + 0.2))
    rig = Rig(tmp_path)
    rig.join(codec, audio=True)
    rig.feed(packets, opus_packets(250, start=START))
    parts, path, digest = rig.close()
    (sealed,) = rig.of("part_sealed")
    assert parts == 1
    assert numbers_of(sealed.path) == list(range(150))
    stored = packets_of(sealed.path, "video")
    assert all(identical(codec, data, film.frames[n]) for n, (_, data) in enumerate(stored))
    assert [round((time - stored[0][0]) * 30) for time, _ in stored] == list(range(150))
    assert [data for _, data in packets_of(sealed.path, "audio")] == [p.payload for p in opus_packets(250, start=START)]
    assert (sealed.sha256, sealed.size) == (sha256(sealed.path), Path(sealed.path).stat().st_size)
    assert digest == sha256(path)
    assert rig.of("gap_recorded") == []
    assert rig.of("recording_alarm") == []
    assert [fact.kind for fact in rig.facts] == ["part_opened", "part_sealed"]
    assert all(dumps(fact) for fact in rig.facts)


@pytest.mark.parametrize("codec", CODECS)
def test_lost_packets_are_a_gap_that_ends_with_a_key_frame(codec: str, tmp_path: Path) -> None:
    film = clip(codec)
    packets = Sender(codec, mtu=300).frames(film.frames)
    gone = [p for p in packets if p.timestamp == Sender(codec).timestamp(50)][:1]
    rig = Rig(tmp_path)
    rig.join(codec)
    rig.feed([p for p in packets if p not in gone and p.arrival < START + 2.5])
    assert rig.of("gap_recorded") == []
    assert rig.recorder.status().frames == 50
    rig.recorder.give_up("video", gone[0].seq, gone[0].seq)
    rig.settle()
    requested = rig.requests[-1]
    rig.feed([p for p in packets if p.arrival >= START + 2.5])
    rig.close()
    (gap,) = rig.of("gap_recorded")
    (sealed,) = rig.of("part_sealed")
    assert numbers_of(sealed.path) == [*range(50), *range(60, 150)]
    assert (gap.frames, gap.cause) == (10, "loss")
    assert gap.start == pytest.approx(START + 0.02 + 49 / 30, abs=0.002)
    assert gap.end == pytest.approx(START + 0.02 + 60 / 30, abs=0.002)
    assert requested == pytest.approx(START + 2.5, abs=0.2)
    stored = packets_of(sealed.path, "video")
    assert stored[50][0] - stored[49][0] == pytest.approx(11 / 30, abs=0.002)
    sidecar = json.loads((tmp_path / "part-0001.json").read_text())
    assert [(g["frames"], g["cause"]) for g in sidecar["gaps"]] == [(10, "loss")]


def test_three_per_cent_given_up_leaves_nothing_undecodable(tmp_path: Path) -> None:
    film = clip("H264")
    dice = random.Random(9)
    packets = Sender("H264", mtu=300).frames(film.frames)
    gone = {p.seq for p in packets[20:] if dice.random() < 0.03}
    rig = Rig(tmp_path)
    rig.join()
    for seq in gone:
        rig.recorder.give_up("video", seq, seq)
    rig.feed([p for p in packets if p.seq not in gone])
    rig.close()
    (sealed,) = rig.of("part_sealed")
    numbers = numbers_of(sealed.path)
    assert numbers == sorted(set(numbers))
    lost = sum(gap.frames for gap in rig.of("gap_recorded"))
    assert len(numbers) + lost == pytest.approx(150, abs=16)
    source = {n: film.frames[n] for n in numbers}
    stored = packets_of(sealed.path, "video")
    assert all(identical("H264", data, source[n]) for n, (_, data) in zip(numbers, stored, strict=True))


def test_the_file_begins_at_the_first_key_frame(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.join()
    packets = Sender("H264").frames(clip("H264", 60).frames)
    rig.feed([p for p in packets if START + 0.1 < p.arrival < START + 0.45])
    assert rig.recorder.status().state == "waiting"
    assert rig.requests
    assert list(tmp_path.glob("part-*")) == []
    rig.feed([p for p in packets if p.arrival >= START + 0.45])
    rig.close()
    (sealed,) = rig.of("part_sealed")
    assert numbers_of(sealed.path) == list(range(15, 60))
    assert sealed.start == pytest.approx(START + 0.02 + 15 / 30, abs=0.001)


@pytest.mark.parametrize("codec", CODECS)
def test_a_new_size_is_a_new_part_and_no_frame_or_sound_is_lost(codec: str, tmp_path: Path) -> None:
    sender = Sender(codec)
    small, large = clip(codec, 45).frames, clip(codec, 45, width=240, height=320).frames
    packets = sender.frames(small) + sender.frames(large, first=45)
    rig = Rig(tmp_path)
    rig.join(codec, audio=True)
    rig.feed(packets, opus_packets(150, start=START))
    rig.close()
    first, second = rig.of("part_sealed")
    assert numbers_of(first.path) == numbers_of(second.path) == list(range(45))
    assert (first.width, first.height, second.width, second.height) == (320, 240, 240, 320)
    assert (first.prev_sha256, second.prev_sha256) == ("", first.sha256)
    assert (sha256(first.path), sha256(second.path)) == (first.sha256, second.sha256)
    assert second.start - first.end == pytest.approx(1 / 30, abs=0.001)
    sounds = [data for part in (first, second) for _, data in packets_of(part.path, "audio")]
    assert sounds == [p.payload for p in opus_packets(150, start=START)]
    assert rig.of("gap_recorded") == []


def test_a_sender_that_changes_size_all_the_time_cannot_fill_the_directory(tmp_path: Path) -> None:
    sender = Sender("H264")
    shapes = [clip("H264", 1, width=320, height=240).frames, clip("H264", 1, width=336, height=240).frames]
    packets = [p for n in range(120) for p in sender.frames(shapes[n % 2], first=n)]
    rig = Rig(tmp_path)
    rig.join()
    rig.feed(packets)
    rig.close()
    sealed = rig.of("part_sealed")
    assert len(sealed) < 40
    assert sum(len(packets_of(part.path, "video")) for part in sealed) == 120


@pytest.mark.parametrize("codecs", [("H264", "H264"), ("H264", "VP8")])
def test_a_caller_who_comes_back_continues_in_the_next_part(codecs: tuple[str, str], tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    for turn, codec in enumerate(codecs):
        rig.join(codec, peer=f"page{turn}")
        rig.feed(Sender(codec, start=START + 10 * turn, seq=7, clock_offset=99).frames(clip(codec, 30).frames))
        rig.recorder.end_join(reason="closed", at=rig.now)
        rig.settle()
        assert rig.recorder.status().state == "off"
        assert len(rig.of("part_sealed")) == turn + 1
    parts, _, _ = rig.close()
    first, second = rig.of("part_sealed")
    assert parts == 2
    assert [numbers_of(part.path) for part in (first, second)] == [list(range(30))] * 2
    assert second.start - first.start == pytest.approx(10.0, abs=0.001)
    assert second.prev_sha256 == first.sha256
    assert [(gap.cause, gap.start, gap.end) for gap in rig.of("gap_recorded")] == [("rejoin", first.end, second.start)]
    events = [entry["event"] for entry in timeline(tmp_path)]
    assert events.count("joined") == events.count("left") == events.count("part_sealed") == 2
    assert events[0], events[-1] == ("session_started", "stopped")


def test_sound_is_placed_by_the_reports_and_holes_in_it_stay_holes(tmp_path: Path) -> None:
    """Sound arrives 130 ms late and pauses for a second; the reports say where it belongs."""
    rig = Rig(tmp_path)
    rig.join(audio=True)
    sender = Sender("H264")
    rig.recorder.sender_report("video", 9_000.0, sender.timestamp(0))
    rig.recorder.sender_report("audio", 9_000.0, 5_000)
    sounds = [p for n, p in enumerate(opus_packets(250, start=START, delay=0.15)) if not 100 <= n < 150]
    rig.recorder.give_up("audio", 101, 150)
    rig.feed(sender.frames(clip("H264").frames), sounds)
    rig.close()
    (sealed,) = rig.of("part_sealed")
    video, audio = packets_of(sealed.path, "video"), packets_of(sealed.path, "audio")
    for number, (time, data) in zip([n for n in range(250) if not 100 <= n < 150], audio, strict=True):
        assert data.endswith(number.to_bytes(4, "big"))
        assert time - video[0][0] == pytest.approx(number * 0.02, abs=0.0005)


def test_a_caller_without_sound_is_recorded(tmp_path: Path) -> None:
    """A microphone was agreed on and never gave a packet: the picture does not wait for it."""
    rig = Rig(tmp_path)
    rig.join(audio=True)
    rig.feed(Sender("H264").frames(clip("H264", 60).frames))
    assert rig.recorder.status().frames >= 50
    rig.close()
    (sealed,) = rig.of("part_sealed")
    assert sealed.audio_codec == ""
    assert numbers_of(sealed.path) == list(range(60))


def test_status_tells_the_truth_about_the_last_second(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    assert rig.recorder.status().state == "off"
    rig.join()
    rig.settle()
    assert rig.recorder.status().state == "waiting"
    rig.feed(Sender("H264").frames(clip("H264", 60).frames))
    status = rig.recorder.status()
    assert status.state == "writing"
    assert (status.width, status.height) == (320, 240)
    assert status.fps == pytest.approx(30, abs=2)
    assert status.recorded_seconds == pytest.approx(2.0, abs=0.3)
    assert status.last_write_age is not None
    assert status.last_write_age < 0.3
    rig.advance(0.3)
    rig.advance(5.0)
    status = rig.recorder.status()
    assert status.state == "waiting"  # no frames: nothing to write, nothing wrong with the disk
    assert (status.frames, status.frame_age) == (60, pytest.approx(5.3, abs=0.1))
    rig.close()
    assert rig.recorder.status().state == "off"


def test_the_notes_of_everybody_are_in_the_timeline(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.recorder.note("position", START + 1, lat=51.5, lon=-0.1, accuracy=12.0)
    rig.recorder.note("muted", START + 2, by="caller\n<script>")
    _, path, digest = rig.close()
    lines = timeline(tmp_path)
    assert {"at": START + 1, "event": "position", "lat": 51.5, "lon": -0.1, "accuracy": 12.0} in lines
    assert {"at": START + 2, "event": "muted", "by": "caller\n<script>"} in lines
    assert digest == sha256(path)
    session = json.loads((tmp_path / "session.json").read_text())
    assert session["label"] == "417 of 21/11/2026"
    assert session["ended"] == {"at": START, "reason": "handler", "parts": 0, "timeline_sha256": digest}


def test_another_engine_goes_on_in_the_same_directory(tmp_path: Path) -> None:
    film = clip("H264", 30).frames
    rig = Rig(tmp_path)
    rig.join()
    rig.feed(Sender("H264").frames(film))
    rig.close("shutdown")
    (first,) = rig.of("part_sealed")
    again = Rig(tmp_path)
    again.join()
    again.feed(Sender("H264").frames(film))
    parts, _, _ = again.close()
    told, second = again.of("part_sealed")
    assert parts == 2
    assert told == first
    assert (second.number, second.prev_sha256) == (2, first.sha256)
    assert "session_continued" in [entry["event"] for entry in timeline(tmp_path)]


def test_facts_told_again_are_the_same_facts(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.join()
    rig.feed(Sender("H264").frames(clip("H264", 30).frames))
    _, path, digest = rig.close("handler")
    again: list[Any] = []
    for _ in range(2):
        recover_directory(tmp_path, "5e551011", emit=again.append)
    part, stopped = again[:2]
    assert again[2:] == again[:2]
    assert [part] == rig.of("part_sealed")
    assert (stopped.reason, stopped.parts, stopped.timeline_sha256) == ("handler", 1, digest)
    assert sha256(path) == digest
