"""Officers signed in with a reason, and checks they will run: `main` is started by `bench checks` after django.setup().

What is typed: people as officers hear them (`bench.damage`), plates whole and in part, postcodes, addresses, numbers
that are not on file.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import secrets
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from bench.damage import Typed, damage
from bench.population import FORCE_CODE, SEED
from core.clock import now
from core.models import Force, RoleGrant, User
from core.roles import OFFICER
from suspects.bulk.drawing import allow_searches, drawn, open_stops

CHECKS = 6000
SHARES = (("person", 0.60), ("vehicle", 0.22), ("address", 0.13), ("nobody", 0.05))


def officers(force: Force, count: int) -> list[User]:
    password = make_password(None)
    people = [
        User(username=f"{force.code}-{20_000 + number}", collar_number=str(20_000 + number), force=force,
             first_name="Tom", last_name="Reid", call_sign=f"NB{number}", password=password)
        for number in range(count)
    ]  # fmt: skip
    User.objects.bulk_create(people, batch_size=1000)
    RoleGrant.objects.bulk_create([RoleGrant(user=user, role=OFFICER) for user in people], batch_size=1000)
    return people


def sign_in(people: list[User]) -> list[str]:
    """A session each, as the sign-in page makes them."""
    store, rows, ends = SessionStore(), [], now() + dt.timedelta(hours=12)
    for user in people:
        data = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[-1],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        rows.append(Session(session_key=secrets.token_hex(16), session_data=store.encode(data), expire_date=ends))
    Session.objects.bulk_create(rows, batch_size=1000)
    return [f"{settings.SESSION_COOKIE_NAME}={row.session_key}" for row in rows]


def person(one: Any, random: Random) -> dict[str, str]:
    typed = Typed(one.given_names.split(" ")[0], one.surname, one.date_of_birth if random.random() < 0.8 else None)
    if random.random() < 0.6:
        typed = damage(typed, random).typed
    born = f"{typed.born:%d/%m/%Y}" if typed.born else ""
    return {"subject": "PERSON", "surname": typed.surname, "given": typed.given, "born": born}


def vehicle(one: Any, random: Random) -> dict[str, str]:
    mark = one.vrm
    if random.random() < 0.3 and len(mark) > 5:
        place = random.randrange(3, len(mark))
        mark = mark[:place] + "?" + mark[place + 1 :]
    return {"text": mark}


def address(one: Any, random: Random) -> dict[str, str]:
    if random.random() < 0.5:
        return {"text": one.postcode}
    return {"subject": "ADDRESS", "number": one.number, "street": one.street, "postcode": one.postcode}


def nobody(random: Random) -> dict[str, str]:
    return {"text": random.choice(("Quillfeather, Zebedee 29/02/1932", "07700 900999", "ZZ99 ZZZ", "1931/0000001C"))}


def checks(random: Random) -> list[dict[str, Any]]:
    counts = {kind: round(CHECKS * share) for kind, share in SHARES}
    typed = {"person": person, "vehicle": vehicle, "address": address}
    found = [
        {"kind": kind, "body": make(one, random)}
        for kind, make in typed.items()
        for one in drawn(kind, counts[kind], SEED, random)
    ]
    found += [{"kind": "nobody", "body": nobody(random)} for _ in range(counts["nobody"])]
    random.shuffle(found)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--officers", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    force = Force.objects.get(code=FORCE_CODE)
    # So few officers never run so many checks: what slows one account is measured by its tests.
    allow_searches(force, 10_000)
    people = officers(force, options.officers)
    open_stops(force, people, "Trying car doors, Weir Street car park")
    plan = {"cookies": sign_in(people), "checks": checks(Random(SEED))}
    options.out.write_text(json.dumps(plan))
