"""Whether the sign-in that opened a WebSocket still stands.

A socket keeps the user it was opened with for hours. Signing out, a changed password and a switched-off account must
end what it shows as they end everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare

from core.models import User

if TYPE_CHECKING:
    from core.actors import Actor

Leaving = Callable[["Actor"], None]
_at_sign_out: dict[str, Leaving] = {}


def at_sign_out(name: str, action: Leaving) -> None:
    """What else ends when somebody signs out; an app says it once, when it starts."""
    _at_sign_out[name] = action


def leave(actor: Actor) -> None:
    """Everything that ends with the actor's sign-in, before the session itself."""
    for action in _at_sign_out.values():
        action(actor)


def still_signed_in(scope: Mapping[str, Any]) -> bool:
    """Reads the session from its store anew; touches the database: call from a thread."""
    session = scope.get("session")
    if session is None:  # no session middleware in front: nothing to sign out of
        return True
    if not session.session_key:
        return False
    stored = import_module(settings.SESSION_ENGINE).SessionStore(session.session_key)
    user = User.objects.filter(pk=stored.get(SESSION_KEY, 0), is_active=True).first()
    return user is not None and constant_time_compare(stored.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
