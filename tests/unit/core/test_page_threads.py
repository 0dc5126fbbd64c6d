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
    assert len(set(idents)) > 1
    assert len(threads._free) <= threads.KEPT
    for executor in threads._free:
        executor.shutdown()
