"""The embedded engine in a process that is killed while it records: the next process finds and reports everything."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

from streaming.adapters.local import LocalGateway
from streaming.contracts import PartSealed, SessionStopped
from streaming.media.host import HostSettings
from tests.helpers.media_workers import KEY, PATIENCE, Box
from tests.helpers.recorded import check_part

DYING = """
import asyncio, sys
from pathlib import Path
from streaming.contracts import PartOpened
from tests.helpers.media_workers import ticket
from tests.live.test_embedded_engine import embedded
from tests.media.clips import clip
from tests.media.peers import Publisher

def on_fact(fact):
    raise RuntimeError("a database that is never there")

def on_health(health):
    print(f"{health.recorded_seconds:.1f}", flush=True)

async def main():
    gateway = embedded(Path(sys.argv[1]), "dying")
    gateway.start(on_fact, on_health)
    caller = Publisher(clip("H264"))
    await gateway.open_session("s1", "417 of 21/11/2026")
    answer = await gateway.publish_offer("s1", ticket("s1"), await caller.offer())
    await caller.answer(answer.sdp)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def embedded(recordings: Path, name: str) -> LocalGateway:
    return LocalGateway(
        HostSettings(recordings=recordings, ticket_key=KEY.encode(), worker_id=name, address="127.0.0.1")
    )


def test_a_killed_web_process_loses_neither_facts_nor_pictures(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", DYING, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout as recorded:
        for line in recorded:
            if float(line) >= 1.5:
                break
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
    facts, gateway = Box(), embedded(tmp_path, "next")
    gateway.start(facts)
    try:
        facts.wait(lambda items: any(isinstance(item, SessionStopped) for item in items))
    finally:
        gateway.stop()
    kinds = [fact.kind for fact in facts.items]
    # What nobody had taken comes first and in its order, then what the recovery found.
    assert kinds[:2] == ["source_changed", "peer_joined"]
    assert {"first_frame", "part_opened"} <= set(kinds)
    (part,) = [fact for fact in facts.items if isinstance(fact, PartSealed)]
    assert part.recovered
    assert part.frames > 30
    check_part(part)
    assert [fact.reason for fact in facts.items if isinstance(fact, SessionStopped)] == ["lost"]


async def test_stopping_the_web_process_seals_without_ending(tmp_path: Path) -> None:
    gateway, facts = embedded(tmp_path, "first"), Box()
    gateway.start(facts)
    await gateway.open_session("s1", "x")
    await asyncio.to_thread(gateway.stop)
    assert facts.stopped() == []
