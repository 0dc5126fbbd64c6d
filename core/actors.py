"""Who is acting: a person at a terminal, the system, a caller's phone, an outside provider or a partner's guest."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest

    from core.models import User

#: A position of the room as its desk says it: CH 12.
POSITION = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./-]{0,19}", re.ASCII)
POSITION_COOKIE = "sl_position"

ActorKind = Literal["user", "system", "caller", "provider", "guest"]


@dataclass(frozen=True)
class Actor:
    """Passed first to every service and selector; audit entries and log lines are signed with it."""

    kind: ActorKind
    label: str
    force_id: int | None = None
    force_code: str = ""
    user_id: int | None = None
    reference: str = ""  # of a caller: the session's id; of a provider: its name; of a guest: the link's id
    roles: frozenset[str] = frozenset()
    call_sign: str = ""
    ip: str = ""
    device: str = ""
    terminal: str = ""
    request_id: str = ""
    _user: User | None = field(default=None, repr=False, compare=False)

    @property
    def user(self) -> User | None:
        return self._user

    @property
    def id(self) -> str:
        """What the audit trail keeps: the user's key, else the reference."""
        return str(self.user_id) if self.user_id is not None else self.reference

    @property
    def role_label(self) -> str:
        """The roles held at this moment, for the log: "call_handler, supervisor"."""
        return ", ".join(sorted(self.roles)) or self.kind

    def has_role(self, *codes: str) -> bool:
        return not self.roles.isdisjoint(codes)

    @classmethod
    def for_user(cls, user: User, **where: Any) -> Actor:
        return cls(
            kind="user",
            label=f"{user.display_name} {user.collar_number}",
            force_id=user.force_id,
            force_code=user.force.code,
            user_id=user.pk,
            roles=user.role_codes if user.is_active else frozenset(),
            call_sign=user.call_sign,
            _user=user,
            **where,
        )

    @classmethod
    def nobody(cls, **where: Any) -> Actor:
        """Someone who has not signed in: no force, no roles, sees nothing."""
        return cls(kind="user", label="not signed in", **where)

    @classmethod
    def system(cls, force_id: int | None = None) -> Actor:
        return cls(kind="system", label="System", force_id=force_id)

    @classmethod
    def caller(cls, force_id: int, session_id: object, **where: Any) -> Actor:
        return cls(kind="caller", label="Caller", force_id=force_id, reference=str(session_id), **where)

    @classmethod
    def provider(cls, force_id: int, name: str, *, force_code: str = "") -> Actor:
        """A system outside. `force_code` where it is at hand: the audit trail asks the database otherwise."""
        return cls(kind="provider", label=name, force_id=force_id, force_code=force_code, reference=name)

    @classmethod
    def guest(cls, force_id: int, link_id: object, label: str, **where: Any) -> Actor:
        """A partner's person with a link to one incident: no roles; what they may see is asked of the link."""
        return cls(kind="guest", label=label, force_id=force_id, reference=str(link_id), **where)

    @classmethod
    def from_request(cls, request: HttpRequest) -> Actor:
        where = {
            "ip": request_ip(request),
            "device": request.META.get("HTTP_USER_AGENT", "")[:200],
            "terminal": position_of(request),
            "request_id": getattr(request, "request_id", ""),
        }
        user = getattr(request, "user", None)
        if user is None or not user.is_authenticated:
            return cls.nobody(**where)
        return cls.for_user(user, **where)

    @classmethod
    def from_scope(cls, scope: Mapping[str, Any]) -> Actor:
        """The actor of a WebSocket. Touches the database: call from a thread."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope.get("headers", [])}
        where = {
            "ip": client_ip((scope.get("client") or ("",))[0], headers.get("x-forwarded-for", "")),
            "device": headers.get("user-agent", "")[:200],
        }
        user = scope.get("user")
        if user is None or not user.is_authenticated:
            return cls.nobody(**where)
        return cls.for_user(user, **where)


def position_of(request: HttpRequest) -> str:
    """The position that was named at the last sign-in on this terminal; "" for what no desk can be called."""
    kept = request.COOKIES.get(POSITION_COOKIE, "")
    return kept if POSITION.fullmatch(kept) else ""


def request_ip(request: HttpRequest) -> str:
    """The address that asks, for the trail and for the lock against guessed passwords."""
    return client_ip(request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""))


def client_ip(remote: str, forwarded_for: str) -> str:
    """The client's address. Forwarded addresses count only from as many proxies as the settings trust."""
    address = remote
    if settings.TRUSTED_PROXIES and forwarded_for:
        hops = [hop.strip() for hop in forwarded_for.split(",")]
        address = hops[-min(settings.TRUSTED_PROXIES, len(hops))]
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return ""
