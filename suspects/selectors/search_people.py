"""People who may be meant: candidates by search keys in one statement, ranked here. Unaudited: see `search`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from suspects.matching.compare import NameHeld, Scored, score, unlike
from suspects.matching.keys import KeyGroup, query_keys
from suspects.matching.results import Found, IdentifierQuery, Match, PersonQuery, PhoneQuery
from suspects.models import ContactPoint, Person, PersonIdentifier, PersonName, SearchKey

SHOWN = 10
CANDIDATES = 90  # people compared name by name; the keys they share have ranked them before
WEAKEST = 33  # score below which somebody is not shown at all
GOOD = 80  # more of these than are shown: there may be others
NARROW = "There are more than are shown. Add a first name, a date of birth or a middle name."
ADD_NAME = "Add a name: too many people were born that year."

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


@dataclass(frozen=True)
class Held:
    """One candidate: every name, the date of birth, and whether a shared key is of the name."""

    names: list[NameHeld]
    born: date | None
    named: bool


def _candidates(force_id: int, groups: list[KeyGroup]) -> dict[UUID, Held]:
    """Those who share the most telling keys, with their names: one statement.

    Each kind of key reads a bounded number of index entries, so that the commonest name costs no more than a few rare
    ones. Plain SQL: Django cannot bound the parts of a union on SQLite.
    """
    keys, names, people, column = (
        connection.ops.quote_name(name)
        for name in (SearchKey._meta.db_table, PersonName._meta.db_table, Person._meta.db_table, "key")
    )
    parts: list[str] = []
    values: list[int | str] = []
    for place, group in enumerate(groups):
        holes = ", ".join(["%s"] * len(group.keys))
        parts.append(
            f"SELECT person_id, {group.weight:d} AS weight, {group.named:d} AS named FROM"  # noqa: S608  # only names
            f" (SELECT person_id FROM {keys}"
            f" WHERE force_id = %s AND {column} IN ({holes}) LIMIT {group.limit:d}) AS g{place}"
        )
        values += [force_id, *group.keys]
    statement = (
        "SELECT c.person_id, c.named, n.given_names, n.surname, n.type, p.date_of_birth"  # noqa: S608  # holes, no values
        f" FROM (SELECT person_id, MAX(named) AS named FROM ({' UNION ALL '.join(parts)}) AS found"
        f" GROUP BY person_id ORDER BY SUM(weight) DESC, person_id LIMIT {CANDIDATES:d}) AS c"
        f" JOIN {people} AS p ON p.id = c.person_id JOIN {names} AS n ON n.person_id = c.person_id"
        " WHERE p.force_id = %s"
    )
    held: dict[Any, Held] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, force_id])
        for key, named, given, surname, kind, born in cursor.fetchall():
            if key not in held:
                held[key] = Held([], date.fromisoformat(born) if isinstance(born, str) else born, bool(named))
            held[key].names.append(NameHeld(given, surname, kind))
    return {key if isinstance(key, UUID) else UUID(key): one for key, one in held.items()}


def _scored(query: PersonQuery, candidates: dict[UUID, Held]) -> list[tuple[UUID, Scored]]:
    found = [
        (person_id, one)
        for person_id, held in candidates.items()
        if (held.named or not unlike(query, held.names)) and (one := score(query, held.names, held.born))
    ]
    kept = [(person_id, one) for person_id, one in found if one.score >= WEAKEST]
    return sorted(kept, key=lambda row: (-row[1].score, -row[1].finer, row[1].fit.name.filename, row[0]))


def _match(person_id: UUID, one: Scored) -> Match:
    same, differs = one.reasons()
    name = one.fit.name
    return Match(
        person_id=person_id, score=one.score, same=same, differs=differs, matched_name=name.filename,
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
