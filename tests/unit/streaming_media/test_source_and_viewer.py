"""From one source to its viewers: history, gating, rewriting, retransmission, joining again."""

from __future__ import annotations

from dataclasses import dataclass, field

from streaming.media import rtcp
from streaming.media.answer import Chosen
from streaming.media.rtp import Packet
from streaming.media.sdp import Codec, Section
from streaming.media.source import HISTORY, REPLAY, Source
from streaming.media.viewer import Outgoing

KEY = b"\x10" + b"\x00\x00\x00\x9d\x01\x2a\x40\x01\xf0\x00"  # a VP8 descriptor, the head of a 320x240 keyframe
DELTA = b"\x10\x01\x00\x00"


@dataclass
class Wire:
    """Where packets to the viewer end up."""

    sent: list[tuple[int, int, int, int, int, bytes]] = field(default_factory=list)

    def send_rtp(self, first: int, second: int, seq: int, timestamp: int, ssrc: int, payload: bytes) -> bool:
        self.sent.append((first, second, seq, timestamp, ssrc, payload))
        return True


@dataclass
class Notes:
    """A caller's peer that only writes down what it hears."""

    gaps: list[tuple[int, int]] = field(default_factory=list)
    filled_in: list[int] = field(default_factory=list)
    keyframes: list[int] = field(default_factory=list)
    restarts: list[tuple[int, int]] = field(default_factory=list)

    def gap(self, source: Source, first: int, end: int) -> None:
        self.gaps.append((first & 0xFFFF, end & 0xFFFF))

    def filled(self, source: Source, number: int) -> None:
        self.filled_in.append(number & 0xFFFF)

    def keyframe(self, source: Source, number: int, packet: Packet) -> None:
        self.keyframes.append(number & 0xFFFF)

    def restarted(self, source: Source, first: int, end: int) -> None:
        self.restarts.append((first, end))


class Line:
    """A caller, a source and one viewer."""

    def __init__(self, *, rtx: bool = False) -> None:
        self.source = Source("video", 90000)
        self.source.begin("VP8")
        self.notes = Notes()
        self.wire = Wire()
        self.now = 100.0
        section = Section("video", 9, "UDP/TLS/RTP/SAVPF", ["96"])
        chosen = Chosen(section, Codec(120, "VP8", 90000), Codec(121, "RTX", 90000) if rtx else None, True, 777, 888)
        self.out = Outgoing(self.wire, self.source, chosen)  # type: ignore[arg-type]  # only send_rtp is used
        self.source.listeners.append(self.out)

    def send(
        self, seq: int, payload: bytes = DELTA, *, ts: int | None = None, marker: bool = True, **how: bool
    ) -> None:
        self.now += 1 / 30
        stamp = (seq * 3000 if ts is None else ts) & 0xFFFFFFFF
        packet = Packet(0x80, 0x80 if marker else 0, 96, seq & 0xFFFF, stamp, 5, payload)
        self.source.receive(packet, self.now, self.notes, **how)

    @property
    def seqs(self) -> list[int]:
        base = self.wire.sent[0][2]
        return [(sent[2] - base) & 0xFFFF for sent in self.wire.sent]


def test_a_viewer_starts_at_a_keyframe():
    line = Line()
    line.send(1)
    line.send(2)
    assert line.wire.sent == []
    line.send(3, KEY)
    line.send(4)

    assert [sent[5] for sent in line.wire.sent] == [KEY, DELTA]


def test_only_the_header_changes():
    line = Line()
    line.send(1, KEY, marker=False)
    line.send(2, DELTA)

    (first, second, seq, ts, ssrc, payload), (_, marked, next_seq, next_ts, _, _) = line.wire.sent
    assert (first, second, ssrc, payload) == (0x80, 120, 777, KEY)
    assert marked == 0x80 | 120
    assert (next_seq - seq) & 0xFFFF == 1
    assert (next_ts - ts) & 0xFFFFFFFF == 3000


def test_packets_out_of_order_and_across_the_wrap_keep_their_places():
    line = Line()
    line.send(65534, KEY)
    for seq in (65535, 1, 0, 2):
        line.send(seq)

    assert line.seqs == [0, 1, 3, 2, 4]
    assert line.notes.gaps == [(0, 1)]
    assert line.notes.filled_in == [0]


def test_what_came_before_the_start_is_never_sent():
    line = Line()
    line.send(10)
    line.send(12, KEY)
    line.send(11)

    assert len(line.wire.sent) == 1


def test_duplicates_go_out_once():
    line = Line()
    line.send(1, KEY)
    line.send(2)
    line.send(2)
    line.send(2, resent=True)

    assert line.seqs == [0, 1]
    assert line.source.dropped == 2


def test_a_nack_is_answered_from_the_history():
    line = Line()
    line.send(1, KEY)
    for seq in range(2, 10):
        line.send(seq)
    lost = [line.wire.sent[3][2], line.wire.sent[5][2]]
    before = list(line.wire.sent)

    assert line.out.resend(lost, budget=10) == 2
    assert line.wire.sent[len(before) :] == [before[3], before[5]]


def test_a_nack_on_rtx_carries_the_original_number():
    line = Line(rtx=True)
    line.send(1, KEY)
    line.send(2)
    lost = line.wire.sent[1][2]

    line.out.resend([lost], budget=10)

    _, second, _, timestamp, ssrc, payload = line.wire.sent[-1]
    assert (second, ssrc) == (0x80 | 121, 888)
    assert payload == lost.to_bytes(2, "big") + DELTA
    assert timestamp == line.wire.sent[1][3]


def test_a_nack_for_what_is_gone_never_sent_or_over_budget_is_passed_over():
    line = Line()
    line.send(1, KEY)
    start = line.wire.sent[0][2]
    for seq in range(2, HISTORY + 50):
        line.send(seq)

    assert line.out.resend([start, (start - 5) & 0xFFFF, (start + 30000) & 0xFFFF], budget=10) == 0
    assert line.out.resend([(start + HISTORY - n) & 0xFFFF for n in range(20)], budget=7) == 7


def test_a_packet_asked_for_without_end_is_sent_twice_per_tick():
    line = Line()
    line.send(1, KEY)
    lost = [line.wire.sent[0][2]]

    assert [line.out.resend(lost, budget=10) for _ in range(4)] == [1, 1, 0, 0]
    line.out.tick()
    assert line.out.resend(lost, budget=10) == 1


def test_a_phone_that_joins_again_is_seen_without_a_break():
    line = Line()
    line.send(1, KEY)
    line.send(2)
    line.source.begin("VP8")
    line.now += 2.0
    line.send(40000, DELTA, ts=5)
    assert line.out.waiting
    line.send(40001, KEY, ts=3005)

    assert line.seqs == [0, 1, 2]
    assert not line.out.waiting
    elapsed = (line.wire.sent[2][3] - line.wire.sent[1][3]) & 0xFFFFFFFF
    assert 90000 * 1.9 < elapsed < 90000 * 2.3


def test_a_sender_that_starts_anew_is_followed():
    line = Line()
    line.send(1, KEY)
    line.send(30001)
    line.send(30002, KEY)

    assert len(line.notes.restarts) == 1
    first, end = line.notes.restarts[0]
    assert end > first
    assert line.seqs == [0, 1]


def test_a_late_viewer_is_given_a_recent_keyframe():
    line = Line()
    line.source.listeners.clear()
    line.send(1, KEY)
    for seq in range(2, 20):
        line.send(seq)

    assert line.out.replay()
    assert line.seqs == list(range(19))


def test_an_old_or_broken_run_of_pictures_is_not_replayed():
    old, broken = Line(), Line()
    for line in (old, broken):
        line.source.listeners.clear()
        line.send(1, KEY)
    for seq in range(2, REPLAY + 3):
        old.send(seq)
    broken.send(3)

    assert not old.out.replay()
    assert not broken.out.replay()
    assert old.wire.sent == broken.wire.sent == []


def test_the_callers_clock_is_passed_on_in_the_viewers_terms():
    line = Line()
    line.source.clock_pair = (1 << 40, 3000)
    assert line.out.report(b"name") is None
    assert not line.out.owes_report
    line.send(1, KEY)
    assert line.out.owes_report

    report = line.out.report(b"name")
    assert report is not None
    assert not line.out.owes_report
    [found] = rtcp.parse(report)
    assert isinstance(found, rtcp.Report)
    assert (found.ssrc, found.ntp, found.packets, found.octets) == (777, 1 << 40, 1, len(KEY))
    assert found.timestamp == line.wire.sent[0][3]


def test_a_clock_of_the_join_before_is_not_passed_on():
    line = Line()
    line.send(1, KEY)
    line.source.clock_pair = (1 << 40, 3000)
    line.source.begin("VP8")
    line.send(9, KEY)

    assert line.out.report(b"name") is None
    assert not line.out.owes_report


def test_audio_needs_no_keyframe():
    line = Line()
    line.source.begin("OPUS")
    line.send(1)

    assert len(line.wire.sent) == 1
