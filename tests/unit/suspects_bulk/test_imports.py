"""An import from end to end: created, unchanged, updated, refused; nothing half-written, nothing lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from core.actors import Actor
from core.errors import Invalid, NotAllowed, NotFound
from core.models import AuditAction, AuditEvent
from suspects import models
from suspects.bulk.tables import PERSON
from suspects.matching.keys import keys_for
from suspects.selectors.imports import get_import_run, import_problems, import_runs
from suspects.services import import_batches, imports
from suspects.services.imports import import_nominals
from tests.factories.core import make_force
from tests.factories.suspects import (
    make_address,
    make_intel_officer,
    make_marker,
    make_officer,
    make_suspect_tables,
    make_vehicle,
)

pytestmark = pytest.mark.django_db

PYKE = {
    "source_ref": "N-1", "surname": "Pyke", "given_names": "Darren", "date_of_birth": "06/03/1985", "sex": "M",
    "mobile": "07700900417", "pnc_id": "2001/0171310A", "address_number": "31", "address_street": "Fenside Walk",
    "address_postcode": "NM4 7QT", "marker_1_code": "WE", "marker_1_text": "Carries a lock knife",
    "vehicle_1_vrm": "KX68 ZZB", "alias_1": "Ash, Dan",
}  # fmt: skip
ROE = {"source_ref": "N-2", "surname": "Roe", "given_names": "Jade", "date_of_birth": "14/06/1998", "sex": "F"}
WRONG = {"source_ref": "N-3", "surname": "Quill", "date_of_birth": "31/02/1990"}


@pytest.fixture
def actor() -> Actor:
    make_suspect_tables()
    return make_intel_officer()


@pytest.fixture
def take(actor: Actor) -> Callable[..., models.ImportRun]:
    def run(*rows: dict[str, Any], **changes: Any) -> models.ImportRun:
        body = "\n".join(json.dumps(row) for row in rows).encode()
        given = {"actor": actor, "source": "NICHE", "file_name": "people.jsonl", "json_lines": True}
        return import_nominals(**{**given, "stream": BytesIO(body), **changes})

    return run


def counts(run: models.ImportRun) -> dict[str, int]:
    found = {name: getattr(run, name) for name in ("rows", "created", "updated", "unchanged", "refused")}
    assert found["rows"] == sum(found.values()) - found["rows"], "the counts add up"
    return {name: count for name, count in found.items() if count and name != "rows"}


def test_a_file_makes_people_with_all_that_hangs_on_them(take: Callable[..., Any], actor: Actor) -> None:
    run = take(PYKE, ROE, WRONG)
    assert counts(run) == {"created": 2, "refused": 1}
    assert run.ended_at is not None
    person = models.Person.objects.get(source="NICHE", source_ref="N-1")
    assert (person.filename, person.version, person.pole_incomplete) == ("PYKE, Darren", 1, False)
    assert models.Person.objects.get(source_ref="N-2").pole_incomplete
    assert sorted(person.names.values_list("type", "surname")) == [("ALIAS", "Ash"), ("LEGAL", "Pyke")]
    assert list(person.identifiers.values_list("value", "verified")) == [("2001/0171310A", False)]
    assert person.contact_points.get().value == "+447700900417"
    marker = person.markers.get()
    assert (marker.kind.code, marker.source, marker.added_by_label) == ("WE", "NICHE", "Import NICHE")
    assert models.Address.objects.get(links__person=person, links__kind="HOME").line == "31 Fenside Walk, NM4 7QT"
    vehicle = models.Vehicle.objects.get(links__person=person, links__kind="KEEPER")
    assert (vehicle.vrm, vehicle.vrm_reversed) == ("KX68ZZB", "82286XK")
    keys = keys_for([("Darren", "Pyke"), ("Dan", "Ash")], person.date_of_birth)
    assert sorted(person.search_keys.values_list("key", flat=True)) == keys
    problem = models.ImportProblem.objects.get(run=run)
    assert (problem.line, problem.column, problem.message) == (
        3, "date_of_birth", "There is no such day. Check day and month.",
    )  # fmt: skip


def test_each_batch_leaves_one_entry_that_names_whom_it_wrote(take: Callable[..., Any], actor: Actor) -> None:
    run = take(PYKE, ROE, WRONG)
    entries = list(AuditEvent.objects.filter(object=f"suspects.importrun:{run.pk}").order_by("at"))
    assert [entry.action for entry in entries] == [AuditAction.COLLECT] * 3
    assert set(entries[1].result_ids) == {str(key) for key in models.Person.objects.values_list("pk", flat=True)}
    assert entries[1].fields == ["2 created", "0 updated"]
    assert "3 rows" in entries[2].fields
    assert all(entry.actor_id == str(actor.user_id) for entry in entries)
    assert "Pyke" not in json.dumps([[*entry.fields, entry.purpose] for entry in entries])


def test_the_same_file_twice_changes_nothing(take: Callable[..., Any]) -> None:
    take(PYKE, ROE)
    before = list(models.Person.objects.values("pk", "version", "changed_at").order_by("pk"))
    assert counts(take(PYKE, ROE)) == {"unchanged": 2}
    assert list(models.Person.objects.values("pk", "version", "changed_at").order_by("pk")) == before
    assert counts(take(PYKE, ROE, source="ATHENA")) == {"created": 2}, "another system's records are others"


def test_a_changed_row_updates_and_loses_nothing(take: Callable[..., Any]) -> None:
    take(PYKE)
    changed = {name: value for name, value in PYKE.items() if not name.startswith(("alias", "marker"))} | {
        "surname": "Marsh", "mobile": "", "landline": "01632960123", "address_number": "8", "birthplace": "Northmere",
        "vehicle_1_vrm": "AB12 CDE", "sex": "", "pnc_id": "1979/0163001B",
    }  # fmt: skip
    assert counts(take(changed)) == {"updated": 1}
    person = models.Person.objects.get()
    assert (person.filename, person.sex, person.birthplace, person.version) == ("MARSH, Darren", "M", "Northmere", 2)
    assert _standing(person.names, "valid_to", "type", "given_names", "surname") == {
        ("LEGAL", "Darren", "Marsh", True), ("LEGAL", "Darren", "Pyke", False), ("ALIAS", "Darren", "Pyke", True),
        ("ALIAS", "Dan", "Ash", True),
    }  # fmt: skip
    assert set(person.identifiers.values_list("value", "verified")) == {
        ("2001/0171310A", False), ("1979/0163001B", True),
    }  # fmt: skip
    contacts = _standing(person.contact_points, "ended_at", "value")
    assert contacts == {("+447700900417", False), ("+441632960123", True)}
    homes = _standing(person.links.filter(kind="HOME"), "valid_to", "address__number")
    assert homes == {("31", False), ("8", True)}
    kept = _standing(person.links.filter(kind="KEEPER"), "valid_to", "vehicle__vrm")
    assert kept == {("KX68ZZB", False), ("AB12CDE", True)}
    assert person.markers.count() == 1
    assert set(person.search_keys.values_list("key", flat=True)) >= set(
        keys_for([("Darren", "Marsh"), ("Darren", "Pyke")], person.date_of_birth)
    )
    assert counts(take(PYKE)) == {"updated": 1}, "and back"
    person.refresh_from_db()
    assert person.filename == "PYKE, Darren"
    assert person.names.get(type="LEGAL", surname="Pyke").valid_to is None
    assert models.Address.objects.get(links__person=person, links__valid_to=None).number == "31"
    assert person.markers.count() == 1


def _standing(rows: Any, end: str, *columns: str) -> set[tuple[Any, ...]]:
    """Values of rows, each with whether it has no end."""
    return {(*row[:-1], row[-1] is None) for row in rows.values_list(*columns, end)}


def test_a_place_and_a_vehicle_that_are_here_are_not_made_again(take: Callable[..., Any]) -> None:
    house, car = make_address(uprn="123"), make_vehicle(vrm="KX68 ZZB")
    rows = [
        {**PYKE, "address_uprn": "00123"},
        {**ROE, "address_uprn": "123", "vehicle_1_vrm": "kx68zzb", "vehicle_1_as": "DRIVER"},
        {**ROE, "source_ref": "N-9", "address_street": "Mill Lane", "address_town": "Saltby"},
        {**ROE, "source_ref": "N-10", "address_street": "MILL LN", "address_town": "SALTBY"},
    ]
    assert counts(take(*rows)) == {"created": 4}
    assert models.Link.objects.filter(address=house).count() == 2
    assert set(models.Link.objects.filter(vehicle=car).values_list("kind", flat=True)) == {"KEEPER", "DRIVER"}
    assert models.Address.objects.count() == 2
    assert models.Vehicle.objects.count() == 1


def test_a_marker_that_somebody_removed_does_not_come_back(take: Callable[..., Any]) -> None:
    take({**PYKE, "marker_1_code": "", "marker_1_text": ""})
    marker = make_marker(models.Person.objects.get(), "WE", "Carries a lock knife")
    models.Marker.objects.filter(pk=marker.pk).update(
        removed_at=marker.added_at, removed_by_label="PS Amara", removed_reason="Proved wrong"
    )
    assert counts(take(PYKE)) == {"updated": 1}
    assert models.Marker.objects.get().removed_reason == "Proved wrong"


def test_a_dry_run_counts_and_writes_nobody(take: Callable[..., Any]) -> None:
    take(ROE)
    run = take(PYKE, {**ROE, "birthplace": "Saltby"}, WRONG, dry_run=True)
    assert counts(run) == {"created": 1, "updated": 1, "refused": 1}
    assert run.dry_run
    assert models.Person.objects.get().birthplace == ""
    assert models.ImportProblem.objects.filter(run=run).count() == 1


def test_a_reference_twice_in_a_file_is_taken_once(take: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "BATCH", 2)
    monkeypatch.setattr(imports, "BATCH_WITHOUT_COPY", 2)
    run = take(PYKE, {**PYKE, "surname": "Ash"}, ROE, {**ROE, "sex": "U"})
    assert counts(run) == {"created": 2, "refused": 2}
    assert [(one.line, one.column) for one in run.problems.all()] == [(2, "source_ref"), (4, "source_ref")]
    assert counts(take(PYKE, ROE)) == {"unchanged": 2}


def test_an_import_that_died_is_simply_run_again(take: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "BATCH", 1)
    monkeypatch.setattr(imports, "BATCH_WITHOUT_COPY", 1)
    with monkeypatch.context() as broken, pytest.raises(ConnectionError):
        broken.setattr(import_batches, "_write_new", _dies_at("N-2", import_batches._write_new))
        take(PYKE, ROE)
    dead = models.ImportRun.objects.get()
    assert (dead.ended_at, dead.created) == (None, 1)
    assert models.Person.objects.get().source_ref == "N-1"
    assert models.Vehicle.objects.count() == 1, "nothing of the batch that died"
    assert counts(take(PYKE, ROE)) == {"unchanged": 1, "created": 1}


def _dies_at(ref: str, real: Callable[..., None]) -> Callable[..., None]:
    def write(setup: Any, new: list[Any], *rest: Any) -> None:
        real(setup, new, *rest)
        if any(row.ref == ref for row in new):
            raise ConnectionError("the server went away")

    return write


def test_a_row_the_database_refuses_does_not_take_its_batch_with_it(
    take: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from suspects.bulk import preparing

    real = preparing._person

    def too_tall(setup: Any, person_id: Any, nominal: Any, digest: str) -> Any:
        row = list(real(setup, person_id, nominal, digest))
        if nominal.ref == "N-2":
            row[PERSON.columns.index("height_from")] = 20
        return tuple(row)

    monkeypatch.setattr(preparing, "_person", too_tall)
    run = take(PYKE, ROE, {**ROE, "source_ref": "N-4"})
    assert counts(run) == {"created": 2, "refused": 1}
    assert [(one.line, one.message) for one in run.problems.all()] == [(2, import_batches.NOT_TAKEN)]
    assert set(models.Person.objects.values_list("source_ref", flat=True)) == {"N-1", "N-4"}


def test_problems_are_kept_up_to_a_number(take: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_batches, "MOST_PROBLEMS", 2)
    run = take(*[{**WRONG, "source_ref": f"N-{number}"} for number in range(5)])
    assert counts(run) == {"refused": 5}
    assert [one.message for one in run.problems.all()][1] == import_batches.MORE
    assert run.problems.count() == 2


def test_a_csv_with_formulas_is_refused_row_by_row(take: Callable[..., Any]) -> None:
    body = b'source_ref,surname,birthplace,mobile\nN-1,Pyke,"=HYPERLINK(""http://x"")",\nN-2,Roe,Saltby,+447700900417\n'
    run = take(stream=BytesIO(body), json_lines=False, file_name="c:\\secret\\=x.csv")
    assert counts(run) == {"created": 1, "refused": 1}
    assert run.file_name == "=x.csv"
    assert "spreadsheet" in run.problems.get().message


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"source": "=cmd"}, "source"),
        ({"source": ""}, "source"),
        ({"stream": BytesIO(b"")}, "file"),
        ({"stream": BytesIO(b"\xe9t\xe9")}, "file"),
        ({"stream": BytesIO(b"Pyke,Darren\n"), "json_lines": False}, "file"),
    ],
)
def test_what_cannot_be_taken_at_all_leaves_no_run(
    take: Callable[..., Any], changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        take(PYKE, **changes)
    assert list(refusal.value.fields) == [field]
    assert not models.ImportRun.objects.exists()


def test_only_who_may_import_does_and_only_their_force_sees_it(take: Callable[..., Any], actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        take(PYKE, actor=make_officer())
    run = take(PYKE, WRONG)
    stranger = make_intel_officer(force=make_suspect_tables(make_force("98", "Saltby Police")))
    assert import_runs(stranger).runs == []
    for look in (get_import_run, import_problems):
        with pytest.raises(NotFound):
            look(stranger, run.pk)
        with pytest.raises(NotAllowed):
            look(make_officer(), run.pk)
    assert counts(take(PYKE, actor=stranger)) == {"created": 1}, "their own person, not an update of ours"
    assert import_runs(actor).count == 1
    assert import_problems(actor, run.pk).problems[0].line == 2
