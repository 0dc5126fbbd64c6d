"""The engine runs on uvloop as workers use it, and on asyncio's own loop as the other tests do."""

from __future__ import annotations

import asyncio
from pathlib import Path

import uvloop

from streaming.contracts import EndSession, PartSealed

from .clips import clip, decoded_numbers
from .peers import Publisher, Watcher, closing
from .rig import running
from .test_forwarding import consecutive


async def watched_and_recorded(directory: Path) -> None:
    assert type(asyncio.get_running_loop()).__module__.startswith("uvloop")
    async with running(directory, record=True) as rig, closing(Publisher(clip("H264")), Watcher()) as (caller, viewer):
        await rig.open()
        await rig.join(caller, "phone")
        await rig.join(viewer, "desk")
        assert consecutive(await viewer.seen(30), 150)
        await rig.engine.handle(EndSession(session_id="s1", reason="handler"))
        [part] = rig.of(PartSealed)
        assert len(decoded_numbers(Path(part.path))) == part.frames > 20


def test_on_uvloop(tmp_path: Path):
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(watched_and_recorded(tmp_path))
