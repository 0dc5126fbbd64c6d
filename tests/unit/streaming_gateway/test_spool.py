"""What an engine reported is on disk until somebody took it, whatever dies in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from streaming.contracts import Fact, FramesStopped, SessionStopped, dumps
from streaming.media import spool as spool_module
from streaming.media.spool import DIRECTORY, FactSpool, is_orphan, pending_facts

PATIENCE = 20.0


def stopped(name: str) -> SessionStopped:
    return SessionStopped(
        session_id=name[0], at=0.0, message_id=name, reason="caller", parts=0, timeline_path="", timeline_sha256=""
    )


def resting(name: str) -> FramesStopped:
    return FramesStopped(session_id=name[0], at=0.0, message_id=name)


class Taker:
    """Takes facts, or refuses while `open` is clear."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.open.set()
        self.refused = threading.Event()
        self.names: list[str] = []
        self.changed = threading.Condition()

    def __call__(self, fact: Fact) -> None:
        if not self.open.is_set():
            self.refused.set()
            raise RuntimeError("not now")
        with self.changed:
            self.names.append(fact.message_id)
            self.changed.notify_all()

    def wait_for(self, count: int) -> list[str]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.names) >= count, PATIENCE), self.names
            return list(self.names)


@pytest.fixture
def spools(tmp_path: Path) -> Iterator[list[FactSpool]]:
    made: list[FactSpool] = []
    yield made
    for spool in made:
        spool.stop(0.1)


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streaming.media.delivery.FIRST_RETRY_SECONDS", 0.01)


def start(recordings: Path, owner: str, spools: list[FactSpool]) -> FactSpool:
    spool = FactSpool(recordings, owner)
    spools.append(spool)
    spool.start()
    return spool


def files(recordings: Path) -> list[str]:
    return sorted(path.name for path in (recordings / DIRECTORY).iterdir())


def test_facts_are_delivered_in_order_and_forgotten(tmp_path: Path, spools: list[FactSpool]) -> None:
    spool, taker = start(tmp_path, "one", spools), Taker()
    spool.deliver_to(taker)
    for number in range(100):
        spool.put(resting(f"a{number}"))
    assert taker.wait_for(100) == [f"a{number}" for number in range(100)]
    assert spool.wait_empty(PATIENCE)
    assert pending_facts(tmp_path / DIRECTORY / "one.jsonl") == []
    spool.stop()
    assert files(tmp_path) == []


def test_facts_nobody_took_are_adopted_by_the_next_process(tmp_path: Path, spools: list[FactSpool]) -> None:
    first = start(tmp_path, "one", spools)
    first.put(resting("a1"))
    first.put(stopped("a2"))
    first.stop()
    assert files(tmp_path) == ["one.jsonl"]
    second, taker = start(tmp_path, "two", spools), Taker()
    assert files(tmp_path) == ["two.jsonl"]
    second.deliver_to(taker)
    assert taker.wait_for(2) == ["a1", "a2"]


def test_the_facts_of_a_living_process_are_left_alone(tmp_path: Path, spools: list[FactSpool]) -> None:
    first = start(tmp_path, "one", spools)
    first.put(stopped("a1"))
    second = start(tmp_path, "two", spools)
    assert second.adopt() == 0
    assert files(tmp_path) == ["one.jsonl", "two.jsonl"]


@pytest.mark.usefixtures("quick_retries")
def test_a_refused_fact_stays_on_disk_and_comes_again(tmp_path: Path, spools: list[FactSpool]) -> None:
    spool, taker = start(tmp_path, "one", spools), Taker()
    taker.open.clear()
    spool.deliver_to(taker)
    spool.put(stopped("a1"))
    assert taker.refused.wait(PATIENCE)
    assert [fact.message_id for fact in pending_facts(tmp_path / DIRECTORY / "one.jsonl")] == ["a1"]
    taker.open.set()
    assert taker.wait_for(1) == ["a1"]


def test_a_torn_last_line_and_a_foreign_line_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    whole = dumps(stopped("a1"))
    path.write_text(f'{whole}\nnonsense\n{{"ack":\n\n{dumps(resting("a2"))}\n{whole[:40]}')
    assert [fact.message_id for fact in pending_facts(path)] == ["a1", "a2"]


def test_sealing_and_ending_are_fsynced_before_they_are_told(
    tmp_path: Path, spools: list[FactSpool], monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    real = os.fsync

    def fsync(file: int) -> None:
        order.append("fsync")
        real(file)

    monkeypatch.setattr(spool_module.os, "fsync", fsync)
    spool, done = start(tmp_path, "one", spools), threading.Event()
    order.clear()

    def take(fact: Fact) -> None:
        order.append(fact.message_id)
        done.set()

    spool.deliver_to(take)
    spool.put(stopped("a1"))
    assert done.wait(PATIENCE)
    assert order == ["fsync", "a1"]


def test_a_broken_disk_does_not_keep_a_fact_back(
    tmp_path: Path, spools: list[FactSpool], monkeypatch: pytest.MonkeyPatch
) -> None:
    spool, taker = start(tmp_path, "one", spools), Taker()

    def full(file: int, text: str) -> None:
        raise OSError(28, "No space left on device")

    spool.deliver_to(taker)
    monkeypatch.setattr(spool_module, "_write_fully", full)
    spool.put(stopped("a1"))
    assert taker.wait_for(1) == ["a1"]


def test_a_disk_that_hangs_keeps_no_alarm_back(
    tmp_path: Path, spools: list[FactSpool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_module, "STALLED", 0.0)
    spool, taker = start(tmp_path, "one", spools), Taker()
    hangs, free, real = threading.Event(), threading.Event(), spool_module._write_fully

    def stuck(file: int, text: str) -> None:
        hangs.set()
        free.wait(PATIENCE)
        real(file, text)

    monkeypatch.setattr(spool_module, "_write_fully", stuck)
    spool.deliver_to(taker)
    spool.put(resting("a1"))
    assert hangs.wait(PATIENCE)
    spool.put(resting("a2"))
    spool.put(stopped("a3"))
    assert taker.wait_for(3) == ["a1", "a2", "a3"]
    free.set()
    assert spool.wait_empty(PATIENCE)
    assert taker.names == ["a1", "a2", "a3"]
    assert pending_facts(tmp_path / DIRECTORY / "one.jsonl") == []


def test_the_file_is_emptied_once_everything_is_taken(
    tmp_path: Path, spools: list[FactSpool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_module, "_COMPACT_BYTES", 100)
    spool, taker = start(tmp_path, "one", spools), Taker()
    spool.deliver_to(taker)
    for number in range(20):
        spool.put(resting(f"a{number}"))
    taker.wait_for(20)
    assert spool.wait_empty(PATIENCE)
    spool.put(resting("b1"))
    taker.wait_for(21)
    assert spool.wait_empty(PATIENCE)
    assert (tmp_path / DIRECTORY / "one.jsonl").stat().st_size < 2000


KILLED = """
import sys, time
from pathlib import Path
from streaming.contracts import FramesStopped
from streaming.media.spool import FactSpool
written = lambda fact: print(fact.message_id, flush=True)
spool = FactSpool(Path(sys.argv[1]), "killed", written=written)
spool.start()
for number in range(10):
    spool.put(FramesStopped(session_id="a", at=0.0, message_id=f"a{number}"))
time.sleep(60)
"""


def test_a_killed_process_loses_no_fact_it_had_written(tmp_path: Path, spools: list[FactSpool]) -> None:
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout as written:
        names = [written.readline().strip() for _ in range(10)]
        assert not is_orphan(tmp_path, "killed")
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
    assert is_orphan(tmp_path, "killed")  # the kernel let go of it: no heartbeat has to run out
    assert not is_orphan(tmp_path, "never was here")
    spool, taker = start(tmp_path, "next", spools), Taker()
    spool.deliver_to(taker)
    assert taker.wait_for(10) == names == [f"a{number}" for number in range(10)]
    assert not is_orphan(tmp_path, "killed")
