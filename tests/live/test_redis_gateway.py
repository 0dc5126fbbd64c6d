"""The full profile's gateway: a real Redis, real worker processes (around an engine without media), killed for real."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from streaming.adapters.redis import RedisGateway
from streaming.contracts import EngineError, PeerJoined, dumps
from streaming.gateway import call_sync
from streaming.media.spool import DIRECTORY
from tests.helpers import services
from tests.helpers.media_workers import PATIENCE, Box, Installation, ticket


def join(gateway: RedisGateway, session_id: str) -> str:
    """Open and publish; return the id of the worker that answered."""
    call_sync(gateway.open_session(session_id, "417 of 21/11/2026"))
    return publish(gateway, session_id)


def publish(gateway: RedisGateway, session_id: str) -> str:
    return call_sync(gateway.publish_offer(session_id, ticket(session_id), "offer")).sdp.removeprefix("answer of ")


def refusal(call: Callable[[], object]) -> EngineError:
    with pytest.raises(EngineError) as caught:
        call()
    return caught.value


def test_a_call_from_the_offer_to_the_end(media: Installation) -> None:
    worker, facts, health = media.worker(), Box(), Box()
    gateway = media.gateway(facts, health)
    assert join(gateway, "s1") == worker
    services.wait_for(lambda: call_sync(gateway.status()).sessions == 1, "a heartbeat that counts it")
    call_sync(gateway.note_event("s1", "mute", 1.0, {"on": True}))
    call_sync(gateway.close_peer("s1", "p1"))
    call_sync(gateway.end_session("s1", "handler"))
    facts.wait(lambda items: len(items) == 2)
    assert [item.kind for item in facts.items] == ["peer_joined", "session_stopped"]
    assert facts.stopped() == [("s1", "handler")]
    assert refusal(lambda: publish(gateway, "s1")).code == "no_session"
    services.wait_for(lambda: media.redis.xlen(media.keys.facts) == 0, "the facts stream to be empty")
    join(gateway, "s2")
    health.wait(lambda items: any(item.session_id == "s2" for item in items))


def test_refusals_and_failures_of_the_engine_come_back(media: Installation) -> None:
    media.worker()
    gateway = media.gateway()
    call_sync(gateway.open_session("s1", "x"))
    forged = refusal(lambda: call_sync(gateway.publish_offer("s1", ticket("s2"), "offer")))
    assert forged.code == "bad_ticket"
    assert refusal(lambda: call_sync(gateway.note_event("s1", "explode", 1.0))).code == "unavailable"
    assert refusal(lambda: call_sync(gateway.note_event("s9", "x", 1.0))).code == "no_session"
    assert "192.0.2.7" not in media.logs()


def test_without_a_worker_the_engine_is_unavailable(media: Installation) -> None:
    error = refusal(lambda: join(media.gateway(), "s1"))
    assert error.code == "unavailable"
    assert error.retry_after


def test_sessions_go_to_the_least_loaded_worker_and_stay(media: Installation) -> None:
    workers = {media.worker(), media.worker()}
    gateway = media.gateway()
    places = {f"s{number}": join(gateway, f"s{number}") for number in range(6)}
    assert sorted(list(places.values()).count(worker) for worker in workers) == [3, 3]
    assert {session: publish(gateway, session) for session in places} == places
    other = media.gateway()
    assert {session: publish(other, session) for session in places} == places


def test_a_full_worker_takes_no_more(media: Installation) -> None:
    media.worker(limit=1)
    gateway = media.gateway()
    join(gateway, "s1")
    error = refusal(lambda: join(gateway, "s2"))
    assert (error.code, bool(error.retry_after)) == ("full", True)
    call_sync(gateway.end_session("s1", "caller"))
    services.wait_for(lambda: call_sync(gateway.status()).sessions == 0, "the worker to be free")
    join(gateway, "s2")


def test_a_killed_workers_sessions_move_and_are_repaired(media: Installation) -> None:
    first, facts = media.worker(), Box()
    gateway = media.gateway(facts)
    assert join(gateway, "s1") == first
    second = media.worker()
    media.kill(first)
    unsettled = media.keys.unsettled
    services.wait_for(
        lambda: media.redis.sismember(media.keys.pinned(second), "s1") and not media.redis.scard(unsettled),
        "the session to move",
    )
    assert publish(gateway, "s1") == second
    services.wait_for(lambda: not media.redis.sismember(media.keys.workers, first), "the burial")
    assert media.redis.exists(media.keys.fenced(first))
    call_sync(gateway.end_session("s1", "caller"))
    facts.wait(lambda items: len(facts.stopped()) == 1)
    # Moved, not ended: the only end is the one that was asked for.
    assert facts.stopped() == [("s1", "caller")]


def test_the_next_offer_moves_a_session_without_anybody_watching(media: Installation) -> None:
    first = media.worker()
    gateway = media.gateway()
    assert join(gateway, "s1") == first
    second = media.worker()
    media.kill(first)
    assert publish(gateway, "s1") in {second}


def test_a_killed_workers_facts_reach_the_service(media: Installation) -> None:
    first = media.worker()
    quiet = media.gateway()
    media.redis.execute_command("CLIENT", "PAUSE", 200, "WRITE")
    join(quiet, "s1")
    media.kill(first)
    # As if it had died before Redis took the fact: the file in its spool is all there is.
    left = PeerJoined(session_id="s1", at=1.0, peer_id="late", role="caller", message_id="only-on-disk")
    (media.recordings / DIRECTORY / f"{first}.jsonl").write_text(dumps(left) + "\n")
    facts = Box()
    media.gateway(facts)
    media.worker()
    facts.wait(lambda items: any(getattr(item, "message_id", "") == "only-on-disk" for item in items))
    services.wait_for(lambda: not (media.recordings / DIRECTORY / f"{first}.jsonl").exists(), "the adoption")


def test_facts_wait_while_redis_does_not_answer(media: Installation) -> None:
    media.worker()
    facts = Box()
    gateway = media.gateway(facts)
    join(gateway, "s1")
    facts.wait(lambda items: len(items) == 1)
    media.redis.execute_command("CLIENT", "PAUSE", 1500, "ALL")
    call_sync(gateway.end_session("s1", "caller"))
    facts.wait(lambda items: facts.stopped() == [("s1", "caller")])


def test_what_a_gateway_read_and_did_not_take_is_claimed_by_the_next(media: Installation) -> None:
    media.worker()
    dying = media.gateway(Box(refuse=lambda fact: True))
    join(dying, "s1")
    services.wait_for(lambda: media.pending() == 1, "the fact to be read")
    dying.stop()
    facts = Box()
    media.gateway(facts)
    facts.wait(lambda items: [item.kind for item in items] == ["peer_joined"])
    services.wait_for(lambda: media.pending() == 0, "the acknowledgement")


def test_only_one_gateway_takes_facts_and_all_hear_health(media: Installation) -> None:
    media.worker()
    first, second, heard = Box(), Box(), [Box(), Box()]
    gateway = media.gateway(first, heard[0])
    media.gateway(second, heard[1])
    channel = media.keys.health
    services.wait_for(lambda: media.redis.pubsub_numsub(channel)[0][1] == 2, "both to listen")
    for number in range(5):
        join(gateway, f"s{number}")
    services.wait_for(lambda: len(first.items) + len(second.items) == 5, "the facts")
    assert [] in (first.items, second.items)
    for box in heard:
        box.wait(lambda items: len(items) > 0)


def test_what_is_no_fact_is_put_aside(media: Installation) -> None:
    media.worker()
    media.redis.xadd(media.keys.facts, {"fact": '{"v":1,"kind":"end_session"}'})
    media.redis.xadd(media.keys.facts, {"other": "1"})
    facts = Box()
    gateway = media.gateway(facts)
    join(gateway, "s1")
    facts.wait(lambda items: [item.kind for item in items] == ["peer_joined"])
    assert media.redis.xlen(media.keys.unreadable_facts) == 2


def test_what_is_no_command_does_not_stop_a_worker(media: Installation) -> None:
    worker = media.worker()
    for fields in ({"x": "y"}, {"command": b"\xff", "reply_to": b"\xff", "deadline": "1"}, {"command": "{}"}):
        media.redis.xadd(media.keys.commands(worker), fields)  # type: ignore[arg-type]  # bytes and text on purpose
    late = {"command": "{}", "reply_to": "abc", "deadline": str(time.time() + 60)}
    media.redis.xadd(media.keys.commands(worker), late)  # type: ignore[arg-type]  # text only
    answer = media.redis.blpop([media.keys.reply("abc")], timeout=int(PATIENCE))
    assert json.loads(answer[1])["kind"] == "refused"  # type: ignore[index]  # the blocking client's answer
    assert join(media.gateway(), "s1") == worker


def test_a_draining_worker_keeps_its_sessions_until_they_end(media: Installation) -> None:
    first = media.worker()
    gateway = media.gateway(Box())
    join(gateway, "s1")
    media.process(first).terminate()
    services.wait_for(lambda: call_sync(gateway.status()).draining, "the worker to drain")
    second = media.worker()
    assert join(gateway, "s2") == second
    call_sync(gateway.note_event("s1", "still here", 1.0))
    call_sync(gateway.end_session("s1", "caller"))
    assert media.process(first).wait(PATIENCE) == 0


def test_a_drained_workers_last_sessions_move_at_once(media: Installation) -> None:
    first = media.worker(drain=0.5)
    gateway = media.gateway(Box())
    join(gateway, "s1")
    second = media.worker()
    media.process(first).terminate()
    assert media.process(first).wait(PATIENCE) == 0
    services.wait_for(lambda: media.redis.sismember(media.keys.pinned(second), "s1"), "the move")
    assert publish(gateway, "s1") == second


def test_a_worker_declared_dead_gives_way(media: Installation) -> None:
    first = media.worker()
    gateway = media.gateway(Box())
    join(gateway, "s1")
    second = media.worker()
    process = media.process(first)
    process.send_signal(signal.SIGSTOP)
    try:
        services.wait_for(lambda: bool(media.redis.exists(media.keys.fenced(first))), "the fence", PATIENCE)
        # It still holds the directory: the session cannot be opened elsewhere while two could write.
        assert refusal(lambda: publish(gateway, "s1")).code == "storage"
    finally:
        process.send_signal(signal.SIGCONT)
    assert process.wait(PATIENCE) == 75
    services.wait_for(lambda: not media.redis.scard(media.keys.unsettled), "the move")
    assert publish(gateway, "s1") == second


def test_recordings_redis_does_not_know_are_recovered_at_the_start(media: Installation) -> None:
    (media.recordings / "lost").mkdir(parents=True)
    facts = Box()
    media.gateway(facts)
    media.worker()
    facts.wait(lambda items: facts.stopped() == [("lost", "lost")])


def test_ending_a_session_of_a_dead_worker_ends_it_for_the_asked_reason(media: Installation) -> None:
    first = media.worker()
    gateway = media.gateway()
    join(gateway, "s1")
    media.kill(first)
    media.worker()
    services.wait_for(lambda: first not in media.beating(), "the silence")
    facts = Box()
    call_sync(gateway.end_session("s1", "revoked"))
    media.gateway(facts)
    facts.wait(lambda items: facts.stopped() == [("s1", "revoked")])


def test_a_redis_that_was_emptied_is_told_where_the_sessions_live(media: Installation) -> None:
    workers = [media.worker(), media.worker()]
    facts = Box()
    gateway = media.gateway(facts)
    for name in ("s1", "s2"):
        call_sync(gateway.open_session(name, "x"))
    media.redis.flushall()
    services.wait_for(lambda: len(media.redis.keys(media.keys.session("*"))) == 2, "the sessions' places")
    places = {media.redis.hget(media.keys.session(name), "worker").decode() for name in ("s1", "s2")}
    assert places == set(workers)
    for name in ("s1", "s2"):
        call_sync(gateway.end_session(name, "handler"))
    facts.wait(lambda items: len(facts.stopped()) == 2)
    assert sorted(facts.stopped()) == [("s1", "handler"), ("s2", "handler")]


async def test_many_loops_and_threads_may_ask_one_gateway(media: Installation) -> None:
    await asyncio.to_thread(media.worker)
    gateway = media.gateway()
    await asyncio.gather(*(gateway.open_session(f"s{number}", "x") for number in range(10)))
    await asyncio.gather(*(asyncio.to_thread(publish, gateway, f"s{number}") for number in range(10)))
    await asyncio.to_thread(
        services.wait_for, lambda: call_sync(gateway.status()).sessions == 10, "the heartbeat to say so"
    )


def test_logs_are_json_lines(media: Installation) -> None:
    media.worker()
    lines = [json.loads(line) for line in media.logs().splitlines()]
    assert lines
    assert all({"time", "level", "message", "worker"} <= line.keys() for line in lines)


@pytest.mark.parametrize("missing", ["REDIS_URL", "MEDIA_RECORDINGS_DIR", "MEDIA_TICKET_KEY"])
def test_a_worker_without_its_settings_says_which(missing: str) -> None:
    env = {"REDIS_URL": "redis://127.0.0.1:1/0", "MEDIA_RECORDINGS_DIR": "/nowhere", "MEDIA_TICKET_KEY": "k"}
    del env[missing]
    done = subprocess.run([sys.executable, "-m", "streaming.media"], env=env, capture_output=True, text=True)
    assert done.returncode == 2
    assert missing in done.stderr
