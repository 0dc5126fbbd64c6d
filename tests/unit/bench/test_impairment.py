"""The bad network of the tests and of `bench networks` does what it says, and the same again for the same seed."""

from __future__ import annotations

import itertools
from statistics import fmean

from bench.networks.impairment import OVERHEAD, Burst, Conditions, Link


def fates(link: Link, count: int, *, every: float = 0.01, size: int = 972, start: float = 0.0) -> list[float | None]:
    return [link.fate(size, start + n * every) for n in range(count)]


def runs_of_losses(found: list[float | None]) -> list[int]:
    runs, run = [], 0
    for fate in [*found, 0.0]:
        if fate is None:
            run += 1
        elif run:
            runs.append(run)
            run = 0
    return runs


def test_a_good_network_does_nothing():
    assert fates(Link(), 3) == [0.0, 0.01, 0.02]


def test_the_same_seed_is_the_same_network():
    conditions = Conditions(delay=0.1, jitter=0.05, loss=0.1, burst=Burst(0.01, 0.2), reorder=0.05, rate=500_000)

    assert fates(Link(conditions, 3), 500) == fates(Link(conditions, 3), 500)
    assert fates(Link(conditions, 3), 500) != fates(Link(conditions, 4), 500)


def test_loss_by_the_share_and_alone():
    found = fates(Link(Conditions(loss=0.03)), 20_000)

    assert 0.025 < found.count(None) / 20_000 < 0.035
    assert fmean(runs_of_losses(found)) < 1.1


def test_burst_loss_comes_in_runs():
    burst = Burst(enter=0.01, leave=0.2)
    found = fates(Link(Conditions(burst=burst)), 40_000)

    assert abs(found.count(None) / 40_000 - burst.mean_loss) < 0.01
    assert 4 < fmean(runs_of_losses(found)) < 6


def test_delay_and_jitter_keep_the_order():
    found = fates(Link(Conditions(delay=0.1, jitter=0.08)), 1000)
    late = [at - 0.01 * n for n, at in enumerate(found) if at is not None]

    assert min(late) >= 0.1 - 1e-9
    assert max(late) > 0.15
    assert found == sorted(found, key=lambda at: at or 0)


def test_reordered_packets_overtake():
    found = fates(Link(Conditions(delay=0.1, reorder=0.1, ahead=0.05)), 1000)

    overtaking = sum(b < a for a, b in itertools.pairwise(found))  # type: ignore[operator]  # none is lost
    assert 60 < overtaking < 140


def test_a_cap_is_a_queue_and_what_does_not_fit_is_dropped():
    """1,000 bytes on the line every 10 ms are 800 kbit/s; the line carries half of it."""
    link = Link(Conditions(rate=400_000, queue=0.3))
    found = fates(link, 300, size=1000 - OVERHEAD)
    arrived = [at for at in found if at is not None]

    assert abs(len(arrived) / 300 - 0.5) < 0.1
    assert link.overflowed == found.count(None)
    waits = [at - 0.01 * n for n, at in enumerate(found) if at is not None]
    assert 0.29 < max(waits) < 0.35
    spaces = [b - a for a, b in itertools.pairwise(arrived)]
    assert abs(fmean(spaces[20:]) - 0.02) < 0.001


def test_in_the_dark_nothing_passes_and_after_it_everything_does():
    link = Link()
    link.conditions = Conditions(dark=True)
    assert fates(link, 10) == [None] * 10
    link.conditions = Conditions()

    assert None not in fates(link, 10)
    assert (link.in_the_dark, link.passed, link.lost) == (10, 10, 0)
