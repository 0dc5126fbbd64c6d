"""An officer and a witness see each other: two sessions of one engine, both recorded, on one clock."""

from __future__ import annotations

import json
from pathlib import Path

from aiortc.mediastreams import AudioStreamTrack

from streaming.contracts import EndSession, PartSealed

from .clips import clip, decoded_numbers
from .peers import Publisher, Watcher, closing
from .rig import running

APART = 0.25  # seconds: what a busy machine adds; a wrong clock would be off by whole seconds


async def test_both_directions_are_seen_recorded_and_on_one_clock(tmp_path: Path):
    witness = Publisher(clip("VP8"), audio=AudioStreamTrack())
    officer = Publisher(clip("H264"), audio=AudioStreamTrack())
    at_desk, on_phone = Watcher(audio=True), Watcher(audio=True)
    async with running(tmp_path, record=True) as rig, closing(witness, officer, at_desk, on_phone):
        await rig.open("call")
        await rig.open("call-back")
        await rig.join(witness, "phone", "call")
        await rig.join(at_desk, "desk", "call")
        await rig.join(officer, "desk", "call-back")
        await rig.join(on_phone, "phone", "call-back")
        await at_desk.seen(40)
        await on_phone.seen(40)
        await at_desk.heard(20)
        await on_phone.heard(20)
        sources = [rig.engine._sessions[name].video for name in ("call", "call-back")]
        await rig.until(lambda: all(source.clock_pair is not None for source in sources))
        for session in ("call", "call-back"):
            await rig.engine.handle(EndSession(session_id=session, reason="handler"))

        parts = {part.session_id: part for part in rig.of(PartSealed)}
        assert {name: part.video_codec for name, part in parts.items()} == {"call": "VP8", "call-back": "H264"}
        for name, part in parts.items():
            assert part.audio_codec == "opus"
            assert len(decoded_numbers(Path(part.path))) == part.frames
            lines = (tmp_path / name / "timeline.jsonl").read_text().splitlines()
            clock = next(line for line in map(json.loads, lines) if line["event"] == "sender_clock")
            # Both senders are on this machine: what the reports say of their clocks is what the files' times say.
            assert abs(clock["offset"]) < APART
        began = {name: part.start for name, part in parts.items()}
        assert began["call"] < began["call-back"] < parts["call"].end
