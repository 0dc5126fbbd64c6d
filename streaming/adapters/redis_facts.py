"""The facts stream of the full profile: one process at a time takes it, so that each session's facts stay in order.

The process with the lease reads through a consumer group, acknowledges what `on_fact` took, and when it gets the lease
first claims what a dead predecessor had read and not acknowledged.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from redis import Redis
from redis.exceptions import RedisError, ResponseError

from streaming.contracts import ContractError, Fact, loads
from streaming.contracts.channels import FACTS_GROUP, MediaKeys
from streaming.media.delivery import OrderedDelivery

log = logging.getLogger(__name__)

_BATCH = 200
_MOST_WAITING = 10_000  # a taker that refuses everything must not fill the memory: the rest waits in Redis
_IDLE_SECONDS = 0.5


class FactsReader:
    """A thread that hands over facts while `leading` is set."""

    def __init__(self, redis: Redis, keys: MediaKeys, consumer: str, on_fact: Callable[[Fact], None]) -> None:
        self.leading = threading.Event()
        self._redis, self._keys, self._consumer = redis, keys, consumer
        self._stopped = threading.Event()
        self._delivery: OrderedDelivery[bytes] = OrderedDelivery(on_fact, self._acknowledge)
        self._claimed = False
        self._thread = threading.Thread(target=self._run, name="media-facts", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, seconds: float = 5.0) -> None:
        self._stopped.set()
        self._thread.join(seconds)
        self._redis.close()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                if self.leading.is_set():
                    self._turn()
                else:
                    self._delivery.clear()
                    self._claimed = False
                    self._stopped.wait(_IDLE_SECONDS)
            except (RedisError, OSError) as error:
                log.warning("facts stream not reachable", extra={"error": type(error).__name__})
                self._delivery.clear()
                self._claimed = False
                self._stopped.wait(_IDLE_SECONDS)

    def _turn(self) -> None:
        if not self._claimed:
            self._make_group()
            self._claim_pending()
            self._claimed = True
        due = self._delivery.run_due()
        pause = _IDLE_SECONDS if due is None else min(due, _IDLE_SECONDS)
        if len(self._delivery) >= _MOST_WAITING:
            self._stopped.wait(pause)
            return
        answer: Any = self._redis.xreadgroup(
            FACTS_GROUP, self._consumer, {self._keys.facts: ">"}, count=_BATCH, block=max(1, int(pause * 1000))
        )
        for _, entries in answer or []:
            self._add(entries)

    def _make_group(self) -> None:
        try:
            self._redis.xgroup_create(self._keys.facts, FACTS_GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    def _claim_pending(self) -> None:
        """Everything read and not acknowledged, by whomever: the lease says that they are gone."""
        start: Any = "0-0"
        while True:
            answer: Any = self._redis.xautoclaim(
                self._keys.facts, FACTS_GROUP, self._consumer, min_idle_time=0, start_id=start, count=_BATCH
            )
            self._add(answer[1])
            start = answer[0]
            if start in (b"0-0", "0-0"):
                return

    def _add(self, entries: list[tuple[bytes, dict[bytes, bytes]]]) -> None:
        for entry_id, fields in entries:
            try:
                fact = loads(fields[b"fact"])
                if not isinstance(fact, Fact):
                    raise ContractError("not a fact")
            except (ContractError, KeyError, TypeError):
                log.error("unreadable fact put aside")
                self._redis.xadd(self._keys.unreadable_facts, {"entry": repr(fields)}, maxlen=10_000)
                self._acknowledge(entry_id)
            else:
                self._delivery.add(fact, entry_id)

    def _acknowledge(self, entry_id: bytes) -> None:
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.xack(self._keys.facts, FACTS_GROUP, entry_id)
            pipe.xdel(self._keys.facts, entry_id)
            pipe.execute()
