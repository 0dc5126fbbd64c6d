"""What is hashed is what is on disk; what is replaced is never half there."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
from pathlib import Path

import pytest

from streaming.media.recorder.files import DISK, AppendFile, Storage, read_json
from streaming.media.recorder.timeline import MAX_LINE, Timeline, cut_torn_line, line


class ShortWrites(Storage):
    def write(self, descriptor: int, data: bytes) -> int:
        return os.write(descriptor, data[:7])


class FullDisk(Storage):
    """Takes `room` bytes, then has none left."""

    def __init__(self, room: int) -> None:
        self.room = room

    def write(self, descriptor: int, data: bytes) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken = os.write(descriptor, data[: self.room])
        self.room -= taken
        return taken


@pytest.mark.parametrize("storage", [DISK, ShortWrites()])
def test_hash_and_size_follow_the_bytes(tmp_path: Path, storage: Storage) -> None:
    file = AppendFile(tmp_path / "a", storage)
    for piece in (b"hello", b"", b"x" * 1000):
        file.append(piece)
        data = (tmp_path / "a").read_bytes()
        assert (file.size, file.sha256()) == (len(data), hashlib.sha256(data).hexdigest())
    file.sync()
    file.close()
    assert (tmp_path / "a").read_bytes() == b"hello" + b"x" * 1000


def test_the_hash_counts_what_a_full_disk_took(tmp_path: Path) -> None:
    file = AppendFile(tmp_path / "a", FullDisk(10))
    with pytest.raises(OSError, match="No space left"):
        file.append(b"x" * 25)
    file.close()
    assert file.size == 10
    assert file.sha256() == hashlib.sha256((tmp_path / "a").read_bytes()).hexdigest()


def test_the_kernel_lets_nobody_write_into_the_middle(tmp_path: Path) -> None:
    descriptor = DISK.create(tmp_path / "a")
    assert fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_APPEND
    os.write(descriptor, b"first")
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, b"second")
    os.close(descriptor)
    assert (tmp_path / "a").read_bytes() == b"firstsecond"
    with pytest.raises(FileExistsError):
        DISK.create(tmp_path / "a")


def test_a_json_file_is_old_or_new(tmp_path: Path) -> None:
    path = tmp_path / "part-0001.json"
    DISK.write_json(path, {"n": 1})
    with pytest.raises(OSError, match="No space left"):
        FullDisk(5).write_json(path, {"n": 2})
    assert read_json(path) == {"n": 1}
    DISK.write_json(path, {"n": 3})
    assert read_json(path) == {"n": 3}
    assert [p.name for p in tmp_path.iterdir()] == ["part-0001.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe"])
def test_a_damaged_json_file_is_no_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    assert read_json(tmp_path / "x") is None
    assert read_json(tmp_path / "missing") is None


@pytest.mark.parametrize(
    "data",
    [
        {"text": "two\nlines\r\0 <b>&"},
        {"event": "other", "at": 5},
        {"n": float("nan")},
        {"deep": [[{"a": object()}]]},
        {"long": "x" * MAX_LINE},
        {"lone": "\ud800"},
    ],
)
def test_a_line_is_one_line_of_json_whatever_it_says(data: dict[str, object]) -> None:
    text = line("position", 12.5, data)
    assert text.count(b"\n") == 1
    assert len(text) <= MAX_LINE + 1
    known = json.loads(text)
    assert (known["event"], known["at"]) == ("position", 12.5)


def test_lines_survive_a_disk_that_refuses_for_a_while(tmp_path: Path) -> None:
    storage = FullDisk(30)
    timeline = Timeline(tmp_path, storage)
    timeline.write("one", 1.0)
    timeline.write("two", 2.0)
    with pytest.raises(OSError, match="No space left"):
        timeline.sync()
    storage.room = 10_000
    timeline.write("three", 3.0)
    digest = timeline.close()
    data = (tmp_path / "timeline.jsonl").read_bytes()
    assert digest == hashlib.sha256(data).hexdigest()
    events = [json.loads(text)["event"] for text in data.splitlines() if text.endswith(b"}")]
    assert events[-3:] == ["one", "two", "three"]


def test_a_torn_line_is_cut_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "timeline.jsonl"
    path.write_bytes(b'{"a":1}\n{"b":')
    assert cut_torn_line(path, DISK) == 5
    assert path.read_bytes() == b'{"a":1}\n'
    assert (tmp_path / "timeline.tail").read_bytes() == b'{"b":'
    assert cut_torn_line(path, DISK) == 0
    assert cut_torn_line(tmp_path / "missing", DISK) == 0
