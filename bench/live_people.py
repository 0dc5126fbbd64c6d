"""The people of `bench live`: officers signed in and on duty, and wanted people for them to reserve.

Needs Django set up on a database of its own (`bench.live_site` sees to both).
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils.crypto import get_random_string

from core.clock import now
from core.models import Force, RoleGrant, User
from core.roles import OFFICER
from tests.factories.core import make_force
from tests.factories.wanted import make_place, make_pyke, make_record


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
    store: SessionStore[Session] = SessionStore()
    ends, rows = now() + dt.timedelta(hours=12), []
    for user in people:
        data = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[-1],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        rows.append(Session(session_key=get_random_string(32), session_data=store.encode(data), expire_date=ends))
    Session.objects.bulk_create(rows, batch_size=1000)
    return [f"{settings.SESSION_COOKIE_NAME}={row.session_key}" for row in rows]


def make(out: Path, phones: int, wanted: int) -> None:
    """Write {"topic", "cookies", "wanted"}: what the phones follow, the session of each, ids of wanted records."""
    call_command("migrate", interactive=False, verbosity=0)
    force = make_force()
    people = officers(force, phones)
    book_on(people)
    place = make_place(force)
    records = [make_record(make_pyke(force), address=place) for _ in range(wanted)]
    given = {"topic": f"wanted.{force.pk}", "cookies": sign_in(people), "wanted": [str(one.pk) for one in records]}
    out.write_text(json.dumps(given))
