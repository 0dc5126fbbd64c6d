"""Why a grade was given: criteria of the force's table, kept as codes with the grading (STANDARDS 2.3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from core.errors import Invalid
from incidents.models import GradeChange, GradeCriterion, GradeTick, ResponseGrade


def criteria_of(grade: ResponseGrade, codes: Collection[str]) -> dict[str, str]:
    """Code and label of what was ticked for this grade, in the force's order; ticks of other grades do not count.

    Raises Invalid (criteria) for a code the force does not have.
    """
    if not codes:
        return {}
    rows = list(GradeCriterion.objects.filter(force_id=grade.force_id, active=True).order_by("sort"))
    if set(codes) - {one.code for one in rows}:
        raise Invalid(fields={"criteria": "Choose criteria of the list."})
    return {one.code: one.label for one in rows if one.grade_id == grade.pk and one.code in codes}


def write_ticks(change: GradeChange, ticked: Mapping[str, str]) -> None:
    GradeTick.objects.bulk_create([GradeTick(force_id=change.force_id, change=change, code=code) for code in ticked])
