"""OS National Grid ↔ WGS 84, without a network or a data file (STANDARDS 3.4).

Transverse Mercator on the Airy 1830 ellipsoid after the Ordnance Survey's own description, and a Helmert shift between
the datums. The shift alone is up to about 5 m out; the OSTN15 grid would be within 0.1 m. `ACCURACY_M` says so, and
nothing converted here may claim to be better. Great Britain only: Northern Ireland has the Irish Grid.
"""

from __future__ import annotations

import math
from typing import NamedTuple

ACCURACY_M = 5.0
MAX_EASTING, MAX_NORTHING = 700_000, 1_300_000  # metres; the edge of the lettered squares


class Metres(NamedTuple):
    """Easting and northing, EPSG:27700."""

    easting: float
    northing: float


class Degrees(NamedTuple):
    """Latitude and longitude."""

    lat: float
    lon: float


class _Ellipsoid(NamedTuple):
    a: float
    b: float

    @property
    def e2(self) -> float:
        return 1 - (self.b * self.b) / (self.a * self.a)


_AIRY = _Ellipsoid(6_377_563.396, 6_356_256.909)
_WGS84 = _Ellipsoid(6_378_137.0, 6_356_752.314245)
_F0 = 0.9996012717
_LAT0, _LON0 = math.radians(49), math.radians(-2)
_E0, _N0 = 400_000.0, -100_000.0
_N = (_AIRY.a - _AIRY.b) / (_AIRY.a + _AIRY.b)

# Helmert from WGS 84 to OSGB36: metres, arc seconds, parts per million.
_SHIFT = (-446.448, 125.157, -542.060)
_TURN = tuple(math.radians(seconds / 3600) for seconds in (-0.1502, -0.2470, -0.8421))
_SCALE = 20.4894e-6


def to_grid(lat: float, lon: float) -> Metres:
    """Easting and northing of a WGS 84 position, within ACCURACY_M inside Great Britain."""
    airy = _shifted(Degrees(math.radians(lat), math.radians(lon)), _WGS84, _AIRY, back=False)
    return _project(airy)


def from_grid(easting: float, northing: float) -> Degrees:
    """The WGS 84 position of metres on the grid, within ACCURACY_M."""
    wgs = _shifted(_unproject(Metres(easting, northing)), _AIRY, _WGS84, back=True)
    return Degrees(math.degrees(wgs.lat), math.degrees(wgs.lon))


def covers(lat: float, lon: float) -> bool:
    """Whether the grid means something there: on or near Great Britain."""
    return 49.7 <= lat <= 61.0 and -9.0 <= lon <= 2.2


def letters_of(metres: Metres) -> str:
    """The two letters of the 100 km square, "" outside them."""
    east, north = int(metres.easting // 100_000), int(metres.northing // 100_000)
    if not (0 <= metres.easting < MAX_EASTING and 0 <= metres.northing < MAX_NORTHING):
        return ""
    first = (19 - north) - (19 - north) % 5 + (east + 10) // 5
    second = (19 - north) * 5 % 25 + east % 5
    letters = "".join(chr(ord("A") + index + (index > 7)) for index in (first, second))  # I is left out
    return letters if letters[0] in "STNHO" else ""


def corner_of(letters: str) -> Metres | None:
    """The south-west corner of a 100 km square; None when Great Britain has no such square."""
    first, second = (ord(letter) - ord("A") - (letter > "I") for letter in letters)
    east = ((first - 2) % 5) * 5 + second % 5
    north = 19 - (first // 5) * 5 - second // 5
    corner = Metres(east * 100_000.0, north * 100_000.0)
    return corner if letters_of(corner) == letters else None


def reference(lat: float, lon: float, digits: int = 5) -> str:
    """As people say it, "TQ 30087 80483" for five digits a side; "" where the grid does not reach."""
    if not covers(lat, lon):
        return ""
    metres = to_grid(lat, lon)
    letters = letters_of(metres)
    if not letters:
        return ""
    step = 10 ** (5 - digits)
    east, north = (int(value % 100_000) // step for value in metres)
    return f"{letters} {east:0{digits}d} {north:0{digits}d}"


def _arc(lat: float) -> float:
    """Length along the meridian from the true origin."""
    n, minus, plus = _N, lat - _LAT0, lat + _LAT0
    return (
        _AIRY.b
        * _F0
        * (
            (1 + n + 1.25 * n**2 + 1.25 * n**3) * minus
            - (3 * n + 3 * n**2 + 2.625 * n**3) * math.sin(minus) * math.cos(plus)
            + (1.875 * n**2 + 1.875 * n**3) * math.sin(2 * minus) * math.cos(2 * plus)
            - (35 / 24) * n**3 * math.sin(3 * minus) * math.cos(3 * plus)
        )
    )


def _radii(lat: float) -> tuple[float, float, float]:
    """Across the meridian, along it, and what is left of their ratio."""
    curve = 1 - _AIRY.e2 * math.sin(lat) ** 2
    nu = _AIRY.a * _F0 / math.sqrt(curve)
    rho = _AIRY.a * _F0 * (1 - _AIRY.e2) / curve**1.5
    return nu, rho, nu / rho - 1


def _project(at: Degrees) -> Metres:
    nu, rho, eta2 = _radii(at.lat)
    sin, cos, tan2 = math.sin(at.lat), math.cos(at.lat), math.tan(at.lat) ** 2
    d = at.lon - _LON0
    north = _arc(at.lat) + _N0
    north += nu / 2 * sin * cos * d**2
    north += nu / 24 * sin * cos**3 * (5 - tan2 + 9 * eta2) * d**4
    north += nu / 720 * sin * cos**5 * (61 - 58 * tan2 + tan2**2) * d**6
    east = _E0 + nu * cos * d
    east += nu / 6 * cos**3 * (nu / rho - tan2) * d**3
    east += nu / 120 * cos**5 * (5 - 18 * tan2 + tan2**2 + 14 * eta2 - 58 * tan2 * eta2) * d**5
    return Metres(east, north)


def _unproject(at: Metres) -> Degrees:
    lat = (at.northing - _N0) / (_AIRY.a * _F0) + _LAT0
    for _ in range(10):
        miss = at.northing - _N0 - _arc(lat)
        if abs(miss) < 1e-5:
            break
        lat += miss / (_AIRY.a * _F0)
    nu, rho, eta2 = _radii(lat)
    tan, sec = math.tan(lat), 1 / math.cos(lat)
    d = at.easting - _E0
    found = lat - tan / (2 * rho * nu) * d**2
    found += tan / (24 * rho * nu**3) * (5 + 3 * tan**2 + eta2 - 9 * tan**2 * eta2) * d**4
    found -= tan / (720 * rho * nu**5) * (61 + 90 * tan**2 + 45 * tan**4) * d**6
    lon = _LON0 + sec / nu * d
    lon -= sec / (6 * nu**3) * (nu / rho + 2 * tan**2) * d**3
    lon += sec / (120 * nu**5) * (5 + 28 * tan**2 + 24 * tan**4) * d**5
    lon -= sec / (5040 * nu**7) * (61 + 662 * tan**2 + 1320 * tan**4 + 720 * tan**6) * d**7
    return Degrees(found, lon)


def _shifted(at: Degrees, one: _Ellipsoid, other: _Ellipsoid, *, back: bool) -> Degrees:
    """From one datum to the other, at height nought."""
    nu = one.a / math.sqrt(1 - one.e2 * math.sin(at.lat) ** 2)
    x = nu * math.cos(at.lat) * math.cos(at.lon)
    y = nu * math.cos(at.lat) * math.sin(at.lon)
    z = nu * (1 - one.e2) * math.sin(at.lat)
    sign = -1 if back else 1
    tx, ty, tz = (sign * value for value in _SHIFT)
    rx, ry, rz = (sign * value for value in _TURN)
    scale = 1 + sign * _SCALE
    moved = (tx + scale * x - rz * y + ry * z, ty + rz * x + scale * y - rx * z, tz - ry * x + rx * y + scale * z)
    return _geodetic(*moved, other)


def _geodetic(x: float, y: float, z: float, ellipsoid: _Ellipsoid) -> Degrees:
    across = math.hypot(x, y)
    lat = math.atan2(z, across * (1 - ellipsoid.e2))
    for _ in range(10):
        nu = ellipsoid.a / math.sqrt(1 - ellipsoid.e2 * math.sin(lat) ** 2)
        lat = math.atan2(z + ellipsoid.e2 * nu * math.sin(lat), across)
    return Degrees(lat, math.atan2(y, x))
