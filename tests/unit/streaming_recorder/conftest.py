from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def quick_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The recorder's thread looks into its queue every 2 ms instead of every 50."""
    monkeypatch.setattr("streaming.media.recorder.session_recorder.TICK", 0.002)
