"""Wall-clock time of RTP timestamps.

Video time is anchored where its first packet arrived and then counts by the sender's 90 kHz clock alone: no network
jitter. Audio is placed beside it by the NTP/RTP pairs of the sender reports (RFC 3550, 6.4.1), by arrival until both
reports are here; arrival is 4 to 34 ms off. The sender's NTP clock itself may be wrong by hours and is used only to
compare one medium with the other.
"""

from __future__ import annotations

from typing import Final

TOLERANCE: Final = 2.0  # s between a timestamp and its arrival before the timestamp is not believed
PATIENCE: Final = 2.0  # s that a clock must stay behind to be moved: a burst after a stall is not a stopped clock
SLEW, FAST_SLEW = 0.002, 0.010  # s per packet: small enough that a 20 ms packet stays a packet
JUMP: Final = 0.2  # s; a larger step forward is made at once, as an explicit gap
MAX_CORRECTION: Final = 5.0  # s; a report that asks for more is not believed


class RtpClock:
    """Wall clock of one stream's timestamps, in epoch seconds."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.steps = 0  # how often the anchor was moved because the timestamps left the wall clock
        self._newest: int | None = None  # unwrapped
        self._anchor: tuple[int, float] | None = None
        self._behind_since: float | None = None
        self._least_lag = 0.0

    @property
    def running(self) -> bool:
        return self._anchor is not None

    def wall(self, timestamp: int, arrival: float) -> float:
        """Wall clock of the next timestamp in order. `arrival` anchors the first and bounds the others."""
        newest = self._newest = self._unwrap(timestamp)
        if self._anchor is None:
            self._anchor = (newest, arrival)
        moment = self._at(newest)
        lag = arrival - moment
        if lag < -TOLERANCE:
            return self._move(newest, arrival)
        if lag <= TOLERANCE:
            self._behind_since = None
        elif self._behind_since is None:
            self._behind_since, self._least_lag = arrival, lag
        else:
            self._least_lag = min(self._least_lag, lag)
            if arrival - self._behind_since > PATIENCE:
                return self._move(newest, moment + self._least_lag)
        return moment

    def wall_of(self, timestamp: int) -> float:
        """Wall clock of any timestamp near the newest one. Needs `running`."""
        return self._at(self._unwrap(timestamp))

    def _at(self, unwrapped: int) -> float:
        assert self._anchor is not None
        return self._anchor[1] + (unwrapped - self._anchor[0]) / self.rate

    def _move(self, unwrapped: int, wall: float) -> float:
        self._anchor, self._behind_since = (unwrapped, wall), None
        self.steps += 1
        return wall

    def _unwrap(self, timestamp: int) -> int:
        if self._newest is None:
            return timestamp
        return self._newest + ((timestamp - self._newest + 0x80000000) & 0xFFFFFFFF) - 0x80000000


class AudioPlacer:
    """Wall clock of audio packets on the video's time line."""

    def __init__(self, video: RtpClock, rate: int) -> None:
        self._video = video
        self._audio = RtpClock(rate)
        self._reports: dict[str, tuple[float, int]] = {}
        self._applied: float | None = None  # correction in force, seconds

    @property
    def by_reports(self) -> bool:
        """True once both media have a sender report."""
        return len(self._reports) == 2

    def report(self, media: str, ntp_time: float, rtp_timestamp: int) -> None:
        self._reports[media] = (ntp_time, rtp_timestamp)

    def start(self) -> None:
        """The next packet is the first of its part: it may take its true place at once."""
        self._applied = None

    def wall(self, timestamp: int, arrival: float) -> float:
        """Wall clock of the next audio packet in order."""
        by_arrival = self._audio.wall(timestamp, arrival)
        wanted = self._correction()
        if self._applied is None:
            self._applied = wanted
        step = wanted - self._applied
        if step <= JUMP:
            limit = SLEW if step > -JUMP else FAST_SLEW
            step = max(-limit, min(limit, step))
        self._applied += step
        return by_arrival + self._applied

    def _correction(self) -> float:
        """What the reports say must be added to the time by arrival; 0 while they say nothing believable."""
        if not self.by_reports or not self._video.running or not self._audio.running:
            return 0.0
        (video_ntp, video_rtp), (audio_ntp, audio_rtp) = self._reports["video"], self._reports["audio"]
        true = self._video.wall_of(video_rtp) + (audio_ntp - video_ntp)
        correction = true - self._audio.wall_of(audio_rtp)
        return correction if abs(correction) <= MAX_CORRECTION else 0.0
