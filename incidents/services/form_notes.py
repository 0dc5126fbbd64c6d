"""What else stood on the form of a call that was attached: its place becomes a report, the rest words of the log.

The incident keeps its own grade, category and risk: whoever rings about it a second time changes none of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import partial

from core.actors import Actor
from core.errors import Invalid
from incidents.models import GradeCriterion, Incident, IncidentCategory, LogEntry, ResponseGrade, VulnerabilityFlag
from incidents.services.log import in_pieces, write_whole
from incidents.services.places import WORDS_LIMIT, keep_callers_place, knows_callers_place
from incidents.services.problems import Problems
from incidents.services.text import clean_text
from incidents.states import LogChannel, LogType
from incidents.thrive import RARA, THRIVE, THRIVE_PLUS, Score

_LINE = 500


@dataclass(frozen=True, kw_only=True)
class FormNotes:
    """As it was typed: `category` by its number or in words, criteria and flags by code, THRIVE and RARA by name."""

    place: str = ""
    category: str = ""
    grade_code: str = ""
    rural: bool = False
    criteria: Collection[str] = ()
    flags: Collection[str] = ()
    assessment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Noted:
    """What goes to the log, checked: the caller's words, the place, and the rest as one text."""

    words: str
    place: str
    rest: str


def checked_notes(actor: Actor, typed: str, notes: FormNotes, *, limit: int) -> Noted:
    """Nothing is refused for being unfinished: it is somebody's words, and not an assessment of this incident.

    `typed` is the description, of at most `limit` characters. Raises Invalid naming the fields that are too long, or no
    codes of the force's.
    """
    problems = Problems()
    words = problems.take(lambda: clean_text(typed, field="description", limit=limit, lines=True), "")
    place = problems.take(lambda: clean_text(notes.place, field="location_text", limit=WORDS_LIMIT), "")
    parts = [
        problems.take(lambda: _grade(actor, notes), ""),
        "Rural target" if notes.rural else "",
        problems.take(lambda: _category(actor, notes.category), ""),
        *_assessed(problems, notes.assessment),
        problems.take(lambda: _flags(actor, notes.flags), ""),
    ]
    problems.stop_here()
    return Noted(words=words, place=place, rest=" ".join(f"{part.rstrip('.')}." for part in parts if part))


def write_notes(actor: Actor, incident: Incident, noted: Noted, who: str) -> None:
    """Everything, beside the entry that names the caller. Of an incident this transaction has locked."""
    if noted.place:
        keep_callers_place(actor, incident, noted.place, who)
    for type_, text in _texts(noted, who):
        write_whole(actor, incident, type=type_, text=text, channel=LogChannel.TYPED)


def missing_notes(incident: Incident, noted: Noted, who: str) -> Noted:
    """What the log does not have yet."""
    new = [type_ for type_, text in _texts(noted, who) if not _said(incident, type_, in_pieces(text)[0])]
    return Noted(
        words=noted.words if LogType.NARRATIVE in new else "",
        rest=noted.rest if LogType.RISK in new else "",
        place="" if knows_callers_place(incident, noted.place, who) else noted.place,
    )


def _texts(noted: Noted, who: str) -> list[tuple[LogType, str]]:
    texts = [(LogType.NARRATIVE, noted.words)] if noted.words else []
    if noted.rest:
        texts.append((LogType.RISK, f"Taken down with {who}; the incident keeps its own: {noted.rest}"))
    return texts


def _said(incident: Incident, type_: LogType, text: str) -> bool:
    """Whether the log has these words. A restricted entry is none of them: nobody finds one out by guessing."""
    return bool(LogEntry.objects.filter(incident=incident, type=type_, text=text).unrestricted().exists())


def _grade(actor: Actor, notes: FormNotes) -> str:
    """The grade that was chosen and what of its criteria was ticked."""
    if not notes.grade_code:
        return ""
    grade = ResponseGrade.objects.visible_to(actor).filter(code=notes.grade_code, active=True).first()
    if grade is None:
        raise Invalid(fields={"grade_code": "Choose a grade."})
    ticked = GradeCriterion.objects.filter(grade=grade, active=True, code__in=notes.criteria).order_by("sort")
    return ": ".join(filter(None, [f"Grade {grade.label}", "; ".join(one.label for one in ticked)]))


def _category(actor: Actor, typed: str) -> str:
    words = clean_text(typed, field="category_code", limit=140)
    known = IncidentCategory.objects.visible_to(actor).filter(code=words[:3]).first()
    return f"Category {known.code} {known.name}" if known else f"Category {words}" if words else ""


def _flags(actor: Actor, codes: Collection[str]) -> str:
    rows = VulnerabilityFlag.objects.visible_to(actor).filter(active=True, code__in=codes) if codes else ()
    labels = {one.code: one.label for one in rows}
    if set(codes) - set(labels):
        raise Invalid(fields={"flags": "Choose flags of the list."})
    return f"Vulnerability: {', '.join(labels.values())}" if labels else ""


def _assessed(problems: Problems, given: Mapping[str, str]) -> list[str]:
    """Each line of THRIVE and RARA that has words or a score: "Threat high: knife in hand"."""
    said = []
    for name, label, *_ in (*THRIVE, THRIVE_PLUS, *RARA):
        words = problems.take(partial(clean_text, given.get(name) or "", field=name, limit=_LINE), "")
        score = given.get(f"{name}_score") or ""
        if score and score not in Score.values:
            problems.add(f"{name}_score", "Choose Low, Medium or High.")
            continue
        level = f"{label} {Score(score).label.lower()}" if score else label if words else ""
        said.append(": ".join(filter(None, [level, words])))
    return said
