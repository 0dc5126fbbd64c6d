"""Street names as they are compared: how people shorten the last word is not a difference."""

from __future__ import annotations

import re
import unicodedata

LIMIT = 35
_KINDS = {
    "rd": "road", "st": "street", "str": "street", "ave": "avenue", "av": "avenue", "ln": "lane", "cl": "close",
    "dr": "drive", "ct": "court", "crt": "court", "cres": "crescent", "cresc": "crescent", "gdns": "gardens",
    "gdn": "garden", "gr": "grove", "grv": "grove", "pk": "park", "pl": "place", "sq": "square", "ter": "terrace",
    "terr": "terrace", "tce": "terrace", "wy": "way", "wlk": "walk", "hse": "house", "blvd": "boulevard",
}  # fmt: skip


def street_key(street: str) -> str:
    """ "Fenside Wlk." → "fenside walk", "St. John's Rd" → "st johns road": what `Address.street_folded` holds.

    Only the last word is written out: a Saint at the beginning stays "st". At most 35 characters.
    """
    apart = unicodedata.normalize("NFKD", street).casefold()
    bare = "".join(char for char in apart if not unicodedata.combining(char) and char not in "'’`.")
    words = re.findall(r"[a-z0-9]+", bare)
    if len(words) > 1:
        words[-1] = _KINDS.get(words[-1], words[-1])
    return " ".join(words)[:LIMIT].rstrip()
