"""The video panel, the officer's page, chat and the texts on screen, as a browser gets them."""

from __future__ import annotations

import io
import time
from datetime import timedelta
from uuid import uuid4

import pytest

from core import one_time
from core.clock import now
from streaming.models import ChatMessage, VideoSession
from streaming.services.chat import save_from_caller
from tests.factories.sessions import Call, make_call
from tests.unit.console.test_intake_page import typed

HTMX = {"HX-Request": "true"}
FETCH = {"X-Requested-With": "fetch"}
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def call(okafor) -> Call:
    return make_call(okafor)


def sent(**changes: str) -> dict[str, str]:
    return {"number": "07700 900417", "mode": "video", "locale": "", "consent": "on", **changes}


def test_an_incident_without_video_offers_the_link(desk, incident) -> None:
    page = desk.get(f"/video/incident/{incident.pk}/").content.decode()
    assert 'id="link-form"' in page
    assert "+447700900417" in page
    assert 'hx-trigger="load' not in page
    assert "The text will say" in page


def goes_on(desk) -> str:
    """Address of the panel after "Open incident and send link"."""
    page = desk.post("/incidents/new/", typed(then="link", caller_agrees="on"))
    return "/video/incident/{}/?send=video".format(page.url.split("/")[2])


def test_open_and_send_goes_on_once(desk) -> None:
    url = goes_on(desk)
    page = desk.get(url).content.decode()
    assert 'hx-trigger="load, submit"' in page
    assert "checked" in page.split('name="consent"')[1][:80]
    again = desk.get(url).content.decode()
    assert 'id="link-form"' in again
    assert 'hx-trigger="load' not in again
    assert "checked" not in again.split('name="consent"')[1][:80]


@pytest.mark.parametrize("query", ["?send=video", "?send=location", "?send=", "?link=video", "?send=video&consent=on"])
def test_a_planted_address_sends_nothing(desk, incident, query: str) -> None:
    goes_on(desk)  # what waits for another incident is of no use here
    page = desk.get(f"/video/incident/{incident.pk}/{query}").content.decode()
    assert 'hx-trigger="load' not in page
    assert "checked" not in page.split('name="consent"')[1][:80]


def test_what_was_to_be_sent_is_not_sent_much_later_or_by_another(desk, hale_desk, monkeypatch) -> None:
    url = goes_on(desk)
    assert 'hx-trigger="load' not in hale_desk.get(url).content.decode()
    later = now() + timedelta(seconds=one_time.KEEP_SECONDS + 1)
    monkeypatch.setattr(one_time, "now", lambda: later)
    assert 'hx-trigger="load' not in desk.get(url).content.decode()


def test_sending_shows_the_steps_and_the_trust_code(desk, incident) -> None:
    page = desk.post(f"/video/incident/{incident.pk}/link/", sent(), headers=HTMX).content.decode()
    session = VideoSession.objects.get()
    assert f'data-session="{session.pk}"' in page
    assert "".join(f'<b aria-hidden="true">{digit}</b>' for digit in session.trust_code) in page
    assert "Withdraw link" in page


@pytest.mark.parametrize(
    "bad", [{"number": "020 7946 0000"}, {"number": "hello"}, {"consent": ""}, {"mode": "spy"}, {"locale": "xx"}]
)
def test_a_refused_link_keeps_the_form_and_says_why(desk, incident, bad: dict[str, str]) -> None:
    response = desk.post(f"/video/incident/{incident.pk}/link/", sent(**bad), headers=HTMX)
    assert response.status_code == 422
    assert response.headers["X-Fragment"] == "whole"
    assert "error" in response.content.decode()
    assert not VideoSession.objects.exists()


def test_sending_works_without_scripts(desk, incident) -> None:
    response = desk.post(f"/video/incident/{incident.pk}/link/", sent())
    assert (response.status_code, response.url) == (302, f"/incidents/{incident.pk}/")


def test_an_officer_watches_and_does_not_send(officer_phone, call) -> None:
    incident = call.session.incident_id
    assert officer_phone.post(f"/video/incident/{incident}/link/", sent()).status_code == 403
    assert "Withdraw link" not in officer_phone.get(f"/video/incident/{incident}/").content.decode()
    page = officer_phone.get(f"/video/{call.id}/").content.decode()
    assert f"/ws/watch/{call.id}/" in page
    assert "End video" not in page


def test_send_again_withdraw_and_end(desk, call) -> None:
    assert desk.post(f"/video/{call.id}/resend/", headers=HTMX).status_code == 200
    page = desk.post(f"/video/{call.id}/revoke/", headers=HTMX).content.decode()
    assert "Link withdrawn" in page
    again = desk.post(f"/video/{call.id}/end/", headers=HTMX)
    assert again.status_code == 200


def test_a_refusal_of_a_button_is_words(desk, call) -> None:
    call.go_live()
    response = desk.post(f"/video/{call.id}/resend/", headers=HTMX)
    assert response.status_code == 409
    assert "camera is on" in response.content.decode()


def test_chat_is_stored_once_and_escaped(desk, call) -> None:
    url, given = f"/video/{call.id}/chat/", {"key": str(uuid4()), "text": "<b>Stay</b> inside"}
    first, again = desk.post(url, given, headers=FETCH), desk.post(url, given, headers=FETCH)
    assert (first.status_code, again.status_code) == (201, 201)
    assert "&lt;b&gt;Stay&lt;/b&gt; inside" in first.content.decode()
    assert ChatMessage.objects.count() == 1


def test_messages_on_the_screen_are_marked_seen(desk, call) -> None:
    stored = save_from_caller(actor=call.caller, session_id=call.session.pk, key=uuid4(), text="He has a knife")
    url = f"/video/{call.id}/chat/"
    assert "data-unseen" in desk.get(url).content.decode()
    assert desk.post(url, {"seen": [str(stored.message.pk)]}, headers=FETCH).status_code == 204
    assert "data-unseen" not in desk.get(url).content.decode()
    assert desk.post(url, {"seen": "nonsense"}, headers=FETCH).status_code == 422


@pytest.mark.parametrize(
    "bad", [{"text": "x"}, {"key": "1", "text": "x"}, {"key": str(uuid4()), "text": "y" * 1001}, {"key": str(uuid4())}]
)
def test_a_refused_message_says_why(desk, call, bad: dict[str, str]) -> None:
    response = desk.post(f"/video/{call.id}/chat/", bad, headers={**FETCH, "Accept": "application/json"})
    assert response.status_code == 422
    assert response.json()["message"]


def test_a_snapshot_is_kept_once(desk, call) -> None:
    call.go_live()
    key, moment = str(uuid4()), str(int(time.time() * 1000))
    answers = [
        desk.post(
            f"/video/{call.id}/snapshot/", {"key": key, "moment": moment, "image": io.BytesIO(PNG)}, headers=FETCH
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


def test_a_snapshot_that_is_no_picture_is_refused(desk, call) -> None:
    call.go_live()
    given = {"key": str(uuid4()), "moment": str(int(time.time() * 1000)), "image": io.BytesIO(b"<svg onload=alert(1)>")}
    assert desk.post(f"/video/{call.id}/snapshot/", given, headers=FETCH).status_code == 422
    assert desk.post(f"/video/{call.id}/snapshot/", {"moment": "x"}, headers=FETCH).status_code == 422


def test_every_address_of_another_forces_video_is_not_found(stranger_desk, call) -> None:
    assert stranger_desk.get(f"/video/incident/{call.session.incident_id}/").status_code == 404
    assert stranger_desk.post(f"/video/incident/{call.session.incident_id}/link/", sent()).status_code == 404
    assert stranger_desk.get(f"/video/{call.id}/").status_code == 404
    assert stranger_desk.get(f"/video/{call.id}/chat/").status_code == 404
    for act in ("resend", "revoke", "end"):
        assert stranger_desk.post(f"/video/{call.id}/{act}/").status_code == 404
    given = {"key": str(uuid4()), "text": "x"}
    assert stranger_desk.post(f"/video/{call.id}/chat/", given).status_code == 404
    assert not call.fresh().ended


def test_reading_changes_nothing(desk, call) -> None:
    for act in ("resend", "revoke", "end", "snapshot"):
        assert desk.get(f"/video/{call.id}/{act}/").status_code == 405
    assert not call.fresh().ended


def test_texts_on_screen_show_the_link_and_a_picture_of_it(desk, okafor, settings) -> None:
    settings.SMS_PROVIDERS = ["streaming.sms.onscreen.OnScreenProvider"]
    from tests.factories.links import send, work

    send(okafor)
    work("sms.send")
    page = desk.get("/texts/").content.decode()
    assert "/v/" in page
    assert "<svg" in page.split('class="texts-qr"')[1]


def test_texts_on_screen_are_for_those_who_send_links(officer_phone) -> None:
    assert officer_phone.get("/texts/").status_code == 403
