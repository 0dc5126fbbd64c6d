"""What the requests about people, checks, wanted records and curfews carry."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from core.clock import now
from tests.factories.pictures import picture
from tests.integration.walls.sent import Place, Sent

Maker = Callable[[Place], Sent]


def form(**fields: Any) -> Maker:
    """A form, or the query of a GET; a callable value is asked with the place."""
    return lambda place: Sent({name: _value(one, place) for name, one in fields.items()})


def body(**fields: Any) -> Maker:
    """A JSON body; as `form`."""
    return lambda place: Sent({name: _value(one, place) for name, one in fields.items()}, is_json=True)


def thing(name: str) -> Callable[[Place], str]:
    """The id of the place's own thing of that name."""
    return lambda place: str(place.things[name])


def key(place: Place) -> str:
    """A fresh key of a terminal."""
    return str(uuid4())


def tomorrow(place: Place) -> str:
    return (now() + dt.timedelta(days=1)).isoformat()


def today(place: Place) -> str:
    return now().date().isoformat()


def colleague(place: Place) -> str:
    """The collar number of the sergeant on duty."""
    return place.colleague


def _value(one: Any, place: Place) -> Any:
    return one(place) if callable(one) else one


HERE = {"lat": 53.7361, "lon": 0.4471}
WHY = "Seen near the garages"

# --- checks
stop = form(reason_code="4", justification=WHY)
api_stop = body(reason_code="4", justification=WHY)
search = form(subject="VEHICLE", vrm="KX68ZZB")
api_search = body(subject="VEHICLE", vrm="KX68ZZB")
ask_again = form(system="PNC")
said = form(name="Darren Dunn")
api_said = body(name="Darren Dunn")
answer = form(question="birthplace", said="Goole")
api_answer = body(question="birthplace", said="Goole")
verdict = body(verdict="NOT_SURE")

# --- wanted people
near = form(km="5", **{name: str(degrees) for name, degrees in HERE.items()})
api_near = body(km=5, **HERE)
tap = form(client_key=key)
api_tap = body(client_key=key)
reason = body(reason="Sent to another job")
form_reason = form(reason="Sent to another job")
plan = form(plan_text="From the rear")
api_plan = body(plan_text="From the rear")
hand_over = form(to=colleague)
api_hand_over = body(to=colleague)
result = form(outcome="NO_TRACE", text="Nobody in.", place_text="At the house")
api_result = body(outcome="NO_TRACE", text="Nobody in.", place_text="At the house")
necessity = body(codes=["e"], text="He left before we came twice.")
opened = body(person=thing("person"), basis="RECALL_PRISON", band="P2", offence="Wounding s.20", source="PPU list")
band = body(band="P3", reason="Lives abroad now")
operation = body(person_id=thing("person"), name="Larkspur", call_number="01632 960 417", ends_at=tomorrow)
child = form(image=thing("image"), reason="Missing from a home tonight")

# --- curfews
position = form(**{name: str(degrees) for name, degrees in HERE.items()})
api_position = body(**HERE)
knock = form(outcome="PRESENT_SEEN")
at_door = form(client_key=key, outcome="PRESENT_SEEN", **{name: str(degrees) for name, degrees in HERE.items()})
api_at_door = body(client_key=key, outcome="PRESENT_SEEN", **HERE)
statement = form(statement="I spoke to a man through the door.")
decision = form(decision="other", text="Spoken to by his solicitor")
api_decision = body(decision="other", text="Spoken to by his solicitor")
inspector = form(inspector="Insp. Gray")
bail = body(person_id=thing("person"), type="COURT", authority="Northmere Magistrates", source="Court result",
            starts_at=lambda place: now().isoformat())  # fmt: skip
varied = body(code="JY", text="Not to leave England", reason="Varied by the court")

# --- people and things
person = body(surname="Dunn", given_names="Alex", source="Custody", date_of_birth="14/03/1985", sex="M")
change = body(version=1, reason="Told by the prison", hair="Grey")
name = body(type="ALIAS", given_names="Daz", surname="Dunn", source="Custody")
number = body(kind="PNC", value="1979/0163002C", source="Custody")
contact = body(kind="MOBH", value="07700 900123", source="Custody")
vehicle = body(vrm="NM19 ABC", make="Ford", colour="Blue", source="DVLA")
address = body(number="4", street="Mill Row", town="Northmere", postcode="NM4 7QT", source="OS")
organisation = body(name="Harbour Scrap", kind="Yard", source="Officer")
of_person = form(person=thing("person"))
of_vehicle = form(vehicle=thing("vehicle"))
joined = body(kind="FREQUENTS", person=thing("wanted person"), address=thing("address"), source="Officer")
confirm_link = body(verb="confirm", source="Officer")
warned = body(person=thing("person"), code="WE", text="Carries a lock knife", source="Custody", event_date=today)
confirm_marker = body(verb="confirm", source="Officer",
                      review_due=lambda place: (now().date() + dt.timedelta(days=90)).isoformat())  # fmt: skip
report = lambda place: Sent(  # noqa: E731 - a body with a list of the place's own
    {"grade": "2BP", "text": "Sleeps in a van.", "subjects": [{"kind": "person", "id": str(place.things["person"])}]},
    is_json=True,
)
regrade = body(verb="regrade", grade="1AP", comment="Seen by two officers")


def image(place: Place) -> Sent:
    return Sent(picture(colour="#445566"), content_type="image/jpeg", query={"source": "Custody"})


def nominals(place: Place) -> Sent:
    line = json.dumps({"source_ref": "N1", "surname": "Dunn", "given_names": "Alex", "date_of_birth": "1985-03-14",
                       "sex": "M"})  # fmt: skip
    return Sent(line.encode(), content_type="application/x-ndjson", query={"system": "NICHE"})
