"""What people write when they say where: read into one form, or a plain word why not (STANDARDS 3.1 to 3.5, 15).

Pure: no database, no request, no network. A point never comes without a radius, and the radius never claims more than
what was written can hold.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from incidents import osgb
from incidents.states import LocationSource

TEXT_LIMIT = 300
HAND_HELD_M = 10.0  # nobody types a position that is better than the device it was read from
_METRES_PER_DEGREE = 111_320.0


class UnreadablePlaceError(ValueError):
    """Why no place was recognised. `meant` is false for plain words, which are a place too, only without a point."""

    def __init__(self, words: str, *, meant: bool = True) -> None:
        super().__init__(words)
        self.words = words
        self.meant = meant


@dataclass(frozen=True, kw_only=True)
class Place:
    """One place as it was recognised. `kind` and `shown` are words for people; a point has all of lat, lon, radius."""

    kind: str
    source: LocationSource
    shown: str
    lat: float | None = None
    lon: float | None = None
    radius_m: float | None = None
    easting: float | None = None
    northing: float | None = None
    postcode: str = ""
    uprn: str = ""
    usrn: str = ""
    w3w: str = ""

    @property
    def has_point(self) -> bool:
        return self.lat is not None


NOTHING = "Enter a place: a grid reference, postcode, UPRN, latitude and longitude, or three words after ///."
UNKNOWN = "No grid reference, postcode, UPRN, coordinates or three words recognised."
DIGITS = "Write numbers with the digits 0 to 9."
LIMITS = "Latitude goes from -90 to 90 and longitude from -180 to 180. Check the numbers."
NOT_SQUARE = "Great Britain has no grid square {letters}. Check the two letters."
UNEVEN = "A grid reference has as many digits for east as for north: 2, 4, 6, 8 or 10 in all. This has {count}."
IRISH = "This looks like an Irish Grid reference. Give latitude and longitude instead: only the British grid is read."
BARE = "Say what the number is: UPRN 100023336956, USRN 8401426, or a grid reference with its two letters."
PERHAPS_A_PHONE = "This may be a telephone number. If it is an easting and a northing, write E {east} N {north}."
OFF_GRID = "This easting and northing lie outside Great Britain: 0 to 700000 east, 0 to 1300000 north."

_POSTCODE = (
    r"GIR ?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRVWXY]) ?\d[ABD-HJLNP-UW-Z]{2}"
)
_POSTCODE_ONLY = re.compile(rf"^(?:{_POSTCODE})$", re.ASCII)
_POSTCODE_INSIDE = re.compile(rf"(?<![A-Z0-9])(?:{_POSTCODE})(?![A-Z0-9])", re.ASCII)
_GRID_ONLY = re.compile(r"^([STNHO][A-HJ-Z])((?: ?\d){1,12})$", re.ASCII)
_GRID_INSIDE = re.compile(
    r"(?<![A-Z0-9])([STNHO][A-HJ-Z]) ?(\d{5} \d{5}|\d{4} \d{4}|\d{3} \d{3}|\d{10}|\d{8}|\d{6})(?![A-Z0-9])", re.ASCII
)
_IRISH = re.compile(r"^[A-HJ-Z] ?(?:\d{2} ?\d{2}|\d{3} ?\d{3}|\d{4} ?\d{4}|\d{5} ?\d{5})$", re.ASCII)
_METRES = re.compile(r"^E? ?(\d{5,6})(?:\.\d+)?(?: ?[,/] ?| )N? ?(\d{4,7})(?:\.\d+)?$", re.ASCII)
_LIKE_A_PHONE = re.compile(r"^0\d{4}[ /]\d{6}$", re.ASCII)  # as metres: the sea off St Kilda
_W3W = re.compile(r"^/{0,3}([^\W\d_]{2,})[.。・]([^\W\d_]{2,})[.。・]([^\W\d_]{2,})$")
_W3W_INSIDE = re.compile(r"///([^\W\d_]{2,})[.。・]([^\W\d_]{2,})[.。・]([^\W\d_]{2,})(?![^\W_])")
_PROPERTY = re.compile(r"\b(UPRN|USRN)[ :#]*(\d+)\b", re.ASCII)
_NUMBER = r"[+-]?\d{1,3}(?:\.\d{1,15})?"
_PLAIN = re.compile(rf"^({_NUMBER})(?: ?[,;/] ?| )({_NUMBER})$", re.ASCII)
_PLAIN_INSIDE = re.compile(
    r"(?<![\d.,-])([+-]?\d{1,2}\.\d{3,15})(?: ?[,;] ?| )([+-]?\d{1,3}\.\d{3,15})(?![\d.])", re.ASCII
)
_PART = (
    r"(\d{1,3}(?:\.\d{1,15})?)(?: ?[°D:] ?| )?"
    r"(?:(\d{1,2}(?:\.\d{1,12})?)(?: ?['M:] ?| )?)?"
    r"(?:(\d{1,2}(?:\.\d{1,9})?) ?[\"S]? ?)?"
)
_AFTER = re.compile(rf"^([+-]?){_PART} ?([NS])(?: ?[,;/] ?| )?([+-]?){_PART} ?([EW])$", re.ASCII)
_BEFORE = re.compile(rf"^([NS]) ?([+-]?){_PART}(?: ?[,;/] ?| )?([EW]) ?([+-]?){_PART}$", re.ASCII)


def read_place(text: str) -> Place:
    """The place that the whole text is. Raises UnreadablePlaceError with words for the person who typed it."""
    line = _tidy(text)
    if not line:
        raise UnreadablePlaceError(NOTHING)
    if len(text) > TEXT_LIMIT:
        raise UnreadablePlaceError(f"Use at most {TEXT_LIMIT} characters for a place; this is {len(text):,}.")
    if any(char.isdigit() and not char.isascii() for char in line):
        raise UnreadablePlaceError(DIGITS)
    for reader in _READERS:
        place = reader(_plain(text) if reader is _three_words else line)
        if place is not None:
            return place
    if re.fullmatch(r"[\d ]+", line, re.ASCII):
        raise UnreadablePlaceError(BARE)
    if _IRISH.match(line):
        raise UnreadablePlaceError(IRISH)
    raise UnreadablePlaceError(UNKNOWN, meant=False)


def places_in(text: str) -> list[Place]:
    """Every place that stands somewhere in the words of a caller; those with a point first. Never raises."""
    if len(text) > TEXT_LIMIT:
        return []
    found: list[Place] = []
    for pattern in (_GRID_INSIDE, _PLAIN_INSIDE, _W3W_INSIDE, _PROPERTY, _POSTCODE_INSIDE):
        for match in pattern.finditer(_plain(text) if pattern is _W3W_INSIDE else _tidy(text)):
            try:
                found.append(read_place(match[0]))
            except UnreadablePlaceError:
                continue
    if not found:
        try:
            found = [read_place(text)]
        except UnreadablePlaceError:
            return []
    return sorted(dict.fromkeys(found), key=lambda place: not place.has_point)


def point_place(lat: float, lon: float, radius_m: float, *, source: LocationSource, kind: str) -> Place:
    """A place of numbers that came from a device or a map. Raises UnreadablePlaceError when they cannot be."""
    if not all(math.isfinite(value) for value in (lat, lon, radius_m)) or abs(lat) > 90 or abs(lon) > 180:
        raise UnreadablePlaceError(LIMITS)
    if radius_m < 0:
        raise UnreadablePlaceError("A radius is nought or more metres.")
    on_grid = osgb.covers(lat, lon)
    metres = osgb.to_grid(lat, lon) if on_grid else None
    return Place(
        kind=kind, source=source, shown=f"{lat:.5f}, {lon:.5f}", lat=lat, lon=lon, radius_m=radius_m,
        easting=round(metres.easting, 1) if metres else None, northing=round(metres.northing, 1) if metres else None,
    )  # fmt: skip


def _tidy(text: str) -> str:
    return _plain(text).upper()


def _plain(text: str) -> str:
    """One kind of quote, dash and space. Full-width forms become plain ones."""
    plain = unicodedata.normalize("NFKC", text[: TEXT_LIMIT * 4])
    for odd, usual in (("′", "'"), ("’", "'"), ("‘", "'"), ("″", '"'), ("”", '"'), ("“", '"'), ("''", '"'), ("º", "°"),
                       ("−", "-"), ("\u2013", "-")):  # fmt: skip
        plain = plain.replace(odd, usual)
    visible = "".join(" " if char.isspace() else char for char in plain if char.isspace() or char.isprintable())
    return " ".join(visible.split())


def _property(line: str) -> Place | None:
    match = re.fullmatch(r"(UPRN|USRN)[ :#]*(\S.*)", line)
    if match is None:
        return None
    name, number = match[1], match[2].replace(" ", "").lstrip("0")
    most = 12 if name == "UPRN" else 8
    if not re.fullmatch(rf"\d{{1,{most}}}", number, re.ASCII):
        raise UnreadablePlaceError(f"A {name} is 1 to {most} digits. Check the number.")
    if name == "UPRN":
        return Place(kind="UPRN", source=LocationSource.GAZETTEER, shown=f"UPRN {number}", uprn=number)
    return Place(kind="USRN", source=LocationSource.GAZETTEER, shown=f"USRN {number}", usrn=number)


def _postcode(line: str) -> Place | None:
    if not _POSTCODE_ONLY.match(line):
        return None
    squeezed = line.replace(" ", "")
    shown = f"{squeezed[:-3]} {squeezed[-3:]}"
    return Place(kind="Postcode", source=LocationSource.GAZETTEER, shown=shown, postcode=shown)


def _three_words(line: str) -> Place | None:
    match = _W3W.match(line)
    if match is None:
        return None
    words = ".".join(part.lower() for part in match.groups())
    return Place(kind="what3words", source=LocationSource.W3W, shown=f"///{words}", w3w=words)


def _grid(line: str) -> Place | None:
    match = _GRID_ONLY.match(line)
    if match is None:
        return None
    letters, digits = match[1], match[2].replace(" ", "")
    parts = match[2].split()
    if len(digits) % 2 or len(digits) > 10 or (len(parts) == 2 and len(parts[0]) != len(parts[1])):
        raise UnreadablePlaceError(UNEVEN.format(count=len(digits)))
    corner = osgb.corner_of(letters)
    if corner is None:
        raise UnreadablePlaceError(NOT_SQUARE.format(letters=letters))
    half = len(digits) // 2
    precision = 10.0 ** (5 - half)
    east = corner.easting + int(digits[:half]) * precision + precision / 2
    north = corner.northing + int(digits[half:]) * precision + precision / 2
    return _on_grid(east, north, precision, f"{letters} {digits[:half]} {digits[half:]}", "OS grid reference")


def _metres(line: str) -> Place | None:
    match = _METRES.match(line)
    if match is None:
        return None
    if _LIKE_A_PHONE.match(line):
        raise UnreadablePlaceError(PERHAPS_A_PHONE.format(east=match[1], north=match[2]))
    east, north = float(match[1]), float(match[2])
    if not (east < osgb.MAX_EASTING and north < osgb.MAX_NORTHING):
        raise UnreadablePlaceError(OFF_GRID)
    return _on_grid(east, north, 1.0, f"E {east:.0f} N {north:.0f}", "Easting and northing")


def _on_grid(east: float, north: float, precision: float, shown: str, kind: str) -> Place:
    at = osgb.from_grid(east, north)
    radius = max(precision / math.sqrt(2), osgb.ACCURACY_M)
    return Place(
        kind=kind, source=LocationSource.OS_GRID, shown=shown, lat=at.lat, lon=at.lon, radius_m=round(radius, 1),
        easting=east, northing=north,
    )  # fmt: skip


def _degrees(line: str) -> Place | None:
    bare = re.sub(r"^GEO:|\bLAT(?:ITUDE)?\b[ :=]*|\bLON(?:G(?:ITUDE)?)?\b[ :=]*", " ", line).strip("( )")
    bare = " ".join(bare.split())
    if re.search(r"\b(?:NAN|INF(?:INITY)?)\b", bare):
        raise UnreadablePlaceError(LIMITS)
    match = _PLAIN.match(bare)
    if match is not None:
        return _at(float(match[1]), float(match[2]), min(_step(match[1]), _step(match[2])))
    match = _AFTER.match(bare)
    if match is not None:
        s1, d1, m1, s2, ns, e1, d2, m2, e2, ew = match.groups()
        return _from_parts((s1, d1, m1, s2, ns), (e1, d2, m2, e2, ew))
    match = _BEFORE.match(bare)
    if match is not None:
        ns, s1, d1, m1, s2, ew, e1, d2, m2, e2 = match.groups()
        return _from_parts((s1, d1, m1, s2, ns), (e1, d2, m2, e2, ew))
    if re.fullmatch(r"[+-]?\d+(?:\.\d+)? ?[,; ] ?[+-]?\d+(?:\.\d+)?", bare, re.ASCII) and "." in bare:
        raise UnreadablePlaceError(LIMITS)
    return None


_Parts = tuple[str, str, str | None, str | None, str]


def _from_parts(lat: _Parts, lon: _Parts) -> Place:
    return _at(_angle(lat), _angle(lon), min(_fine(lat), _fine(lon)))


def _angle(parts: _Parts) -> float:
    sign, degrees, minutes, seconds, side = parts
    if float(minutes or 0) >= 60 or float(seconds or 0) >= 60:
        raise UnreadablePlaceError("Minutes and seconds go up to 59. Check the numbers.")
    if sign == "-":
        raise UnreadablePlaceError("Use a minus sign or the letter N, S, E or W, not both.")
    value = float(degrees) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
    return -value if side in "SW" else value


def _fine(parts: _Parts) -> float:
    _, degrees, minutes, seconds, _ = parts
    if seconds is not None:
        return _step(seconds) / 3600
    return _step(minutes) / 60 if minutes is not None else _step(degrees)


def _step(number: str) -> float:
    """What the last written digit is worth."""
    return float(10 ** -len(number.partition(".")[2]))


def _at(lat: float, lon: float, step: float) -> Place:
    radius = max(HAND_HELD_M, step * _METRES_PER_DEGREE / math.sqrt(2))
    return point_place(lat, lon, round(radius, 1), source=LocationSource.GPS_DEVICE, kind="Latitude and longitude")


_READERS: tuple[Callable[[str], Place | None], ...] = (_property, _postcode, _three_words, _grid, _metres, _degrees)
