"""Why somebody is checked: asked once per stop and remembered for that stop (STANDARDS 5.12).

A stop is good for so many minutes and so many metres (`SuspectRules`), or until it is ended. No check without one.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit
from core.actors import Actor
from core.clock import local_date, now
from core.errors import Conflict, Invalid
from core.models import AuditAction
from core.permissions import check
from core.roles import OFFICER, SERGEANT
from incidents import selectors as incidents
from incidents.services.problems import Problems
from incidents.services.text import clean_text
from suspects.models import CheckStop, SuspectRules
from suspects.selectors.checks import open_stops
from suspects.selectors.who import person_of
from suspects.states import ReasonCode

MIN_JUSTIFICATION, MAX_JUSTIFICATION = 10, 200
NOT_ON_MOBILE = frozenset({ReasonCode.ADMINISTRATION, ReasonCode.UPDATE})
# Words that explain nothing: what is left without them must still be a reason.
EMPTY_WORDS = frozenset(
    ("check", "checks", "checking", "checked", "test", "tests", "testing", "tested", "n/a", "na", "none", "nothing",
     "person", "vehicle", "reason", "police", "pnc", "enquiry", "enquiries", "search", "asdf", "qwerty", "the", "a",
     "an", "of", "for", "and", "to", "please", "just")
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+(?:/[^\W_]+)?")
_MOBILE = re.compile(r"Mobi|Android|iPhone|iPad")
_CRIME_REF = re.compile(r"(?=.*\d)[A-Z0-9][A-Z0-9/ .-]{3,29}")
SAY_WHY = "Say in at least 10 characters why: what was seen, where, what it is for."


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the stop is: words, and WGS84 degrees when the phone knows them."""

    text: str = ""
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, kw_only=True)
class _Reason:
    code: str
    justification: str
    on_behalf_of: str
    place: Place
    incident_id: UUID | None
    crime_ref: str


def is_mobile(actor: Actor) -> bool:
    """Whether the check comes from the street: the browser says phone, or every role held is one of the street."""
    return bool(_MOBILE.search(actor.device)) or (bool(actor.roles) and actor.roles <= {OFFICER, SERGEANT})


def start_stop(
    *,
    actor: Actor,
    reason_code: str,
    justification: str,
    on_behalf_of: str = "",
    reference: str = "",
    place: Place | None = None,
) -> CheckStop:
    """Give the reason for the checks of one stop; an earlier stop of the actor ends. One audit entry.

    `reference` is an incident's number as people say it, or a crime number; reason 5 needs one, reason 8 needs
    `on_behalf_of`. Raises NotAllowed, Invalid naming every field that needs another value.
    """
    check(actor, "person.check")
    reason = _reason(actor, reason_code, justification, on_behalf_of, reference, place or Place())
    try:
        return _store(actor, reason)
    except IntegrityError:  # the same person on two devices at once: the later one counts
        return _store(actor, reason)


def end_stop(*, actor: Actor) -> None:
    """The stop is over: the next check asks for a reason. Nothing open is no fault. Raises NotAllowed."""
    check(actor, "person.check")
    with transaction.atomic():
        _end_open(actor, now())


def _store(actor: Actor, reason: _Reason) -> CheckStop:
    moment, who = now(), person_of(actor)
    with transaction.atomic():
        _end_open(actor, moment)
        minutes = SuspectRules.objects.visible_to(actor).values_list("stop_minutes", flat=True).first() or 30
        stop: CheckStop = CheckStop.objects.create(
            force_id=who.force_id,
            user_id=who.user_id,
            reason_code=reason.code,
            justification=reason.justification,
            on_behalf_of=reason.on_behalf_of,
            place_text=reason.place.text,
            lat=reason.place.lat,
            lon=reason.place.lon,
            incident_id=reason.incident_id,
            crime_ref=reason.crime_ref,
            on_mobile=is_mobile(actor),
            started_at=moment,
            expires_at=moment + dt.timedelta(minutes=minutes),
        )
        audit.record(
            actor, AuditAction.COLLECT, f"suspects.checkstop:{stop.pk}", purpose="reason for checks",
            reason_code=stop.reason_code, justification=stop.justification, on_behalf_of=stop.on_behalf_of,
            incident=str(stop.incident_id or ""),
        )  # fmt: skip
    return stop


def _end_open(actor: Actor, moment: dt.datetime) -> None:
    for stop in open_stops(actor).select_for_update():
        stop.ended_at = moment
        stop.save(update_fields=["ended_at"])
        audit.record(actor, AuditAction.ALTER, f"suspects.checkstop:{stop.pk}", purpose="stop ended")


def _reason(actor: Actor, code: str, justification: str, on_behalf_of: str, reference: str, place: Place) -> _Reason:
    problems = Problems()
    if code not in ReasonCode.values:
        problems.add("reason_code", "Choose a reason.")
    elif code in NOT_ON_MOBILE and is_mobile(actor):
        problems.add("reason_code", "Reasons 6 and 9 are for a desk. Choose another, or ask the control room.")
    words = problems.take(lambda: _justification(justification), "")
    behalf = problems.take(lambda: _on_behalf_of(on_behalf_of, code), "")
    no_reference: tuple[UUID | None, str] = (None, "")
    incident_id, crime_ref = problems.take(lambda: _reference(actor, reference, code), no_reference)
    text = problems.take(lambda: clean_text(place.text, field="place_text", limit=120), "")
    nowhere: tuple[float | None, float | None] = (None, None)
    lat, lon = problems.take(lambda: _position(place), nowhere)
    problems.stop_here()
    return _Reason(
        code=code, justification=words, on_behalf_of=behalf, incident_id=incident_id, crime_ref=crime_ref,
        place=Place(text=text, lat=lat, lon=lon),
    )  # fmt: skip


def _justification(raw: str) -> str:
    text = clean_text(raw, field="justification", limit=MAX_JUSTIFICATION)
    words = [word.casefold() for word in _WORD.findall(text)]
    telling = [word for word in words if word not in EMPTY_WORDS]
    letters = "".join(telling)
    if len(text) < MIN_JUSTIFICATION or len(letters) < 6 or len(set(letters)) < 4:
        raise Invalid(fields={"justification": SAY_WHY})
    return text


def _on_behalf_of(raw: str, code: str) -> str:
    """Empty: for oneself. LEDS takes 3 to 50 characters."""
    text = clean_text(raw, field="on_behalf_of", limit=50)
    if code == ReasonCode.OTHER_AGENCY and not text:
        raise Invalid(fields={"on_behalf_of": "Say for which agency, and for whom there."})
    if text and len(text) < 3:
        raise Invalid(fields={"on_behalf_of": "Enter a collar number or a name of at least 3 characters."})
    return text


def _reference(actor: Actor, raw: str, code: str) -> tuple[UUID | None, str]:
    """An incident's id, or a crime number. Something that reads as neither is refused."""
    text = " ".join(clean_text(raw, field="reference", limit=40).upper().split())
    if not text:
        if code == ReasonCode.INVESTIGATION:
            raise Invalid(fields={"reference": "Reason 5 needs the incident or crime number."})
        return None, ""
    try:
        incidents.parse_reference(text, today=local_date(now()))
    except Invalid as error:
        if _CRIME_REF.fullmatch(text):
            return None, text
        raise Invalid(fields={"reference": "Enter an incident number such as 417, or a crime number."}) from error
    found = incidents.find_incidents(actor, text, limit=1).incidents
    if not found:
        raise Invalid(fields={"reference": "No incident has that number. Check it, or enter the crime number."})
    return found[0].pk, ""


def _position(place: Place) -> tuple[float | None, float | None]:
    if place.lat is None or place.lon is None:
        return None, None
    if not (-90 <= place.lat <= 90 and -180 <= place.lon <= 180):
        raise Invalid(fields={"place_text": "That is not a position. Leave it out, or type where you are."})
    return place.lat, place.lon


def need_reason(message: str) -> Conflict:
    """The refusal of a check that has no reason that still holds."""
    return Conflict(message, code="reason_needed")
