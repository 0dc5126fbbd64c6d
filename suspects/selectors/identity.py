"""Is this who they say? Questions whose answers are on file, and what was answered (MISSION C6).

An answer on file leaves this module only after what the person said was recorded. The sum is counted, never judged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import local_date, now
from core.errors import NotFound
from core.models import AuditAction
from core.permissions import can, check
from incidents.selectors.ids import as_uuid
from suspects.codes import descriptions, vrm
from suspects.matching import said
from suspects.matching.compare import NameHeld
from suspects.matching.said import Compared, PlaceHeld
from suspects.models import (
    ContactPoint,
    DistinguishingMark,
    IdentityAnswer,
    IdentityCheck,
    Link,
    Operation,
    Person,
    PersonImage,
    PersonName,
)
from suspects.selectors.operations import DoNotApproach
from suspects.selectors.wanted_cards import is_child, under_operation
from suspects.selectors.who import person_of
from suspects.states import ContactKind, LinkKind

NOT_PROOF = "Not proof either way."
NOT_SAID = "would not say"  # no answer, so what we hold stays where it is
FORMER_ADDRESSES = 3
_DRIVES = (LinkKind.KEEPER, LinkKind.DRIVER, LinkKind.USER, LinkKind.INSURED)


class Grade(StrEnum):
    """How the answers lie, in words. Counting, not judging."""

    NOTHING = "Nothing to compare yet."
    FITS = "What was said fits what we hold."
    MIXED = "Some of it fits, some does not."
    DIFFERS = "What was said does not fit what we hold."
    UNSETTLED = "Nothing said so far settles it."


@dataclass(frozen=True, kw_only=True)
class Question:
    """What may be asked next. It does not hold the answer. `about` tells questions of one kind apart."""

    key: str
    about: str
    ask: str
    hint: str


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A question that was answered: what was said, what we hold, and whether it fits (None: not settled)."""

    key: str
    about: str
    ask: str
    said: str
    held: str
    fits: bool | None
    reason: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A question with its answer, for `services.identity` to compare with. Never handed to a page."""

    key: str
    about: str
    ask: str
    hint: str
    held: str
    compare: Callable[[str], Compared]


@dataclass(frozen=True, kw_only=True)
class IdentityPage:
    """`look_for` is what an officer sees without asking: height, build, hair. `image_on` None: no date."""

    id: UUID
    person_id: UUID
    name: str
    sex: str
    look_for: tuple[str, ...]
    image_id: UUID | None
    image_on: dt.date | None
    image_hidden: bool
    questions: tuple[Question, ...]
    answers: tuple[Answered, ...]
    grade: Grade
    summary: str
    verdict: str
    verdict_words: str
    started_at: dt.datetime
    ended_at: dt.datetime | None
    operation: DoNotApproach | None


def identity_page(actor: Actor, identity_id: UUID | str) -> IdentityPage:
    """The actor's own identity check as it stands; one CONSULT audit entry. Raises NotFound, NotAllowed."""
    check(actor, "person.check")
    with transaction.atomic():
        one = own_check(actor, identity_id)
        page = _page(actor, one)
        audit.record(
            actor, AuditAction.CONSULT, f"suspects.identitycheck:{one.pk}", purpose="identity check",
            fields=[f"suspects.person:{one.person_id}", *sorted({answer.key for answer in page.answers})],
        )  # fmt: skip
    return page


def may_begin(actor: Actor, person_id: UUID | str) -> None:
    """Nothing of the record is shown to begin with, so no audit entry. Raises NotFound, NotAllowed."""
    check(actor, "person.check")
    person_of(actor)
    if not Person.objects.visible_to(actor).filter(pk=as_uuid(person_id)).exists():
        raise NotFound()


def own_check(actor: Actor, identity_id: UUID | str, *, lock: bool = False) -> IdentityCheck:
    """The row, for services too. Somebody else's is not there. Raises NotFound."""
    rows = IdentityCheck.objects.visible_to(actor).filter(pk=as_uuid(identity_id), officer_id=person_of(actor).user_id)
    rows = rows.select_for_update(of=("self",)) if lock else rows
    found: IdentityCheck | None = rows.select_related("person", "stop").first()
    if found is None:
        raise NotFound()
    return found


def facts_about(actor: Actor, person: Person) -> list[Fact]:
    """Everything that can be asked of the person, with its answer. The caller audits."""
    today = local_date(now())
    held = [
        NameHeld(name.given_names, name.surname, name.type)
        for name in PersonName.objects.visible_to(actor).filter(person=person)
    ]
    own_names = [name for name in held if name.given and name.surname]
    facts = [_fact("name", "", "What is your full name?", "First and last name", person.filename,
                   lambda text: said.names(text, own_names or held))] if held else []  # fmt: skip
    middle = " ".join(person.given_names.split(" ")[1:])
    if middle:
        facts.append(_fact("middle_name", "", "What is your middle name?", "", middle,
                           lambda text: said.middle_name(text, middle)))  # fmt: skip
    if born := person.date_of_birth:
        facts.append(_fact("date_of_birth", "", "When were you born?", "Day, month and year", f"{born:%d/%m/%Y}",
                           lambda text: said.born(text, born, today)))  # fmt: skip
    if person.birthplace:
        facts.append(_fact("birthplace", "", "Where were you born?", "Town", person.birthplace,
                           lambda text: said.town(text, person.birthplace)))  # fmt: skip
    if not _addresses_hidden(actor, person):
        facts += _addresses(actor, person, today)
    return [*facts, *_marks(actor, person), *_vehicles(actor, person, today), *_phones(actor, person)]


def _fact(key: str, about: str, ask: str, hint: str, held: str, compare: Callable[[str], Compared]) -> Fact:
    return Fact(key=key, about=about, ask=ask, hint=hint, held=held, compare=compare)


def _addresses_hidden(actor: Actor, person: Person) -> bool:
    """As on the profile: under an operation the ways to find the person are for those who run it."""
    return bool(under_operation(actor, [person.pk], now())) and not can(actor, "operation.manage")


def _addresses(actor: Actor, person: Person, today: dt.date) -> list[Fact]:
    homes = Link.objects.visible_to(actor).filter(person=person, kind=LinkKind.HOME, address__isnull=False)
    links = list(homes.select_related("address").order_by("-valid_from", "-recorded_at"))
    now_ = [link for link in links if link.valid_to is None or link.valid_to >= today]
    before = [link for link in links if link not in now_]
    facts = [_address(link, "address", "Where do you live?") for link in now_[:1]]
    asked: set[str] = set()
    for link in before:
        ask = f"Where did you live in {link.valid_to.year}?" if link.valid_to else "Where did you live before?"
        if ask not in asked and len(asked) < FORMER_ADDRESSES:
            asked.add(ask)
            facts.append(_address(link, "former_address", ask))
    return facts


def _address(link: Link, key: str, ask: str) -> Fact:
    one: Any = link.address
    held = PlaceHeld(number=one.number, street=one.street or one.premises, town=one.town, postcode=one.postcode)
    return _fact(key, str(link.pk), ask, "House number and street", one.line, lambda text: said.address(text, held))


def _marks(actor: Actor, person: Person) -> list[Fact]:
    marks = [
        (mark.feature, mark.location, mark.text)
        for mark in DistinguishingMark.objects.visible_to(actor).filter(person=person)
    ]
    if not marks:
        return []
    held = "; ".join(f"{feature}: {text}, {place}" if text else f"{feature}, {place}" for feature, place, text in marks)
    ask = "Have you any scars, tattoos or piercings?"
    return [_fact("marks", "", ask, "What it is and where", held, lambda text: said.mark(text, marks))]


def _vehicles(actor: Actor, person: Person, today: dt.date) -> list[Fact]:
    theirs: Any = Link.objects.visible_to(actor)
    links = theirs.holding_on(today).filter(person=person, kind__in=_DRIVES)
    marks = list(
        dict.fromkeys(links.exclude(vehicle=None).exclude(vehicle__vrm="").values_list("vehicle__vrm", flat=True))
    )
    if not marks:
        return []
    held = ", ".join(vrm.readable(mark) for mark in marks)
    ask = "What is the number plate of your vehicle?"
    return [_fact("vehicle", "", ask, "All or part of it", held, lambda text: said.vehicle(text, marks))]


def _phones(actor: Actor, person: Person) -> list[Fact]:
    """Never the number that is safe to call: nobody is asked for it at the roadside."""
    rows = ContactPoint.objects.visible_to(actor).filter(person=person, ended_at=None, value__startswith="+")
    numbers = list(dict.fromkeys(rows.exclude(kind=ContactKind.SAFE).values_list("value", flat=True)))
    if not numbers:
        return []
    ask = "What is your telephone number?"
    return [_fact("telephone", "", ask, "", ", ".join(numbers), lambda text: said.telephone(text, numbers))]


def _page(actor: Actor, one: IdentityCheck) -> IdentityPage:
    person = one.person
    facts = {(fact.key, fact.about): fact for fact in facts_about(actor, person)}
    answers = tuple(_answered(answer, facts) for answer in one.answers.all())
    done = {(answer.key, answer.about) for answer in answers}
    ended = one.ended_at is not None
    left = tuple(
        Question(key=fact.key, about=fact.about, ask=fact.ask, hint=fact.hint)
        for key, fact in facts.items() if key not in done and not ended
    )  # fmt: skip
    images = PersonImage.objects.visible_to(actor).filter(person=person, withdrawn_at=None)
    image = images.order_by("-taken_on", "-recorded_at").values_list("pk", "taken_on").first()
    moment = now()
    operations = Operation.objects.visible_to(actor).in_force(moment).filter(person=person)[:1]
    return IdentityPage(
        id=one.pk,
        person_id=person.pk,
        name=person.spoken_name,
        sex=person.sex,
        look_for=look_for(person),
        image_id=image[0] if image else None,
        image_on=image[1] if image else None,
        image_hidden=is_child(person, local_date(moment)),
        questions=left,
        answers=answers,
        grade=grade(answer.fits for answer in answers),
        summary=summary((answer.fits for answer in answers), len(left)),
        verdict=one.verdict,
        verdict_words=one.get_verdict_display() if one.verdict else "",
        started_at=one.started_at,
        ended_at=one.ended_at,
        operation=DoNotApproach(call_number=operations[0].call_number) if operations else None,
    )


def _answered(answer: IdentityAnswer, facts: Mapping[tuple[str, str], Fact]) -> Answered:
    fact = facts.get((answer.question, answer.about))
    return Answered(
        key=answer.question,
        about=answer.about,
        ask=fact.ask if fact else answer.question.replace("_", " ").capitalize(),
        said=answer.said,
        held=fact.held if fact and answer.reason != NOT_SAID else "",
        fits=answer.fits,
        reason=answer.reason,
        at=answer.at,
    )


def look_for(person: Person) -> tuple[str, ...]:
    """What is seen without asking. Marks are asked for, so they are not here."""
    height = descriptions.height_words(person.height_from, person.height_to)
    hair = f"{person.hair.lower()} hair" if person.hair and person.hair != descriptions.UNKNOWN else ""
    build = person.build.lower() if person.build and person.build != descriptions.UNKNOWN else ""
    return tuple(part for part in (height, build, hair) if part)


def grade(fits: Iterable[bool | None]) -> Grade:
    """Where the answers lie together."""
    found = list(fits)
    if not found:
        return Grade.NOTHING
    settled = {one for one in found if one is not None}
    if not settled:
        return Grade.UNSETTLED
    if len(settled) == 2:
        return Grade.MIXED
    return Grade.FITS if True in settled else Grade.DIFFERS


def summary(fits: Iterable[bool | None], to_ask: int) -> str:
    """ "1 fits, 1 does not, 2 to ask. Not proof either way." """
    found = list(fits)
    yes, no, open_ = found.count(True), found.count(False), found.count(None)
    parts = [
        f"{yes} {'fits' if yes == 1 else 'fit'}",
        f"{no} {'does' if no == 1 else 'do'} not",
        *([f"{open_} not settled"] if open_ else []),
        *([f"{to_ask} to ask"] if to_ask else []),
    ]
    return f"{', '.join(parts)}. {NOT_PROOF}"
