"""The real worker process with the real engine: a recording survives the worker's death and goes on elsewhere."""

from __future__ import annotations

import asyncio

import pytest

from streaming.adapters.redis import RedisGateway
from streaming.contracts import EngineError, Fact, FirstFrame, PartOpened, PartSealed, SessionStopped
from tests.helpers.media_workers import REAL_PROGRAM, Box, Installation, ticket
from tests.helpers.recorded import check_part
from tests.media.clips import clip
from tests.media.peers import Publisher


async def publish(gateway: RedisGateway) -> Publisher:
    """A caller films; returns once the engine has answered."""
    caller = Publisher(clip("H264"))
    await gateway.open_session("s1", "417 of 21/11/2026")
    answer = await gateway.publish_offer("s1", ticket("s1"), await caller.offer())
    await caller.answer(answer.sdp)
    return caller


async def facts_of(box: Box, kind: type[Fact], count: int = 1) -> list[Fact]:
    def found() -> list[Fact]:
        return [item for item in box.items if isinstance(item, kind)]

    await asyncio.to_thread(box.wait, lambda items: len(found()) >= count)
    return found()


async def test_a_recording_goes_on_at_another_worker(media: Installation) -> None:
    first = await asyncio.to_thread(media.worker, program=REAL_PROGRAM)
    facts, health = Box(), Box()
    gateway = media.gateway(facts, health)
    caller = await publish(gateway)
    await facts_of(facts, FirstFrame)
    await asyncio.to_thread(health.wait, lambda items: any(getattr(i, "recorded_seconds", 0) > 1 for i in items))
    second = await asyncio.to_thread(media.worker, program=REAL_PROGRAM)
    await asyncio.to_thread(media.kill, first)
    await caller.close()
    caller = await publish(gateway)
    assert media.beating() == {second}
    await facts_of(facts, FirstFrame, 2)
    await facts_of(facts, PartOpened, 2)
    await gateway.end_session("s1", "handler")
    await facts_of(facts, SessionStopped)
    await caller.close()
    parts = {fact.number: fact for fact in facts.items if isinstance(fact, PartSealed)}
    assert sorted(parts) == [1, 2]
    assert parts[1].recovered
    assert not parts[2].recovered
    assert parts[2].prev_sha256 == parts[1].sha256
    stopped = [fact for fact in facts.items if isinstance(fact, SessionStopped)]
    assert [(fact.reason, fact.parts) for fact in stopped] == [("handler", 2)]
    for part in parts.values():
        check_part(part)
    order = [fact.kind for fact in facts.items if isinstance(fact, PartSealed | SessionStopped)]
    assert order[-1] == "session_stopped"


async def test_sigterm_seals_what_is_recorded(media: Installation) -> None:
    worker = await asyncio.to_thread(media.worker, program=REAL_PROGRAM, drain=0.2)
    facts = Box()
    gateway = media.gateway(facts)
    caller = await publish(gateway)
    await facts_of(facts, PartOpened)
    process = media.process(worker)
    process.terminate()
    assert await asyncio.to_thread(process.wait, 30) == 0
    (part,) = await facts_of(facts, PartSealed)
    assert isinstance(part, PartSealed)
    assert not part.recovered
    check_part(part)
    # Handed on, not ended: nobody asked for an end.
    assert not [fact for fact in facts.items if isinstance(fact, SessionStopped)]
    await caller.close()
    assert "127.0.0.1" not in media.logs()


async def test_a_forged_offer_is_refused(media: Installation) -> None:
    await asyncio.to_thread(media.worker, program=REAL_PROGRAM)
    gateway = media.gateway()
    await gateway.open_session("s1", "x")
    for ticket_text, code in ((ticket("s2"), "bad_ticket"), (ticket("s1"), "bad_sdp")):
        with pytest.raises(EngineError) as refused:
            await gateway.publish_offer("s1", ticket_text, "not an offer")
        assert refused.value.code == code
