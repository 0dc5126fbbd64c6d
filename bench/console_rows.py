"""The night of `bench console`: open incidents, units, people at desks, and somebody who changes them all the time.

Needs Django set up on a database of its own (`bench.console` sees to both).
"""

from __future__ import annotations

import json
import random
import time
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.core.management import call_command

from bench.live_people import sign_in
from core.actors import Actor
from core.errors import DomainError
from core.models import Force, RoleGrant, User
from core.realtime import head
from core.roles import CALL_HANDLER, SUPERVISOR
from incidents import services
from incidents.events import incident_topic
from tests.factories.core import make_force
from tests.factories.incidents import make_incident, make_resource, make_supervisor

GRADES = ("I", "P", "S")
BEHIND = 5.0  # seconds that the changes may lag before the run is worth nothing


def desks(force: Force, count: int) -> list[User]:
    password = make_password(None)
    people = [
        User(username=f"{force.code}-{20_000 + number}", collar_number=str(20_000 + number), force=force,
             first_name="Ada", last_name="Okafor", password=password)
        for number in range(count)
    ]  # fmt: skip
    User.objects.bulk_create(people)
    RoleGrant.objects.bulk_create([RoleGrant(user=user, role=CALL_HANDLER) for user in people])
    return people


def make(out: Path, incidents: int, consoles: int) -> None:
    """Write {"cookies", "incident", "topic", "head"}: sessions of the desks, the incident they all have open."""
    call_command("migrate", interactive=False, verbosity=0)
    force = make_force()
    people = desks(force, consoles + 3)
    handler, supervisor = Actor.for_user(people[0]), make_supervisor(force=force)
    rows = [
        make_incident(handler, grade_code="P", location_text=f"{number} Harbour Lane, Northmere")
        for number in range(incidents + 1)
    ]
    for number in range(incidents // 2):
        make_resource(force, call_sign=f"NB{number}", status_code="2")
    topic = incident_topic(rows[-1].pk)
    for number in range(12):
        services.append_log(actor=supervisor, incident_id=rows[-1].pk, type="NARRATIVE", text=f"Line {number}.")
    given = {"cookies": sign_in(people), "incident": str(rows[-1].pk), "topic": topic, "head": head(topic)}
    out.write_text(json.dumps(given))


def drive(out: Path, rate: float, seconds: float, quiet: str) -> None:
    """Change incidents at `rate` a second: grades, units sent and stood down, their States. One event each."""
    chance = random.Random(7)  # the same night every time
    actor = Actor.for_user(User.objects.filter(role_grants__role=SUPERVISOR).get())
    ids = list(_incidents().exclude(pk=quiet).values_list("pk", flat=True))
    free = list(apps.get_model("incidents", "Resource").objects.values_list("pk", flat=True))
    sent: dict[Any, Any] = {}
    done = refused = 0
    worst = 0.0
    began = time.monotonic()
    while (now := time.monotonic()) < began + seconds:
        due = began + done / rate
        if due > now:
            time.sleep(due - now)
        worst = max(worst, now - due)
        if worst > BEHIND:
            break
        incident = chance.choice(ids)
        try:
            _change(actor, incident, chance, free, sent)
        except DomainError:
            refused += 1
        done += 1
    versions = {str(key): version for key, version in _incidents().values_list("pk", "version")}
    took = time.monotonic() - began
    out.write_text(
        json.dumps({"changes": done, "refused": refused, "seconds": took, "worst_lag": worst, "versions": versions})
    )


def _incidents() -> Any:
    return apps.get_model("incidents", "Incident").objects


def _change(actor: Actor, incident: Any, chance: random.Random, free: list[Any], sent: dict[Any, Any]) -> None:
    unit = sent.get(incident)
    if unit is None and free and chance.random() < 0.5:
        unit = free.pop()
        services.assign(actor=actor, incident_id=incident, resource_id=unit)
        sent[incident] = unit
    elif unit is not None and chance.random() < 0.5:
        services.stand_down(actor=actor, incident_id=incident, resource_id=unit)
        free.append(sent.pop(incident))
    else:
        known = _incidents().select_related("current_grade").get(pk=incident)
        other = chance.choice([code for code in GRADES if code != known.current_grade.code])
        services.change_grade(actor=actor, incident_id=known.pk, grade_code=other, reason="Reassessed.")
