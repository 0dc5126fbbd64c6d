"""Facts in order per session, refused ones again, and none in another session's way."""

from __future__ import annotations

import pytest

from streaming.contracts import Fact, FramesStopped
from streaming.media.delivery import LAST_RETRY_SECONDS, OrderedDelivery


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Taker:
    """Refuses the facts named in `refuse`."""

    def __init__(self) -> None:
        self.refuse: set[str] = set()
        self.taken: list[str] = []
        self.tries = 0
        self.acknowledged: list[int] = []

    def __call__(self, fact: Fact) -> None:
        self.tries += 1
        if fact.message_id in self.refuse:
            raise RuntimeError("database is locked")
        self.taken.append(fact.message_id)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def taker() -> Taker:
    return Taker()


@pytest.fixture
def delivery(taker: Taker, clock: Clock) -> OrderedDelivery[int]:
    return OrderedDelivery(taker, taker.acknowledged.append, clock=clock)


def add(delivery: OrderedDelivery[int], *names: str) -> None:
    for number, name in enumerate(names):
        delivery.add(FramesStopped(session_id=name[0], at=0.0, message_id=name), number)


def test_a_refused_fact_holds_up_its_own_session_only(
    delivery: OrderedDelivery[int], taker: Taker, clock: Clock
) -> None:
    taker.refuse = {"a2"}
    add(delivery, "a1", "a2", "a3", "b1", "b2")
    assert delivery.run_due() == pytest.approx(0.5)
    assert sorted(taker.taken) == ["a1", "b1", "b2"]
    assert len(delivery) == 2
    taker.refuse = set()
    clock.now += 0.5
    assert delivery.run_due() is None
    assert taker.taken[-2:] == ["a2", "a3"]
    assert sorted(taker.acknowledged) == [0, 1, 2, 3, 4]


def test_retries_back_off_and_never_give_up(delivery: OrderedDelivery[int], taker: Taker, clock: Clock) -> None:
    taker.refuse = {"a1"}
    add(delivery, "a1")
    pauses = []
    for _ in range(12):
        pause = delivery.run_due()
        assert pause is not None
        pauses.append(pause)
        clock.now += pause
    assert pauses[:4] == pytest.approx([0.5, 1.0, 2.0, 4.0])
    assert pauses[-1] == pytest.approx(LAST_RETRY_SECONDS)
    taker.refuse = set()
    assert delivery.run_due() is None
    assert taker.taken == ["a1"]


def test_nothing_is_tried_before_its_time(delivery: OrderedDelivery[int], taker: Taker, clock: Clock) -> None:
    taker.refuse = {"a1"}
    add(delivery, "a1")
    delivery.run_due()
    clock.now += 0.49
    delivery.run_due()
    assert taker.tries == 1


def test_a_fact_whose_acknowledgement_failed_comes_again(taker: Taker, clock: Clock) -> None:
    failures = [True]

    def acknowledge(receipt: int) -> None:
        if failures.pop() if failures else False:
            raise OSError("disk full")
        taker.acknowledged.append(receipt)

    delivery: OrderedDelivery[int] = OrderedDelivery(taker, acknowledge, clock=clock)
    add(delivery, "a1")
    delivery.run_due()
    clock.now += 1
    delivery.run_due()
    assert taker.taken == ["a1", "a1"]
    assert taker.acknowledged == [0]


def test_cleared_facts_are_not_delivered(delivery: OrderedDelivery[int], taker: Taker) -> None:
    add(delivery, "a1")
    delivery.clear()
    assert delivery.run_due() is None
    assert taker.taken == []
