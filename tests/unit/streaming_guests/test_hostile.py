"""Whoever is not J. Smith: with a guess, a stolen link, a planted cookie, an old session; or a guest who lies."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.conf import settings as live_settings
from django.test import Client
from django.urls import reverse

from core.clock import local, now
from core.errors import Invalid, NotFound, TooMany
from core.models import AuditEvent
from incidents.models import LogEntry
from incidents.selectors import verify_log
from streaming.contracts import EngineError, Ticket
from streaming.models import MOST_TRIES, GuestCode, GuestLink, GuestSession, LocationFix
from streaming.services import guest_codes, guest_viewing, guests, locations, rates
from streaming.signalling import Fix
from streaming.tokens import new_browser_secret, new_token
from tests.factories import guests as make
from tests.factories.sessions import make_call
from tests.unit.streaming_guests.test_sharing import past

COOKIE = guest_codes.COOKIE


def browser(token: str, secret: str = "") -> Client:
    client = Client(HTTP_HOST="localhost")
    if secret:
        client.cookies[COOKIE] = secret
    return client


def url(name: str, token: str, **more: object) -> str:
    return reverse(f"streaming:{name}", kwargs={"token": token, **more})


# --- the link alone ---------------------------------------------------------------------------------------------------


def test_guesses_at_links_are_counted_and_then_refused_unread(link, held_clock):
    for _ in range(rates.MISSES.most):
        with pytest.raises(NotFound):
            guest_codes.read_link(new_token(), ip=make.IP)
    with pytest.raises(TooMany):
        guest_codes.read_link(make.token_of(link), ip=make.IP)
    assert browser("").get(url("guest", new_token()), REMOTE_ADDR=make.IP).status_code == 429


def test_an_unknown_a_withdrawn_and_an_expired_link_get_one_answer(okafor, link):
    old, late = make.token_of(link), make.share(okafor, address="07700 900643")
    late_token = make.token_of(late)
    guests.revoke(actor=okafor, link_id=link.pk)
    past(late)
    answers = [browser("").get(url("guest", token)) for token in (old, late_token, new_token())]
    assert {answer.status_code for answer in answers} == {404}
    pages = {answer.content.split(b"nonce")[0] + answer.content.split(b"<body")[1] for answer in answers}
    assert len(pages) == 1
    asked = [browser("").post(url("guest_ask", token)) for token in (old, late_token, new_token())]
    assert len({(answer.status_code, answer.content) for answer in asked}) == 1


def test_a_preview_bot_spends_nothing_and_learns_nothing(link):
    token = make.token_of(link)
    for _ in range(30):
        answer = browser("").get(url("guest", token))
        assert answer.status_code == 200
        assert browser("").head(url("guest", token)).status_code == 200
    page = answer.content.decode()
    for secret in ("Smith", "642", "Harbour", "Ambulance", link.incident.reference, str(link.incident_id)):
        assert secret not in page
    link.refresh_from_db()
    assert link.state == "invited"
    assert not link.codes.exists()


def test_a_stolen_link_without_the_code_opens_nothing(link):
    token = make.token_of(link)
    thief = browser(token)
    assert thief.post(url("guest_ask", token)).status_code == 200  # the code goes to J. Smith's phone
    for name in ("guest_state",):
        assert thief.get(url(name, token)).status_code == 404
    assert (
        thief.post(url("guest_line", token), {"text": "All units stand down", "key": str(link.pk)}).status_code == 404
    )
    assert "Harbour" not in thief.get(url("guest", token)).content.decode()
    assert guest_codes.guest_of(token, thief.cookies[COOKIE].value) is None


# --- the code ---------------------------------------------------------------------------------------------------------


def test_codes_cannot_be_tried_out(link):
    token = make.token_of(link)
    asking = guest_codes.ask_code(token=token, ip=make.IP)
    right = make.code_of(link)
    wrong = f"{(int(right) + 1) % 10**8:08d}"
    for left in range(MOST_TRIES - 1, 0, -1):
        with pytest.raises(Invalid, match=f"{left} more"):
            guest_codes.enter_code(token=token, code=wrong, browser_secret=asking, ip=make.IP)
    with pytest.raises(Invalid, match="Ask for a new code"):
        guest_codes.enter_code(token=token, code=wrong, browser_secret=asking, ip=make.IP)
    with pytest.raises(Invalid, match="Ask for a new code"):  # the right one comes too late
        guest_codes.enter_code(token=token, code=right, browser_secret=asking, ip=make.IP)
    assert AuditEvent.objects.filter(object=f"streaming.guestlink:{link.pk}", action="LOGIN_FAIL").count() == 6


def test_new_codes_are_rationed_and_a_new_one_ends_the_one_before(link):
    token = make.token_of(link)
    first = guest_codes.ask_code(token=token, ip=make.IP)
    code = make.code_of(link)
    for _ in range(guest_codes.CODES_AT_ONCE - 1):
        guest_codes.ask_code(token=token, ip=make.IP)
    with pytest.raises(TooMany):
        guest_codes.ask_code(token=token, ip=make.IP)
    with pytest.raises(Invalid):
        guest_codes.enter_code(token=token, code=code, browser_secret=first, ip=make.IP)
    GuestCode.objects.filter(link=link).update(created_at=now() - timedelta(hours=1))
    for _ in range(3):
        guest_codes.ask_code(token=token, ip=make.IP)
        GuestCode.objects.filter(link=link).update(created_at=now() - timedelta(hours=1))


def test_a_link_never_sends_more_than_its_ration_of_codes(link, monkeypatch):
    monkeypatch.setattr(guest_codes, "MOST_CODES", 2)
    monkeypatch.setattr(guest_codes, "CODES_AT_ONCE", 99)
    token = make.token_of(link)
    for _ in range(2):
        guest_codes.ask_code(token=token, ip=make.IP)
    with pytest.raises(TooMany, match="new link"):
        guest_codes.ask_code(token=token, ip=make.IP)


def test_a_code_lives_ten_minutes_works_once_and_only_where_it_was_asked_for(link):
    token = make.token_of(link)
    asking = guest_codes.ask_code(token=token, ip=make.IP)
    code = make.code_of(link)
    with pytest.raises(Invalid):  # the thief who read the code over a shoulder, in another browser
        guest_codes.enter_code(token=token, code=code, browser_secret=new_browser_secret(), ip=make.IP)
    assert guest_codes.enter_code(token=token, code=f" {code[:4]}-{code[4:]} ", browser_secret=asking, ip=make.IP)
    with pytest.raises(Invalid):
        guest_codes.enter_code(token=token, code=code, browser_secret=asking, ip=make.IP)
    late = guest_codes.ask_code(token=token, ip=make.IP)
    GuestCode.objects.filter(link=link, used_at=None).update(expires_at=now() - timedelta(seconds=1))
    with pytest.raises(Invalid):
        guest_codes.enter_code(token=token, code=make.code_of(link), browser_secret=late, ip=make.IP)


def test_the_database_does_not_tell_the_code(link):
    guest_codes.ask_code(token=make.token_of(link), ip=make.IP)
    code = make.code_of(link)
    import hashlib

    row = GuestCode.objects.get(link=link)
    assert row.code_hash != hashlib.sha256(code.encode()).hexdigest()
    assert code not in str(GuestCode.objects.values().get(pk=row.pk))


@pytest.mark.parametrize("code", ["", "1234567", "123456789", "١٢٣٤٥٦٧٨", "<script>", "9" * 5000, "\x00" * 8])
def test_what_is_no_code_is_refused_like_a_wrong_one(link, code):
    token = make.token_of(link)
    asking = guest_codes.ask_code(token=token, ip=make.IP)
    with pytest.raises(Invalid):
        guest_codes.enter_code(token=token, code=code, browser_secret=asking, ip=make.IP)


# --- the session ------------------------------------------------------------------------------------------------------


def test_a_planted_cookie_is_never_the_session(link):
    token, planted = make.token_of(link), new_browser_secret()
    victim = browser(token, planted)
    asked = victim.post(url("guest_ask", token))
    before = asked.cookies[COOKIE].value
    answer = victim.post(url("guest_code", token), {"code": make.code_of(link)})
    cookie = answer.cookies[COOKIE]
    assert answer.json() == {"open": True}
    assert len({planted, before, cookie.value}) == 3
    for known in (planted, before):
        assert guest_codes.guest_of(token, known) is None
    assert guest_codes.guest_of(token, cookie.value)
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (f"/guest/{token}/", True, "Strict")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_session_opens_no_other_link(okafor, link):
    _, secret = make.open_door(link)
    other = make.share(okafor, address="07700 900644")
    assert guest_codes.guest_of(make.token_of(other), secret) is None


def test_a_second_browser_asks_for_a_code_of_its_own(link):
    token = make.token_of(link)
    one, two = make.open_door(link, token), make.open_door(link, token)
    assert one[1] != two[1]
    assert guest_codes.guest_of(token, one[1])
    assert guest_codes.guest_of(token, two[1])
    guest_codes.leave(token=token, secret=one[1])
    assert guest_codes.guest_of(token, one[1]) is None
    assert guest_codes.guest_of(token, two[1])


def test_after_withdrawal_nothing_that_worked_works_again(okafor, link, call, tmp_path):
    token = make.token_of(link)
    session, secret = make.open_door(link, token)
    guest = browser(token, secret)
    assert "Harbour" in guest.get(url("guest", token)).content.decode()
    guests.revoke(actor=okafor, link_id=link.pk)
    told = guest.get(url("guest_state", token))
    assert (told.status_code, told.json()["why"]) == (404, "revoked")
    page = guest.get(url("guest", token))
    assert page.status_code == 404
    assert "Your access was withdrawn" in page.content.decode()
    assert guest.post(url("guest_ask", token)).status_code == 404
    assert guest.post(url("guest_line", token), {"text": "Hello", "key": str(link.pk)}).status_code == 404
    with pytest.raises(NotFound):
        guest_viewing.start(
            actor=guest_viewing.actor_of(session), guest=session, session_id=call.session.pk, peer_id="g-2"
        )


def test_a_ticket_dies_with_the_link(link, call):
    session, _ = make.open_door(link)
    GuestLink.objects.filter(pk=link.pk).update(expires_at=now() + timedelta(seconds=5))
    session.link.refresh_from_db()
    guest_viewing.start(actor=guest_viewing.actor_of(session), guest=session, session_id=call.session.pk, peer_id="g-1")
    text = guest_viewing.ticket(guest=session, session_id=call.session.pk, peer_id="g-1")
    key = live_settings.MEDIA_TICKET_KEY
    assert Ticket.verify(text, key).expires_at <= time.time() + 5
    with pytest.raises(EngineError):
        Ticket.verify(text, key, now=time.time() + 6)
    past(link)
    with pytest.raises(NotFound):
        guest_viewing.ticket(guest=session, session_id=call.session.pk, peer_id="g-1")


def test_another_incidents_video_and_an_unshared_one_are_not_there(okafor, link, call):
    from tests.factories.sessions import make_call

    session, _ = make.open_door(link)
    actor = guest_viewing.actor_of(session)
    other = make_call(okafor, number="07700 900555")
    with pytest.raises(NotFound):
        guest_viewing.start(actor=actor, guest=session, session_id=other.session.pk, peer_id="g-1")
    GuestLink.objects.filter(pk=link.pk).update(show_video=False)
    session.link.refresh_from_db()
    with pytest.raises(NotFound):
        guest_viewing.start(actor=actor, guest=session, session_id=call.session.pk, peer_id="g-1")


# --- the log ----------------------------------------------------------------------------------------------------------


def line(client: Client, token: str, text: str, key: str = "6f6ad0f0-2f5c-4c2e-8a3d-3f6a6f6ad0f0"):
    return client.post(url("guest_line", token), {"text": text, "key": key})


def test_what_a_guest_writes_is_text_with_their_name_and_nothing_else(okafor, link, client):
    _, secret = make.open_door(link)
    token = make.token_of(link)
    guest = browser(token, secret)
    assert line(guest, token, "<img src=x onerror=alert(1)> \u202eKO\u202c\x00 patient found").status_code == 201
    assert line(guest, token, "sent again").status_code == 201  # the same key: written once
    entry = LogEntry.objects.filter(incident_id=link.incident_id).latest("seq")
    assert (entry.type, entry.channel, entry.author_label) == ("TRANSFER", "partner", "J. Smith, Northmere Ambulance")
    assert entry.text == "<img src=x onerror=alert(1)> KO patient found"
    assert verify_log(okafor, link.incident_id).problem == ""
    client.force_login(okafor.user)
    page = client.get(reverse("incidents:log", args=[link.incident_id])).content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


@pytest.mark.parametrize("text", ["", "  ", "\u202e", "x" * 501, "\x00"])
def test_a_line_that_cannot_be_written_says_why(link, text):
    _, secret = make.open_door(link)
    token = make.token_of(link)
    answer = line(browser(token, secret), token, text)
    assert answer.status_code == 422
    assert answer.json()["message"]


def test_a_guest_cannot_flood_the_log(link, held_clock):
    from uuid import uuid4

    _, secret = make.open_door(link)
    token = make.token_of(link)
    guest = browser(token, secret)
    answers = [line(guest, token, f"Line {n}", str(uuid4())).status_code for n in range(8)]
    assert answers == [201] * 6 + [429] * 2


def test_every_look_at_the_page_is_a_disclosure_that_names_its_parts(link):
    _, secret = make.open_door(link)
    token = make.token_of(link)
    answer = browser(token, secret).get(url("guest", token))
    [entry] = AuditEvent.objects.filter(object=f"streaming.guestlink:{link.pk}", purpose__startswith="Guest page")
    assert (entry.action, entry.actor_kind, entry.recipient) == ("DISCLOSE", "guest", "J. Smith, Northmere Ambulance")
    assert entry.fields == ["reference", "live video", "place"]
    assert entry.on_behalf_of == link.created_by_label
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    page = answer.content.decode()
    for unshared in ("Jo Harper", "900123", "Two cars"):
        assert unshared not in page


def test_the_place_is_shown_only_where_it_was_chosen(okafor, link):
    unplaced = make.share(okafor, link.incident, place=False, address="07700 900646")
    _, secret = make.open_door(unplaced)
    token = make.token_of(unplaced)
    assert "Harbour" not in browser(token, secret).get(url("guest", token)).content.decode()


def test_a_callers_position_is_never_shown_without_when_it_was_heard(okafor):
    call = make_call(okafor)
    shared = make.share(okafor, call.session.incident_id, place=True)
    _, secret = make.open_door(shared)
    door = browser(make.token_of(shared), secret)
    address = url("guest", make.token_of(shared))
    assert 'data-fix-at="" hidden' in door.get(address).content.decode(), "nothing was heard yet"
    fix = Fix(lat=53.7361, lon=0.4471, accuracy=8.0, at=round(time.time() * 1000))
    locations.save_fix(actor=call.caller, session_id=call.session.pk, fix=fix)
    LocationFix.objects.update(received_at=now() - timedelta(minutes=40))
    heard = LocationFix.objects.get().received_at
    page = door.get(address).content.decode()
    assert "53.73610, 0.44710" in page
    assert f'data-fix-at="{heard.timestamp():.0f}"' in page
    assert f"{local(heard):%H:%M:%S}" in page


def test_sessions_of_a_link_that_ended_stay_ended(okafor, link):
    token = make.token_of(link)
    session, secret = make.open_door(link, token)
    guests.revoke(actor=okafor, link_id=link.pk)
    GuestSession.objects.filter(pk=session.pk).update(ended_at=None)  # as if it had been opened at that very moment
    assert guest_codes.guest_of(token, secret) is None
    assert not guest_viewing.is_open(session.pk)
