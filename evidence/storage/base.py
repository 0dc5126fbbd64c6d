"""What a store of evidence can do. No Django: a store is bytes, names, hashes and dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

CHUNK = 1024 * 1024  # bytes per read and per streamed piece
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$")


class StoreError(Exception):
    """The store cannot keep or give the bytes. The text is for the log and an evidence manager."""


class StoreMismatch(StoreError):
    """The bytes are not the ones that were announced."""


class StoreOccupied(StoreError):
    """The name holds other bytes already. It is never overwritten."""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What the store now holds. `kept_until` is read back from the store, not what was asked for."""

    uri: str
    size: int
    sha256: str
    kept_until: datetime | None


class EvidenceStore(Protocol):
    """Writes once, reads any range, never overwrites and has no delete."""

    def put(self, source: Path, name: str, *, sha256: str, mime: str, keep_until: datetime | None) -> Stored:
        """Copy the file to `name`, hashing while copying. Putting the same bytes to the same name again is fine.

        Raises StoreMismatch when the bytes do not have that hash (nothing is kept then), StoreOccupied, StoreError.
        """
        ...

    def digest(self, uri: str) -> tuple[str, int]:
        """SHA-256 and size of what is stored, read back whole. Raises StoreError."""
        ...

    def kept_until(self, uri: str) -> datetime | None:
        """The retention the store itself reports."""
        ...

    def read(self, uri: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes from `start`, in pieces of at most CHUNK. Raises StoreError."""
        ...

    def local_path(self, uri: str) -> Path | None:
        """A file on this machine, when there is one."""
        ...

    def check(self) -> None:
        """Raise StoreError when the store cannot be used now."""
        ...


def checked_name(name: str) -> str:
    """The name, or StoreError: only letters, digits, dots, dashes and inner slashes, no step upwards."""
    if not _NAME.match(name) or ".." in name or len(name) > 300:
        raise StoreError(f"not a name for evidence: {name!r}")
    return name
