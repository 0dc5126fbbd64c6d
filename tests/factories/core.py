"""Forces and people of the tests' police stories."""

from __future__ import annotations

import itertools

from core.actors import Actor
from core.models import Force, RoleGrant, User
from core.roles import CALL_HANDLER

PASSWORD = "northmere-harbour-lane"
#: Six digits: thousands of people in one run never reach a number that a test gives somebody itself.
_collars = itertools.count(510_000)


def make_force(code: str = "99", name: str = "Northmere Police") -> Force:
    force, _ = Force.objects.get_or_create(
        code=code, defaults={"name": name, "short_name": name.split()[0], "sms_sender": "NORTHMERE"}
    )
    return force


def make_user(
    *,
    force: Force | None = None,
    roles: tuple[str, ...] = (CALL_HANDLER,),
    first_name: str = "Ada",
    last_name: str = "Okafor",
    collar_number: str | None = None,
    rank: str = "",
    call_sign: str = "",
    is_staff: bool = False,
) -> User:
    user = User.objects.create_user(
        force=force or make_force(),
        collar_number=collar_number or str(next(_collars)),
        password=PASSWORD,
        first_name=first_name,
        last_name=last_name,
        rank=rank,
        call_sign=call_sign,
        is_staff=is_staff,
    )
    RoleGrant.objects.bulk_create([RoleGrant(user=user, role=role) for role in roles])
    return user


def make_actor(**kwargs: object) -> Actor:
    """A fresh user's actor; the same arguments as `make_user`."""
    return Actor.for_user(make_user(**kwargs))  # type: ignore[arg-type]  # passed through
