"""When an engine says that it is full: by its settings, or by what its sessions cost it."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from streaming.contracts import EngineError, OpenSession
from streaming.media.admission import FEW, WINDOW, Admission
from streaming.media.engine import ClosableRecorder, MediaEngine


def measured(load: float, lag: float = 0.0, limit: int = 100, **options: float) -> Admission:
    """After a window in which the process used `load` of a core and its loop came `lag` seconds late."""
    admission = Admission(limit, **options)
    for quarter in range(int(WINDOW * 4) + 1):
        admission.sample(quarter / 4, load * quarter / 4, lag)
    return admission


def test_nothing_measured_is_the_limit() -> None:
    assert Admission(40).capacity(0) == 40
    assert Admission(40).capacity(30) == 40


def test_the_cost_of_a_session_says_how_many_fit() -> None:
    admission = measured(0.2)
    assert admission.load == 0.2
    assert admission.capacity(10) == 42  # 0.02 of a core each, 0.85 of one may be used
    assert measured(0.2, limit=30).capacity(10) == 30


def test_at_the_edge_nobody_else_is_taken() -> None:
    assert measured(0.86).capacity(20) == 20
    assert measured(0.5, lag=0.12).capacity(20) == 20
    assert measured(0.5, lag=0.05).capacity(20) == 34


def test_a_few_sessions_are_no_crowd_and_a_measure_of_nothing_refuses_nobody() -> None:
    assert measured(1.0, lag=0.5).capacity(FEW - 1) == 100
    assert measured(1.0, lag=0.5, max_load=0.0).capacity(50) == 100


def test_strain_that_is_over_is_forgotten() -> None:
    admission = measured(1.0, lag=0.3)
    busy = admission.load * WINDOW
    for quarter in range(1, int(WINDOW * 8)):
        admission.sample(WINDOW + quarter / 4, busy, 0.0)
    assert admission.load == 0.0
    assert admission.capacity(20) == 100


class Recorder:
    """Stands in where nothing is recorded."""

    def close(self, reason: str) -> tuple[int, Path, str]:
        return 0, Path("timeline.jsonl"), ""


class FullAt:
    """An engine at the edge with `count` sessions."""

    load = worst_lag = 0.0

    def __init__(self, count: int) -> None:
        self.count = count

    def capacity(self, sessions: int) -> int:
        return self.count


async def test_a_full_engine_refuses_new_calls_and_takes_those_under_way(tmp_path: Path) -> None:
    engine = MediaEngine(
        tmp_path,
        b"key",
        session_limit=3,
        emit_fact=lambda fact: None,
        emit_health=lambda health: None,
        recorder_factory=lambda *about: cast(ClosableRecorder, Recorder()),
    )
    engine._admission = cast(Admission, FullAt(1))
    for session_id in ("under-way", "also"):
        (tmp_path / session_id).mkdir()
        (tmp_path / session_id / "session.json").write_text("{}")
    await engine.handle(OpenSession(session_id="first", label=""))
    with pytest.raises(EngineError) as refused:
        await engine.handle(OpenSession(session_id="second", label=""))
    assert refused.value.code == "full"
    assert refused.value.retry_after
    for session_id in ("under-way", "also"):
        await engine.handle(OpenSession(session_id=session_id, label=""))
    with pytest.raises(EngineError):  # the limit stops everybody
        await engine.handle(OpenSession(session_id="third", label=""))
    await engine.close()
