"""One force's people, things, wanted records, curfews and checks: what `world` puts into each place."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from core.actors import Actor
from core.clock import now
from core.models import Force
from incidents.services import book_on
from suspects import models
from suspects.services.checks import run_check
from suspects.services.curfews import Seen, record_check
from suspects.services.documents import add_document
from suspects.services.identity import begin_identity_check
from suspects.services.images import add_image
from suspects.services.receipts import keep_receipt
from suspects.services.reservations import reserve
from suspects.services.typed import Typed
from tests.factories import suspects as make
from tests.factories.pictures import picture

ALL_DAY = {"start": dt.time(0, 0), "minutes": 1440}


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who did what: the officer has the reservation, made the check and stood at the door."""

    officer: Actor
    sergeant: Actor
    supervisor: Actor


def fill(force: Force, cast: Cast, surname: str, street: str, known: str) -> dict[str, UUID]:
    """Everything the rulebook's lines about people are about, by the names they use."""
    make.make_suspect_tables(force)
    for actor in (cast.officer, cast.sergeant):
        book_on(actor=actor)
    things: dict[str, Any] = {}
    things |= _person(force, cast, surname, street, known)
    things |= _wanted(force, cast, surname, things["address"])
    things |= _curfews(force, cast, surname)
    things |= _asked(force, cast, surname, things["person"])
    run = models.ImportRun.objects.create(
        force=force, source="NICHE", file_name="nominals.csv", started_at=now(), ended_at=now(), rows=1, refused=1,
        by_label="K. Vance",
    )  # fmt: skip
    models.ImportProblem.objects.create(force=force, run=run, line=2, column="surname", message="Give a name.")
    return {name: getattr(one, "pk", one) for name, one in (things | {"import": run}).items()}


def _person(force: Force, cast: Cast, surname: str, street: str, known: str) -> dict[str, Any]:
    person = make.make_person(force, surname=surname, searchable=True, pole_incomplete=True, birthplace="Saltby")
    make.make_identifier(person)
    make.make_contact_point(person)
    address = make.make_address(force, street=street)
    car, shop = make.make_vehicle(force), make.make_organisation(force)
    link = make.make_link(person, address)
    make.make_link(person, car, kind="KEEPER")
    marker = make.make_marker(car, code=_vehicle_code(force), text=f"Was rammed: {known}")
    marker.added_by_label = "Somebody else"
    image = add_image(actor=cast.supervisor, person_id=person.pk, data=picture(), source="Custody")
    paper = add_document(
        actor=cast.supervisor,
        person_id=person.pk,
        data=f"Interview: {known}.".encode(),
        title="Interview",
        source="DMS",
    )
    report = make.make_intelligence(person, car, text=f"Was seen with {known}.")
    return {
        "person": person, "address": address, "vehicle": car, "organisation": shop, "joined": link, "marker": marker,
        "image": image, "document": paper, "report": report,
    }  # fmt: skip


def _vehicle_code(force: Force) -> str:
    return str(models.MarkerKind.objects.filter(force=force, family="VEHICLE").values_list("code", flat=True)[0])


def _wanted(force: Force, cast: Cast, surname: str, address: models.Address) -> dict[str, Any]:
    def record(given: str, **changes: Any) -> Any:
        return make.make_wanted(make.make_person(force, surname=surname, given_names=given), **changes)

    ended = {"closed_at": now(), "closed_reason": "Arrested"}
    free, taken, hidden = record("Kyle", address=address), record("Lee"), record("Ross")
    operation = make.make_operation(hidden.person, cast.supervisor)
    row = reserve(actor=cast.officer, wanted_id=taken.pk, acknowledged=[], client_key=uuid4())
    return {
        "wanted": free, "wanted person": free.person, "draft": record("Neil", state="DRAFT", circulated_at=None),
        "custody": record("Owen", state="IN_CUSTODY", **ended), "reservation": row, "operation": operation,
        "hidden person": hidden.person,
    }  # fmt: skip


def _curfews(force: Force, cast: Cast, surname: str) -> dict[str, Any]:
    """One curfew nobody looked at tonight; one whose officer found nobody and raised a breach."""
    person = make.make_person(force, surname=surname, given_names="Jade", born=dt.date(2000, 5, 2), sex="F")
    bail = make.make_bail(person, oic_id=cast.officer.user_id, oic_label=cast.officer.label)
    allowed = {"quiet_hours_authorised": "Insp. Gray"}
    curfew = make.make_condition(person, bail=bail, **ALL_DAY, **allowed)
    other = make.make_condition(make.make_person(force, surname=surname, given_names="Rhys"), **ALL_DAY, **allowed)
    seen = Seen(
        outcome="REFUSED_TO_COME_TO_DOOR", note="Spoke through the door.", photo=picture(), lat=53.7361, lon=0.4471
    )
    done = record_check(actor=cast.officer, condition_id=other.pk, client_key=uuid4(), seen=seen)
    return {"bail": bail, "curfew": curfew, "curfew check": done.check, "breach": done.breach}


def _asked(force: Force, cast: Cast, surname: str, person: models.Person) -> dict[str, Any]:
    """A stop, a check of that name, a register that did not answer, a receipt, questions at the car."""
    open_stops(force, [cast.officer, cast.sergeant])
    check = run_check(actor=cast.officer, typed=Typed(text=surname), subject="PERSON").check
    models.SourceResult.objects.update_or_create(
        asked_for=check, system="PNC",
        defaults={"force": force, "outcome": "ERROR", "problem": "timeout", "asked_at": now(), "returned_at": now()},
    )  # fmt: skip
    facts = [{"ref": "name", "section": "name", "title": surname, "text": "", "source": "PNC", "dated": None}]
    receipt = keep_receipt(
        actor=cast.officer, subject="PERSON", record_id=person.pk, title=surname, facts=facts, purpose="profile"
    )
    identity = begin_identity_check(actor=cast.officer, person_id=person.pk, said={"name": f"Darren {surname}"})
    return {"check": check, "receipt": receipt, "identity": identity}


def open_stops(force: Force, actors: list[Actor]) -> None:
    """A reason in force for each of these people."""
    models.CheckStop.objects.bulk_create(
        models.CheckStop(
            force=force, user_id=actor.user_id, reason_code="4", justification="Seen near the garages",
            started_at=now(), expires_at=now() + dt.timedelta(hours=12),
        )
        for actor in actors
    )  # fmt: skip
