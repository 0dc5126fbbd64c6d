"""The cast around one wanted man."""

from __future__ import annotations

import pytest

from core.actors import Actor
from core.roles import OFFICER, SERGEANT
from tests.factories.core import make_actor, make_force
from tests.factories.wanted import make_officer, make_wanted_tables


@pytest.fixture
def reid(db: None) -> Actor:
    """PC Reid, on duty as NB21."""
    make_wanted_tables()
    return make_officer()


@pytest.fixture
def ansah(db: None) -> Actor:
    """PC Ansah, on duty as NB24."""
    return make_officer("NB24", last_name="Ansah", collar_number="7741")


@pytest.fixture
def sergeant(db: None) -> Actor:
    """Sergeant Lowe, on duty as NB10."""
    return make_officer("NB10", roles=(SERGEANT,), last_name="Lowe", rank="Sgt")


@pytest.fixture
def stranger(db: None) -> Actor:
    """An officer and sergeant of another force, on duty there."""
    force = make_wanted_tables(make_force("98", "Southmere Police"))
    return make_officer("SX1", force=force, roles=(OFFICER, SERGEANT), last_name="Stranger")


@pytest.fixture
def okafor(db: None) -> Actor:
    """Call handler Okafor: sees the board, reserves nobody."""
    return make_actor()
