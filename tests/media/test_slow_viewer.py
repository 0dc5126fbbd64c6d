"""One viewer's network is too small: it gets what fits, and the caller, the recorder and the other notice nothing."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from bench.networks.impairment import Conditions, Link
from bench.networks.relay import Relay
from streaming.contracts import FirstFrame

from .clips import clip
from .peers import Publisher, Watcher, closing
from .rig import Rig, running

SMALL = Conditions(delay=0.02, rate=300_000, queue=1.5)  # of the clip's 600 kbit/s; a key frame fits into the queue


async def join_through(rig: Rig, relay: Relay, peer: Watcher, name: str) -> None:
    """Everything between this peer and the engine goes through the relay."""
    offer = peer.offer
    peer.offer = lambda: _stripped(relay, offer)  # type: ignore[assignment, method-assign]  # a test's hand on the wire
    reply = await rig.offer_only(peer, name)
    await peer.answer(relay.answer(reply.sdp))


async def _stripped(relay: Relay, offer: object) -> str:
    assert callable(offer)
    return relay.offer(await offer())


async def test_a_slow_viewer_slows_nobody_else(tmp_path: Path):
    film = clip("VP8", 150, 150, grain=True)
    caller = Publisher(film)
    async with running(tmp_path) as rig, closing(caller, Watcher(), Watcher()) as (_, slow, quick):
        assert isinstance(slow, Watcher)
        assert isinstance(quick, Watcher)
        relay = await Relay.open(Link(), Link(SMALL, seed=3))
        try:
            await rig.open()
            await rig.join(caller, "phone")
            await rig.fact(FirstFrame)
            await rig.join(quick, "desk1")
            await join_through(rig, relay, slow, "desk2")
            viewers = rig.engine._sessions["s1"].viewers
            await slow.seen(1)
            await quick.until(lambda: viewers["desk2"]._pace.rate is not None)
            asked = caller.keyframe_requests
            before, at = len(quick.numbers), caller.track.sent
            seen = len(slow.numbers)
            await slow.until(lambda: len(slow.numbers) >= seen + 2 and len(quick.numbers) >= before + 120)

            seconds = (caller.track.sent - at) / 30
            assert caller.keyframe_requests - asked <= 2 + seconds / 4 * 2, "few key frames are for the slow one"
            assert viewers["desk1"]._pace.rate is None
            assert len(quick.numbers) - before >= 0.9 * (caller.track.sent - at)
            assert rig.recorders["s1"].given_up == []
            numbers = [number for number, *_ in rig.recorders["s1"].video]
            assert sorted(numbers) == list(range(min(numbers), min(numbers) + len(numbers)))
            # none left out; a key frame that somebody asked for is the film's first picture
            assert all(after in {before + 1, 0} for before, after in pairwise(quick.numbers[-100:]))
        finally:
            relay.close()
