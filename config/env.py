"""The environment, read in one place. Every name here is explained in `.env.example`; a test compares the two."""

from __future__ import annotations

import os
from pathlib import Path

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


class EnvError(RuntimeError):
    """A value in the environment cannot be used; the message says which and what it should be."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def flag(name: str, *, default: bool) -> bool:
    raw = os.environ.get(name)
    if raw is None:
        return default
    if raw.lower() in TRUE:
        return True
    if raw.lower() in FALSE:
        return False
    raise EnvError(f"{name} is {raw!r}; use 1 or 0")


def number(name: str, default: int) -> int:
    raw = os.environ.get(name)
    if raw is None or raw == "":
        return default
    try:
        return int(raw)
    except ValueError as error:
        raise EnvError(f"{name} is {raw!r}; use a whole number") from error


def items(name: str, default: str = "") -> list[str]:
    """A comma-separated list, blanks dropped."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def path(name: str, default: Path) -> Path:
    raw = os.environ.get(name)
    return Path(raw) if raw else default


def secret(name: str, *, development: str) -> str:
    """A secret, or the development value while DEBUG or the embedded profile allows one. Refuses to start otherwise."""
    raw = os.environ.get(name)
    if raw:
        return raw
    if development and (flag("DEMO", default=False) or flag("DEBUG", default=False)):
        return development
    raise EnvError(f"{name} is not set. Put a long random value in the environment (see .env.example).")
