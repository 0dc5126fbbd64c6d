"""CAP 1.2 (OASIS, ITU-T X.1303; STANDARDS 4.2): an incident as a private alert to one agency, and back.

The elements stand in the order of the OASIS schema. Where CAP has no place of its own (priority, the recipient's
reference, caller, casualties, hazards) a `parameter` carries it, so that one of us reads back what it wrote.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, TreeBuilder, tostring
from xml.parsers import expat

from incidents.interchange.message import BadMessage, Facts, Message, Party, Place
from incidents.states import TransferType

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
MSG_TYPES: dict[TransferType, str] = {
    TransferType.CREATE: "Alert",
    TransferType.UPDATE: "Update",
    TransferType.CLOSE: "Cancel",
    TransferType.ACK: "Ack",
    TransferType.REJECT: "Error",
    TransferType.STATUS: "Update",
    TransferType.REQUEST_INFO: "Update",
}
TYPES = {name: kind for kind, name in reversed(MSG_TYPES.items())}
#: What CAP calls urgent, by the priority as we write it; others are not said.
URGENCIES = {"Immediate": "Immediate", "Priority": "Expected", "Scheduled": "Future"}
PARAMETERS = {
    "priority": "priority", "callerName": "caller_name", "callerNumber": "caller_number",
    "casualties": "casualties", "hazards": "hazards",
}  # fmt: skip
_FORBIDDEN = re.compile(r"[\s,<&]")
_MOST_ELEMENTS, _DEEPEST = 2000, 12
_EARTH = 6371.0  # km; a larger circle than the Earth names no place


class Cap:
    content_type = "application/cap+xml"

    def encode(self, message: Message) -> bytes:
        alert = Element("alert", {"xmlns": NAMESPACE})
        _add(alert, "identifier", str(message.message_id))
        _add(alert, "sender", _plain(message.originator.agency))
        _add(alert, "sent", stamp(message.sent_at))
        _add(alert, "status", "Exercise" if message.exercise else "Actual")
        _add(alert, "msgType", MSG_TYPES[message.type])
        _add(alert, "scope", "Private")
        _add(alert, "addresses", f'"{_plain(message.recipient.agency)}"')
        _add(alert, "code", f"sightline:{message.type}")
        _add(
            alert, "note", " ".join(filter(None, [message.decided_by and f"By {message.decided_by}.", message.reason]))
        )
        if message.in_reply_to is not None:
            sent = stamp(message.reply_sent_at or message.sent_at)
            _add(alert, "references", f"{_plain(message.recipient.agency)},{message.in_reply_to},{sent}")
        _add(alert, "incidents", _quoted(message.originator.reference))
        _info(alert, message)
        return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(alert, encoding="utf-8")

    def decode(self, body: bytes) -> Message:
        return _read(parse(body))


def stamp(moment: datetime) -> str:
    """CAP's time: whole seconds with an offset in digits, never "Z"."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def parse(body: bytes) -> Element:
    """The document as a tree. A document type is refused at its first byte, so that no entity is ever declared, let
    alone fetched; size, number and depth of elements are bounded. Raises BadMessage."""
    builder, parser = TreeBuilder(), expat.ParserCreate(namespace_separator="}")
    open_elements, seen = 0, 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal open_elements, seen
        open_elements, seen = open_elements + 1, seen + 1
        if open_elements > _DEEPEST or seen > _MOST_ELEMENTS:
            raise BadMessage({"body": "The XML has too many elements, or too deep ones."})
        builder.start("{" + name if "}" in name else name, {})

    def end(name: str) -> None:
        nonlocal open_elements
        open_elements -= 1
        builder.end("{" + name if "}" in name else name)

    def refuse(*_: object) -> int:
        raise BadMessage({"body": "A document type or an entity is not taken."})

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, builder.data
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = parser.ProcessingInstructionHandler = refuse
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise BadMessage({"body": "It is no well-formed XML."}) from error
    return builder.close()


def _info(alert: Element, message: Message) -> None:
    facts = message.facts
    if facts == Facts():
        return
    info = SubElement(alert, "info")
    _add(info, "language", "en-GB")
    _add(info, "category", "Safety")
    event = _said(facts.incident_type) or "Incident"
    _add(info, "event", event)
    _add(info, "urgency", URGENCIES.get(facts.priority, "Unknown"))
    _add(info, "severity", "Unknown")
    _add(info, "certainty", "Unknown")
    _add(info, "headline", event[:160])
    _add(info, "description", facts.narrative)
    told = [(name, getattr(facts, field)) for name, field in PARAMETERS.items()]
    for name, value in [*told, ("recipientReference", message.recipient.reference), ("marking", message.marking)]:
        if _said(value):
            parameter = SubElement(info, "parameter")
            _add(parameter, "valueName", name)
            _add(parameter, "value", value)
    place = facts.place
    if _said(place.words) or place.has_point:
        area = SubElement(info, "area")
        _add(area, "areaDesc", _said(place.words) or "Position only")
        if place.has_point:
            _add(area, "circle", f"{place.lat:.6f},{place.lon:.6f} {(place.radius_m or 0) / 1000:.3f}")


def _add(parent: Element, name: str, text: str) -> None:
    if said := _said(text):
        SubElement(parent, name).text = said


def _said(text: str) -> str:
    """What XML can hold of it: it has no place for most control characters, whatever the escape."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text).strip()


def _plain(text: str) -> str:
    if not text or _FORBIDDEN.search(text):
        raise BadMessage({"agency": "CAP takes no spaces, commas, < or & in the name of a sender."})
    return text


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _read(alert: Element) -> Message:
    if alert.tag != f"{{{NAMESPACE}}}alert":
        raise BadMessage({"body": "It is no CAP 1.2 alert."})
    problems: dict[str, str] = {}
    given = {child.tag.partition("}")[2]: (child.text or "").strip() for child in alert}
    for name in ("identifier", "sender", "sent", "status", "msgType", "scope"):
        if not given.get(name):
            problems[name] = "It is missing."
    kind = _type(alert, given)
    if kind is None:
        problems["msgType"] = f"Use one of {', '.join(TYPES)}."
    if given.get("status") not in ("Actual", "Exercise", "Test", "System"):
        problems["status"] = "Use Actual, Exercise, System or Test."
    sent = _time(given.get("sent", ""))
    if sent is None:
        problems["sent"] = "Give the time with its offset, as CAP writes it."
    infos = [child for child in alert if child.tag.endswith("}info")]
    parameters, facts = _facts(infos[0], problems) if infos else ({}, Facts())
    if problems:
        raise BadMessage(problems)
    assert kind is not None
    assert sent is not None
    reply = (given.get("references", "").split() or [""])[-1].split(",")
    return Message(
        type=kind,
        message_id=_id(given["sender"], given["identifier"]),
        in_reply_to=_id(reply[0], reply[1]) if len(reply) == 3 else None,
        originator=Party(agency=given["sender"], reference=given.get("incidents", "").strip('"')),
        recipient=Party(
            agency=given.get("addresses", "").strip('" '), reference=parameters.get("recipientReference", "")
        ),
        sent_at=sent,
        exercise=given["status"] != "Actual",
        marking=parameters.get("marking", ""),
        facts=facts,
        reason=given.get("note", ""),
    )


def _type(alert: Element, given: dict[str, str]) -> TransferType | None:
    codes = [(child.text or "").strip() for child in alert if child.tag.endswith("}code")]
    ours = [code.partition(":")[2] for code in codes if code.startswith("sightline:")]
    kind = TransferType(ours[0]) if ours and ours[0] in TransferType.values else None
    told = given.get("msgType", "")
    return kind if kind is not None and MSG_TYPES[kind] == told else TYPES.get(told)


def _facts(info: Element, problems: dict[str, str]) -> tuple[dict[str, str], Facts]:
    texts = {child.tag.partition("}")[2]: (child.text or "").strip() for child in info}
    parameters = dict(_pairs(child for child in info if child.tag.endswith("}parameter")))
    told = {field: parameters.get(name, "") for name, field in PARAMETERS.items()}
    areas = [child for child in info if child.tag.endswith("}area")]
    place = _place(areas[0], problems) if areas else Place()
    words = "\n".join(filter(None, [texts.get("description", ""), texts.get("instruction", "")]))
    return parameters, Facts(incident_type=texts.get("event", ""), narrative=words, place=place, **told)


def _pairs(parameters: Iterable[Element]) -> Iterable[tuple[str, str]]:
    for parameter in parameters:
        texts = {child.tag.partition("}")[2]: (child.text or "").strip() for child in parameter}
        yield texts.get("valueName", ""), texts.get("value", "")


def _place(area: Element, problems: dict[str, str]) -> Place:
    texts = {child.tag.partition("}")[2]: (child.text or "").strip() for child in area}
    words, circle = texts.get("areaDesc", ""), texts.get("circle", "")
    if not circle:
        return Place(words=words)
    try:
        point, _, radius = circle.partition(" ")
        lat, lon = (float(one) for one in point.split(","))
        metres = float(radius) * 1000
    except ValueError:
        problems["circle"] = "Write it as latitude,longitude radius in km."
        return Place(words=words)
    if not (abs(lat) <= 90 and abs(lon) <= 180 and 0 <= metres <= _EARTH * 1000):
        problems["circle"] = "This is no place on Earth."
        return Place(words=words)
    return Place(words=words, lat=lat, lon=lon, radius_m=metres)


def _time(text: str) -> datetime | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", text):
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _id(sender: str, identifier: str) -> uuid.UUID:
    """CAP's identifiers are unique with their sender; one that is no UUID gets a UUID of its own, always the same."""
    try:
        return uuid.UUID(identifier)
    except ValueError:
        return uuid.uuid5(uuid.NAMESPACE_URL, f"cap:{sender},{identifier}")
