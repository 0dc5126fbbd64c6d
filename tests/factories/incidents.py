"""Incidents, log entries and units of the tests' police stories."""

from __future__ import annotations

import itertools
from typing import Any
from uuid import uuid4

from core.actors import Actor
from core.clock import now
from core.models import Force
from core.roles import CALL_HANDLER, SUPERVISOR
from incidents import services
from incidents.models import Incident, Location, LogEntry, Resource, ResourceStatus, ResponseGrade
from incidents.thrive import THRIVE
from tests.factories.core import make_actor, make_force
from tests.factories.seeding import seeded

_signs = itertools.count(101)  # the demonstration and the tests name lower ones themselves


def make_tables(force: Force | None = None) -> Force:
    """A force with its starting grades, categories and States."""
    return seeded(force or make_force(), services.seed_force, ResponseGrade)


def contact(**changes: Any) -> dict[str, Any]:
    """What a call handler typed: everything `open_incident` takes apart from the actor."""
    assessed = {} if changes.get("grade_code", "I") == "I" else {"assessment": thrive()}
    return {
        **assessed,
        "channel": "999",
        "caller_number": "07700 900417",
        "caller_name": "Leah Marsden",
        "location_text": "Outside 14 Harbour Lane, Northmere",
        "description": "Two men fighting, one has a knife.",
        "grade_code": "I",
        "category_code": "401",
        "client_key": uuid4(),
        **changes,
    }


def thrive(score: str = "LOW", **changes: str) -> dict[str, str]:
    """THRIVE with the same score on each line."""
    return {f"{name}_score": score for name, _, _ in THRIVE} | changes


def assess_again(actor: Actor, incident: Incident) -> None:
    """Nobody attended: the risk is assessed before closing."""
    services.assess_risk(actor=actor, incident_id=incident.pk, given=thrive(), occasion="CLOSING")


def make_incident(actor: Actor | None = None, **changes: Any) -> Incident:
    """An open Immediate, taken by `actor` (or a fresh call handler Okafor)."""
    actor = actor or make_actor()
    make_tables(Force.objects.get(pk=actor.force_id))
    return services.open_incident(actor=actor, **contact(**changes))


def make_entry(incident: Incident, actor: Actor | None = None, **changes: Any) -> LogEntry:
    actor = actor or Actor.system(incident.force_id)
    return services.append_log(
        **{"actor": actor, "incident_id": incident.pk, "type": "NARRATIVE", "text": "Male has left.", **changes}
    )


def make_location(incident: Incident, *, chosen: bool = True, **changes: Any) -> Location:
    """An AML fix in the sea off Northmere, 11 m around, in use by the incident unless `chosen` is False."""
    at = now()
    fields = {
        "lat": 53.73615, "lon": 0.44712, "radius_m": 11.0, "source": "AML", "method": "GNSS", "fixed_at": at,
        "received_at": at, "author_label": "System",
    }  # fmt: skip
    location = Location.objects.create(force_id=incident.force_id, incident=incident, **{**fields, **changes})
    if chosen:
        incident.location = location
        incident.save(update_fields=["location"])
    return location


def make_resource(force: Force | None = None, call_sign: str | None = None, **changes: Any) -> Resource:
    """A unit on patrol (State 2)."""
    force = make_tables(force)
    status = ResourceStatus.objects.get(force=force, code=changes.pop("status_code", "2"))
    return Resource.objects.create(force=force, call_sign=call_sign or f"NB{next(_signs)}", status=status, **changes)


def make_supervisor(**changes: Any) -> Actor:
    """Supervisor Hale, who may also open incidents and deploy."""
    return make_actor(**{"roles": (CALL_HANDLER, SUPERVISOR), "first_name": "Rob", "last_name": "Hale", **changes})


def make_stranger(**changes: Any) -> Actor:
    """Somebody with every desk role, in another force."""
    force = make_tables(make_force("98", "Southmere Police"))
    return make_actor(**{"force": force, "roles": (CALL_HANDLER, SUPERVISOR), "last_name": "Stranger", **changes})
