"""Pages are served in threads that are kept: the next request finds the database connection of the one before."""

from __future__ import annotations

import asyncio
import threading

from config import threads
from config.threads import Pages

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
