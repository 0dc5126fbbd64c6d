"""Pages over ASGI, in threads that are kept.

Django gives each ASGI request a thread of its own and ends it with the request. A connection belongs to a thread: each
request would open one, which on PostgreSQL is a new process and costs more than most pages. Here views run in a few
threads that stay: so many at once, each with its connection, and the others wait their turn, because a rush must not
use up the database's connections. Sending an answer takes no turn: it has another thread, without a connection, so that
a slow download never keeps a page waiting.

Our middleware and views are plain functions. They run in one go in that thread; Django's asynchronous chain would
change threads twice for each middleware.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import close_old_connections
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase

AT_ONCE = 16  # views of this process that run at the same time
KEPT = 8  # threads for sending that wait for the next request

_free: deque[ThreadPoolExecutor] = deque()


class Pages(ASGIHandler):
    """Django's handler for HTTP."""

    def __init__(self) -> None:
        super().__init__()
        self._views = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="view")

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise ValueError(f"Pages are HTTP, not {scope['type']}.")
        thread = _free.pop() if _free else ThreadPoolExecutor(max_workers=1, thread_name_prefix="send")
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self.handle(scope, receive, send)
        finally:
            if len(_free) < KEPT:
                _free.append(thread)
            else:
                thread.shutdown(wait=False)

    async def run_get_response(self, request: HttpRequest) -> HttpResponseBase:
        view = sync_to_async(self._view, thread_sensitive=False, executor=self._views)
        response: HttpResponseBase = await view(request)
        response._handler_class = self.__class__  # type: ignore[attr-defined]  # as Django's own does, for its signals
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        return response

    def _view(self, request: HttpRequest) -> HttpResponseBase:
        """The signals that look after connections are sent in the other thread: here it is done by hand."""
        close_old_connections()
        try:
            return self.get_response(request)
        finally:
            close_old_connections()
