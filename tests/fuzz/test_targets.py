"""Every target a few dozen times. By hand for as long as one likes: `python -m tests.fuzz` (see there)."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS

EXAMPLES = {"record": 25, "sdp": 40, "call": 40}
FEEDS = st.one_of(st.binary(max_size=400), st.binary(min_size=200, max_size=1500))


@pytest.mark.parametrize("name", TARGETS)
def test_hostile_bytes_are_refused_or_survived(name: str) -> None:
    @settings(max_examples=EXAMPLES.get(name, 60), deadline=None, database=None, derandomize=True,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(FEEDS)
    @example(b"")
    @example(b"\xff" * 600)
    def attack(data: bytes) -> None:
        TARGETS[name](data)

    attack()
