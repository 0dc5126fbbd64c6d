"""Writes the fictional force through the same services everyone uses, so that its log and audit chains hold."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction

from config.demo import partners, suspects
from config.demo.story import ASKS, CALLS, CREWS, OFFICERS, PASSWORD, POINTS, STAFF, UNITS, Call
from core.actors import Actor
from core.clock import as_if, now
from core.models import Force, RoleGrant, User
from incidents import services
from incidents.selectors import categories
from incidents.services import telephony
from streaming.services import exposure

NAMESPACE = uuid.UUID("8d4f6a52-3f0e-4d51-9a7e-0c2a54f0d9f1")


def refuse_real_data() -> None:
    """The demo writes made-up calls: never into a database that holds a real force."""
    if Force.objects.filter(is_demo=False).exists():
        raise CommandError(
            "This database holds a force that is not the demo's, so the demo will not write to it. "
            "Choose another place with DEMO_DIR, or unset DATABASE_URL."
        )


def ensure() -> None:
    """Write the force once; a second start finds it and changes nothing."""
    if Force.objects.filter(is_demo=True, code="99").exists():
        return
    with transaction.atomic():  # whole or not at all, and one run of what follows a commit
        _write()


def _write() -> None:
    force = Force.objects.create(
        code="99", name="Northmere Police", short_name="Northmere", sms_sender="NORTHMERE", is_demo=True
    )
    services.seed_force(force)
    people = _people(force)
    handler, dispatcher, supervisor = (Actor.for_user(people[collar]) for collar in ("5127", "4410", "1180"))
    units = {sign: _unit(dispatcher, sign, kind, state, lat, lon) for sign, kind, state, lat, lon in UNITS}
    services.set_resource_status(actor=dispatcher, resource_id=units[ASKS[0]], status_code=ASKS[1])
    numbers = {category.name: category.code for category in categories(handler)}
    start = now()
    for call in CALLS:
        _call(call, start - dt.timedelta(hours=call.ago), handler, dispatcher, supervisor, units, numbers)
    suspects.write(force, people)
    partners.write(force, NAMESPACE)
    _switchboard(force)
    exposure.switch_guard(actor=Actor.system(force.pk), force_id=force.pk, on=False)  # the demo shows pictures at once


def _switchboard(force: Force) -> None:
    """A telephony connection whose token lies beside the demo's data: `manage.py call --token-file` rings with it."""
    _, token = telephony.make_connection(actor=Actor.system(force.pk), force_id=force.pk, name="Demo switchboard")
    file = settings.DATA_DIR / "telephony-token"
    file.touch(mode=0o600)
    file.write_text(token)


def _people(force: Force) -> dict[str, User]:
    people = {}
    for collar, first, last, rank, roles in STAFF:
        people[collar] = _person(force, collar, first, last, rank, roles, staff=roles[0] in {"admin", "auditor"})
    for number, (rank, first, last) in enumerate(OFFICERS):
        roles = ("sergeant", "officer") if rank in {"Sgt", "Insp"} else ("officer",)
        collar = str(2001 + number)
        people[collar] = _person(force, collar, first, last, rank, roles, call_sign=UNITS[number % len(UNITS)][0])
    return people


def _person(
    force: Force, collar: str, first: str, last: str, rank: str, roles: tuple[str, ...], *,
    staff: bool = False, call_sign: str = "",
) -> User:  # fmt: skip
    user = User(
        username=f"{force.code}-{collar}", force=force, collar_number=collar, first_name=first, last_name=last,
        rank=rank, is_staff=staff, call_sign=call_sign,
    )  # fmt: skip
    user.password = _password()
    user.save()
    RoleGrant.objects.bulk_create([RoleGrant(user=user, role=role, granted_by="demo") for role in roles])
    return user


_hashed = ""


def _password() -> str:
    """One hash for everyone: the demo must start fast, and its password is printed on the screen anyway."""
    global _hashed
    if not _hashed:
        from django.contrib.auth.hashers import make_password

        _hashed = make_password(PASSWORD)
    return _hashed


def _unit(dispatcher: Actor, sign: str, kind: str, state: str, lat: float, lon: float) -> uuid.UUID:
    size, skills = CREWS.get(sign, (2, ("RESPONSE",)))
    unit = services.register_resource(
        actor=dispatcher, call_sign=sign, type=kind, status_code=state, crew_size=size, skills=skills
    )
    services.move_resource(actor=dispatcher, resource_id=unit.pk, lat=lat, lon=lon, at=now())
    return unit.pk


def _point(call: Call, handler: Actor, incident_id: uuid.UUID) -> None:
    """Where the call is, as its phone or its handler said it a few seconds later."""
    if call.place not in POINTS:
        return
    source, lat, lon, radius, method, read_back = POINTS[call.place]
    kept = services.report_point(
        actor=handler, incident_id=incident_id, source=source, lat=lat, lon=lon, radius_m=radius, method=method,
        words=call.place,
    )  # fmt: skip
    if read_back:
        services.mark_read_back(actor=handler, incident_id=incident_id, location_id=kept.location.pk)


_THRIVE = {f"{line}_score": "LOW" for line in ("threat", "investigation", "engagement")} | {
    f"{line}_score": "MEDIUM" for line in ("harm", "risk", "vulnerability")
}


def _call(
    call: Call,
    at: dt.datetime,
    handler: Actor,
    dispatcher: Actor,
    supervisor: Actor,
    units: dict[str, uuid.UUID],
    numbers: dict[str, str],
) -> None:
    with as_if(at):
        incident = services.open_from_contact(
            actor=handler,
            caller=services.Caller(
                channel="999" if call.grade in "IP" else "101", number=call.number, name=call.caller
            ),
            channel="999" if call.grade in "IP" else "101",
            caller_number=call.number,
            caller_name=call.caller,
            location_text=call.place,
            description=call.words,
            grade_code=call.grade,
            category_code=numbers[call.category],
            client_key=uuid.uuid5(NAMESPACE, f"{call.place}{call.words}"),
            assessment=_THRIVE,
        )
        _point(call, handler, incident.pk)
    for step, note in enumerate(call.notes, start=1):
        with as_if(at + dt.timedelta(seconds=40 * step)):
            services.append_log(actor=handler, incident_id=incident.pk, type="NARRATIVE", text=note)
    if call.restricted:
        with as_if(at + dt.timedelta(seconds=40 * (len(call.notes) + 1))):
            services.append_log(
                actor=supervisor, incident_id=incident.pk, type="NARRATIVE", text=call.restricted, restricted=True
            )
    for step, sign in enumerate(call.units, start=1):
        with as_if(at + dt.timedelta(seconds=20 * step)):
            services.assign(actor=dispatcher, incident_id=incident.pk, resource_id=units[sign])
            services.en_route(actor=dispatcher, incident_id=incident.pk, resource_id=units[sign])
        if call.there:
            with as_if(at + dt.timedelta(seconds=60 + 20 * step)):
                services.at_scene(actor=dispatcher, incident_id=incident.pk, resource_id=units[sign])
    if call.closing:
        with as_if(at + dt.timedelta(minutes=70)):
            if not call.there:
                services.assess_risk(actor=supervisor, incident_id=incident.pk, given=_THRIVE, occasion="CLOSING")
            services.close_incident(
                actor=supervisor, incident_id=incident.pk, category_code=numbers[call.category], text=call.closing,
                no_crime_rationale="No offence made out.", asb_class="NUISANCE", asb_type="ROWDY_BEHAVIOUR",
            )  # fmt: skip
