"""Vehicles by mark, whole or seen in part, and addresses by what is known of them. Unaudited: see `search`."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from core.statements import Statement, as_uuid
from suspects.codes import postcodes, vrm
from suspects.codes.streets import street_key
from suspects.matching.folding import letters
from suspects.matching.results import AddressMatch, AddressQuery, Found, VehicleMatch, VehicleQuery
from suspects.models import Address, Vehicle, address_line

SHOWN = 20
READ = 300  # rows read and ranked
NEAR_STREET = 82  # of 100, rapidfuzz ratio
MORE_VEHICLES = "There are more than are shown. Add a letter or digit of the mark."
MORE_ADDRESSES = "There are more than are shown. Add the house number or the postcode."
_LAST = "Z" * 11  # after every mark that begins alike, in any collation
# Plain SQL, for the speed of a check: most marks are seen whole, most addresses have a postcode.
_MARKS = Statement(
    "SELECT id, vrm FROM suspects_vehicle WHERE force_id = %s AND vrm_folded = %s"  # noqa: S608  # a number of ours
    f" LIMIT {READ:d}"
)
_PLACE = ("id", "flat", "number", "premises", "street", "town", "postcode", "street_folded")
_IN_POSTCODE = Statement(
    f"SELECT {', '.join(_PLACE)} FROM suspects_address"  # noqa: S608  # names of our own columns
    f" WHERE force_id = %s AND postcode = %s LIMIT {READ:d}"
)


class _Place(NamedTuple):
    """What a search compares of an address."""

    id: Any
    flat: str
    number: str
    premises: str
    street: str
    town: str
    postcode: str
    street_folded: str

    @property
    def line(self) -> str:
        return address_line(self.flat, self.number, self.premises, self.street, self.town, self.postcode)


def search_vehicles(force_id: int, query: VehicleQuery, *, limit: int = SHOWN) -> Found:
    """Vehicles whose mark is the one asked for, looks like it, or fits what was seen of it."""
    if query.partial:
        matches = _seen_in_part(Vehicle.objects.filter(force_id=force_id), query.mark)
    else:
        matches = _whole_marks(force_id, query.mark) or _one_off(Vehicle.objects.filter(force_id=force_id), query.mark)
    matches.sort(key=lambda match: (-match.score, match.mark))
    more = len(matches) > limit
    return Found(matches=tuple(matches[:limit]), more=more, advice=MORE_VEHICLES if more else "")


def _whole_marks(force_id: int, mark: str) -> list[VehicleMatch]:
    same = "registration mark"
    return [
        _vehicle(as_uuid(pk), held, 100 - 5 * len(off), same, off)
        for pk, held in _MARKS.rows(force_id, vrm.folded(mark))
        for off in [_confused(mark, held)]
    ]


def _one_off(rows: Any, mark: str) -> list[VehicleMatch]:
    """Nothing fits: marks with one character wrong, missing or too many, or two exchanged, that begin or end alike."""
    folded = vrm.folded(mark)
    if len(folded) < 5:
        return []
    start, end = folded[:3], folded[-3:][::-1]  # one slip, or two neighbours exchanged, leaves one of them alone
    found = dict(rows.filter(vrm_folded__range=(start, start + _LAST)).values_list("pk", "vrm")[:READ])
    found |= dict(rows.filter(vrm_reversed__range=(end, end + _LAST)).values_list("pk", "vrm")[:READ])
    near = ((pk, held) for pk, held in found.items() if OSA.distance(folded, vrm.folded(held), score_cutoff=1) == 1)
    return [_vehicle(pk, held, 70, "", (f"mark {vrm.readable(held)}, one character",)) for pk, held in near]


def _seen_in_part(rows: Any, mark: str) -> list[VehicleMatch]:
    part = vrm.partial(mark)
    if len(part.suffix) > len(part.prefix):
        end = part.suffix[::-1]
        rows = rows.filter(vrm_reversed__range=(end, end + _LAST))
    elif part.prefix:
        rows = rows.filter(vrm_folded__range=(part.prefix, part.prefix + _LAST))
    pattern = "^" + "".join({"?": ".", "*": ".*"}.get(char, char) for char in part.text) + "$"
    found = rows.filter(vrm_folded__regex=pattern).values_list("pk", "vrm")[:READ]
    exact = re.compile("^" + "".join({"?": ".", "*": ".*"}.get(char, char) for char in mark) + "$")
    return [
        _vehicle(pk, held, 95 if exact.match(held) else 80, "every character seen",
                 () if exact.match(held) else ("a character that looks alike",))
        for pk, held in found
    ]  # fmt: skip


def _vehicle(pk: Any, mark: str, score: int, same: str, differs: tuple[str, ...]) -> VehicleMatch:
    return VehicleMatch(vehicle_id=pk, score=score, same=(same,) if same else (), differs=differs, mark=mark)


def _confused(typed: str, held: str) -> tuple[str, ...]:
    """Characters that look alike and are not: "O, not 0"."""
    return tuple(f"{one}, not {other}" for one, other in zip(held, typed, strict=True) if one != other)


def search_addresses(force_id: int, query: AddressQuery, *, limit: int = SHOWN) -> Found:
    """Addresses by UPRN, by postcode with or without a number, or by street; a street spelt nearly so is found too."""
    if query.uprn:
        rows = Address.objects.filter(force_id=force_id, uprn=query.uprn)
        found = [_address(one, 100, ("UPRN",), ()) for one in _places(rows)]
    elif postcodes.is_postcode(query.postcode):
        found = _ranked(query, [_Place(*row) for row in _IN_POSTCODE.rows(force_id, query.postcode)])
    elif query.postcode:
        found = _ranked(query, _places(_in_outward(Address.objects.filter(force_id=force_id), query)))
    elif letters(query.street):
        found = _ranked(query, _places(_in_street(Address.objects.filter(force_id=force_id), query)))
    else:
        found = []
    kept = sorted((one for one in found if one.score), key=lambda one: (-one.score, _by_number(one.label)))
    more = len(kept) > limit
    return Found(matches=tuple(kept[:limit]), more=more, advice=MORE_ADDRESSES if more else "")


def _places(rows: Any) -> list[_Place]:
    return [_Place(*row) for row in rows.values_list(*_PLACE)[:READ]]


def _in_outward(rows: Any, query: AddressQuery) -> Any:
    start = query.postcode if " " in query.postcode else f"{query.postcode} "
    rows = rows.filter(postcode__range=(start, start + "ZZZ"))
    if query.number:
        rows = rows.filter(number__iexact=query.number)
    return rows.filter(street_folded=street_key(query.street)) if letters(query.street) else rows


def _in_street(rows: Any, query: AddressQuery) -> Any:
    key = street_key(query.street)
    streets = [key]
    if not rows.filter(street_folded=key).exists():
        beginning = key[:3]
        known = rows.filter(street_folded__range=(beginning, beginning + "zzzzzzzz"))
        known = known.order_by().values_list("street_folded", flat=True).distinct()[:2000]
        streets = [row[0] for row in process.extract(key, known, scorer=fuzz.ratio, score_cutoff=NEAR_STREET, limit=3)]
    rows = rows.filter(street_folded__in=streets)
    return rows.filter(number__iexact=query.number) if query.number else rows.order_by("street_folded", "number")


def _ranked(query: AddressQuery, places: list[_Place]) -> list[AddressMatch]:
    street = street_key(query.street) if letters(query.street) else ""
    return [_compared(query, street, one) for one in places]


def _compared(query: AddressQuery, street: str, one: _Place) -> AddressMatch:
    same: list[str] = []
    differs: list[str] = []
    score = 100
    if query.postcode:
        same.append("postcode" if postcodes.is_postcode(query.postcode) else "postcode area")
    if street:
        near = fuzz.ratio(street, one.street_folded)
        (same if near == 100 else differs).append("street" if near == 100 else f"street {one.street}")
        score -= 0 if near == 100 else 15 if near >= NEAR_STREET else 45
    if query.number:
        fits = query.number.upper() in {one.number.upper(), one.flat.upper()}
        (same if fits else differs).append("number" if fits else f"number {one.number or one.premises}".strip())
        score -= 0 if fits else 35
    return _address(one, score, tuple(same), tuple(differs))


def _address(one: _Place, score: int, same: tuple[str, ...], differs: tuple[str, ...]) -> AddressMatch:
    return AddressMatch(address_id=as_uuid(one.id), score=max(score, 1), same=same, differs=differs, label=one.line)


def _by_number(label: str) -> tuple[int, str]:
    """Houses in the order they stand: 2, 10, 12A."""
    match = re.search(r"\d+", label)
    return (int(match[0]) if match else 0, label)
