"""Tokens fetched before somebody needs them: a provider that is slow or down never holds up a caller.

A thread keeps a few spare tokens. Each is handed to one session and role, which gets the same one again until half of
its life is over. A provider in trouble is asked again more and more slowly; until then there is nothing to wait for.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

import structlog

from streaming.turn.provider import IceServer, TurnTrouble

log = structlog.get_logger(__name__)

SPARE = 3
PATIENCE = 1.0  # seconds a caller waits for the first token of a process
LAST_SECONDS = 60.0  # a token this near its end is given to nobody
MAX_HELD = 5_000
BACKOFF = (2.0, 5.0, 15.0, 30.0, 60.0)  # seconds between tries while the provider is in trouble


@dataclass(frozen=True)
class Token:
    """What a provider gave out; epoch seconds."""

    servers: tuple[IceServer, ...] = field(repr=False)
    fetched_at: float
    expires_at: float

    @property
    def renew_at(self) -> float:
        return (self.fetched_at + self.expires_at) / 2


class TokensAhead:
    """Thread-safe. `fetch` blocks and may raise TurnTrouble; it is called by one thread only."""

    def __init__(self, fetch: Callable[[], Token], *, spare: int = SPARE, patience: float = PATIENCE) -> None:
        self._fetch = fetch
        self._wanted = spare
        self._patience = patience
        self._spare: deque[Token] = deque()
        self._held: OrderedDict[Hashable, Token] = OrderedDict()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False
        self.trouble: TurnTrouble | None = None

    def start(self) -> None:
        """Begin to fetch. Idempotent."""
        with self._changed:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._run, name="turn-tokens", daemon=True)
                self._thread.start()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            thread, self._thread = self._thread, None
            self._changed.notify_all()
        if thread is not None:
            thread.join(10)

    def take(self, key: Hashable) -> Token | None:
        """A token for `key` alone, or None when there is none within `patience`."""
        self.start()
        with self._changed:
            now = time.time()
            held = self._held.get(key)
            if held is not None and now < held.renew_at:
                return held
            if not self._fresh() and self.trouble is None:
                self._changed.wait_for(
                    lambda: self._fresh() or self.trouble is not None or self._closed, self._patience
                )
            if self._fresh():
                return self._hand_out(key)
            return held if held is not None and held.expires_at - now > LAST_SECONDS else None

    def _fresh(self) -> bool:
        now = time.time()
        while self._spare and self._spare[0].renew_at <= now:
            self._spare.popleft()
        return bool(self._spare)

    def _hand_out(self, key: Hashable) -> Token:
        token = self._spare.popleft()
        self._held[key] = token
        self._held.move_to_end(key)
        while len(self._held) > MAX_HELD:
            self._held.popitem(last=False)
        self._changed.notify_all()
        return token

    def _run(self) -> None:
        failures = 0
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or len(self._spare) < self._wanted, self._until_stale())
                if self._closed:
                    return
                self._fresh()
                if len(self._spare) >= self._wanted:
                    continue
            trouble = self._fetch_one()
            failures = failures + 1 if trouble else 0
            if trouble:
                self._pause(trouble.retry_after or BACKOFF[min(failures, len(BACKOFF)) - 1])

    def _until_stale(self) -> float | None:
        return max(0.1, self._spare[0].renew_at - time.time()) if self._spare else None

    def _fetch_one(self) -> TurnTrouble | None:
        token: Token | None = None
        trouble: TurnTrouble | None = None
        try:
            token = self._fetch()
        except TurnTrouble as error:
            trouble = error
        except Exception as error:  # an answer nobody thought of must not end the thread
            trouble = TurnTrouble(type(error).__name__)
        with self._changed:
            if token is not None:
                self._spare.append(token)
            before, self.trouble = self.trouble, trouble
            self._changed.notify_all()
        if trouble is not None and (before is None or before.code != trouble.code):
            log.error("turn.unavailable", code=trouble.code)  # the code only: answers hold passwords
        elif trouble is None and before is not None:
            log.warning("turn.available_again")
        return trouble

    def _pause(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed, seconds)
