"""What the officer typed, as one query: from the one box, or from the fields of Person, Vehicle or Place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from core.clock import local_date, now
from core.errors import Invalid
from incidents.services.text import clean_text
from suspects.matching import understand
from suspects.matching.results import (
    AddressQuery,
    IdentifierQuery,
    Kind,
    PersonQuery,
    PhoneQuery,
    Query,
    Reading,
    Understood,
    VehicleQuery,
)
from suspects.states import Subject

TYPED_LIMIT = 200
NOTHING_TYPED = "Type a name, a date of birth, a plate, an address, a phone number or a PNC ID."
_NOT_READ = {
    "vrm": "That is not a registration mark. Type at least 3 characters; ? is one unknown, * is any number.",
    "street": "Type a house number and street, or a postcode.",
}
_SUBJECT_OF = {
    Kind.PERSON: Subject.PERSON,
    Kind.IDENTIFIER: Subject.PERSON,
    Kind.PHONE: Subject.PERSON,
    Kind.VEHICLE: Subject.VEHICLE,
    Kind.ADDRESS: Subject.ADDRESS,
}
_KIND_OF = {Subject.PERSON: Kind.PERSON, Subject.VEHICLE: Kind.VEHICLE, Subject.ADDRESS: Kind.ADDRESS}


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The one box in `text`, or the fields of the subject chosen. Everything as typed."""

    text: str = ""
    surname: str = ""
    given: str = ""
    born: str = ""
    vrm: str = ""
    number: str = ""
    street: str = ""
    postcode: str = ""

    def fields_of(self, subject: str) -> str:
        """The chosen subject's fields as one line, as somebody would type them into the box."""
        if subject == Subject.VEHICLE:
            return self.vrm
        if subject == Subject.ADDRESS:
            street = " ".join(part for part in (self.number, self.street) if part.strip())
            return ", ".join(part for part in (street, self.postcode) if part.strip())
        name = ", ".join(part for part in (self.surname, self.given) if part.strip())
        return " ".join(part for part in (name, self.born) if part.strip())


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What will be searched: the line that is kept, how it was read in words, what it is about. `problems` are parts
    that could not be read, in words."""

    line: str
    words: str
    subject: Subject
    query: Query
    problems: tuple[str, ...] = ()


def read(typed: Typed, subject: str = "") -> Asked:
    """The query of what was typed. With the box filled the most likely reading counts, whatever tab is open.

    Raises Invalid naming the field and what to type instead.
    """
    box = clean_text(typed.text, field="text", limit=TYPED_LIMIT)
    chosen = Subject(subject) if subject in Subject.values else Subject.PERSON
    line = clean_text(typed.fields_of(chosen), field=_field(chosen), limit=TYPED_LIMIT)
    if box and line:
        raise Invalid(fields={"text": "Use this box or the fields below, not both."})
    if not box and not line:
        raise Invalid(fields={"text": NOTHING_TYPED})
    return from_box(box) if box else _from_fields(typed, chosen, line)


def from_box(line: str) -> Asked:
    """The most likely reading of one line. Raises Invalid (text)."""
    understood = understand.read_box(line, _today())
    return _asked(understood, understood.best, "text")


def again(line: str, subject: str) -> Asked:
    """The query of a line that was kept with its subject. Raises Invalid when it no longer reads as one."""
    understood = understand.read_box(line, _today())
    reading = next((one for one in understood.readings if _SUBJECT_OF[one.kind] == subject), None)
    return _asked(understood, reading, "text")


def _from_fields(typed: Typed, subject: Subject, line: str) -> Asked:
    if subject == Subject.PERSON:
        query, problems = understand.read_person(
            surname=typed.surname, given=typed.given, born=typed.born, today=_today()
        )
        if problems:
            raise Invalid(fields=problems)
        return Asked(line=line, words=understand.person_words(query), subject=subject, query=query)
    understood = understand.read_box(line, _today())
    return _asked(understood, understood.as_kind(_KIND_OF[subject]), _field(subject))


def _asked(understood: Understood, reading: Reading | None, field: str) -> Asked:
    if reading is None:
        words = " ".join(understood.problems) or _NOT_READ.get(field, NOTHING_TYPED)
        raise Invalid(fields={field: words})
    return Asked(
        line=understood.text, words=reading.words, subject=_SUBJECT_OF[reading.kind], query=reading.query,
        problems=understood.problems,
    )  # fmt: skip


def _today() -> dt.date:
    return local_date(now())


def _field(subject: Subject) -> str:
    return {Subject.VEHICLE: "vrm", Subject.ADDRESS: "street"}.get(subject, "surname")


def parts(query: Query) -> Mapping[str, str]:
    """What an outside register is asked: plain parts, or nothing when it cannot be asked this (part of a plate)."""
    if isinstance(query, PersonQuery):
        born = query.born.exact.isoformat() if query.born.exact else ""
        return _filled(surname=query.surname, given=" ".join(query.given), born=born) if query.surname else {}
    if isinstance(query, VehicleQuery):
        return {} if query.partial else {"vrm": query.mark}
    if isinstance(query, AddressQuery):
        return _filled(number=query.number, street=query.street, postcode=query.postcode, uprn=query.uprn)
    if isinstance(query, IdentifierQuery):
        return {query.scheme: query.value} if query.verified else {}
    assert isinstance(query, PhoneQuery)
    return {"phone": query.number}


def _filled(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}
