"""A phone that obeys, a line that changes, no clock: does the limit it is given follow the line."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

from bench.networks.impairment import Burst, Conditions, Link
from streaming.media.caller import REPORT_INTERVAL
from streaming.media.feedback import BITRATE_FLOOR, BITRATE_MAX, BitrateCap, Queueing
from streaming.media.rtp import Reception

FPS = 30
PACKET = 1100


@dataclass
class Call:
    """Time is a number. `limits`: (time, bit/s) of each report; `came`: (time, bytes) of each packet."""

    conditions: Conditions
    now: float = 0.0
    limits: list[tuple[float, int]] = field(default_factory=list)
    came: list[tuple[float, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.link = Link(self.conditions, seed=5)
        self.cap, self.queueing, self.reception = BitrateCap(), Queueing(), Reception(90000)
        self._allowed = 1_000_000  # the phone begins there
        self._sent = self._told = self._highest = 0
        self._frame = 0
        self._way: list[tuple[float, int, int, int]] = []  # arrival, size, timestamp, number
        self._orders: list[tuple[float, int]] = []
        self._next_report = REPORT_INTERVAL

    def go(self, seconds: float, **changes: object) -> None:
        """Let time pass under other conditions."""
        self.link.conditions = self.link.conditions.but(**changes)
        end = self.now + seconds
        while self.now < end:
            self._picture()
            self.now = self._frame / FPS
            while self._way and self._way[0][0] <= self.now:
                self._arrive(*heapq.heappop(self._way))
            if self.now >= self._next_report:
                self._report()

    def _picture(self) -> None:
        while self._orders and self._orders[0][0] <= self.now:
            self._allowed = self._orders.pop(0)[1]
        size = max(200, self._allowed // 8 // FPS)
        for _ in range(max(1, round(size / PACKET))):
            self._sent += 1
            at = self.link.fate(min(size, PACKET), self.now)
            if at is not None:
                heapq.heappush(self._way, (at, min(size, PACKET), self._frame * 90000 // FPS, self._sent))
        self._frame += 1

    def _arrive(self, at: float, size: int, timestamp: int, number: int) -> None:
        self.came.append((at, size))
        self._highest = max(self._highest, number)
        self.reception.packet(timestamp, at)

    def _report(self) -> None:
        since = self._next_report - REPORT_INTERVAL
        self._next_report = self.now + REPORT_INTERVAL
        expected = self._highest - self._told
        self._told = self._highest
        lost = max(0, expected - len([1 for at, _ in self.came if at > since]))
        limit = self.cap.update(
            expected=expected, lost=lost, rtt=None, incoming=self.through(since),
            queued=self.queueing.sample(self.reception.transit),
        )  # fmt: skip
        self.limits.append((self.now, limit))
        self._orders.append((self.now + self.link.conditions.delay, limit))

    def through(self, since: float) -> float:
        """bit/s that arrived since then."""
        return 8 * sum(size for at, size in self.came if at > since) / (self.now - since)

    def first(self, since: float, what: object) -> float:
        """Seconds from `since` to the first limit that is so."""
        assert callable(what)
        return next(at for at, limit in self.limits if at > since and what(limit)) - since


LINE = Conditions(delay=0.05, rate=2_500_000, queue=0.5)


def test_it_follows_down_and_up_though_more_slowly_than_one_that_numbers_its_packets():
    """Whether Chromium follows within a second down and three up is measured by `bench networks --profile steps`."""
    call = Call(LINE)
    call.go(10)
    call.go(10, rate=500_000)
    call.go(10, rate=2_500_000)

    assert call.first(10.0, lambda limit: limit <= 500_000) <= 2.5
    assert call.first(20.0, lambda limit: limit >= 0.7 * 2_500_000) <= 8.0


def test_a_steady_line_is_used_and_its_queue_is_short_most_of_the_time():
    call = Call(LINE.but(rate=800_000))
    call.go(40)

    assert call.through(15.0) > 0.7 * 800_000
    assert call.link.overflowed < 0.06 * call.link.passed


def test_on_the_thinnest_line_it_stays_legible():
    call = Call(LINE.but(rate=120_000))
    call.go(30)

    assert min(limit for _, limit in call.limits) == BITRATE_FLOOR


def test_a_little_loss_by_chance_is_not_a_small_line():
    """Three in a hundred, alone and in bursts, as radio loses them."""
    call = Call(LINE.but(rate=6_000_000, loss=0.01, burst=Burst(0.005, 0.3)))
    call.go(40)

    assert call.limits[-1][1] > 1_500_000


def test_after_a_tunnel_it_is_back_at_once():
    call = Call(LINE.but(rate=6_000_000))
    call.go(10)
    assert call.limits[-1][1] == BITRATE_MAX
    call.go(15, dark=True)
    call.go(5, dark=False)

    assert call.first(25.0, lambda limit: limit > 1_500_000) < 1.0
