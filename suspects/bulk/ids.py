"""Ids of rows that are written by the million."""

from __future__ import annotations

import time
from secrets import randbits
from uuid import UUID


def ordered_id() -> UUID:
    """UUID version 7 (RFC 9562 section 5.7, with the fraction of section 6.2, method 3): a later one sorts after.

    An index of random ids is written to all over; this one grows at its end, which is what a million rows need. 62 of
    its bits are random.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction = rest * 4096 // 1_000_000
    return UUID(int=milliseconds << 80 | 7 << 76 | fraction << 64 | 2 << 62 | randbits(62))
