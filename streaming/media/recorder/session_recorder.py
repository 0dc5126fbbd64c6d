"""The recorder of one session: cheap calls from the engine's loop, all the work in a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from streaming.contracts import Fact, GapRecorded
from streaming.media.recorder.files import DISK, Storage
from streaming.media.recorder.gaps import Continuity, Gap
from streaming.media.recorder.join import Join
from streaming.media.recorder.keeper import Keeper
from streaming.media.recorder.packets import Media, Packet
from streaming.media.recorder.places import Place, Places
from streaming.media.recorder.seals import describe_session, mark_ended, part_files
from streaming.media.recorder.timeline import NAME, Timeline, cut_torn_line, one_timeline
from streaming.media.recorder.vitals import Alarm, RecorderStatus, Vitals
from streaming.media.recorder.watchdog import WATCHDOG

log = logging.getLogger(__name__)

TICK = 0.05  # s between two looks into the queue: cheaper than waking the thread for every packet
MOST: Final = 1000  # packets and calls of one turn: compiled code keeps the interpreter's lock until it waits
MAX_QUEUED = 48 * 1024 * 1024  # bytes waiting for the thread: a minute or more of HD
PACKET_COST: Final = 400  # bytes that a waiting packet takes besides its payload
MAX_CALLS = 200_000  # reports and notes waiting beside the packets; more are dropped, packets are not
BLOCKED: Final = 1.0  # s without a turn of the thread
SYNC_PERIOD: Final = 1.0  # s between two fsyncs of the timeline


class SessionRecorder:
    """Writes `part-000N.mp4|.webm`, their sidecars, `session.json` and `timeline.jsonl` into one directory.

    A directory that has parts already is continued: open parts are sealed, numbers go on. `emit` and
    `request_keyframe` are called from the recorder's thread or from the watchdog's and must not block.
    Only the constructor and `close` touch the disk in the caller's thread.
    """

    def __init__(
        self,
        directory: Path,
        session_id: str,
        label: str,
        *,
        emit: Callable[[Fact], None],
        request_keyframe: Callable[[], None],
        clock: Callable[[], float] = time.time,
        storage: Storage = DISK,
        places: Places | None = None,
    ) -> None:
        """`label` is the incident's reference. `places` names a second place, and is then the only word on where to
        write. Raises OSError when no directory can be made."""
        self._places = places or Places(Place(directory, storage))
        _make_one(self._places, clock())
        self._session_id = session_id
        self._label = label
        self._emit = emit
        self._clock = clock
        self._queue: deque[Packet | tuple[Callable[..., None], tuple[Any, ...]]] = deque()
        self._bytes_in = self._bytes_out = 0  # the loop's thread writes one, the recorder's the other
        self._overflow: dict[str, list[int]] = {}
        self._vitals = Vitals()
        self._timeline = Timeline(self._places.current.directory, self._places.current.storage)
        self._alarm = Alarm(session_id, emit, self._alarm_line)
        self._keeper = Keeper(
            directory,
            session_id,
            storage=storage,
            timeline=self._timeline,
            emit=emit,
            vitals=self._vitals,
            alarm=self._alarm,
            clock=clock,
            places=self._places,
        )
        self._continuity = Continuity(request_keyframe, self._gap)
        self._join: Join | None = None
        self._started = self._described = False
        self._failures = 0
        self._turned_at = clock()
        self._synced_at = 0.0
        self._closing = threading.Lock()  # held until the end: waiting for a lock costs less than for an Event
        self._closing.acquire()
        self._result: tuple[int, Path, str] | None = None
        self._close_lock = threading.Lock()
        self._writer = threading.Thread(target=self._run, name=f"recorder-{session_id[:8]}", daemon=True)
        self._writer.start()
        WATCHDOG.add(self)

    # --- called on the engine's loop: append and return --------------------------------------------------

    def start_join(self, *, peer_id: str, video_codec: str, video_clock: int = 90000, audio: bool, at: float) -> None:
        """The caller (re)joined; a new part begins at the next key frame. ValueError for an unknown codec."""
        if video_codec not in ("H264", "VP8"):
            raise ValueError(f"no recording of {video_codec}")
        self._queue.append((self._do_start_join, (peer_id, video_codec, video_clock, audio, at)))

    def video_packet(self, seq: int, timestamp: int, marker: bool, payload: bytes, arrival: float) -> None:
        """`seq` unwrapped, in any order, duplicates allowed; `payload` without RTP header and padding."""
        self._vitals.packet(arrival)
        self._enqueue(Packet(seq, timestamp, marker, payload, arrival))

    def audio_packet(self, seq: int, timestamp: int, payload: bytes, arrival: float) -> None:
        """One Opus packet, as `video_packet`."""
        self._enqueue(Packet(seq, timestamp, True, payload, arrival, "audio"))

    def sender_report(self, media: Media, ntp_time: float, rtp_timestamp: int) -> None:
        """The caller's NTP/RTP pair; `ntp_time` in seconds, of any epoch that both media share."""
        if len(self._queue) < MAX_CALLS:
            self._queue.append((self._do_sender_report, (media, ntp_time, rtp_timestamp)))

    def give_up(self, media: Media, first_seq: int, last_seq: int) -> None:
        """Packets `first_seq` to `last_seq` that have not come never will."""
        self._queue.append((self._do_give_up, (media, first_seq, last_seq)))

    def end_join(self, *, reason: str, at: float) -> None:
        """The caller left: the part is sealed."""
        self._queue.append((self._do_end_join, (reason, at)))

    def note(self, name: str, at: float, **data: Any) -> None:
        """A line for the timeline: mute, position, operator's action."""
        if len(self._queue) < MAX_CALLS:
            self._queue.append((self._do_note, (name, at, data)))

    def status(self) -> RecorderStatus:
        """What the recorder does right now. Any thread."""
        now = self._clock()
        return self._vitals.status(now, self._blocked(now))

    def close(self, reason: str) -> tuple[int, Path, str]:
        """Seal the last part and finalise the timeline. Blocks; may be called again.

        Returns the number of sealed parts, the timeline's path and its SHA-256 ("" when the disk refused to give it).
        `reason` "shutdown" leaves the session open: another engine may go on in this directory.
        """
        with self._close_lock:
            if not self._is_closed():
                self._queue.append((self._do_close, (reason,)))
                self._closing.release()
                self._writer.join()
                WATCHDOG.remove(self)
            assert self._result is not None
            return self._result

    def _is_closed(self) -> bool:
        return self._result is not None

    def look(self) -> None:
        """The watchdog's call: raise or end the alarm."""
        now = self._clock()
        state = self._vitals.state(now, self._blocked(now))
        if state == "stalled":
            self._alarm.raise_(self._vitals.trouble or self._stall_reason(now), now)
        elif state == "writing" and not self._vitals.trouble and not self._vitals.timeline_trouble:
            if self._vitals.elsewhere:
                self._alarm.raise_(self._vitals.elsewhere, now, spilled=True)
            else:
                self._alarm.end(now)

    def _blocked(self, now: float) -> bool:
        """The recorder's thread has not come back from a write or an fsync."""
        return bool(self._queue) and now - self._turned_at > BLOCKED

    def _stall_reason(self, now: float) -> str:
        if self._blocked(now):
            return "the writer is blocked"
        return "no key frame from the camera" if self._continuity.waiting_for_key else "no byte reached the disk"

    def _enqueue(self, packet: Packet) -> None:
        if self._bytes_in - self._bytes_out > MAX_QUEUED:
            dropped = self._overflow.setdefault(packet.media, [packet.seq, packet.seq])
            dropped[0], dropped[1] = min(dropped[0], packet.seq), max(dropped[1], packet.seq)
            return
        if self._overflow:
            for name, (first, last) in self._overflow.items():
                self._queue.append((self._do_overflow, (name, first, last)))
            self._overflow = {}
        self._bytes_in += len(packet.payload) + PACKET_COST
        self._queue.append(packet)

    # --- the recorder's thread -----------------------------------------------------------------------------

    def _run(self) -> None:
        while self._result is None:
            self._closing.acquire(timeout=TICK if len(self._queue) < MOST else 0.001)
            try:
                self._turn()
            except Exception:
                # Whatever it was, the next packets must still be recorded.
                log.exception("recorder turn failed", extra={"session": self._session_id})
                self._alarm.raise_("the recorder failed", self._clock())

    def _turn(self) -> None:
        began = self._clock()
        if not self._started:
            self._start()
        for _ in range(min(len(self._queue), MOST)):
            item = self._queue.popleft()
            try:
                if isinstance(item, Packet):
                    self._do_packet(item)
                else:
                    item[0](*item[1])
            except Exception:
                log.exception("recorder call failed", extra={"session": self._session_id})
        if self._result is not None:
            return
        now = self._clock()
        if self._join is not None:
            self._join.release(now)
        self._keeper.tick(now)
        if self._keeper.failures != self._failures:
            self._failures = self._keeper.failures
            self._continuity.begin("storage", now, self._keeper.failed_end)
        if self._join is not None and not self._keeper.open and self._keeper.ready(now) and self._flowing(now):
            self._continuity.ask(now)
        if self._join is not None and self._keeper.should_change and self._flowing(now):
            self._continuity.wish(now)
        elif self._join is not None and self._flowing(now):
            self._continuity.refresh(now)
        if now - self._synced_at >= SYNC_PERIOD:
            self._synced_at = now
            self._sync_timeline()
        self._turned_at = began

    def _flowing(self, now: float) -> bool:
        last = self._vitals.last_packet_at
        return last is not None and now - last < 1.0

    def _start(self) -> None:
        """First turn of the thread."""
        self._started = True
        now = self._clock()
        continued = False
        for place in self._places.all:
            path, raw = place.directory / NAME, place.storage.raw
            try:
                place.storage.run(partial(cut_torn_line, path, raw))
                continued |= bool(place.storage.run(partial(part_files, place.directory)))
            except OSError as error:
                self._timeline_failed(error)
        self._timeline.write("session_continued" if continued else "session_started", now, label=self._label)
        self._keeper.adopt()

    def _write_session(self) -> None:
        """`session.json`, tried again every second until the disk has it."""
        if not self._described:
            place = self._places.of(self._timeline.path)
            details = (place.directory, self._session_id, self._label, self._clock(), place.storage.raw)
            place.storage.run(lambda: describe_session(*details))
            self._described = True

    def _sync_timeline(self) -> None:
        try:
            self._write_session()
            self._timeline.sync()
            self._vitals.timeline_trouble = False
        except OSError as error:
            self._timeline_failed(error)

    def _timeline_failed(self, error: OSError) -> None:
        reason, place = error.strerror or str(error), self._places.of(self._timeline.path)
        other = self._places.other(place)
        if other is not None and (self._places.aside or self._keeper.step_aside(reason, self._clock())):
            self._timeline.move(other.directory, other.storage)  # what was refused is written there in a second
            self._described = False
            return
        self._vitals.timeline_trouble = True
        self._alarm.raise_(reason, self._clock())

    def _do_packet(self, packet: Packet) -> None:
        self._bytes_out += len(packet.payload) + PACKET_COST
        if self._join is not None:
            self._join.packet(packet)

    def _do_sender_report(self, media: Media, ntp_time: float, rtp_timestamp: int) -> None:
        if self._join is not None:
            self._join.sender_report(media, ntp_time, rtp_timestamp, self._clock())

    def _do_give_up(self, media: Media, first: int, last: int) -> None:
        if self._join is not None:
            self._join.give_up(media, first, last)

    def _do_overflow(self, media: Media, first: int, last: int) -> None:
        self._timeline.write("queue_overflow", self._clock(), media=media, first=first, last=last)
        self._do_give_up(media, first, last)

    def _do_start_join(self, peer_id: str, video_codec: str, video_clock: int, audio: bool, at: float) -> None:
        if self._join is not None:
            self._do_end_join("replaced", at)
        self._timeline.write("joined", at, peer=peer_id, video_codec=video_codec, audio=audio)
        self._vitals.joined_at = at
        self._vitals.flowing_since = at
        self._continuity.begin("rejoin", self._clock())
        self._join = Join(
            video_codec,
            video_clock,
            audio,
            keeper=self._keeper,
            continuity=self._continuity,
            timeline=self._timeline,
            vitals=self._vitals,
        )

    def _do_end_join(self, reason: str, at: float) -> None:
        if self._join is None:
            return
        join, self._join = self._join, None
        self._vitals.joined_at = None
        join.release(self._clock(), everything=True)
        self._keeper.seal(self._clock())
        self._timeline.write("left", at, reason=reason, audio_packets_lost=join.lost_audio)
        self._sync_timeline()

    def _do_note(self, name: str, at: float, data: dict[str, Any]) -> None:
        self._timeline.write(name, at, **{key: value for key, value in data.items() if key not in ("name", "at")})

    def _do_close(self, reason: str) -> None:
        now = self._clock()
        digest = ""
        try:
            self._do_end_join(reason, now)
            self._keeper.close(now)
            digest = self._finalise(reason, now)
        except Exception:
            log.exception("recorder could not be closed", extra={"session": self._session_id})
        finally:
            self._result = (self._keeper.count, self._timeline.path, digest)
            for place in self._places.all:
                place.storage.stop()

    def _finalise(self, reason: str, now: float) -> str:
        parts = self._keeper.count
        self._write_session()
        self._timeline.write("engine_stopped" if reason == "shutdown" else "stopped", now, reason=reason, parts=parts)
        try:
            digest = self._timeline.close()
        except OSError as error:
            self._timeline_failed(error)
            digest = self._timeline.close()
        if self._places.second is not None:
            self._timeline.path, digest = one_timeline(self._places)
        if reason != "shutdown":
            place = self._places.of(self._timeline.path)
            details = (place.directory, self._session_id, reason, parts, digest, now, place.storage.raw)
            place.storage.run(lambda: mark_ended(*details))
        return digest

    # --- reports ---------------------------------------------------------------------------------------------

    def _gap(self, gap: Gap) -> None:
        now = self._clock()
        self._keeper.gaps.append(gap.as_dict())
        self._timeline.write("gap", now, **gap.as_dict())
        self._emit(GapRecorded(session_id=self._session_id, at=now, **gap.as_dict()))

    def _alarm_line(self, event: str, reason: str) -> None:
        self._queue.append((self._do_note, (event, self._clock(), {"reason": reason} if reason else {})))


def _make_one(places: Places, now: float) -> None:
    """Make the session's directory, in the second place when the first refuses. Raises OSError when both do."""
    try:
        places.first.make()
    except OSError as error:
        if not places.step_aside(error.strerror or str(error), now):
            raise
