"""Partners' guests and live video: what reaches J. Smith bears J. Smith's name in every picture, or is not sent."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from streaming.contracts import ClosePeer, EngineError, PeerLeft
from streaming.media.mark import layer, rendition
from tests.helpers import marks
from tests.helpers.marks import FOUND, LOST

from .clips import clip, read_number
from .peers import Publisher, Watcher, closing
from .rig import Rig, running

SMITH = ("J. Smith, Northmere Ambulance", "G-3FA9C1")
JONES = ("B. Jones, Northmere Fire", "G-9F0012")


class Eyes:
    """Keeps each picture that comes, and looks afterwards how much of whose mark is in it: looking takes longer than a
    picture lasts."""

    def __init__(self, watcher: Watcher, own: tuple[str, str], other: tuple[str, str] = JONES) -> None:
        self._of = own, other
        self._kept: list[tuple[Any, int]] = []
        watcher.look = self

    def __call__(self, frame: Any) -> None:
        self._kept.append((marks.luma(frame), int(time.time() // layer.MOVES_EVERY)))

    @property
    def own(self) -> list[float]:
        return self._strengths(self._of[0])

    @property
    def others(self) -> list[float]:
        return self._strengths(self._of[1])

    def _strengths(self, who: tuple[str, str]) -> list[float]:
        """Of a mark in its place of now, or of some seconds ago: a busy machine shows pictures late."""
        return [
            max(marks.strength(plane, *who, turn=turn - ago) for ago in range(4)) for plane, turn in self._kept[:80]
        ]


def recorded(directory: Path) -> list[tuple[float, Any]]:
    (part,) = directory.rglob("*.webm")
    return marks.pictures(part)


class Lossy:
    """Every 23rd packet never comes."""

    def __init__(self, to: Any) -> None:
        self.to, self.count, self.lost = to, 0, 0

    def packet(self, number: int, packet: Any, keyframe: bool) -> None:
        self.count += 1
        if self.count % 23 == 0:
            self.lost += 1
        else:
            self.to.packet(number, packet, keyframe)


def processes(rig: Rig, session_id: str = "s1") -> list[int]:
    session = rig.engine._sessions[session_id]
    found = (viewer.rendition for viewer in session.viewers.values())
    return [one._process.pid for one in found if one is not None and one._process is not None]


@pytest.mark.parametrize("codec", ["H264", "VP8"])
async def test_every_picture_that_a_guest_is_sent_is_marked_and_nobody_elses_is(codec: str, tmp_path: Path):
    async with running(tmp_path) as rig, closing(Publisher(clip(codec)), Watcher(), Watcher(codec)) as peers:
        caller, guest, officer = peers
        await rig.open()
        await rig.join(caller, "c-1")
        reply = await rig.join(guest, "g-1", guest=SMITH)
        await rig.join(officer, "v-1")
        assert (reply.video_codec, reply.stills) == ("VP8", False)
        seen, clean = Eyes(guest, SMITH), Eyes(officer, SMITH)
        await guest.seen(45)
        await officer.seen(30)
        assert min(seen.own) > FOUND
        assert max(seen.others) < LOST
        assert max(clean.own) < LOST
        assert guest.sizes == {(320, 240)}
        numbers = guest.numbers
        assert (
            sorted(set(numbers), key=numbers.index) == numbers[: len(set(numbers))]
        )  # in order, none twice in a round


async def test_the_recording_has_no_mark(tmp_path: Path):
    async with running(tmp_path, record=True) as rig, closing(Publisher(clip("VP8")), Watcher()) as (caller, guest):
        await rig.open()
        await rig.join(caller, "c-1")
        await rig.join(guest, "g-1", guest=SMITH)
        await guest.seen(40)
    pictures = await asyncio.to_thread(recorded, tmp_path)
    assert len(pictures) > 30
    turns = {int(time.time() // layer.MOVES_EVERY) - ago for ago in range(4)}
    assert all(marks.strength(plane, *SMITH, turn=turn) < LOST for _, plane in pictures[::5] for turn in turns)


async def test_two_guests_each_see_their_own_name_only(tmp_path: Path):
    async with (
        running(tmp_path) as rig,
        closing(Publisher(clip("VP8")), Watcher(), Watcher()) as (caller, smith, jones),
    ):
        await rig.open()
        await rig.join(caller, "c-1")
        await rig.join(smith, "g-1", guest=SMITH)
        await rig.join(jones, "g-2", guest=JONES)
        smiths, joneses = Eyes(smith, SMITH, JONES), Eyes(jones, JONES, SMITH)
        await smith.seen(20)
        await jones.seen(20)
        assert min(smiths.own + joneses.own) > FOUND
        assert max(smiths.others + joneses.others) < LOST


async def test_a_guest_without_a_code_to_draw_is_sent_nothing(tmp_path: Path):
    async with running(tmp_path) as rig, closing(Publisher(clip("VP8")), Watcher()) as (caller, guest):
        await rig.open()
        await rig.join(caller, "c-1")
        await rig.offer_only(guest, "g-1", guest=("J. Smith", ""))
        left = await rig.fact(PeerLeft)
        assert (left.peer_id, left.reason) == ("g-1", "unmarked")
        assert guest.numbers == []


async def test_when_the_drawing_stops_the_picture_stops(tmp_path: Path):
    async with running(tmp_path) as rig, closing(Publisher(clip("VP8")), Watcher()) as (caller, guest):
        await rig.open()
        await rig.join(caller, "c-1")
        await rig.join(guest, "g-1", guest=SMITH)
        seen = Eyes(guest, SMITH)
        await guest.seen(10)
        (process,) = processes(rig)
        os.kill(process, signal.SIGKILL)
        left = await rig.fact(PeerLeft)
        assert (left.peer_id, left.reason) == ("g-1", "unmarked")
        await guest.gone()
        assert min(seen.own) > FOUND


async def test_a_drawing_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    async with running(tmp_path) as rig, closing(Publisher(clip("VP8")), Watcher()) as (caller, guest):
        await rig.open()
        await rig.join(caller, "c-1")
        await rig.join(guest, "g-1", guest=SMITH)
        await guest.seen(10)
        (process,) = processes(rig)
        monkeypatch.setattr(rendition, "SILENCE", 0.5)  # from here on: a process takes its time to start
        os.kill(process, signal.SIGSTOP)
        left = await rig.fact(PeerLeft)
        assert left.reason == "unmarked"
        await guest.gone()


async def test_more_guests_than_can_be_drawn_for_get_a_marked_picture_a_second_and_then_none(tmp_path: Path):
    watchers = [Watcher() for _ in range(3)]
    async with running(tmp_path) as rig, closing(Publisher(clip("VP8")), *watchers) as (caller, *_):
        rig.engine._place.marking.free = {False: 1, True: 1}
        await rig.open()
        await rig.join(caller, "c-1")
        whole = await rig.join(watchers[0], "g-1", guest=SMITH)
        stills = await rig.join(watchers[1], "g-2", guest=JONES)
        assert (whole.stills, stills.stills) == (False, True)
        with pytest.raises(EngineError) as refused:
            await rig.join(watchers[2], "g-3", guest=SMITH)
        assert refused.value.code == "full"
        seen = Eyes(watchers[1], JONES, SMITH)
        began = time.monotonic()
        await watchers[1].seen(4)
        assert time.monotonic() - began > 2.0
        assert min(seen.own) > FOUND
        assert max(seen.others) < LOST
        assert watchers[2].numbers == []
        await rig.engine.handle(ClosePeer(session_id="s1", peer_id="g-1"))
        await watchers[0].gone()
        again = await rig.join(watchers[2], "g-4", guest=SMITH)  # a place came free
        assert again.stills is False
        await watchers[2].seen(5)


async def test_a_guest_who_leaves_leaves_no_process(tmp_path: Path):
    async with running(tmp_path) as rig, closing(Publisher(clip("H264")), Watcher()) as (caller, guest):
        await rig.open()
        await rig.join(caller, "c-1")
        await rig.join(guest, "g-1", guest=SMITH)
        await guest.seen(5)
        (process,) = processes(rig)
        assert rig.engine._place.marking.free[False] == rendition.MOST_LIVE - 1
        await rig.engine.handle(ClosePeer(session_id="s1", peer_id="g-1"))
        await rig.fact(PeerLeft)
        session = rig.engine._sessions["s1"]
        for task in list(session._tasks):
            await task
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
        assert rig.engine._place.marking.free[False] == rendition.MOST_LIVE
        assert not any(isinstance(one, rendition.Rendition) for one in session.video.listeners)


async def test_a_phone_that_joins_again_or_turns_is_marked_on(tmp_path: Path):
    wide, tall = clip("VP8"), clip("VP8", width=240, height=320)
    first, second = Publisher(wide), Publisher(tall)
    async with running(tmp_path) as rig, closing(first, second, Watcher()) as (_, _, guest):
        await rig.open()
        await rig.join(first, "c-1")
        await rig.join(guest, "g-1", guest=SMITH)
        seen = Eyes(guest, SMITH)
        await guest.seen(10)
        first.track.play(tall)
        await guest.until(lambda: (240, 320) in guest.sizes)
        await rig.join(second, "c-2")
        before = len(guest.numbers)
        await guest.seen(before + 15)
        assert min(seen.own) > FOUND


async def test_pictures_of_a_lossy_caller_are_whole_or_left_out(tmp_path: Path):
    """What is drawn upon is never half a picture: numbers that are read are numbers that were sent."""
    film = clip("VP8")
    async with running(tmp_path) as rig, closing(Publisher(film), Watcher()) as (caller, guest):
        await rig.open()
        await rig.join(caller, "c-1")
        await rig.join(guest, "g-1", guest=SMITH)
        await guest.seen(1)
        listeners = rig.engine._sessions["s1"].video.listeners
        at = next(n for n, one in enumerate(listeners) if isinstance(one, rendition.Rendition))
        lossy = Lossy(listeners[at])
        listeners[at] = lossy
        seen = Eyes(guest, SMITH)
        await guest.seen(20)
        assert min(seen.own) > FOUND
        assert set(guest.numbers) <= set(range(len(film.frames)))
        assert lossy.lost > 0
        listeners[at] = lossy.to


def test_numbers_are_read_through_a_mark():
    """The eyes of the tests above: a mark does not change what a picture's squares say."""
    from streaming.media.mark import picture, words

    from .clips import draw

    for number in (0, 1365, 2730, 4095):
        frame = draw(number, 320, 240).reformat(format="yuv420p")
        made = picture.Marker(words.Mark(*SMITH), 640).marked(frame, at=time.time(), turn=number)
        assert read_number(made) == number
