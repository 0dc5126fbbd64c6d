"""What EISEC says of a line (STANDARDS 3.7): an installation address, or the ellipse of a mobile's cell."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.errors import Invalid
from incidents.services.problems import Problems
from incidents.services.text import clean_text
from incidents.states import EisecKind

WIDEST = 100_000.0  # metres: no cell is wider
_AHEAD = timedelta(minutes=5)
_EAST, _NORTH = (0.0, 700_000.0), (0.0, 1_300_000.0)  # the National Grid


@dataclass(frozen=True, kw_only=True)
class Ellipse:
    """Easting and northing in metres of EPSG:27700; orientation in degrees, clockwise from north."""

    easting: float
    northing: float
    semi_major_m: float
    semi_minor_m: float
    orientation_deg: float
    lat: float
    lon: float


@dataclass(frozen=True, kw_only=True)
class Eisec:
    kind: str
    name: str = ""
    address: str = ""
    postcode: str = ""
    ellipse: Ellipse | None = None
    confidence_pct: int | None = None
    fixed_at: datetime | None = None
    problems: dict[str, str] = field(default_factory=dict)


def read_eisec(given: Mapping[str, Any], *, received_at: datetime) -> Eisec:
    """What the payload says. Raises Invalid with every field that cannot be."""
    problems = Problems()
    kind = str(given.get("kind", ""))
    if kind not in EisecKind.values:
        raise Invalid(fields={"eisec.kind": "Use FIXED, CELL or VOIP."})
    lines = ", ".join(str(line).strip() for line in given.get("address_lines") or [] if str(line).strip())
    name = problems.take(lambda: clean_text(str(given.get("name", "")), field="eisec.name", limit=100), "")
    address = problems.take(lambda: clean_text(lines, field="eisec.address_lines", limit=300), "")
    postcode = problems.take(
        lambda: clean_text(str(given.get("postcode", "")), field="eisec.postcode", limit=8), ""
    ).upper()
    ellipse = problems.take(lambda: _ellipse(given), None) if kind == EisecKind.CELL else None
    fixed_at = given.get("at")
    if fixed_at is not None and fixed_at > received_at + _AHEAD:
        problems.add("eisec.at", "This time is in the future.")
    problems.stop_here()
    return Eisec(
        kind=kind, name=name, address=address, postcode=postcode, ellipse=ellipse,
        confidence_pct=given.get("confidence_pct"), fixed_at=fixed_at,
    )  # fmt: skip


def _ellipse(given: Mapping[str, Any]) -> Ellipse | None:
    names = ("easting", "northing", "semi_major_m", "semi_minor_m", "orientation_deg")
    values = [given.get(name) for name in names]
    if all(value is None for value in values):
        return None
    if any(value is None or not math.isfinite(value) for value in values):
        raise Invalid(fields={"eisec": "A cell needs easting, northing, both axes and the orientation."})
    east, north, major, minor, turn = (float(value) for value in values if value is not None)
    if not (_EAST[0] <= east <= _EAST[1] and _NORTH[0] <= north <= _NORTH[1]):
        raise Invalid(fields={"eisec.easting": "Easting and northing are outside Great Britain."})
    if not 0 <= minor <= major <= WIDEST or not 0 <= turn <= 360:
        raise Invalid(fields={"eisec.semi_major_m": "The axes or the orientation of the cell cannot be."})
    lat, lon = wgs84_of(east, north)
    return Ellipse(
        easting=east, northing=north, semi_major_m=major, semi_minor_m=minor, orientation_deg=turn, lat=lat, lon=lon
    )


# Airy 1830 and the National Grid's projection, and the Helmert shift to WGS 84 (Ordnance Survey, "A guide to coordinate
# systems in Great Britain"): 3 to 5 m, far finer than any cell.
_A, _B, _F0 = 6_377_563.396, 6_356_256.909, 0.9996012717
_LAT0, _LON0, _E0, _N0 = math.radians(49), math.radians(-2), 400_000.0, -100_000.0
_E2 = 1 - (_B / _A) ** 2
_NN = (_A - _B) / (_A + _B)


def wgs84_of(easting: float, northing: float) -> tuple[float, float]:
    """Latitude and longitude, WGS 84 degrees, of a point of the National Grid."""
    return _shifted(*_unprojected(easting, northing))


def _arc(lat: float) -> float:
    less, more = lat - _LAT0, lat + _LAT0
    n = _NN
    return _B * _F0 * (
        (1 + n + 1.25 * n**2 + 1.25 * n**3) * less
        - (3 * n + 3 * n**2 + 21 / 8 * n**3) * math.sin(less) * math.cos(more)
        + (15 / 8 * n**2 + 15 / 8 * n**3) * math.sin(2 * less) * math.cos(2 * more)
        - 35 / 24 * n**3 * math.sin(3 * less) * math.cos(3 * more)
    )  # fmt: skip


def _unprojected(east: float, north: float) -> tuple[float, float]:
    lat = _LAT0
    for _ in range(20):
        rest = north - _N0 - _arc(lat)
        if abs(rest) < 1e-5:
            break
        lat += rest / (_A * _F0)
    sine = math.sin(lat)
    nu = _A * _F0 / math.sqrt(1 - _E2 * sine**2)
    rho = _A * _F0 * (1 - _E2) / (1 - _E2 * sine**2) ** 1.5
    tan, sec, eta2, away = math.tan(lat), 1 / math.cos(lat), nu / rho - 1, east - _E0
    latitude = (
        lat
        - tan / (2 * rho * nu) * away**2
        + tan / (24 * rho * nu**3) * (5 + 3 * tan**2 + eta2 - 9 * tan**2 * eta2) * away**4
        - tan / (720 * rho * nu**5) * (61 + 90 * tan**2 + 45 * tan**4) * away**6
    )
    longitude = (
        _LON0
        + sec / nu * away
        - sec / (6 * nu**3) * (nu / rho + 2 * tan**2) * away**3
        + sec / (120 * nu**5) * (5 + 28 * tan**2 + 24 * tan**4) * away**5
        - sec / (5040 * nu**7) * (61 + 662 * tan**2 + 1320 * tan**4 + 720 * tan**6) * away**7
    )
    return latitude, longitude


def _shifted(lat: float, lon: float) -> tuple[float, float]:
    nu = _A / math.sqrt(1 - _E2 * math.sin(lat) ** 2)
    x = nu * math.cos(lat) * math.cos(lon)
    y = nu * math.cos(lat) * math.sin(lon)
    z = nu * (1 - _E2) * math.sin(lat)
    scale = 1 - 20.4894e-6
    rx, ry, rz = (math.radians(seconds / 3600) for seconds in (0.1502, 0.2470, 0.8421))
    x2 = 446.448 + scale * x - rz * y + ry * z
    y2 = -125.157 + rz * x + scale * y - rx * z
    z2 = 542.060 - ry * x + rx * y + scale * z
    a, b = 6_378_137.0, 6_356_752.314245
    e2, flat = 1 - (b / a) ** 2, math.hypot(x2, y2)
    phi = math.atan2(z2, flat * (1 - e2))
    for _ in range(6):
        phi = math.atan2(z2 + e2 * a / math.sqrt(1 - e2 * math.sin(phi) ** 2) * math.sin(phi), flat)
    return math.degrees(phi), math.degrees(math.atan2(y2, x2))
