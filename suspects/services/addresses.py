"""Recording addresses (STANDARDS 1.2, 3.2, 3.3)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict
from core.models import AuditAction
from core.permissions import check
from incidents.services import clean_text
from incidents.services.problems import Problems
from suspects.codes import postcodes
from suspects.codes import uprn as numbers
from suspects.codes.streets import street_key
from suspects.models import Address
from suspects.services.records import force_of, typed

_TEXTS = {"premises": 35, "street": 35, "town": 35, "county": 35, "area": 40, "source": 20, "source_ref": 40}
_HOUSE = re.compile(r"^[0-9A-Za-z/ -]{1,5}$")
_CODES: dict[str, Callable[[str], str]] = {
    "postcode": postcodes.normalise, "uprn": numbers.uprn, "usrn": numbers.usrn,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class AddressDetails:
    """As typed. Ground floor is flat 0. WGS84 degrees; a foreign postcode belongs into the county."""

    flat: str = ""
    number: str = ""
    premises: str = ""
    street: str = ""
    town: str = ""
    county: str = ""
    postcode: str = ""
    uprn: str = ""
    usrn: str = ""
    area: str = ""
    lat: float | None = None
    lon: float | None = None
    source: str = ""
    source_ref: str = ""


def add_address(*, actor: Actor, details: AddressDetails) -> Address:
    """An address. Raises NotAllowed, Invalid naming every field, Conflict (the UPRN is on file)."""
    check(actor, "person.write")
    values = _checked(details)
    with transaction.atomic():
        if values["uprn"] and Address.objects.visible_to(actor).filter(uprn=values["uprn"]).exists():
            raise Conflict("This UPRN is on file. Open that address and add to it.", code="already_there")
        address = Address.objects.create(
            force_id=force_of(actor), **values, street_folded=street_key(values["street"]), recorded_at=now()
        )
        audit.record(actor, AuditAction.COLLECT, f"suspects.address:{address.pk}")
    return address


def _checked(details: AddressDetails) -> dict[str, Any]:
    problems = Problems()
    given = asdict(details)
    out: dict[str, Any] = {}
    for field, raw in given.items():
        if field in _TEXTS:
            out[field] = problems.take(_text(field, raw), "")
        elif field in _CODES:
            out[field] = problems.take(_code(field, raw), "")
        else:
            out[field] = raw
    for field in ("flat", "number"):
        house = str(given[field]).strip().upper()
        if house and not _HOUSE.match(house):
            problems.add(field, "Use at most five letters and digits, like 12A.")
        out[field] = house
    if not _on_the_map(details.lat, details.lon):
        problems.add("lat", "Give latitude and longitude together, in degrees, or neither.")
    if not any(out[field] for field in ("premises", "street", "postcode", "uprn")) and details.lat is None:
        problems.add("street", "Give a street, premises, postcode, UPRN or a place on the map.")
    problems.stop_here()
    return out


def _text(field: str, raw: str) -> Callable[[], str]:
    return lambda: clean_text(raw, field=field, limit=_TEXTS[field])


def _code(field: str, raw: str) -> Callable[[], str]:
    return lambda: typed(field, lambda: _CODES[field](raw)) if raw.strip() else ""


def _on_the_map(lat: float | None, lon: float | None) -> bool:
    if lat is None or lon is None:
        return lat is lon
    return math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180
