"""`python -m bench.live_people --phones N --out FILE`: the tables, and N officers signed in and on duty.

Writes {"topic", "cookies"}: what the phones follow, and the session of each. Started by `bench live`, which sets the
database in the environment.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command

from core.clock import now
from core.models import Force, RoleGrant, User
from core.roles import OFFICER


def officers(force: Force, count: int) -> list[User]:
    password = make_password(None)
    people = [
        User(username=f"{force.code}-{10_000 + number}", collar_number=str(10_000 + number), force=force,
             first_name="Tom", last_name="Reid", call_sign=f"NB{number}", password=password)
        for number in range(count)
    ]  # fmt: skip
    User.objects.bulk_create(people, batch_size=1000)
    RoleGrant.objects.bulk_create([RoleGrant(user=user, role=OFFICER) for user in people], batch_size=1000)
    return people


def book_on(people: list[User]) -> None:
    """As a shift that began an hour ago."""
    duty, began = apps.get_model("incidents", "Duty"), now() - dt.timedelta(hours=1)
    rows = [
        duty(force_id=user.force_id, user=user, call_sign=user.call_sign, booked_on_at=began,
             until=began + dt.timedelta(hours=12))
        for user in people
    ]  # fmt: skip
    duty.objects.bulk_create(rows, batch_size=1000)


def sign_in(people: list[User]) -> list[str]:
    """A session row of each, as Django's own sign-in leaves it; returns the cookies."""
    ends, rows = now() + dt.timedelta(hours=12), []
    for user in people:
        store = SessionStore()
        data = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[-1],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        rows.append(
            Session(session_key=store._get_new_session_key(), session_data=store.encode(data), expire_date=ends)
        )
    Session.objects.bulk_create(rows, batch_size=1000)
    return [f"{settings.SESSION_COOKIE_NAME}={row.session_key}" for row in rows]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phones", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    call_command("migrate", interactive=False, verbosity=0)
    force = Force.objects.create(code="99", name="Northmere Police", short_name="Northmere", is_demo=True)
    people = officers(force, options.phones)
    book_on(people)
    options.out.write_text(json.dumps({"topic": f"wanted.{force.pk}", "cookies": sign_in(people)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
