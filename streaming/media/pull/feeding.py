"""Between the fetching process and the session: each connection is a caller that joins and leaves."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

from streaming.contracts import PullFeed

from ..caller import Caller, CallerEvents
from ..source import Source
from .fed import About, Fed
from .puller import Puller


class Notes(Protocol):
    def note(self, name: str, at: float, **data: Any) -> None: ...


class FedSession(CallerEvents, Protocol):
    """What is needed of a session."""

    video: Source
    audio: Source

    @property
    def recorder(self) -> Notes: ...

    def take_over(self, caller: Caller) -> None: ...

    def feed_trouble(self, peer_id: str, reason: str, tries: int, pause: float | None) -> None: ...


def feed(session: FedSession, command: PullFeed, peer_id: str) -> Puller:
    """Begin to fetch into `session`, as `peer_id`."""
    newest: list[Fed] = []

    def opened(about: About, hang_up: Callable[[], None]) -> Fed:
        fed = Fed(peer_id, about, session, session.video, session.audio, hang_up)
        newest[:] = [fed]
        session.take_over(fed)
        if about.converted_from:
            session.recorder.note("sound_converted", time.time(), codec=about.converted_from)
        return fed

    def lost(reason: str) -> None:
        session.caller_left(newest[0], reason)

    def trouble(reason: str, tries: int, pause: float | None) -> None:
        session.feed_trouble(peer_id, reason, tries, pause)

    return Puller(command, opened=opened, lost=lost, trouble=trouble)
