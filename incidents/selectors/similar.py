"""Incidents that a call may be about: same place, about the same time, same words. Offered, never decided.

One query reads the newest incidents of the last hours by their index; likeness is counted here, in milliseconds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from rapidfuzz import fuzz, utils

from core import audit
from core.actors import Actor
from core.clock import now
from core.models import AuditAction
from incidents.models import Contact, ContactLink, Incident
from incidents.permissions import check_view
from incidents.places import places_in
from incidents.selectors.contacts import best_fix

WINDOW = timedelta(hours=12)  # how far back a call can be about the same thing
CANDIDATES = 2_000  # the newest; a large force opens some 1,500 in twelve hours
SHOWN = 3
NEAR, CLOSE, FAR = 150.0, 500.0, 3_000.0  # metres
LIKELY, POSSIBLE, UNLIKELY = 6, 4, 2  # points
_WORD = re.compile(r"[^\W\d_]{3,}|\d{2,}")
_SAID_OF_ANYTHING = """
about after again all and any are been but call came can caller could did does down for from get goes going gone had
has have her here him his how into its just left man men near not now off one out over people person road said says
see seen she some someone street that the their them then there they this two very was were what when where which who
will with woman would you your
"""
_COMMON = frozenset(_SAID_OF_ANYTHING.split())


@dataclass(frozen=True, kw_only=True)
class Description:
    """What is known of a call so far; nothing of it need be."""

    place: str = ""
    words: str = ""
    category_code: str = ""
    number: str = ""
    lat: float | None = None
    lon: float | None = None
    call: UUID | None = None
    at: datetime | None = None
    but: UUID | None = None
    linked: frozenset[UUID] = frozenset()
    numbered: frozenset[UUID] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Similar:
    """One incident, how likely it is the same in a word, and why."""

    incident: Incident
    likeliness: str
    reasons: list[str]
    points: int = 0
    metres: float | None = None


@dataclass
class _Case:
    points: int = 0
    reasons: list[str] = field(default_factory=list)

    def add(self, points: int, reason: str = "") -> None:
        self.points += points
        if reason:
            self.reasons.append(reason)


def similar_incidents(actor: Actor, said: Description) -> list[Similar]:
    """At most SHOWN, the likeliest first; one SEARCH entry with the ids shown. Raises NotAllowed.

    Nothing is offered for the time alone or the category alone: something of the place, the words or the number must
    be the same.
    """
    check_view(actor)
    moment = said.at or now()
    with transaction.atomic():
        said = _with_point(actor, said)
        said = _with_links(actor, said, moment)
        cases = (_case(incident, said, moment) for incident in _candidates(actor, moment)) if _says(said) else ()
        found = sorted((one for one in cases if one), key=lambda one: _first(one, moment))[:SHOWN]
        incidents = Incident.objects.with_tables().in_bulk([one.incident.pk for one in found]) if found else {}
        shown = [
            Similar(
                incident=incidents[one.incident.pk], likeliness=one.likeliness, reasons=one.reasons[:3],
                points=one.points, metres=one.metres,
            )
            for one in found
        ]  # fmt: skip
        audit.record(
            actor, AuditAction.SEARCH, "incidents.incident", purpose="same incident?",
            result_ids=[one.incident.pk for one in shown], result_count=len(shown),
        )  # fmt: skip
    return shown


def _first(one: Similar, moment: datetime) -> tuple[float, ...]:
    """The likeliest; of equals the one of these minutes, before one that is some metres nearer."""
    apart = abs((moment - one.incident.received_at).total_seconds()) // 60
    return (-one.points, apart, math.inf if one.metres is None else one.metres)


def _with_point(actor: Actor, said: Description) -> Description:
    """Where the call is, when nobody said it in figures: a place that stands in the words, else the call's own fix."""
    if said.lat is not None:
        return said
    for place in places_in(said.place):
        if place.lat is not None:
            return replace(said, lat=place.lat, lon=place.lon)
    contact = Contact.objects.visible_to(actor).filter(pk=said.call).first() if said.call else None
    fix = best_fix(contact) if contact else None
    return replace(said, lat=fix.lat, lon=fix.lon) if fix else said


def _with_links(actor: Actor, said: Description, moment: datetime) -> Description:
    """Incidents that have this call already, one that it opened by itself when it rang off; and those of which any
    caller, not the first alone, has this number: of the line, to ring back on, or that is safe to ring."""
    if said.call is None and not said.number:
        return said
    mine = Q(contact=said.call) if said.call else Q()
    same = Q(contact__cli=said.number) | Q(contact__callback_number=said.number) | Q(contact__safe_number=said.number)
    near = Incident.objects.visible_to(actor).filter(opened_at__gte=moment - WINDOW, opened_at__lte=moment + WINDOW)
    links = ContactLink.objects.visible_to(actor).filter(incident__in=near).order_by()
    rows = list(links.filter(mine | same if said.number else mine).values_list("contact_id", "incident_id"))
    return replace(
        said, linked=frozenset(incident for contact, incident in rows if contact == said.call),
        numbered=frozenset(incident for contact, incident in rows if contact != said.call),
    )  # fmt: skip


def _says(said: Description) -> bool:
    return bool(said.place.strip() or said.words.strip() or said.number or said.linked or said.lat is not None)


def _candidates(actor: Actor, moment: datetime) -> Iterable[Incident]:
    """Open or closed: a second caller may ring when the first unit has just left."""
    rows = Incident.objects.visible_to(actor).filter(opened_at__gte=moment - WINDOW, opened_at__lte=moment + WINDOW)
    rows = rows.select_related("location", "opening_category").only(
        "location_text", "description", "caller_number", "received_at", "status", "opening_category__code",
        "location__lat", "location__lon", "location__radius_m",
    )  # fmt: skip
    found: Iterable[Incident] = rows.order_by("-opened_at")[:CANDIDATES]
    return found


def _case(incident: Incident, said: Description, moment: datetime) -> Similar | None:
    case = _Case()
    if said.but is not None and incident.pk == said.but:
        return None
    if incident.pk in said.linked:
        case.add(2 * LIKELY, "this very call")
    metres = _metres(incident, said)
    _by_place(case, incident, said, metres)
    _by_words(case, incident, said)
    if incident.pk in said.numbered or (said.number and said.number == incident.caller_number):
        case.add(4, "same number")
    if case.points < UNLIKELY:
        return None
    if said.category_code and said.category_code == incident.opening_category.code:
        case.add(1, "same category")
    apart = abs((moment - incident.received_at).total_seconds())
    case.add(1 if apart <= 1800 else -1 if apart > 4 * 3600 else 0)
    if not incident.is_open:
        case.add(-1, "closed")
    if case.points < UNLIKELY:
        return None
    word = "Likely" if case.points >= LIKELY else "Possible" if case.points >= POSSIBLE else "Unlikely"
    return Similar(incident=incident, likeliness=word, reasons=case.reasons, points=case.points, metres=metres)


def _by_place(case: _Case, incident: Incident, said: Description, metres: float | None) -> None:
    if metres is not None:
        case.add(
            4 if metres <= NEAR else 3 if metres <= CLOSE else 1 if metres <= FAR / 2 else -4 if metres > FAR else 0,
            distance_words(metres) if metres <= FAR else "",
        )
    alike = _alike(said.place, incident.location_text)
    if alike >= 90:
        case.add(3, "" if metres is not None else "same place")
    elif alike >= 75:
        case.add(2, "" if metres is not None else "place sounds alike")


def _by_words(case: _Case, incident: Incident, said: Description) -> None:
    ours, theirs = _words(said.words), _words(incident.description)
    shared = [word for word in ours if word in set(theirs)]
    if not shared:
        return
    case.add(min(len(shared), 3), f"“{_phrase(said.words, incident.description) or ', '.join(shared[:3])}”")


def _phrase(ours: str, theirs: str) -> str:
    """The longest run of two to five words that both say, with a telling word in it: "on its side"."""
    words = re.findall(r"\w+", ours.casefold())[:120]
    text = " ".join(["", *re.findall(r"\w+", theirs.casefold()), ""])
    for length in (5, 4, 3, 2):
        for start in range(len(words) - length + 1):
            run = words[start : start + length]
            if any(word not in _COMMON and len(word) > 3 for word in run) and f" {' '.join(run)} " in text:
                return " ".join(run)
    return ""


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(word for word in _WORD.findall(text.casefold()) if word not in _COMMON))[:60]


def _alike(ours: str, theirs: str) -> float:
    """0 to 100. A house number that differs is another house."""
    if len(ours.strip()) < 4 or len(theirs.strip()) < 4:
        return 0.0
    numbers = set(re.findall(r"\d+", ours)), set(re.findall(r"\d+", theirs))
    score = float(fuzz.token_set_ratio(ours, theirs, processor=utils.default_process))
    return score - 30 if numbers[0] and numbers[1] and not numbers[0] & numbers[1] else score


def _metres(incident: Incident, said: Description) -> float | None:
    place: Any = incident.location
    if said.lat is None or said.lon is None or place is None or place.lat is None or place.lon is None:
        return None
    north = math.radians(place.lat - said.lat)
    east = math.radians(place.lon - said.lon) * math.cos(math.radians((place.lat + said.lat) / 2))
    return 6_371_000 * math.hypot(north, east)


def distance_words(metres: float) -> str:
    """As a person says it: "52 m away", "1.4 km away"."""
    return f"{metres:.0f} m away" if metres < 1000 else f"{metres / 1000:.1f} km away"
