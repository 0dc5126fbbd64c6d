"""Whether the sign-in that opened a WebSocket still stands.

A socket keeps the user it was opened with for hours. Signing out, a changed password and a switched-off account must
end what it shows as they end everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.backends import ModelBackend
from django.utils.crypto import constant_time_compare

from core.clock import now
from core.models import Force, RoleGrant, User
from core.statements import Statement, columns, instance, width

if TYPE_CHECKING:
    from core.actors import Actor

Leaving = Callable[["Actor"], None]
Arriving = Callable[["Actor"], object]
_at_sign_in: dict[str, Arriving] = {}
_at_sign_out: dict[str, Leaving] = {}


def at_sign_in(name: str, action: Arriving) -> None:
    """What else begins when somebody signs in, at the position that the actor's `terminal` names."""
    _at_sign_in[name] = action


def arrive(actor: Actor) -> None:
    """Everything that begins with the actor's sign-in; in its transaction."""
    for action in _at_sign_in.values():
        action(actor)


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
    stored = _store()(session.session_key)
    user = User.objects.filter(pk=stored.get(SESSION_KEY, 0), is_active=True).first()
    return user is not None and constant_time_compare(stored.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())


def people_of(scopes: Sequence[Mapping[str, Any]]) -> list[User | None]:
    """Of many sockets: whose sign-in each one is, with force and roles loaded; None where it no longer stands.

    Four queries for all of them together; touches the database: call from a thread.
    """
    sessions = _sessions([scope["session"].session_key for scope in scopes if scope.get("session") is not None])
    claims = [_claim(scope, sessions) for scope in scopes]
    people = _people({user_id for user_id, _ in claims})
    found = (people.get(user_id) for user_id, _ in claims)
    return [
        user if user and (proof is None or constant_time_compare(proof, user.get_session_auth_hash())) else None
        for user, (_, proof) in zip(found, claims, strict=True)
    ]


def _claim(scope: Mapping[str, Any], sessions: Mapping[str, tuple[int, str]]) -> tuple[int, str | None]:
    """The user's key and the proof that their password is still the one they signed in with."""
    session = scope.get("session")
    if session is not None:
        return sessions.get(session.session_key, (0, ""))
    user = scope.get("user")  # no session middleware in front: nothing to sign out of
    return (user.pk, None) if user is not None and user.is_authenticated else (0, "")


def _sessions(keys: Sequence[str | None]) -> dict[str, tuple[int, str]]:
    table = _store()().get_model_class()._default_manager
    rows = table.filter(session_key__in={key for key in keys if key}, expire_date__gt=now())
    return {key: _decoded(data) for key, data in rows.values_list("session_key", "session_data")}


@lru_cache(maxsize=20_000)
def _decoded(data: str) -> tuple[int, str]:
    """Checking the signature of the same words again would tell the same: thousands are asked about every minute."""
    stored = _store()().decode(data)
    if stored.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:  # a way in that is closed since
        return 0, ""
    return int(stored.get(SESSION_KEY, 0)), stored.get(HASH_SESSION_KEY, "")


def _people(keys: set[int]) -> dict[int, User]:
    roles: dict[int, set[str]] = {}
    for user_id, role in RoleGrant.objects.filter(user__in=keys).values_list("user_id", "role"):
        roles.setdefault(user_id, set()).add(role)
    found = User.objects.filter(pk__in=keys, is_active=True).select_related("force").in_bulk()
    for key, user in found.items():
        user.role_codes = frozenset(roles.get(key, ()))
    return found


def _store() -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore


# Plain SQL, as everything that each request begins with.
_PERSON = Statement(
    f"SELECT g.role, {columns(User, 'u')}, {columns(Force, 'f')} FROM core_user u"  # noqa: S608  # our own columns
    " JOIN core_force f ON f.id = u.force_id LEFT JOIN core_rolegrant g ON g.user_id = u.id WHERE u.id = %s"
)


class PersonBackend(ModelBackend):
    """Reads the person of a request with force and roles in one statement."""

    def get_user(self, user_id: int) -> User | None:
        rows = _PERSON.rows(user_id)
        if not rows:
            return None
        user = instance(User, rows[0][1 : 1 + width(User)])
        if not self.user_can_authenticate(user):
            return None
        user.force = instance(Force, rows[0][1 + width(User) :])
        user.role_codes = frozenset(row[0] for row in rows if row[0])
        return user
