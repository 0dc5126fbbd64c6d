"""kill -9 at any moment costs less than a second, and what is left plays."""

from __future__ import annotations

import hashlib
import json
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from streaming.contracts import Fact
from streaming.media.recorder import make_playback, recover_directory
from tests.helpers.recording import numbers_of, packets_of

ROOT = Path(__file__).parents[2]
SESSION = "5e551011"


def record_and_kill(directory: Path, codec: str, frame: int) -> int:
    """Kill the recording process once it has handed over `frame`; the last frame it is known to have handed over."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.helpers.recording_process", str(directory), codec],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process, process.stdout:
        for line in process.stdout:
            if int(line) >= frame:
                process.send_signal(signal.SIGKILL)
                break
        rest = process.stdout.read().split("\n")
        return max([frame, *(int(line) for line in rest if line.isdigit())])


def recover(directory: Path) -> list[Any]:
    facts: list[Fact] = []
    recover_directory(directory, SESSION, emit=facts.append)
    return facts


@pytest.mark.parametrize("codec", ["H264", "VP8"])
@pytest.mark.parametrize("turn", range(3))
def test_killed_in_the_middle(codec: str, turn: int, tmp_path: Path) -> None:
    directory = tmp_path / "session"
    last = record_and_kill(directory, codec, random.Random(f"{codec}{turn}").randrange(20, 100))
    before = {path.name: path.read_bytes() for path in directory.glob("part-*.*")}
    facts = recover(directory)
    assert [fact.kind for fact in facts] == ["part_sealed", "session_stopped"]
    sealed, stopped = facts
    numbers = numbers_of(sealed.path)
    assert numbers == list(range(len(numbers)))
    assert last - numbers[-1] <= 30, "more than a second of video is lost"
    assert (sealed.recovered, sealed.frames) == (True, len(numbers))
    assert sealed.sha256 == hashlib.sha256(Path(sealed.path).read_bytes()).hexdigest()
    assert sealed.end - sealed.start == pytest.approx((len(numbers) - 1) / 30, abs=0.01)
    assert packets_of(sealed.path, "audio")
    assert (stopped.reason, stopped.parts) == ("lost", 1)
    assert stopped.timeline_sha256 == hashlib.sha256(Path(stopped.timeline_path).read_bytes()).hexdigest()
    events = [json.loads(line)["event"] for line in Path(stopped.timeline_path).read_text().splitlines()]
    assert events[:2] == ["session_started", "joined"]
    assert events[-2:] == ["part_recovered", "stopped"]
    name = Path(sealed.path).name
    tail = directory / "part-0001.tail"
    assert before[name] == Path(sealed.path).read_bytes() + (tail.read_bytes() if tail.exists() else b"")
    assert recover(directory) == facts, "a second recovery must change nothing"
    copy = make_playback([Path(sealed.path)], [sealed.start], tmp_path / "playback")
    assert numbers_of(copy.path) == numbers


def test_killed_before_anything_was_recorded(tmp_path: Path) -> None:
    directory = tmp_path / "session"
    record_and_kill(directory, "H264", 0)
    facts = recover(directory)
    assert facts[-1].kind == "session_stopped"
    assert facts[-1].parts == len(facts) - 1
    assert recover(directory) == facts


def test_an_empty_directory_is_a_session_without_parts(tmp_path: Path) -> None:
    facts = recover(tmp_path)
    assert [(fact.kind, fact.parts) for fact in facts] == [("session_stopped", 0)]
    assert recover(tmp_path) == facts


def test_recovery_that_is_itself_killed_is_finished_by_the_next(tmp_path: Path) -> None:
    """Cut the traces of a recovery one by one, from the last to the first: the facts stay the same."""
    directory = tmp_path / "session"
    record_and_kill(directory, "H264", 40)
    part, stopped = recover(directory)
    for name in ("session.json", "part-0001.json"):
        (directory / name).unlink()
        again = recover(directory)
        assert again[0].message_id == part.message_id
        assert (again[0].sha256, again[0].frames, again[0].start) == (part.sha256, part.frames, part.start)
        assert [fact.kind for fact in again] == ["part_sealed", "session_stopped"]
    assert stopped.reason == "lost"
