"""What EISEC says of a line (STANDARDS 3.7): an installation address, or the ellipse of a mobile's cell."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.errors import Invalid
from incidents import osgb
from incidents.services.problems import Problems
from incidents.services.text import clean_text
from incidents.states import EisecKind

WIDEST = 100_000.0  # metres: no cell is wider
_AHEAD = timedelta(minutes=5)


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
    """What the payload says; what of it cannot be is left out and stands in `problems`. Raises Invalid (eisec.kind)."""
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
        fixed_at = None
    return Eisec(
        kind=kind, name=name, address=address, postcode=postcode, ellipse=ellipse,
        confidence_pct=given.get("confidence_pct"), fixed_at=fixed_at, problems=problems.fields,
    )  # fmt: skip


def _ellipse(given: Mapping[str, Any]) -> Ellipse | None:
    names = ("easting", "northing", "semi_major_m", "semi_minor_m", "orientation_deg")
    values = [given.get(name) for name in names]
    if all(value is None for value in values):
        return None
    if any(value is None or not math.isfinite(value) for value in values):
        raise Invalid(fields={"eisec": "A cell needs easting, northing, both axes and the orientation."})
    east, north, major, minor, turn = (float(value) for value in values if value is not None)
    if not (0 <= east <= osgb.MAX_EASTING and 0 <= north <= osgb.MAX_NORTHING):
        raise Invalid(fields={"eisec.easting": "Easting and northing are outside Great Britain."})
    if not 0 <= minor <= major <= WIDEST or not 0 <= turn <= 360:
        raise Invalid(fields={"eisec.semi_major_m": "The axes or the orientation of the cell cannot be."})
    lat, lon = osgb.from_grid(east, north)
    return Ellipse(
        easting=east, northing=north, semi_major_m=major, semi_minor_m=minor, orientation_deg=turn, lat=lat, lon=lon
    )
