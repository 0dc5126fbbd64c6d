"""How long units need to a place. A `Routing` answers for many at once; a force with a road network plugs its own in.

The default is a model: metres in a straight line, times the force's road factor, over the force's speed for the type of
unit and the urgency. It knows no roads and says so: its minutes are always shown as "about".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

EARTH_M = 6_371_008.8  # mean radius, metres
SET_OFF_S = 30.0  # from the word to the moving wheel


class Start(NamedTuple):
    """One unit: WGS 84 degrees, its speed in km/h, and metres of road for a metre in a straight line."""

    lat: float
    lon: float
    kmh: float
    road_factor: float


class Journey(NamedTuple):
    """Metres and seconds from now. `by_road` only when a road network was really asked."""

    metres: float
    seconds: float
    by_road: bool = False

    @property
    def minutes(self) -> int:
        """Whole minutes, never less than one: nobody is there already by arithmetic."""
        return max(1, round(self.seconds / 60))

    @property
    def minutes_words(self) -> str:
        return f"{'' if self.by_road else 'about '}{self.minutes} min"

    @property
    def distance_words(self) -> str:
        far = f"{self.metres / 1000:.1f} km" if self.metres >= 950 else f"{max(10, round(self.metres, -1)):.0f} m"
        return far if self.by_road else f"about {far}"


class Routing(Protocol):
    """`name` is kept with every list that was shown. A start it cannot answer for is None: that unit has no minutes."""

    name: str

    def journeys(self, starts: Sequence[Start], lat: float, lon: float) -> list[Journey | None]: ...


class DistanceAndSpeed:
    """The model above. Pure arithmetic: 4,000 units in a few milliseconds."""

    name = "distance and speed"

    def journeys(self, starts: Sequence[Start], lat: float, lon: float) -> list[Journey | None]:
        return [_modelled(start, lat, lon) for start in starts]


def _modelled(start: Start, lat: float, lon: float) -> Journey:
    metres = straight_line(start.lat, start.lon, lat, lon) * start.road_factor
    return Journey(metres, SET_OFF_S + metres / (start.kmh / 3.6))


def straight_line(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Metres over the sphere (haversine)."""
    one, other = math.radians(lat), math.radians(to_lat)
    half_lat, half_lon = (other - one) / 2, math.radians(to_lon - lon) / 2
    part = math.sin(half_lat) ** 2 + math.cos(one) * math.cos(other) * math.sin(half_lon) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(part if part < 1.0 else 1.0))


@cache
def routing_named(path: str) -> Routing:
    made: Routing = import_string(path)()
    return made


def routing() -> Routing:
    """The one that the settings name."""
    return routing_named(settings.ROUTING)
