"""Packets leave in order, once, and are waited for exactly as long as they may still come."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streaming.media.recorder.order import LIMIT, STALE_LIMIT, Order
from streaming.media.recorder.packets import Lost, Packet


def packet(seq: int, arrival: float = 0.0) -> Packet:
    return Packet(seq, seq * 3000, True, b"x", arrival)


def released(order: Order, now: float, *, everything: bool = False) -> list[int | Lost]:
    return [item if isinstance(item, Lost) else item.seq for item in order.release(now, everything=everything)]


def started(hold: float = 2.0) -> Order:
    order = Order(hold)
    order.add(packet(10))
    assert released(order, 1.0) == [10]
    return order


def test_the_first_packets_may_overtake_each_other() -> None:
    order = Order(2.0)
    order.add(packet(12, 5.0))
    assert released(order, 5.01) == []
    order.add(packet(11, 5.02))
    assert released(order, 5.06) == [11, 12]


def test_a_missing_packet_is_waited_for_and_duplicates_vanish() -> None:
    order = started()
    for seq in (12, 13, 12, 10):
        order.add(packet(seq))
    assert released(order, 1.1) == []
    order.add(packet(11))
    assert released(order, 1.2) == [11, 12, 13]


def test_given_up_packets_are_passed_over_at_once_but_those_that_came_are_kept() -> None:
    order = started()
    for seq in (13, 16):
        order.add(packet(seq))
    order.give_up(11, 15)
    assert released(order, 1.1) == [Lost(11, 12), 13, Lost(14, 15), 16]


def test_a_packet_that_comes_after_it_was_given_up_and_passed_is_dropped() -> None:
    order = started()
    order.add(packet(12))
    order.give_up(11, 11)
    assert released(order, 1.1) == [Lost(11, 11), 12]
    order.add(packet(11))
    order.add(packet(13))
    assert released(order, 1.2) == [13]


def test_waiting_ends_by_itself() -> None:
    order = started(hold=2.0)
    order.add(packet(12))
    assert released(order, 5.0) == []
    assert released(order, 6.9) == []
    assert released(order, 7.1) == [Lost(11, 11), 12]


def test_memory_is_bounded() -> None:
    order = started()
    for seq in range(12, 12 + LIMIT + 1):
        order.add(packet(seq))
    out = released(order, 1.1)
    assert out[0] == Lost(11, 11)
    assert len(out) == LIMIT + 2


def test_at_the_end_nothing_is_waited_for() -> None:
    order = started()
    order.add(packet(14))
    assert released(order, 1.1, everything=True) == [Lost(11, 13), 14]


def test_a_count_that_fell_back_is_followed_after_a_while() -> None:
    order = started()
    order.add(packet(50_000))
    assert released(order, 1.0) == []
    assert released(order, 4.0) == [Lost(11, 49_999), 50_000]
    for seq in range(11, 11 + STALE_LIMIT + 5):
        order.add(packet(seq))
    out = released(order, 4.1)
    assert [item for item in out if isinstance(item, int)] == list(range(11 + STALE_LIMIT, 11 + STALE_LIMIT + 5))
    assert isinstance(out[0], Lost)


@given(st.permutations(range(100, 140)), st.sets(st.integers(101, 139), max_size=15), st.lists(st.integers(100, 139)))
def test_any_order_any_loss_any_duplicates(arrivals: list[int], lost: set[int], again: list[int]) -> None:
    order = Order(2.0)
    for seq in [*arrivals, *again]:
        if seq not in lost:
            order.add(packet(seq))
    for seq in sorted(lost):
        order.give_up(seq, seq)
    out = released(order, 1.0)
    tail = max(set(arrivals) - lost)
    assert [item for item in out if isinstance(item, int)] == [seq for seq in range(100, 140) if seq not in lost]
    passed = [seq for item in out if isinstance(item, Lost) for seq in range(item.first, item.last + 1)]
    assert passed == sorted(seq for seq in lost if seq < tail)
