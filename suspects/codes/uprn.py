"""Property and street identifiers (STANDARDS 3.3): text, compared without leading zeros."""

from __future__ import annotations

import re


def uprn(raw: str) -> str:
    """A UPRN of 1 to 12 digits, leading zeros dropped. Raises ValueError."""
    return _digits(raw, 12, "A UPRN has at most 12 digits.")


def usrn(raw: str) -> str:
    """A USRN of 1 to 8 digits, leading zeros dropped. Raises ValueError."""
    return _digits(raw, 8, "A USRN has at most 8 digits.")


def _digits(raw: str, limit: int, words: str) -> str:
    text = re.sub(r"\s+", "", raw)
    bare = text.lstrip("0")
    if not (text.isascii() and text.isdigit()) or len(text) > limit or not bare:
        raise ValueError(words)
    return bare
