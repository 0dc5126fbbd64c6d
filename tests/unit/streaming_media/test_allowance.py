"""A viewer whose network is too small gets what fits, in whole runs of pictures; nobody else is asked to pay."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from streaming.media.allowance import KEYFRAME_EVERY, LEAST, Allowance, Gate, Pace
from streaming.media.rtcp import Block, middle
from streaming.media.rtp import Packet
from streaming.media.source import Source

FRAME = 90000 // 30


def reports(allowance: Allowance, count: int, *, loss: float = 0.0, rtt: float | None = 0.05, start: float = 0.0,
            sent: float = 1_500_000, offered: float = 1_500_000) -> list[float | None]:  # fmt: skip
    """One report a second."""
    return [
        allowance.report(start + n, loss=loss, rtt=rtt, sent=min(sent, allowance.rate or sent), offered=offered)
        for n in range(count)
    ]


def test_a_viewer_on_a_good_network_is_left_alone():
    assert reports(Allowance(), 60, loss=0.03, rtt=0.3) == [None] * 60


def test_one_bad_second_by_chance_is_no_reason_and_two_are():
    allowance = Allowance()

    assert reports(allowance, 1, loss=0.15) == [None]
    assert reports(allowance, 1, start=1) == [None]
    assert reports(allowance, 2, loss=0.15, start=2) == [None, 0.8 * 1_500_000 * 0.85]


def test_a_severe_loss_or_a_queue_that_grows_is_believed_at_once():
    lossy, queued = Allowance(), Allowance()
    reports(queued, 3, rtt=0.1)

    assert reports(lossy, 1, loss=0.6) == [0.8 * 1_500_000 * 0.4]
    assert reports(queued, 1, rtt=0.7, start=3) == [0.8 * 1_500_000]


def test_it_falls_to_the_least_and_not_below():
    allowance = Allowance()

    assert reports(allowance, 40, loss=0.9)[-1] == LEAST


def test_it_grows_again_slowly_where_it_broke_and_ends():
    allowance = Allowance()
    reports(allowance, 1, loss=0.6)

    grown = reports(allowance, 60, start=1)

    rates = [rate for rate in grown if rate is not None]
    assert rates == sorted(rates)
    assert grown[-1] is None


@dataclass
class Way:
    """Notes what goes to the viewer."""

    source: Source = field(default_factory=lambda: Source("video", 90000))
    octets: int = 0
    sent: list[int] = field(default_factory=list)
    resumed: list[int] = field(default_factory=list)

    def packet(self, number: int, packet: Packet, keyframe: bool) -> None:
        self.sent.append(number)
        self.octets += len(packet.payload)

    def resume(self, number: int) -> None:
        self.resumed.append(number)


class Film:
    """Pictures of two packets of 1,000 bytes each, 30 a second: 480 kbit/s."""

    def __init__(self) -> None:
        self.now = 0.0
        self.number = 0
        self.asked: list[float] = []

    def clock(self) -> float:
        return self.now

    def want(self) -> None:
        self.asked.append(self.now)

    def play(self, listener: Gate | Way, seconds: float, *, keyframe: bool = False) -> list[int]:
        """Returns the first numbers of the pictures."""
        firsts = []
        for frame in range(round(seconds * 30)):
            firsts.append(self.number)
            timestamp = round(self.now * 30) * FRAME
            for part in range(2):
                packet = Packet(0x80, 0x80 * part, 96, self.number & 0xFFFF, timestamp, 1, bytes(1000))
                listener.packet(self.number, packet, keyframe and frame == 0 and part == 0)
                self.number += 1
            self.now += 1 / 30
            if isinstance(listener, Gate) and frame % 8 == 0:
                listener.tick()
        return firsts


def test_what_fits_goes_in_whole_pictures_without_a_hole_until_the_next_keyframe():
    film, way = Film(), Way()
    gate = Gate(way, 240_000, film.want, film.clock)

    film.play(gate, 1.0)
    assert way.sent == [], "what waits in the queue goes first"
    [first, *_] = film.play(gate, 2.0, keyframe=True)
    [second, *_] = film.play(gate, 1.0, keyframe=True)

    assert way.resumed == [first, second]
    ends = [n for n, after in itertools.pairwise(way.sent) if after != n + 1]
    assert len(ends) == 1, "one stretch was left out"
    assert ends[0] % 2 == 1, "after a whole picture"
    assert 8 * 1000 * len(way.sent) < 1.2 * 240_000 * 4


def test_a_waiting_viewer_costs_the_caller_one_keyframe_in_four_seconds():
    film, way = Film(), Way()
    gate = Gate(way, 100_000, film.want, film.clock)

    film.play(gate, 20.0)

    assert 3 <= len(film.asked) <= 5
    assert min(b - a for a, b in zip(film.asked, film.asked[1:], strict=False)) >= KEYFRAME_EVERY


def test_a_late_packet_follows_what_was_decided_for_its_picture():
    film, way = Film(), Way()
    gate = Gate(way, 240_000, film.want, film.clock)
    film.play(gate, 0.5)
    film.play(gate, 0.5, keyframe=True)
    late = way.sent[-1] - 2
    film.play(gate, 2.0)
    sent = len(way.sent)
    packet = Packet(0x80, 0, 96, late & 0xFFFF, 0, 1, b"late")

    gate.packet(late, packet, False)
    assert way.sent[sent:] == [late], "it belongs to a picture that was sent"
    gate.packet(film.number - 4, packet, False)
    assert len(way.sent) == sent + 1, "it belongs to one that was not"


def block(loss: float, *, last_sr: int = 0, delay: float = 0.0) -> Block:
    return Block(1, int(loss * 256), 0, 0, 0, last_sr, int(delay * 65536))


def test_the_gate_stands_in_the_viewers_place_while_it_is_needed():
    film, way, other = Film(), Way(), Way()
    listeners = way.source.listeners = [way, other]
    pace = Pace(way, film.want, film.clock)
    way.octets, film.now = 200_000, 1.0
    way.source.octets = 200_000

    pace.reported(block(0.5))
    assert pace.rate is not None
    assert [type(one) for one in listeners] == [Gate, Way]
    assert listeners[1] is other

    for second in range(2, 60):
        film.now = float(second)
        way.octets += 20_000
        way.source.octets += 60_000
        pace.reported(block(0.0))
    gate = listeners[0]
    assert isinstance(gate, Gate)
    film.play(gate, 0.1, keyframe=True)
    pace.tick()
    assert listeners == [way, other]
    assert pace.rate is None


def test_the_round_trip_is_read_from_the_viewers_report():
    film, way = Film(), Way()
    way.source.listeners = [way]
    pace = Pace(way, film.want, film.clock)
    for second in range(1, 6):
        film.now = float(second)
        ntp = (3_900_000_000 + second) << 32
        pace.clock_sent(ntp)
        way.octets += 100_000
        film.now += 0.1 + 0.2 + (0.5 if second == 5 else 0)
        pace.reported(block(0.0, last_sr=middle(ntp), delay=0.2))

    assert pace.rate is not None, "half a second more than the best waits in a queue"


def test_a_viewer_that_leaves_takes_its_gate_away():
    film, way = Film(), Way()
    way.source.listeners = [way]
    pace = Pace(way, film.want, film.clock)
    way.octets, film.now = 100_000, 1.0
    pace.reported(block(0.5))

    pace.release()

    assert way.source.listeners == [way]
