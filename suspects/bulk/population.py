"""A synthetic force: people with names, dates of birth, numbers and histories; nobody is meant.

`people(count, seed)` streams: the first hundred of a million are the same hundred as of a hundred. Whatever a person
points at (home, associate) is a fraction of however many there are, so it does not depend on the counts either.
Telephone numbers are from ranges kept for drama or never given out, emails from `example.org`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from uuid import UUID

from suspects.bulk.name_lists import COMMUNITIES, ENGLISH, NICKNAMES, SHARES, Community
from suspects.bulk.places import BLOCK, made_id
from suspects.codes.check_letters import letter
from suspects.states import ContactKind, DpaCategory, IdentifierKind, NameType, Sex

_OLDEST, _YOUNGEST = dt.date(1932, 1, 1).toordinal(), dt.date(2014, 12, 31).toordinal()
_PEAK = dt.date(1993, 6, 1).toordinal()
_WOMEN_ONLY = frozenset({"Begum", "Bibi", "Khatun", "Parveen", "Kausar", "Sultana", "Kaur"})
_BUILDS = ("Medium", "Slim", "Stocky", "Large", "Thin", "Broad", "Heavy", "Small", "Proportionate")
_EYES = ("Brown", "Blue", "Green", "Hazel", "Grey")
_HAIR = ("Brown", "Dark Brown", "Black", "Fair", "Blonde", "Grey", "Light Brown", "Ginger", "None")
#: code, what it says, share among people who have a marker
_MARKERS = (
    ("VI", "Assaulted officers on arrest", 26),
    ("WE", "Carried a lock knife when searched", 16),
    ("DR", "Class A user, may carry needles", 18),
    ("ES", "Ran from a police vehicle", 10),
    ("AL", "Aggressive when drunk", 10),
    ("SH", "Cut own arms in custody", 7),
    ("MN", "Under care of the mental health team", 5),
    ("FI", "Air weapon found at home", 3),
    ("CN", "Hid a blade in a shoe", 5),
)
_MARKER_SHARES = tuple(share for _, _, share in _MARKERS)
#: basis, band, offence, share (STANDARDS 7.1)
_WANTED = (
    ("WARRANT_FTA", "P3", "Theft from a shop", 34),
    ("SUSPECT_CIRCULATED", "P2", "Burglary in a dwelling", 18),
    ("SUSPECT_CIRCULATED", "P3", "Criminal damage", 14),
    ("BREACH_BAIL", "P2", "Assault occasioning actual bodily harm", 10),
    ("RECALL_PRISON", "P1", "Robbery", 8),
    ("WARRANT_COMMITMENT", "P3", "Unpaid fines", 10),
    ("LOCATE_TRACE", "P3", "Witness to a collision", 6),
)
_WANTED_SHARES = tuple(share for *_, share in _WANTED)


@dataclass(frozen=True, slots=True)
class MadeName:
    type: str  # NameType
    given_names: str
    surname: str


@dataclass(frozen=True, slots=True)
class MadeIdentifier:
    """Always with the right check letter."""

    kind: str  # IdentifierKind
    value: str


@dataclass(frozen=True, slots=True)
class MadeContact:
    kind: str  # ContactKind
    value: str


@dataclass(frozen=True, slots=True)
class MadeMarker:
    """A warning signal by its code, and how many days ago it was added."""

    code: str
    text: str
    days_ago: int


@dataclass(frozen=True, slots=True)
class MadeWanted:
    basis: str
    band: str
    offence: str
    days_ago: int


@dataclass(frozen=True, slots=True)
class MadeCurfew:
    """Court bail with a curfew every night. `code` is JD (tag) or JE (doorstep); minutes over midnight."""

    code: str
    start_hour: int
    minutes: int
    days_ago: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePerson:
    """One nominal. `names[0]` is the legal name and repeats `given_names` and `surname`.

    `home` and `former_home` are fractions 0..1 of all addresses, `associate` of the people made earlier; None: there
    is none.
    """

    id: UUID
    index: int
    surname: str
    given_names: str
    sex: str
    date_of_birth: dt.date
    ethnicity_self: str
    ethnicity_observed: str
    birthplace: str
    height: int
    build: str
    eyes: str
    hair: str
    category: str
    names: tuple[MadeName, ...]
    identifiers: tuple[MadeIdentifier, ...]
    contacts: tuple[MadeContact, ...]
    markers: tuple[MadeMarker, ...]
    home: float
    former_home: float | None
    associate: float | None
    wanted: MadeWanted | None
    curfew: MadeCurfew | None

    @property
    def forenames(self) -> tuple[str, ...]:
        return tuple(self.given_names.split(" "))


def people(count: int, seed: int, *, first: int = 0) -> Iterator[MadePerson]:
    """`count` people from index `first` on, which is the beginning of a block of a thousand. ValueError otherwise."""
    if first % BLOCK:
        raise ValueError(f"a slice begins at a multiple of {BLOCK}")
    for start in range(first, first + count, BLOCK):
        random = Random(f"{seed}:people:{start}")  # noqa: S311  # made up, not secret
        for index in range(start, min(start + BLOCK, first + count)):
            yield _person(index, seed, random)


def _person(index: int, seed: int, random: Random) -> MadePerson:
    community = random.choices(COMMUNITIES, cum_weights=SHARES)[0]
    sex = Sex.MALE if random.random() < 0.68 else Sex.FEMALE  # police records are mostly of men
    born = _born(random)
    surname = _surname(community, sex, random)
    given = " ".join(_given(community, sex, born, random))
    identifiers = _identifiers(index, born, random)
    return MadePerson(
        id=made_id(seed, "person", index),
        index=index,
        surname=surname,
        given_names=given,
        sex=sex,
        date_of_birth=born,
        ethnicity_self=community.ethnicity if random.random() < 0.9 else "NS",
        ethnicity_observed=community.seen_as,
        birthplace=random.choice(community.birthplaces or ENGLISH.birthplaces).replace("_", " "),
        height=int(random.gauss(177 if sex == Sex.MALE else 163, 7)),
        build=random.choice(_BUILDS),
        eyes=random.choice(_EYES),
        hair=random.choice(_HAIR),
        category=DpaCategory.CONVICTED if len(identifiers) > 1 else DpaCategory.SUSPECT,
        names=_names(community, sex, born, given, surname, random),
        identifiers=identifiers,
        contacts=_contacts(index, given, surname, random),
        markers=_markers(random),
        home=random.random(),
        former_home=random.random() if random.random() < 0.3 else None,
        associate=random.random() if random.random() < 0.15 else None,
        wanted=_wanted(random),
        curfew=_curfew(random),
    )


def _born(random: Random) -> dt.date:
    """Most between 1970 and 2008; the first of January a little too often, as in real registers."""
    day = int(random.gauss(_PEAK, 365 * 14))
    while not _OLDEST <= day <= _YOUNGEST:
        day = int(random.gauss(_PEAK, 365 * 14))
    born = dt.date.fromordinal(day)
    return born.replace(month=1, day=1) if random.random() < 0.004 else born


def _surname(community: Community, sex: str, random: Random) -> str:
    if community.starts and random.random() < community.composed:
        start, end = random.choice(community.starts), random.choice(community.ends)
        # O'Garry and McGann keep their second capital.
        name = start + (end.capitalize() if start in {"O'", "Mc", "Mac", "Fitz"} else end)
    else:
        name = random.choices(community.surnames.values, cum_weights=community.surnames.shares)[0]
    if sex == Sex.MALE and name in _WOMEN_ONLY:
        name = "Singh" if name == "Kaur" else "Khan"
    elif sex == Sex.FEMALE and name.endswith(("ski", "cki", "dzki")):
        name = name[:-1] + "a"
    elif sex == Sex.FEMALE and name == "Singh" and random.random() < 0.7:
        name = "Kaur"
    if community is ENGLISH and random.random() < 0.025:
        second = random.choices(community.surnames.values, cum_weights=community.surnames.shares)[0]
        name = f"{name}-{second}" if second != name else name
    return name


def _given(community: Community, sex: str, born: dt.date, random: Random) -> tuple[str, ...]:
    """One to three forenames of the generation."""
    if community.british_given and random.random() < community.british_given:
        community = ENGLISH
    generation = 0 if born.year < 1965 else 1 if born.year < 1990 else 2
    names = (community.men if sex == Sex.MALE else community.women)[generation]
    wanted = random.choices((1, 2, 3), (38, 54, 8))[0]
    chosen = random.choices(names.values, cum_weights=names.shares, k=wanted)
    return tuple(dict.fromkeys(chosen))


def _names(
    community: Community, sex: str, born: dt.date, given: str, surname: str, random: Random
) -> tuple[MadeName, ...]:
    """The legal name, and what one in five has besides it: a maiden name, a false one, a nickname."""
    names = [MadeName(NameType.LEGAL, given, surname)]
    if sex == Sex.FEMALE and born.year < 1998 and random.random() < 0.3:
        names.append(MadeName(NameType.BIRTH, given, _surname(community, sex, random)))
    chance = random.random()
    if chance < 0.06:
        false = " ".join(_given(community, sex, born, random))
        names.append(
            MadeName(NameType.USED_ON_ARREST, false, random.choice((surname, _surname(community, sex, random))))
        )
    elif chance < 0.11:
        names.append(MadeName(NameType.ALIAS, given.split(" ")[0], _surname(community, sex, random)))
    elif chance < 0.17:
        names.append(MadeName(NameType.NICKNAME, random.choice(NICKNAMES), ""))
    return tuple(dict.fromkeys(names))


def _identifiers(index: int, born: dt.date, random: Random) -> tuple[MadeIdentifier, ...]:
    found = []
    first_year = born.year + 12
    year = random.randint(first_year, 2026) if first_year < 2026 else 2026
    if random.random() < 0.45:
        serial = (index * 7_368_787) % 9_999_991 + 1
        check = letter(int(f"{year % 100:02d}{serial:07d}"))
        found.append(MadeIdentifier(IdentifierKind.PNC_ID, f"{year}/{serial:07d}{check}"))
        if random.random() < 0.6:
            serial = random.randint(1, 999_999)
            check = letter(int(f"{year % 100:02d}{serial:06d}"))
            found.append(MadeIdentifier(IdentifierKind.CRO, f"{serial}/{year % 100:02d}{check}"))
        if random.random() < 0.3:
            serial = random.randint(1, 999_999)
            check = letter(int(f"9901{year % 100:02d}{serial:011d}"))
            found.append(MadeIdentifier(IdentifierKind.ASN, f"{year % 100:02d}99NM01{serial:011d}{check}"))
    return tuple(found)


def _contacts(index: int, given: str, surname: str, random: Random) -> tuple[MadeContact, ...]:
    """01632 is no place's code, 07700 900 is kept for drama: nobody's telephone rings."""
    found = []
    if index % 1000 == 0:
        found.append(MadeContact(ContactKind.MOBH, f"+447700900{index // 1000 % 1000:03d}"))
    elif random.random() < 0.7:
        found.append(MadeContact(ContactKind.LANH, f"+441632{(index * 611_953 + 7) % 900_000 + 100_000:06d}"))
    if random.random() < 0.12:
        name = f"{given.split(' ')[0]}.{surname}".lower().replace("'", "").replace(" ", "-")
        name = "".join(char for char in name if char.isascii())
        found.append(MadeContact(ContactKind.EMAIL, f"{name}{index}@example.org"))
    return tuple(found)


def _markers(random: Random) -> tuple[MadeMarker, ...]:
    if random.random() > 0.07:
        return ()
    chosen = dict.fromkeys(random.choices(_MARKERS, _MARKER_SHARES, k=random.choice((1, 1, 2, 3))))
    return tuple(MadeMarker(code, text, random.randint(5, 900)) for code, text, _ in chosen)


def _wanted(random: Random) -> MadeWanted | None:
    if random.random() > 0.002:
        return None
    basis, band, offence, _ = random.choices(_WANTED, _WANTED_SHARES)[0]
    return MadeWanted(basis, band, offence, random.randint(0, 200))


def _curfew(random: Random) -> MadeCurfew | None:
    if random.random() > 0.003:
        return None
    return MadeCurfew(
        random.choice(("JE", "JE", "JD")), random.choice((19, 20, 21)), random.choice((600, 660)), random.randint(1, 90)
    )
