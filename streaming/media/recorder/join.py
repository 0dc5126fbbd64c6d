"""One stay of the caller: packets in, frames and sound with their wall clock out to the keeper."""

from __future__ import annotations

from collections import deque
from typing import Final

from streaming.media.recorder.clocks import AudioPlacer, RtpClock
from streaming.media.recorder.gaps import Continuity
from streaming.media.recorder.h264 import H264Assembler
from streaming.media.recorder.keeper import Keeper
from streaming.media.recorder.opus import RATE, packet_samples
from streaming.media.recorder.order import Order
from streaming.media.recorder.packets import Broken, Frame, Lost, Packet
from streaming.media.recorder.timeline import Timeline
from streaming.media.recorder.vitals import Vitals
from streaming.media.recorder.vp8 import Vp8Assembler

VIDEO_HOLD: Final = 2.5  # s; the engine gives a packet up after 1 s, this is for what it never heard of
AUDIO_HOLD: Final = 0.3  # s; sound is not sent again
FAR_STEP: Final = 3600.0  # s forward at once that are no pause of the sender's
RATE_WINDOW: Final = 2.0  # s over which frames per second are counted


class Join:
    """Lives on the recorder's thread."""

    def __init__(
        self,
        video_codec: str,
        video_clock: int,
        has_audio: bool,
        *,
        keeper: Keeper,
        continuity: Continuity,
        timeline: Timeline,
        vitals: Vitals,
    ) -> None:
        """Raises ValueError for a codec the recorder cannot write."""
        if video_codec not in ("H264", "VP8"):
            raise ValueError(f"no recording of {video_codec}")
        self.has_audio = has_audio
        self._keeper = keeper
        self._continuity = continuity
        self._timeline = timeline
        self._vitals = vitals
        self._pictures, self._sounds = Order(VIDEO_HOLD), Order(AUDIO_HOLD)
        self._assembler = H264Assembler() if video_codec == "H264" else Vp8Assembler()
        self._clock = RtpClock(video_clock)
        self._placer = AudioPlacer(self._clock, RATE)
        self._aligned = False
        self._steps = 0
        self._last_wall = 0.0
        self._completed: deque[float] = deque()
        self.lost_audio = 0

    def packet(self, packet: Packet) -> None:
        order = self._pictures if packet.media == "video" else self._sounds
        order.add(packet)

    def give_up(self, media: str, first: int, last: int) -> None:
        order = self._pictures if media == "video" else self._sounds
        order.give_up(first, last)

    def sender_report(self, media: str, ntp_time: float, rtp_timestamp: int, now: float) -> None:
        self._placer.report(media, ntp_time, rtp_timestamp)
        if media == "video" and not self._aligned:
            self._timeline.write("sender_clock", now, ntp=ntp_time, offset=now - ntp_time)
        if self._placer.by_reports and not self._aligned:
            self._aligned = True
            self._timeline.write("aligned_by_reports", now)

    def release(self, now: float, *, everything: bool = False) -> None:
        """Pass on what is in order."""
        for item in self._pictures.release(now, everything=everything):
            if isinstance(item, Lost):
                self._assembler.lost()
                self._continuity.lost(now)
                self._timeline.write("packets_lost", now, media="video", count=item.last - item.first + 1)
                continue
            for picture in self._assembler.push(item):
                self._picture(picture, now)
        for item in self._sounds.release(now, everything=everything):
            if isinstance(item, Lost):
                self.lost_audio += item.last - item.first + 1
            else:
                self._sound(item, now)
        self._count_rate(now)

    def _picture(self, picture: Frame | Broken, now: float) -> None:
        wall = self._clock.wall(picture.timestamp, picture.arrival)
        if self._clock.steps != self._steps:
            self._steps = self._clock.steps
            self._timeline.write("clock_step", now, media="video", to=wall)
            self._stepped(wall)
        self._last_wall = wall
        if isinstance(picture, Broken):
            self._continuity.lost(now)
            return
        self._completed.append(picture.completed)
        self._vitals.last_frame_at = picture.completed
        if not self._continuity.admits(picture, now, self._keeper.open):
            return
        if not self._keeper.open and not self._keeper.ready(now):
            return  # the disk has just refused
        if not self._keeper.open:
            self._placer.start()
        if not self._keeper.video(picture, wall, self.has_audio, now):
            self._continuity.begin("storage", now)
        elif self._continuity.wrote(picture, wall):
            self._timeline.write("damaged_frames_kept", now)

    def _stepped(self, wall: float) -> None:
        """A part's time runs forward only: after a step back, or one of hours, the next key frame begins another."""
        if wall < self._last_wall:
            self._continuity.clock_set_back()
        if not 0 <= wall - self._last_wall < FAR_STEP:
            self._keeper.renew()

    def _sound(self, packet: Packet, now: float) -> None:
        samples = packet_samples(packet.payload)
        if self.has_audio and samples:
            wall = self._placer.wall(packet.timestamp, packet.arrival)
            self._keeper.audio(wall, packet.payload, samples / RATE, now)

    def _count_rate(self, now: float) -> None:
        while self._completed and now - self._completed[0] > RATE_WINDOW:
            self._completed.popleft()
        self._vitals.fps = len(self._completed) / RATE_WINDOW
