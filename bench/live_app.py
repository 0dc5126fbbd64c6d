"""The site of `bench live`: the application as it is, and beside it what it is measured against.

Each page says in headers of its own what it took here: `X-Bench-Server`, milliseconds from the request's arrival to
the whole answer, with all waiting for a thread, for the database and for others of this process; `X-Bench-CPU`,
milliseconds of processor of the thread that made it.

`/ws/bare/` is a plain Channels consumer of the group `bench.bare`, which says what `/bench/bare?n=…` tells the group.
"""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path

from config.asgi import application as site
from config.threads import Pages

GROUP = "bench.bare"


class Bare(AsyncWebsocketConsumer):
    """What Channels' own documentation shows: a group, a handler, a send."""

    groups = [GROUP]

    async def bench_said(self, message: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps(message["news"]))


async def tell_bare(scope: dict[str, Any], receive: Any, send: Any) -> None:
    number = int(parse_qs(scope["query_string"].decode())["n"][0])
    news = {"t": "event", "topic": GROUP, "seq": number, "kind": "bench.said", "at": "2026-11-21T12:00:00+00:00"}
    data = {"wanted": "00000000-0000-0000-0000-000000000000", "state": "reserved", "call_sign": "NB21", "version": 2}
    await get_channel_layer().group_send(GROUP, {"type": "bench.said", "news": news | {"data": data}})
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"told"})


class TimedPages(Pages):
    """The site's own pages, with the processor time of each."""

    def _view(self, scope: Any, request: Any) -> Any:
        began = time.thread_time()
        response = super()._view(scope, request)
        response.headers["X-Bench-CPU"] = f"{1000 * (time.thread_time() - began):.2f}"
        return response


http = TimedPages()


async def pages(scope: dict[str, Any], receive: Any, send: Any) -> None:
    arrived = time.perf_counter()

    async def timed(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            took = f"{1000 * (time.perf_counter() - arrived):.2f}"
            message = message | {"headers": [*message["headers"], (b"X-Bench-Server", took.encode())]}
        await send(message)

    await (tell_bare if scope["path"] == "/bench/bare" else http)(scope, receive, timed)


async def sockets(scope: dict[str, Any], receive: Any, send: Any) -> None:
    beside = URLRouter([path("ws/bare/", Bare.as_asgi())])
    application = beside if scope["path"] == "/ws/bare/" else site
    await application(scope, receive, send)


application = ProtocolTypeRouter({"http": pages, "websocket": sockets})
