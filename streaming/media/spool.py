"""Facts on disk until they are taken, so that a killed process loses none.

One append-only file per process in `<recordings>/.spool/`: a line for each fact, a line for each acknowledgement.
The file is locked while its process lives. A new process adopts every file whose lock is free, which is how the
facts of a dead one come again. PartSealed and SessionStopped are fsynced before anybody hears of them.

One thread writes, another delivers, and the second never touches the disk. When the disk hangs, what waits for it is
delivered from memory after STALLED seconds: an alarm about a disk must not wait for that disk.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import queue
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from streaming.contracts import ContractError, Fact, PartSealed, SessionStopped, dumps, loads
from streaming.media.delivery import OrderedDelivery

log = logging.getLogger(__name__)

DIRECTORY = ".spool"
_DURABLE = (PartSealed, SessionStopped)
_COMPACT_BYTES = 1 << 20
STALLED = 1.0  # s in one write
_END = object()


@dataclass(frozen=True)
class _Taken:
    """Somebody took the fact."""

    message_id: str


class FactSpool:
    """Takes facts from any thread (`put`), writes them down, hands them to `deliver` in a thread of its own.

    `written(fact)` is called after a fact is on disk and before it is delivered. Without `deliver` facts are kept
    until `deliver_to` names a taker.
    """

    def __init__(self, recordings: Path, owner: str, *, written: Callable[[Fact], None] | None = None) -> None:
        self._directory = recordings / DIRECTORY
        self._owner = owner
        self._written = written or (lambda fact: None)
        self._incoming: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._outgoing: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._file_lock = threading.Lock()
        self._idle = threading.Condition()
        self._unacknowledged = 0
        self._order = threading.Lock()
        self._unwritten: deque[Fact] = deque()  # as in `_incoming` and the batch in hand
        self._passed: set[str] = set()  # delivered before they were written
        self._writing_since: float | None = None
        self._torn = False  # the last write may have stopped in the middle of a line
        self._file = -1
        self._writer = threading.Thread(target=self._write_all, name="media-spool", daemon=True)
        self._courier: threading.Thread | None = None

    def start(self) -> None:
        """Open the file of this process and adopt what dead processes left."""
        self._directory.mkdir(parents=True, exist_ok=True)
        self._file = _create_locked(self._directory, self._owner)
        self._writer.start()
        self.adopt()

    def adopt(self) -> int:
        """Take over the unacknowledged facts of processes that are gone; return how many."""
        adopted = 0
        for path in sorted(self._directory.glob("*.jsonl")):
            for fact in _take_orphan(path, self._append):
                self._count(1)
                self._outgoing.put(fact)
                adopted += 1
        return adopted

    def put(self, fact: Fact) -> None:
        """Accept a fact; costs microseconds."""
        self._count(1)
        with self._order:
            self._unwritten.append(fact)
            self._incoming.put(fact)
        since = self._writing_since
        if since is not None and time.monotonic() - since > STALLED:
            self._pass_by()

    def _pass_by(self) -> None:
        """Deliver what waits for a disk that hangs. What is told here and lost with the process is told again by the
        recovery of its recording."""
        with self._order:
            for fact in self._unwritten:
                if fact.message_id not in self._passed:
                    self._passed.add(fact.message_id)
                    self._outgoing.put(fact)

    def deliver_to(self, take: Callable[[Fact], None]) -> None:
        """Start delivering; `take` raises to be asked again. Only the first call counts."""
        if self._courier is None:
            self._courier = threading.Thread(target=self._deliver_all, args=(take,), name="media-facts", daemon=True)
            self._courier.start()

    def wait_empty(self, seconds: float) -> bool:
        """Wait until every fact is acknowledged; False when the time is over first."""
        with self._idle:
            return self._idle.wait_for(lambda: self._unacknowledged == 0, seconds)

    def stop(self, seconds: float = 5.0) -> None:
        """Write what came, deliver for at most `seconds`, let go of the file. Idempotent."""
        if self._file < 0:
            return
        if self._courier is not None:
            self.wait_empty(seconds)
        self._incoming.put(_END)
        self._writer.join(seconds)
        if self._courier is not None:
            self._courier.join(seconds)
        if not self._file_lock.acquire(timeout=seconds):
            return  # the disk hangs: the file goes with the process, and its facts to the next one
        try:
            file, self._file = self._file, -1
            if self._unacknowledged == 0:
                (self._directory / f"{self._owner}.jsonl").unlink(missing_ok=True)
            os.close(file)
        finally:
            self._file_lock.release()

    # --- the writer's thread

    def _write_all(self) -> None:
        ended = False
        while not ended:
            batch = [self._incoming.get()]
            while not self._incoming.empty():
                batch.append(self._incoming.get())
            ended = _END in batch
            self._writing_since = time.monotonic()
            self._write([item for item in batch if isinstance(item, Fact | _Taken)])
            self._writing_since = None
            self._hand_over([item for item in batch if isinstance(item, Fact)])
            for item in batch:
                if isinstance(item, _Taken):
                    self._count(-1)
        self._outgoing.put(_END)

    def _write(self, items: list[Fact | _Taken]) -> None:
        try:
            self._append(items)
            for item in items:
                if isinstance(item, Fact):
                    self._written(item)
        except OSError as error:
            # A full or broken disk: the facts still go out from memory, and the recorder raises its own alarm.
            self._torn = True
            log.error("facts not spooled", extra={"facts": len(items), "error": type(error).__name__})

    def _hand_over(self, facts: list[Fact]) -> None:
        with self._order:
            for fact in facts:
                self._unwritten.popleft()
                if fact.message_id in self._passed:
                    self._passed.discard(fact.message_id)
                else:
                    self._outgoing.put(fact)

    def _append(self, items: Sequence[Fact | _Taken]) -> None:
        with self._file_lock:
            text = "".join(_line(item) for item in items)
            _write_fully(self._file, "\n" + text if self._torn else text)
            self._torn = False
            if any(isinstance(item, _DURABLE) for item in items):
                os.fsync(self._file)
            # Only when nothing is on its way but what was acknowledged just now: then no line is needed any more.
            taken = sum(isinstance(item, _Taken) for item in items)
            if taken and self._count(0) == taken and os.fstat(self._file).st_size > _COMPACT_BYTES:
                os.ftruncate(self._file, 0)

    # --- the courier's thread

    def _deliver_all(self, take: Callable[[Fact], None]) -> None:
        delivery: OrderedDelivery[Fact] = OrderedDelivery(take, self._acknowledge)
        pause: float | None = None
        ended = False
        while not ended:
            try:
                item = self._outgoing.get(timeout=pause)
                while isinstance(item, Fact):
                    delivery.add(item, item)
                    item = self._outgoing.get_nowait()
                ended = True
            except queue.Empty:
                pass
            pause = delivery.run_due()  # what is refused at the end stays on disk

    def _acknowledge(self, fact: Fact) -> None:
        self._incoming.put(_Taken(fact.message_id))

    def _count(self, change: int) -> int:
        with self._idle:
            self._unacknowledged += change
            self._idle.notify_all()
            return self._unacknowledged


def pending_facts(path: Path) -> list[Fact]:
    """The facts of a spool file without an acknowledgement. A torn last line, or one that is not ours, is skipped."""
    facts: dict[str, Fact] = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            if not line:
                continue
            if line.startswith('{"ack"'):
                facts.pop(json.loads(line)["ack"], None)
            elif isinstance(message := loads(line), Fact):
                facts[message.message_id] = message
        except (ContractError, ValueError, KeyError):
            log.warning("unreadable line in a fact spool")
    return list(facts.values())


def _take_orphan(path: Path, keep: Callable[[list[Fact]], None]) -> Iterator[Fact]:
    """Yield the facts of a file nobody holds, after `keep` has written them into our own; then remove it."""
    try:
        orphan = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(orphan, fcntl.LOCK_EX | fcntl.LOCK_NB)
        facts = pending_facts(path)
        keep(facts)
        path.unlink()
        yield from facts
    except (BlockingIOError, FileNotFoundError):
        return  # its process lives, or another one was faster
    finally:
        os.close(orphan)


def is_orphan(recordings: Path, owner: str) -> bool:
    """Whether there is a spool of `owner` that no process holds. One that was never here, or is gone, says nothing."""
    try:
        file = os.open(recordings / DIRECTORY / f"{owner}.jsonl", os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    else:
        return True
    finally:
        os.close(file)


def _create_locked(directory: Path, owner: str) -> int:
    path = directory / f"{owner}.jsonl"
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX)
        # Between open and lock another process may have adopted, and removed, the still empty file.
        if path.exists() and path.stat().st_ino == os.fstat(file).st_ino:
            return file
        os.close(file)


def _line(item: Fact | _Taken) -> str:
    return (dumps(item) if isinstance(item, Fact) else json.dumps({"ack": item.message_id})) + "\n"


def _write_fully(file: int, text: str) -> None:
    data = memoryview(text.encode())
    while data:
        data = data[os.write(file, data) :]


def new_owner(prefix: str) -> str:
    """A name no other process has: `<prefix>-<pid>-<random>`."""
    return f"{prefix}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
