"""What a benchmark of checks needs of a made-up force: records drawn evenly, and a reason in force for many at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from random import Random
from typing import Any

from core.clock import now
from core.models import Force, User
from suspects.bulk.places import made_id
from suspects.models import Address, CheckStop, Person, SuspectRules, Vehicle

_MODELS: dict[str, Any] = {"person": Person, "vehicle": Vehicle, "address": Address}


def drawn(kind: str, count: int, seed: int, random: Random) -> list[Any]:
    """At most `count` records of `make_people --seed`; `kind` is person, vehicle or address. The table is not read:
    the ids of made-up records follow from their numbers."""
    model = _MODELS[kind]
    held = model.objects.count()
    keys = [made_id(seed, kind, random.randrange(held)) for _ in range(count)]
    return list(model.objects.in_bulk(keys).values())


def open_stops(force: Force, people: Sequence[User], justification: str) -> None:
    """A stop of a day for each of these officers."""
    moment = now()
    CheckStop.objects.bulk_create(
        CheckStop(
            force=force, user=user, reason_code="1", justification=justification, started_at=moment,
            expires_at=moment + dt.timedelta(days=1),
        )
        for user in people
    )  # fmt: skip


def allow_searches(force: Force, per_minute: int) -> None:
    """How many searches a minute one account of this force may run before it is slowed."""
    SuspectRules.objects.update_or_create(force=force, defaults={"searches_per_minute": per_minute})
