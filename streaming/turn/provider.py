"""What every source of TURN credentials can do. A call never depends on one: without a relay most networks work."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from streaming.contracts.base import PeerRole

IceServer = dict[str, Any]  # RTCIceServer of the WebRTC API: "urls", "username", "credential"


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What one role of one session may use. Neither `repr` nor a log line shows what is inside.

    `renew_at`: epoch seconds at which to ask again, long before the credentials end; None when there is nothing to ask.
    """

    servers: tuple[IceServer, ...] = field(default=(), repr=False)
    renew_at: float | None = None


class TurnTrouble(Exception):
    """No credentials can be had. `code` is for operators, `retry_after` in seconds; never an answer's own text."""

    def __init__(self, code: str, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


class TurnCredentials(Protocol):
    """Made without arguments, from the settings; one instance a process."""

    name: ClassVar[str]

    def grant(self, session_id: UUID, role: PeerRole) -> Grant:
        """Credentials for one session and role, within a second. Never raises: trouble is an empty grant."""
        ...

    def check(self) -> str | None:
        """For `/readyz`: a word for operators when there is no relay, None when it answers. Raises TurnTrouble."""
        ...

    def close(self) -> None:
        """Stop what runs in the background."""
        ...


_lock = threading.Lock()
_current: TurnCredentials | None = None


def get_turn() -> TurnCredentials:
    """The source named by TURN_PROVIDER."""
    global _current
    with _lock:
        if _current is None:
            made: TurnCredentials = import_string(settings.TURN_PROVIDER)()
            _current = made
        return _current


def set_turn(source: TurnCredentials | None) -> TurnCredentials | None:
    """Use another source; None: the settings' one, made anew. Returns the one before; closing it is the caller's."""
    global _current
    with _lock:
        before, _current = _current, source
        return before
