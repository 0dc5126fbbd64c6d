"""The curfew stories: times as a clock in Northmere shows them, and a knock at Jade Corrie's door."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from core.actors import Actor
from suspects.models import BailCondition
from suspects.services.curfews import Recorded, Seen, record_check

LONDON = ZoneInfo("Europe/London")
AT_DOOR = {"lat": 53.73618, "lon": 0.4471}  # 9 m from 8 Eel Pie Court


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


def log(actor: Actor, curfew: BailCondition, outcome: str = "NO_REPLY", key: Any = None, **changes: Any) -> Recorded:
    """One check at the door; `changes` are fields of `Seen`."""
    seen = Seen(**{"outcome": outcome, **AT_DOOR, **changes})
    return record_check(actor=actor, condition_id=curfew.pk, client_key=key or uuid4(), seen=seen)
