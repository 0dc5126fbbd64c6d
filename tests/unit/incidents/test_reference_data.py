"""A new force starts with the national names; its own edits stay."""

from __future__ import annotations

import pytest

from incidents.models import IncidentCategory, ResourceStatus, ResponseGrade
from incidents.services import seed_force
from tests.factories.core import make_force

pytestmark = pytest.mark.django_db


def test_a_force_starts_with_the_national_tables():
    force = make_force()
    seed_force(force)
    grades = ResponseGrade.objects.filter(force=force).order_by("sort")
    assert [(grade.code, grade.attend_target_min) for grade in grades] == [
        ("I", 15), ("P", 60), ("S", 2880), ("A", 2880), ("R", None),
    ]  # fmt: skip
    assert [grade.code for grade in grades if grade.emergency] == ["I"]
    assert ResourceStatus.objects.filter(force=force).count() == 17
    assert ResourceStatus.objects.get(force=force, code="0").kind == "event"
    codes = IncidentCategory.objects.filter(force=force).values_list("code", flat=True)
    assert all(len(code) == 3 and code.isdecimal() for code in codes)


def test_seeding_again_leaves_the_forces_edits():
    force = make_force()
    seed_force(force)
    ResponseGrade.objects.filter(force=force, code="I").update(label="Emergency", attend_target_min=12)
    seed_force(force)
    grade = ResponseGrade.objects.get(force=force, code="I")
    assert (grade.label, grade.attend_target_min) == ("Emergency", 12)


def test_each_force_has_its_own():
    ours, theirs = make_force(), make_force("98", "Southmere Police")
    seed_force(ours)
    seed_force(theirs)
    assert ResponseGrade.objects.filter(code="I").count() == 2
