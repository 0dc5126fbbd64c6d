"""PC Reid at a stop in Weir Street, and the people of the check pictures."""

from __future__ import annotations

import datetime as dt

import pytest

from suspects.services.stops import start_stop
from tests.factories import suspects as make

WHY = "Trying car doors, Weir Street car park"


@pytest.fixture
def reid(db):
    make.make_suspect_tables()
    return make.make_officer()


@pytest.fixture
def at_a_stop(reid):
    return start_stop(actor=reid, reason_code="1", justification=WHY)


@pytest.fixture
def halloran(reid):
    return make.make_person(surname="Halloran", given_names="Conor", born=dt.date(1998, 6, 14), searchable=True)
