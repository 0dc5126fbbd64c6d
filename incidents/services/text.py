"""What people type, made safe to keep: text stays text, whatever it looks like. Pages escape it when they show it."""

from __future__ import annotations

import unicodedata

from core.errors import Invalid

# Bidirectional overrides and isolates could show an entry in another order than it was written (CVE-2021-42574).
# Plain marks (LRM, RLM, ALM) and joiners stay: Arabic and Urdu need them.
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and signs that show nothing


def clean_text(raw: str, *, field: str, limit: int, required: bool = False, lines: bool = False) -> str:
    """`raw` without control characters, in NFC, trimmed. Line breaks stay where `lines`; elsewhere they are spaces.

    Raises Invalid for the field when it is longer than `limit` characters or `required` and empty.
    """
    text = unicodedata.normalize("NFC", raw).replace("\r\n", "\n").replace("\r", "\n")
    kept = [_keep(char, lines) for char in text]
    text = "".join(kept).strip()
    if not any(map(_is_seen, text)):
        text = ""  # a reason of zero-width spaces is none
    if required and not text:
        raise Invalid(fields={field: "Enter some text."})
    if len(text) > limit:
        raise Invalid(fields={field: f"Use at most {limit:,} characters; this is {len(text):,}."})
    return text


def ended(words: str) -> str:
    """With a full stop, unless it has one: what was typed stays as it was typed."""
    return words if words.endswith(".") else f"{words}."


def _keep(char: str, lines: bool) -> str:
    if char in "\n\t\u2028\u2029":
        return "\n" if lines and char != "\t" else " "
    kind = unicodedata.category(char)
    if char in _REORDERING or kind in {"Cc", "Cs", "Co"} or (kind == "Cn" and _is_no_character(char)):
        return ""
    return char


def _is_seen(char: str) -> bool:
    return unicodedata.category(char) not in {"Cf", "Zs", "Zl", "Zp", "Mn", "Me"} and char not in _BLANK


def _is_no_character(char: str) -> bool:
    """What Unicode will never assign. What this Python does not know yet is somebody's new letter or emoji."""
    return ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF
