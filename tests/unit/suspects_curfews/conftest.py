"""The cast, and Jade Corrie's curfew: JE, 20:00 to 07:00 every night at Flat 3, 8 Eel Pie Court."""

from __future__ import annotations

import datetime as dt

import pytest

from core.roles import DISPATCHER, INVESTIGATOR, OFFICER
from tests.factories import suspects as make
from tests.factories.core import make_actor
from tests.factories.curfews import Clock, london
from tests.factories.incidents import make_stranger, make_supervisor


@pytest.fixture
def clock(monkeypatch):
    """Saturday 21/11/2026, 22:14."""
    clock = Clock()
    for module in (
        "suspects.services.bail", "suspects.services.curfews", "suspects.services.breaches", "suspects.services.wanted",
        "suspects.selectors.curfews", "suspects.selectors.curfew_door", "suspects.selectors.breaches",
        "tests.factories.suspects",
    ):  # fmt: skip
        monkeypatch.setattr(f"{module}.now", clock)
    return clock


@pytest.fixture
def force(db):
    return make.make_suspect_tables()


@pytest.fixture
def okafor(force):
    return make_actor()


@pytest.fixture
def hale(force):
    return make_supervisor()


@pytest.fixture
def dispatcher(force):
    return make_actor(roles=(DISPATCHER,), first_name="May", last_name="Dunn")


@pytest.fixture
def reid(force):
    return make.make_officer()


@pytest.fixture
def ansah(force):
    """Reid's colleague in the same car."""
    return make_actor(roles=(OFFICER,), first_name="Kofi", last_name="Ansah", rank="PC", call_sign="NB21")


@pytest.fixture
def sergeant(force):
    return make.make_sergeant()


@pytest.fixture
def investigator(force):
    """The officer in the case."""
    return make_actor(roles=(INVESTIGATOR,), first_name="Ines", last_name="Moreau", collar_number="7041")


@pytest.fixture
def stranger(force):
    stranger = make_stranger()
    make.make_suspect_tables(stranger.user.force)
    return stranger


@pytest.fixture
def jade(force):
    return make.make_person(force, surname="Corrie", given_names="Jade", born=dt.date(2000, 5, 2), sex="F")


@pytest.fixture
def door(force):
    return make.make_address(
        force, flat="3", number="8", street="Eel Pie Court", postcode="NM4 2AB", lat=53.7361, lon=0.4471
    )


@pytest.fixture
def bail(jade, investigator):
    return make.make_bail(
        jade, starts_at=london("12/11/2026 14:00"), confirmed_at=london("21/11/2026 21:50"),
        oic_id=investigator.user_id, oic_label=investigator.label,
    )  # fmt: skip


@pytest.fixture
def curfew(jade, door, bail):
    return make.make_condition(jade, "JE", bail=bail, address=door, start=dt.time(20, 0), minutes=660)
