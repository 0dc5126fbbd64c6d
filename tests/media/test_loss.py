"""A bad network: what is lost is asked for again, and what never comes is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from streaming.contracts import EndSession, FirstFrame, PartSealed
from streaming.media import vp8

from .clips import clip, decoded_numbers
from .network import downlink, is_media, losing, uplink
from .peers import Publisher, Watcher, closing
from .rig import running
from .test_forwarding import consecutive


@pytest.mark.parametrize("codec", ["H264", "VP8"])
async def test_three_percent_lost_on_the_way_in_costs_no_picture(codec: str, tmp_path: Path):
    film = clip(codec, 120, 15, 640, 480)
    caller = Publisher(film, loop=False)
    async with running(tmp_path, record=True) as rig, closing(caller, Watcher()) as (_, viewer):
        await rig.open()
        uplink(caller.pc, losing(0.03, seed=11))
        await rig.join(caller, "phone")
        await rig.fact(FirstFrame)
        await rig.join(viewer, "desk")
        await viewer.until(lambda: bool(viewer.numbers) and viewer.numbers[-1] >= 118)
        await rig.until(lambda: rig.health[-1].frame_age is not None and rig.health[-1].frame_age > 1.5)
        await rig.engine.handle(EndSession(session_id="s1", reason="handler"))

        seen = viewer.numbers
        assert consecutive(seen, 10_000)
        recorded = [n for part in rig.of(PartSealed) for n in decoded_numbers(Path(part.path))]
        assert recorded == list(range(120))


async def test_what_a_viewer_loses_it_is_sent_again(tmp_path: Path):
    film = clip("H264", 150, 15, 640, 480)
    lossy, clean = Watcher(), Watcher()
    async with running(tmp_path) as rig, closing(Publisher(film), lossy, clean) as (caller, *_):
        await rig.open()
        await rig.join(caller, "phone")
        await rig.fact(FirstFrame)
        downlink(lossy.pc, losing(0.05, seed=5))
        await rig.join(lossy, "desk1")
        await rig.join(clean, "desk2")

        assert consecutive(await lossy.seen(90), 150)
        assert consecutive(await clean.seen(90), 150)
        viewers = rig.engine._sessions["s1"].viewers
        assert viewers["desk1"].streams[0].resent > 0
        assert viewers["desk2"].streams[0].resent == 0


async def test_packets_that_never_come_are_given_up_and_a_keyframe_is_asked_for(tmp_path: Path):
    """A run of packets is lost together with every retransmission of them."""
    film = clip("VP8", 200, 200, 640, 480)
    caller = Publisher(film)
    count, hole = 0, range(60, 66)
    lost: set[bytes] = set()

    def passes(data: bytes) -> bool:
        nonlocal count
        if not is_media(data):
            return True
        if data[1] & 0x7F == 98:  # the retransmission stream
            return False
        count += 1
        if count in hole:
            lost.add(data[2:4])
        return data[2:4] not in lost

    async with running(tmp_path) as rig, closing(caller):
        await rig.open()
        uplink(caller.pc, passes)
        await rig.join(caller, "phone")
        recorder = rig.recorders["s1"]
        await rig.until(lambda: bool(recorder.given_up))
        media, first, last = recorder.given_up[0]

        assert media == "video"
        assert last - first + 1 == len(hole)
        await rig.until(lambda: any(n > last and vp8.starts_keyframe(data) for n, _, _, data in recorder.video))
        assert caller.keyframe_requests >= 1
        assert caller.wrong_keyframe_requests == 0
        await rig.until(lambda: any(report.loss > 0 for report in rig.health))
