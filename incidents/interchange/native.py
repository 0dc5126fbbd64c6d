"""Our own JSON, "sightline-transfer/1": described in docs/transfers.md. What is not known is passed over, what is known
must be of its kind; a change that an older reader would misunderstand is another version."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn
from uuid import UUID

from incidents.interchange.message import BadMessage, Facts, Message, Party, Place
from incidents.states import TransferType

SCHEMA = "sightline-transfer/1"
LIVE, EXERCISE = "live", "exercise"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class NativeJson:
    content_type = "application/json"

    def encode(self, message: Message) -> bytes:
        return json.dumps(as_dict(message), ensure_ascii=False, separators=(",", ":")).encode()

    def decode(self, body: bytes) -> Message:
        try:
            given = json.loads(body.decode("utf-8"), parse_constant=_no_number)
        except RecursionError as error:
            raise BadMessage({"body": "It is nested too deeply."}) from error
        except ValueError as error:
            raise BadMessage({"body": "It is no JSON in UTF-8."}) from error
        return _Reader(given).message()


def as_dict(message: Message) -> dict[str, Any]:
    facts, place = message.facts, message.facts.place
    return {
        "schema": SCHEMA,
        "message_type": str(message.type),
        "message_id": str(message.message_id),
        "in_reply_to": str(message.in_reply_to) if message.in_reply_to else None,
        "sequence": message.sequence,
        "sent_at": message.sent_at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "environment": EXERCISE if message.exercise else LIVE,
        "marking": message.marking,
        "originator": {"agency": message.originator.agency, "reference": message.originator.reference},
        "recipient": {"agency": message.recipient.agency, "reference": message.recipient.reference},
        "incident": {
            "priority": facts.priority,
            "type": facts.incident_type,
            "location": {"words": place.words, "lat": place.lat, "lon": place.lon, "radius_m": place.radius_m},
            "caller": {"name": facts.caller_name, "number": facts.caller_number},
            "casualties": facts.casualties,
            "hazards": facts.hazards,
            "narrative": facts.narrative,
        },
        "decision": {"by": message.decided_by, "reason": message.reason},
    }


def _no_number(_: str) -> NoReturn:
    raise ValueError("not a number")


class _Reader:
    """Takes the parts one by one and says about all of them at once what is wrong."""

    def __init__(self, given: Any) -> None:
        if not isinstance(given, dict):
            raise BadMessage({"body": "It is no JSON object."})
        if given.get("schema") != SCHEMA:
            raise BadMessage({"schema": f"This door reads {SCHEMA}."})
        self.given = given
        self.problems: dict[str, str] = {}

    def message(self) -> Message:
        incident, decision = self.part("incident"), self.part("decision")
        message = {
            "type": self.type(),
            "message_id": self.uuid("message_id"),
            "in_reply_to": self.uuid("in_reply_to", needed=False),
            "sequence": self.sequence(),
            "sent_at": self.time("sent_at"),
            "exercise": self.exercise(),
            "marking": self.text(self.given, "marking"),
            "originator": self.party("originator"),
            "recipient": self.party("recipient"),
            "facts": self.facts(incident),
            "decided_by": self.text(decision, "by", "decision."),
            "reason": self.text(decision, "reason", "decision."),
        }
        if self.problems:
            raise BadMessage(self.problems)
        return Message(**message)  # type: ignore[arg-type]  # each part was read as what it is, or there is a problem

    def facts(self, given: Mapping[str, Any]) -> Facts:
        caller = self.part("caller", given, "incident.")
        location = self.part("location", given, "incident.")
        at = "incident."
        return Facts(
            priority=self.text(given, "priority", at),
            incident_type=self.text(given, "type", at),
            place=Place(
                words=self.text(location, "words", at + "location."),
                lat=self.number(location, "lat"),
                lon=self.number(location, "lon"),
                radius_m=self.number(location, "radius_m"),
            ),
            caller_name=self.text(caller, "name", at + "caller."),
            caller_number=self.text(caller, "number", at + "caller."),
            casualties=self.text(given, "casualties", at),
            hazards=self.text(given, "hazards", at),
            narrative=self.text(given, "narrative", at),
        )

    def part(self, name: str, within: Mapping[str, Any] | None = None, at: str = "") -> Mapping[str, Any]:
        value = (self.given if within is None else within).get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.problems[at + name] = "Send an object."
            return {}
        return value

    def text(self, given: Mapping[str, Any], name: str, at: str = "") -> str:
        value = given.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.problems[at + name] = "Send text."
            return ""
        return value

    def number(self, given: Mapping[str, Any], name: str) -> float | None:
        value = given.get(name)
        if value is None:
            return None
        try:
            fits = not isinstance(value, bool) and isinstance(value, int | float) and math.isfinite(value)
        except OverflowError:
            fits = False
        if not fits:
            self.problems[f"incident.location.{name}"] = "Send a number."
            return None
        return float(value)

    def party(self, name: str) -> Party:
        given = self.part(name)
        agency = self.text(given, "agency", f"{name}.")
        if not agency:
            self.problems.setdefault(f"{name}.agency", "Name the agency.")
        return Party(agency=agency, reference=self.text(given, "reference", f"{name}."))

    def type(self) -> TransferType | None:
        value = self.given.get("message_type")
        if isinstance(value, str) and value in TransferType.values:
            return TransferType(value)
        self.problems["message_type"] = f"Use one of {', '.join(TransferType.values)}."
        return None

    def uuid(self, name: str, *, needed: bool = True) -> UUID | None:
        value = self.given.get(name)
        if value is None and not needed:
            return None
        if isinstance(value, str) and _UUID.fullmatch(value):
            return UUID(value)
        self.problems[name] = "Send a UUID."
        return None

    def sequence(self) -> int | None:
        value = self.given.get("sequence")
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 100_000):
            return value
        self.problems["sequence"] = "Count the messages about one incident from 1."
        return None

    def time(self, name: str) -> datetime | None:
        value = self.given.get(name)
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
            if moment is not None and moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            moment = None
        self.problems[name] = "Send an ISO 8601 time with its offset."
        return None

    def exercise(self) -> bool:
        value = self.given.get("environment")
        if value not in (LIVE, EXERCISE):
            self.problems["environment"] = f"Say {LIVE} or {EXERCISE}."
        return value != LIVE
