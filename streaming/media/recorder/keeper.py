"""Opens, fills, seals and (after a storage error) replaces parts. Lives on the recorder's thread."""

from __future__ import annotations

import errno
import logging
import struct
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from streaming.contracts import Fact, PartOpened, PartSealed
from streaming.media.recorder.files import SEALED_MODE, Storage
from streaming.media.recorder.packets import Frame, VideoFormat
from streaming.media.recorder.part import LEAD, PartWriter
from streaming.media.recorder.places import Place, Places
from streaming.media.recorder.repair import repair_in
from streaming.media.recorder.samples import PartShape
from streaming.media.recorder.seals import next_number, part_files, part_sealed, read_sealed, write_sidecar
from streaming.media.recorder.timeline import Timeline
from streaming.media.recorder.vitals import Alarm, Vitals

log = logging.getLogger(__name__)

SYNC_PERIOD: Final = 1.0  # s between two fsyncs
RETRY_PERIOD: Final = 1.0  # s between two tries to open a part on a disk that refused
BURST, REFILL = 30, 2.0  # parts: at most 30 at once and one more every 2 s, whatever the sender does to its size
UNSEEN_NUMBERS = 1000  # part numbers left free for what lies on a disk that does not answer
EARLY_SOUND: Final = 50  # audio packets kept until the first frame opens a part


class Keeper:
    """The parts of one session's directory."""

    def __init__(
        self,
        directory: Path,
        session_id: str,
        *,
        storage: Storage,
        timeline: Timeline,
        emit: Callable[[Fact], None],
        vitals: Vitals,
        alarm: Alarm,
        clock: Callable[[], float],
        places: Places | None = None,
    ) -> None:
        """`places` is for a session with a second place; without it there are only `directory` and `storage`."""
        self._places = places or Places(Place(directory, storage))
        self._session_id = session_id
        self._timeline = timeline
        self._emit = emit
        self._vitals = vitals
        self._alarm = alarm
        self._clock = clock
        self._part: PartWriter | None = None
        self._renew = False
        self._number = 1
        self._previous = ""  # sha256 of the part sealed last
        self._unsealed: list[tuple[int, Path]] = []
        self._retry_at = 0.0  # when a disk that refused is asked for a new part again
        self._leftovers_at = 0.0
        self._synced_at = 0.0
        self._budget, self._budget_at = float(BURST), 0.0
        self._sound: deque[tuple[float, bytes, float]] = deque(maxlen=EARLY_SOUND)
        self._unseen = False  # a place could not be looked into
        self.failures = 0
        self.failed_end: float | None = None  # wall clock of the last frame that reached the part that failed
        self.count = 0  # parts sealed, with those found at the start
        self.gaps: list[dict[str, object]] = []  # of the part being written

    # --- what was there before ---------------------------------------------------------------------------

    def adopt(self) -> None:
        """Go on after the parts that are in the directory already; seal what a dead engine left open."""
        found: dict[int, Path] = {}
        for place in self._places.all:
            try:
                found |= dict(place.storage.run(partial(part_files, place.directory)))
                self._number = max(self._number, place.storage.run(partial(next_number, place.directory)))
            except OSError as error:
                if self._places.second is None:
                    raise
                self._unseen = True
                self._failed(error, self._clock())
        if self._unseen:  # what lies there may bear any of the next numbers
            self._number += UNSEEN_NUMBERS
        for number, path in sorted(found.items()):
            self._adopt(number, path)

    def _adopt(self, number: int, path: Path) -> None:
        directories = self._places.directories
        sealed = self._places.of(path).storage.run(lambda: read_sealed(path, self._session_id, directories))
        if sealed is None:
            self._unsealed.append((number, path))
            self._seal_leftovers()
        else:
            self._previous = sealed.sha256
            self._counted()
            self._emit(sealed)  # the engine before may have died between its seal and its word

    def _counted(self) -> None:
        self.count += 1
        self._vitals.parts = self.count

    # --- media -------------------------------------------------------------------------------------------

    @property
    def open(self) -> bool:
        return self._part is not None

    @property
    def should_change(self) -> bool:
        """The open part lies in a place that is to be left: a key frame would be welcome."""
        return self._part is not None and self._part.place is not self._places.current

    def ready(self, now: float) -> bool:
        """False while a disk that refused is left alone for a moment."""
        return now >= self._retry_at

    def video(self, frame: Frame, wall: float, has_audio: bool, now: float) -> bool:
        """Take a frame into the part where it belongs; False when no part can be open."""
        shape = frame.format
        if frame.keyframe and shape is not None and (self._part is None or self._must_change(shape, now)):
            self.seal(now)
            if not self._places.aside and self._unsealed:
                self._seal_leftovers()
            self._begin(shape, wall, has_audio)
        if self._part is None:
            return False
        self._part.add_video(wall, frame.data, frame.keyframe, now)
        while self._sound:
            self._part.add_audio(*self._sound.popleft(), now)
        return True

    def audio(self, wall: float, data: bytes, duration: float, now: float) -> None:
        if self._part is None:
            self._sound.append((wall, data, duration))
        else:
            self._part.add_audio(wall, data, duration, now)

    def _must_change(self, shape: VideoFormat, now: float) -> bool:
        """A new size or codec means a new part. A sender that changes without end stays in its part: the parameter
        sets are in the stream too."""
        assert self._part is not None
        if self.should_change:
            return True
        if shape == self._part.shape.video and not self._renew:
            return False
        self._budget = min(float(BURST), self._budget + (now - self._budget_at) / REFILL)
        self._budget_at = now
        if self._budget < 1 and shape.codec == self._part.shape.video.codec:
            self._timeline.write("part_kept", now, width=shape.width, height=shape.height)
            return False
        self._budget -= 1
        return True

    def renew(self) -> None:
        """The next key frame begins a new part whatever its size."""
        self._renew = True

    def _begin(self, shape: VideoFormat, wall: float, has_audio: bool) -> None:
        zero = wall - LEAD if has_audio else wall
        place = self._places.current
        self._part = PartWriter(place, self._number, PartShape(shape, has_audio, zero))
        self._number += 1
        self._renew = False
        self.gaps = []
        self._vitals.width, self._vitals.height = shape.width, shape.height

    # --- disk --------------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Write what is due. Called every few hundredths of a second."""
        part = self._part
        if part is not None:
            try:
                if part.due(now):
                    self._flush(part, now, everything=False)
                if now - self._synced_at >= SYNC_PERIOD:
                    self._synced_at = now
                    part.sync()
            except OSError as error:
                self._failed(error, now)
        elif self._unsealed and now >= self._leftovers_at:
            self._leftovers_at = now + RETRY_PERIOD
            self._seal_leftovers()
        self._vitals.unwritten = self._part is not None and self._part.pending
        self._look_at_places(now)

    def _look_at_places(self, now: float) -> None:
        """Leave the first place before it is full, and take it again when it can be: at the next key frame."""
        match self._places.look(now):
            case "nearly full":
                self.step_aside("nearly full", now)
            case "back":
                log.warning("the recordings directory can be written to again")

    def step_aside(self, reason: str, now: float) -> bool:
        """Go on in the other place; False when there is none to be tried at once."""
        moved = self._places.step_aside(reason, now)
        if moved:
            self._timeline.write("second_place", now, reason=reason)
            log.error("recording to the second place: %s", reason)
        return moved

    def _flush(self, part: PartWriter, now: float, *, everything: bool) -> None:
        fresh = part.file is None
        frames = part.video.written
        try:
            wrote = part.flush(now, everything=everything)
        except (ValueError, OverflowError, struct.error) as error:  # what no file can hold: give up the part, not more
            log.exception("recording part cannot be made", extra={"session": self._session_id})
            raise OSError(errno.EINVAL, "a picture that cannot be stored") from error
        if not wrote:
            return
        if fresh:
            part.place.storage.sync_directory(part.path.parent)
            self._announce(part, now)
        self._vitals.last_write_at = self._clock()
        self._vitals.frames += part.video.written - frames
        self._vitals.seconds_in_part = part.seconds
        self._vitals.trouble = ""  # the watchdog ends the alarm
        self._vitals.elsewhere = self._places.why if part.place is not self._places.first else ""

    def _announce(self, part: PartWriter, now: float) -> None:
        video = part.shape.video
        fields: dict[str, Any] = {
            "number": part.number,
            "container": part.container,
            "video_codec": video.codec,
            "has_audio": part.shape.has_audio,
            "width": video.width,
            "height": video.height,
        }
        self._timeline.write("part_opened", now, file=part.path.name, start=part.start, **fields)
        self._emit(PartOpened(session_id=self._session_id, at=now, path=str(part.path), **fields))

    def seal(self, now: float) -> None:
        """Make the open part final: everything flushed, fsynced, hashed, its sidecar written; then say so."""
        part = self._part
        if part is None:
            return
        try:
            self._flush(part, now, everything=True)
            part.sync()
            self._part = None
            if part.file is not None:
                self._finish(part, now)
        except OSError as error:
            self._part = part
            self._failed(error, now)
        self._book_seconds()

    def _book_seconds(self) -> None:
        self._vitals.seconds_before += self._vitals.seconds_in_part
        self._vitals.seconds_in_part = 0.0

    def _finish(self, part: PartWriter, now: float) -> None:
        assert part.file is not None
        part.file.close()
        part.place.storage.run(lambda: part.path.chmod(SEALED_MODE))
        fact = part_sealed(
            self._session_id,
            part.path,
            now,
            number=part.number,
            container=part.container,
            video_codec=part.shape.video.codec,
            audio_codec="opus" if part.audio.written else "",
            width=part.shape.video.width,
            height=part.shape.video.height,
            start=part.start,
            end=part.end,
            frames=part.video.written,
            size=part.file.size,
            sha256=part.file.sha256(),
            prev_sha256=self._previous,
            recovered=False,
        )
        write_sidecar(fact, {"audio_packets": part.audio.written, "gaps": self.gaps}, part.place.storage)
        self._sealed(fact)

    def _sealed(self, fact: PartSealed) -> None:
        self._previous = fact.sha256
        self._counted()
        self._timeline.write(
            "part_sealed",
            fact.at,
            number=fact.number,
            file=Path(fact.path).name,
            start=fact.start,
            end=fact.end,
            frames=fact.frames,
            size=fact.size,
            sha256=fact.sha256,
            prev_sha256=fact.prev_sha256,
            recovered=fact.recovered,
        )
        self._emit(fact)

    # --- a disk that refuses -------------------------------------------------------------------------------

    def _failed(self, error: OSError, now: float) -> None:
        """Give up the open part, keep what is whole of it, and begin another one as soon as the disk allows."""
        part, self._part = self._part, None
        self.failures += 1
        self.failed_end = part.end if part is not None and part.video.written else None
        reason = error.strerror or str(error)
        log.error("recording part cannot be written: %s", reason)
        self._vitals.trouble = reason
        self._alarm.raise_(reason, now)
        self._retry_at = now if self.step_aside(reason, now) else now + RETRY_PERIOD
        self._book_seconds()
        if part is None:
            return
        try:
            part.abandon()
        except OSError:
            log.error("recording part cannot be closed")
        if part.file is None:
            # It never came to be; a name that is taken (by what could not be seen at the start) is passed over.
            self._number = part.number + isinstance(error, FileExistsError)
        else:
            self._unsealed.append((part.number, part.path))

    def _seal_leftovers(self) -> None:
        """Seal parts whose writing ended in an error, or in another engine's death."""
        waiting, self._unsealed = self._unsealed, []
        for number, path in waiting:
            try:
                fact = repair_in(self._places, path, number, self._session_id, self._previous, self._clock())
            except FileNotFoundError:
                continue
            except OSError:
                self._unsealed.append((number, path))
                continue
            if fact is not None:
                self._sealed(fact)
            else:
                self._timeline.write("part_empty", self._clock(), number=number, tail=path.with_suffix(".tail").name)

    def close(self, now: float) -> None:
        """Seal everything that can be sealed."""
        self.seal(now)
        self._seal_leftovers()
