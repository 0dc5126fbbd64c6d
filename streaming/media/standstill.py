"""A camera or a microphone that has stopped giving anything, though packets come: noticed by what is in them.

A camera that froze, or whose lens is covered, goes on sending pictures; the encoder has nothing to say about them, and
a picture costs a few bytes. A microphone that the phone has taken away sends digital silence, of which Opus makes the
same packet again and again (Chromium: 32 bytes). Both are judged four times a second, from totals that are counted
anyway and from the newest packet, so the packets' path pays nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Literal

from streaming.contracts import PictureMoving, PictureStill, SoundResumed, SoundStopped

from .source import Source

TICKS = 4  # samples a second
STILL_SAMPLES = 4 * TICKS  # a standstill is four seconds of them, but for a few:
SPIKES = 3  # keyframes, asked for by viewers, are large also when nothing moves
MOVING_SAMPLES = TICKS
NO_SOUND_SECONDS = 3.0

#: Bytes of a picture with nothing new in it: VP8 and H264 send a header and one run of skipped blocks. A real scene at
#: the lowest rate we ask for (150 kbit/s, 30 a second) has 600.
PICTURE_BYTES = 80
PICTURE_SHARE = 6_000  # pixels for one byte more
SOUND_BYTES = 4  # an encoder that saves where nothing is said needs 1 to 3 for it; the quietest room takes 10 and more

Change = Literal["stopped", "resumed"]


def picture_limit(width: int, height: int) -> float:
    """Bytes a picture below which it shows nothing new."""
    return PICTURE_BYTES + width * height / PICTURE_SHARE


class Standstill:
    """Told four times a second whether anything new came; says when that begins and ends. `since`: epoch seconds."""

    def __init__(self) -> None:
        self.since: float | None = None
        self._small: deque[bool] = deque(maxlen=STILL_SAMPLES)

    def reset(self) -> None:
        """The source begins anew; what still stands still is said again."""
        self.since = None
        self._small.clear()

    def sample(self, now: float, nothing_new: bool | None) -> Change | None:
        """None: nothing came at all. That is no standstill but a gap, and others watch for gaps."""
        if nothing_new is None:
            return None
        self._small.append(nothing_new)
        if self.since is None:
            if len(self._small) == STILL_SAMPLES and self._small.count(False) <= SPIKES:
                self.since = now - STILL_SAMPLES / TICKS
                return "stopped"
        elif not any(list(self._small)[-MOVING_SAMPLES:]):
            self.since = None
            self._small.clear()
            return "resumed"
        return None


class Inputs:
    """The camera and the microphone of one session, as what comes of them tells."""

    def __init__(self, video: Source, audio: Source, say: Callable[..., None]) -> None:
        self._video = video
        self._audio = audio
        self._say: Callable[..., None] = say  # (kind of fact, its fields)
        self._picture = Standstill()
        self._sound = Standstill()
        self._sound_gone = ""  # how: "no_rtp", "silence", "" while it is there
        self._joined_at = 0.0
        self._has_audio = False
        self._before = (0, 0)  # pictures and their bytes
        self._heard: tuple[int, bytes] = (-1, b"")  # number and payload of a packet

    def begin(self, joined_at: float, has_audio: bool) -> None:
        """A peer joins, or joins again."""
        self._joined_at, self._has_audio = joined_at, has_audio
        self._sound_gone = ""
        self._picture.reset()
        self._sound.reset()

    def frames_resumed(self) -> None:
        """Pictures come again after a gap; whether they move is another question."""
        self._picture.reset()

    def tick(self, now: float, size: tuple[int, int] | None) -> None:
        """Four times a second while a caller is joined; `size` of the picture."""
        change = self._picture.sample(now, self._shows_nothing(size or (640, 480)))
        if change == "stopped":
            self._say(PictureStill, since=self._picture.since)
        elif change == "resumed":
            self._say(PictureMoving)
        if self._has_audio:
            self._listen(now)

    def _shows_nothing(self, size: tuple[int, int]) -> bool | None:
        (frames, octets), self._before = self._before, (self._video.frames, self._video.octets)
        came = self._before[0] - frames
        return (self._before[1] - octets) / came <= picture_limit(*size) if came > 0 else None

    def _says_nothing(self) -> bool | None:
        number = self._audio.sequence.highest
        packet = self._audio.held(number)
        if packet is None or number == self._heard[0]:
            return None
        before, self._heard = self._heard[1], (number, packet.payload)
        return packet.payload == before or len(packet.payload) <= SOUND_BYTES

    def _listen(self, now: float) -> None:
        last = max(self._audio.arrival, self._joined_at)
        change = self._sound.sample(now, self._says_nothing())
        if now - last >= NO_SOUND_SECONDS:
            self._set_sound("no_rtp", last)
        elif self._sound.since is not None:
            self._set_sound("silence", self._sound.since)
        elif change == "resumed" or self._sound_gone == "no_rtp":
            self._set_sound("", now)

    def _set_sound(self, how: str, since: float) -> None:
        if bool(how) == bool(self._sound_gone):
            return
        self._sound_gone = how
        if how:
            self._say(SoundStopped, since=since, how=how)
        else:
            self._say(SoundResumed)
