"""Reading a profile: a dozen queries, one audit entry, nothing before the entry is written."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from core import audit
from core.actors import Actor
from core.clock import local_date, now
from core.errors import NotFound
from core.models import AuditAction
from core.permissions import can, check
from incidents.selectors.ids import as_uuid
from suspects.codes import pole
from suspects.codes.dates import age_on
from suspects.models import Link, Person
from suspects.selectors.profile import known, urgent
from suspects.selectors.profile.shapes import Linked, Profile, Warning_
from suspects.selectors.wanted_cards import DO_NOT_APPROACH, under_operation
from suspects.states import LinkKind

HIDDEN_UNDER_18 = "Under 18: the picture is shown for a reason only, which is logged."
_WHERE_FOUND = frozenset({LinkKind.HOME, LinkKind.FREQUENTS, LinkKind.BAIL_ADDRESS})


def person_profile(
    actor: Actor,
    person_id: UUID | str,
    purpose: str,
    *,
    reason_code: str = "",
    justification: str = "",
    on_behalf_of: str = "",
    incident: str = "",
    moment: dt.datetime | None = None,
    images_of_minor: bool = False,
) -> Profile:
    """The person as the actor may see them at `moment` (UTC, now unless given); one CONSULT entry naming what was read.

    Health markers only for roles with marker.health. With `images_of_minor` the pictures of somebody under 18 are not
    marked hidden; `justification` must then say why (the image itself asks again). Raises NotFound, NotAllowed.
    """
    check(actor, "person.view")
    at = moment or now()
    with transaction.atomic():
        person: Person | None = Person.objects.visible_to(actor).filter(pk=as_uuid(person_id)).first()
        if person is None:
            raise NotFound()
        profile = _read(actor, person, at, show_minor=images_of_minor and bool(justification.strip()))
        audit.record(
            actor, AuditAction.CONSULT, f"suspects.person:{person.pk}", purpose=purpose, reason_code=reason_code,
            justification=justification, on_behalf_of=on_behalf_of, incident=incident,
            fields=sorted({fact.section for fact in profile.all_facts}),
            result_ids=[*(one.marker_id for one in profile.warnings), *(one.report_id for one in profile.intelligence)],
        )  # fmt: skip
    return profile


def _read(actor: Actor, person: Person, at: dt.datetime, *, show_minor: bool) -> Profile:
    today = local_date(at)
    age = age_on(person.date_of_birth, today) if person.date_of_birth else None
    under_18 = age is not None and age < 18
    hidden = under_18 and not show_minor
    links = known.links_of(actor, person)
    joined = [known.as_linked(link, person.pk, at) for link in links]
    short = known.read_short_facts(actor, person, at)
    pictures = urgent.read_pictures(actor, person, at, hidden=hidden)
    planned = bool(under_operation(actor, [person.pk], at))
    conditions = urgent.read_conditions(actor, person, at, planned=planned)
    operation = planned and not can(actor, "operation.manage")
    addresses = _of(joined, "address")
    reachable = len(short["contact"]) + len(short["safe"])
    reports = known.read_intelligence(actor, at, person=person)
    return Profile(
        person_id=person.pk,
        moment=at,
        version=person.version,
        name=person.spoken_name,
        filename=person.filename,
        born=person.date_of_birth,
        age=age,
        under_18=under_18,
        sex=person.get_sex_display(),
        died_on=person.died_on,
        category=person.get_dpa_category_display(),
        pole_missing=_missing(person, reachable, len(addresses), bool(joined or reports)),
        warnings=_warnings(actor, person, links, at, hide_places=operation),
        wanted=urgent.read_wanted(actor, person, at, operation=planned),
        in_force=tuple(one for one in conditions if one.in_force),
        not_in_force=tuple(one for one in conditions if not one.in_force),
        pictures=pictures,
        intelligence=() if operation else reports,
        addresses=() if operation else addresses,
        vehicles=_of(joined, "vehicle"),
        associates=_of(joined, "person"),
        organisations=_of(joined, "organisation"),
        names=tuple(short["name"]),
        numbers=tuple(short["number"]),
        safe_numbers=tuple(short["safe"]),
        contacts=tuple(short["contact"]),
        description=known.description(person, short["mark"], at),
        history=known.read_history(actor, person, at),
        files=known.read_files(actor, person, at),
        hidden_images=HIDDEN_UNDER_18 if hidden and pictures else "",
        do_not_approach=DO_NOT_APPROACH if planned else "",
    )


def _of(joined: list[Linked], target: str) -> tuple[Linked, ...]:
    """Current first, each the newest first."""
    mine = [one for one in joined if one.target == target]
    return tuple(sorted(mine, key=lambda one: not one.current))


def _warnings(
    actor: Actor, person: Person, links: list[Link], at: dt.datetime, *, hide_places: bool
) -> tuple[Warning_, ...]:
    """The person's own, and those of addresses where the person lives, must live or may be found now; with
    `hide_places` they warn without saying of which address."""
    today = local_date(at)
    places = {
        link.address_id: link.address.line
        for link in links
        if link.address is not None and link.kind in _WHERE_FOUND and (link.valid_to is None or link.valid_to >= today)
    }
    markers = urgent.visible_markers(actor, at).filter(Q(person=person) | Q(address_id__in=list(places)))
    shown = {} if hide_places else places
    return urgent.worst_first(urgent.as_warning(one, at, shown.get(one.address_id, "")) for one in markers)


def _missing(person: Person, contacts: int, addresses: int, linked: bool) -> tuple[str, ...]:
    return pole.missing(
        given=person.given_names, surname=person.surname, born=person.date_of_birth, sex=person.sex,
        gender=person.gender_self, contacts=contacts, addresses=addresses, linked=linked,
    )  # fmt: skip
