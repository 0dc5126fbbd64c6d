"""What is pasted into a field is never cut without a word: too long is refused in words, and the page keeps it."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

from core.clock import now
from core.roles import DISPATCHER, SUPERVISOR
from incidents.models import Contact, Emergency, GradeRequest, PartnerShare, Transfer
from incidents.services import ask_grade, preview, take_event
from incidents.services.unit_states import say_state
from streaming.models import ChatMessage, Description, PictureMark, Prompt
from tests.factories.calls import switchboard, told
from tests.factories.core import make_actor
from tests.factories.incidents import make_resource
from tests.factories.partners import Machine, make_partner
from tests.factories.sessions import Call, make_call
from tests.unit.console.conftest import browser_of
from tests.unit.console.test_incident_pages import FETCH

#: "{{ field.name }}" is the whole number of a description: a height, an age.
HAVE_A_LENGTH = {"search", "collar_number", "password", "position", "call_sign", "cites_seq", "find", "code"} | {
    "{{ field.name }}"
}
HTMX = {"HX-Request": "true"}
JSON = {**FETCH, "Accept": "application/json"}


PASTED = ("He has a knife. " * 1000).strip()
HUGE = ("He has a knife. " * 60_000).strip()  # nearly a megabyte


def words_of(limit: int, typed: str = PASTED) -> str:
    return f"Use at most {limit:,} characters; this is {len(typed):,}."


@pytest.fixture
def hale(okafor):
    return make_actor(roles=(DISPATCHER, SUPERVISOR), first_name="Rob", last_name="Hale")


@pytest.fixture
def picture(okafor) -> Call:
    call = make_call(okafor)
    call.go_live()
    return call


def refused(answer: Any, words: str) -> None:
    assert answer.status_code == 422, answer.content
    assert answer.json()["message"] == words


@pytest.mark.parametrize("typed", [PASTED, HUGE])
def test_why_a_call_is_dismissed(okafor, desk, typed) -> None:
    """However long it is, it is counted; it is never "Enter some text"."""
    line = switchboard(okafor.user.force)
    for event in ("RINGING", "ANSWERED", "ENDED"):
        more = {"collar_number": okafor.user.collar_number} if event == "ANSWERED" else {}
        take_event(actor=line, told=told(event, **more))
    call = Contact.objects.get()
    refused(desk.post(f"/calls/{call.pk}/dismiss/", {"reason": typed}, headers=JSON), words_of(300, typed))
    call.refresh_from_db()
    assert call.dismissed_at is None


def test_how_an_emergency_ended(okafor, hale) -> None:
    unit = make_resource(call_sign="NB21")
    say_state(hale, unit.pk, "0", source="radio")
    emergency = Emergency.objects.get()
    desk = browser_of(hale)
    desk.post(f"/emergencies/{emergency.pk}/acknowledge/", headers=FETCH)
    refused(desk.post(f"/emergencies/{emergency.pk}/end/", {"outcome": PASTED}, headers=JSON), words_of(300))
    emergency.refresh_from_db()
    assert emergency.status == "ACKNOWLEDGED"


def test_a_supervisors_decision_comes_back_into_its_own_form(okafor, hale, incident) -> None:
    ask_grade(actor=okafor, incident_id=incident.pk, grade_code="R", reason="He has left.")
    one = GradeRequest.objects.get()
    form = {"act": "refuse", "reason": PASTED}
    answer = browser_of(hale).post(f"/incidents/requests/{one.pk}/", form, headers=HTMX)
    assert answer.status_code == 422
    assert words_of(500) in unescape(answer.content.decode())
    one.refresh_from_db()
    assert one.decided_at is None


def test_the_reason_of_sending_is_in_the_field_again(hale, incident) -> None:
    unit = make_resource(call_sign="NB21")
    form = {"resource": str(unit.pk), "act": "assign", "reason": PASTED}
    page = unescape(browser_of(hale).post(f"/incidents/{incident.pk}/send/", form, headers=FETCH).content.decode())
    assert words_of(300) in page
    assert f'value="{PASTED}"' in page


def test_an_update_for_a_partner_is_in_the_field_again(okafor, desk, incident) -> None:
    partner = make_partner(okafor.user.force)
    url, form = f"/incidents/{incident.pk}/share/", {"partner": str(partner.pk), "legal_basis": "VITAL_INTERESTS"}
    seen = preview(incident).seen
    desk.post(url, form | {"purpose": "Two are hurt.", "seen": seen}, headers=HTMX)
    share = PartnerShare.objects.get()
    answer = desk.post(f"{url}update/", {"share": str(share.pk), "text": PASTED}, headers=HTMX)
    page = unescape(answer.content.decode())
    assert (answer.status_code, answer.headers["X-Fragment"]) == (422, "whole")
    assert words_of(3_000) in page
    assert PASTED in page


def test_the_purpose_of_sharing_is_in_the_field_again(okafor, desk, incident) -> None:
    partner = make_partner(okafor.user.force)
    form = {"partner": str(partner.pk), "purpose": PASTED, "legal_basis": "VITAL_INTERESTS"}
    answer = desk.post(f"/incidents/{incident.pk}/share/", form, headers=HTMX)
    page = unescape(answer.content.decode())
    assert (answer.status_code, answer.headers["X-Fragment"]) == (422, "whole")  # put in its place with its errors
    assert words_of(200) in page
    assert PASTED in page


def test_why_an_offer_is_rejected_is_in_the_field_again(okafor, desk) -> None:
    machine = Machine.of(okafor.user.force)
    assert machine.send(machine.message()).status_code == 202
    transfer = Transfer.objects.get()
    answer = desk.post(f"/offers/{transfer.pk}/decline/", {"reason": PASTED})
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert words_of(500) in page
    assert PASTED in page


def test_a_message_to_the_caller(desk, picture) -> None:
    url = f"/video/{picture.session.pk}/chat/"
    answer = desk.post(url, {"key": str(uuid4()), "text": PASTED}, headers=JSON)
    refused(answer, f"{words_of(1_000)} Send it in shorter pieces.")
    assert not ChatMessage.objects.exists()


def test_a_mark_words_of_ones_own_and_a_description(desk, picture) -> None:
    base, moment = f"/video/{picture.session.pk}", str(round(now().timestamp() * 1000))
    mark = {"key": str(uuid4()), "moment": moment, "note": PASTED}
    refused(desk.post(f"{base}/mark/", mark, headers=JSON), words_of(500))
    words = {"key": str(uuid4()), "kind": "point", "text": PASTED}
    refused(desk.post(f"{base}/prompt/", words, headers=JSON), words_of(120))
    described = {"key": str(uuid4()), "moment": moment, "kind": "person", "role": "suspect", "clothing": PASTED}
    refused(desk.post(f"{base}/describe/", described, headers=JSON), f"Clothing: u{words_of(200)[1:]}")
    assert [model.objects.count() for model in (PictureMark, Prompt, Description)] == [0, 0, 0]


def test_no_field_for_words_is_cut_by_the_browser() -> None:
    """Only what has a length of its own may be: call signs, numbers, codes, a key, and what is searched for."""
    found = []
    for page in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        if page.parent.name == "suspects":
            continue
        for tag in re.findall(r"<(?:input|textarea)\b[^>]*maxlength[^>]*>", page.read_text()):
            name = re.search(r'\bname="([^"]+)"', tag)
            if 'maxlength="1"' not in tag and (name is None or name[1] not in HAVE_A_LENGTH):
                found.append((page.name, tag))
    assert found == []
