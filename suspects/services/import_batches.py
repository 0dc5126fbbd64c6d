"""One batch of an import: found again, written or updated, counted and audited in one transaction.

Nothing is half-written: a row is whole or refused, and a batch that was interrupted is not there at all, so that the
same file can be imported again from its beginning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import F, Q

from core import audit
from core.actors import Actor
from core.models import AuditAction
from suspects.bulk import tables
from suspects.bulk.columns import Problem
from suspects.bulk.ids import ordered_id
from suspects.bulk.nominals import Car, Place
from suspects.bulk.preparing import Prepared, Setup, address_row, link_row
from suspects.bulk.tables import Row, Table
from suspects.bulk.writing import copy_text, write_rows, write_texts
from suspects.codes import vrm
from suspects.models import Address, ImportProblem, ImportRun, Person, Vehicle
from suspects.services.import_updates import update_person
from suspects.states import LinkKind

#: Problems kept of one run: a file of another kind has one on every line.
MOST_PROBLEMS = 10_000
NOT_TAKEN = "The database did not take this row. Ask for help with its line number."
MORE = "More rows were refused than are listed. Put these right first and import the file again."


@dataclass(kw_only=True)
class Batch:
    """Rows read together. `unchanged` were known by their hash before; `problems` are of rows that are not taken."""

    last_line: int
    prepared: list[Prepared] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0
    refused: int = 0  # rows; a row can have several problems


@dataclass(kw_only=True)
class _Done:
    created: list[str] = field(default_factory=list)
    updated: list[UUID] = field(default_factory=list)
    unchanged: int = 0


def write_batch(actor: Actor, run: ImportRun, setup: Setup, batch: Batch) -> None:
    """Write what is new or changed, keep the problems, add to the run's counts. A dry run writes only the last two.

    When the database refuses a row, the batch is halved until that row alone is left and refused.
    """
    for part in _whole(actor, run, setup, batch.prepared):
        batch.refused += 1
        batch.problems.append(Problem(part.line, "", NOT_TAKEN))
    with transaction.atomic():
        _keep_problems(run, batch.problems)
        _count(run, unchanged=batch.unchanged, refused=batch.refused)


def _whole(actor: Actor, run: ImportRun, setup: Setup, rows: list[Prepared]) -> list[Prepared]:
    """Write the rows; returns those the database would not take."""
    if not rows:
        return []
    try:
        with transaction.atomic():
            done = _write(setup, rows, dry_run=run.dry_run)
            _count(run, created=len(done.created), updated=len(done.updated), unchanged=done.unchanged)
            if (done.created or done.updated) and not run.dry_run:
                audit.record(
                    actor,
                    AuditAction.COLLECT,
                    f"suspects.importrun:{run.pk}",
                    purpose=f"Import of {run.file_name}",
                    fields=[f"{len(done.created)} created", f"{len(done.updated)} updated"],
                    result_ids=[*done.created, *done.updated],
                )
    except (IntegrityError, DataError):
        if len(rows) == 1:
            return rows
        middle = len(rows) // 2
        return _whole(actor, run, setup, rows[:middle]) + _whole(actor, run, setup, rows[middle:])
    return []


def _write(setup: Setup, rows: list[Prepared], *, dry_run: bool) -> _Done:
    _one_import_at_a_time(setup.force_id)
    held = _held(setup, rows)
    done, new, changed = _Done(), [], []
    for row in rows:
        known = held.get(row.ref)
        if known is None:
            new.append(row)
            done.created.append(row.person_id)
        elif known[1] == row.digest:
            done.unchanged += 1
        else:
            changed.append((known[0], row))
            done.updated.append(known[0])
    if dry_run:
        return done
    places = _addresses(setup, [place for row in rows for place in row.places])
    cars = _vehicles(setup, [car for row in rows for car in row.cars])
    _write_new(setup, new, places, cars)
    for person_id, row in changed:
        update_person(setup, person_id, row, places, cars)
    return done


def _one_import_at_a_time(force_id: int) -> None:
    """Wait for another import of this force to end its batch. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"suspects.import:{force_id}"])


def _held(setup: Setup, rows: Sequence[Prepared]) -> dict[str, tuple[UUID, str]]:
    return known(setup.force_id, setup.source, [row.ref for row in rows])


def known(force_id: int, source: str, refs: Sequence[str]) -> dict[str, tuple[UUID, str]]:
    """Who is here already of these references: id and hash of the row last imported."""
    people = Person.objects.filter(force_id=force_id, source=source, source_ref__in=refs)
    return {ref: (key, digest) for ref, key, digest in people.values_list("source_ref", "pk", "source_hash")}


def _addresses(setup: Setup, places: list[Place]) -> dict[str, UUID]:
    """Ids by key; what is not here yet is written. A UPRN is the same place whoever told of it first."""
    wanted = {place.key: place for place in places}
    if not wanted:
        return {}
    uprns = [place.fields["uprn"] for place in wanted.values() if place.fields["uprn"]]
    mine = Address.objects.filter(force_id=setup.force_id).order_by("-recorded_at", "-pk")
    same_source = Q(source=setup.source, source_ref__in=list(wanted))
    found: dict[str, UUID] = {}
    for key, number in mine.filter(Q(uprn__in=uprns)).values_list("pk", "uprn"):
        found[f"U{number}"] = key
    for key, ref in mine.filter(same_source).values_list("pk", "source_ref"):
        found.setdefault(ref, key)
    missing = {key: ordered_id() for key in wanted if key not in found}
    write_rows({tables.ADDRESS: [address_row(setup, missing[key], wanted[key]) for key in missing]})
    return found | missing


def _vehicles(setup: Setup, cars: list[Car]) -> dict[str, UUID]:
    """Ids by mark; what is not here yet is written."""
    wanted = {car.vrm: car for car in cars}
    if not wanted:
        return {}
    mine = Vehicle.objects.filter(force_id=setup.force_id, vrm__in=list(wanted))
    mine = mine.filter(vrm_folded__in=[vrm.folded(mark) for mark in wanted])  # what the index is of
    found: dict[str, UUID] = dict(mine.order_by("-recorded_at", "-pk").values_list("vrm", "pk"))
    missing = {mark: ordered_id() for mark in wanted if mark not in found}
    rows = [
        (
            missing[mark], setup.force_id, mark, vrm.folded(mark), vrm.reversed_folded(mark), car.fields["make"],
            car.fields["model"], car.fields["colour"], "", "", "GBR", setup.source, mark, setup.moment,
        )
        for mark, car in wanted.items() if mark in missing
    ]  # fmt: skip
    write_rows({tables.VEHICLE: rows})
    return found | missing


def _write_new(setup: Setup, new: list[Prepared], places: dict[str, UUID], cars: dict[str, UUID]) -> None:
    links = [
        link_row(
            setup, row.person_id, str(LinkKind.HOME), address_id=places[one.key], since=one.since, until=one.until
        )
        for row in new for one in row.places
    ]  # fmt: skip
    links += [
        link_row(setup, row.person_id, str(car.kind), vehicle_id=cars[car.vrm]) for row in new for car in row.cars
    ]
    if setup.as_text:
        texts: dict[Table, list[bytes]] = defaultdict(list)
        for row in new:
            for table, text in row.text.items():
                texts[table].append(text)
        joined = {table: b"".join(parts) for table, parts in texts.items()}
        write_texts(joined | {tables.LINK: copy_text(tables.LINK, links)})
        return
    rows: dict[Table, list[Row]] = defaultdict(list, {tables.LINK: links})
    for one in new:
        for table, made in one.own.items():
            rows[table] += made
    write_rows(rows)


def _count(run: ImportRun, **counts: int) -> None:
    counts = {name: count for name, count in counts.items() if count}
    if counts:
        added: dict[str, Any] = {name: F(name) + count for name, count in counts.items()}
        ImportRun.objects.filter(pk=run.pk).update(rows=F("rows") + sum(counts.values()), **added)


def _keep_problems(run: ImportRun, problems: list[Problem]) -> None:
    if not problems:
        return
    room = MOST_PROBLEMS - ImportProblem.objects.filter(run=run).count()
    kept = problems[: max(0, room)]
    if kept and len(problems) >= room:
        kept[-1] = Problem(kept[-1].line, "", MORE)
    ImportProblem.objects.bulk_create(
        ImportProblem(
            force_id=run.force_id, run=run, line=one.line, column=one.column[:40], message=one.message[:200]
        )
        for one in kept
    )  # fmt: skip
