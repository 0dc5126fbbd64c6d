"""No relay: calls work wherever UDP gets through. `manage.py check --deploy` says so."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from streaming.contracts.base import PeerRole
from streaming.turn.provider import Grant


class NoTurn:
    name: ClassVar[str] = "none"

    def grant(self, session_id: UUID, role: PeerRole) -> Grant:
        return Grant()

    def check(self) -> str:
        return "none set up"

    def close(self) -> None:
        """Nothing runs."""
