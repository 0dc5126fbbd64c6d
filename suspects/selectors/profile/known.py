"""What is known about a person: intelligence, links, names, numbers, looks, contacts with police, files (B3.3)."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Q, Value, When
from django.db.models.functions import Cast

from core.actors import Actor
from core.clock import local_date
from incidents.services.phones import readable_phone
from suspects.codes import descriptions, grading
from suspects.codes.check_letters import readable_asn
from suspects.codes.vrm import readable
from suspects.models import (
    ContactPoint,
    DistinguishingMark,
    IntelligenceReport,
    Link,
    Person,
    PersonDocument,
    PersonIdentifier,
    PersonName,
    PoliceContact,
)
from suspects.selectors.profile.shapes import Fact, Intelligence, Linked
from suspects.selectors.profile.urgent import how_old, is_old
from suspects.selectors.wanted_cards import planned_people
from suspects.states import ContactKind, IdentifierKind, LinkKind, NameType

HISTORY_LIMIT = 50
INTELLIGENCE_LIMIT = 100
_TARGETS = ("address", "vehicle", "organisation", "other_person", "person")


def read_intelligence(actor: Actor, moment: dt.datetime, **subject: object) -> tuple[Intelligence, ...]:
    """Disseminated reports about a person, vehicle or address (`person=…`), newest first. One that also speaks of
    somebody under a planned operation is for those who run it."""
    about = {f"subjects__{name}": value for name, value in subject.items()}
    rows = IntelligenceReport.objects.visible_to(actor).disseminated().filter(**about).distinct()
    rows = rows.exclude(subjects__person__in=planned_people(actor, moment))
    return tuple(_report(report, moment) for report in rows.order_by("-submitted_at")[:INTELLIGENCE_LIMIT])


def _report(report: IntelligenceReport, moment: dt.datetime) -> Intelligence:
    grade = grading.parse(report.grading)
    dated = report.occurred_at or report.submitted_at
    return Intelligence(
        section="intelligence",
        ref=f"suspects.intelligencereport:{report.pk}",
        title=f"Intelligence {report.urn}",
        text=report.text,
        source=f"Intel {report.urn}",
        dated=dated,
        age=how_old(dated, moment),
        old=is_old(dated, moment),
        opinion=report.is_opinion,
        report_id=report.pk,
        grade=grade.code,
        grade_words=grade.words,
        conditions=report.handling_conditions,
        review_due=report.review_due,
        review_overdue=report.review_due < local_date(moment),
    )


def links_of(actor: Actor, person: Person) -> list[Link]:
    """Every link of the person, with what it leads to, whichever end the person is."""
    rows = Link.objects.visible_to(actor).filter(Q(person=person) | Q(other_person=person))
    return list(rows.select_related(*_TARGETS))


def as_linked(link: Link, here: UUID, moment: dt.datetime) -> Linked:
    """The link as seen from the record `here`: the other end in words."""
    name = next(name for name in _TARGETS if getattr(link, f"{name}_id") not in {None, here})
    end = getattr(link, name)
    today = local_date(moment)
    current = (link.valid_from is None or link.valid_from <= today) and (
        link.valid_to is None or link.valid_to >= today
    )
    dated = link.confirmed_at or link.valid_to or link.valid_from or link.recorded_at
    return Linked(
        section="link",
        ref=f"suspects.link:{link.pk}",
        title=LinkKind(link.kind).label,
        text=f"{_words(name, end)}. {link.text}" if link.text else _words(name, end),
        source=link.source,
        dated=dated,
        age=how_old(dated, moment),
        old=not current or is_old(dated, moment),
        opinion=link.is_opinion,
        kind=link.kind,
        target="person" if name == "other_person" else name,
        target_id=end.pk,
        current=current,
    )


def _words(name: str, end: Any) -> str:
    if name == "vehicle":
        about = " ".join(part for part in (end.colour, end.make, end.model) if part)
        return f"{readable(end.vrm) or end.vin}{f', {about}' if about else ''}"
    if name in {"person", "other_person"}:
        return end.spoken_name
    return str(end)


def read_short_facts(actor: Actor, person: Person, moment: dt.datetime) -> dict[str, list[Fact]]:
    """Names, numbers, ways to reach the person, marks: four small tables in one query. Keys: name, number, contact,
    safe, mark."""
    text = CharField()

    def rows(model: Any, what: str, one: Any, two: Any, three: Any) -> Any:
        mine = model.objects.visible_to(actor).filter(person=person).order_by()
        if model is ContactPoint:
            mine = mine.filter(ended_at=None)
        columns = {"what": Value(what, text), "one": one, "two": two, "three": three}
        mine = mine.annotate(**{name: Cast(value, text) for name, value in columns.items()})
        return mine.values_list("what", "pk", "one", "two", "three", "source", "recorded_at")

    verified = Case(When(verified=True, then=Value("verified")), default=Value(""), output_field=text)
    names = rows(PersonName, "name", "type", "given_names", "surname")
    found: dict[str, list[Fact]] = {"name": [], "number": [], "contact": [], "safe": [], "mark": []}
    all_rows = names.union(
        rows(PersonIdentifier, "number", "kind", "value", verified),
        rows(ContactPoint, "contact", "kind", "value", "extension"),
        rows(DistinguishingMark, "mark", "feature", "location", "text"),
        all=True,
    )
    for what, key, one, two, three, source, recorded in sorted(all_rows, key=lambda row: (row[0], row[6], str(row[1]))):
        place, title, words = _short(what, one, two, three)
        found[place].append(
            Fact(
                section=place, ref=f"{_MODELS[what]}:{key}", title=title, text=words, source=source, dated=recorded,
                age=how_old(recorded, moment),
            )
        )  # fmt: skip
    return found


_MODELS = {
    "name": "suspects.personname", "number": "suspects.personidentifier", "contact": "suspects.contactpoint",
    "mark": "suspects.distinguishingmark",
}  # fmt: skip


def _short(what: str, one: str, two: str, three: str) -> tuple[str, str, str]:
    """Where the fact belongs, its title, its words."""
    if what == "name":
        words = f"{three.upper()}, {two}" if two and three else (three.upper() or two)
        return "name", NameType(one).label, words
    if what == "number":
        shown = readable_asn(two) if one == IdentifierKind.ASN else two
        return "number", IdentifierKind(one).label, shown if three else f"{shown} (not verified)"
    if what == "mark":
        return "mark", f"{one}, {two}", three
    place = "safe" if one == ContactKind.SAFE else "contact"
    shown = two if one == ContactKind.EMAIL else readable_phone(two)
    return place, ContactKind(one).label, f"{shown} ext. {three}" if three else shown


def description(person: Person, marks: list[Fact], moment: dt.datetime) -> tuple[Fact, ...]:
    """How the person looks, in the order officers describe people. What the person says and what an officer saw are
    two facts (STANDARDS 5.5, 5.8)."""
    eyes = person.eye_left if person.eye_left == person.eye_right else _two_eyes(person)
    lines = (
        ("Ethnicity, as they say", _said(person), None),
        ("Ethnicity, as an officer saw", _observed(person), True),
        ("Height", descriptions.height_words(person.height_from, person.height_to), None),
        ("Build", person.build, None),
        ("Hair", person.hair, None),
        ("Facial hair", person.facial_hair, None),
        ("Complexion", person.complexion, None),
        ("Eyes", eyes, None),
        ("Accent", person.accent, None),
        ("Gender, as they say", "" if person.gender_restricted else person.gender_self, None),
        ("Born in", person.birthplace, None),
    )
    facts = [
        Fact(
            section="description", ref=f"suspects.person:{person.pk}", title=title, text=text,
            source=person.source or person.recorded_by_label, dated=person.changed_at,
            age=how_old(person.changed_at, moment), old=is_old(person.changed_at, moment), opinion=opinion,
        )
        for title, text, opinion in lines if text and text != descriptions.UNKNOWN
    ]  # fmt: skip
    return (*facts, *marks)


def _two_eyes(person: Person) -> str:
    return ", ".join(
        f"{side} {colour.lower()}"
        for side, colour in (("left", person.eye_left), ("right", person.eye_right))
        if colour
    )


def _said(person: Person) -> str:
    words = descriptions.ETHNICITY_SELF.get(person.ethnicity_self, "")
    return f"{person.ethnicity_self} {words}" if words else ""


def _observed(person: Person) -> str:
    words = descriptions.ETHNICITY_OBSERVED.get(person.ethnicity_observed, "")
    return f"{person.ethnicity_observed} {words}" if words else ""


def read_history(actor: Actor, person: Person, moment: dt.datetime) -> tuple[Fact, ...]:
    rows = PoliceContact.objects.visible_to(actor).filter(person=person).order_by("-occurred_at")[:HISTORY_LIMIT]
    return tuple(
        Fact(
            section="history", ref=f"suspects.policecontact:{row.pk}", title=row.kind, text=row.text, source=row.source,
            dated=row.occurred_at, age=how_old(row.occurred_at, moment), opinion=False,
        )
        for row in rows
    )  # fmt: skip


def read_files(actor: Actor, person: Person, moment: dt.datetime) -> tuple[Fact, ...]:
    return tuple(
        Fact(
            section="file", ref=f"suspects.persondocument:{row.pk}", title=row.title,
            text=f"{row.mime}, {max(row.size_bytes // 1024, 1)} KB", source=row.source,
            dated=row.dated or row.recorded_at, age=how_old(row.dated or row.recorded_at, moment),
        )
        for row in PersonDocument.objects.visible_to(actor).filter(person=person)
    )  # fmt: skip
