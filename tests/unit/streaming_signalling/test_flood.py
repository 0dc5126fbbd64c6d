"""Allowances: a page gets what it needs, a flood gets told, then closed; each socket has its own."""

from __future__ import annotations

from streaming.flood import CALLER_ALLOWANCES, STRIKES, Allowance, FloodGuard, TokenBucket


class Clock:
    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def test_a_burst_is_taken_then_the_wait_is_told() -> None:
    clock = Clock()
    bucket = TokenBucket(Allowance(rate=2, burst=3), clock)
    assert [bucket.take() for _ in range(3)] == [0, 0, 0]
    assert bucket.take() == 0.5


def test_waiting_as_told_is_enough() -> None:
    clock = Clock()
    bucket = TokenBucket(Allowance(rate=2, burst=1), clock)
    bucket.take()
    clock.at += bucket.take()
    assert bucket.take() == 0


def test_a_refused_message_costs_nothing() -> None:
    clock = Clock()
    bucket = TokenBucket(Allowance(rate=1, burst=1), clock)
    bucket.take()
    for _ in range(50):
        assert bucket.take() == 1
    clock.at += 1
    assert bucket.take() == 0


def test_idle_time_is_saved_up_to_the_burst_only() -> None:
    clock = Clock()
    bucket = TokenBucket(Allowance(rate=5, burst=2), clock)
    clock.at += 3600
    assert [bucket.take() for _ in range(3)][:2] == [0, 0]
    assert bucket.take() > 0


def test_kinds_have_their_own_allowance() -> None:
    guard = FloodGuard(CALLER_ALLOWANCES, Clock())
    for _ in range(CALLER_ALLOWANCES["offer"].burst):
        assert guard.wait_for("offer") == 0
    assert guard.wait_for("offer") > 0
    assert guard.wait_for("chat") == 0
    assert guard.wait_for("ping") == 0


def test_one_socket_cannot_use_another_ones_allowance() -> None:
    clock = Clock()
    flooding, calm = FloodGuard(CALLER_ALLOWANCES, clock), FloodGuard(CALLER_ALLOWANCES, clock)
    while flooding.wait_for("*") == 0:
        pass
    assert calm.wait_for("*") == 0


def test_patience_ends_and_grows_back() -> None:
    clock = Clock()
    guard = FloodGuard({}, clock)
    assert [guard.strike() for _ in range(STRIKES.burst)] == [False] * STRIKES.burst
    assert guard.strike()
    clock.at += 1 / STRIKES.rate
    assert not guard.strike()
