"""What the engine tells the caller's phone: send that again, send a keyframe, send no more than this.

Pure policy: time comes in as seconds of a monotonic clock, decisions go out; the caller's peer packs and sends them.
"""

from __future__ import annotations

from collections import deque

NACK_INTERVAL = 0.08  # seconds between requests for the same packet
NACK_PATIENCE = 1.0  # seconds until it is given up
NACK_WINDOW = 1000  # packets behind the newest one that are still worth asking for: the history holds 1,024

PLI_INTERVAL = 0.3

BITRATE_MAX = 4_000_000  # bit/s; 2.5 M made HD fall to 960x540 (MEDIA.md)
BITRATE_START = 3_000_000
BITRATE_FLOOR = 150_000
LOSS_HIGH = 0.10  # of the packets sent, before retransmission
LOSS_LOW = 0.03
LOSS_REPORTS = 6  # judged together: three seconds
LOSS_PACKETS = 40  # fewer say nothing
RTT_HIGH = 0.4  # seconds
QUEUE_HIGH = 0.2  # seconds
QUEUE_LOW = 0.08
QUEUE_SAMPLES = 40  # reports that the quickest is sought in: twenty seconds
CLOCK_JUMP = 10.0  # seconds
HOLD_REPORTS = 3
RISE, RISE_NEAR = 1.4, 1.15  # for a report


class Retransmissions:
    """Which packets to ask for again (generic NACK, RFC 4585 section 6.2.1), by extended sequence number."""

    def __init__(self) -> None:
        self._since: dict[int, float] = {}
        self._asked: dict[int, float] = {}

    def __len__(self) -> int:
        return len(self._since)

    def __contains__(self, seq: int) -> bool:
        return seq in self._since

    def gap(self, first: int, end: int, now: float) -> list[int]:
        """Packets `first` to before `end` are missing. Returns those to ask for at once."""
        fresh = list(range(max(first, end - NACK_WINDOW), end))
        for seq in fresh:
            self._since[seq] = self._asked[seq] = now
        return fresh

    def arrived(self, seq: int) -> float | None:
        """A missing packet came. Returns the seconds since it was last asked for, None when it was not missing."""
        if self._since.pop(seq, None) is None:
            return None
        return self._asked.pop(seq)

    def due(self, now: float, newest: int) -> tuple[list[int], list[int]]:
        """Return (packets to ask for again, packets given up), both in order."""
        again: list[int] = []
        given_up: list[int] = []
        for seq, since in self._since.items():
            if now - since >= NACK_PATIENCE or newest - seq > NACK_WINDOW:
                given_up.append(seq)
            elif now - self._asked[seq] >= NACK_INTERVAL * 0.9:
                self._asked[seq] = now
                again.append(seq)
        for seq in given_up:
            del self._since[seq], self._asked[seq]
        return sorted(again), sorted(given_up)

    def clear(self) -> list[int]:
        """Forget everything; returns what was still missing, in order."""
        missing = sorted(self._since)
        self._since.clear()
        self._asked.clear()
        return missing


class KeyframeRequests:
    """One PLI per 300 ms serves every viewer and the recorder, and is repeated until a keyframe comes."""

    def __init__(self) -> None:
        self.wanted = False
        self._last = float("-inf")

    def want(self) -> None:
        """Somebody cannot go on without a keyframe."""
        self.wanted = True

    def came(self) -> None:
        """A keyframe started to arrive."""
        self.wanted = False

    def delay(self, now: float) -> float:
        """Seconds until the next PLI may be sent, 0 when it may be sent now."""
        return max(0.0, self._last + PLI_INTERVAL - now)

    def sent(self, now: float) -> None:
        self._last = now


class Queueing:
    """How long packets wait on the way: by how much later they come, by the sender's clock, than the quickest did."""

    def __init__(self) -> None:
        self._seen: deque[float] = deque(maxlen=QUEUE_SAMPLES)

    def sample(self, transit: float | None) -> float:
        """`transit`: arrival less timestamp of the newest picture, seconds from any origin; None when none came.

        Returns seconds.
        """
        if transit is None:
            return 0.0
        if self._seen and abs(transit - self._seen[-1]) > CLOCK_JUMP:
            self._seen.clear()  # the timestamps began anew
        self._seen.append(transit)
        return transit - min(self._seen)


class BitrateCap:
    """The REMB value for a sender that does not number its packets (docs/adr/0011): high from the start, lowered to
    what arrives on loss or when packets queue, raised quickly again except near where it was too much before.

    Loss is judged over the last reports together: of the twenty packets of one, two lost by chance are ten per cent.
    """

    def __init__(self) -> None:
        self.bitrate = BITRATE_START
        self._reports: deque[tuple[int, int]] = deque(maxlen=LOSS_REPORTS)
        self._hold = 0  # reports until the effect of the last step down is known
        self._best_rtt: float | None = None
        self._too_much = 0.0  # bit/s
        self._silent = False  # nothing came since the report before

    def update(self, *, expected: int, lost: int, rtt: float | None, incoming: float, queued: float = 0.0) -> int:
        """Once per report: packets expected and lost before retransmission, round trip and queueing in seconds, bit/s
        that arrive.

        Returns bit/s.
        """
        if self._silent:  # what an outage has swallowed says nothing of how much the line carries
            expected = lost = 0
        self._silent = incoming == 0
        self._reports.append((expected, lost))
        sent = sum(report[0] for report in self._reports)
        loss = sum(report[1] for report in self._reports) / sent if sent >= LOSS_PACKETS else 0.0
        self._hold = max(0, self._hold - 1)
        slow = queued > QUEUE_HIGH or self._is_slow(rtt)
        if self._hold == 0 and (loss > LOSS_HIGH or slow):
            share = 1 - 0.5 * min(loss, 0.5) if loss > LOSS_HIGH else 0.85
            self._too_much = max(incoming, BITRATE_FLOOR)
            self.bitrate = int(min(self.bitrate, self._too_much) * share)
            self._hold = HOLD_REPORTS
            self._reports.clear()
        elif self._hold == 0 and loss < LOSS_LOW and queued < QUEUE_LOW:
            near = 0.8 * self._too_much < self.bitrate < 1.2 * self._too_much
            self.bitrate = int(self.bitrate * (RISE_NEAR if near else RISE)) + 10_000
        self.bitrate = max(BITRATE_FLOOR, min(BITRATE_MAX, self.bitrate))
        return self.bitrate

    def _is_slow(self, rtt: float | None) -> bool:
        """Whether packets queue on the way: the round trip is long, and much longer than it has been."""
        if rtt is None:
            return False
        self._best_rtt = rtt if self._best_rtt is None else min(self._best_rtt * 1.001, rtt)
        return rtt > max(RTT_HIGH, 2.5 * self._best_rtt)
