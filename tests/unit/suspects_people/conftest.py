"""A force with its tables, and who works with people there."""

from __future__ import annotations

import pytest

from core.actors import Actor
from core.models import Force
from tests.factories import suspects as make


@pytest.fixture
def force() -> Force:
    return make.make_suspect_tables()


@pytest.fixture
def sergeant(force: Force) -> Actor:
    return make.make_sergeant(force=force)


@pytest.fixture
def intel(force: Force) -> Actor:
    return make.make_intel_officer(force=force)


@pytest.fixture
def officer(force: Force) -> Actor:
    return make.make_officer(force=force)
