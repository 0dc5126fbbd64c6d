"""A synthetic force into the database, a few thousand records at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import nullcontext

from django.db import connection, transaction

from core.models import Force
from suspects.bulk import writing
from suspects.bulk.places import BLOCK, made_id
from suspects.bulk.synthetic import Plan, slice_rows, slice_texts
from suspects.bulk.workers import cores, in_order
from suspects.models import ConditionKind, MarkerKind, Person, PriorityBand, Vehicle, WantedBasis

SLICE = 5 * BLOCK
Progress = Callable[[int, int], None]


def plan_for(force: Force, *, people: int, vehicles: int, addresses: int, seed: int, moment: dt.datetime) -> Plan:
    """What to make for a force that has its starting tables. Raises LookupError when it has none."""
    mine = {"force": force}
    plan = Plan(
        force_id=force.pk,
        seed=seed,
        people=people,
        vehicles=vehicles,
        addresses=addresses,
        moment=moment,
        markers=dict(MarkerKind.objects.filter(family="SIGNAL", **mine).values_list("code", "pk")),
        bases=dict(WantedBasis.objects.filter(**mine).values_list("code", "pk")),
        bands=dict(PriorityBand.objects.filter(**mine).values_list("code", "pk")),
        conditions=dict(ConditionKind.objects.filter(**mine).values_list("code", "pk")),
    )
    if not (plan.markers and plan.bases and plan.bands and plan.conditions):
        raise LookupError("the force has no tables of markers, bases, bands and conditions yet")
    return plan


def seed_is_used(seed: int) -> bool:
    """Whether this seed's people or vehicles are here already: the same ids would come again."""
    return (
        Person.objects.filter(pk=made_id(seed, "person", 0)).exists()
        or Vehicle.objects.filter(pk=made_id(seed, "vehicle", 0)).exists()
    )


def load(plan: Plan, *, processes: int | None = None, progress: Progress = lambda done, of: None) -> None:
    """Write the whole force. `progress(done, of)` counts records after each slice.

    Into empty tables it is one transaction without indexes, which are built at the end; otherwise each slice is whole
    or not there. Only PostgreSQL uses more than one process.
    """
    fresh = writing.uses_copy() and writing.all_empty()
    if processes is None:
        processes = cores() if writing.uses_copy() and plan.people + plan.vehicles + plan.addresses > SLICE else 1
    total = plan.people + plan.vehicles + plan.addresses
    done = 0
    with transaction.atomic() if fresh else nullcontext(), writing.without_indexes() if fresh else nullcontext():
        if writing.uses_copy():
            made = in_order(slice_texts, _slices(plan), processes=processes)
            for texts, (_, _, _, count) in zip(made, _slices(plan), strict=True):
                writing.write_texts(texts)
                done += count
                progress(done, total)
        else:
            for piece in _slices(plan):
                writing.write_rows(slice_rows(*piece))
                done += piece[3]
                progress(done, total)
    if writing.uses_copy():
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # a plan made for an empty table would read a million rows one by one


def _slices(plan: Plan) -> Iterator[tuple[Plan, str, int, int]]:
    for kind, count in (("addresses", plan.addresses), ("people", plan.people), ("vehicles", plan.vehicles)):
        for first in range(0, count, SLICE):
            yield plan, kind, first, min(SLICE, count - first)
