"""What a search is asked and what it answers. Plain values: nothing here knows where they are kept.

`understand.read_box(text)` makes `Understood` from the one search box; each `Reading` carries one of the queries
below. `understand.read_person(surname=…, given=…, born=…)` makes a `PersonQuery` from separate fields.
`suspects.selectors.search` turns a query into `Found`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """What typed text can be."""

    PERSON = "person"
    VEHICLE = "vehicle"
    ADDRESS = "address"
    IDENTIFIER = "identifier"
    PHONE = "phone"


@dataclass(frozen=True, kw_only=True)
class Born:
    """A date of birth as typed. All empty: none was given.

    `exact` is the date as it reads first (day before month). `others` are further readings of the same text, best
    first: 03/04/98 may be 1898. `year` (and `month`) stand alone when the day was not given. `year_to` closes a range
    of years that began with `year`: "27 years old" spans two.
    """

    exact: date | None = None
    others: tuple[date, ...] = ()
    year: int | None = None
    year_to: int | None = None
    month: int | None = None

    def __bool__(self) -> bool:
        return self.exact is not None or self.year is not None


@dataclass(frozen=True, kw_only=True)
class PersonQuery:
    """A name, a date of birth, or both. `given` are forenames in the order typed; titles are gone."""

    surname: str = ""
    given: tuple[str, ...] = ()
    born: Born = field(default_factory=Born)
    order_known: bool = True  # False: typed without a comma, the last word was taken as the surname

    def __bool__(self) -> bool:
        return bool(self.surname or self.given or self.born)


@dataclass(frozen=True, kw_only=True)
class VehicleQuery:
    """`mark` is upper case without spaces; `?` is one unknown character, `*` any number of them."""

    mark: str

    @property
    def partial(self) -> bool:
        return "?" in self.mark or "*" in self.mark


@dataclass(frozen=True, kw_only=True)
class AddressQuery:
    """`postcode` is "NX1 4AB", or an outward part "NX1"; `number` is a house or flat number such as "12A"."""

    postcode: str = ""
    number: str = ""
    street: str = ""
    uprn: str = ""


@dataclass(frozen=True, kw_only=True)
class IdentifierQuery:
    """`scheme` is "PNC", "CRO" or "ASN" (IdentifierKind); `value` is canonical; `verified`: its check letter fits."""

    scheme: str
    value: str
    verified: bool


@dataclass(frozen=True, kw_only=True)
class PhoneQuery:
    """`number` in E.164: "+447700900123"."""

    number: str


Query = PersonQuery | VehicleQuery | AddressQuery | IdentifierQuery | PhoneQuery


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One way to read the text. `words` says it plainly: "Surname HALLORAN, first name Connor, born 14/06/1998"."""

    kind: Kind
    query: Query
    words: str
    likelihood: int  # 0..100; readings come most likely first


@dataclass(frozen=True, kw_only=True)
class Understood:
    """What was typed and how it can be read. `problems` are sentences for the officer that say what to do."""

    text: str
    readings: tuple[Reading, ...]
    problems: tuple[str, ...] = ()

    @property
    def best(self) -> Reading | None:
        return self.readings[0] if self.readings else None

    def as_kind(self, kind: Kind) -> Reading | None:
        """The best reading of one kind: the officer chose Person, Vehicle or Place."""
        return next((reading for reading in self.readings if reading.kind is kind), None)


@dataclass(frozen=True, kw_only=True)
class Match:
    """One person who may be meant. Never merged, never a verdict.

    `score` 0..100 orders the list; screens show `same` and `differs` ("surname", "Conor, one n"), not the number.
    `matched_name` is the name that fitted, in police order "HALLORAN, Conor"; `name_type` is its type ("ALIAS").
    """

    person_id: UUID
    score: int
    same: tuple[str, ...]
    differs: tuple[str, ...]
    matched_name: str
    name_type: str = ""

    @property
    def reasons(self) -> str:
        """ "Same: surname, date of birth. Differs: Conor, one n." """
        return said(self.same, self.differs)


@dataclass(frozen=True, kw_only=True)
class VehicleMatch:
    """`mark` is the mark on file, in capitals without spaces."""

    vehicle_id: UUID
    score: int
    same: tuple[str, ...]
    differs: tuple[str, ...]
    mark: str

    @property
    def reasons(self) -> str:
        return said(self.same, self.differs)


@dataclass(frozen=True, kw_only=True)
class AddressMatch:
    """`label` is the address in one line."""

    address_id: UUID
    score: int
    same: tuple[str, ...]
    differs: tuple[str, ...]
    label: str

    @property
    def reasons(self) -> str:
        return said(self.same, self.differs)


AnyMatch = Match | VehicleMatch | AddressMatch


@dataclass(frozen=True, kw_only=True)
class Found:
    """Matches, best first. `more`: there are others that were not ranked; `advice` then says how to narrow it."""

    matches: tuple[AnyMatch, ...] = ()
    more: bool = False
    advice: str = ""

    @property
    def people(self) -> tuple[Match, ...]:
        return tuple(match for match in self.matches if isinstance(match, Match))

    @property
    def vehicles(self) -> tuple[VehicleMatch, ...]:
        return tuple(match for match in self.matches if isinstance(match, VehicleMatch))

    @property
    def addresses(self) -> tuple[AddressMatch, ...]:
        return tuple(match for match in self.matches if isinstance(match, AddressMatch))


def said(same: tuple[str, ...], differs: tuple[str, ...]) -> str:
    """ "Same: surname, date of birth. Differs: Conor, one n." Empty when there is nothing to say."""
    parts = []
    if same:
        parts.append(f"Same: {', '.join(same)}.")
    if differs:
        parts.append(f"Differs: {', '.join(differs)}.")
    return " ".join(parts)
