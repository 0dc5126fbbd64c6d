"""Telephone numbers as people type them into a search box. What is kept goes through `incidents.services.parse_phone`,
which knows each country's plan; this only finds out that a number was meant, and which (STANDARDS 1.2, 15)."""

from __future__ import annotations

import re

E164 = re.compile(r"^\+[1-9]\d{7,14}$", re.ASCII)
_TYPED = re.compile(r"^[\d\s()+./-]{7,30}$", re.ASCII)

NOT_A_NUMBER = "Enter a telephone number, like 07700 900123 or +44 20 7946 0123."


def e164(raw: str) -> str:
    """ "+447700900123" from "07700 900 123", "00447700900123" or "+44 (0)7700 900123". A number without a country is
    British. Raises ValueError when it is no telephone number."""
    text = raw.strip()
    if not _TYPED.match(text) or text.count("+") > 1 or "+" in text[1:]:
        raise ValueError(NOT_A_NUMBER)
    number = re.sub(r"[^\d+]", "", text.replace("(0)", ""))
    if number.startswith("00"):
        number = f"+{number[2:]}"
    elif number.startswith("0"):
        number = f"+44{number[1:]}"
    if not E164.match(number):
        raise ValueError(NOT_A_NUMBER)
    return number


def is_phone(raw: str) -> bool:
    """Whether the text is a telephone number and nothing else."""
    try:
        e164(raw)
    except ValueError:
        return False
    return True
