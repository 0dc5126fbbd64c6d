"""The door to the media engine: a Protocol, the tickets that open it, and one gateway per process.

Everything in Django that needs media talks to `get_gateway()`; which adapter stands behind it (an engine in this
process, or workers over Redis) is decided once, in settings. Consumers `await` the methods; services and tasks use
`call_sync`. Every method raises `EngineError` (see `contracts.ENGINE_ERROR_CODES`); an engine that does not answer
in time is `EngineError("unavailable")` with `retry_after` in seconds.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.utils.module_loading import import_string

from streaming.contracts import (
    EndReason,
    EngineHealth,
    Fact,
    PeerRole,
    PlaybackMade,
    Rate,
    SdpAnswer,
    StreamHealth,
    Ticket,
    is_safe_id,
)

TICKET_SECONDS = 60

T = TypeVar("T")
OnFact = Callable[[Fact], None]
OnHealth = Callable[[StreamHealth], None]


class MediaGateway(Protocol):
    """What Django may ask of the media engine. Session and peer ids are strings or UUIDs."""

    def start(self, on_fact: OnFact | None = None, on_health: OnHealth | None = None) -> None:
        """Begin taking what the engine reports. Idempotent; safe from any thread.

        `on_fact` runs in one dedicated thread, in order per session; returning means the fact is taken, raising means
        it comes again (at least once: take it idempotently by `message_id`). `on_health` runs in another thread and
        gets the newest health of each session, older ones are skipped. Either may be None: then this process leaves
        them to another one (facts) or does without (health).
        """

    def stop(self) -> None:
        """End what `start` began; an embedded engine seals its recordings first. Blocking, idempotent."""

    async def open_session(self, session_id: object, label: str) -> None:
        """Make the session known to an engine, with the incident's reference as `label`. Idempotent: call it before
        every `publish_offer`, so that a session finds an engine again after a crash."""

    async def publish_offer(self, session_id: object, ticket: str, sdp: str) -> SdpAnswer:
        """Answer the caller's offer."""

    async def watch_offer(self, session_id: object, ticket: str, sdp: str, rate: Rate = "full") -> SdpAnswer:
        """Answer a viewer's offer, or EngineError("no_source") while the caller's codec is unknown."""

    async def tune_viewer(self, session_id: object, peer_id: object, rate: Rate) -> None:
        """How much of the picture a viewer is sent from now on. Idempotent; a viewer that is gone is no error."""

    async def pull_feed(
        self, session_id: object, ticket: str, url: str, login: str, allowed: Sequence[str], *, now: bool = False
    ) -> None:
        """Fetch a camera's picture into the open session; `now` ends a pause. Idempotent; facts tell how it goes."""

    async def add_candidates(self, session_id: object, peer_id: object, sdp: str) -> None:
        """Addresses that a peer found after its offer, as an SDP fragment. EngineError("ice_restart") when the fragment
        belongs to another ICE session, "no_session" when there is no such peer."""

    async def close_peer(self, session_id: object, peer_id: object) -> None:
        """Drop one peer. Idempotent."""

    async def note_event(self, session_id: object, name: str, at: float, data: dict[str, Any] | None = None) -> None:
        """Write a line into the recording's timeline."""

    async def end_session(self, session_id: object, reason: EndReason) -> None:
        """Close every peer and seal; the SessionStopped fact follows. Idempotent."""

    async def recover_session(self, session_id: object) -> None:
        """Repair and report what a dead engine left of the session. Idempotent."""

    async def make_playback(
        self, session_id: object, part_paths: Sequence[str], part_starts: Sequence[float], out_path: str
    ) -> PlaybackMade:
        """Join sealed parts into one file; `out_path` has no suffix."""

    async def status(self) -> EngineHealth:
        """The engine's health; of several workers, their sum."""

    async def workers(self) -> list[EngineHealth]:
        """The health of each engine that is alive; none is no error."""


def mint_ticket(
    session_id: object, peer_id: object, role: PeerRole, until: float | None = None, *, label: str = "", code: str = ""
) -> str:
    """A signed ticket for one peer, good for TICKET_SECONDS, never past `until` (epoch seconds). Call it after the
    permission check and the audit entry. With a `label` and a `code` it opens pictures only that bear them."""
    session, peer = str(session_id), str(peer_id)
    if not (is_safe_id(session) and is_safe_id(peer)):
        raise ValueError("session and peer ids are letters, digits, '-' and '_'")
    expires_at = min(time.time() + TICKET_SECONDS, math.inf if until is None else until)
    ticket = Ticket(session_id=session, peer_id=peer, role=role, expires_at=expires_at, label=label, code=code)
    return ticket.sign(settings.MEDIA_TICKET_KEY)


# --- one gateway per process ------------------------------------------------------------------------------------

_lock = threading.Lock()
_gateway: MediaGateway | None = None


def get_gateway() -> MediaGateway:
    """The process-wide gateway named by settings.MEDIA_GATEWAY, made on first use. Whoever wants facts starts it."""
    global _gateway
    with _lock:
        if _gateway is None:
            _gateway = import_string(settings.MEDIA_GATEWAY).from_settings()
        return _gateway


def set_gateway(gateway: MediaGateway | None) -> MediaGateway | None:
    """Put another gateway (or None: made again on next use) in place and return the one before. For tests."""
    global _gateway
    with _lock:
        before, _gateway = _gateway, gateway
        return before


# --- from synchronous code ---------------------------------------------------------------------------------------


def call_sync(call: Coroutine[Any, Any, T]) -> T:
    """Run one gateway call from a service, task or command: `call_sync(get_gateway().end_session(sid, "handler"))`.

    Blocks this thread until the engine has answered or the call has timed out (EngineError("unavailable")). Never call
    it inside `transaction.atomic()` (a row lock would wait for a machine) nor on an event loop (await the call there).
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run_coroutine_threadsafe(call, _calls_loop()).result()
    call.close()
    raise RuntimeError("call_sync on an event loop would block it: await the gateway instead")


def check_engine() -> None:
    """For `/readyz`: an engine answers and takes calls. Raises EngineError or RuntimeError when none does."""
    health = call_sync(get_gateway().status())
    if health.draining:
        raise RuntimeError("every media worker is being drained")


_loop: asyncio.AbstractEventLoop | None = None


def _calls_loop() -> asyncio.AbstractEventLoop:
    """One small loop in a daemon thread for every synchronous caller: cheaper than a loop per call."""
    global _loop
    with _lock:
        if _loop is None or _loop.is_closed():
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="media-calls", daemon=True).start()
        return _loop
