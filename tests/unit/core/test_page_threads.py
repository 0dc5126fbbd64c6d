"""Pages are served in threads that are kept: the next request finds the database connection of the one before."""

from __future__ import annotations

import asyncio
import threading
from types import SimpleNamespace

import pytest
from django.http import StreamingHttpResponse

from config import threads, workers
from config.threads import Pages
from config.workers import LastFirst

HEALTH = {
    "type": "http", "http_version": "1.1", "method": "GET", "path": "/healthz", "raw_path": b"/healthz",
    "root_path": "",
    "query_string": b"", "scheme": "http", "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 1),
    "server": ("127.0.0.1", 80),
}  # fmt: skip


class Asking:
    """One request: what was answered, and in which thread."""

    def __init__(self):
        self.sent = []
        self.over = asyncio.Event()
        self.asked = False

    async def receive(self):
        if not self.asked:
            self.asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.over.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.sent.append(message)


async def get(pages):
    asking = Asking()
    await pages(dict(HEALTH), asking.receive, asking.send)
    return asking.sent[0]["status"]


async def test_a_thread_that_is_done_waits_for_the_next_request(monkeypatch):
    monkeypatch.setattr(threads, "_free", type(threads._free)())
    pages, idents = Pages(), []
    answer = pages.get_response

    def noted(request):
        idents.append(threading.get_ident())
        return answer(request)

    monkeypatch.setattr(pages, "get_response", noted)
    assert [await get(pages), await get(pages)] == [200, 200]
    assert len(set(idents)) == 1
    assert idents[0] != threading.get_ident()
    assert await asyncio.gather(*(get(pages) for _ in range(threads.KEPT + 3))) == [200] * (threads.KEPT + 3)
    assert len(set(idents)) <= threads.AT_ONCE
    assert len(threads._free) <= threads.KEPT
    for executor in threads._free:
        executor.shutdown()


async def test_a_rush_takes_turns_so_that_it_cannot_use_up_the_database(monkeypatch):
    monkeypatch.setattr(threads, "_free", type(threads._free)())
    pages, answer = Pages(), Pages().get_response
    running, most, full, go = 0, 0, threading.Event(), threading.Event()
    counted = threading.Lock()

    def held(request):
        nonlocal running, most
        with counted:
            running += 1
            most = max(most, running)
            if running == threads.AT_ONCE:
                full.set()
        go.wait(20)
        with counted:
            running -= 1
        return answer(request)

    monkeypatch.setattr(pages, "get_response", held)
    pages.load_middleware()
    rush = [asyncio.ensure_future(get(pages)) for _ in range(3 * threads.AT_ONCE)]
    assert await asyncio.to_thread(full.wait, 20)
    go.set()
    assert await asyncio.gather(*rush) == [200] * len(rush)
    assert most == threads.AT_ONCE
    for executor in threads._free:
        executor.shutdown()


def test_the_thread_that_worked_last_works_next_and_a_rush_waits():
    workers, go = LastFirst(3, "test"), threading.Event()
    first = workers.submit(threading.get_ident).result(20)
    assert [workers.submit(threading.get_ident).result(20) for _ in range(5)] == [first] * 5
    held = [workers.submit(lambda: (go.wait(20), threading.get_ident())) for _ in range(8)]
    assert not any(future.done() for future in held)
    assert held[-1].cancel()
    go.set()
    assert len({future.result(20)[1] for future in held[:-1]}) == 3
    with pytest.raises(ZeroDivisionError):
        workers.submit(lambda: 1 / 0).result(20)
    assert workers.submit(int, "7", base=8).result(20) == 7  # a fault ends no thread
    workers.shutdown()
    assert not any(thread.name.startswith("test_") for thread in threading.enumerate())


def test_a_queue_that_moves_gets_no_more_threads_and_one_that_stands_does(monkeypatch):
    """Each piece of work ends by the hand of the test: nothing here depends on how fast the machine is."""
    clock = Clock()
    monkeypatch.setattr(workers, "time", clock)
    monkeypatch.setattr(workers.threading, "Timer", clock.timer)
    pool, steps = LastFirst(workers.READY + 2, "moving"), [threading.Semaphore(0) for _ in range(40)]
    done = [pool.submit(step.acquire) for step in steps[: workers.READY + 3]]  # three wait
    for number in range(40 - len(done)):
        steps[number].release()
        assert done[number].result(20)
        clock.passes(workers.MOMENT / 5)
        done.append(pool.submit(steps[len(done)].acquire))
    assert len(pool._threads) == workers.READY, "something always waited, and nothing long"
    clock.passes(workers.PATIENCE + workers.MOMENT)
    assert len(pool._threads) == workers.READY + 1, "nothing has moved for long"
    for _ in range(5):
        clock.passes(workers.MOMENT)
    assert len(pool._threads) == workers.READY + 2, "never more than there may be"
    for step in steps:
        step.release()
    assert all(future.result(20) for future in done)
    pool.shutdown()


class Clock:
    """Time that stands until it is told to pass, and the timers that it sets off."""

    def __init__(self):
        self.now, self.timers = 100.0, []

    def monotonic(self):
        return self.now

    def timer(self, seconds, action):
        at = self.now + seconds
        return SimpleNamespace(daemon=False, start=lambda: self.timers.append((at, action)))

    def passes(self, seconds):
        until = self.now + seconds
        while due := sorted((one for one in self.timers if one[0] <= until), key=lambda one: one[0]):
            self.timers.remove(due[0])
            self.now = due[0][0]
            due[0][1]()
        self.now = until


async def endless():
    while True:
        yield b"x" * 10


async def test_a_download_that_nobody_takes_any_more_is_closed(monkeypatch):
    pages, asking, film, closed = Pages(), Asking(), StreamingHttpResponse(endless()), threading.Event()
    film._resource_closers.append(closed.set)
    monkeypatch.setattr(pages, "get_response", lambda request: film)

    async def send(message):
        asking.sent.append(message)
        if len(asking.sent) > 3:
            asking.over.set()
        await asyncio.sleep(0)

    await asyncio.wait_for(pages(dict(HEALTH), asking.receive, send), 20)
    assert asking.sent[0]["status"] == 200
    assert closed.is_set()
    for executor in threads._free:
        executor.shutdown()
    threads._free.clear()
