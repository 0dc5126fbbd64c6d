"""The store on a disk: whole or not at all, read-only, never over another."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from config.celery import app
from evidence.storage import FileStore, StoreError, StoreMismatch, StoreOccupied, masters
from evidence.tasks import clear_left
from tests.factories.evidence import digest, make_file

NAME = "99/2026/11/21/1-abc.mp4"


@pytest.fixture
def store(tmp_path) -> FileStore:
    return FileStore(tmp_path / "masters")


def put(store: FileStore, path: Path, name: str = NAME, sha256: str = ""):
    sha256 = sha256 or digest(path.read_bytes())
    return store.put(path, name, sha256=sha256, mime="video/mp4", keep_until=None)


def files_of(store: FileStore) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


def test_what_is_stored_reads_back_the_same(store, tmp_path):
    path = make_file(tmp_path, os.urandom(3_000_000))
    stored = put(store, path)
    assert (stored.uri, stored.size) == (f"file:{NAME}", 3_000_000)
    assert store.digest(stored.uri) == (digest(path.read_bytes()), 3_000_000)
    assert b"".join(store.read(stored.uri)) == path.read_bytes()


@pytest.mark.parametrize(
    ("start", "length"), [(0, 10), (5, 1), (1_048_570, 20), (1_999_990, 100), (2_000_000, 5), (7, None)]
)
def test_any_range_can_be_read(store, tmp_path, start, length):
    path = make_file(tmp_path, os.urandom(2_000_000))
    whole = path.read_bytes()
    stored = put(store, path)
    expected = whole[start:] if length is None else whole[start : start + length]
    assert b"".join(store.read(stored.uri, start, length)) == expected


def test_the_file_is_read_only_and_the_source_untouched(store, tmp_path):
    path = make_file(tmp_path)
    stored = put(store, path)
    kept = store.local_path(stored.uri)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o444
    assert path.exists()
    assert kept.stat().st_ino != path.stat().st_ino


def test_file_and_directories_are_synced_before_it_counts(store, tmp_path, monkeypatch):
    synced = []
    real = os.fsync

    def fsync(handle: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{handle}"))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    stored = put(store, make_file(tmp_path))
    kept = store.local_path(stored.uri)
    assert any(".incoming-" in name for name in synced)
    assert synced[-1] == str(kept.parent)
    assert str(store.root) in synced


def test_the_same_bytes_again_are_fine_and_stored_once(store, tmp_path):
    path = make_file(tmp_path)
    assert put(store, path) == put(store, path)
    assert len(files_of(store)) == 1


def test_other_bytes_never_take_a_taken_name(store, tmp_path):
    first = make_file(tmp_path)
    stored = put(store, first)
    with pytest.raises(StoreOccupied):
        put(store, make_file(tmp_path))
    assert store.digest(stored.uri)[0] == digest(first.read_bytes())
    assert len(files_of(store)) == 1


def test_bytes_that_are_not_as_announced_are_not_kept(store, tmp_path):
    with pytest.raises(StoreMismatch):
        put(store, make_file(tmp_path), sha256="0" * 64)
    assert files_of(store) == []


def test_a_full_disk_leaves_nothing_behind(store, tmp_path, monkeypatch):
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fchmod", lambda *args: full(0))
    with pytest.raises(StoreError, match="No space left"):
        put(store, make_file(tmp_path))
    assert files_of(store) == []


def test_a_kill_before_the_name_leaves_no_name(store, tmp_path, monkeypatch):
    class Killed(BaseException):
        pass

    def killed(*args: object) -> None:
        raise Killed

    monkeypatch.setattr(os, "link", killed)
    path = make_file(tmp_path)
    with pytest.raises(Killed):
        put(store, path)
    monkeypatch.undo()
    assert not (store.root / NAME).exists()
    put(store, path)
    assert files_of(store) == [store.root / NAME]


def test_a_missing_source_is_an_error(store, tmp_path):
    with pytest.raises(StoreError):
        store.put(tmp_path / "gone", NAME, sha256="0" * 64, mime="", keep_until=None)


@pytest.mark.parametrize(
    "name", ["../out", "a/../../out", "/etc/passwd", "a//b", ".hidden", "a/.incoming-1", "", "a b", "a\x00b", "a" * 301]
)
def test_names_stay_inside(store, tmp_path, name):
    path = make_file(tmp_path)
    with pytest.raises(StoreError, match="not a name"):
        put(store, path, name)
    for call in (store.digest, store.local_path, store.read):
        with pytest.raises(StoreError):
            call(f"file:{name}")


@pytest.mark.parametrize("uri", ["s3://bucket/key", "/etc/passwd", "http://example.test/x", "file:missing.mp4"])
def test_what_is_not_in_the_store_cannot_be_read(store, uri):
    with pytest.raises(StoreError):
        store.digest(uri)


def test_the_store_says_when_it_cannot_write(tmp_path):
    FileStore(tmp_path / "fine").check()
    (tmp_path / "blocked").write_text("a file where the directory should be")
    with pytest.raises(StoreError):
        FileStore(tmp_path / "blocked").check()


def test_copies_that_a_killed_process_left_are_cleared_after_a_day_and_nothing_else_is(tmp_path, settings):
    settings.EVIDENCE_STORAGE, settings.EVIDENCE_DIR = "file", tmp_path
    root = masters().root
    (root / "99").mkdir(parents=True)
    old = time.time() - 25 * 3600
    left, fresh, kept = (root / "99" / name for name in (".incoming-0a", ".incoming-0b", "0c.webm"))
    outside = tmp_path / "precious"
    for path in (left, fresh, kept, outside):
        path.write_bytes(b"x")
    (root / "99" / ".incoming-link").symlink_to(outside)
    (root / "99" / ".incoming-directory").mkdir()
    left.chmod(0o444)
    for path in (left, kept, outside):
        os.utime(path, (old, old))
    os.utime(root / "99" / ".incoming-link", (old, old), follow_symlinks=False)
    clear_left.apply()
    assert not left.exists()
    assert all(path.exists() for path in (fresh, kept, outside, root / "99" / ".incoming-link"))
    clear_left.apply()
    assert app.conf.beat_schedule["clear-left-copies"]["task"] == clear_left.name
