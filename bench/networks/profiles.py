"""The networks that `bench networks` plays, each as conditions and a timetable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bench.networks.impairment import Burst, Conditions

What = Literal["dark", "light", "move", "rate"]


@dataclass(frozen=True)
class Event:
    """At `at` seconds after the first picture: the network goes, comes back, is another, or carries `rate` bit/s."""

    at: float
    what: What
    rate: float | None = None


@dataclass(frozen=True)
class Profile:
    """`up` is from the phone. `repeat`: seconds after which the timetable begins again."""

    name: str
    up: Conditions
    down: Conditions
    seconds: float
    events: tuple[Event, ...] = ()
    repeat: float | None = None
    clean: bool = False  # outside the timetable nothing is lost, so nothing may be missing from the recording

    def timetable(self, seconds: float) -> list[Event]:
        """Every event of a run of that length, in order."""
        rounds = int(seconds // self.repeat) + 1 if self.repeat else 1
        found = [
            Event(event.at + turn * (self.repeat or 0.0), event.what, event.rate)
            for turn in range(rounds)
            for event in self.events
        ]
        return [event for event in found if event.at < seconds]


GOOD = Conditions(delay=0.025, jitter=0.01, rate=12_000_000)
CITY = Conditions(delay=0.03, jitter=0.01, rate=8_000_000)

PROFILES = {
    profile.name: profile
    for profile in (
        Profile("good-4g", GOOD.but(loss=0.001), GOOD, 30.0),
        # 300 ms there and back; most of the loss comes in bursts, as radio loses
        Profile(
            "poor-3g",
            Conditions(delay=0.15, jitter=0.03, loss=0.01, burst=Burst(0.006, 0.3), rate=300_000, queue=0.6),
            Conditions(delay=0.15, jitter=0.03, loss=0.01, rate=1_000_000, queue=0.6),
            40.0,
        ),
        Profile("train-tunnel", CITY, CITY, 60.0, (Event(15, "dark"), Event(30, "light")), repeat=60.0, clean=True),
        Profile("hand-over", CITY, CITY, 40.0, (Event(10, "move"), Event(25, "move")), clean=True),
        Profile("lift", CITY, CITY, 60.0, (Event(12, "dark"), Event(42, "light")), clean=True),
        # not a place but a question: how soon does the bitrate follow
        Profile(
            "steps",
            Conditions(delay=0.03, rate=2_500_000),
            Conditions(delay=0.03),
            32.0,
            (Event(10, "rate", 500_000), Event(20, "rate", 2_500_000)),
        ),
    )
}
