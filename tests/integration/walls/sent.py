"""What the requests of the rulebook carry, made for the force whose thing is asked for."""

from __future__ import annotations

import json
import struct
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from streaming.notice import notice
from tests.factories.core import PASSWORD

PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\x02\x00\x00\x00" + b"\0" * 4
    + b"\x00\x00\x00\x00IEND\xaeB`\x82"
)  # fmt: skip


@dataclass
class Sent:
    """`data` is a form or an API body; a GET's is its query. With a `content_type` it is the body as it is."""

    data: Any = None
    is_json: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = ""
    query: dict[str, str] = field(default_factory=dict)

    def arguments(self, method: str) -> dict[str, Any]:
        given: dict[str, Any] = {"headers": self.headers}
        if self.is_json:
            given |= {"data": json.dumps(self.data), "content_type": "application/json"}
        elif self.content_type:
            given |= {"data": self.data, "content_type": self.content_type, "QUERY_STRING": urlencode(self.query)}
        elif self.data is not None:
            given |= {"query_params" if method == "GET" else "data": self.data}
        return given


#: What a route of suspects may be about, and what its address calls that.
THINGS = {
    "person": "person_id", "wanted": "wanted_id", "draft": "wanted_id", "custody": "wanted_id",
    "reservation": "reservation_id", "operation": "operation_id", "image": "image_id", "document": "document_id",
    "curfew": "condition_id", "curfew check": "check_id", "breach": "breach_id", "bail": "bail_id",
    "vehicle": "vehicle_id", "address": "address_id", "organisation": "organisation_id", "joined": "link_id",
    "marker": "marker_id", "report": "report_id", "import": "run_id", "check": "check_id", "identity": "identity_id",
    "receipt": "receipt_id", "feed": "feed_id", "feed call": "session_id",
    "contact": "contact_id",
    "unit": "resource_id", "unit message": "message_id", "emergency": "emergency_id", "emergency seen": "emergency_id",
    "offer": "transfer_id",
    "guest link": "link_id",
    "description": "description_id", "prompt": "prompt_id",
    "asked": "request_id",
}  # fmt: skip


@dataclass
class Place:
    """One force with something of everything. `words` must never reach who may not see it."""

    force_id: int
    collar: str
    incident: UUID
    call: UUID
    waiting_call: UUID
    exhibit: UUID
    item: UUID
    token: str
    text: UUID
    chat: UUID
    reference: str
    words: tuple[str, ...]
    things: dict[str, UUID] = field(default_factory=dict)  # of suspects, by the names of `THINGS` and a few more
    guest: str = "A" * 22  # token of a partner's link
    colleague: str = ""  # collar number of the sergeant on duty
    officer: int = 0  # user id of who has the reservation, made the check

    @property
    def ids(self) -> tuple[str, ...]:
        """Everything a route's address may name."""
        own = (self.incident, self.call, self.waiting_call, self.exhibit, self.item, self.token, self.text)
        return tuple(map(str, (*own, *self.things.values())))

    def named(self, about: str) -> Any:
        """What a query or a body names it by."""
        return self.things.get(about) or getattr(self, about)

    def arguments(self, about: str) -> dict[str, Any]:
        """What goes into the address of a route about one of these."""
        named: dict[str, tuple[str, Any]] = {
            "incident": ("incident_id", self.incident),
            "call": ("session_id", self.call),
            "waiting call": ("session_id", self.waiting_call),
            "exhibit": ("exhibit_id", self.exhibit),
            "item": ("item_id", self.item),
            "link": ("token", self.token),
            "text": ("message_id", self.text),
        }
        if about in ("guest", "guest film"):
            return {"token": self.guest} | ({"exhibit_id": self.exhibit} if about == "guest film" else {})
        if about == "phone file":
            return {"session_id": self.call, "file_id": self.item}
        if about == "phone piece":
            return {"session_id": self.call, "piece_id": self.item}
        if about in ("rewind", "rewind part"):  # somebody else's, whoever asks
            return {"rewind_id": self.item} | ({"number": 1} if about == "rewind part" else {})
        if about == "feed connection":
            return {"feed_id": self.things["feed"], "peer_id": "w-1"}
        if about == "call connection":
            return {"session_id": self.call, "peer_id": "v-1"}
        if about == "entry":
            return {"incident_id": self.incident, "seq": 5}
        if about == "tile":
            return {"z": 0, "x": 0, "y": 0}
        if about in THINGS:
            return {THINGS[about]: self.things[about]}
        return dict([named[about]]) if about else {}


def nowhere(like: Place) -> Place:
    """Names that nothing has."""
    return Place(
        force_id=0,
        collar=like.collar,
        incident=uuid4(),
        call=uuid4(),
        waiting_call=uuid4(),
        exhibit=uuid4(),
        item=uuid4(),
        token="A" * len(like.token),
        text=uuid4(),
        chat=uuid4(),
        reference="99999 of 01/01/2020",
        words=(),
        things={name: uuid4() for name in like.things},
        colleague=like.colleague,
    )


# --- the front door
def password(place: Place) -> Sent:
    return Sent({"force": place.force_id, "collar_number": place.collar, "password": PASSWORD})


def wrong_password(place: Place) -> Sent:
    return Sent({"force": place.force_id, "collar_number": place.collar, "password": "not the password"})


# --- incidents
def intake(place: Place) -> Sent:
    return Sent(
        {
            "client_key": str(uuid4()),
            "channel": "999",
            "caller_number": "07700 900555",
            "caller_name": "Mo Ahmed",
            "location_text": "Fish dock, north gate",
            "description": "A car in the water.",
            "category_code": "401",
            "grade_code": "I",
        }
    )


def half_intake(place: Place) -> Sent:
    form = intake(place)
    return Sent(form.data | {"grade_code": "", "category_code": ""})


def api_incident(place: Place) -> Sent:
    return Sent(intake(place).data, is_json=True)


def entry(place: Place) -> Sent:
    return Sent({"client_key": str(uuid4()), "type": "NARRATIVE", "text": "Male has left towards the harbour."})


def api_entry(place: Place) -> Sent:
    return Sent(entry(place).data, is_json=True)


def reference(place: Place) -> Sent:
    return Sent({"reference": place.reference})


def shift(place: Place) -> Sent:
    return Sent({"call_sign": "NB77"})


def api_shift(place: Place) -> Sent:
    return Sent(shift(place).data, is_json=True)


# --- video
def link(place: Place) -> Sent:
    return Sent({"number": "07700 900777", "mode": "video", "locale": "", "consent": "on"})


def link_by_htmx(place: Place) -> Sent:
    return Sent(link(place).data, headers={"HX-Request": "true"})


def bad_link(place: Place) -> Sent:
    return Sent(link(place).data | {"number": "12"})


def api_link(place: Place) -> Sent:
    return Sent({"number": "07700 900777", "consent": True}, is_json=True)


def nothing(place: Place) -> Sent:
    return Sent({}, is_json=True)


def message(place: Place) -> Sent:
    return Sent({"key": str(uuid4()), "text": "Stay where you are."})


def seen(place: Place) -> Sent:
    return Sent({"seen": [str(place.chat)]})


def snapshot(place: Place) -> Sent:
    image = SimpleUploadedFile("snapshot.png", PICTURE, "image/png")
    return Sent({"key": str(uuid4()), "moment": int(time.time() * 1000), "image": image})


def tap(place: Place) -> Sent:
    return Sent({"notice": notice("Northmere Police", "video").signed_version, "locale": "en"})


def unsigned_report(place: Place) -> Sent:
    return Sent({"MessageSid": "SM1", "MessageStatus": "delivered"})


# --- evidence
def byte_range(place: Place) -> Sent:
    return Sent(headers={"Range": "bytes=10-19"})


def camera(place: Place) -> Sent:
    return Sent({"feed": str(place.things["feed"])})


def api_camera(place: Place) -> Sent:
    return Sent({"feed": str(place.things["feed"])}, is_json=True)


def offer(place: Place) -> Sent:
    """A sender's, with a token that nobody was given."""
    return Sent("v=0\r\n", content_type="application/sdp", headers={"Authorization": f"Bearer {'x' * 43}"})
