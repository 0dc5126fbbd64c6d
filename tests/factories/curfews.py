"""Times of the curfew stories, as a clock in Northmere shows them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def london(text: str, fold: int = 0) -> dt.datetime:
    """ "21/11/2026 22:16" as UTC; `fold` 1 is the second coming of an hour in October."""
    return dt.datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=LONDON, fold=fold).astimezone(dt.UTC)


class Clock:
    """The server's clock, in the test's hands: Saturday 21/11/2026, 22:14."""

    def __init__(self) -> None:
        self.moment = london("21/11/2026 22:14")

    def __call__(self) -> dt.datetime:
        return self.moment

    def at(self, wall: str, day: str = "21/11/2026") -> dt.datetime:
        self.moment = london(f"{day} {wall}")
        return self.moment
