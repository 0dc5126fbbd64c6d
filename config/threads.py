"""Pages over ASGI, in threads that are kept.

Django gives each ASGI request a thread of its own and ends it with the request. A connection belongs to a thread: each
request would open one, which on PostgreSQL is a new process and costs more than most pages. Here views run in a few
threads that stay: so many at once, each with its connection, and the others wait their turn, because a rush must not
use up the database's connections. Sending a file takes no turn: it is read in another thread, without a connection, so
that a slow download never keeps a page waiting.

Our middleware and views are plain functions. They run in one go in that thread, and so does what Django does before and
after each request; its asynchronous chain would change threads twice for each middleware, and twice more for that.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.db import close_old_connections, connection
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from config.workers import LastFirst

AT_ONCE = 16  # views of this process that run at the same time
KEPT = 8  # threads for sending that wait for the next request
FRESH = 1.0  # seconds; a connection that was used since then is not asked whether it still answers

_free: deque[ThreadPoolExecutor] = deque()
_thread = threading.local()


class Pages(ASGIHandler):
    """Django's handler for HTTP."""

    def __init__(self) -> None:
        super().__init__()
        views: Any = LastFirst(AT_ONCE, "view")
        self._answer = sync_to_async(self._view, thread_sensitive=False, executor=views)

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise ValueError(f"Pages are HTTP, not {scope['type']}.")
        await self.handle(scope, receive, send)

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with body:
            set_script_prefix(get_script_prefix(scope))
            created: Any = self.create_request(scope, body)
            request, refusal = created
            if request is None:
                await self.send_response(refusal, send)
                return
            response: Any = await self._answer(scope, request)
            if response.streaming:
                await self._stream(response, receive, send)
            else:
                await self.send_response(response, send)

    async def _stream(self, response: Any, receive: Any, send: Any) -> None:
        """In a thread of its own, until it is all sent or nobody listens any more."""
        thread = _free.pop() if _free else ThreadPoolExecutor(max_workers=1, thread_name_prefix="send")
        try:
            async with ThreadSensitiveContext(executor=thread):
                sending = asyncio.create_task(self.send_response(response, send))
                gone = asyncio.create_task(receive())
                try:
                    await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
                finally:
                    gone.cancel()
                    sending.cancel()
                    await asyncio.wait((sending, gone))
                    await sync_to_async(response.close)()
                if not sending.cancelled():
                    sending.result()
        finally:
            if len(_free) < KEPT:
                _free.append(thread)
            else:
                thread.shutdown(wait=False)

    def _view(self, scope: Any, request: HttpRequest) -> HttpResponseBase:
        """A whole request, with the signals that look after this thread's connection. What is not streamed is done."""
        request_started.send(sender=self.__class__, scope=scope)
        moment = time.monotonic()
        if moment - getattr(_thread, "used", -FRESH) < FRESH:
            connection.health_check_done = True  # type: ignore[attr-defined]  # missing in the stubs
        _thread.used = moment
        response: HttpResponseBase = self.get_response(request)
        response._handler_class = self.__class__  # type: ignore[attr-defined]  # as Django's own does, for its signals
        if not response.streaming:
            response.close()
            return response
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        close_old_connections()
        return response
