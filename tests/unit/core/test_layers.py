"""The channel layer of the embedded profile: a send from another thread arrives, or says that nobody is there."""

from __future__ import annotations

import asyncio
import threading

import pytest

from core import layers
from core.layers import EmbeddedChannelLayer

PATIENCE = 20


class Server:
    """A loop in a thread that reads one channel, as the web server does."""

    def __init__(self) -> None:
        self.layer, self.loop = EmbeddedChannelLayer(), asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.heard = asyncio.run_coroutine_threadsafe(self.layer.receive("page.1"), self.loop)
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self.loop).result(PATIENCE)  # it has begun to read

    def close(self) -> None:
        """From a thread without a loop of its own."""
        self.thread.join(PATIENCE)
        left = asyncio.all_tasks(self.loop)
        for task in left:
            task.cancel()
        self.loop.run_until_complete(asyncio.wait(left, timeout=PATIENCE) if left else asyncio.sleep(0))
        self.loop.close()


async def test_a_message_from_another_thread_wakes_the_server() -> None:
    server = Server()
    await server.layer.send("page.1", {"type": "hello"})
    assert await asyncio.wait_for(asyncio.wrap_future(server.heard), PATIENCE) == {"type": "hello"}
    server.loop.call_soon_threadsafe(server.loop.stop)
    await asyncio.to_thread(server.close)


async def test_a_send_ends_when_the_server_ends_before_it_came_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise whoever sends, and with it the process, would wait for ever."""
    monkeypatch.setattr(layers, "LOOK", 0.05)
    server, held = Server(), threading.Event()
    server.loop.call_soon_threadsafe(held.wait, PATIENCE)
    sending = asyncio.ensure_future(server.layer.send("page.1", {"type": "hello"}))
    await asyncio.sleep(0)  # it is behind the one that is held
    server.loop.call_soon_threadsafe(server.loop.stop)
    held.set()
    with pytest.raises(ConnectionError):
        await asyncio.wait_for(sending, PATIENCE)
    await asyncio.to_thread(server.close)
    await asyncio.wait_for(server.layer.send("page.1", {"type": "nobody"}), PATIENCE)  # and later ones do not wait
