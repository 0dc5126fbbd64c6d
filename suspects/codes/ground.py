"""Distances and areas on the ground. Positions are (lat, lon) in WGS84 degrees; a city is small enough for a plane."""

from __future__ import annotations

import math
from collections.abc import Sequence

EARTH_METRES = 6_371_008.8  # mean radius
ZONE_POINTS = 500  # more is a drawing error

Position = tuple[float, float]


def is_position(lat: float, lon: float) -> bool:
    """Whether these are degrees on the globe; NaN and infinity are not."""
    return -90 <= lat <= 90 and -180 <= lon <= 180


def metres_between(one: Position, other: Position) -> float:
    """Along the ground (haversine)."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*one, *other))
    square = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_METRES * math.asin(min(1.0, math.sqrt(square)))


def distance_words(metres: float) -> str:
    """ "9 m", "180 m", "1.2 km", "14 km": no finer than anybody walks."""
    if metres < 995:
        return f"{round(metres, -1):.0f} m" if metres >= 95 else f"{metres:.0f} m"
    kilometres = metres / 1000
    return f"{kilometres:.1f} km" if kilometres < 9.95 else f"{kilometres:,.0f} km"


def zone(raw: object) -> list[list[float]]:
    """A polygon as it is kept, [[lon, lat], …] as in GeoJSON, not closed by a repeated point. Empty: no polygon.

    Raises ValueError with words for anything that is not 3 to 500 different positions.
    """
    if not raw:
        return []
    if not isinstance(raw, list | tuple) or len(raw) > ZONE_POINTS + 1:
        raise ValueError(f"Draw the zone with 3 to {ZONE_POINTS} corners.")
    points = [_corner(one) for one in raw]
    if points[0] == points[-1]:
        points.pop()
    if len({tuple(point) for point in points}) < 3:
        raise ValueError("Draw the zone with at least 3 corners.")
    return points


def _corner(raw: object) -> list[float]:
    pair = list(raw) if isinstance(raw, list | tuple) else []
    numbers = [float(one) for one in pair if isinstance(one, int | float) and not isinstance(one, bool)]
    if len(pair) != 2 or len(numbers) != 2:
        raise ValueError("Give each corner of the zone as longitude, latitude.")
    lon, lat = numbers
    if not is_position(lat, lon):
        raise ValueError("A corner of the zone is not on the map: longitude comes first.")
    return [lon, lat]


def contains(corners: Sequence[Sequence[float]], position: Position) -> bool:
    """Whether the polygon [[lon, lat], …] holds the position: an odd number of edges lies east of it."""
    lat, lon = position
    inside = False
    for (lon1, lat1), (lon2, lat2) in zip(corners, [*corners[1:], corners[0]], strict=True) if corners else ():
        if (lat1 > lat) != (lat2 > lat) and lon < (lon2 - lon1) * (lat - lat1) / (lat2 - lat1) + lon1:
            inside = not inside
    return inside
