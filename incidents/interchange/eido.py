"""An EIDO-shaped JSON document (NENA; STANDARDS 4.3). Export only: the registries are those of the United States, no UK
force reads it, and the full specification is not in our hands. The keys are those seen in public examples."""

from __future__ import annotations

import json
from typing import Any

from incidents.interchange.message import Message, NotPossible
from incidents.states import TransferType


class Eido:
    content_type = "application/emergency.eido+json"

    def encode(self, message: Message) -> bytes:
        return json.dumps(as_dict(message), ensure_ascii=False).encode()

    def decode(self, body: bytes) -> Message:
        raise NotPossible("EIDO is written here, not read. Send the same incident as JSON or CAP (docs/transfers.md).")


def as_dict(message: Message) -> dict[str, Any]:
    sender, incident = f"agency:{message.originator.agency}", f"incident:{message.message_id}"
    place = f"location:{message.message_id}"
    status = "Closed" if message.type == TransferType.CLOSE else "Active"
    return {
        "$id": f"eido:{message.message_id}",
        "eidoMessageIdentifier": str(message.message_id),
        "sendingSystemIdentifier": message.originator.agency,
        "lastUpdateTimeStamp": message.sent_at.isoformat(timespec="seconds"),
        "messageKind": "Exercise" if message.exercise else "Actual",
        "incidentComponent": [
            {
                "componentIdentifier": incident,
                "lastUpdateTimeStamp": message.sent_at.isoformat(timespec="seconds"),
                "incidentTrackingIdentifier": message.originator.reference,
                "incidentTypeCommonRegistryText": message.facts.incident_type,
                "incidentStatusCommonRegistryText": status,
                "locationReference": {"$ref": place},
                "updatedByAgencyReference": {"$ref": sender},
            }
        ],
        "locationComponent": [
            {
                "$id": place,
                "componentIdentifier": place,
                "locationByValue": _place(message),
                "locationNotes": message.facts.place.words,
            }
        ],
        "notesComponent": [{"componentIdentifier": f"note:{message.message_id}", "noteText": message.facts.narrative}],
        "agencyComponent": [{"$id": sender, "agencyIdentifier": message.originator.agency}],
    }


def _place(message: Message) -> dict[str, Any] | None:
    """Latitude first, as PIDF-LO has it in EPSG:4326."""
    place = message.facts.place
    if not place.has_point:
        return None
    return {"srsName": "urn:ogc:def:crs:EPSG::4326", "pos": [place.lat, place.lon], "radius_m": place.radius_m}
