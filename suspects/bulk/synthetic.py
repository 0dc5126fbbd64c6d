"""A synthetic force as rows: from what `population`, `places` and `vehicles` make to what the tables hold."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from uuid import UUID

from suspects.bulk import tables
from suspects.bulk.places import MadeAddress, address, addresses, made_id
from suspects.bulk.population import MadeCurfew, MadePerson, MadeWanted, people
from suspects.bulk.tables import Row, Table
from suspects.bulk.vehicles import MadeVehicle, vehicles
from suspects.bulk.writing import copy_text
from suspects.codes import vrm
from suspects.codes.streets import street_key
from suspects.matching.keys import keys_for
from suspects.states import BailType, LinkKind

SOURCE = "SYNTHETIC"
MadeRows = dict[Table, list[Row]]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to make, for whom and when. The last four are ids of the force's own tables by their codes."""

    force_id: int
    seed: int
    people: int
    vehicles: int
    addresses: int
    moment: dt.datetime
    markers: dict[str, UUID]
    bases: dict[str, UUID]
    bands: dict[str, UUID]
    conditions: dict[str, UUID]

    def someone(self, fraction: float) -> UUID:
        return made_id(self.seed, "person", int(fraction * self.people))

    def somewhere(self, fraction: float) -> UUID:
        return made_id(self.seed, "address", int(fraction * self.addresses))


def slice_rows(plan: Plan, kind: str, first: int, count: int) -> MadeRows:
    """Rows of `count` records from `first` on. `kind` is "addresses", "people" or "vehicles".

    Equal for the same plan: rows of their own have ids from a stream that begins at `first`.
    """
    random = Random(f"{plan.seed}:rows:{kind}:{first}")  # noqa: S311  # made up, not secret
    if kind == "addresses":
        return {tables.ADDRESS: [_address(plan, one) for one in addresses(count, plan.seed, first=first)]}
    if kind == "vehicles":
        return _vehicles(plan, vehicles(count, plan.seed, first=first), random)
    return _people(plan, people(count, plan.seed, first=first), random)


def slice_texts(plan: Plan, kind: str, first: int, count: int) -> dict[Table, bytes]:
    """The same rows as COPY text: what a worker process hands back."""
    return {table: copy_text(table, rows) for table, rows in slice_rows(plan, kind, first, count).items()}


def _new_id(random: Random) -> UUID:
    return UUID(int=random.getrandbits(128), version=4)


def _address(plan: Plan, one: MadeAddress) -> Row:
    return (
        one.id, plan.force_id, one.flat, one.number, one.premises, one.street, one.town, one.county, one.postcode,
        one.uprn, street_key(one.street), one.area, one.lat, one.lon, SOURCE, f"{plan.seed}-{one.uprn}", plan.moment,
    )  # fmt: skip


def _vehicles(plan: Plan, made: Iterable[MadeVehicle], random: Random) -> MadeRows:
    rows: MadeRows = {tables.VEHICLE: [], tables.LINK: []}
    for one in made:
        rows[tables.VEHICLE].append((
            one.id, plan.force_id, one.vrm, vrm.folded(one.vrm), vrm.reversed_folded(one.vrm), one.make, one.model,
            one.colour, "", "", "GBR", SOURCE, f"{plan.seed}-{one.vrm}", plan.moment,
        ))  # fmt: skip
        held = ((LinkKind.KEEPER, one.keeper), (LinkKind.DRIVER, one.driver))
        for kind, fraction in held if plan.people else ():
            if fraction is not None:
                rows[tables.LINK].append(
                    _link(plan, random, plan.someone(fraction), kind, vehicle=one.id, began=plan.moment.date())
                )
    return rows


def _link(
    plan: Plan,
    random: Random,
    person: UUID,
    kind: str,
    *,
    other: UUID | None = None,
    vehicle: UUID | None = None,
    address: UUID | None = None,
    began: dt.date | None = None,
    ended: dt.date | None = None,
) -> Row:
    return (
        _new_id(random), plan.force_id, person, other, vehicle, address, str(kind), SOURCE, began, ended, plan.moment,
    )  # fmt: skip


def _people(plan: Plan, made: Iterable[MadePerson], random: Random) -> MadeRows:
    rows: MadeRows = defaultdict(list)
    for one in made:
        rows[tables.PERSON].append(_person(plan, one))
        for name in one.names:
            rows[tables.NAME].append((
                _new_id(random), plan.force_id, one.id, str(name.type), name.given_names, name.surname, SOURCE,
                plan.moment,
            ))  # fmt: skip
        for number in one.identifiers:
            rows[tables.IDENTIFIER].append(
                (_new_id(random), plan.force_id, one.id, str(number.kind), number.value, True, SOURCE, plan.moment)
            )
        for contact in one.contacts:
            rows[tables.CONTACT].append(
                (_new_id(random), plan.force_id, one.id, str(contact.kind), contact.value, "", SOURCE, plan.moment)
            )
        keys = keys_for([(name.given_names, name.surname) for name in one.names], one.date_of_birth)
        rows[tables.SEARCH_KEY] += [(plan.force_id, key, one.id) for key in keys]
        _add_links(plan, one, random, rows)
        _add_markers(plan, one, random, rows)
        if one.wanted:
            rows[tables.WANTED].append(_wanted(plan, one, one.wanted, random))
        if one.curfew and plan.addresses:
            _add_curfew(plan, one, one.curfew, random, rows)
    return dict(rows)


def _person(plan: Plan, one: MadePerson) -> Row:
    return (
        one.id, plan.force_id, one.surname, one.given_names, one.date_of_birth, str(one.sex), one.ethnicity_self,
        one.ethnicity_observed, one.birthplace, one.height - 2, one.height + 2, one.build, "Fair", one.eyes, one.eyes,
        one.hair, "", "", False, not (one.contacts or plan.addresses), str(one.category), None, SOURCE,
        f"{plan.seed}-{one.index}", "", plan.moment, "Synthetic force", plan.moment,
    )  # fmt: skip


def _add_links(plan: Plan, one: MadePerson, random: Random, rows: MadeRows) -> None:
    if plan.addresses:
        home = plan.somewhere(one.home)
        moved = plan.moment.date() - dt.timedelta(days=int(one.home * 3000))
        rows[tables.LINK].append(_link(plan, random, one.id, LinkKind.HOME, address=home, began=moved))
        if one.former_home is not None and (before := plan.somewhere(one.former_home)) != home:
            rows[tables.LINK].append(_link(plan, random, one.id, LinkKind.HOME, address=before, ended=moved))
    if one.associate is not None and one.index:
        # Somebody made earlier: a slice never points at people of a later one.
        other = made_id(plan.seed, "person", int(one.associate * one.index))
        rows[tables.LINK].append(_link(plan, random, one.id, LinkKind.ASSOCIATE, other=other))


def _add_markers(plan: Plan, one: MadePerson, random: Random, rows: MadeRows) -> None:
    for marker in one.markers:
        added = plan.moment - dt.timedelta(days=marker.days_ago)
        rows[tables.MARKER].append((
            _new_id(random), plan.force_id, one.id, plan.markers[marker.code], marker.text, SOURCE, added.date(), added,
            "Synthetic force", (added + dt.timedelta(days=1095)).date(),
        ))  # fmt: skip


def _wanted(plan: Plan, one: MadePerson, wanted: MadeWanted, random: Random) -> Row:
    issued = plan.moment - dt.timedelta(days=wanted.days_ago, hours=1)
    home = plan.somewhere(one.home) if plan.addresses else None
    area = address(int(one.home * plan.addresses), plan.seed).area if plan.addresses else ""
    return (
        _new_id(random), plan.force_id, one.id, plan.bases[wanted.basis], plan.bands[wanted.band], wanted.offence, home,
        area, SOURCE, issued, issued, issued + dt.timedelta(days=14), issued,
    )  # fmt: skip


def _add_curfew(plan: Plan, one: MadePerson, curfew: MadeCurfew, random: Random, rows: MadeRows) -> None:
    bail, condition = _new_id(random), _new_id(random)
    granted = plan.moment - dt.timedelta(days=curfew.days_ago)
    rows[tables.BAIL].append((
        bail, plan.force_id, one.id, str(BailType.COURT), "Northmere Magistrates", "Burglary in a dwelling",
        "arrest under Bail Act s.7(3). Court within 24 h.", granted, SOURCE, plan.moment, granted,
    ))  # fmt: skip
    rows[tables.CONDITION].append((
        condition, plan.force_id, bail, plan.conditions[curfew.code], "To live and sleep at the home address",
        plan.somewhere(one.home), curfew.code == "JD",
    ))  # fmt: skip
    rows[tables.SLOT] += [
        (_new_id(random), plan.force_id, condition, weekday, dt.time(curfew.start_hour), curfew.minutes)
        for weekday in range(7)
    ]
