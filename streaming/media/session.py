"""One session: the caller's sources, those who watch, the recorder, and what is reported of them.

Everything here runs on the engine's event loop; the recorder's thread is reached only through calls that queue.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

from streaming.contracts import (
    EngineError,
    Fact,
    FeedTrouble,
    FirstFrame,
    FramesResumed,
    FramesStopped,
    PeerJoined,
    PeerLeft,
    PullFeed,
    Rate,
    SdpAnswer,
    SizeChanged,
    SourceChanged,
    StreamHealth,
)

from . import rtcp
from .aiortc_bridge import SecureTransport
from .caller import Caller, Media, Stream
from .health import Meter
from .join import Agreement, Place, agree_with_caller, agree_with_viewer, answer, open_transport, trickle
from .keeping import Recorder
from .mark.rendition import CODEC
from .mark.words import Mark
from .patience import SHUT_OUT_SECONDS
from .picture import Picture
from .pull.feeding import feed
from .pull.puller import Puller
from .rtp import Packet
from .source import Source
from .standstill import Inputs
from .viewer import Outgoing, Viewer

log = logging.getLogger(__name__)

NO_RTP_SECONDS: Final = 2.0


class Session:
    """Joins peers, routes what the caller sends, watches over it."""

    def __init__(self, session_id: str, recorder: Recorder, place: Place, emit: Callable[[Fact], None]) -> None:
        self.session_id = session_id
        self.recorder = recorder
        self.codec = ""  # of the caller's video, once known
        self.profile = ""  # profile-level-id of its H264
        self.caller: Caller | None = None
        self.viewers: dict[str, Viewer] = {}
        self.video = Source("video", 90000)
        self.audio = Source("audio", 48000)
        self._place = place
        self._emit = emit
        self._pending: Caller | None = None  # answered, not connected yet
        self._puller: Puller | None = None  # of a camera that we fetch from
        self._announced: tuple[str, bool] | None = None
        self._picture = Picture(self.video)
        self._first_frame = False  # of this join
        self._joined_at = 0.0
        self._stopped_at: float | None = None  # when the last packet came, while none come
        self._lost = 0  # packets given up
        self._meter = Meter()
        self._inputs = Inputs(self.video, self.audio, self._notice)
        self._cname = secrets.token_hex(8)
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended = False
        self._shut_out_until = 0.0  # after a caller was dropped for what it sent

    @property
    def peers(self) -> int:
        return len(self.viewers) + (self.caller is not None) + (self._pending is not None)

    # --- joining ---

    async def publish(self, peer_id: str, sdp: str) -> SdpAnswer:
        """Answer a caller. The peer takes over from the one before when it is connected.

        Raises:
            EngineError: bad_sdp, no_codec, unavailable.
        """
        if (wait := self._shut_out_until - time.time()) > 0:
            raise EngineError("unavailable", "dropped for what it sent", retry_after=min(wait, SHUT_OUT_SECONDS))
        agreement = agree_with_caller(sdp, self.codec)
        caller = Caller(peer_id, agreement.codec, self, profile=agreement.sections[0].codec.h264_profile)
        transport = await open_transport(self._place, caller)
        sources: list[tuple[Media, Source]] = [("video", self.video), ("audio", self.audio)]
        streams = [Stream.of(m, s, chosen) for (m, s), chosen in zip(sources, agreement.sections, strict=False)]
        caller.attach(transport, streams)
        if self._ended:
            await caller.close()
            raise EngineError("no_session", "ended")
        if self._pending is not None:
            self._drop_caller(self._pending, "replaced")
        self._pending = caller
        if not self.codec:
            self._announce(caller)
        return self._answer(agreement, transport)

    async def watch(self, peer_id: str, sdp: str, rate: Rate = "full", mark: Mark | None = None) -> SdpAnswer:
        """Answer a viewer; a peer of the same name is replaced. With a `mark` they are only ever sent a picture that
        bears it.

        Raises:
            EngineError: no_source, bad_sdp, no_codec, unavailable; full (no more marked pictures).
        """
        if not self.codec:
            raise EngineError("no_source", "the caller has not joined yet", retry_after=1.0)
        codec = self.codec
        agreement = agree_with_viewer(sdp, CODEC if mark else codec, self.profile)
        rendition = self._place.marking.begin(mark, self.video, self.want_keyframe) if mark else None
        viewer = Viewer(
            peer_id,
            codec,
            self._cname,
            joined=self._viewer_joined,
            left=self._drop_viewer,
            want_keyframe=rendition.want_keyframe if rendition else self.want_keyframe,
            rendition=rendition,
        )
        transport = await self._way_to(viewer)
        sources = (rendition.source if rendition else self.video, self.audio)
        outgoing = [Outgoing(transport, s, chosen) for s, chosen in zip(sources, agreement.sections, strict=False)]
        viewer.attach(transport, outgoing)
        viewer.tune(rate)
        if self._ended or codec != self.codec:
            await viewer.close()
            raise EngineError("no_session" if self._ended else "no_source", "changed meanwhile", retry_after=1.0)
        if peer_id in self.viewers:
            self._drop_viewer(self.viewers[peer_id], "replaced")
        self.viewers[peer_id] = viewer
        return self._answer(agreement, transport, stills=rendition is not None and rendition.stills)

    async def _way_to(self, viewer: Viewer) -> SecureTransport:
        try:
            return await open_transport(self._place, viewer)
        except BaseException:
            if viewer.rendition is not None:
                viewer.rendition.close()
            raise

    def _answer(self, agreement: Agreement, transport: SecureTransport, *, stills: bool = False) -> SdpAnswer:
        text = answer(agreement, transport, self._cname)
        transport.start(agreement.remote)
        return SdpAnswer(sdp=text, video_codec=agreement.codec, stills=stills)

    async def add_candidates(self, peer_id: str, fragment: str) -> None:
        """Addresses that a peer found after its offer.

        Raises:
            EngineError: no_session (no such peer), bad_sdp, ice_restart.
        """
        peers = [peer for peer in (self._pending, self.caller) if peer is not None and peer.peer_id == peer_id]
        peer = peers[0] if peers else self.viewers.get(peer_id)
        if peer is None:
            raise EngineError("no_session", "no such peer")
        await trickle(peer.transport, fragment)

    def pull(self, command: PullFeed, peer_id: str) -> None:
        """Fetch a camera's picture, as `peer_id`, until the session ends. The same again changes nothing."""
        if self._puller is not None:
            if self._puller.fetches(command):
                if command.now:
                    self._puller.hurry()
                return
            self._spawn(self._puller.stop())
        self._puller = feed(self, command, peer_id)

    def take_over(self, caller: Caller) -> None:
        """A camera that we fetch from is connected as soon as it is there."""
        if self._pending is not None:
            self._drop_caller(self._pending, "replaced")
        self._pending = caller
        self.caller_joined(caller)

    def feed_trouble(self, peer_id: str, reason: str, tries: int, pause: float | None) -> None:
        self._say(FeedTrouble, peer_id=peer_id, reason=reason, tries=tries, retry_after=pause)

    def _announce(self, caller: Caller) -> None:
        self.codec, self.profile = caller.codec, caller.profile
        if self._announced != (caller.codec, caller.has_audio):
            self._announced = (caller.codec, caller.has_audio)
            self._say(SourceChanged, video_codec=caller.codec, has_audio=caller.has_audio)

    def tune(self, peer_id: str, rate: Rate) -> None:
        """How much that viewer is sent, if there is one."""
        if peer_id in self.viewers:
            self.viewers[peer_id].tune(rate)

    # --- leaving ---

    def close_peer(self, peer_id: str) -> None:
        """Drop the peer of that name, if there is one."""
        for caller in (self._pending, self.caller):
            if caller is not None and caller.peer_id == peer_id:
                self._drop_caller(caller, "closed")
        if peer_id in self.viewers:
            self._drop_viewer(self.viewers[peer_id], "closed")

    async def end(self) -> None:
        """Drop everybody and wait until their sockets are closed. The recorder is the engine's to close."""
        self._ended = True
        if self._puller is not None:
            await self._puller.stop()
        for caller in (self._pending, self.caller):
            if caller is not None:
                self._drop_caller(caller, "closed")
        for viewer in list(self.viewers.values()):
            self._drop_viewer(viewer, "closed")
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _drop_caller(self, caller: Caller, reason: str) -> None:
        if caller is self._pending:
            self._pending = None
        elif caller is self.caller:
            self.caller = None
            self.recorder.end_join(reason=reason, at=time.time())
        else:
            return
        caller.is_current = False
        if self.caller is None or self.caller.peer_id != caller.peer_id:
            # else the phone is still here: what left was a second connection of it that it did without
            self._say(PeerLeft, peer_id=caller.peer_id, role="caller", reason=reason)
        self._spawn(caller.close())

    def _drop_viewer(self, viewer: Viewer, reason: str) -> None:
        if self.viewers.get(viewer.peer_id) is not viewer:
            return
        del self.viewers[viewer.peer_id]
        self._say(PeerLeft, peer_id=viewer.peer_id, role="viewer", reason=reason)
        self._spawn(viewer.close())

    def _viewer_joined(self, viewer: Viewer) -> None:
        self._say(PeerJoined, peer_id=viewer.peer_id, role="viewer")

    # --- CallerEvents ---

    def caller_joined(self, caller: Caller) -> None:
        if caller is not self._pending:
            return
        self._pending = None
        if self.caller is not None:
            self._drop_caller(self.caller, "replaced")
        self.caller = caller
        caller.is_current = True
        self._joined_at = time.time()
        self._first_frame = False
        self.video.begin(caller.codec)
        if caller.has_audio:
            self.audio.begin("OPUS")
        self._picture = Picture(self.video)
        self._inputs.begin(self._joined_at, caller.has_audio)
        self.recorder.start_join(
            peer_id=caller.peer_id, video_codec=caller.codec, video_clock=self.video.clock, audio=caller.has_audio,
            at=self._joined_at,
        )  # fmt: skip
        self._say(PeerJoined, peer_id=caller.peer_id, role="caller")
        self._announce(caller)
        for viewer in list(self.viewers.values()):
            if viewer.codec != self.codec:  # it cannot decode what comes now, and joins again
                self._drop_viewer(viewer, "replaced")

    def caller_left(self, caller: Caller, reason: str) -> None:
        self._drop_caller(caller, reason)

    def caller_offends(self, caller: Caller, reason: str) -> None:
        log.warning("caller dropped", extra={"session": self.session_id, "reason": reason})
        self._shut_out_until = time.time() + SHUT_OUT_SECONDS
        self._drop_caller(caller, reason)

    def media_packet(self, caller: Caller, source: Source, number: int, packet: Packet, at: float) -> None:
        if source is self.audio:
            self.recorder.audio_packet(number, packet.timestamp, packet.media, at)
            return
        self.recorder.video_packet(number, packet.timestamp, packet.marker != 0, packet.media, at)
        if self._picture.is_waiting:
            self._picture_packet(caller, number, packet)
        if self._stopped_at is not None:
            self._notice(FramesResumed, gap_seconds=max(0.0, at - self._stopped_at))
            self._stopped_at = None
            self._inputs.frames_resumed()

    def keyframe_started(self, caller: Caller, number: int, packet: Packet) -> None:
        self._picture.keyframe(number, packet)

    def _picture_packet(self, caller: Caller, number: int, packet: Packet) -> None:
        before = self._picture.size
        size = self._picture.packet(number, packet)
        if size is None:
            return
        if not self._first_frame:
            self._first_frame = True
            self._say(FirstFrame, peer_id=caller.peer_id, width=size[0], height=size[1])
        elif size != before:
            self._say(SizeChanged, width=size[0], height=size[1])

    def packets_given_up(self, caller: Caller, source: Source, first: int, last: int) -> None:
        self.recorder.give_up("audio" if source is self.audio else "video", first, last)
        if source is self.video:
            self._lost += last - first + 1

    def clock_reported(self, caller: Caller, source: Source, ntp: int, timestamp: int) -> None:
        source.clock_pair = (ntp, timestamp)
        self.recorder.sender_report("audio" if source is self.audio else "video", rtcp.ntp_to_unix(ntp), timestamp)
        for viewer in self.viewers.values():
            viewer.clock_reported(source)

    def want_keyframe(self) -> None:
        """For a viewer or the recorder."""
        if self.caller is not None:
            self.caller.want_keyframe()

    # --- watching over it ---

    def tick(self, now: float) -> None:
        """Four times a second, with epoch seconds."""
        self._meter.sample(
            now, frames=self.video.frames, octets=self.video.octets + self.audio.octets, packets=self.video.packets,
            lost=self._lost,
        )  # fmt: skip
        if self.caller is not None:
            self.caller.tick(now)
            last = max(self.video.arrival, self._joined_at)
            if self._stopped_at is None and now - last >= NO_RTP_SECONDS:
                self._stopped_at = last
                self._notice(FramesStopped, since=last)
            self._inputs.tick(now, self._picture.size)
        for viewer in self.viewers.values():
            viewer.tick()

    def health(self, now: float) -> StreamHealth:
        status = self.recorder.status()
        rates = self._meter.rates()
        width, height = self._picture.size or (0, 0)
        frame = self.video.frame_arrival
        return StreamHealth(
            session_id=self.session_id,
            at=now,
            recording=status.state,
            recorded_seconds=status.recorded_seconds,
            last_write_age=status.last_write_age,
            joined=self.caller is not None,
            frame_age=max(0.0, now - frame) if frame is not None else None,
            width=width,
            height=height,
            fps=round(rates.fps, 1),
            bitrate=round(rates.bitrate),
            loss=round(rates.loss, 4),
            rtt=self.caller.rtt if self.caller is not None else None,
            has_audio=self.caller is not None and self.caller.has_audio,
            viewers=sum(viewer.is_connected for viewer in self.viewers.values()),
        )

    def _notice(self, fact: type[Fact], **values: Any) -> None:
        """Say what was seen of camera or microphone, and write it into the recording's timeline."""
        self._say(fact, **values)
        self.recorder.note(fact.kind, time.time(), **values)

    def _say(self, fact: type[Fact], **values: Any) -> None:
        self._emit(fact(session_id=self.session_id, at=time.time(), **values))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
