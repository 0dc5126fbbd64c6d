"""Keys that arrive from outside."""

from __future__ import annotations

from uuid import UUID

from core.errors import Invalid, NotFound


def as_uuid(raw: UUID | str) -> UUID:
    """The key, or NotFound: what is not a key names nothing."""
    if isinstance(raw, UUID):
        return raw
    try:
        return UUID(str(raw))
    except ValueError as error:
        raise NotFound() from error


def as_client_key(raw: UUID | str | None) -> UUID | None:
    """A terminal's own key for something it may send twice. Raises Invalid when it is not a UUID."""
    if raw is None or raw == "":
        return None
    try:
        return raw if isinstance(raw, UUID) else UUID(str(raw))
    except ValueError as error:
        raise Invalid(fields={"client_key": "Use a UUID."}) from error
