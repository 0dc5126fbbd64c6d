"""A guest's mark in the pixels: on night and snow, moving, legible; and films that cannot be marked."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from streaming.media.mark import film, layer, picture, words
from tests.helpers import marks
from tests.helpers.marks import FOUND, LOST

SMITH = ("J. Smith, Northmere Ambulance", "G-3FA9C1")
JONES = ("B. Jones, Northmere Fire", "G-9F0012")


@pytest.fixture
def progress(tmp_path: Path):
    handle = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    yield handle
    os.close(handle)


def errand(source: Path, target: Path, at: float | None = None) -> dict[str, Any]:
    mark = {"label": SMITH[0], "code": SMITH[1]}
    return {"source": str(source), "target": str(target), "at": time.time() if at is None else at, "mark": mark}


def marked(plane: np.ndarray, who: tuple[str, str] = SMITH, *, turn: int = 0, longest: int = 640) -> np.ndarray:
    made = picture.Marker(words.Mark(*who), longest).marked(marks.frame_of(plane), at=time.time(), turn=turn)
    return marks.luma(made)


def test_the_mark_is_seen_at_night_and_on_snow():
    night, snow = marks.halves(marked(marks.scene()), *SMITH, turn=0)
    assert night > FOUND
    assert snow > FOUND


def test_the_decoders_own_picture_is_never_written_to():
    frame = marks.frame_of(marks.scene())
    before = [bytes(plane) for plane in frame.planes]
    picture.Marker(words.Mark(*SMITH), 640).marked(frame, at=0.0, turn=0)
    assert [bytes(plane) for plane in frame.planes] == before


def test_every_crop_of_half_the_height_and_width_names_the_guest():
    plane = np.full((480, 640), 90, dtype=np.uint8)
    drawn = layer.draw(words.Mark(*SMITH), 640, 480, at=time.time(), turn=0)
    whole = marked(plane).astype(int)
    for top in (0, 120, 240):
        for left in (0, 160, 320):
            crop = np.s_[top : top + 240, left : left + 320]
            assert (np.abs(whole[crop] - 90) > 20).sum() > 3000
            assert np.asarray(drawn.share)[crop].any()


def test_it_stands_elsewhere_every_few_seconds_and_for_every_guest():
    plane = np.full((480, 640), 90, dtype=np.uint8)
    one = marked(plane, turn=0)
    assert marks.strength(one, *SMITH, turn=0) > FOUND
    assert marks.strength(one, *SMITH, turn=1) < LOST
    assert marks.strength(one, *JONES, turn=0) < LOST
    assert marks.strength(one, SMITH[0], JONES[1], turn=0) < LOST


def test_a_long_name_is_whole_in_a_narrow_picture():
    label = "Bartholomew Featherstonehaugh-Cholmondeley, Northmere and Southmere Joint Rescue Board"
    plane = np.full((640, 360), 90, dtype=np.uint8)
    assert marks.strength(marked(plane, (label, "G-1")), label, "G-1", turn=0) > FOUND


def test_large_and_odd_pictures_become_small_and_even():
    assert marked(np.full((1081, 1921), 90, dtype=np.uint8)).shape == (360, 640)
    assert marked(np.full((1921, 1081), 90, dtype=np.uint8)).shape == (640, 360)
    assert marked(np.full((61, 81), 90, dtype=np.uint8)).shape == (60, 80)


NOBODY = ({}, {"label": " ", "code": "G-1"}, {"label": "J. Smith", "code": ""}, [], {"label": 7, "code": "G"})


@pytest.mark.parametrize("given", NOBODY)
def test_without_a_name_there_is_no_mark(given):
    with pytest.raises(words.NotMarked):
        words.Mark.read(given)


def test_no_more_than_fifteen_pictures_a_second_are_taken():
    thin = picture.Thin()
    assert 140 <= sum(thin.takes(number / 30) for number in range(300)) <= 151


# --- films ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "sound"), [("a.webm", "libopus"), ("a.mp4", "aac"), ("a.mp4", "")])
def test_every_picture_of_the_copy_is_marked_and_none_of_the_film(tmp_path, progress, name, sound):
    source, target = marks.film(tmp_path / name, sound=sound), tmp_path / "copy.webm"
    before = source.read_bytes()
    film.make(errand(source, target), progress)
    found = marks.pictures(target)
    assert 85 <= len(found) <= 91
    assert found[-1][0] > 5.8
    for second, plane in found:
        assert marks.strength(plane, *SMITH, turn=int(second // layer.MOVES_EVERY)) > FOUND
    assert all(marks.strength(plane, *SMITH, turn=0) < LOST for _, plane in marks.pictures(source))
    assert source.read_bytes() == before
    with av.open(str(target)) as container:
        assert [stream.codec_context.name for stream in container.streams] == ["vp8", *(["opus"] if sound else [])]
        assert container.duration == pytest.approx(6 * av.time_base, abs=0.2 * av.time_base)
    assert target.stat().st_mode & 0o077 == 0


def test_sound_and_picture_stay_together_and_no_gap_is_made(tmp_path, progress):
    source, target = marks.film(tmp_path / "a.webm"), tmp_path / "copy.webm"
    film.make(errand(source, target), progress)
    with av.open(str(target)) as container:
        times = {"video": [], "audio": []}
        for packet in container.demux():
            if packet.size:
                times[packet.stream.type].append(float(packet.pts * packet.time_base))
    assert abs(times["video"][0] - times["audio"][0]) < 0.05
    assert max(b - a for a, b in zip(times["video"], times["video"][1:], strict=False)) < 0.08
    assert max(b - a for a, b in zip(times["audio"], times["audio"][1:], strict=False)) < 0.03


def test_a_mark_that_cannot_be_drawn_makes_no_copy(tmp_path, progress, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise words.NotMarked("no letters")

    monkeypatch.setattr(layer, "draw", broken)
    with pytest.raises(words.NotMarked):
        film.make(errand(marks.film(tmp_path / "a.webm", seconds=1), tmp_path / "copy.webm"), progress)
    assert {path.name for path in tmp_path.iterdir()} == {"a.webm", "lock"}


def test_a_full_disk_leaves_no_copy_and_no_part_of_one(tmp_path, progress, monkeypatch):
    class Full:
        """A disk that takes 20 kB."""

        def __init__(self, file: Any) -> None:
            self._file = file

        def write(self, data: bytes) -> int:
            if self._file.tell() + len(data) > 20_000:
                raise OSError(errno.ENOSPC, "No space left on device")
            return int(self._file.write(data))

        def __getattr__(self, name: str) -> Any:
            return getattr(self._file, name)

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            self._file.close()

    opened = os.fdopen
    monkeypatch.setattr(film.os, "fdopen", lambda handle, mode: Full(opened(handle, mode)))
    with pytest.raises(OSError):
        film.make(errand(marks.film(tmp_path / "a.webm"), tmp_path / "copy.webm"), progress)
    assert {path.name for path in tmp_path.iterdir()} == {"a.webm", "lock"}


def test_a_copy_that_lacks_a_picture_is_not_served(tmp_path, progress, monkeypatch):
    monkeypatch.setattr(film, "_counted", lambda path: 3)
    with pytest.raises(words.NotMarked):
        film.make(errand(marks.film(tmp_path / "a.webm", seconds=1), tmp_path / "copy.webm"), progress)
    assert not (tmp_path / "copy.webm").exists()


def test_what_is_no_film_ends_the_process_with_no_copy(tmp_path):
    source = tmp_path / "a.mp4"
    source.write_bytes(os.urandom(5000))
    lock = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    done = subprocess.run(
        [sys.executable, "-m", "streaming.media.mark.film", str(lock)], pass_fds=(lock,), capture_output=True,
        input=json.dumps(errand(source, tmp_path / "copy.webm")).encode() + b"\n",
    )  # fmt: skip
    os.close(lock)
    assert done.returncode == 1
    assert not (tmp_path / "copy.webm").exists()
    assert not (tmp_path / "copy.part").exists()
