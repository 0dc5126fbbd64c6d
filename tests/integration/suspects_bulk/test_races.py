"""One file imported several times at the same moment: everybody is there once, and every run's counts add up.

Needs a database whose writers wait for each other: PostgreSQL, or a SQLite file.
"""

from __future__ import annotations

import json
from io import BytesIO

import pytest

from core.actors import Actor
from suspects.models import Address, ImportRun, Link, Person, Vehicle
from suspects.services import imports
from suspects.services.imports import import_nominals
from tests.factories.suspects import make_intel_officer, make_suspect_tables
from tests.helpers.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROWS, TIMES = 24, 4


@pytest.fixture
def vance(transactional_db: None) -> Actor:
    make_suspect_tables()
    return make_intel_officer()


def _file(surname: str) -> BytesIO:
    rows = (
        {
            "source_ref": f"N-{number}", "surname": surname, "given_names": "Jade", "sex": "F",
            "address_uprn": f"90{number % 5}", "vehicle_1_vrm": f"AB{number % 7 + 10}CDE",
        }
        for number in range(ROWS)
    )  # fmt: skip
    return BytesIO("\n".join(json.dumps(row) for row in rows).encode())


def test_the_same_and_another_file_at_once_leave_everybody_once(vance: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "BATCH", 6)
    monkeypatch.setattr(imports, "BATCH_WITHOUT_COPY", 6)

    def work(number: int) -> ImportRun:
        return import_nominals(
            actor=vance, source="NICHE", stream=_file(("Roe", "Ash")[number % 2]), file_name="n", json_lines=True
        )

    runs = at_once(TIMES, work)
    assert all(isinstance(run, ImportRun) for run in runs), runs
    assert sum(run.created for run in runs) == ROWS
    assert all(run.created + run.updated + run.unchanged == run.rows == ROWS for run in runs)
    assert not any(run.refused for run in runs)
    assert Person.objects.count() == ROWS
    assert Address.objects.count() == 5
    assert Vehicle.objects.count() == 7
    assert Link.objects.count() == 2 * ROWS
    for person in Person.objects.all():
        assert person.names.get(type="LEGAL", valid_to=None).surname == person.surname
