"""Made-up rows in the database: the same on either engine, every column filled, nothing too long, nothing lost."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from core.clock import now
from suspects import models
from suspects.bulk import tables, writing
from suspects.bulk.loading import load, plan_for
from suspects.bulk.places import made_id
from suspects.bulk.synthetic import Plan, slice_rows
from suspects.bulk.workers import in_order
from suspects.matching.keys import keys_for
from tests.factories.core import make_force
from tests.factories.suspects import make_person, make_suspect_tables

pytestmark = pytest.mark.django_db


def _plan(**changes: Any) -> Plan:
    given = {"people": 400, "vehicles": 120, "addresses": 300, "seed": 3, "moment": now()}
    return plan_for(make_suspect_tables(), **{**given, **changes})


@pytest.mark.parametrize("table", tables.TABLES, ids=lambda table: table.model)
def test_a_bulk_row_has_a_value_for_every_column(table: tables.Table) -> None:
    fields = apps.get_model(table.model)._meta.concrete_fields
    columns = {field.column for field in fields if not (field.primary_key and field.get_internal_type() != "UUIDField")}
    assert set(table.columns) | set(table.same) == columns
    assert not set(table.columns) & set(table.same)


def test_no_made_up_value_is_longer_than_its_column() -> None:
    plan = _plan(people=3_000)
    for kind, count in (("addresses", 3_000), ("people", 3_000), ("vehicles", 3_000)):
        for table, rows in slice_rows(plan, kind, 0, count).items():
            fields = {field.column: field for field in apps.get_model(table.model)._meta.concrete_fields}
            for column, values in zip(table.columns, zip(*rows, strict=True), strict=True):
                longest = getattr(fields[column], "max_length", None)
                if longest and fields[column].get_internal_type() == "CharField":
                    assert max(len(value) for value in values) <= longest, f"{table.model}.{column}"


def test_a_force_is_loaded_whole_and_its_indexes_are_there_afterwards() -> None:
    plan = _plan()
    names = [apps.get_model(table.model)._meta.db_table for table in tables.TABLES]
    with connection.cursor() as cursor:
        before = [connection.introspection.get_constraints(cursor, name) for name in names]
    seen: list[tuple[int, int]] = []
    load(plan, processes=1, progress=lambda done, of: seen.append((done, of)))
    with connection.cursor() as cursor:
        assert [connection.introspection.get_constraints(cursor, name) for name in names] == before
    assert seen == [(300, 820), (700, 820), (820, 820)]
    assert models.Person.objects.count() == 400
    assert models.Address.objects.count() == 300
    person = models.Person.objects.get(pk=made_id(3, "person", 0))
    legal = person.names.get(type="LEGAL")
    assert (legal.given_names, legal.surname) == (person.given_names, person.surname)
    assert person.links.filter(kind="HOME", valid_to=None).count() == 1
    named = [(name.given_names, name.surname) for name in person.names.all()]
    assert sorted(person.search_keys.values_list("key", flat=True)) == keys_for(named, person.date_of_birth)
    assert models.PersonIdentifier.objects.filter(verified=True).count() > 100
    assert models.Link.objects.filter(kind="KEEPER").count() > 60
    with pytest.raises(IntegrityError), transaction.atomic():
        make_person(source=person.source, source_ref=person.source_ref)


def test_the_same_plan_makes_the_same_rows_in_any_process_and_any_order() -> None:
    plan = _plan()
    assert slice_rows(plan, "people", 0, 400) == slice_rows(plan, "people", 0, 400)
    pieces = [(plan, "vehicles", 0, 100), (plan, "addresses", 0, 100)]
    assert list(in_order(slice_rows, pieces, processes=1)) == [slice_rows(*piece) for piece in pieces]


def test_work_in_other_processes_comes_back_in_order_and_its_errors_too() -> None:
    assert list(in_order(divmod, ((number, 7) for number in range(20)), processes=2)) == [
        divmod(number, 7) for number in range(20)
    ]
    with pytest.raises(ZeroDivisionError):
        list(in_order(divmod, [(1, 1), (1, 0)], processes=2))


def test_copy_text_keeps_every_character_a_value_can_have() -> None:
    row = (None, True, "a\tb\\N\nc", "Wójcik", ["x\ty"])
    table = tables.Table(model="suspects.Person", columns=("a", "b", "c", "d", "e"), same={"f": ""})
    assert writing.copy_text(table, [row]).decode() == '\\N\tt\ta\\tb\\\\N\\nc\tWójcik\t["x\\\\ty"]\t\n'


def test_the_command_makes_a_force_once_and_leaves_a_real_one_alone() -> None:
    make_suspect_tables()
    out, err = StringIO(), StringIO()
    call_command("make_people", force="99", count=60, vehicles=10, addresses=20, seed=3, stdout=out, stderr=err)
    assert "Made 60 people, 10 vehicles, 20 addresses (seed 3)." in out.getvalue()
    assert "90 of 90 records" in err.getvalue()
    for options, words in (
        ({"force": "99", "seed": 4}, "--yes"),
        ({"force": "99", "seed": 3, "yes": True}, "another --seed"),
        ({"force": "55"}, "no force 55"),
        ({"force": "99", "count": -1}, "not negative"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("make_people", **options)
    call_command("make_people", force="99", count=5, seed=4, yes=True, stdout=out, stderr=err)
    assert models.Person.objects.count() == 65


def test_a_force_without_its_tables_is_refused() -> None:
    with pytest.raises(LookupError):
        plan_for(make_force("98", "Saltby Police"), people=1, vehicles=1, addresses=1, seed=1, moment=now())
