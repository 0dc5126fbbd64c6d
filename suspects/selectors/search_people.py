"""People who may be meant: candidates by search keys in one statement, ranked here. Unaudited: see `search`."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from rapidfuzz import fuzz, process

from core.statements import Statement, as_day
from suspects.matching.compare import NameHeld, Scored, score, unlike
from suspects.matching.keys import KeyGroup, query_keys
from suspects.matching.results import Found, IdentifierQuery, Match, PersonQuery, PhoneQuery
from suspects.models import ContactPoint, Person, PersonIdentifier

SHOWN = 10
CANDIDATES = 90  # people read; the keys they share have ranked them before
SURE, NEAR = 20, 35  # of those compared word by word: who shares the most, and whose letters are nearest of the others
WEAKEST = 33  # score below which somebody is not shown at all
GOOD = 80  # more of these than are shown: there may be others
NARROW = "There are more than are shown. Add a first name, a date of birth or a middle name."
ADD_NAME = "Add a name: too many people were born that year."

#: Every kind of key there is (`matching.keys`), and whether it says anything of the name.
KINDS = {
    kind: KeyGroup(kind, (), 0, 0).named for kind in ("b", "b±", "m", "u", "u±", "e", "n", "f", "l", "h", "i", "t", "s")
}
# Plain SQL: Django cannot bound the parts of a union on SQLite. Each kind of key reads a bounded number of index
# entries, so that the commonest name costs no more than a few rare ones; a kind that is not asked for reads none.
_FOUND = " UNION ALL ".join(
    f"SELECT person_id, CAST(%s AS integer) AS weight, {named:d} AS named FROM (SELECT person_id FROM"  # noqa: S608  # 0 or 1
    f" suspects_searchkey WHERE force_id = %s AND key {{in}} LIMIT %s) AS g{place}"
    for place, named in enumerate(KINDS.values())
)
_CANDIDATES = Statement(
    "SELECT CAST(c.person_id AS text), c.weight, c.named, n.given_names, n.surname, n.type, p.date_of_birth"  # noqa: S608  # holes, no values
    f" FROM (SELECT person_id, SUM(weight) AS weight, MAX(named) AS named FROM ({_FOUND}) AS found"
    f" GROUP BY person_id ORDER BY weight DESC, person_id LIMIT {CANDIDATES:d}) AS c"
    " JOIN suspects_person AS p ON p.id = c.person_id JOIN suspects_personname AS n ON n.person_id = c.person_id"
    " WHERE p.force_id = %s"
)

_OF_KIND = {"PNC": "PNC ID", "CRO": "CRO number", "ASN": "ASN"}


def search_people(force_id: int, query: PersonQuery, *, limit: int = SHOWN) -> Found:
    """The people of one force a query may mean, best first, at most `limit`."""
    groups = query_keys(query)
    if not groups:
        return Found(advice=ADD_NAME if query.born else "")
    scored = _scored(query, _candidates(force_id, groups))
    matches = tuple(_match(person_id, one) for person_id, one in scored[:limit])
    more = len(scored) > limit and scored[limit][1].score >= GOOD
    return Found(matches=matches, more=more, advice=NARROW if more else "")


class Held(NamedTuple):
    """One candidate: every name, the date of birth, and whether a shared key is of the name."""

    names: list[NameHeld]
    born: date | None
    named: bool
    weight: int  # of the keys that are shared


def _candidates(force_id: int, groups: list[KeyGroup]) -> dict[str, Held]:
    """Those who share the most telling keys, with their names, by key as text: one statement."""
    asked = {group.kind: group for group in groups}
    values: list[Any] = []
    for kind in KINDS:
        group = asked.get(kind)
        values += (group.weight, force_id, list(group.keys), group.limit) if group else (0, force_id, [], 0)
    held: dict[str, Held] = {}
    for key, weight, named, given, surname, name_type, born in _CANDIDATES.rows(*values, force_id):
        one = held.get(key)
        if one is None:
            one = held[key] = Held([], as_day(born), bool(named), weight)
        one.names.append(NameHeld(given, surname, name_type))
    return held


def _worth_comparing(query: PersonQuery, candidates: dict[str, Held]) -> list[tuple[str, Held]]:
    """Comparing word by word costs more than finding: of those who share little, only who is spelt most alike."""
    ranked = sorted(candidates.items(), key=lambda row: (-row[1].weight, row[0]))
    typed = " ".join((*query.given, query.surname)).lower()
    if not typed.strip():
        return ranked
    rest = [(place, name) for place, (_, held) in enumerate(ranked[SURE:], SURE) for name in held.names]
    written = [f"{name.given} {name.surname}".lower() for _, name in rest]
    near = process.extract(typed, written, scorer=fuzz.token_sort_ratio, limit=NEAR)
    return ranked[:SURE] + [ranked[place] for place in dict.fromkeys(rest[index][0] for _, _, index in near)]


def _scored(query: PersonQuery, candidates: dict[str, Held]) -> list[tuple[str, Scored]]:
    found = [
        (person_id, one)
        for person_id, held in _worth_comparing(query, candidates)
        if (held.named or not unlike(query, held.names)) and (one := score(query, held.names, held.born))
    ]
    kept = [(person_id, one) for person_id, one in found if one.score >= WEAKEST]
    return sorted(kept, key=lambda row: (-row[1].score, -row[1].finer, row[1].fit.name.filename, row[0]))


def _match(person_id: str, one: Scored) -> Match:
    same, differs = one.reasons()
    name = one.fit.name
    return Match(
        person_id=UUID(person_id), score=one.score, same=same, differs=differs, matched_name=name.filename,
        name_type=name.type,
    )  # fmt: skip


def search_identifiers(force_id: int, query: IdentifierQuery, *, limit: int = SHOWN) -> Found:
    """Whoever has the number on file. One that failed its check letter is found only where it was kept so."""
    rows = PersonIdentifier.objects.filter(force_id=force_id, kind=query.scheme, value=query.value)
    label = _OF_KIND.get(query.scheme, "number")
    people = {row.person_id: row.verified for row in rows.order_by("-verified", "person_id")[:limit]}
    return _by_fact(people, same=label, doubt="the number on file is not verified")


def search_phones(force_id: int, query: PhoneQuery, *, limit: int = SHOWN) -> Found:
    """Whoever has or had the telephone number."""
    rows = ContactPoint.objects.filter(force_id=force_id, value=query.number, person__isnull=False)
    people = {row.person_id: row.ended_at is None for row in rows.order_by("-ended_at", "person_id")[: limit * 2]}
    return _by_fact(dict(list(people.items())[:limit]), same="telephone number", doubt="no longer theirs")


def _by_fact(people: dict[Any, bool], *, same: str, doubt: str) -> Found:
    """`people`: id and whether the fact stands now."""
    named = Person.objects.in_bulk(list(people))
    order = sorted(people.items(), key=lambda row: (not row[1], named[row[0]].filename))
    matches = [
        Match(person_id=person_id, score=100 if sure else 60, same=(same,), differs=() if sure else (doubt,),
              matched_name=named[person_id].filename)
        for person_id, sure in order
    ]  # fmt: skip
    return Found(matches=tuple(matches))
