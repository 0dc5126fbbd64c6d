"""An area drawn by its corners, as CAP writes a polygon: "53.75,0.40 53.75,0.50 53.70,0.45". Pure: no database."""

from __future__ import annotations

import math

MOST_CORNERS = 500
Corner = tuple[float, float]


def read_outline(text: str) -> list[Corner]:
    """The corners, latitude first, the last not repeated. Raises ValueError in words for whoever drew it."""
    corners = [_corner(piece) for piece in text.split()]
    if corners and corners[0] == corners[-1]:
        corners.pop()
    if len(corners) < 3:
        raise ValueError("Give at least three corners: latitude,longitude and a space between two corners.")
    if len(corners) > MOST_CORNERS:
        raise ValueError(f"Give at most {MOST_CORNERS} corners; these are {len(corners):,}.")
    if size_of(corners) == 0:
        raise ValueError("These corners lie on one line. Give them in their order round the area.")
    return corners


def lies_in(corners: list[Corner], lat: float, lon: float) -> bool:
    """Whether a point lies inside: it does when a line from it eastwards crosses the outline an odd number of times."""
    inside = False
    for (lat_a, lon_a), (lat_b, lon_b) in zip(corners, corners[1:] + corners[:1], strict=True):
        if (lat_a > lat) != (lat_b > lat) and lon < lon_a + (lat - lat_a) / (lat_b - lat_a) * (lon_b - lon_a):
            inside = not inside
    return inside


def size_of(corners: list[Corner]) -> float:
    """How large, to tell which of two is smaller: square degrees, east and west shortened as at that latitude."""
    pairs = zip(corners, corners[1:] + corners[:1], strict=True)
    twice = sum(lat_a * lon_b - lat_b * lon_a for (lat_a, lon_a), (lat_b, lon_b) in pairs)
    return round(abs(twice) / 2 * math.cos(math.radians(corners[0][0])), 12)


def _corner(piece: str) -> Corner:
    first, comma, second = piece.partition(",")
    try:
        lat, lon = float(first), float(second)
    except ValueError:
        lat = lon = math.nan
    if not comma or not (abs(lat) <= 90 and abs(lon) <= 180):  # what is no number is neither
        raise ValueError(f"“{piece[:40]}” is no corner. Write latitude,longitude, for example 53.74,0.44.")
    return lat, lon
