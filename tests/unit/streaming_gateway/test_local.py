"""The embedded gateway around an engine without media."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from streaming.adapters import base
from streaming.adapters.local import LocalGateway
from streaming.adapters.newest_health import NewestHealth
from streaming.contracts import (
    Command,
    EngineError,
    EngineStatus,
    Fact,
    OpenSession,
    RecoverSession,
    Reply,
    StreamHealth,
    Ticket,
)
from streaming.gateway import call_sync, get_gateway, set_gateway
from streaming.media import host
from streaming.media.host import DirectoryLocks, HostSettings
from tests.fakes.media_engine import HEALTH, FakeEngine

KEY = b"local key"
PATIENCE = 20.0


class Box:
    """Collects what a gateway reports, from its threads."""

    def __init__(self) -> None:
        self.items: list[Fact | StreamHealth] = []
        self.threads: set[str] = set()
        self._changed = threading.Condition()

    def __call__(self, item: Fact | StreamHealth) -> None:
        with self._changed:
            self.items.append(item)
            self.threads.add(threading.current_thread().name)
            self._changed.notify_all()

    def kinds(self, count: int) -> list[str]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.items) >= count, PATIENCE), self.items
            return [item.kind for item in self.items]


class Local:
    """A gateway and the fake engines it made."""

    def __init__(self, recordings: Path, name: str = "local-1", engine: type[FakeEngine] = FakeEngine) -> None:
        self.engines: list[FakeEngine] = []
        settings = HostSettings(recordings=recordings, ticket_key=KEY, worker_id=name)

        def factory(*arguments: object) -> FakeEngine:
            self.engines.append(engine(*arguments))  # type: ignore[arg-type]  # what make_engine gets
            return self.engines[-1]

        self.gateway = LocalGateway(settings, engine_factory=factory)


Make = Callable[..., Local]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[Local] = []

    def build(name: str = "local-1", engine: type[FakeEngine] = FakeEngine) -> Local:
        made.append(Local(tmp_path, name, engine))
        return made[-1]

    yield build
    for local in made:
        local.gateway.stop()


def ticket(session_id: str, role: str = "caller") -> str:
    signed = Ticket(session_id=session_id, peer_id="p1", role=role, expires_at=time.time() + 60)  # type: ignore[arg-type]  # two roles
    return signed.sign(KEY)


async def test_a_call_from_the_offer_to_the_end(make: Make) -> None:
    local, facts, health = make(), Box(), Box()
    local.gateway.start(facts, health)
    await local.gateway.open_session("s1", "417 of 21/11/2026")
    answer = await local.gateway.publish_offer("s1", ticket("s1"), "offer")
    assert answer.video_codec == "VP8"
    await local.gateway.note_event("s1", "mute", 1.0, {"on": True})
    await local.gateway.end_session("s1", "handler")
    assert await asyncio.to_thread(facts.kinds, 2) == ["peer_joined", "session_stopped"]
    assert await asyncio.to_thread(health.kinds, 1) == ["stream_health"]
    assert facts.threads == {"media-facts"}
    assert health.threads == {"media-health"}


async def test_the_engine_is_made_once_for_many_threads(make: Make) -> None:
    local = make()
    await asyncio.gather(*(local.gateway.open_session(f"s{number}", "x") for number in range(20)))
    await asyncio.gather(*(asyncio.to_thread(call_sync, local.gateway.status()) for _ in range(10)))
    assert len(local.engines) == 1
    assert (await local.gateway.status()).sessions == 20


async def test_refusals_come_back_as_engine_errors(make: Make) -> None:
    local = make()
    await local.gateway.open_session("s1", "x")
    with pytest.raises(EngineError) as other:
        await local.gateway.publish_offer("s1", ticket("s2"), "offer")
    assert other.value.code == "bad_ticket"
    with pytest.raises(EngineError) as unknown:
        await local.gateway.publish_offer("s9", ticket("s9"), "offer")
    assert unknown.value.code == "no_session"


async def test_a_failing_command_is_a_refusal_without_its_text(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    local = make()
    with pytest.raises(EngineError) as failed:
        await local.gateway.note_event("s1", "explode", 1.0)
    assert failed.value.code == "unavailable"
    assert failed.value.retry_after
    assert "192.0.2.7" not in caplog.text + str(failed.value)
    assert (await local.gateway.status()).worker_id == "local-1"


@pytest.mark.parametrize("bad", ["../up", "", "a/b", "s" * 65])
async def test_an_id_that_is_none_never_reaches_the_engine(make: Make, bad: str) -> None:
    local = make()
    with pytest.raises(EngineError) as refused:
        await local.gateway.open_session(bad, "x")
    assert refused.value.code == "no_session"
    assert local.engines == []


class SlowEngine(FakeEngine):
    async def handle(self, command: Command) -> Reply:
        if not isinstance(command, EngineStatus | RecoverSession):
            await asyncio.Event().wait()
        return await super().handle(command)


async def test_an_engine_that_does_not_answer_is_unavailable(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(base.TIMEOUTS, OpenSession, 0.05)
    local = make(engine=SlowEngine)
    with pytest.raises(EngineError) as late:
        await local.gateway.open_session("s1", "x")
    assert (late.value.code, late.value.retry_after) == ("unavailable", base.RETRY_SECONDS)
    assert (await local.gateway.status()).worker_id == "local-1"


class BrokenEngine(FakeEngine):
    def __init__(self, *arguments: object) -> None:
        raise OSError("no sockets")


async def test_an_engine_that_cannot_start_is_unavailable(make: Make) -> None:
    with pytest.raises(EngineError) as broken:
        await make(engine=BrokenEngine).gateway.status()
    assert broken.value.code == "unavailable"


async def test_a_failing_taker_of_facts_is_asked_again(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streaming.media.delivery.FIRST_RETRY_SECONDS", 0.01)
    local, box, failures = make(), Box(), [RuntimeError("locked"), RuntimeError("locked")]

    def take(fact: Fact) -> None:
        if failures:
            raise failures.pop()
        box(fact)

    local.gateway.start(take)
    await local.gateway.open_session("s1", "x")
    await local.gateway.publish_offer("s1", ticket("s1"), "offer")
    assert await asyncio.to_thread(box.kinds, 1) == ["peer_joined"]
    assert failures == []


async def test_facts_without_a_taker_wait_for_the_next_process(make: Make) -> None:
    first = make()
    await first.gateway.open_session("s1", "x")
    await first.gateway.publish_offer("s1", ticket("s1"), "offer")
    await first.gateway.end_session("s1", "caller")
    await asyncio.to_thread(first.gateway.stop)
    assert first.engines[0].closed
    second, facts = make("local-2"), Box()
    second.gateway.start(facts)
    assert await asyncio.to_thread(facts.kinds, 2) == ["peer_joined", "session_stopped"]


async def test_what_a_dead_process_left_open_is_recovered_at_the_start(make: Make, tmp_path: Path) -> None:
    before = make()
    await before.gateway.open_session("ended", "x")
    await before.gateway.end_session("ended", "caller")
    await asyncio.to_thread(before.gateway.stop)
    (tmp_path / "lost").mkdir()
    (tmp_path / "recording").mkdir()
    (tmp_path / "not a session").mkdir()
    living = DirectoryLocks(tmp_path)
    living.take("recording")
    local, facts = make("local-2"), Box()
    local.gateway.start(facts)
    assert await asyncio.to_thread(facts.kinds, 2) == ["session_stopped", "session_stopped"]
    assert [(fact.session_id, getattr(fact, "reason", "")) for fact in facts.items] == [  # type: ignore[union-attr]  # facts only
        ("ended", "caller"),
        ("lost", "lost"),
    ]
    recovered = [item.session_id for item in local.engines[0].commands if isinstance(item, RecoverSession)]
    assert recovered == ["lost"]
    living.release_all()


async def test_one_recording_has_one_engine(make: Make, tmp_path: Path) -> None:
    other = DirectoryLocks(tmp_path)
    other.take("s1")
    local = make()
    with pytest.raises(EngineError) as held:
        await local.gateway.open_session("s1", "x")
    assert held.value.code == "storage"
    assert held.value.retry_after
    await local.gateway.recover_session("s1")
    assert [command for command in local.engines[0].commands if not isinstance(command, EngineStatus)] == []
    other.release_all()
    await local.gateway.open_session("s1", "x")


@pytest.mark.parametrize(("name", "free", "outcome"), [("theirs", False, "storage"), ("nobodys", True, "held by us")])
def test_a_directory_that_is_only_being_looked_at_is_not_taken_for_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, free: bool, outcome: str
) -> None:
    """The look through all directories at the start and the opening of one of them meet."""
    other, ours = DirectoryLocks(tmp_path), DirectoryLocks(tmp_path)
    other.take("theirs")
    looking, look = threading.Event(), threading.Event()
    lock = host._lock  # between the look and its answer

    def slowly(directory: Path) -> int:
        if not looking.is_set():
            looking.set()
            assert look.wait(PATIENCE)
        return lock(directory)

    monkeypatch.setattr(host, "_lock", slowly)
    with ThreadPoolExecutor() as threads:
        looker = threads.submit(ours.free, name)
        assert looking.wait(PATIENCE)
        taker = threads.submit(taken, ours, name)
        early, _ = wait([taker], timeout=0.3)
        look.set()
        assert not early, "it waits for the look to end"
        assert (looker.result(PATIENCE), taker.result(PATIENCE)) == (free, outcome)
    assert not DirectoryLocks(tmp_path).free(name), "the look let go of nothing that was taken after it"
    for locks in (other, ours):
        locks.release_all()


def taken(locks: DirectoryLocks, session_id: str) -> str:
    try:
        locks.take(session_id)
    except EngineError as error:
        return error.code
    return "held by us"


async def test_call_sync_on_an_event_loop_says_so(make: Make) -> None:
    with pytest.raises(RuntimeError, match="await"):
        call_sync(make().gateway.status())


def test_stopping_twice_and_starting_again(make: Make) -> None:
    local = make()
    call_sync(local.gateway.open_session("s1", "x"))
    local.gateway.stop()
    local.gateway.stop()
    assert call_sync(local.gateway.status()).sessions == 0
    assert len(local.engines) == 2


def test_the_process_has_one_gateway_of_the_settings(settings: Settings) -> None:
    settings.MEDIA_GATEWAY = "streaming.adapters.local.LocalGateway"
    before = set_gateway(None)
    try:
        gateway = get_gateway()
        assert isinstance(gateway, LocalGateway)
        assert get_gateway() is gateway
    finally:
        set_gateway(before)


def test_a_slow_taker_of_health_gets_the_newest_only() -> None:
    busy, free, taken = threading.Event(), threading.Event(), []

    def take(health: StreamHealth) -> None:
        taken.append(health.recorded_seconds)
        busy.set()
        free.wait(PATIENCE)

    newest = NewestHealth(take)
    newest.put(replace(HEALTH, session_id="s1", recorded_seconds=0.0))
    assert busy.wait(PATIENCE)
    for second in range(1, 100):
        newest.put(replace(HEALTH, session_id="s1", recorded_seconds=float(second)))
    busy.clear()
    free.set()
    assert busy.wait(PATIENCE)
    newest.stop()
    assert taken == [0.0, 99.0]
