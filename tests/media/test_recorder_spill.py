"""A disk that becomes full, stalls or breaks under a recording: it goes on in the second place, and comes back."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from streaming.contracts import Fact
from streaming.media.recorder import places as places_module
from streaming.media.recorder import recover_directory
from streaming.media.recorder.files import Storage
from streaming.media.recorder.guarded import GuardedStorage, is_awaited
from streaming.media.recorder.places import Place, Places
from streaming.media.recorder.room import ROOM
from tests.fakes.disks import BROKEN, FaultyDisk, SmallDisk, StuckDisk
from tests.helpers.recording import Rig, numbers_of, wait_for
from tests.media.test_recorder_storage import packets

DISK_BYTES = 2 * 1024 * 1024


@pytest.fixture(autouse=True)
def quick_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streaming.media.recorder.session_recorder.TICK", 0.002)
    monkeypatch.setattr("streaming.media.recorder.watchdog.PERIOD", 0.005)
    monkeypatch.setattr(places_module, "PROBE_PERIOD", 0.05)


class Disk:
    """A small disk: a file system of its own where this user may mount one, else one that counts."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()
        size = ["-o", f"size={DISK_BYTES}"]
        mount = subprocess.run(["mount", "-t", "tmpfs", *size, "tmpfs", str(root)], check=False, capture_output=True)
        self.mounted = mount.returncode == 0
        self.storage = Storage() if self.mounted else SmallDisk(root, DISK_BYTES)

    def fill(self) -> None:
        with (self.root / "filler").open("wb", buffering=0) as filler:
            if not self.mounted:
                filler.truncate(DISK_BYTES)
                return
            try:
                while filler.write(bytes(4096)):
                    pass
            except OSError:
                pass

    def empty(self) -> None:
        (self.root / "filler").unlink()

    def close(self) -> None:
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.root)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    made = Disk(tmp_path / "disk")
    yield made
    made.close()


def two(tmp_path: Path, first: Storage, root: Path | None = None, reserve: int = 0) -> Places:
    return Places(
        Place((root or tmp_path / "one") / "s", first), Place(tmp_path / "two" / "s", GuardedStorage()), reserve
    )


def sealed_of(facts: list[Any]) -> list[Any]:
    sealed = sorted((fact for fact in facts if fact.kind == "part_sealed"), key=lambda fact: fact.number)
    for fact in sealed:
        assert fact.sha256 == hashlib.sha256(Path(fact.path).read_bytes()).hexdigest()
    return sealed


def events(path: Path | str) -> list[str]:
    return [json.loads(line)["event"] for line in Path(path).read_text().splitlines() if line.startswith("{")]


def alarms(rig: Rig) -> list[tuple[str, bool]]:
    kinds = ("recording_alarm", "recording_resumed")
    return [(fact.kind, getattr(fact, "spilled", False)) for fact in rig.facts if fact.kind in kinds]


def test_a_full_disk_is_left_and_taken_again(disk: Disk, tmp_path: Path) -> None:
    rig = Rig(tmp_path, places=two(tmp_path, disk.storage, disk.root))
    rig.join()
    rig.feed(packets(0, 49))
    disk.fill()
    rig.feed(packets(50, 84))
    wait_for(lambda: ("recording_alarm", True) in alarms(rig))
    assert rig.recorder.status().state == "writing"
    disk.empty()
    wait_for(lambda: rig.settle() or not rig.recorder._places.aside)
    rig.feed(packets(85, 149))
    wait_for(lambda: alarms(rig)[-1] == ("recording_resumed", False))
    assert alarms(rig)[0] == ("recording_alarm", False)
    parts, timeline, digest = rig.close()
    sealed = sealed_of(rig.facts)
    assert [Path(fact.path).parent.parent.name for fact in sealed] == ["disk", "two", "disk"]
    assert parts == 3
    assert [fact.recovered for fact in sealed] == [True, False, False]
    films = [numbers_of(fact.path) for fact in sealed]
    assert films[0] == list(range(len(films[0])))
    assert films[1][-1] + 1 == films[2][0]  # coming back loses nothing
    assert films[2][-1] == 149
    assert films[1][0] - films[0][-1] <= 32  # one fragment, and up to the next key frame: one is sent every 15
    (gap,) = rig.of("gap_recorded")
    assert gap.cause == "storage"
    assert timeline == disk.root / "s" / "timeline.jsonl"
    assert digest == hashlib.sha256(timeline.read_bytes()).hexdigest()
    said = events(timeline)
    assert said[0] == "session_started"
    assert said[-1] == "stopped"
    assert said.count("part_sealed") == 3
    assert {"recording_alarm", "second_place", "recording_spilled", "recording_resumed"} <= set(said)


def test_a_disk_that_is_nearly_full_is_left_without_losing_a_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = {"bytes": 10_000_000}
    monkeypatch.setattr(ROOM, "free", lambda root: free["bytes"])
    rig = Rig(tmp_path, places=two(tmp_path, Storage(), reserve=1_000_000))
    rig.join()
    rig.feed(packets(0, 59))
    free["bytes"] = 900_000
    rig.feed(packets(60, 149))
    wait_for(lambda: alarms(rig) == [("recording_alarm", True)])
    rig.close()
    films = [numbers_of(fact.path) for fact in sealed_of(rig.facts)]
    assert [number for film in films for number in film] == list(range(150))
    assert rig.of("gap_recorded") == []
    assert len(rig.requests) >= 1


def test_a_stalled_disk_holds_up_neither_the_recording_nor_its_end(tmp_path: Path) -> None:
    stuck = StuckDisk()
    rig = Rig(tmp_path, places=two(tmp_path, GuardedStorage(stuck, limit=0.5)))
    rig.join()
    rig.feed(packets(0, 49))
    stuck.stuck.set()
    rig.feed(packets(50, 149))
    wait_for(lambda: ("recording_alarm", True) in alarms(rig))
    parts, timeline, _ = rig.close()
    (second,) = sealed_of(rig.facts)
    assert parts == 1
    assert numbers_of(second.path)[-1] == 149
    assert timeline.parent == tmp_path / "two" / "s"
    assert "the disk does not answer" in timeline.read_text()
    # What hangs may still write: nothing there is sealed before it is back.
    found: list[Fact] = []
    with pytest.raises(OSError, match="has not come back"):
        _repaired(tmp_path, found)
    assert found == []
    # The disk comes back: the first part and one timeline of both places.
    stuck.free.set()
    wait_for(lambda: not is_awaited(tmp_path / "one" / "s"))
    assert _repaired(tmp_path, found)
    first, again = sealed_of(found)
    assert (first.number, first.recovered, again.sha256) == (1, True, second.sha256)
    assert numbers_of(first.path) == list(range(len(numbers_of(first.path))))
    (stopped,) = [fact for fact in found if fact.kind == "session_stopped"]
    assert (stopped.reason, stopped.parts) == ("handler", 2)
    said = events(stopped.timeline_path)
    assert said[0] == "session_started"
    assert {"second_place", "part_recovered"} <= set(said)


def _repaired(tmp_path: Path, found: list[Fact]) -> bool:
    """Whether the repair went through."""
    found.clear()
    first, second = tmp_path / "one" / "s", tmp_path / "two" / "s"
    recover_directory(first, "5e551011", emit=found.append, spill=second)
    return len([fact for fact in found if fact.kind == "part_sealed"]) == 2


def test_a_broken_disk_from_the_first_moment(tmp_path: Path) -> None:
    broken = FaultyDisk()
    broken.fault = broken.fault_on_create = BROKEN
    rig = Rig(tmp_path, places=two(tmp_path, broken))
    rig.join()
    rig.feed(packets(0, 149))
    wait_for(lambda: ("recording_alarm", True) in alarms(rig))
    parts, timeline, _ = rig.close()
    assert parts == 1
    (sealed,) = sealed_of(rig.facts)
    assert numbers_of(sealed.path)[-1] == 149
    assert timeline.parent == tmp_path / "two" / "s"
    assert events(timeline)[-1] == "stopped"


def test_two_broken_disks_are_tried_by_turns(tmp_path: Path) -> None:
    first, second = FaultyDisk(), FaultyDisk()
    places = Places(Place(tmp_path / "one" / "s", first), Place(tmp_path / "two" / "s", second), 0)
    rig = Rig(tmp_path, places=places)
    rig.join()
    rig.feed(packets(0, 29))
    first.fault = second.fault = BROKEN
    rig.feed(packets(30, 89))
    assert alarms(rig) == [("recording_alarm", False)]
    second.fault = 0
    rig.feed(packets(90, 149))
    wait_for(lambda: ("recording_alarm", True) in alarms(rig))
    rig.close()
    assert numbers_of(sealed_of(rig.facts)[-1].path)[-1] == 149


def test_a_call_that_comes_back_too_late_leaves_no_file_open(tmp_path: Path) -> None:
    class Late(StuckDisk):
        def create(self, path: Path) -> int:
            self.free.wait(30)
            self.made = super().create(path)
            return self.made

    disk = Late()
    guarded = GuardedStorage(disk, limit=0.01)
    with pytest.raises(OSError, match="does not answer"):
        guarded.create(tmp_path / "part")
    with pytest.raises(OSError, match="does not answer"):
        guarded.sync_directory(tmp_path)
    disk.free.set()
    wait_for(lambda: not guarded.hangs)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(disk.made)
    guarded.sync_directory(tmp_path)
    guarded.stop()
