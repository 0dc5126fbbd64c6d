"""Two forces, each with one of everything, and one person of every role: the world the walls stand in."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import SimpleCookie
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.models import Force, User
from core.roles import CALL_HANDLER, OFFICER, ROLES, SERGEANT, SUPERVISOR
from evidence import services as evidence
from incidents.services import append_log, ask_grade
from streaming.models import SmsMessage
from streaming.services import chat, locations
from streaming.signalling import Fix
from tests.factories import links
from tests.factories.core import make_force, make_user
from tests.factories.evidence import make_copy, make_exhibit, make_file, register
from tests.factories.incidents import make_incident, make_tables
from tests.factories.sessions import Call
from tests.integration.walls.calls_place import calls
from tests.integration.walls.dispatch_place import own_unit, units
from tests.integration.walls.feeds_place import cameras
from tests.integration.walls.guests_place import shared
from tests.integration.walls.partners_place import partners
from tests.integration.walls.picture_place import picture_of
from tests.integration.walls.rule import INTELLIGENCE, Rule
from tests.integration.walls.sent import Place, nowhere
from tests.integration.walls.suspects_place import Cast, fill, open_stops

BACKEND = settings.AUTHENTICATION_BACKENDS[-1]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: str

    @classmethod
    def of(cls, response: Any) -> Answer:
        """The response read to its end: a file that is sent is closed by that."""
        content = b"".join(response.streaming_content) if response.streaming else response.content
        return cls(response.status_code, response.headers, content.decode("utf-8", "replace"))


@dataclass
class World:
    """`ours` is the force everybody in `people` serves; `theirs` is the other; `nowhere` names nothing.

    `live_call` is our call with its browser's secret. `cookies` are sessions by role, and by "stranger": somebody of
    the other force who there may do everything a desk may.
    """

    folder: Path
    ours: Place
    theirs: Place
    nowhere: Place
    people: dict[str, User]
    stranger: User
    live_call: Call
    cookies: dict[str, str]
    client: Client

    def visit(self, rule: Rule, role: str | None, place: Place, method: str = "") -> Answer:
        """One request, signed in as `role` (None: not signed in). What it changes stays until `undone` ends."""
        cache.clear()
        self.client.cookies = SimpleCookie({"sl_session": self.cookies[role]} if role else {})
        address = reverse(rule.route, kwargs=place.arguments(rule.about))
        sends = rule.sends(place) if rule.sends else None
        verb = method or rule.method
        given = sends.arguments(verb) if sends and not method else {}
        return Answer.of(getattr(self.client, verb.lower())(address, **given))


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def build(folder: Path) -> World:
    """Inside a transaction that is rolled back after the last test; `settings` name the folder already."""
    make_tables(make_force())
    make_tables(make_force("98", "Southmere Police"))
    ours, live_call = _place(
        folder, "99", "Leah Marsden", "07700 900417", "Outside 14 Harbour Lane", "a knife with a red handle"
    )
    theirs, _ = _place(folder, "98", "Gwen Pryce", "07700 900862", "Behind the Tollgate Arms", "a dog with one eye")
    people = {
        role: make_user(roles=(role,), last_name=role.replace("_", " ").title(), collar_number=f"6{number:03}")
        for number, role in enumerate(ROLES)
    }
    stranger = make_user(
        force=make_force("98"), roles=(CALL_HANDLER, SUPERVISOR, OFFICER, SERGEANT), last_name="Stranger"
    )
    here = {role: Actor.for_user(user) for role, user in people.items()}
    _know(
        ours, make_force(), Cast(officer=here[OFFICER], sergeant=here[SERGEANT], supervisor=here[SUPERVISOR]),
        "Thornwick", "Gallows Walk", "a green holdall",
    )  # fmt: skip
    open_stops(make_force(), [here[role] for role in INTELLIGENCE - {OFFICER, SERGEANT}])
    there = Actor.for_user(stranger)
    fellow = Actor.for_user(make_user(force=make_force("98"), roles=(SERGEANT,), last_name="Fellow"))
    _know(
        theirs, make_force("98"), Cast(officer=there, sergeant=fellow, supervisor=there),
        "Ravensdale", "Lantern Court", "a yellow cello case",
    )  # fmt: skip
    cookies = {role: _sign_in(user) for role, user in people.items()} | {"stranger": _sign_in(stranger)}
    ours.collar = people[CALL_HANDLER].collar_number
    return World(
        folder=folder,
        ours=ours,
        theirs=theirs,
        nowhere=nowhere(ours),
        people=people,
        stranger=stranger,
        live_call=live_call,
        cookies=cookies,
        client=Client(HTTP_HOST="localhost", raise_request_exception=False),
    )


def _sign_in(user: User) -> str:
    client = Client(HTTP_HOST="localhost")
    client.force_login(user, backend=BACKEND)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _place(folder: Path, code: str, name: str, number: str, location: str, about: str) -> tuple[Place, Call]:
    """An incident with a log, a live call with chat and position, a link not yet opened, an exhibit with its copy."""
    force = make_force(code)
    handler = Actor.for_user(make_user(force=force, roles=(CALL_HANDLER, SUPERVISOR), last_name=f"Handler {code}"))
    told = {"caller_name": name, "caller_number": number, "location_text": location, "description": f"He has {about}."}
    incident = make_incident(handler, **told)
    append_log(actor=handler, incident_id=incident.pk, type="NARRATIVE", text=f"Seen again with {about}.")
    waiting = links.send(handler, incident, number="07700 900001")
    text = links.work("sms.send") and SmsMessage.objects.get(link__session=waiting)
    session = links.send(handler, incident, number=number)
    claimed = links.claim(session)
    call = Call(handler, session, claimed.secret)
    call.go_live()
    said = chat.save_from_caller(actor=call.caller, session_id=session.pk, key=uuid4(), text=f"I see {about}")
    fix = Fix(lat=53.7361, lon=0.4471, accuracy=8.0, at=round(time.time() * 1000))
    locations.save_fix(actor=call.caller, session_id=session.pk, fix=fix)
    exhibit = make_exhibit(incident, handler, description=f"Video of {about}")
    item = register(exhibit, make_file(folder))
    make_copy(exhibit, make_file(folder))
    evidence.seal_exhibit(actor=Actor.system(force.pk), exhibit_id=exhibit.pk)
    token = links.token_of(links.send(handler, incident, number="07700 900002"))
    assert call.fresh().state == "live"
    digits = number.replace(" ", "")
    in_picture = picture_of(call, about)
    place = Place(
        force_id=force.pk,
        collar="",
        incident=incident.pk,
        call=session.pk,
        waiting_call=waiting.pk,
        exhibit=exhibit.pk,
        item=item.pk,
        token=token,
        text=text.pk,
        chat=said.message.pk,
        reference=incident.reference,
        words=(name, name.split()[1], number, digits, f"+44{digits[1:]}", location, about),
    )
    place.things = in_picture
    return place, call


def another_place(world: World, name: str, number: str) -> None:
    """One more incident of ours with all that is on one."""
    _place(world.folder, "99", name, number, f"Before the door of {name}", f"a bag of {name}")


def _know(place: Place, force: Force, cast: Cast, surname: str, street: str, known: str) -> None:
    """People and things of this force, and the words that only it may read."""
    place.things |= fill(force, cast, surname, street, known) | cameras(cast.supervisor, place.incident)
    place.things |= calls(cast.supervisor, place.incident)
    place.things |= units(force, place.incident)
    place.things["unit of the officer"] = own_unit(cast.officer)
    place.things |= partners(cast.supervisor, place.incident, known)
    place.things["guest link"], place.guest = shared(cast.supervisor, place.incident)
    # Of an incident of its own: what is asked here must not stand in the way of what the rulebook asks.
    calm = make_incident(cast.supervisor, caller_name="", caller_number="", location_text="", description="")
    asked = ask_grade(actor=cast.supervisor, incident_id=calm.pk, grade_code="P", reason="Calm now.")
    place.things |= {"asked": asked.pk}
    place.words = (*place.words, surname, street, known)
    assert cast.sergeant.user
    assert cast.officer.user_id
    place.colleague, place.officer = cast.sergeant.user.collar_number, cast.officer.user_id
