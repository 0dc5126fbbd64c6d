"""Search keys: the few short texts by which a person is found, whatever was typed.

Each person is kept under some twelve keys; a query makes its own and asks for people who share one. A key joins two
weak facts into a selective one, so that no single slip hides a person and no common name brings the whole file:

| kind | what it joins                                            | finds, in spite of                          |
|------|----------------------------------------------------------|---------------------------------------------|
| e    | whole name, in bare letters, words sorted                | order                                       |
| n    | sound of a forename (short forms made formal) and of a surname, sorted | spelling, short forms, order  |
| b    | date of birth, day and month in either order             | anything in the name                        |
| m    | day and month, first sounds of both names                | a wrong year, slips after the first sound   |
| u    | year, sound of the surname                               | a wrong day or month, anything in forenames |
| f    | sound of the forename, first letters of the surname      | slips late in the surname                   |
| l    | sound of the forename, last letters of the surname       | slips early in the surname                  |
| h    | sound of the forename, first two and last of the surname | slips in the middle of the surname          |
| i    | sound of the surname, first letters of the forename      | slips late in the forename                  |
| t    | sound of the surname                                     | anything in forenames; rare surnames        |
| s    | surname in bare letters                                  | for a surname typed alone                   |

How common a name is decides which of them help; `query_keys` weighs them and `selectors.search` caps each kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from suspects.matching.diminutives import formal, near_forms
from suspects.matching.folding import given_words, surname_words
from suspects.matching.phonetics import sounds
from suspects.matching.results import Born, PersonQuery
from suspects.matching.spellings import families

#: Most characters of a key (`SearchKey.key`).
LONGEST_KEY = 48
#: Most keys of one name; long names have many words, and the first ones carry the meaning.
MOST_OF_A_NAME = 16
#: Forenames that are really a second surname, or stand in front of any name: they pair with the other forename.
EITHER_PLACE = frozenset({"singh", "kaur", "ali", "khan", "bibi", "begum", "khatun", "ahmed", "hussain", "muhammad"})


@dataclass(frozen=True)
class Name:
    """A name as held: `given` "Conor Patrick", `surname` "O'Halloran"."""

    given: str
    surname: str


@dataclass(frozen=True)
class KeyGroup:
    """Keys of one kind to ask for. At most `limit` rows are read; each row adds `weight` to its person."""

    kind: str
    keys: tuple[str, ...]
    weight: int
    limit: int

    @property
    def named(self) -> bool:
        """Whether the key says anything of the name; a date alone does not."""
        return self.kind not in {"b", "b±"}


@lru_cache(maxsize=100_000)
def roots(word: str) -> tuple[str, ...]:
    """The formal names behind a forename, across spellings: "bill" → ("william",), "mohd" → ("muhammad",)."""
    found: dict[str, None] = {}
    for spelling in (*families(word), word):
        found.update(dict.fromkeys(formal(spelling)))
    return tuple(found) if len(found) == 1 or word in found else tuple(name for name in found if name != word)


@lru_cache(maxsize=100_000)
def given_sounds(word: str) -> tuple[str, ...]:
    """Sounds of the formal names behind a forename; the first is the likeliest."""
    return tuple(dict.fromkeys(code for root in roots(word) for code in sounds(root)))


@lru_cache(maxsize=20_000)
def asked_sounds(word: str) -> tuple[str, ...]:
    """The same for a forename that was typed: a short form with a slip in it (Tomy, Eddei) is understood too."""
    near = dict.fromkeys(name for form in near_forms(word) for name in formal(form))
    return tuple(dict.fromkeys((*given_sounds(word), *(sounds(name)[0] for name in near))))


@lru_cache(maxsize=100_000)
def first_readings(word: str) -> tuple[str, ...]:
    """One sound for each formal name behind a forename: what a person is filed under. Queries ask for all readings."""
    return tuple(dict.fromkeys(sounds(root)[0] for root in roots(word)))


@lru_cache(maxsize=200_000)
def surname_sounds(word: str) -> tuple[str, ...]:
    """Sounds of a surname's family name, likeliest first."""
    return tuple(dict.fromkeys(code for family in families(word) for code in sounds(family)))


def keys_for(names: Iterable[Name | tuple[str, str]], born: date | None) -> list[str]:
    """Every key of a person, sorted. `names` are all their names as `Name` or (given, surname); `born` may be unknown.

    A person with one name of two words and a date of birth has ten to fourteen.
    """
    found: set[str] = set()
    for name in names:
        given, surname = (name.given, name.surname) if isinstance(name, Name) else name
        found.update(_of_name(given, surname))
        if born is not None:
            found.update(_of_name_and_date(given, surname, born.year, _turned(born.month, born.day)))
    if born is not None:
        found.add(f"b{born.year}{_turned(born.month, born.day)}")
    return sorted(key[:LONGEST_KEY] for key in found)


def _turned(month: int, day: int) -> str:
    """Day and month in an order that does not tell which was which: 4 March and 3 April are equal."""
    low, high = (month, day) if month <= day else (day, month)
    return f"{low:02d}{high:02d}" if high <= 12 else f"{month:02d}{day:02d}"


def _pair(kind: str, one: str, other: str) -> str:
    low, high = sorted((one, other))
    return f"{kind}{low}.{high}"


@lru_cache(maxsize=50_000)
def _of_name(given: str, surname: str) -> tuple[str, ...]:
    first, last = given_words(given), surname_words(surname)
    if not first or not last:
        return tuple(_of_half(first or last))
    found = dict.fromkeys([_exact(first[0], last[-1])])
    for word in last[:2]:
        found |= dict.fromkeys((f"s{word}", *(f"t{code}" for code in surname_sounds(word)[:1])))
    found |= dict.fromkeys(_pairs(first, last))
    for word in last[:2]:
        sound = given_sounds(first[0])[0]
        found |= dict.fromkeys(f"{kind}{sound}.{part}" for kind, part in _parts(word))
        found[f"i{surname_sounds(word)[0]}.{first[0][:2]}"] = None
    return tuple(found)[:MOST_OF_A_NAME]


def _parts(surname: str) -> tuple[tuple[str, str], ...]:
    """Letters that one slip leaves alone, wherever it is: the beginning, the end, or both without the middle."""
    return (("f", surname[:3]), ("l", surname[-3:]), ("h", surname[:2] + surname[-1:]))


def _of_half(found: Sequence[str]) -> list[str]:
    """Somebody known by one word only: a street name, a child not yet named."""
    return [key for word in found[:3] for key in (f"s{word}", *(f"t{code}" for code in surname_sounds(word)))]


def _exact(first: str, last: str) -> str:
    return "e" + "".join(sorted((first, last)))


def _pairs(first: Sequence[str], last: Sequence[str]) -> list[str]:
    """Sound pairs: forenames with surname words; a forename that may be a surname with the other forenames."""
    pairs = [(name, surname) for name in first[:1] for surname in last[:3]]
    pairs += [(name, last[0]) for name in first[1:3]]
    found = [
        _pair("n", one, other)
        for name, surname in pairs
        for one in first_readings(name)[: 3 if name == first[0] else 1]
        for other in surname_sounds(surname)[:1]
    ]
    for turning in first[:3]:
        if families(turning)[0] in EITHER_PLACE:
            others = [name for name in first[:3] if name != turning]
            found += [_pair("n", given_sounds(name)[0], surname_sounds(turning)[0]) for name in others]
    return found


@lru_cache(maxsize=10_000)
def _of_name_and_date(given: str, surname: str, year: int, turned: str) -> tuple[str, ...]:
    first, last = given_words(given), surname_words(surname)
    found = [f"u{year}{surname_sounds(word)[0]}" for word in last[:2]]
    if first and last:
        found += [_pair(f"m{turned}", given_sounds(first[0])[0][:1], surname_sounds(word)[0][:1]) for word in last[:2]]
    return tuple(found)


def query_keys(query: PersonQuery) -> list[KeyGroup]:
    """What to ask for, most telling first. Empty when the query names nothing to look for."""
    first = tuple(word for name in query.given for word in given_words(name))
    last = surname_words(query.surname)
    groups = _by_date(first, last, query.born)
    if first and last:
        groups += _by_both(first, last, bool(query.born))
    elif last or first:
        groups += _by_one(last or first, bool(query.born))
    return [replace(group, keys=tuple(key[:LONGEST_KEY] for key in group.keys)) for group in groups if group.keys]


def _by_date(first: Sequence[str], last: Sequence[str], born: Born) -> list[KeyGroup]:
    dates = tuple(day for day in (born.exact, *born.others) if day is not None)
    years = dict.fromkeys(day.year for day in dates)
    if born.year is not None:
        years |= dict.fromkeys(range(born.year, (born.year_to or born.year) + 1))
    firsts = {code[:1] for word in first[:1] for code in given_sounds(word)}
    lasts = {code[:1] for word in last[:2] for code in surname_sounds(word)}
    near = {f"b{day.year + step}{_turned(day.month, day.day)}" for day in dates for step in (-1, 1)}
    words = tuple(dict.fromkeys((*last[:2], *first[:1])))
    beside = (born.year - 1, (born.year_to or born.year) + 1) if born.year is not None else ()
    return [
        KeyGroup("b", tuple(f"b{day.year}{_turned(day.month, day.day)}" for day in dates), 6, 250),
        KeyGroup("b±", tuple(sorted(near)), 2, 250),
        KeyGroup("m", tuple(sorted({
            _pair(f"m{_turned(day.month, day.day)}", one, other) for day in dates for one in firsts for other in lasts
        })), 4, 200),
        KeyGroup("u", _of_years(years, words), 3, 250),
        KeyGroup("u±", _of_years(beside, words), 2, 200),
    ]  # fmt: skip


def _of_years(years: Iterable[int], words: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"u{year}{code}" for year in years for word in words for code in surname_sounds(word))


def _by_both(first: Sequence[str], last: Sequence[str], dated: bool) -> list[KeyGroup]:
    """A forename and a surname, in either order: what was typed first may be the surname."""
    orders = ((first, last), (last, first))
    exact = dict.fromkeys(_exact(one, other) for one in first[:1] for other in last[:2])
    pairs = dict.fromkeys(
        _pair("n", one, other)
        for some, rest in orders
        for name in some[:3] for surname in rest[:3]
        for one in asked_sounds(name) for other in surname_sounds(surname)
    )  # fmt: skip
    parts: dict[str, dict[str, None]] = {"f": {}, "l": {}, "h": {}}
    initials = dict[str, None]()
    for some, rest in orders:
        for surname in rest[:2]:
            for sound in asked_sounds(some[0])[:4]:
                for kind, part in _parts(surname):
                    parts[kind][f"{kind}{sound}.{part}"] = None
            for sound in surname_sounds(surname):
                initials[f"i{sound}.{some[0][:2]}"] = None
    return [
        KeyGroup("e", tuple(exact), 5, 150),
        KeyGroup("n", tuple(pairs), 5, 300),
        *(KeyGroup(kind, tuple(keys), 2, 150) for kind, keys in parts.items()),
        KeyGroup("i", tuple(initials), 2, 200),
        KeyGroup("t", tuple(f"t{code}" for word in last[:2] for code in surname_sounds(word)), 1, 150),
    ]


def _by_one(typed: Sequence[str], dated: bool) -> list[KeyGroup]:
    """One name alone. A common surname has thousands: the exact ones are read first and the rest is said to exist."""
    few = 60 if dated else 100
    return [
        KeyGroup("s", tuple(f"s{word}" for word in typed[:2]), 3, few),
        KeyGroup("t", tuple(f"t{code}" for word in typed[:2] for code in surname_sounds(word)), 1, few),
    ]
