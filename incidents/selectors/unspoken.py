"""With what an abandoned or a silent call starts: the force's own choice, or one made from the starting tables."""

from __future__ import annotations

from core.actors import Actor
from incidents.models import IncidentCategory, ResponseGrade, UnspokenDefault
from incidents.states import UnspokenKind

# Names and codes of the starting tables (STANDARDS 2.3, 2.5); an administrator may choose others.
_FIRST = {
    UnspokenKind.ABANDONED: ("Abandoned call to emergency services", "P"),
    UnspokenKind.SILENT: ("Concern for safety", "I"),
}


def unspoken_start(force_id: int, kind: UnspokenKind) -> UnspokenDefault | None:
    """Category and grade; not saved when the force chose none. None when it has no tables to start with."""
    chosen = UnspokenDefault.objects.select_related("category", "grade").filter(force_id=force_id, kind=kind).first()
    if chosen is not None and chosen.category.active and chosen.grade.active:
        return chosen
    name, code = _FIRST[kind]
    categories = IncidentCategory.objects.filter(force_id=force_id, active=True)
    grades = ResponseGrade.objects.filter(force_id=force_id, active=True)
    category = categories.filter(name=name).first() or categories.order_by("code").first()
    grade = grades.filter(code=code).first() or grades.order_by("sort").first()
    if category is None or grade is None:
        return None
    return UnspokenDefault(force_id=force_id, kind=kind, category=category, grade=grade)


def unspoken_starts(actor: Actor) -> dict[str, UnspokenDefault]:
    """By kind, for the call form's buttons."""
    if actor.force_id is None:
        return {}
    starts = {kind.value: unspoken_start(actor.force_id, kind) for kind in UnspokenKind}
    return {kind: start for kind, start in starts.items() if start is not None}
