"""The environment, read in one place; empty means the default, as a copied `.env.example` leaves most names.

Every name here is explained in `.env.example`; a test compares the two.
"""

from __future__ import annotations

import os
from pathlib import Path

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


class EnvError(RuntimeError):
    """A value in the environment cannot be used; the message says which and what it should be."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name) or default


def flag(name: str, *, default: bool) -> bool:
    raw = os.environ.get(name)
    if not raw:
        return default
    if raw.lower() in TRUE:
        return True
    if raw.lower() in FALSE:
        return False
    raise EnvError(f"{name} is {raw!r}; use 1 or 0")


def number(name: str, default: int) -> int:
    raw = os.environ.get(name)
    if not raw:
        return default
    try:
        return int(raw)
    except ValueError as error:
        raise EnvError(f"{name} is {raw!r}; use a whole number") from error


def items(name: str, default: str = "") -> list[str]:
    """A comma-separated list, blanks dropped."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def path(name: str, default: Path) -> Path:
    raw = os.environ.get(name)
    return Path(raw) if raw else default


def maybe_path(name: str) -> Path | None:
    raw = os.environ.get(name)
    return Path(raw) if raw else None


def secret(name: str) -> str:
    """A secret that has no default: without it the process refuses to start."""
    value = text(name)
    if not value:
        raise EnvError(f"{name} is not set. Put a long random value in the environment (see .env.example).")
    return value
