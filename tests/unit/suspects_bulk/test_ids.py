"""Ids of imported rows: in order of time, never twice, and nothing to count through."""

from __future__ import annotations

import time
from uuid import RFC_4122, UUID

import pytest

from suspects.bulk import ids
from suspects.bulk.ids import ordered_id


def test_the_bits_are_where_the_rfc_puts_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of RFC 9562, appendix A.6: 22 February 2022, 14:22:22.00 GMT-05:00."""
    monkeypatch.setattr(time, "time_ns", lambda: 0x017F22E279B0 * 1_000_000 + 797_608)
    monkeypatch.setattr(ids, "randbits", lambda _bits: 0x18C4DC0C0C07398F)
    assert ordered_id() == UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")


def test_a_later_one_sorts_after_and_none_comes_twice() -> None:
    made = []
    for _ in range(50):
        made.append(ordered_id())
        before = time.time_ns()
        while time.time_ns() - before < 500:  # two parts of 4,096 of a millisecond
            pass
    assert made == sorted(made)
    many = {ordered_id() for _ in range(20_000)}
    assert len(many) == 20_000
    assert {(one.version, one.variant) for one in many} == {(7, RFC_4122)}


def test_nobody_counts_from_one_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """At one and the same moment half of an id is still chance."""
    monkeypatch.setattr(time, "time_ns", lambda: 1_800_000_000_000_000_000)
    tails = {ordered_id().int & ((1 << 62) - 1) for _ in range(2_000)}
    assert len(tails) == 2_000
    assert max(tails).bit_length() > 58
    assert 0.4 < sum(tail >> 61 for tail in tails) / len(tails) < 0.6
