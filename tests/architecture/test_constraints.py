"""Every invariant of the database has a test that breaks it (ARCHITECTURE section 5, rule 4)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import models

from tests.architecture.test_walls import own_models
from tests.helpers.refused_rows import constraint_names

TESTS = Path(__file__).resolve().parents[1] / "unit"


def broken_by_a_test() -> set[str]:
    """Names that a `test_constraints*.py` gives to `refused("name", …)`."""
    sources = [path.read_text() for path in TESTS.glob("*/test_constraints*.py")]
    return {name for source in sources for name in re.findall(r'\brefused\(\s*"([^"]+)"', source)}


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_every_constraint_of_a_model_has_a_row_that_it_refuses(model: type[models.Model]) -> None:
    assert constraint_names(model) - broken_by_a_test() == set()


def test_no_test_speaks_of_a_constraint_that_is_gone() -> None:
    known = set().union(*(constraint_names(model) for model in own_models()))
    assert broken_by_a_test() - known == set()


def test_every_constraint_has_a_name_of_its_own() -> None:
    names = [constraint.name for model in own_models() for constraint in model._meta.constraints]
    assert len(names) == len(set(names))
