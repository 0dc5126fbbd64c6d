"""Search keys of a person, rebuilt in the transaction that changes a name or a date of birth.

The keys are derived, so there is nothing to audit: the change that made them is. An importer that writes rows itself
calls `suspects.matching.keys.keys_for`.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from suspects.matching.keys import keys_for
from suspects.models import Person, PersonName, SearchKey


def refresh(person: Person) -> None:
    """Make the keys of one person what its names and date of birth say now. Few rows change when little did."""
    refresh_many([person.pk])


def refresh_many(person_ids: list[UUID]) -> None:
    """The same for many people (a merge undone, a table of spellings changed): a constant number of statements."""
    with transaction.atomic():
        people = Person.objects.filter(pk__in=person_ids).values_list("pk", "force_id", "date_of_birth")
        names: dict[UUID, list[tuple[str, str]]] = {}
        held = PersonName.objects.filter(person_id__in=person_ids).order_by()
        for person_id, given, surname in held.values_list("person_id", "given_names", "surname"):
            names.setdefault(person_id, []).append((given, surname))
        wanted = {
            (force_id, key, person_id)
            for person_id, force_id, born in people
            for key in keys_for(names.get(person_id, ()), born)
        }
        rows = SearchKey.objects.filter(person_id__in=person_ids).values_list("pk", "force_id", "key", "person_id")
        kept = {(force_id, key, person_id): pk for pk, force_id, key, person_id in rows}
        SearchKey.objects.filter(pk__in=[pk for row, pk in kept.items() if row not in wanted]).delete()
        SearchKey.objects.bulk_create(
            SearchKey(force_id=force_id, key=key, person_id=person_id)
            for force_id, key, person_id in sorted(wanted - kept.keys(), key=str)
        )
