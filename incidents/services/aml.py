"""AML messages as the telephone sends them (ETSI TS 103 625, STANDARDS 3.6): `A"ML=1;lt=+51.53321;lg=-0.12601;…`.

Forgiving where telephones differ (order, spaces, unknown keys, letter case, a trailing `;`), strict where a mistake
would send somebody to the wrong place. A null message (`pm=N` or `rd=N`) is no fix at (0, 0): it has no place at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.errors import Invalid
from incidents.services.text import clean_text

LIMIT = 500  # characters; an SMS of two parts has 306
_HEADER = re.compile(r'^A\s?"?ML$', re.IGNORECASE)
_DEGREES = re.compile(r"^[+-]?\d{1,3}(\.\d{1,10})?$", re.ASCII)
_METRES = re.compile(r"^\d{1,7}(\.\d{1,6})?$", re.ASCII)
_TIME = re.compile(r"^\d{14}$", re.ASCII)
_IDENTITY = re.compile(r"^\d{6,16}$", re.ASCII)
_NAMES_A_TELEPHONE = re.compile(r"\d{15,}")
_PLACE = re.compile(r"\b(lt|lg|rd)\s*=\s*([+-]?[\d.]{1,16}|N\b)", re.ASCII | re.IGNORECASE)
_WORDS = 200  # of a warning
_AHEAD, _BEHIND = timedelta(minutes=5), timedelta(days=1)
METHODS = {"G": "GNSS", "W": "Wi-Fi", "C": "cell", "N": ""}


@dataclass(frozen=True, kw_only=True)
class Aml:
    """What one message says. No `lat` is a null message. `text` leaves out the telephone's identities."""

    lat: float | None
    lon: float | None
    radius_m: float | None
    fixed_at: datetime
    confidence_pct: int | None
    method: str
    imsi: str
    imei: str
    text: str
    warning: str

    @property
    def is_fix(self) -> bool:
        return self.lat is not None


def parse_aml(raw: str, *, received_at: datetime) -> Aml:
    """The message, or Invalid for `aml` that says which part cannot be and why."""
    said = raw.strip().strip("\x00")
    if not said or len(said) > LIMIT:
        raise _refused(f"An AML message has 1 to {LIMIT} characters; this has {len(said):,}.")
    parts = _parts(said)
    method = parts.get("pm", "").upper()
    null = method == "N" or parts.get("rd", "").upper() == "N"
    imsi, odd_imsi = _identity(parts.get("si", ""))
    imei, odd_imei = _identity(parts.get("ei", ""))
    confidence, odd_confidence = (None, "") if null else _confidence(parts)
    odd_method = "" if method in METHODS else "How it was found is not said: pm is not G, W, C or N."
    warnings = [_length_warning(said, parts), odd_imsi or odd_imei, odd_method, odd_confidence]
    return Aml(
        lat=None if null else _degrees(parts, "lt", 90),
        lon=None if null else _degrees(parts, "lg", 180),
        radius_m=None if null else _radius(parts),
        fixed_at=received_at if null else _time(parts, received_at),
        confidence_pct=confidence,
        method=METHODS.get(method, ""),
        imsi=imsi,
        imei=imei,
        text=_without_identities(said),
        warning=" ".join(filter(None, warnings)),
    )


def unread_aml(raw: str, why: str) -> tuple[str, str]:
    """Of a message that cannot be used: its text without what may identify the telephone, and words for the handler.

    What it says of the place stands in them as it was sent: a person may still make something of it.
    """
    text = clean_text(_NAMES_A_TELEPHONE.sub("…", _without_identities(raw[: 4 * LIMIT])), field="aml", limit=4 * LIMIT)
    place = ", ".join(f"{key.lower()} {value}" for key, value in _PLACE.findall(text)[:3])
    return text[:LIMIT], f"Not used: {why}{f' It says {place}.' if place else ''}"[:_WORDS]


def _refused(words: str) -> Invalid:
    return Invalid(fields={"aml": words})


def _parts(said: str) -> dict[str, str]:
    found: dict[str, str] = {}
    pieces = [piece for piece in said.split(";") if piece.strip()]
    for number, piece in enumerate(pieces):
        key, equals, value = piece.partition("=")
        if not equals:
            raise _refused(f"Part {number + 1} is not key=value.")
        name = key.strip()
        if number == 0:
            if not _HEADER.match(name) or value.strip() != "1":
                raise _refused('An AML message begins with A"ML=1.')
            continue
        if name.lower() in found:
            raise _refused(f"{_shown(name)} is said twice.")
        found[name.lower()] = value.strip()
    return found


def _shown(name: str) -> str:
    """A key as an error may quote it: keys are short words, anything else is not repeated."""
    return name if re.fullmatch(r"[A-Za-z]{1,8}", name, re.ASCII) else "A key"


def _degrees(parts: dict[str, str], key: str, most: int) -> float:
    value = parts.get(key, "")
    if not _DEGREES.match(value):
        raise _refused(f"{key} must be degrees, like +51.53321.")
    degrees = float(value)
    if abs(degrees) > most:
        raise _refused(f"{key} is outside {most} degrees.")
    return degrees


def _radius(parts: dict[str, str]) -> float:
    value = parts.get("rd", "")
    if not _METRES.match(value):
        raise _refused("rd must be metres, like 14 or 20.0, or N.")
    return float(value)


def _confidence(parts: dict[str, str]) -> tuple[int | None, str]:
    value = parts.get("lc", "")
    if not value:
        return None, ""
    if not _METRES.match(value) or float(value) > 100:
        return None, "Its confidence is no percentage."
    return round(float(value)), ""


def _time(parts: dict[str, str], received_at: datetime) -> datetime:
    value = parts.get("top", "")
    if not _TIME.match(value):
        raise _refused("top must be a UTC time, yyyyMMddHHmmss.")
    try:
        moment = datetime.strptime(value, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise _refused("top is no such day or time.") from error
    if moment > received_at + _AHEAD:
        raise _refused("top is in the future.")
    if moment < received_at - _BEHIND:
        raise _refused("top is more than a day old.")
    return min(moment, received_at)  # a telephone whose clock runs ahead is not for ever the newest


def _identity(value: str) -> tuple[str, str]:
    """Digits to keep apart. Some telephones mask all but the first six; an odd one is dropped with a warning."""
    digits = re.sub(r"[\sxX*]", "", value)
    if not digits:
        return "", ""
    if not _IDENTITY.match(digits) or len(digits) > 15:
        return "", "The telephone's identity could not be read."
    return digits, ""


def _length_warning(said: str, parts: dict[str, str]) -> str:
    """`ml` counts the characters. The published example is off by one when typed again: never a reason to refuse."""
    value = parts.get("ml", "")
    return "" if not value or value == str(len(said)) else "The length it says is not its length."


def _without_identities(said: str) -> str:
    pieces = said.split(";")
    return ";".join(piece for piece in pieces if piece.partition("=")[0].strip().lower() not in {"si", "ei"})
