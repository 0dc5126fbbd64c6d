"""Sessions in the database, as Django keeps them, read with a statement that is written once: every request does."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db

from core.clock import now
from core.statements import Statement

_STORED = Statement("SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s")


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        """What is kept under the key; nothing, and no key, when there is no such session or it has ended."""
        rows = _STORED.rows(self.session_key, now()) if self.session_key else []
        if not rows:
            self._session_key = None
            return {}
        found: dict[str, Any] = self.decode(rows[0][0])
        return found
