"""Addresses of the made-up area NM around Northmere: no such postcode area exists.

An address is a function of the seed and its index alone, so that people can point at one that was not made yet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from uuid import UUID

BLOCK = 1_000  # records made from one random stream: a slice that begins at a block is the same as in the whole
CENTRE = (53.73, 0.44)  # Northmere, WGS84 latitude and longitude
DISTRICTS, SECTORS = 20, 9
_UNIT = "ABDEFGHJLNPQRSTUWXYZ"
_UNITS = len(_UNIT) ** 2
POSTCODES = DISTRICTS * SECTORS * _UNITS
PER_POSTCODE = 28
_SPREAD = 7919  # a prime that shares no factor with POSTCODES: few addresses already lie all over the area
FIRST_UPRN = 906_700_000_000


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TOWNS = (
    "Northmere", "Northmere", "Saltby", "Harrowgate Bay", "Millwick", "Eastholm", "Cranby", "Thornsea", "Netherby",
    "Ashlow", "Wexcombe", "Stonehythe", "Fairburn Cross", "Kirk Lannen", "Marsh Ebling", "Sutton Vale", "Oxgang",
    "Greythorpe", "Low Tarring", "Penhallow",
)  # fmt: skip
_FIRST = _words(
    "Abbey Acacia Albert Alma Ash Avon Bank Bath Beech Bell Birch Bishop Bridge Broad Cannon Canal Carlton Castle "
    "Cedar Chapel Chestnut Church Clarence Cliff College Common Coronation Cross Dale Dock East Elm Fairfield "
    "Farm Ferry Field Forge Garden George Gladstone Glebe Grange Granville Green Grove Hall Harbour Hawthorn "
    "Hazel Heath High Hill Holly Holme Hope Ivy Jubilee Kestrel King's Kiln Lark Laurel Lawn Lilac Lime Linden "
    "Lodge Lower Manor Maple Market Marsh Mayfield Meadow Mill Moor Mount Myrtle Nelson New North Oak Old Orchard "
    "Otter Oxford Park Pear_Tree Pine Poplar Portland Priory Prospect Quarry Quay Queen's Railway Rectory Redwood "
    "Regent Richmond River Rose Rowan Russell Salisbury Saxon School Shore Silver South Spring Spruce Station "
    "Sycamore Tannery Temple Tithebarn Tower Trinity Union Vale Vicarage Victoria Walnut Water Wellington West "
    "Wharf White_Hart William Willow Windmill Windsor Wood York Plover Curlew Heron Lapwing Eel_Pie"
)
_LAST = _words(
    "Street Road Lane Avenue Close Drive Way Terrace Crescent Court Gardens Place Grove Walk Rise View Row Hill"
)
STREETS = tuple(f"{first.replace('_', ' ')} {last}" for first in _FIRST for last in _LAST)
_BLOCKS_OF_FLATS = ("Heron House", "Mariner Court", "Tannery Lofts", "Beacon Tower", "Wharf House", "Jubilee Court")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeAddress:
    """WGS84 degrees. `uprn` has no leading zeros."""

    id: UUID
    flat: str
    number: str
    premises: str
    street: str
    town: str
    county: str
    postcode: str
    uprn: str
    area: str
    lat: float
    lon: float


def made_id(seed: int, kind: str, index: int) -> UUID:
    """The id of the made record with this index: a version 4 UUID in form, the same each time."""
    digest = hashlib.blake2b(f"{seed}:{kind}:{index}".encode(), digest_size=16).digest()
    return UUID(bytes=digest, version=4)


def addresses(count: int, seed: int, *, first: int = 0) -> Iterator[MadeAddress]:
    """`count` addresses from index `first` on."""
    for index in range(first, first + count):
        yield address(index, seed)


def address(index: int, seed: int) -> MadeAddress:
    """One address. About 28 share a postcode and a street; of each, six are flats in one house."""
    place, within = divmod(index, PER_POSTCODE)
    spread = (place * _SPREAD) % POSTCODES
    district, rest = divmod(spread, SECTORS * _UNITS)
    sector, unit = divmod(rest, _UNITS)
    # One stream per postcode: its street and its corner of the map.
    random = Random(seed * 1_000_003 + spread)  # noqa: S311  # made up, not secret
    street = STREETS[random.randrange(len(STREETS))]
    north, east = random.uniform(-0.03, 0.03), random.uniform(-0.05, 0.05)
    start, house = 1 + 2 * random.randrange(60), random.choice(_BLOCKS_OF_FLATS)
    # Beyond one round of all postcodes the same houses are divided into flats, a new one each round.
    again = place // POSTCODES
    flat, premises, number = "", "", str(start + 2 * within)
    if within >= PER_POSTCODE - 6:
        flat, premises, number = str(within - PER_POSTCODE + 7 + 6 * again), house, str(start + 2 * PER_POSTCODE)
    elif again:
        flat = str(again)
    row, column = divmod(district, 5)
    return MadeAddress(
        id=made_id(seed, "address", index),
        flat=flat,
        number=number,
        premises=premises,
        street=street,
        town=TOWNS[district],
        county="Northmere",
        postcode=f"NM{district + 1} {sector + 1}{_UNIT[unit // len(_UNIT)]}{_UNIT[unit % len(_UNIT)]}",
        uprn=str(FIRST_UPRN + index),
        area=f"{TOWNS[district]} {'North' if sector < 5 else 'South'}",
        lat=round(CENTRE[0] + (row - 1.5) * 0.06 + north + within * 0.00008, 6),
        lon=round(CENTRE[1] + (column - 2) * 0.1 + east + within * 0.00003, 6),
    )
