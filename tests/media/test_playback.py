"""The playback copy: one file, every frame, wall-clock distances, sound in its place."""

from __future__ import annotations

import hashlib
import itertools
from pathlib import Path

import av
import pytest

from streaming.media.recorder import make_playback
from streaming.media.recorder.opus import SILENCE
from tests.helpers.recording import START, Rig, numbers_of, packets_of
from tests.helpers.rtp import Sender, opus_packets
from tests.media.clips import clip


@pytest.fixture(autouse=True)
def quick_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streaming.media.recorder.session_recorder.TICK", 0.002)


def record(directory: Path, codec: str, *, sound: bool = True) -> Rig:
    """Three parts: 1 s upright, 1 s turned, and after 5 s away 1 s more."""
    rig = Rig(directory)
    sender = Sender(codec)
    rig.join(codec, audio=sound)
    upright, turned = clip(codec, 30, width=240, height=320).frames, clip(codec, 30, width=320, height=240).frames
    sounds = opus_packets(100, start=START) if sound else []
    rig.feed(sender.frames(upright) + sender.frames(turned, first=30), sounds)
    rig.recorder.end_join(reason="closed", at=rig.now)
    rig.settle()
    rig.join(codec, audio=sound)
    later = START + 7
    sounds = opus_packets(50, start=later) if sound else []
    rig.feed(Sender(codec, start=later).frames(turned), sounds)
    rig.close()
    return rig


@pytest.mark.parametrize(("codec", "mime"), [("H264", "video/mp4"), ("VP8", "video/webm")])
def test_parts_are_joined_at_their_wall_clock(codec: str, mime: str, tmp_path: Path) -> None:
    sealed = record(tmp_path / "session", codec).of("part_sealed")
    copy = make_playback([Path(p.path) for p in sealed], [p.start for p in sealed], tmp_path / "playback")
    assert numbers_of(copy.path) == list(range(30)) * 3
    video, audio = packets_of(copy.path, "video"), packets_of(copy.path, "audio")
    wanted = [n / 30 for n in range(60)] + [7 + n / 30 for n in range(30)]
    assert [time for time, _ in video] == pytest.approx(wanted, abs=0.002)
    heard = {data: time for time, data in audio if data != SILENCE}
    # Sound n belongs to the moment 20 ms * n after the first frame; both stays number theirs from 0.
    assert [heard[p.payload] for p in opus_packets(50, start=0)] == pytest.approx(
        [7 + n / 50 for n in range(50)], abs=0.025
    )
    steps = [after - before for (before, _), (after, _) in itertools.pairwise(audio)]
    assert max(steps) == pytest.approx(0.02, abs=0.0011)
    assert (copy.mime, copy.size) == (mime, Path(copy.path).stat().st_size)
    assert copy.sha256 == hashlib.sha256(Path(copy.path).read_bytes()).hexdigest()
    assert copy.duration == pytest.approx(8.0, abs=0.1)
    assert "PyAV" in copy.tool


def test_the_pictures_of_a_turned_phone_keep_their_sizes(tmp_path: Path) -> None:
    sealed = record(tmp_path / "session", "H264").of("part_sealed")
    copy = make_playback([Path(p.path) for p in sealed], [p.start for p in sealed], tmp_path / "playback")
    with av.open(copy.path) as container:
        sizes = [(frame.width, frame.height) for frame in container.decode(video=0)]
    assert sizes == [(240, 320)] * 30 + [(320, 240)] * 60


def test_the_index_comes_first(tmp_path: Path) -> None:
    sealed = record(tmp_path / "session", "H264").of("part_sealed")
    copy = make_playback([Path(p.path) for p in sealed], [p.start for p in sealed], tmp_path / "playback")
    data = Path(copy.path).read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert b"moof" not in data


def test_a_session_without_sound_has_no_sound_track(tmp_path: Path) -> None:
    sealed = record(tmp_path / "session", "H264", sound=False).of("part_sealed")
    copy = make_playback([Path(p.path) for p in sealed], [p.start for p in sealed], tmp_path / "playback")
    with av.open(copy.path) as container:
        assert not container.streams.audio
    assert numbers_of(copy.path) == list(range(30)) * 3


def test_parts_of_another_codec_are_left_out_and_said(tmp_path: Path) -> None:
    first = record(tmp_path / "one", "H264").of("part_sealed")[0]
    second = record(tmp_path / "two", "VP8").of("part_sealed")[0]
    copy = make_playback([Path(first.path), Path(second.path)], [START, START + 5], tmp_path / "playback")
    assert numbers_of(copy.path) == list(range(30))
    assert "1 parts of another codec left out" in copy.tool


def test_made_again_it_is_the_same_file(tmp_path: Path) -> None:
    sealed = record(tmp_path / "session", "H264").of("part_sealed")
    arguments = [Path(p.path) for p in sealed], [p.start for p in sealed]
    assert make_playback(*arguments, tmp_path / "a").sha256 == make_playback(*arguments, tmp_path / "a").sha256


@pytest.mark.parametrize(("names", "starts"), [([], []), (["part-0001.mp4"], []), (["part-0001.txt"], [1.0])])
def test_nonsense_is_refused(names: list[str], starts: list[float], tmp_path: Path) -> None:
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(ValueError):
        make_playback([tmp_path / name for name in names], starts, tmp_path / "playback")


def test_a_part_that_is_no_media_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "part-0001.mp4").write_bytes(b"not a film" * 100)
    with pytest.raises(OSError, match="cannot be joined"):
        make_playback([tmp_path / "part-0001.mp4"], [1.0], tmp_path / "playback")
    assert [path.name for path in tmp_path.iterdir()] == ["part-0001.mp4"]
