"""A Redis that takes the line and says nothing: nobody's work waits for it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from config import profiles
from core import limits, redis_layer
from core.redis_layer import BoundedRedisLayer

LIMIT = limits.Limit("calls", 1, 60)


@dataclass
class Silent:
    """A listener that accepts and never answers."""

    listener: socket.socket
    taken: list[socket.socket] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.listener.getsockname()[1]}/0"

    def accept(self) -> None:
        while True:
            try:
                self.taken.append(self.listener.accept()[0])
            except OSError:
                return


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Silent]:
    listener = socket.create_server(("127.0.0.1", 0))
    one = Silent(listener)
    thread = threading.Thread(target=one.accept, daemon=True)
    thread.start()
    monkeypatch.setenv("REDIS_URL", one.url)
    yield one
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(10)
    for line in one.taken:
        line.close()


async def test_a_live_event_gives_up_and_the_next_ones_do_not_try(silent, monkeypatch):
    monkeypatch.setattr(redis_layer, "GIVE_UP", 0.05)
    monkeypatch.setattr(redis_layer, "LEAVE_ALONE", 3600)
    layer = BoundedRedisLayer(**profiles.channel_layer(full=True)["CONFIG"])
    with pytest.raises(TimeoutError):
        await layer.group_send("live.board", {"type": "live.event"})
    lines = len(silent.taken)
    for _ in range(50):
        with pytest.raises(ConnectionError):
            await layer.group_send("live.board", {"type": "live.event"})
    assert len(silent.taken) == lines == 1


def test_a_call_is_taken_although_nobody_can_count_it(silent, monkeypatch):
    options = profiles.cache(full=True)
    cache = RedisCache(options["LOCATION"], {"OPTIONS": options["OPTIONS"]})
    with pytest.raises(RedisError):
        cache.get("anything")
    monkeypatch.setattr(limits, "cache", cache)
    assert limits.used(LIMIT, "telephony") == 0
    limits.spend(LIMIT, "telephony")
    assert silent.taken
