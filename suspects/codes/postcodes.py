"""British postcodes (STANDARDS 3.2, 15): capitals, one space. The pattern says "could be one"; only the address file
says "is one"."""

from __future__ import annotations

import re

_WHOLE = re.compile(
    r"^(GIR 0AA|[A-PR-UWYZ](\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRVWXY]) \d[ABD-HJLNP-UW-Z]{2})$",
    re.ASCII,
)
_OUTWARD = re.compile(r"^[A-PR-UWYZ](\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRVWXY])$", re.ASCII)
_SECTOR = re.compile(r"^(\S+) (\d)$", re.ASCII)

NOT_A_POSTCODE = "This is not a postcode. Leave it empty rather than guess; a foreign code goes with the county."


def normalise(raw: str) -> str:
    """ "NM4 7QT" from any spacing or case. Raises ValueError."""
    text = re.sub(r"[\s.\-]+", "", raw).upper()
    spaced = f"{text[:-3]} {text[-3:]}"
    if not _WHOLE.match(spaced):
        raise ValueError(NOT_A_POSTCODE)
    return spaced


def is_postcode(raw: str) -> bool:
    """Whether the text is one whole postcode."""
    try:
        normalise(raw)
    except ValueError:
        return False
    return True


def outward(postcode: str) -> str:
    """The first half of a normalised postcode: "NM4"."""
    return postcode.partition(" ")[0]


def sector(postcode: str) -> str:
    """Outward half and the next digit, what beats are drawn by: "NM4 7"."""
    return postcode[:-2]


def start(raw: str) -> str:
    """A postcode or the beginning of one ("NM4", "NM4 7", "nm47qt"), as a prefix of normalised postcodes.

    Raises ValueError when no postcode begins so.
    """
    if is_postcode(raw):
        return normalise(raw)
    text = " ".join(raw.upper().split())
    if _OUTWARD.match(text):
        return f"{text} "
    if (match := _SECTOR.match(text)) and _OUTWARD.match(match[1]):
        return text
    raise ValueError(NOT_A_POSTCODE)
